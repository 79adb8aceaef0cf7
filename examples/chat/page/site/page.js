import {setUpInvite} from "./invite.js"
import {Lines} from "./lines.js"
import {element, personName, visible} from "./text.js"

const get = id => document.getElementById(id)
const lines = new Lines(get("lines"), get("newest"))
const text = get("text")

let socket = null // which has said how things stand, or null
let trying = null // the last one
let limit = 0 // bytes of a message
let failures = 0 // to connect, one after the other
let timer = 0
let title = "Chat"
let unread = 0
let away = false
let people = new Map()

// connect connects to the program, again and again until it answers.
function connect() {
  clearTimeout(timer)
  if (trying && trying.readyState < WebSocket.CLOSING) return
  const s = trying = new WebSocket(new URL("live", location.href.replace(/^http/, "ws")))
  s.addEventListener("message", m => {
    socket = s
    failures = 0
    happened(JSON.parse(m.data))
  })
  s.addEventListener("close", e => {
    socket = null
    failures++
    const reason = reasonOf(e)
    if (reason) trouble(reason)
    showState()
    timer = setTimeout(connect, Math.min(500 * 2 ** failures, 15000))
  })
}

// reasonOf returns why there is no connection, as far as it is new.
function reasonOf(e) {
  if (e.code === 1013) return "Too many pages of this conversation are open. Close one of them."
  if (e.code === 1001) return "The chat has ended. If it is started again, it prints a new address."
  if (failures < 3) return ""
  return "The chat does not answer. If it has ended and is started again, it prints a new address."
}

// trouble shows what is wrong, or nothing.
function trouble(what) {
  get("trouble").textContent = what
  get("trouble").hidden = !what
}

// happened shows what happened.
function happened(e) {
  switch (e.event) {
  case "hello":
    return begin(e)
  case "joined":
    people.set(e.who.id, e.who)
    showPeople()
    break
  case "left":
    people.delete(e.who.id)
    showPeople()
    break
  case "away":
    people = new Map()
    away = true
    showPeople()
    break
  case "back":
    away = false
    break
  case "message":
    if (document.hidden && !e.who.self) unread++
  }
  lines.show(e)
  showState()
}

// begin shows how things stand.
function begin(e) {
  limit = e.limit
  away = e.away
  people = new Map((e.people || []).map(p => [p.id, p]))
  get("room").firstElementChild.replaceChildren(visible(e.room || "Chat"))
  title = get("room").textContent // in which nothing is hidden
  get("show-invite").hidden = !e.invite
  get("lines").setAttribute("aria-live", "off") // what was said before is read by whoever wants to
  lines.clear()
  for (const line of e.lines) lines.show(line)
  requestAnimationFrame(() => get("lines").setAttribute("aria-live", "polite"))
  trouble("")
  showPeople()
  showState()
}

function showPeople() {
  const all = [...people.values()]
  get("count").textContent = get("number").textContent = all.length
  get("here").replaceChildren(...all.map(p => {
    const item = element("li", "", personName(p))
    if (p.self) item.append(" ", element("span", "you", "you"))
    return item
  }))
}

// showState shows whether something can be said.
function showState() {
  const state = get("state")
  const now = !socket ? (get("trouble").hidden ? "waiting" : "lost") : away ? "away" : "live"
  if (state.dataset.state !== now) {
    state.dataset.state = now
    state.textContent = {waiting: "connecting…", lost: "not connected", away: "the room is away", live: "connected"}[now]
  }
  document.title = (unread ? `(${unread}) ` : "") + title
  measure()
}

// measure says how much more can be written, when little is left.
function measure() {
  const left = limit - new TextEncoder().encode(text.value.trim()).length
  get("room-left").textContent = limit && left < 500 ? (left < 0 ? `${-left} bytes too long` : `${left} bytes left`) : ""
  get("send").disabled = !socket || away || left < 0 || text.value.trim() === ""
}

function say() {
  measure()
  if (get("send").disabled) return
  socket.send(JSON.stringify({say: text.value.trim()}))
  text.value = ""
  fit()
  measure()
}

// openPeople shows the people where there is no place for them beside the conversation, or not.
function openPeople(open) {
  document.body.classList.toggle("people-open", open)
  get("show-people").setAttribute("aria-expanded", String(open))
}

// fit makes the box as high as what is written.
function fit() {
  text.style.height = "auto"
  text.style.height = `${text.scrollHeight + 2}px`
}

text.addEventListener("input", () => { fit(); measure() })
text.addEventListener("keydown", e => {
  if (e.key !== "Enter" || e.shiftKey || e.isComposing || matchMedia("(pointer: coarse)").matches) return
  e.preventDefault()
  say()
})
get("say").addEventListener("submit", e => {
  e.preventDefault()
  say()
  text.focus()
})
get("show-people").addEventListener("click", () => openPeople(!document.body.classList.contains("people-open")))
get("lines").addEventListener("click", () => openPeople(false))
document.addEventListener("keydown", e => { if (e.key === "Escape") openPeople(false) })
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return
  unread = 0
  showState()
  if (!socket) connect()
})
setUpInvite()
if (!matchMedia("(pointer: coarse)").matches) text.focus()
connect()
