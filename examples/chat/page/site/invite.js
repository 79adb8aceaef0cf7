// What lets others into the room is asked for when the person wants to see it, and forgotten afterwards.

const get = id => document.getElementById(id)

export function setUpInvite() {
  const dialog = get("invite")
  get("show-invite").addEventListener("click", () => dialog.showModal())
  dialog.addEventListener("close", conceal)
  dialog.addEventListener("click", e => { if (e.target === dialog) dialog.close() })
  get("reveal").addEventListener("click", reveal)
  get("copy").addEventListener("click", copy)
  get("uri").addEventListener("focus", e => e.target.select())
}

async function reveal() {
  try {
    const answer = await fetch("invite", {cache: "no-store"})
    if (!answer.ok) throw new Error(answer.statusText)
    const invite = await answer.json()
    get("uri").value = invite.uri
    draw(invite)
    show(true)
    get("copy").focus()
  } catch {
    get("reveal").textContent = "The chat does not answer. Try again"
  }
}

// draw draws the QR code. Readers want four light modules around it.
function draw({size, path}) {
  const code = get("code")
  code.toggleAttribute("hidden", !size)
  if (!size) return
  code.setAttribute("viewBox", `-4 -4 ${size + 8} ${size + 8}`)
  const dark = document.createElementNS("http://www.w3.org/2000/svg", "path")
  dark.setAttribute("d", path)
  code.replaceChildren(dark)
}

async function copy() {
  const uri = get("uri")
  try {
    await navigator.clipboard.writeText(uri.value)
    get("copied").textContent = "Copied"
  } catch {
    uri.focus()
    get("copied").textContent = "Selected: copy it with the keyboard"
  }
}

function conceal() {
  get("uri").value = ""
  get("code").replaceChildren()
  get("copied").textContent = ""
  get("reveal").textContent = "Show the address"
  show(false)
}

// show shows the address, or that it can be shown.
function show(revealed) {
  get("reveal").hidden = revealed
  get("revealed").hidden = get("copy").hidden = !revealed
}
