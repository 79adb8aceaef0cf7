'use strict'

// The extension: a client of `ocapngen lsp` for the .ocapn files of the window.

const {spawn} = require('node:child_process')
const path = require('node:path')
const vscode = require('vscode')
const {CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn, State} = require('vscode-languageclient/node')
const {explain, install, serverCommand} = require('./command')

/** @type {vscode.LogOutputChannel} */
let output
/** @type {LanguageClient | undefined} */
let client
/** Starts and stops, one after the other. */
let queue = Promise.resolve()

async function activate(context) {
  output = vscode.window.createOutputChannel('OCapN', {log: true})
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('ocapn.restart', restart),
    vscode.commands.registerCommand('ocapn.output', () => output.show()),
    vscode.workspace.onDidChangeConfiguration((e) => e.affectsConfiguration('ocapn.command') && restart()),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
  )
  await restart()
}

async function deactivate() {
  queue = queue.then(stop)
  await queue
}

/** restart stops the server, if it runs, and starts the one that the settings ask for now. */
function restart() {
  queue = queue.then(stop).then(start)
  return queue
}

async function stop() {
  const running = client
  client = undefined
  if (running?.state === State.Starting) await running.start().catch(() => {}) // it cannot be stopped before
  if (running?.isRunning()) await running.dispose()
}

/** start starts the server. Failures are shown; the promise is never rejected. */
async function start() {
  if (!vscode.workspace.isTrusted) return
  const configured = vscode.workspace.getConfiguration('ocapn').get('command', [])
  const server = serverCommand(configured, folders())
  const line = [server.command, ...server.args].join(' ')
  output.info(`${line}${server.cwd ? ` (in ${server.cwd})` : ''}`)

  const starting = new Client('ocapn', 'OCapN', () => run(server), {
    documentSelector: [{language: 'ocapn', scheme: 'file'}],
    outputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({action: ErrorAction.Continue}), // what cannot be sent or read ends the connection
      closed: () => (starting.started ? crashed.closed() : {action: CloseAction.DoNotRestart, handled: true}),
    },
  })
  const crashed = starting.createDefaultErrorHandler()
  client = starting
  try {
    const title = 'OCapN: starting the language server'
    await vscode.window.withProgress({location: vscode.ProgressLocation.Window, title}, () => starting.start())
    starting.started = true
  } catch (error) {
    output.error(String(error?.message ?? error))
    report(explain(server, error, configured.length > 0))
  }
}

/** Client leaves it to start to say that a server does not start. */
class Client extends LanguageClient {
  started = false

  error(message, data, show) {
    super.error(message, data, this.started ? show : false)
  }
}

/** folders returns where to look for go.mod: around the description in front, around the other open ones, in the workspace. */
function folders() {
  const front = vscode.window.activeTextEditor?.document
  const open = [...(front ? [front] : []), ...vscode.workspace.textDocuments].filter((d) => d.languageId === 'ocapn')
  const files = open.map((d) => d.uri).filter((uri) => uri.scheme === 'file')
  const roots = (vscode.workspace.workspaceFolders ?? []).map((f) => f.uri).filter((uri) => uri.scheme === 'file')
  return [...files.map((uri) => path.dirname(uri.fsPath)), ...roots.map((uri) => uri.fsPath)]
}

/** run starts a program. The promise is rejected if there is none of that name. */
function run({command, args, cwd}) {
  return new Promise((resolve, reject) => {
    const process = spawn(command, args, {cwd, stdio: 'pipe'})
    process.once('error', reject)
    process.once('spawn', () => resolve(process))
  })
}

/** report shows what went wrong without waiting for the person to read it. */
function report(message) {
  const copy = message.endsWith(install) ? ['Copy Command'] : []
  vscode.window.showErrorMessage(message, ...copy, 'Show Output', 'Open Settings').then((choice) => {
    if (choice === 'Copy Command') vscode.env.clipboard.writeText(install)
    if (choice === 'Show Output') output.show()
    if (choice === 'Open Settings') vscode.commands.executeCommand('workbench.action.openSettings', 'ocapn.command')
  })
}

module.exports = {activate, deactivate}
