// The page in a real browser, without a screen. CHAT is the program, CHROMIUM the browser, PLAYWRIGHT the folder with playwright-core.
// If PICTURES is set, what is to be seen is kept in that folder.
import assert from "node:assert/strict"
import {spawn} from "node:child_process"
import {mkdtempSync, rmSync} from "node:fs"
import {createRequire} from "node:module"
import {tmpdir} from "node:os"
import {join} from "node:path"
import {after, before, test} from "node:test"

const {CHAT, CHROMIUM, PLAYWRIGHT, PICTURES} = process.env
const {chromium} = createRequire(join(PLAYWRIGHT, "/"))("playwright-core")

const hostile = "<img src=x onerror=alert(1)>"
const turned = "gpj.\u202Eexe.\u202C and \u05D0\u05D1\u05D2 \u200Bhidden"
const processes = []
let browser
let folder

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "chat-page-"))
  browser = await chromium.launchPersistentContext(folder, {
    executablePath: CHROMIUM, headless: true, args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  })
})

after(async () => {
  await browser?.close()
  for (const p of processes) p.kill("SIGTERM")
  await Promise.all(processes.map(p => p.exitCode ?? p.signalCode ?? new Promise(done => p.once("exit", done))))
  rmSync(folder, {recursive: true, force: true})
})

// chat starts the program, which keeps what it prints.
function chat(...args) {
  const p = spawn(CHAT, [args[0], "-folder", "", ...args.slice(1)], {stdio: ["pipe", "pipe", "inherit"]})
  p.printed = ""
  p.stdout.setEncoding("utf8").on("data", text => { p.printed += text })
  processes.push(p)
  return p
}

// printed waits until a program has printed something.
async function printed(p, what) {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise(next => setTimeout(next, 20))) {
    const found = p.printed.match(what)
    if (found) return found[0]
  }
  assert.fail(`${what} never came: ${p.printed}`)
}

// end waits for a program and returns its exit status.
const end = async p => p.exitCode ?? new Promise(done => p.once("exit", done))

// host hosts a room and returns its URI.
async function host(...args) {
  const p = chat("host", ...args)
  return [p, await printed(p, /ocapn:\S+/)]
}

// open opens the page of a new member, and wants it to be without complaint.
async function open(t, p, size = {width: 1100, height: 720}) {
  const address = await printed(p, /http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\//)
  const page = await browser.newPage()
  const complaints = []
  page.on("console", m => { if (m.type() === "error" || m.type() === "warning") complaints.push(m.text()) })
  page.on("pageerror", e => complaints.push(String(e)))
  page.on("dialog", d => { complaints.push(`a dialog: ${d.message()}`); d.dismiss() })
  page.on("request", r => { if (!r.url().startsWith(address)) complaints.push(`it asks for ${r.url()}`) })
  await page.setViewportSize(size)
  await page.goto(address)
  t.after(() => page.close())
  page.complaints = complaints
  page.address = address
  return page
}

// shows waits until the page shows a text somewhere.
const shows = (page, where, text) => page.locator(where).filter({hasText: text}).first().waitFor({timeout: 20_000})

async function picture(page, name) {
  if (PICTURES) await page.screenshot({path: join(PICTURES, name)})
}

test("two members talk, one of them on the page", {timeout: 60_000}, async t => {
  const [, uri] = await host("-name", "lobby")
  const ada = chat("join", "-web", "-name", "ada", uri)
  const page = await open(t, ada)
  await shows(page, "#here li", "ada")
  const bob = chat("join", "-name", "bob", "-say", "Hello from bob", "-expect", "2", uri)
  await shows(page, ".message .text", "Hello from bob")
  await shows(page, "#here li", "bob")

  await page.getByLabel("Your message").fill("Hello <b>bob</b>")
  await page.keyboard.press("Enter")
  await shows(page, ".mine:not(.pending) .text", "Hello <b>bob</b>")
  await page.getByLabel("Your message").fill("second")
  await page.getByRole("button", {name: "Send"}).click()
  assert.equal(await end(bob), 0)
  assert.match(bob.printed, /<ada> Hello <b>bob<\/b>\n[^]*<ada> second/)
  await shows(page, ".note", "bob left")
  assert.equal(await page.locator("#here li").count(), 1)
  assert.equal(await page.locator(".pending").count(), 0)
  assert.match(ada.printed, /<bob> Hello from bob/)

  await page.reload()
  await shows(page, ".message .text", "Hello from bob")
  assert.equal(await page.locator(".mine .text").count(), 2)
  assert.deepEqual(page.complaints, [])
})

test("names and messages are text", {timeout: 60_000}, async t => {
  const [, uri] = await host("-name", `<b>lob\u202Eby</b>`)
  const ada = chat("join", "-web", "-name", "ada", uri)
  const page = await open(t, ada)
  await shows(page, "#here li", "ada")
  const eve = chat("join", "-name", `${hostile}\u202E`, "-say", hostile, "-say", turned, "-say", "a\nb", "-expect", "1", uri)
  await shows(page, "#here li", hostile)
  await shows(page, ".message .text", hostile)
  await shows(page, ".message .text", "gpj.U+202Eexe.U+202C and")
  await shows(page, ".message .text", "U+200Bhidden")
  await page.getByLabel("Your message").fill("enough")
  await page.keyboard.press("Enter")
  assert.equal(await end(eve), 0)
  assert.equal(await page.title(), "<b>lobU+202Eby</b>")
  assert.equal(await page.locator("img, b").count(), 0)
  assert.ok(!(await page.locator("body").innerText()).includes("\u202E"))
  assert.equal(await page.locator(".text").filter({hasText: "U+202E"}).evaluate(e => getComputedStyle(e).unicodeBidi), "isolate")
  assert.equal(await page.locator(".text").nth(2).evaluate(e => e.textContent), "a\nb")
  assert.deepEqual(page.complaints, [])
})

test("addresses of the web lead where they say", {timeout: 60_000}, async t => {
  const [, uri] = await host()
  const ada = chat("join", "-web", "-name", "ada", uri)
  const page = await open(t, ada)
  await shows(page, "#here li", "ada")
  const texts = [
    "see https://example.org/a?b=c, and (http://example.org).", "javascript:alert(1) ocapn://a.b/s/c", "https://example.org@eve.example/",
    "https://exаmple.org/", "https://example.org\\@eve.example/", "https://a\u202E.example/",
  ]
  chat("join", "-name", "bob", ...texts.flatMap(text => ["-say", text]), "-expect", "1", uri)
  await shows(page, ".text", "U+202E")
  const links = await page.locator(".text a").evaluateAll(all => all.map(a => [a.textContent, a.getAttribute("href"), a.target, a.rel]))
  const web = address => [address, address, "_blank", "noopener noreferrer"]
  assert.deepEqual(links, [web("https://example.org/a?b=c"), web("http://example.org")])
  assert.equal(await page.locator(".text").first().evaluate(e => e.textContent), texts[0])
  assert.deepEqual(page.complaints, [])
})

test("a room that goes and comes back, on a phone", {timeout: 60_000}, async t => {
  const kept = mkdtempSync(join(tmpdir(), "chat-room-"))
  t.after(() => rmSync(kept, {recursive: true, force: true}))
  const again = () => host("-folder", kept, "-room", "lobby", "-name", "lobby", "-listen", `127.0.0.1:${port}`)
  let port = 0
  let [room, uri] = await again()
  port = Number(new URL(uri.replace("ocapn:", "http:")).searchParams.get("port"))
  const ada = chat("join", "-web", "-name", "ada", uri)
  const page = await open(t, ada, {width: 390, height: 780})
  await shows(page, "#state", "connected")
  room.kill("SIGTERM")
  await end(room)
  await shows(page, "#state", "the room is away")
  await page.getByLabel("Your message").fill("too early")
  assert.ok(await page.getByRole("button", {name: "Send"}).isDisabled())
  await again()
  await shows(page, "#state", "connected")
  await shows(page, ".note", "The room is back")
  await page.getByRole("button", {name: "1 here"}).click()
  await shows(page, "#here li", "ada")
  await page.keyboard.press("Escape")
  assert.ok(!(await page.locator("#people").isVisible()))
  await page.getByRole("button", {name: "1 here"}).click()
  await page.locator("#lines").click({position: {x: 10, y: 10}})
  assert.ok(!(await page.locator("#people").isVisible()))
  await page.getByRole("button", {name: "Send"}).click()
  await shows(page, ".mine:not(.pending) .text", "too early")
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it is wider than the phone")
  assert.deepEqual(page.complaints, [])
})

test("the address of the room is shown to whoever asks", {timeout: 60_000}, async t => {
  const [, uri] = await host()
  const ada = chat("join", "-web", "-name", "ada", uri)
  const page = await open(t, ada)
  await page.getByRole("button", {name: "Invite"}).click()
  await shows(page, "dialog", "The address is the key.")
  assert.ok(!(await page.content()).includes(uri.slice(0, 40)))
  await page.getByRole("button", {name: "Show the address"}).click()
  await page.getByRole("img", {name: "QR code"}).waitFor()
  assert.equal(await page.getByLabel("Address of the room").inputValue(), uri)
  await picture(page, "invite.png")
  await page.keyboard.press("Escape")
  assert.equal(await page.locator("#uri").evaluate(e => e.value), "")
  assert.deepEqual(page.complaints, [])
})

test("who reads what was said before is left in peace", {timeout: 60_000}, async t => {
  const [, uri] = await host()
  const ada = chat("join", "-web", "-name", "ada", uri)
  const page = await open(t, ada)
  await shows(page, "#here li", "ada")
  const many = Array.from({length: 40}, (_, i) => ["-say", `line ${i}`]).flat()
  chat("join", "-name", "bob", ...many, "-expect", "1", uri)
  await shows(page, ".text", "line 39")
  const place = () => page.locator("#lines").evaluate(e => e.scrollHeight - e.clientHeight - e.scrollTop)
  assert.ok(await place() < 2)
  await page.locator("#lines").evaluate(e => { e.scrollTop = 0 })
  await page.getByRole("button", {name: "New messages"}).waitFor({state: "hidden"})
  chat("join", "-name", "eve", "-say", "one more", uri)
  await page.getByRole("button", {name: "New messages"}).waitFor()
  assert.ok(await place() > 500)
  await page.getByRole("button", {name: "New messages"}).click()
  await shows(page, ".text", "one more")
  assert.ok(await place() < 60)
  await page.getByLabel("Your message").fill("enough\nof it")
  await page.keyboard.press("Enter")
  await shows(page, ".mine:not(.pending) .text", "of it")
  await page.getByLabel("Your message").fill("ä".repeat(5000))
  await shows(page, "#room-left", "1808 bytes too long")
  assert.ok(await page.getByRole("button", {name: "Send"}).isDisabled())
  assert.deepEqual(page.complaints, [])
})

test("the end of the chat is said", {timeout: 60_000}, async t => {
  const [, uri] = await host()
  const ada = chat("join", "-web", "-name", "ada", uri)
  const page = await open(t, ada)
  await shows(page, "#state", "connected")
  ada.kill("SIGINT")
  assert.equal(await end(ada), 0)
  await shows(page, "#trouble", "The chat has ended.")
  await shows(page, "#state", "not connected")
  await page.waitForTimeout(2000) // while it tries again
  await shows(page, "#trouble", "The chat has ended.")
})

// side keeps a picture of two others side by side.
async function side(t, ...pictures) {
  const page = await browser.newPage()
  t.after(() => page.close())
  await page.setViewportSize({width: 1440, height: 740})
  await page.setContent(`<body style="margin: 20px; display: flex; gap: 20px; background: #8a93a6">${
    pictures.map(p => `<img style="border-radius: 10px" src="data:image/png;base64,${p}">`).join("")}</body>`)
  await picture(page, "screenshot.png")
}

test("pictures", {timeout: 60_000, skip: !PICTURES}, async t => {
  const room = chat("host", "-web", "-as", "ada", "-name", "Garden of capabilities")
  const uri = await printed(room, /ocapn:\S+/)
  const page = await open(t, room)
  await shows(page, "#state", "connected")
  const others = ["bob", "Christine", "דוד", "eve"].map(name => chat("join", "-lines", "-name", name, uri))
  await page.waitForFunction(() => document.querySelectorAll("#here li").length === 5)
  const says = async (who, text) => {
    who.stdin.write(text + "\n")
    await shows(page, ".message:not(.mine) .text", text)
  }
  const answers = async text => {
    await page.getByLabel("Your message").fill(text)
    await page.keyboard.press("Enter")
    await shows(page, ".mine:not(.pending) .text", text)
  }
  const [bob, christine, david, eve] = others
  await says(bob, "Good morning! Is the vat that I left here yesterday still running?")
  await answers("It is. Your sturdyref is good, I have just enlivened it.")
  await says(christine, "Morning, both. The promise of the car factory resolved overnight.")
  await says(christine, "Its answer went straight to bob: https://ocapn.org/ calls that a handoff. The room never saw what was in it.")
  await says(david, "שלום לכולם, מה שלומכם?")
  eve.stdin.write(`${hostile} ${turned}\n`)
  await shows(page, ".text", "U+200Bhidden")
  await answers("Nice try, eve.")
  eve.stdin.end()
  await shows(page, ".note", "eve left")
  await page.getByLabel("Your message").fill("Shall we meet at three? ")
  const seen = {}
  for (const [scheme, device, width] of [["light", "desktop", 1000], ["dark", "desktop", 1000], ["light", "phone", 380], ["dark", "phone", 380]]) {
    await page.emulateMedia({colorScheme: scheme})
    await page.setViewportSize({width, height: 700})
    await page.waitForTimeout(200)
    await picture(page, `${device}-${scheme}.png`)
    seen[device + scheme] = (await page.screenshot()).toString("base64")
  }
  await side(t, seen.desktoplight, seen.phonedark)
  await page.getByRole("button", {name: "4 here"}).click()
  await picture(page, "phone-people.png")
})
