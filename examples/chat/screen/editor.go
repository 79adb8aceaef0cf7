package screen

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxInput is how many bytes a person can type or paste for one message.
const MaxInput = 16 << 10

// editor is the text that a person is typing, character by character. It may have several lines. The zero editor is empty.
type editor struct {
	before, after []string // what stands on either side of the cursor
	killed        string   // what was cut out last
}

// text returns all of the text.
func (e *editor) text() string { return strings.Join(e.before, "") + strings.Join(e.after, "") }

// set replaces the text, and puts the cursor at its end.
func (e *editor) set(text string) { e.before, e.after = characters(text), nil }

// characters returns the characters of a text, and each end of a line as one of them.
func characters(text string) []string {
	var all []string
	for line := range strings.SplitAfterSeq(text, "\n") {
		line, end := strings.CutSuffix(line, "\n")
		for c := range clusters(line) {
			all = append(all, c.text)
		}
		if end {
			all = append(all, "\n")
		}
	}
	return all
}

// insert puts text where the cursor is, without what cannot be typed. It reports whether there was room for all of it.
func (e *editor) insert(text string) bool {
	text = typable(text)
	room := MaxInput - len(e.text())
	fits := len(text) <= room
	if !fits {
		text = text[:max(room, 0)]
		for text != "" && !utf8.ValidString(text) {
			text = text[:len(text)-1]
		}
	}
	if n := len(e.before); n > 0 && e.before[n-1] != "\n" { // what is typed may change the character before it
		text = e.before[n-1] + text
		e.before = e.before[:n-1]
	}
	e.before = append(e.before, characters(text)...)
	return fits
}

// typable returns the text with spaces for tabs, one kind of line end, and no other control characters.
func typable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case isLineEnd(r):
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
}

// press does what the key is for, if it is one for editing. It reports whether it is, and whether there was anything to do.
func (e *editor) press(k key) (known, done bool) {
	b, a := len(e.before), len(e.after)
	switch k.kind {
	case keyText, keyPaste:
		return true, e.insert(k.text)
	case keyNewline:
		return true, e.insert("\n")
	case keyLeft:
		e.move(b - min(1, b))
	case keyRight:
		e.move(b + min(1, a))
	case keyWordLeft:
		e.move(e.wordLeft())
	case keyWordRight:
		e.move(e.wordRight())
	case keyHome:
		e.move(e.lineStart())
	case keyEnd:
		e.move(e.lineEnd())
	case keyBackspace:
		e.before = e.before[:b-min(1, b)]
	case keyDelete:
		e.after = e.after[min(1, a):]
	case keyWordBackspace:
		e.kill(e.wordLeft(), b)
	case keyWordDelete:
		e.kill(b, e.wordRight())
	case keyKillToStart:
		e.kill(e.lineStart(), b)
	case keyKillToEnd:
		e.kill(b, e.lineEnd())
	case keyYank:
		return true, e.insert(e.killed)
	default:
		return false, false
	}
	return true, len(e.before) != b || len(e.after) != a
}

// move puts the cursor behind n characters.
func (e *editor) move(n int) {
	all := slices.Concat(e.before, e.after)
	e.before, e.after = slices.Clip(all[:n]), all[n:]
}

// kill cuts out the characters from one to another.
func (e *editor) kill(from, to int) {
	if from == to {
		return
	}
	all := slices.Concat(e.before, e.after)
	e.killed = strings.Join(all[from:to], "")
	e.before, e.after = slices.Clip(all[:from]), all[to:]
}

// lineStart returns how many characters stand before the line of the cursor.
func (e *editor) lineStart() int {
	for i := len(e.before); i > 0; i-- {
		if e.before[i-1] == "\n" {
			return i
		}
	}
	return 0
}

// lineEnd returns how many characters there are up to the end of the line of the cursor.
func (e *editor) lineEnd() int {
	if i := slices.Index(e.after, "\n"); i >= 0 {
		return len(e.before) + i
	}
	return len(e.before) + len(e.after)
}

// wordLeft returns where the word begins that the cursor is in or behind.
func (e *editor) wordLeft() int {
	i := len(e.before)
	for i > 0 && !isWord(e.before[i-1]) {
		i--
	}
	for i > 0 && isWord(e.before[i-1]) {
		i--
	}
	return i
}

// wordRight returns where the word ends that the cursor is in or before.
func (e *editor) wordRight() int {
	i := 0
	for i < len(e.after) && !isWord(e.after[i]) {
		i++
	}
	for i < len(e.after) && isWord(e.after[i]) {
		i++
	}
	return len(e.before) + i
}

// isWord reports whether a word goes on with the character.
func isWord(character string) bool {
	r, _ := utf8.DecodeRuneInString(character)
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_'
}

// line moves the cursor to the line above, or below if down, as far to the right as it was. It reports whether there is one.
func (e *editor) line(down bool) bool {
	start := e.lineStart()
	column := len(e.before) - start
	if !down {
		if start == 0 {
			return false
		}
		e.move(start - 1)
		start = e.lineStart()
		e.move(min(start+column, len(e.before)))
		return true
	}
	end := e.lineEnd()
	if end == len(e.before)+len(e.after) {
		return false
	}
	e.move(end + 1)
	e.move(min(len(e.before)+column, e.lineEnd()))
	return true
}
