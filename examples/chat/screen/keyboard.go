package screen

import (
	"bytes"
	"unicode/utf8"
)

// keyKind says which key it is.
type keyKind uint8

const (
	keyText  keyKind = iota + 1 // text, of one key or of several
	keyPaste                    // text that was not typed
	keyEnter
	keyNewline
	keyTab
	keyLeft
	keyRight
	keyUp
	keyDown
	keyHome
	keyEnd
	keyPageUp
	keyPageDown
	keyWordLeft
	keyWordRight
	keyBackspace
	keyDelete
	keyWordBackspace
	keyWordDelete
	keyKillToEnd
	keyKillToStart
	keyYank
	keyRedraw
	keyInterrupt
	keyEndOfInput
	keyEscape
)

// key is what a person pressed.
type key struct {
	kind keyKind
	text string // of keyText and keyPaste
}

// controls are the keys that send a byte below 32, and the one that sends the last byte of ASCII.
var controls = map[byte]keyKind{
	0x01: keyHome, 0x02: keyLeft, 0x03: keyInterrupt, 0x04: keyEndOfInput, 0x05: keyEnd, 0x06: keyRight, 0x08: keyBackspace, '\t': keyTab,
	'\n': keyNewline, 0x0b: keyKillToEnd, 0x0c: keyRedraw, '\r': keyEnter, 0x0e: keyDown, 0x10: keyUp, 0x15: keyKillToStart,
	0x17: keyWordBackspace, 0x19: keyYank, 0x7f: keyBackspace,
}

// metas are the keys that are pressed together with Alt, or behind Esc.
var metas = map[byte]keyKind{
	'b': keyWordLeft, 'f': keyWordRight, 'd': keyWordDelete, 0x7f: keyWordBackspace, 0x08: keyWordBackspace, '\r': keyNewline, '\n': keyNewline,
}

// sequences are the keys that send Esc, [ or O, and this.
var sequences = map[string]keyKind{
	"A": keyUp, "B": keyDown, "C": keyRight, "D": keyLeft, "H": keyHome, "F": keyEnd, "Z": keyTab,
	"1~": keyHome, "7~": keyHome, "4~": keyEnd, "8~": keyEnd, "3~": keyDelete, "5~": keyPageUp, "6~": keyPageDown,
	"1;5D": keyWordLeft, "1;3D": keyWordLeft, "5D": keyWordLeft, "d": keyWordLeft,
	"1;5C": keyWordRight, "1;3C": keyWordRight, "5C": keyWordRight, "c": keyWordRight,
	"1;2A": keyPageUp, "1;2B": keyPageDown, "1;5A": keyPageUp, "1;5B": keyPageDown,
	"3;5~": keyWordDelete, "3;3~": keyWordDelete, "M": keyEnter,
}

// maxSequence is how long a sequence may be. What is longer is none.
const maxSequence = 32

var pasteBegin, pasteEnd = []byte("\x1b[200~"), []byte("\x1b[201~")

// keyboard turns the bytes that a terminal sends into keys. The zero keyboard is ready.
type keyboard struct {
	held    []byte // the beginning of something, or nothing
	pasting bool
}

// feed returns the keys that are complete with these bytes. A sequence that no key is known for is none.
func (k *keyboard) feed(input []byte) []key {
	k.held = append(k.held, input...)
	var keys []key
	for len(k.held) > 0 {
		pressed, n := k.next()
		if n == 0 {
			break
		}
		k.held = k.held[n:]
		if pressed.kind == keyText && len(keys) > 0 && keys[len(keys)-1].kind == keyText {
			keys[len(keys)-1].text += pressed.text
		} else if pressed.kind != 0 {
			keys = append(keys, pressed)
		}
	}
	k.held = bytes.Clone(k.held)
	return keys
}

// isWaiting reports whether a key is pressed of which it takes time to tell that no more bytes come. See flush.
func (k *keyboard) isWaiting() bool { return len(k.held) > 0 && !k.pasting }

// flush takes what is held for all there is: Esc, if it began with that.
func (k *keyboard) flush() []key {
	if !k.isWaiting() {
		return nil
	}
	escape := k.held[0] == 0x1b
	k.held = nil
	if escape {
		return []key{{kind: keyEscape}}
	}
	return nil
}

// next returns the key that the bytes held begin with, and its number of bytes: zero if there are too few. What is no key is taken away too.
func (k *keyboard) next() (key, int) {
	if k.pasting {
		return k.pasted()
	}
	b := k.held[0]
	switch {
	case b == 0x1b:
		return k.escaped()
	case b < ' ' || b == 0x7f:
		return key{kind: controls[b]}, 1
	}
	if !utf8.FullRune(k.held) {
		return key{}, 0
	}
	r, n := utf8.DecodeRune(k.held)
	if r == utf8.RuneError && n == 1 {
		return key{}, 1
	}
	return key{keyText, string(k.held[:n])}, n
}

// escaped is next for bytes that begin with Esc.
func (k *keyboard) escaped() (key, int) {
	if len(k.held) == 1 {
		return key{}, 0
	}
	if bytes.HasPrefix(k.held, pasteBegin) {
		k.pasting = true
		return key{}, len(pasteBegin)
	}
	switch k.held[1] {
	case '[', 'O':
	case 0x1b:
		return key{kind: keyEscape}, 1
	default:
		return key{kind: metas[k.held[1]]}, 2
	}
	for i := 2; i < len(k.held) && i < maxSequence; i++ {
		if b := k.held[i]; b >= '@' && b <= '~' && (b != '[' || i > 2) {
			return key{kind: sequences[string(k.held[2:i+1])]}, i + 1
		} else if b < ' ' {
			return key{}, i
		}
	}
	if len(k.held) >= maxSequence {
		return key{}, maxSequence
	}
	return key{}, 0
}

// pasted is next inside of a paste. It comes in parts; one ends where a rune ends.
func (k *keyboard) pasted() (key, int) {
	if end := bytes.Index(k.held, pasteEnd); end >= 0 {
		if end == 0 {
			k.pasting = false
			return key{}, len(pasteEnd)
		}
		return key{keyPaste, string(k.held[:end])}, end
	}
	n := len(k.held)
	if i := bytes.LastIndexByte(k.held, 0x1b); i >= 0 && bytes.HasPrefix(pasteEnd, k.held[i:]) {
		n = i // the end may have begun
	}
	for cut := n; cut > 0 && cut > n-utf8.UTFMax; cut-- {
		if utf8.RuneStart(k.held[cut-1]) {
			if !utf8.FullRune(k.held[cut-1 : n]) {
				n = cut - 1
			}
			break
		}
	}
	return key{keyPaste, string(k.held[:n])}, n
}
