package screen

import "slices"

// maxHistory is how many lines are remembered.
const maxHistory = 500

// history is what was typed before, as the cursor keys bring it back. The zero history is empty.
type history struct {
	lines []string
	at    int    // which line is shown; len(lines) if it is none
	draft string // what was typed when the first of them was brought back
}

// add remembers a line, unless it is the one before.
func (h *history) add(line string) {
	if n := len(h.lines); n == 0 || h.lines[n-1] != line {
		h.lines = append(h.lines, line)
		h.lines = slices.Delete(h.lines, 0, max(0, len(h.lines)-maxHistory))
	}
	h.at, h.draft = len(h.lines), ""
}

// older returns the line before the one that is shown, where text is what stands there now. It reports false if there is none.
func (h *history) older(text string) (string, bool) {
	if h.at == 0 {
		return "", false
	}
	if h.at == len(h.lines) {
		h.draft = text
	}
	h.at--
	return h.lines[h.at], true
}

// newer returns the line behind the one that is shown: what was typed first, in the end. It reports false if there is none.
func (h *history) newer() (string, bool) {
	if h.at == len(h.lines) {
		return "", false
	}
	h.at++
	if h.at == len(h.lines) {
		return h.draft, true
	}
	return h.lines[h.at], true
}
