package core_test

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// This file reads and prints values in the abstract notation of the drafts, as far as traces need it: f t 42 'symbol "string"
// :b0b5 [list] {field: value} <label field>. A capability that the program of the vat holds is written as @ and its name.
//
// Spec: Notation#value

// notationReader turns notation into Syrup.
type notationReader struct {
	rest  string
	data  []byte
	slots []core.Slot
	find  func(name string) (core.Cap, error) // of a capability; nil if there can be none
}

// parseNotation returns the bytes of the values in text, and the capabilities in them.
func parseNotation(text string, find func(string) (core.Cap, error)) (core.Body, error) {
	r := &notationReader{rest: text, find: find}
	for r.space(); r.rest != ""; r.space() {
		if err := r.value(); err != nil {
			return core.Body{}, fmt.Errorf("%w before %q", err, r.rest)
		}
	}
	return core.Body{Data: r.data, Slots: r.slots}, nil
}

func (r *notationReader) space() { r.rest = strings.TrimLeft(r.rest, " \t\n,") }

// word takes everything up to the end of a token.
func (r *notationReader) word() string {
	n := strings.IndexAny(r.rest, " \t\n,[]{}<>")
	if n < 0 {
		n = len(r.rest)
	}
	w := r.rest[:n]
	r.rest = r.rest[n:]
	return w
}

func (r *notationReader) value() error {
	switch c := r.rest[0]; c {
	case '[':
		return r.container(syrup.ListStart, syrup.ListEnd)
	case '{':
		return r.container(syrup.DictStart, syrup.DictEnd)
	case '<':
		return r.container(syrup.RecordStart, syrup.RecordEnd)
	case '"':
		s, err := strconv.QuotedPrefix(r.rest)
		if err != nil {
			return err
		}
		r.rest = r.rest[len(s):]
		text, err := strconv.Unquote(s)
		r.data = syrup.AppendString(r.data, text)
		return err
	default:
		return r.atom(r.word())
	}
}

func (r *notationReader) atom(w string) error {
	switch {
	case w == "t" || w == "true":
		r.data = append(r.data, 't')
	case w == "f" || w == "false":
		r.data = append(r.data, 'f')
	case strings.HasPrefix(w, "'"):
		r.data = syrup.AppendSymbol(r.data, w[1:])
	case strings.HasPrefix(w, ":"):
		b, err := hex.DecodeString(w[1:])
		if err != nil {
			return err
		}
		r.data = syrup.AppendBytes(r.data, b)
	case strings.HasPrefix(w, "@") && r.find != nil:
		c, err := r.find(w[1:])
		if err != nil {
			return err
		}
		start := len(r.data)
		r.data = append(r.data, core.Placeholder...)
		r.slots = append(r.slots, core.Slot{Start: start, End: len(r.data), Cap: c})
	default:
		n, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			return fmt.Errorf("no value: %q", w)
		}
		r.data = syrup.AppendInt(r.data, n)
	}
	return nil
}

// container reads what stands between brackets. The first word in a record, and a word with a colon in a struct, is a name.
func (r *notationReader) container(open, closing byte) error {
	r.rest = r.rest[1:]
	r.data = append(r.data, open)
	for first := true; ; first = false {
		r.space()
		if r.rest == "" {
			return fmt.Errorf("no %c", closing)
		}
		if r.rest[0] == closing {
			r.rest = r.rest[1:]
			r.data = append(r.data, closing)
			return nil
		}
		if isLetter := r.rest[0] >= 'a' && r.rest[0] <= 'z'; open == syrup.RecordStart && first && isLetter {
			r.data = syrup.AppendSymbol(r.data, r.word())
			continue
		} else if open == syrup.DictStart && isLetter {
			if key, ok := strings.CutSuffix(r.word(), ":"); ok {
				r.data = syrup.AppendString(r.data, key)
				continue
			}
			return fmt.Errorf("a field without a name")
		}
		if err := r.value(); err != nil {
			return err
		}
	}
}

// notation prints a body; name names the capabilities in it.
func notation(b core.Body, name func(core.Cap) string) string {
	p := notationPrinter{slots: b.Slots, name: name}
	p.d.Reset(b.Data, syrup.Options{})
	p.value()
	if err := p.d.Finish(); err != nil {
		return fmt.Sprintf("(not Syrup: %v) %q", err, b.Data)
	}
	return p.out.String()
}

type notationPrinter struct {
	d     syrup.Decoder
	slots []core.Slot
	name  func(core.Cap) string
	out   strings.Builder
}

func (p *notationPrinter) value() {
	if len(p.slots) > 0 && p.slots[0].Start == p.d.Offset() {
		p.out.WriteString("@" + p.name(p.slots[0].Cap))
		p.slots = p.slots[1:]
		p.d.Skip()
		return
	}
	switch p.d.Kind() {
	case syrup.Bool:
		p.out.WriteString(map[bool]string{true: "t", false: "f"}[p.d.Bool()])
	case syrup.Int:
		p.out.WriteString(p.d.BigInt().String())
	case syrup.Bytes:
		p.out.WriteString(":" + hex.EncodeToString(p.d.RawBytes()))
	case syrup.String:
		p.out.WriteString(strconv.Quote(p.d.String()))
	case syrup.SymbolKind:
		p.out.WriteString("'" + string(p.d.Symbol()))
	case syrup.List:
		p.out.WriteByte('[')
		p.d.List()
		p.members("")
		p.out.WriteByte(']')
	case syrup.RecordKind:
		p.out.WriteByte('<')
		p.d.Record()
		if p.d.Kind() == syrup.SymbolKind {
			p.out.WriteString(string(p.d.Symbol()))
			p.members(" ")
		} else {
			p.members("")
		}
		p.out.WriteByte('>')
	case syrup.DictKind:
		p.out.WriteByte('{')
		p.d.Dict()
		for sep := ""; p.d.More(); sep = ", " {
			p.out.WriteString(sep)
			if p.d.Kind() == syrup.String {
				p.out.WriteString(p.d.String())
			} else {
				p.value()
			}
			p.out.WriteString(": ")
			p.value()
		}
		p.out.WriteByte('}')
	default:
		p.d.Skip()
		p.out.WriteByte('?')
	}
}

func (p *notationPrinter) members(sep string) {
	for ; p.d.More(); sep = " " {
		p.out.WriteString(sep)
		p.value()
	}
}
