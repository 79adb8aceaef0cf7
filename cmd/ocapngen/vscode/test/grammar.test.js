'use strict'

const assert = require('node:assert')
const fs = require('node:fs')
const path = require('node:path')
const {before, test} = require('node:test')
const {grammar} = require('./textmate')

const repository = path.join(__dirname, '..', '..', '..', '..')
const every = path.join(__dirname, 'every.ocapn')

let tokens
before(async () => { tokens = await grammar() })

/** A line that says which scopes the line before has, in the columns under which it has ^ or, from the first on, <-. */
const assertion = /^\/\/ *(<-+|\^+) +(\S.*)$/

test('every construct has the scopes that the lines below it say', () => {
  const lines = fs.readFileSync(every, 'utf8').split('\n')
  const found = tokens(lines.filter((line) => !assertion.test(line)).join('\n'))
  const wrong = []
  let row = -1
  for (const [i, line] of lines.entries()) {
    const match = assertion.exec(line)
    if (!match) { row++; continue }
    const [, mark, scopes] = match
    const start = mark[0] === '<' ? 0 : line.indexOf('^')
    const end = mark[0] === '<' ? mark.length - 1 : start + mark.length
    for (const token of found.filter((t) => t.line === row && t.end > start && t.start < end)) {
      const has = (scope) => token.scopes.some((s) => `${s}.`.startsWith(`${scope}.`))
      if (!scopes.trim().split(/ +/).every(has)) wrong.push(`${i + 1}: ${token.text} is ${token.scopes.join(' ')}`)
    }
    const covered = found.filter((t) => t.line === row && t.start <= start && t.end > start).length
    if (covered !== 1) wrong.push(`${i + 1}: nothing stands above`)
  }
  assert.deepStrictEqual(wrong, [])
})

test('every word of the grammar is a keyword somewhere', () => {
  const doc = fs.readFileSync(path.join(repository, 'idl', 'doc.go'), 'utf8')
  const productions = doc.split('# Grammar')[1].split('# Terminology')[0].split('\n').filter((l) => /^\/\/\t\w+ = /.test(l))
  assert.ok(productions.length > 20)
  const words = new Set(productions.join('\n').match(/(?<=")[a-z]+(?=")/g))
  const keywords = tokens(fs.readFileSync(every, 'utf8')).filter((t) => t.scopes.some((s) => /^(keyword\.other|storage)\./.test(s)))
  const missing = [...words].filter((w) => !keywords.some((t) => t.text === w))
  assert.deepStrictEqual(missing, [])
})

test('every token of the compiler has a scope of its kind', async (t) => {
  const rules = lexerRules()
  for (const file of descriptions()) {
    await t.test(path.relative(repository, file), () => {
      const source = fs.readFileSync(file, 'utf8')
      const found = tokens(source)
      for (const token of lex(rules, source)) compare(token, found)
    })
  }
})

test('what the compiler calls a bad token is marked', () => {
  const bad = lexerRules().filter((r) => r.name.startsWith('Bad')).map((r) => r.name)
  assert.deepStrictEqual(bad, ['BadComment', 'BadString', 'BadCharacter'])
  for (const [source, want] of [
    ['struct s { a: string = "open\n}', 'invalid.illegal.unclosed-string.ocapn'],
    ['interface i { f() -> string; "open\n}', 'invalid.illegal.unclosed-string.ocapn'],
    ['const s: string = "\\q"', 'invalid.illegal.escape.ocapn'],
    ['interface i { get!() }', 'invalid.illegal.character.ocapn'],
    ['enum e { a, b# }', 'invalid.illegal.character.ocapn'],
    ['struct größe { }', 'invalid.illegal.character.ocapn'],
    ['struct s { a%: int }', 'invalid.illegal.character.ocapn'],
    ['union u { a! }', 'invalid.illegal.character.ocapn'],
    ['union u { a(list<int&>) }', 'invalid.illegal.character.ocapn'],
    ['callable c(a*: int)', 'invalid.illegal.character.ocapn'],
    ['const c: list<int> = [1, ~2]', 'invalid.illegal.character.ocapn'],
    ['enum e { "\\q" }', 'invalid.illegal.escape.ocapn'],
    ['union u { "\\q" }', 'invalid.illegal.escape.ocapn'],
    ['struct s { "\\q": int }', 'invalid.illegal.escape.ocapn'],
    ['interface i { "\\q"() }', 'invalid.illegal.escape.ocapn'],
    ['callable c("\\q": int)', 'invalid.illegal.escape.ocapn'],
  ]) {
    assert.ok(tokens(source).some((t) => t.scopes.includes(want)), `${source}: nothing is ${want}`)
  }
})

test('a declaration that somebody is writing does not swallow the next', () => {
  const next = '\n\ninterface after { f(a: int) -> string }'
  for (const unfinished of [
    'interface', 'interface i', 'interface i {', 'interface i {\n  f(', 'interface i {\n  f(a:', 'interface i {\n  f() ->',
    'interface i extends', 'interface i {\n  f() raises', 'struct s', 'struct s {', 'struct s {\n  a: list<', 'struct s {\n  a: int =',
    'const c', 'const c:', 'const c: list<int> = [1,', 'type t', 'type t =', 'callable c(', 'callable c() -> a |', 'import "x" as',
    'package', 'error', 'closed', '@max(', 'enum e', 'union u',
  ]) {
    const [name] = tokens(unfinished + next).filter((t) => t.text === 'after')
    assert.ok(name.scopes.includes('entity.name.type.interface.ocapn'), `${JSON.stringify(unfinished)}: after is ${name.scopes.join(' ')}`)
  }
})

test('line breaks and comments change nothing, wherever they stand', () => {
  // A space is where two tokens may be apart.
  const source = [
    'package a.b go "c"', 'import "d" as e', 'const f : list<int> = [ 1, 2.5 ]', 'const g : h = i', 'type j = k.l | null',
    'closed enum m { n, o "p" }', 'closed union q { r( s ) t { u ? : v = w } x }', 'struct y { z : tagged< "a", b > }',
    'error c { d : e }', 'callable f ( g : h, ... i : j )', 'callable k ( ) -> l | undefined raises m, n.o',
    'interface p extends q.r, error { @go( s ) oneway t ( u ? : v = true ) stream w ( x : y ) raises z, error a ( ) }',
  ].join(' ')
  const scopes = (text) => tokens(text)
    .filter((t) => !t.scopes.some((s) => s.startsWith('comment.')))
    .map((t) => `${t.text.trim()} ${t.scopes.join(' ')}`).join('\n')
  const want = scopes(source)
  for (const between of ['\n  ', ' /* } */ ', ' // {\n  ', '\n\n/* ( \n ) */\n']) {
    assert.strictEqual(scopes(source.replace(/(?<!\btype) /g, between)), want, JSON.stringify(between))
  }
})

test('descriptions in Markdown are highlighted', async () => {
  const markdown = await grammar('text.html.markdown')
  const found = markdown('Text\n\n```ocapn\ninterface i { f() }\n```\n\ninterface j\n')
  const scopes = (text) => found.find((t) => t.text === text)?.scopes ?? []
  assert.ok(scopes('i').includes('entity.name.type.interface.ocapn'), scopes('i').join(' '))
  assert.deepStrictEqual(found.at(-1).scopes, ['text.html.markdown'])
})

/** descriptions returns the paths of all .ocapn files of the repository but those that are wrong on purpose. */
function descriptions() {
  const out = [every]
  const walk = (folder) => {
    for (const entry of fs.readdirSync(folder, {withFileTypes: true})) {
      const full = path.join(folder, entry.name)
      if (entry.isDirectory() && !['node_modules', '.git', 'errors'].includes(entry.name)) walk(full)
      else if (entry.name.endsWith('.ocapn') && full !== every) out.push(full)
    }
  }
  walk(repository)
  assert.ok(out.length > 20)
  return out
}

/** lexerRules reads the token rules that the compiler is tested with: Go's regular expressions that are also ours. */
function lexerRules() {
  const source = fs.readFileSync(path.join(repository, 'idl', 'internal', 'syntax', 'scan_test.go'), 'utf8')
  const rules = [...source.matchAll(/\{Name: "(\w+)", Pattern: `([^`]+)`\}/g)].map(([, name, pattern]) => ({
    name, pattern: new RegExp(pattern, 'uy'),
  }))
  assert.ok(rules.length >= 10, 'scan_test.go is not what it was')
  return rules
}

/** lex cuts a text into the tokens of the compiler, those of several lines into one for each line. */
function lex(rules, source) {
  const out = []
  for (let offset = 0; offset < source.length;) {
    for (const {name, pattern} of rules) {
      pattern.lastIndex = offset
      const match = pattern.exec(source)
      if (!match) continue
      const before = source.slice(0, offset).split('\n')
      match[0].split('\n').forEach((text, i) => {
        const start = i === 0 ? before.at(-1).length : 0
        if (text.trim() !== '') out.push({name, text: text.trimEnd(), line: before.length - 1 + i, start})
      })
      offset = pattern.lastIndex
      break
    }
  }
  return out
}

/** The scopes that the tokens of the compiler may have. */
const kinds = {
  Banner: /^comment\.line\.banner/,
  Doc: /^comment\.line\.documentation/,
  Comment: /^comment\.(line\.double-slash|block)/,
  String: /^string\.quoted\.double/,
  Symbol: /^constant\.other\.symbol/,
  Ident: /^(keyword\.other|storage|entity\.name|variable|support\.type|constant\.language)\./,
  Float: /^constant\.numeric\.float/,
  Int: /^constant\.numeric\.integer/,
  Punct: /^(punctuation|keyword\.operator)\.|^entity\.name\.namespace\./, // with the points in dotted names
}

/** compare checks that a token of the compiler is covered by tokens of the grammar that end with it and have its kind. */
function compare(token, found) {
  const where = `${token.line + 1}:${token.start + 1}: ${token.name} ${token.text}`
  const end = token.start + token.text.length
  const covering = found.filter((t) => t.line === token.line && t.end > token.start && t.start < end)
  assert.ok(covering.length > 0, `${where} has no token`)
  for (const part of covering) {
    const scopes = `${where} is ${part.scopes.join(' ')}`
    assert.ok(part.scopes.some((s) => kinds[token.name].test(s)), scopes)
    assert.ok(!part.scopes.some((s) => s.startsWith('invalid')), scopes)
  }
  if (token.name === 'Ident' && !/namespace/.test(covering[0].scopes.join(' '))) {
    assert.deepStrictEqual([covering[0].start, covering.at(-1).end], [token.start, end], `${where} is cut elsewhere`)
  }
}
