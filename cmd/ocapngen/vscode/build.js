'use strict'

// Bundles the extension into dist/extension.js, and beside it the licences of what is bundled.

const fs = require('node:fs')
const path = require('node:path')
const {buildSync} = require('esbuild')

const {metafile} = buildSync({
  entryPoints: ['src/extension.js'],
  outfile: 'dist/extension.js',
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  metafile: true,
  logLevel: 'warning',
})

// The last node_modules folder in the path of a file has its package.
const packages = new Set(Object.keys(metafile.inputs).flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []))
const notices = [...packages].sort().map((folder) => {
  const {name, version, license} = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const file = fs.readdirSync(folder).find((f) => /^licen[cs]e/i.test(f))
  if (!file) throw new Error(`${name} comes without its licence`)
  return `${name} ${version} (${license})\n\n${fs.readFileSync(path.join(folder, file), 'utf8').trim()}\n`
})
fs.writeFileSync('dist/LICENSES.txt', notices.join(`\n${'-'.repeat(80)}\n\n`))
fs.copyFileSync('../../../LICENSE', 'LICENSE')
