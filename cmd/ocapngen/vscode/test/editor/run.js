'use strict'

// Runs suite.js inside of a real editor without a screen: the server of VS Code from the package code-server, in the
// folder EDITOR_FOLDER, shown by the browser CHROMIUM. The extension is installed from ocapn.vsix.

const assert = require('node:assert')
const {execFileSync, spawn} = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const {ocapngen} = require('../client')

const modules = path.join(process.env.EDITOR_FOLDER, 'node_modules')
const {chromium} = require(path.join(modules, 'playwright-core'))
const extension = path.join(__dirname, '..', '..')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'ocapn-editor-'))
const workspace = path.join(scratch, 'workspace')

/** What the editor shows in the corner, for the person to read. */
const shown = []

async function main() {
  fs.cpSync(path.join(__dirname, '..', 'workspace'), workspace, {recursive: true})
  const folder = path.join(scratch, 'bin')
  fs.mkdirSync(folder)
  fs.symlinkSync(path.resolve(ocapngen()), path.join(folder, 'ocapngen'))
  const env = {...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}`, EXTENSIONS_GALLERY: '{}', VSCODE_CLI: '1'}
  delete env.VSCODE_IPC_HOOK_CLI // an editor in whose terminal this may run

  const program = path.join(modules, 'code-server', 'out', 'node', 'entry.js')
  const own = ['config.yaml', 'data', 'extensions', 'socket'].map((name) => path.join(scratch, name))
  const flags = ['--config', own[0], '--user-data-dir', own[1], '--extensions-dir', own[2], '--session-socket', own[3]]
  fs.mkdirSync(path.join(own[1], 'User'), {recursive: true})
  fs.writeFileSync(path.join(own[1], 'User', 'settings.json'), JSON.stringify({'git.enabled': false}))
  execFileSync(process.execPath, [program, ...flags, '--install-extension', path.join(extension, 'ocapn.vsix')], {env, stdio: 'pipe'})
  const server = spawn(process.execPath, [
    program, ...flags, '--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check',
    '--disable-workspace-trust',
  ], {env})
  try {
    const code = await show(await address(server))
    assert.strictEqual(code, 0, 'the suite failed')
    assert.deepStrictEqual(shown, [
      'The program of the setting ocapn.command was not found: /no/such/program',
      'The language server stopped while it was starting (false). Its output says why.',
    ])
  } finally {
    server.kill()
    await new Promise((resolve) => server.once('exit', resolve))
    fs.rmSync(scratch, {recursive: true, maxRetries: 5})
  }
}

/** address waits for the server to say where it listens. */
function address(server) {
  return new Promise((resolve, reject) => {
    let text = ''
    server.stdout.on('data', (data) => {
      text += data
      const match = /HTTP server listening on http:\/\/([\d.]+:\d+)/.exec(text)
      if (match) resolve(match[1])
    })
    server.once('exit', () => reject(new Error(`the editor ended: ${text}`)))
  })
}

/** show opens the workspace in a browser, runs the suite and returns its exit code. */
async function show(host) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  })
  try {
    const page = await browser.newPage()
    const timeout = setTimeout(() => page.close(), 120_000)
    const ended = new Promise((resolve, reject) => {
      page.exposeFunction('codeAutomationExit', resolve)
      page.once('close', () => reject(new Error('the suite takes too long')))
    })
    await page.exposeFunction('codeAutomationLog', (kind, args) => {
      if (/^suite: /.test(args[0])) console.log(args[0])
    })
    await page.exposeFunction('shown', (text) => shown.push(text))
    await page.addInitScript(watch)
    const remote = (file) => `vscode-remote://${host}${file}`
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(__dirname)],
      ['extensionTestsPath', remote(path.join(__dirname, 'suite.js'))],
      ['skipWelcome', 'true'],
    ])
    await page.goto(`http://${host}/?folder=${workspace}&payload=${encodeURIComponent(payload)}`)
    const code = await ended
    clearTimeout(timeout)
    return code
  } finally {
    await browser.close()
  }
}

/** watch runs in the page: it reports the texts of notifications once each. */
function watch() {
  const seen = new WeakSet()
  new MutationObserver(() => {
    for (const toast of document.querySelectorAll('.notification-toast .notification-list-item-message')) {
      if (seen.has(toast) || toast.textContent === '') continue
      seen.add(toast)
      window.shown(toast.textContent)
    }
  }).observe(document, {childList: true, subtree: true})
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
