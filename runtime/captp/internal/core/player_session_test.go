package core_test

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// receive lets an operation arrive: one in notation, or the word hello and options.
func (p *player) receive(s *session, text string) error {
	if text == "hello" || strings.HasPrefix(text, "hello ") {
		p.vat.Receive(s.core, p.hello(s, options(text)))
		return nil
	}
	text, err := p.writeCertificates(s, text)
	if err != nil {
		return err
	}
	b, err := parseNotation(text, nil)
	if err != nil {
		return err
	}
	op, n, err := wire.Decode(b.Data, wire.Limits{})
	if err != nil {
		p.vat.Fail(s.core, err)
		return nil
	}
	if n != len(b.Data) {
		return fmt.Errorf("more than one operation")
	}
	p.vat.Receive(s.core, op)
	return nil
}

// repeat lets the same operation arrive many times. Where the text has a #, the number goes up.
func (p *player) repeat(s *session, text string) error {
	count, text, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	for i := range n {
		if err := p.receive(s, strings.ReplaceAll(text, "#", strconv.Itoa(i+1))); err != nil {
			return err
		}
	}
	return nil
}

// hello makes the op:start-session of a peer; what is wrong with it is an option.
func (p *player) hello(s *session, o map[string]string) *wire.StartSession {
	key := p.key(o["key"])
	if o["from"] == "" {
		o["from"] = s.name
	}
	if _, ours := o["our-key"]; ours {
		key = s.key
	}
	s.peer = key
	at := peerNamed(o["from"])
	if hint := o["hint"]; hint != "" {
		at, _ = locator.NewPeer(at.Transport, at.Designator, map[string]string{"host": hint})
	}
	raw := at.AppendSyrup(nil)
	op := &wire.StartSession{
		Version: cmp.Or(o["version"], s.dialect.Version), Key: key.Public(), Location: at, LocationRaw: raw,
		Signature: handoff.SignLocation(key, raw),
	}
	switch o["signature"] {
	case "other":
		op.Signature = handoff.SignLocation(p.key(""), raw)
	case "bare":
		op.Signature = key.Sign(raw)
	}
	return op
}

// sent returns the operations that the vat sends.
func (p *player) sent() []string {
	var out []string
	for _, dirty := range p.vat.Dirty() {
		s := dirty.Host().(*session)
		data, ends := dirty.Take()
		start := 0
		for _, end := range ends {
			out = append(out, "send "+s.name+" "+p.printOp(s, data[start:end]))
			start = end
		}
	}
	return out
}

// printOp prints an operation that the vat sends on s. Of an op:start-session it checks the keys and signatures instead, which
// say nothing to a reader.
func (p *player) printOp(s *session, data []byte) string {
	op, n, err := wire.Decode(data, wire.Limits{})
	switch hello, isHello := op.(*wire.StartSession); {
	case err != nil || n != len(data):
		return fmt.Sprintf("(not an operation: %v) %q", err, data)
	case !isHello:
		return p.readCertificates(s, notation(core.Body{Data: data}, nil))
	case hello.Version != s.dialect.Version:
		return "hello with a wrong version"
	case hello.Key != s.key.Public():
		return "hello with a wrong key"
	case string(hello.LocationRaw) != string(p.location.AppendSyrup(nil)):
		return "hello with a wrong location"
	case !handoff.VerifyLocation(hello.Key, hello.LocationRaw, hello.Signature):
		return "hello with a wrong signature"
	}
	return "hello"
}

// effects returns what the vat wants to be done.
func (p *player) effects() []string {
	var out []string
	for effects := p.vat.Effects(); len(effects) > 0; effects = p.vat.Effects() {
		for _, e := range effects {
			if text := p.effect(e); text != "" {
				out = append(out, "effect "+text)
			}
		}
	}
	return out
}

func (p *player) effect(e core.Effect) string {
	session := func() string { return e.Session.Host().(*session).name }
	switch e.Kind {
	case core.Run:
		text := fmt.Sprintf("run %s %s", e.Object.Host, notation(e.Args, p.capName))
		if e.Result != nil {
			text += " -> " + p.resultName(e.Result)
		}
		return text
	case core.Notify:
		return fmt.Sprintf("notify %s %s", e.Waiter, p.outcome(*e.Outcome))
	case core.Track:
		p.imports[fmt.Sprintf("%s:%d", session(), e.Pos)] = e.Cap
		return ""
	case core.Established:
		return "established " + session()
	case core.Ended:
		return fmt.Sprintf("ended %s %v", session(), e.Err)
	case core.Dial:
		text := "dial " + p.exporterName(*e.Peer)
		if e.Introduced {
			text += " introduced"
		}
		return text
	case core.Wait:
		return "wait " + session()
	case core.Undelivered:
		if e.Session == nil {
			return fmt.Sprintf("undelivered %v", e.Err)
		}
		return fmt.Sprintf("undelivered by %s %v", session(), e.Err)
	case core.Introduce:
		p.introductions = append(p.introductions, e.Introduction)
		return fmt.Sprintf("introduce %s by %s", p.exporterName(e.Introduction.Exporter()), e.Introduction.Gifter().Designator)
	case core.Unreferenced:
		return fmt.Sprintf("unreferenced %s", e.Object.Host)
	}
	return fmt.Sprintf("unknown %d", e.Kind)
}

func (p *player) outcome(o core.Outcome) string {
	switch {
	case o.Err != nil:
		return fmt.Sprintf("broken: %v", o.Err)
	case o.Broken:
		return "broken " + notation(o.Value, p.capName)
	}
	return "fulfilled " + notation(o.Value, p.capName)
}
