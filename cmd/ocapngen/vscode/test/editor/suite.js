'use strict'

// What a person does, by the means of extensions: runs in the extension host of a real editor, beside the extension.

const assert = require('node:assert')
const {execFileSync} = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const vscode = require('vscode')

const repository = path.join(__dirname, '..', '..', '..', '..', '..')
const folder = vscode.workspace.workspaceFolders[0].uri

async function run() {
  const steps = {highlighting, errors, questions, renaming, formatting, typing, restarting, missing, ofModule}
  for (const [name, step] of Object.entries(steps)) {
    const start = Date.now()
    try {
      await step()
    } catch (error) {
      console.log(`suite: ${name} failed: ${error.stack}`)
      throw error
    }
    console.log(`suite: ${name}, ${Date.now() - start} ms`)
  }
}

/** The editor knows the language, and the extension is the packaged one. */
async function highlighting() {
  await vscode.window.showTextDocument(await room())
  assert.strictEqual((await room()).languageId, 'ocapn')
  const {extensionPath, packageJSON} = vscode.extensions.getExtension('ocapn-go.ocapn')
  assert.ok(!extensionPath.startsWith(repository))
  assert.strictEqual(packageJSON.main, './dist/extension.js')
}

/** A mistake is shown while it is typed and goes away. */
async function errors() {
  await replace('where(who: user', 'where(who: usr')
  const [wrong] = await until(async () => vscode.languages.getDiagnostics((await room()).uri), (list) => list.length === 1)
  assert.strictEqual((await room()).getText(wrong.range), 'usr')
  assert.strictEqual(String(wrong.code?.value ?? wrong.code), 'UNKNOWN_TYPE')
  await replace('where(who: usr', 'where(who: user')
  await until(async () => vscode.languages.getDiagnostics((await room()).uri), (list) => list.length === 0)
}

async function questions() {
  const doc = await room()
  const ask = (command, text, after) => vscode.commands.executeCommand(command, doc.uri, place(doc, text, after))
  const [hover] = await ask('vscode.executeHoverProvider', 'shapes.point', 8)
  assert.match(hover.contents.map((c) => c.value).join('\n'), /A place in a room\./)
  const [definition] = await ask('vscode.executeDefinitionProvider', 'shapes.point', 8)
  assert.strictEqual(path.basename((definition.targetUri ?? definition.uri).fsPath), 'shapes.ocapn')
  const references = await ask('vscode.executeReferenceProvider', 'user {', 0)
  assert.strictEqual(references.length, doc.getText().match(/\buser\b/g).length)
  const {items} = await ask('vscode.executeCompletionItemProvider', 'user, text', 2)
  const labels = items.map((item) => item.label?.label ?? item.label)
  assert.ok(labels.includes('user') && labels.includes('string'), labels.join(' '))
  const symbols = await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', doc.uri)
  assert.ok(symbols.some((s) => s.name === 'room' && s.children.some((c) => c.name === 'say')), JSON.stringify(symbols))
}

async function renaming() {
  const doc = await room()
  const rename = (text, name) =>
    vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', doc.uri, place(doc, text, 1), name)
  assert.ok(await vscode.workspace.applyEdit(await rename('say(', 'speak')))
  assert.match(doc.getText(), / speak\(who: user/)
  assert.ok(await vscode.workspace.applyEdit(await rename('user {', 'person')))
  assert.match(doc.getText(), /interface person \{/)
  assert.doesNotMatch(doc.getText(), /\buser\b/)
  assert.deepStrictEqual(vscode.languages.getDiagnostics(doc.uri), [])
}

/** A file is formatted when it is saved, as ocapngen fmt would. */
async function formatting() {
  const doc = await room()
  const tidy = doc.getText()
  await replace('  name() -> string\n', '      name( )->string;\n\n\n')
  assert.ok(await doc.save())
  assert.strictEqual(doc.getText(), tidy)
  assert.strictEqual(fs.readFileSync(doc.fileName, 'utf8'), tidy)
  assert.strictEqual(execFileSync('ocapngen', ['fmt', doc.fileName], {encoding: 'utf8'}), tidy)
}

/** Keys do what language-configuration.json says. */
async function typing() {
  const doc = await vscode.workspace.openTextDocument({language: 'ocapn', content: ''})
  await vscode.window.showTextDocument(doc)
  // What a key brings about is awaited before the next one is pressed, as a person would.
  await type('/// Says.')
  await type('\n')
  await until(() => doc.getText(), (text) => text === '/// Says.\n/// ')
  await type('it.')
  await type('\n')
  await until(() => doc.getText(), (text) => text === '/// Says.\n/// it.\n/// ')
  await vscode.commands.executeCommand('deleteAllLeft')
  await until(() => doc.getText(), (text) => text === '/// Says.\n/// it.\n')
  await type('interface i {')
  await until(() => doc.getText(), (text) => text === '/// Says.\n/// it.\ninterface i {}')
  await type('\n')
  await until(() => doc.getText(), (text) => text === '/// Says.\n/// it.\ninterface i {\n  \n}')
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
}

/** type presses the keys of a text, one after the other. */
async function type(text) {
  for (const key of text) await vscode.commands.executeCommand('type', {text: key})
}

/** After a restart there is one server, which answers. */
async function restarting() {
  const [old, ...more] = servers()
  assert.deepStrictEqual(more, [])
  assert.match(old, /^\d+ ocapngen lsp$/)
  await vscode.commands.executeCommand('ocapn.restart')
  await until(servers, (list) => list.length === 1 && list[0] !== old)
  await symbolsOf((await room()).uri)
}

/** Wrong settings are reported (run.js looks what the person sees), and repaired without a restart of the editor. */
async function missing() {
  const settings = vscode.workspace.getConfiguration('ocapn')
  for (const command of [['/no/such/program', 'lsp'], ['false']]) {
    await settings.update('command', command, vscode.ConfigurationTarget.Global)
    await until(servers, (list) => list.length === 0)
    await new Promise((resolve) => setTimeout(resolve, 1000)) // for the message to appear
  }
  await settings.update('command', undefined, vscode.ConfigurationTarget.Global)
  await until(servers, (list) => list.length === 1)
  await symbolsOf((await room()).uri)
}

/** In a module that has the tool, the tool is the server. */
async function ofModule() {
  const doc = await vscode.workspace.openTextDocument(path.join(repository, 'golden', 'chat', 'chat.ocapn'))
  await vscode.window.showTextDocument(doc)
  await vscode.commands.executeCommand('ocapn.restart')
  await until(servers, (list) => list.length === 1 && /^\d+ go tool ocapngen lsp$/.test(list[0]))
  await symbolsOf(doc.uri)
}

function room() {
  return vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, 'room.ocapn'))
}

function place(doc, text, after) {
  const start = doc.getText().indexOf(text)
  assert.notStrictEqual(start, -1, `there is no ${text}`)
  return doc.positionAt(start + after)
}

async function replace(old, text) {
  const doc = await room()
  const edit = new vscode.WorkspaceEdit()
  edit.replace(doc.uri, new vscode.Range(place(doc, old, 0), place(doc, old, old.length)), text)
  assert.ok(await vscode.workspace.applyEdit(edit))
}

/** symbolsOf waits for a server that knows the file. */
function symbolsOf(uri) {
  const ask = () => vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', uri)
  return until(ask, (list) => list?.some((s) => s.children?.length > 0))
}

/** servers returns the process numbers and command lines of the servers that the extension host has started. */
function servers() {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], {encoding: 'utf8'}).split('\n')
  return lines.map((line) => line.trim()).filter((line) => / lsp$/.test(line))
}

async function until(ask, good) {
  const end = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (good(answer)) return answer
    if (Date.now() > end) throw new Error(`waited in vain; the last answer was ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

module.exports = {run}
