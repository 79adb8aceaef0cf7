import {dayOf, element, linked, personName, timeOf, visible} from "./text.js"

const maxLines = 1000 // that the page keeps

// Lines are the conversation as the page shows it.
export class Lines {
  constructor(box, newest) {
    this.box = box
    this.newest = newest
    this.clear()
    newest.addEventListener("click", () => this.toEnd())
    box.addEventListener("scroll", () => {
      this.following = this.atEnd()
      if (this.following) this.newest.hidden = true
    }, {passive: true})
    new ResizeObserver(() => { if (this.following) this.toEnd() }).observe(box)
  }

  clear() {
    this.box.replaceChildren()
    this.pending = new Map() // lines on their way, by number
    this.last = null // the last line, if a message
    this.day = ""
    this.following = true
  }

  // show shows an event, if it is a line.
  show(e) {
    const following = this.following
    const line = this.lineOf(e)
    if (!line) return
    this.add(line, e)
    while (this.box.childElementCount > maxLines) this.box.firstElementChild.remove()
    if (following || e.event === "sending") this.toEnd()
    else if (e.event === "message") this.newest.hidden = false
  }

  lineOf(e) {
    switch (e.event) {
    case "joined":
      if (e.quiet) return null
      return e.who.self ? note(e, "You are in the room as ", personName(e.who)) : note(e, personName(e.who), " is here")
    case "left":
      return note(e, personName(e.who), " left")
    case "note":
      return note(e, element("span", "told", visible(e.text)))
    case "missed":
      return note(e, element("span", "told", visible(`${e.text} (${e.error})`)))
    case "away":
      return note(e, "The room is away. It is looked for; messages can be sent when it is back.")
    case "back":
      return note(e, "The room is back")
    case "unsent":
      this.settle(e.id)
      return this.message(e, "failed")
    case "sending":
      return this.message(e, "pending")
    case "message":
      this.settle(e.id)
      return this.message(e, "")
    }
    return null
  }

  // message returns a line that somebody said.
  message(e, fate) {
    const self = fate !== "" || e.who.self
    const line = element("article", `message ${self ? "mine" : ""} ${fate}`)
    const text = element("div", e.odd ? "text odd" : "text", linked(e.text || ""))
    text.dir = "auto"
    const head = element("div", "head")
    if (self) head.append(element("span", "unseen", "You"))
    else head.append(personName(e.who))
    const at = new Date(e.time)
    head.append(" ", timeOf(at))
    if (fate === "pending") head.append(" ", element("span", "fate", "sending…"))
    if (fate === "failed") head.append(" ", element("span", "fate", "not sent: ", visible(e.error || "")))
    line.append(head, text)
    line.speaker = self ? "you" : String(e.who.id)
    line.at = at
    if (fate === "pending") line.setAttribute("aria-hidden", "true") // it is read out when it is said
    if (fate === "pending" && e.id) this.pending.set(e.id, line)
    return line
  }

  // settle takes away a message that was on its way: what became of it is a line of its own.
  settle(id) {
    if (!id || !this.pending.has(id)) return
    const line = this.pending.get(id)
    this.pending.delete(id)
    if (this.last === line) this.last = line.previousElementSibling
    line.remove()
  }

  // add puts a line behind the others, with the day before the first of each.
  add(line, e) {
    const today = dayOf(new Date(e.time))
    if (today !== this.day) {
      this.day = today
      this.box.append(element("p", "day", today))
      this.last = null
    }
    const last = this.last
    if (last && line.speaker && last.speaker === line.speaker && line.at - last.at < 300000) line.classList.add("more")
    this.box.append(line)
    this.last = line
  }

  atEnd() {
    return this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 60
  }

  toEnd() {
    this.box.scrollTop = this.box.scrollHeight
    this.following = true
    this.newest.hidden = true
  }
}

// note returns a line that nobody said.
function note(e, ...content) {
  return element("p", "note", ...content, " ", timeOf(new Date(e.time)))
}
