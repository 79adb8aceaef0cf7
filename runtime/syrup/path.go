package syrup

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Paths in errors are cut to maxPath octets, and the names in them to maxPathName: their text is the peer's.
const (
	maxPath     = 512
	maxPathName = 40
)

// index is the step to an item of a list.
func index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// joinPath puts a step in front of a path, which is cut if it gets long.
func joinPath(step, path string) string {
	if len(path) > maxPath {
		return step + "..."
	}
	return step + path
}

// keyPath is the step to the value of an encoded key.
func keyPath(key []byte) string {
	text, marker := contents(key)
	switch {
	case (marker == '"' || marker == '\'') && isName(text):
		return "." + string(text)
	case marker == '"' || marker == '\'':
		return "[" + quote(text) + "]"
	default:
		return "{" + quote(key) + "}"
	}
}

// fieldPath is the step to the field i of a record with an encoded label.
func fieldPath(label []byte, i int) string {
	text, marker := contents(label)
	name := quote(label)
	if marker == '\'' && isName(text) {
		name = string(text)
	}
	return "<" + name + ">." + strconv.Itoa(i)
}

// isName reports whether the text can stand in a path as it is.
func isName(text []byte) bool {
	for i, c := range text {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c-'0' > 9 && c != '-' && c != ':') {
			return false
		}
	}
	return len(text) > 0 && len(text) <= maxPathName
}

// quote returns the text quoted, and cut if it is long.
func quote(text []byte) string {
	if len(text) <= maxPathName {
		return strconv.Quote(string(text))
	}
	cut := maxPathName
	for cut > maxPathName-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strconv.Quote(string(text[:cut])) + "..."
}

// A place is an open container on the way to an error.
type place struct {
	close byte
	begun int  // its opening bracket
	n     int  // values before the one in question
	name  Span // the label of a record, or the last key of a dictionary
}

// pathTo returns the path, from the value at start, to the value that holds off. It reads the input again, so that
// decoders have nothing to note on the way.
func pathTo(data []byte, start, off int) string {
	var places []place
	for i := start; i < off; {
		end, open := tokenEnd(data, i)
		c := data[i]
		switch {
		case end > off || end <= i:
			i = off // the value in question begins here
		case open:
			places = append(places, place{close: closing(c), begun: i})
			i = end
		case kindOfOctet(c) == Close:
			if len(places) == 0 || places[len(places)-1].close != c {
				i = off
				break
			}
			begun := places[len(places)-1].begun
			places = places[:len(places)-1]
			count(places, begun, end)
			i = end
		default:
			count(places, i, end)
			i = end
		}
	}
	return render(data, places)
}

// tokenEnd returns the end of the token at i, or i if there is none, and whether it opens a container.
func tokenEnd(data []byte, i int) (end int, open bool) {
	switch kindOfOctet(data[i]) {
	case Bool, Close:
		return i + 1, false
	case Float64:
		return i + 9, false
	case Float32:
		return i + 5, false
	case List, DictKind, RecordKind, SetKind:
		return i + 1, true
	}
	if data[i]-'0' > 9 {
		return i, false
	}
	p := scanPrefix(data, i)
	switch kindOfMarker(p.marker) {
	case Int:
		return p.end + 1, false
	case Bytes, String, SymbolKind:
		if p.value <= uint64(len(data)-p.end-1) {
			return p.end + 1 + int(p.value), false
		}
	}
	return i, false
}

// count notes a value in the innermost container.
func count(places []place, start, end int) {
	if len(places) == 0 {
		return
	}
	p := &places[len(places)-1]
	if p.close == RecordEnd && p.n == 0 || p.close == DictEnd && p.n&1 == 0 {
		p.name = Span{start, end}
	}
	p.n++
}

// render writes the path that leads through the places.
func render(data []byte, places []place) string {
	var b strings.Builder
	for _, p := range places {
		if b.Len() > maxPath {
			b.WriteString("...")
			break
		}
		b.WriteString(p.step(data))
	}
	return b.String()
}

// step returns the step to the value that is next in the container.
func (p place) step(data []byte) string {
	switch {
	case p.close == ListEnd:
		return index(p.n)
	case p.close == SetEnd:
		return "#" + strconv.Itoa(p.n)
	case p.close == DictEnd && p.n&1 == 0:
		return "{" + strconv.Itoa(p.n/2) + "}"
	case p.close == DictEnd:
		return keyPath(data[p.name.Start:p.name.End])
	case p.n == 0:
		return "<>"
	}
	return fieldPath(data[p.name.Start:p.name.End], p.n-1)
}
