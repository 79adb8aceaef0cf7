'use strict'

const assert = require('node:assert')
const {execFileSync} = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const {before, test} = require('node:test')
const {Client, ocapngen, repository} = require('./client')
const {grammar} = require('./textmate')

const workspace = path.join(__dirname, 'workspace')

let program
before(() => { program = ocapngen() })

test('a session', async (t) => {
  const client = new Client(program, workspace)
  t.after(() => client.server.kill())
  const room = 'room.ocapn'

  const {capabilities} = await client.start()
  for (const name of ['hover', 'definition', 'references', 'rename', 'completion', 'documentSymbol', 'documentFormatting']) {
    assert.ok(capabilities[`${name}Provider`], `the server has no ${name}`)
  }
  await client.open(room)
  await client.open('shapes.ocapn')
  await client.wrong(room)
  await client.wrong('shapes.ocapn')

  // An error, while it is typed.
  await client.type(room, 'where(who: user', 'where(who: usr')
  const [wrong] = await client.wrong(room, 'usr')
  assert.deepStrictEqual([wrong.code, wrong.severity], ['UNKNOWN_TYPE', 1])
  const completion = await client.request('textDocument/completion', client.at(room, 'usr)', 2))
  const labels = (completion.items ?? completion).map((item) => item.label)
  for (const want of ['user', 'room', 'string']) assert.ok(labels.includes(want), `${want} is not among ${labels}`)
  await client.type(room, 'usr)', 'user)')
  await client.wrong(room)

  // What is under the cursor.
  const hover = await client.request('textDocument/hover', client.at(room, 'shapes.point', 8))
  assert.match(hover.contents.value, /A place in a room\./)
  const definition = [await client.request('textDocument/definition', client.at(room, 'shapes.point', 8))].flat()
  assert.deepStrictEqual(definition.map((d) => d.targetUri ?? d.uri), [client.uri('shapes.ocapn')])
  const references = await client.request('textDocument/references', {
    ...client.at(room, 'user {'), context: {includeDeclaration: true},
  })
  assert.strictEqual(references.length, client.text(room).match(/\buser\b/g).length)

  // A method gets another name, and so does a type that another file uses. Everything is right then: nothing is
  // wrong but the next error.
  await client.apply(await client.request('textDocument/rename', {...client.at(room, 'say(', 1), newName: 'speak'}))
  assert.strictEqual(client.text(room).match(/^  @wire\("say"\) speak\(who: user, text: string\)$/gm).length, 2)
  await client.apply(await client.request('textDocument/rename', {...client.at('shapes.ocapn', 'point'), newName: 'place'}))
  assert.match(client.text(room), /-> shapes\.place\n/)
  assert.match(client.text('shapes.ocapn'), /struct place \{/)
  await client.type(room, 'list<user>', 'list<usr>')
  await client.wrong(room, 'usr')
  await client.type(room, 'list<usr>', 'list<user>')
  await client.wrong(room)

  // The layout of ocapngen fmt.
  const tidy = client.text(room)
  await client.type(room, '  name() -> string\n', '      name( )->string;\n\n\n')
  const options = {textDocument: {uri: client.uri(room)}, options: {tabSize: 2, insertSpaces: true}}
  await client.edit(client.uri(room), await client.request('textDocument/formatting', options))
  assert.strictEqual(client.text(room), execFileSync(program, ['fmt'], {input: client.text(room), encoding: 'utf8'}))
  assert.strictEqual(client.text(room), tidy)

  assert.strictEqual(await client.stop(), 0)
  compare(client.said, path.join(__dirname, 'session.txt'))
})

/** The scopes of the grammar that stand for the classes of semantic tokens. */
const classes = {
  namespace: /^entity\.name\.namespace/,
  type: /^(entity\.name|support)\.type/,
  class: /^entity\.name\.type/,
  enum: /^entity\.name\.type/,
  interface: /^entity\.name\.type/,
  struct: /^entity\.name\.type/,
  function: /^entity\.name\.type/,
  parameter: /^variable\.parameter/,
  variable: /^variable\.other/,
  property: /^variable\.other\.property/,
  enumMember: /^variable\.other\.enummember/,
  method: /^entity\.name\.function\.method/,
  keyword: /^(keyword\.other|storage|constant\.language)/,
  comment: /^comment/,
  string: /^(string\.quoted|constant\.other\.symbol)/,
  number: /^constant\.numeric/,
  decorator: /^entity\.name\.function\.decorator/,
}

test('the grammar, which knows no more than the line, colours words like the server, which knows what they are', async (t) => {
  const client = new Client(program, repository)
  t.after(() => client.server.kill())
  const {legend} = (await client.start()).capabilities.semanticTokensProvider
  const tokens = await grammar()
  const tracked = execFileSync('git', ['ls-files', '*.ocapn'], {cwd: repository, encoding: 'utf8'})
  const files = tracked.split('\n').filter((f) => f !== '' && !f.startsWith('golden/testdata/'))
  assert.ok(files.length > 20)
  const differences = []
  for (const file of files) {
    await client.open(file)
    const found = tokens(client.text(file))
    const {data} = await client.request('textDocument/semanticTokens/full', {textDocument: {uri: client.uri(file)}})
    const keywords = []
    let [line, character] = [0, 0]
    for (let i = 0; i < data.length; i += 5) {
      if (data[i] > 0) [line, character] = [line + data[i], 0]
      character += data[i + 1]
      const name = legend.tokenTypes[data[i + 3]]
      if (name === 'keyword') keywords.push(`${line + 1}:${character + 1}`)
      const token = found.find((f) => f.line === line && f.start <= character && character < f.end)
      if (token?.scopes.some((s) => classes[name].test(s))) continue
      differences.push(`${file}:${line + 1}:${character + 1}: ${token?.text} is ${name} and ${token?.scopes.join(' ')}`)
    }
    const coloured = found.filter((f) => f.scopes.some((s) => classes.keyword.test(s)))
    const more = coloured.map((f) => `${f.line + 1}:${f.start + 1}`).filter((f) => !keywords.includes(f))
    differences.push(...more.map((f) => `${file}:${f}: a keyword of the grammar alone`))
  }
  assert.deepStrictEqual(differences, [])
  execFileSync(program, ['check', path.join(__dirname, 'every.ocapn')])
  assert.strictEqual(await client.stop(), 0)
})

/** compare checks that a session is the recorded one, or records it: UPDATE=1 npm test. */
function compare(said, file) {
  const lines = said.map((line) => line.replace(/("name":"ocapngen","version":)"[^"]*"/, '$1"VERSION"'))
  if (process.env.UPDATE) fs.writeFileSync(file, `${lines.join('\n')}\n`)
  const recorded = fs.readFileSync(file, 'utf8').trimEnd().split('\n')
  for (const [i, line] of lines.entries()) assert.strictEqual(line, recorded[i], `session.txt:${i + 1}\nnow:  ${line}\nthen: ${recorded[i]}`)
  assert.strictEqual(lines.length, recorded.length)
}
