package syrup

import (
	"errors"
	"fmt"
	"io"
)

// inlineLevels is how many open containers Skim counts without allocating.
const inlineLevels = 24

// A Span is a part of the input: from Start up to, not including, End.
type Span struct{ Start, End int }

// Skim finds the end of the value at off, and appends to spans the outermost records whose label is a symbol for which
// want(label) is true: nothing inside such a record is reported. A nil want reports nothing. The label aliases data and
// must not be kept.
//
// It checks syntax, UTF-8 and limits, in one pass that builds nothing and, up to 24 containers deep, allocates only for
// spans. What tolerant mode admits it admits; whether keys are distinct it does not see. Errors are those of a
// [Decoder]; with one, spans comes back as it was.
//
// Spec: Syrup#specification.
func Skim(spans []Span, data []byte, off int, lim Limits, want func(label []byte) bool) (_ []Span, end int, err error) {
	s := skimmer{input: data, data: data, start: off, limits: lim.orDefaults(), want: want}
	if off < 0 || off > len(data) {
		return spans, off, &SyntaxError{Offset: off, Err: io.ErrUnexpectedEOF}
	}
	if len(data)-off > s.limits.MaxBytes {
		s.data = data[:off+s.limits.MaxBytes]
	}
	found, end, err := s.value(spans)
	if err != nil {
		return spans, end, err
	}
	return found, end, nil
}

// A level is one open container, as far as its end is concerned.
type level struct {
	n     int32 // values read
	bound int32 // the most there may be
	close byte  // the closing bracket; 0 outside of containers
}

// open returns the level that a bracket opens.
func (l Limits) open(bracket byte) level {
	lv := level{bound: int32(l.MaxItems), close: closing(bracket)}
	if bracket == DictStart {
		lv.bound *= 2
	}
	return lv
}

// closeError returns what is wrong if bracket closes a container that has n values and ends with want; nil if nothing is.
func closeError(bracket, want byte, n int32) error {
	switch {
	case bracket != want:
		return fmt.Errorf("%w %q", ErrBracket, bracket)
	case want == RecordEnd && n == 0:
		return ErrMissingLabel
	case want == DictEnd && n&1 != 0:
		return ErrMissingValue
	}
	return nil
}

// A skimmer looks for the end of one value.
type skimmer struct {
	input  []byte // all there is
	data   []byte // cut at MaxBytes
	start  int
	limits Limits
	want   func(label []byte) bool
}

// levels are the containers around the present one, of which most values have few.
type levels struct {
	inline [inlineLevels]level
	spill  []level
}

// push puts a level behind as many as depth says.
func (l *levels) push(depth int, top level) {
	if depth < inlineLevels {
		l.inline[depth] = top
	} else {
		l.spill = append(l.spill, top)
	}
}

// pop takes the level off that is behind as many as depth says.
func (l *levels) pop(depth int) level {
	if depth < inlineLevels {
		return l.inline[depth]
	}
	last := l.spill[len(l.spill)-1]
	l.spill = l.spill[:len(l.spill)-1]
	return last
}

// floatSize returns how many bytes a number takes that begins with c: D or F.
func floatSize(c byte) int {
	if c == 'F' {
		return 5
	}
	return 9
}

// value passes over the value at start.
func (s *skimmer) value(spans []Span) (_ []Span, end int, err error) {
	var (
		above  levels
		depth  int
		wanted int // the depth of the record being reported, if it is not 0
	)
	top := level{bound: 1}
	data := s.data
	for i := s.start; i < len(data); {
		switch c := data[i]; c {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			from := i
			text, marker, next, err := s.sized(i)
			if err != nil {
				return spans, i, err
			}
			i = next
			if marker == '\'' && top.n == 0 && top.close == RecordEnd && wanted == 0 && s.want != nil && s.want(text) {
				wanted = depth
				spans = append(roomForSpan(spans, len(data)-i), Span{Start: from - 1})
			}
		case ListStart, DictStart, RecordStart, SetStart:
			if depth == s.limits.MaxDepth {
				return spans, i, &LimitError{Name: "MaxDepth", Limit: depth, Offset: i}
			}
			above.push(depth, top)
			depth++
			top = s.limits.open(c)
			i++
			continue
		case ListEnd, DictEnd, RecordEnd, SetEnd:
			if c != top.close || top.n == 0 && c == RecordEnd || top.n&1 != 0 && c == DictEnd {
				return spans, i, s.misplaced(i, depth, closeError(c, top.close, top.n))
			}
			i++
			if depth == wanted {
				spans[len(spans)-1].End = i
				wanted = 0
			}
			depth--
			top = above.pop(depth)
		case 't', 'f':
			i++
		case 'D', 'F':
			if i += floatSize(c); i > len(data) {
				return spans, i, s.short(len(data))
			}
		default:
			return spans, i, s.syntax(i, unexpectedByte(c))
		}
		top.n++
		if top.n > top.bound {
			return spans, i, &LimitError{Name: "MaxItems", Limit: s.limits.MaxItems, Offset: i}
		}
		if depth == 0 {
			return spans, i, nil
		}
	}
	return spans, len(data), s.short(len(data))
}

// roomForSpan returns spans with room for one more. If it has to grow it doubles, but makes room for no more than can be in what is left of
// the input. So all that one value has had, one after the other, take up twice as much as the last, where append would make five times as
// much.
func roomForSpan(spans []Span, left int) []Span {
	const (
		few      = 8
		shortest = len("<0'>")
	)
	n := len(spans)
	if n < cap(spans) {
		return spans
	}
	grown := make([]Span, n, n+max(1, min(max(n, few), left/shortest)))
	copy(grown, spans)
	return grown
}

// sized passes over what begins with a digit. It returns the contents of a text or byte array, the marker, and the end.
func (s *skimmer) sized(start int) (content []byte, marker byte, end int, err error) {
	data := s.data
	n := uint64(data[start] - '0')
	i := start + 1
	for i < len(data) && data[i]-'0' <= 9 {
		n = n*10 + uint64(data[i]-'0')
		i++
	}
	if i == len(data) || i-start > maxPlainDigits {
		return s.longNumber(start, i)
	}
	marker = data[i]
	i++
	switch marker {
	case '+', '-':
		if i-1-start > s.limits.MaxDigits {
			return nil, 0, 0, &LimitError{Name: "MaxDigits", Limit: s.limits.MaxDigits, Offset: start}
		}
		return nil, marker, i, nil
	case ':', '"', '\'':
		if n > uint64(len(data)-i) {
			return nil, 0, 0, s.tooLong(start, i, n)
		}
		end = i + int(n)
		content = data[i:end]
		if marker != ':' && !validText(content) {
			return nil, 0, 0, s.syntax(start, ErrInvalidUTF8)
		}
		return content, marker, end, nil
	}
	return nil, 0, 0, s.syntax(i-1, unexpectedByte(marker))
}

// longNumber is sized for digits that may overflow, or that the input ends with. They end at end.
func (s *skimmer) longNumber(start, end int) (content []byte, marker byte, next int, err error) {
	p := scanPrefix(s.data, start)
	if err := checkDigits(start, p, s.limits); err != nil {
		return nil, 0, 0, s.syntax(start, err)
	}
	if end == len(s.data) {
		return nil, 0, 0, s.short(end)
	}
	next = end + 1
	switch kindOfMarker(p.marker) {
	case Int:
		return nil, p.marker, next, nil
	case Bytes, String, SymbolKind:
		if p.value > uint64(len(s.data)-next) {
			return nil, 0, 0, s.tooLong(start, next, p.value)
		}
		content = s.data[next : next+int(p.value)]
		if p.marker != ':' && !validText(content) {
			return nil, 0, 0, s.syntax(start, ErrInvalidUTF8)
		}
		return content, p.marker, next + len(content), nil
	}
	return nil, 0, 0, s.syntax(end, unexpectedByte(p.marker))
}

// tooLong says that n octets from i on are more than there are, or than there may be.
func (s *skimmer) tooLong(start, i int, n uint64) error {
	if n > uint64(s.limits.MaxBytes-(i-s.start)) {
		return &LimitError{Name: "MaxBytes", Limit: s.limits.MaxBytes, Offset: start}
	}
	return s.short(len(s.data))
}

// short says that the input, or what may be looked at, ends at off inside a value.
func (s *skimmer) short(off int) error {
	if len(s.data) < len(s.input) {
		return &LimitError{Name: "MaxBytes", Limit: s.limits.MaxBytes, Offset: off}
	}
	return s.syntax(off, io.ErrUnexpectedEOF)
}

// misplaced says that the closing bracket at i does not belong there.
func (s *skimmer) misplaced(i, depth int, err error) error {
	if depth == 0 {
		err = unexpectedByte(s.data[i])
	}
	return s.syntax(i, err)
}

// syntax makes an error of err, unless it is one with an offset already.
func (s *skimmer) syntax(off int, err error) error {
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return limit
	}
	return &SyntaxError{Offset: off, Path: pathTo(s.input, s.start, off), Err: err}
}
