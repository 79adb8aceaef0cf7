package core_test

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// capName returns what the trace calls a capability: the name of an object or promise of the program, or the session and
// position of an import. Other promises are numbered as they appear.
func (p *player) capName(c core.Cap) string {
	switch c := c.(type) {
	case *core.Object:
		if _, ok := c.Host.(*core.Session); ok {
			p.imports["bootstrap"] = c
			return "bootstrap"
		}
		return c.Host.(string)
	case *core.Import:
		name := fmt.Sprintf("%s:%d", c.Session().Host().(*session).name, c.Pos())
		if p.imports[name] != c {
			return name + "?" // a node that is not the one that was tracked
		}
		return name
	case *core.Promise:
		for name, known := range p.promises {
			if known == c {
				return name
			}
		}
		for name, known := range p.imports {
			if known == c {
				return name
			}
		}
		p.others++
		name := fmt.Sprintf("p%d", p.others)
		p.promises[name] = c
		return name
	}
	return "nothing"
}

func (p *player) resultName(c *core.Promise) string {
	p.results++
	name := fmt.Sprintf("r%d", p.results)
	p.promises[name] = c
	return name
}

// capNamed returns the capability that the trace calls name.
func (p *player) capNamed(name string) (core.Cap, error) {
	if o := p.objects[name]; o != nil {
		return o, nil
	}
	if c := p.promises[name]; c != nil {
		return c, nil
	}
	if c := p.imports[name]; c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("nothing is called %q", name)
}

// program does what a line that begins with the word program says.
func (p *player) program(line string) error {
	text, resultName, wantsResult := strings.Cut(line, " -> ")
	verb, rest, _ := strings.Cut(text, " ")
	name, rest1, _ := strings.Cut(rest, " ")
	var result *core.Promise
	if wantsResult {
		// What is only awaited needs no answer position.
		resultName, isAwaited := strings.CutSuffix(resultName, " awaited")
		result = p.newPromise(resultName, !isAwaited)
	}
	switch verb {
	case "object":
		p.objects[name] = p.vat.NewObject(name)
		return nil
	case "promise":
		p.newPromise(name, true)
		return nil
	case "forget":
		delete(p.promises, name)
		return nil
	case "register", "fetchable":
		return p.register(name, rest1)
	case "unregister":
		return p.register(name, "")
	case "connect":
		p.vat.Connect(peerNamed(name), result)
		return nil
	case "enliven":
		swiss, err := swissNumber(rest1)
		p.vat.Enliven(locator.SturdyRef{Peer: peerNamed(name), Swiss: swiss}, result)
		return err
	}
	target, err := p.capNamed(strings.TrimPrefix(name, "@"))
	if err != nil {
		return err
	}
	return p.use(verb, target, rest1, result)
}

// use does something with a capability.
func (p *player) use(verb string, target core.Cap, rest string, result *core.Promise) error {
	switch verb {
	case "send":
		args, err := parseNotation(rest, p.capNamed)
		p.vat.Send(target, args, result)
		return err
	case "fulfill", "break":
		value, err := parseNotation(rest, p.capNamed)
		p.vat.Settle(target.(*core.Promise), core.Outcome{Value: value, Broken: verb == "break"})
		return err
	case "fail":
		p.vat.Settle(target.(*core.Promise), core.Outcome{Broken: true, Err: errors.New(rest)})
	case "watch":
		p.vat.Watch(target, rest)
	case "get":
		p.vat.Derive(target, core.Step{Kind: core.StepGet, Name: rest}, result)
	case "index":
		i, err := strconv.ParseInt(rest, 10, 64)
		p.vat.Derive(target, core.Step{Kind: core.StepIndex, Index: i}, result)
		return err
	case "untag":
		p.vat.Derive(target, core.Step{Kind: core.StepUntag, Name: rest}, result)
	case "release":
		p.vat.Release(target)
	default:
		return fmt.Errorf("the program cannot %q", verb)
	}
	return nil
}

func (p *player) newPromise(name string, answer bool) *core.Promise {
	c := p.vat.NewPromise(name, answer)
	p.promises[name] = c
	return c
}

// register lets peers fetch an object by a swiss number, or, without a name, ends that.
func (p *player) register(swiss, name string) error {
	number, err := swissNumber(swiss)
	if err != nil {
		return err
	}
	if name == "" {
		p.vat.Unregister(number)
		return nil
	}
	c, err := p.capNamed(cmp.Or(strings.TrimPrefix(name, "@"), name))
	if err != nil {
		return err
	}
	p.vat.Register(number, c)
	return nil
}

// swissNumber reads a byte array.
func swissNumber(text string) (locator.SwissNumber, error) {
	b, err := hex.DecodeString(strings.TrimPrefix(text, ":"))
	return locator.NewSwissNumber(b), err
}
