'use strict'

const assert = require('node:assert')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const {test} = require('node:test')
const {explain, hasTool, serverCommand} = require('../src/command')

const tool = 'github.com/ocapn-go/ocapn/cmd/ocapngen'

test('go.mod files with and without the tool', () => {
  for (const [text, want] of [
    [`module m\n\ngo 1.26\n\ntool ${tool}\n`, true],
    [`module m\ntool (\n\tgolang.org/x/tools/cmd/stringer\n\t${tool} // for .ocapn files\n)\n`, true],
    [`module m\r\ntool "${tool}"\r\n`, true],
    [`module m\nrequire (\n\t${tool} v1.0.0\n)\n`, false],
    [`module m\n// tool ${tool}\n`, false],
    [`module m\ntool ${tool}/other\n`, false],
    [`module m\nrequire github.com/ocapn-go/ocapn v1.0.0\n`, false],
    [`module m\ntool (\n\ta.example/b\n)\nrequire (\n\t${tool} v1.0.0\n)\n`, false],
    ['', false],
  ]) {
    assert.strictEqual(hasTool(text), want, text)
  }
})

test('the server is the one of the setting, of go.mod, or of the PATH', (t) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ocapn-'))
  t.after(() => fs.rmSync(root, {recursive: true}))
  const folder = (...names) => {
    const full = path.join(root, ...names)
    fs.mkdirSync(full, {recursive: true})
    return full
  }
  const [deep, other, none] = [folder('with', 'a', 'b'), folder('without', 'c'), folder('none')]
  fs.writeFileSync(path.join(root, 'with', 'go.mod'), `module m\ntool ${tool}\n`)
  fs.writeFileSync(path.join(root, 'without', 'go.mod'), 'module n\n')

  const ofModule = {command: 'go', args: ['tool', 'ocapngen', 'lsp'], cwd: path.join(root, 'with')}
  const ofPath = (cwd) => ({command: 'ocapngen', args: ['lsp'], cwd})
  assert.deepStrictEqual(serverCommand(['x', '-y', 'z'], [deep]), {command: 'x', args: ['-y', 'z'], cwd: deep})
  assert.deepStrictEqual(serverCommand([], [deep]), ofModule)
  assert.deepStrictEqual(serverCommand([], [other, deep]), ofModule)
  assert.deepStrictEqual(serverCommand([], [other]), ofPath(other))
  assert.deepStrictEqual(serverCommand([], [none]), ofPath(none))
  assert.deepStrictEqual(serverCommand([], []), ofPath(undefined))
})

test('what is said when the server does not start names what to do', () => {
  const missing = Object.assign(new Error('spawn'), {code: 'ENOENT'})
  const server = {command: 'ocapngen', args: ['lsp']}
  for (const [message, want] of [
    [explain(server, missing, false), /go get -tool github\.com\/ocapn-go\/ocapn\/cmd\/ocapngen$/],
    [explain({command: 'go', args: ['tool', 'ocapngen', 'lsp']}, missing, false), /^Go was not found/],
    [explain({command: '/x/y', args: []}, missing, true), /ocapn\.command was not found: \/x\/y$/],
    [explain(server, new Error('closed'), false), /\(ocapngen lsp\)\. Its output says why/],
  ]) {
    assert.match(message, want)
  }
})
