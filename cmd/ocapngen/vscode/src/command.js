'use strict'

// Which program is the language server.

const fs = require('node:fs')
const path = require('node:path')

const tool = 'github.com/ocapn-go/ocapn/cmd/ocapngen'

/**
 * serverCommand returns the command line of the language server and the folder to run it in.
 *
 * @param {string[]} configured the setting ocapn.command
 * @param {string[]} folders where a go.mod file is looked for, in this order, and in the folders around each
 * @returns {{command: string, args: string[], cwd: string | undefined}}
 */
function serverCommand(configured, folders) {
  if (configured.length > 0) {
    return {command: configured[0], args: configured.slice(1), cwd: folders[0]}
  }
  for (const folder of folders) {
    const module = moduleAround(folder)
    if (module && hasTool(fs.readFileSync(path.join(module, 'go.mod'), 'utf8'))) {
      return {command: 'go', args: ['tool', 'ocapngen', 'lsp'], cwd: module}
    }
  }
  return {command: 'ocapngen', args: ['lsp'], cwd: folders[0]}
}

/** moduleAround returns the innermost folder that has a go.mod file, folder itself or one around it. */
function moduleAround(folder) {
  for (;;) {
    if (fs.existsSync(path.join(folder, 'go.mod'))) return folder
    const parent = path.dirname(folder)
    if (parent === folder) return undefined
    folder = parent
  }
}

/** hasTool says whether the text of a go.mod file declares ocapngen as a tool, on a line of its own or in a block. */
function hasTool(text) {
  let block = ''
  for (const line of text.split('\n')) {
    const words = line.replace(/\/\/.*/, '').trim().split(/\s+/)
    if (block === '' && words[1] === '(') block = words[0]
    else if (words[0] === ')') block = ''
    else if (block === 'tool' && unquote(words[0]) === tool) return true
    else if (block === '' && words[0] === 'tool' && unquote(words[1] ?? '') === tool) return true
  }
  return false
}

function unquote(word) {
  return word.replace(/^(["`])(.*)\1$/, '$2')
}

/**
 * explain says why the server did not start and what to do.
 *
 * @param {{command: string, args: string[]}} server what was run
 * @param {NodeJS.ErrnoException} error why it failed
 * @param {boolean} configured whether the command is that of the setting
 */
function explain(server, error, configured) {
  const line = [server.command, ...server.args].join(' ')
  if (error.code !== 'ENOENT') {
    return `The language server stopped while it was starting (${line}). Its output says why.`
  }
  if (configured) return `The program of the setting ocapn.command was not found: ${server.command}`
  if (server.command === 'go') return 'Go was not found in the PATH. It is needed to run the ocapngen of go.mod.'
  return `ocapngen was not found. Add it to your Go module: ${install}`
}

/** install is the command that makes ocapngen a tool of a Go module. */
const install = `go get -tool ${tool}`

module.exports = {serverCommand, hasTool, explain, install}
