package syrup

import (
	"errors"
	"unicode/utf8"
)

// A Scanner finds the end of a value that arrives in pieces. It looks at each octet once and keeps none but the first few
// of a character that a piece cuts, so it costs the same however small the pieces are. It admits what [Skim] admits, and refuses a
// length that exceeds MaxBytes as soon as it is announced.
//
// The zero value scans within the default limits. A Scanner must not be used by two goroutines at once.
type Scanner struct {
	limits  Limits
	ready   bool // limits are filled in
	err     error
	used    int // octets of the value before the present piece
	state   scanState
	top     level
	outer   []level // the containers around it
	number  number
	left    int  // octets of content to come
	isText  bool // the content is UTF-8
	textAt  int  // where the text begins, its length included
	partial [utf8.UTFMax]byte
	cut     int // octets in partial
}

// A scanState says what the next octet belongs to.
type scanState uint8

const (
	scanToken   scanState = iota // a token begins
	scanDigits                   // digits, or the marker after them
	scanContent                  // contents of a text, byte array or float
)

// A number is digits that are being read.
type number struct {
	digits   int
	value    uint64
	overflow bool
}

// add appends a digit.
func (n *number) add(digit uint64) {
	n.digits++
	if n.value > (1<<64-1-digit)/10 {
		n.overflow = true
	}
	n.value = n.value*10 + digit
}

// Reset prepares the scanner for a value, within the given limits, and forgets the error.
func (s *Scanner) Reset(lim Limits) {
	*s = Scanner{limits: lim.orDefaults(), ready: true, outer: s.outer[:0]}
	s.top.bound = 1
}

// Scan looks at the next piece of the input, and returns how many of its octets belong to the value, and whether the value
// ends with them. After a value has ended, the next piece begins another. Errors are sticky, and of the types that
// [Skim] returns; their offsets count from the begin of the value, and they have no path.
func (s *Scanner) Scan(data []byte) (n int, done bool, err error) {
	if !s.ready {
		s.Reset(Limits{})
	}
	if s.err != nil {
		return 0, false, s.err
	}
	room := s.limits.MaxBytes - s.used
	if room < len(data) {
		n, done = s.scan(data[:room])
		if !done && s.err == nil {
			s.err = &LimitError{Name: "MaxBytes", Limit: s.limits.MaxBytes, Offset: s.limits.MaxBytes}
		}
	} else {
		n, done = s.scan(data)
	}
	if s.err != nil {
		return 0, false, s.err
	}
	s.used += n
	if done {
		s.used = 0
	}
	return n, done, nil
}

// scan looks at a piece that is within the limit.
func (s *Scanner) scan(data []byte) (n int, done bool) {
	for i := 0; i < len(data); {
		complete := false
		switch s.state {
		case scanToken:
			if data[i]-'0' <= 9 {
				i, complete = s.sized(data, i)
			} else {
				complete = s.begin(data[i], s.used+i)
				i++
			}
		case scanDigits:
			i = s.digits(data, i)
			if i < len(data) && s.err == nil {
				complete = s.marker(data[i], s.used+i)
				i++
			}
		case scanContent:
			i, complete = s.contentIn(data, i)
		}
		if complete && s.err == nil {
			done = s.count(s.used + i)
		}
		if done || s.err != nil {
			return i, done
		}
	}
	return len(data), false
}

// sized takes what begins with the digit at i, as far as it is there. It returns where that ends, and reports whether a
// value is complete with it.
func (s *Scanner) sized(data []byte, i int) (next int, complete bool) {
	start, value := i, uint64(0)
	for i < len(data) && data[i]-'0' <= 9 && i-start < maxShortDigits {
		value = value*10 + uint64(data[i]-'0')
		i++
	}
	s.number = number{digits: i - start, value: value}
	if i == len(data) || i-start == maxShortDigits {
		s.state = scanDigits
		return i, false
	}
	complete = s.marker(data[i], s.used+i)
	i++
	if s.state == scanContent && s.left > 0 && s.err == nil {
		return s.contentIn(data, i)
	}
	return i, complete
}

// contentIn takes content from i on, as far as it is there. It returns where that ends, and reports whether a value is
// complete with it.
func (s *Scanner) contentIn(data []byte, i int) (next int, complete bool) {
	piece := data[i:min(len(data), i+s.left)]
	i += len(piece)
	s.left -= len(piece)
	if s.isText {
		s.text(piece)
	}
	return i, s.left == 0
}

// begin takes the first octet of a token, which is at off. It reports whether a value is complete with it.
func (s *Scanner) begin(c byte, off int) (complete bool) {
	switch kindOfOctet(c) {
	case Bool:
		return true
	case Float64:
		s.content(8, false)
	case Float32:
		s.content(4, false)
	case List, DictKind, RecordKind, SetKind:
		if len(s.outer) == s.limits.MaxDepth {
			s.err = &LimitError{Name: "MaxDepth", Limit: s.limits.MaxDepth, Offset: off}
			return false
		}
		if s.outer == nil {
			s.outer = make([]level, 0, inlineLevels)
		}
		s.outer = append(s.outer, s.top)
		s.top = s.limits.open(c)
	case Close:
		return s.close(c, off)
	default:
		s.fail(off, unexpectedByte(c))
	}
	return false
}

// close takes a closing bracket. It reports whether a value is complete with it, which it is unless it is misplaced.
func (s *Scanner) close(c byte, off int) (complete bool) {
	if len(s.outer) == 0 {
		s.fail(off, unexpectedByte(c))
		return false
	}
	if err := closeError(c, s.top.close, s.top.n); err != nil {
		s.fail(off, err)
		return false
	}
	last := len(s.outer) - 1
	s.top = s.outer[last]
	s.outer = s.outer[:last]
	return true
}

// digits takes digits from i on and returns where they end.
func (s *Scanner) digits(data []byte, i int) int {
	for ; i < len(data) && data[i]-'0' <= 9; i++ {
		s.number.add(uint64(data[i] - '0'))
	}
	if s.number.digits > max(s.limits.MaxDigits, maxLengthDigits) {
		s.err = &LimitError{Name: "MaxDigits", Limit: s.limits.MaxDigits, Offset: s.used + i}
	}
	return i
}

// marker takes the octet after digits, which is at off. It reports whether a value is complete with it.
func (s *Scanner) marker(c byte, off int) (complete bool) {
	n := s.number
	p := prefix{value: n.value, end: off, marker: c, overflow: n.overflow}
	if n.overflow {
		p.value = 1<<64 - 1
	}
	if err := checkDigits(off-n.digits, p, s.limits); err != nil {
		s.fail(off-n.digits, err)
		return false
	}
	switch kindOfMarker(c) {
	case Int:
		s.state = scanToken
		return true
	case Bytes, String, SymbolKind:
		if p.value > uint64(s.limits.MaxBytes-off-1) {
			s.err = &LimitError{Name: "MaxBytes", Limit: s.limits.MaxBytes, Offset: off - n.digits}
			return false
		}
		s.textAt = off - n.digits
		s.content(int(p.value), c != ':')
		return s.left == 0
	}
	s.fail(off, unexpectedByte(c))
	return false
}

// content announces n octets of content.
func (s *Scanner) content(n int, isText bool) {
	s.state, s.left, s.isText, s.cut = scanContent, n, isText, 0
}

// text checks a piece of a text. What it holds of a character that the piece cuts waits in partial. An error is about the text as a
// whole, however it was cut.
func (s *Scanner) text(piece []byte) {
	if s.cut == 0 && s.left == 0 {
		if !validText(piece) {
			s.fail(s.textAt, ErrInvalidUTF8)
		}
		return
	}
	for s.cut > 0 && len(piece) > 0 {
		s.partial[s.cut] = piece[0]
		s.cut++
		piece = piece[1:]
		if utf8.FullRune(s.partial[:s.cut]) {
			if !utf8.Valid(s.partial[:s.cut]) {
				s.fail(s.textAt, ErrInvalidUTF8)
				return
			}
			s.cut = 0
		}
	}
	whole := len(piece)
	for back := 1; back < utf8.UTFMax && back <= len(piece); back++ {
		if tail := piece[len(piece)-back:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole -= back
				s.cut = copy(s.partial[:], tail)
			}
			break
		}
	}
	if !validText(piece[:whole]) || s.left == 0 && s.cut > 0 {
		s.fail(s.textAt, ErrInvalidUTF8)
	}
}

// count counts a value that ends before off, and reports whether it is the one looked for.
func (s *Scanner) count(off int) (done bool) {
	s.state = scanToken
	if len(s.outer) == 0 {
		return true
	}
	s.top.n++
	if s.top.n > s.top.bound {
		s.err = &LimitError{Name: "MaxItems", Limit: s.limits.MaxItems, Offset: off}
	}
	return false
}

// fail records err, which is a LimitError or else becomes a SyntaxError.
func (s *Scanner) fail(off int, err error) {
	if limit, ok := errors.AsType[*LimitError](err); ok {
		s.err = limit
		return
	}
	s.err = &SyntaxError{Offset: off, Err: err}
}
