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
  assert.deepStrictEqual(await client.open(room), [])
  assert.deepStrictEqual(await client.open('shapes.ocapn'), [])

  // An error, while it is typed.
  const [wrong, ...more] = await client.type(room, 'user, text', 'usr, text')
  assert.deepStrictEqual([wrong.code, wrong.severity, more.length], ['UNKNOWN_TYPE', 1, 0])
  assert.deepStrictEqual(wrong.range, {start: client.place(room, 'usr,'), end: client.place(room, 'usr,', 3)})
  const completion = await client.request('textDocument/completion', client.at(room, 'usr,', 2))
  const labels = (completion.items ?? completion).map((item) => item.label)
  for (const want of ['user', 'room', 'string']) assert.ok(labels.includes(want), `${want} is not among ${labels}`)
  assert.deepStrictEqual(await client.type(room, 'usr,', 'user,'), [])

  // What is under the cursor.
  const hover = await client.request('textDocument/hover', client.at(room, 'shapes.point', 8))
  assert.match(hover.contents.value, /A place in a room\./)
  const definition = [await client.request('textDocument/definition', client.at(room, 'shapes.point', 8))].flat()
  assert.deepStrictEqual(definition.map((d) => d.targetUri ?? d.uri), [client.uri('shapes.ocapn')])
  const references = await client.request('textDocument/references', {
    ...client.at(room, 'user {'), context: {includeDeclaration: true},
  })
  assert.strictEqual(references.length, client.text(room).match(/\buser\b/g).length)

  // A method gets another name, and so does a type that another file uses.
  await client.apply(await client.request('textDocument/rename', {...client.at(room, 'say(', 1), newName: 'speak'}))
  assert.match(client.text(room), /  speak\(who: user, text: string\)/)
  assert.deepStrictEqual(await client.wrong(room), [])
  await client.apply(await client.request('textDocument/rename', {...client.at('shapes.ocapn', 'point'), newName: 'place'}))
  assert.match(client.text(room), /-> shapes\.place\n/)
  assert.match(client.text('shapes.ocapn'), /struct place \{/)
  assert.deepStrictEqual([await client.wrong(room), await client.wrong('shapes.ocapn')], [[], []])

  // The layout of ocapngen fmt.
  const tidy = client.text(room)
  await client.type(room, '  name() -> string\n', '      name( )->string;\n\n\n')
  const options = {textDocument: {uri: client.uri(room)}, options: {tabSize: 2, insertSpaces: true}}
  assert.deepStrictEqual(await client.edit(client.uri(room), await client.request('textDocument/formatting', options)), [])
  assert.strictEqual(client.text(room), execFileSync(program, ['fmt'], {input: client.text(room), encoding: 'utf8'}))
  assert.strictEqual(client.text(room), tidy)

  assert.strictEqual(await client.stop(), 0)
  compare(client.said, path.join(__dirname, 'session.txt'))
})

test('what the server calls a symbol is a name for the grammar', async (t) => {
  const client = new Client(program, repository)
  t.after(() => client.server.kill())
  await client.start()
  const tokens = await grammar()
  const files = execFileSync('git', ['ls-files', '*.ocapn'], {cwd: repository, encoding: 'utf8'}).split('\n')
    .filter((f) => f !== '' && !f.startsWith('golden/testdata/'))
  assert.ok(files.length > 20)
  let count = 0
  for (const file of files) {
    const text = fs.readFileSync(path.join(repository, file), 'utf8')
    await client.open(file, text)
    const found = tokens(text)
    const visit = (symbol) => {
      count++
      const {line, character} = symbol.selectionRange.start
      const token = found.find((f) => f.line === line && f.start <= character && character < f.end)
      const where = `${file}:${line + 1}: ${symbol.name} is ${token?.scopes.join(' ')}`
      assert.ok(token?.scopes.some((s) => /^(entity\.name|variable\.other)\./.test(s)), where)
      symbol.children?.forEach(visit)
    }
    const symbols = await client.request('textDocument/documentSymbol', {textDocument: {uri: client.uri(file)}})
    symbols.forEach(visit)
  }
  assert.ok(count > 200)
  assert.strictEqual(await client.stop(), 0)
})

/** compare checks that a session is the recorded one, or records it: UPDATE=1 npm test. */
function compare(said, file) {
  const text = `${said.join('\n')}\n`.replace(/("serverInfo":\{"name":"ocapngen","version":)"[^"]*"/, '$1"VERSION"')
  if (process.env.UPDATE) fs.writeFileSync(file, text)
  assert.deepStrictEqual(text.split('\n'), fs.readFileSync(file, 'utf8').split('\n'))
}
