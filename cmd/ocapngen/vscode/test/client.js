'use strict'

// A client of the language server that keeps the texts that an editor would show. It writes down what is said: diagnostics,
// which come when the server has time, when they are waited for.

const assert = require('node:assert')
const {execFileSync, spawn} = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const {pathToFileURL} = require('node:url')
const lsp = require('vscode-languageserver-protocol/node')

const repository = path.join(__dirname, '..', '..', '..', '..')

/** ocapngen returns the path of the compiler: that of the environment variable OCAPNGEN, or one that it builds. */
function ocapngen() {
  if (process.env.OCAPNGEN) return process.env.OCAPNGEN
  const program = path.join(os.tmpdir(), `ocapngen-${process.pid}${process.platform === 'win32' ? '.exe' : ''}`)
  execFileSync('go', ['build', '-o', program, './cmd/ocapngen'], {cwd: repository, stdio: 'inherit'})
  process.on('exit', () => fs.rmSync(program, {force: true}))
  return program
}

class Client {
  /** @param {string} program the compiler @param {string} folder the workspace */
  constructor(program, folder) {
    this.folder = fs.realpathSync(folder)
    this.root = pathToFileURL(this.folder).href
    this.texts = new Map()
    this.diagnostics = new Map()
    this.waiting = []
    this.said = []
    this.server = spawn(program, ['lsp'], {cwd: folder, stdio: ['pipe', 'pipe', 'inherit']})
    this.exit = new Promise((resolve) => this.server.once('exit', resolve))
    this.connection = lsp.createProtocolConnection(this.server.stdout, this.server.stdin)
    this.connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => {
      this.diagnostics.set(params.uri, params)
      this.waiting = this.waiting.filter((look) => !look())
    })
    this.registered = new Promise((resolve) => {
      this.connection.onRequest(lsp.RegistrationRequest.type, (params) => {
        this.note('<-', 'client/registerCapability', params)
        resolve()
      })
    })
    this.connection.listen()
  }

  uri(name) { return `${this.root}/${name}` }

  note(direction, method, params) {
    const many = Array.isArray(params) && params.length > 8
    const json = JSON.stringify(many ? [...params.slice(0, 5), `${params.length - 5} more`] : params ?? null).replaceAll(this.root, 'file:///workspace').replaceAll(this.folder, '/workspace')
    this.said.push(`${direction} ${method} ${json}`)
  }

  async request(method, params) {
    this.note('->', method, params)
    const result = await this.connection.sendRequest(method, params)
    this.note('<-', method, result)
    return result
  }

  async notify(method, params) {
    this.note('->', method, params)
    await this.connection.sendNotification(method, params)
  }

  async start() {
    const result = await this.request('initialize', {
      processId: null, // of the transcript, which is the same every time
      rootUri: this.root,
      workspaceFolders: [{uri: this.root, name: 'workspace'}],
      capabilities: {
        textDocument: {
          publishDiagnostics: {versionSupport: true, relatedInformation: true},
          rename: {prepareSupport: true},
          documentSymbol: {hierarchicalDocumentSymbolSupport: true},
          hover: {contentFormat: ['markdown']},
        },
        workspace: {workspaceEdit: {documentChanges: true}, didChangeWatchedFiles: {dynamicRegistration: true}},
      },
    })
    await this.notify('initialized', {})
    await this.registered
    return result
  }

  /** open opens a file with its text on disk, or another. */
  async open(name, text = fs.readFileSync(new URL(this.uri(name)), 'utf8')) {
    const uri = this.uri(name)
    this.texts.set(uri, {version: 1, text})
    await this.notify('textDocument/didOpen', {textDocument: {uri, languageId: 'ocapn', version: 1, text}})
  }

  /** type replaces the first occurrence of a text. */
  async type(name, old, text) {
    const start = this.place(name, old)
    const end = this.place(name, old, old.length)
    await this.edit(this.uri(name), [{range: {start, end}, newText: text}])
  }

  /** edit applies edits and sends them as one change, the last of the text first. */
  async edit(uri, edits) {
    const old = this.texts.get(uri)
    const ordered = edits.toReversed().toSorted((a, b) => b.range.start.line - a.range.start.line || b.range.start.character - a.range.start.character)
    let text = old.text
    for (const e of ordered) text = text.slice(0, offset(text, e.range.start)) + e.newText + text.slice(offset(text, e.range.end))
    this.texts.set(uri, {version: old.version + 1, text})
    const contentChanges = ordered.map((e) => ({range: e.range, text: e.newText}))
    await this.notify('textDocument/didChange', {textDocument: {uri, version: old.version + 1}, contentChanges})
  }

  /** apply applies the edits of a rename to the files that are open. */
  async apply(edit) {
    const changes = edit.documentChanges ?? Object.entries(edit.changes).map(([uri, edits]) => ({textDocument: {uri}, edits}))
    for (const c of changes) await this.edit(c.textDocument.uri, c.edits)
  }

  /** wrong waits until exactly these texts of a file are marked as wrong, and returns the diagnostics. */
  wrong(name, ...texts) {
    const uri = this.uri(name)
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${name}: ${texts.join()} should be wrong: ${JSON.stringify(this.diagnostics.get(uri))}`))
      const timeout = setTimeout(late, 10_000)
      const look = () => {
        const found = this.diagnostics.get(uri)
        const {text} = this.texts.get(uri)
        const marked = found?.diagnostics.map(({range}) => text.slice(offset(text, range.start), offset(text, range.end)))
        if (JSON.stringify(marked) !== JSON.stringify(texts)) return false
        clearTimeout(timeout)
        this.note('<-', 'textDocument/publishDiagnostics', found)
        resolve(found.diagnostics)
        return true
      }
      if (!look()) this.waiting.push(look)
    })
  }

  /** at returns the parameters of a request about the first occurrence of a text, some characters after its start. */
  at(name, text, after = 0) {
    return {textDocument: {uri: this.uri(name)}, position: this.place(name, text, after)}
  }

  place(name, text, after = 0) {
    const all = this.text(name)
    const start = all.indexOf(text)
    assert.notStrictEqual(start, -1, `${name} has no ${text}`)
    const before = all.slice(0, start + after).split('\n')
    return {line: before.length - 1, character: before.at(-1).length}
  }

  text(name) { return this.texts.get(this.uri(name)).text }

  async stop() {
    await this.request('shutdown')
    await this.notify('exit')
    return this.exit
  }
}

function offset(text, {line, character}) {
  let start = 0
  for (let i = 0; i < line; i++) start = text.indexOf('\n', start) + 1
  return start + character
}

module.exports = {Client, ocapngen, repository}
