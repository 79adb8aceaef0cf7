// Text that comes from others is shown as the text that it is. Everything here makes text nodes, never markup.

// Hidden are control and format characters, private ones and those that are none, the pattern of Braille without a dot and fillers that
// take place and show nothing. Joiners are not: they are seen in what they join. Neither are the letters behind a black flag that say
// whose it is.
const flag = "\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{1,6}\\u{E007F}"
const hidden = new RegExp(`${flag}|(?![\\u200C\\u200D\\n\\t])[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}\\p{Zl}\\p{Zp}\\u2800\\u115F\\u1160\\u3164\\uFFA0]`, "gu")
const isFlag = new RegExp(`^${flag}$`, "u")

// visible returns a node with the text, in which hidden characters stand by their numbers.
export function visible(text) {
  const all = document.createDocumentFragment()
  let from = 0
  for (const found of text.matchAll(hidden)) {
    if (isFlag.test(found[0])) continue
    all.append(text.slice(from, found.index), chip(found[0]))
    from = found.index + found[0].length
  }
  all.append(text.slice(from))
  return all
}

function chip(character) {
  const number = "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")
  const e = element("span", "hidden-character", number)
  e.title = "a hidden character"
  return e
}

// linked returns visible text in which addresses of the web lead there. They are of ASCII, and spelled as a browser spells them, so that it
// is seen where they lead.
export function linked(text) {
  const all = document.createDocumentFragment()
  let from = 0
  for (const found of text.matchAll(/\bhttps?:\/\/[!-~]+(?=\s|$)/g)) {
    const address = found[0].replace(/[.,;:!?'")\]}>]+$/, "")
    const url = URL.canParse(address) && new URL(address)
    if (!url || url.username || url.password || url.href !== address && url.href !== address + "/") continue
    const link = element("a", "", address)
    Object.assign(link, {href: address, target: "_blank", rel: "noopener noreferrer"})
    all.append(visible(text.slice(from, found.index)), link)
    from = found.index + address.length
  }
  all.append(visible(text.slice(from)))
  return all
}

// element returns an element with a class and text.
export function element(name, className, ...content) {
  const e = document.createElement(name)
  if (className) e.className = className
  e.append(...content)
  return e
}

// personName returns a name in its colour, which turns the direction of nothing beside it.
export function personName(person) {
  const e = element("bdi", "name", visible(person.name))
  e.dataset.color = person.color || 1
  return e
}

const clock = new Intl.DateTimeFormat([], {hour: "2-digit", minute: "2-digit", hourCycle: "h23"})
const day = new Intl.DateTimeFormat([], {weekday: "long", day: "numeric", month: "long"})

// timeOf returns the time of an event.
export function timeOf(at) {
  const e = element("time", "", clock.format(at))
  e.dateTime = at.toISOString()
  e.title = at.toLocaleString()
  return e
}

// dayOf returns the day of an event.
export const dayOf = at => day.format(at)
