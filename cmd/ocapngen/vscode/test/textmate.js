'use strict'

// The grammar as editors run it.

const fs = require('node:fs')
const path = require('node:path')
const oniguruma = require('vscode-oniguruma')
const textmate = require('vscode-textmate')

const syntaxes = path.join(__dirname, '..', 'syntaxes')
const sources = {
  'source.ocapn': path.join(syntaxes, 'ocapn.tmLanguage.json'),
  'markdown.ocapn.codeblock': path.join(syntaxes, 'markdown.tmLanguage.json'),
  'text.html.markdown': path.join(__dirname, 'markdown.json'),
}

/** grammar returns a function that cuts a text into tokens: {line, start, end, text, scopes}, white space left out. */
async function grammar(scopeName = 'source.ocapn') {
  await oniguruma.loadWASM(fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')))
  const registry = new textmate.Registry({
    onigLib: Promise.resolve(oniguruma),
    loadGrammar: async (scope) => textmate.parseRawGrammar(fs.readFileSync(sources[scope], 'utf8'), sources[scope]),
    getInjections: (scope) => (scope === 'text.html.markdown' ? ['markdown.ocapn.codeblock'] : []),
  })
  const rules = await registry.loadGrammar(scopeName)
  return (text) => {
    let state = textmate.INITIAL
    return text.split(/\r?\n/).flatMap((content, line) => {
      const result = rules.tokenizeLine(content, state)
      state = result.ruleStack
      return result.tokens
        .map((t) => {
          const end = Math.min(t.endIndex, content.length) // the line feed is part of the last token
          return {line, start: t.startIndex, end, text: content.slice(t.startIndex, end), scopes: t.scopes}
        })
        .filter((t) => t.text.trim() !== '')
    })
  }
}

module.exports = {grammar}
