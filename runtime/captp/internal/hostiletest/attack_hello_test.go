package hostiletest

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// TestHelloAttacks sets sessions up wrongly.
func TestHelloAttacks(t *testing.T) {
	attackAll(t, helloAttacks(), WayFramed, WayRaw, WayNoise, WayMemory)
}

// parts are those of a hello.
type parts struct {
	version                  string
	key, location, signature []byte
}

// changed returns a hello in which something is not as it ought to be.
func changed(change func(a *Attacker, p *parts)) func(*Attacker) []string {
	return func(a *Attacker) []string {
		where := a.Location.AppendSyrup(nil)
		p := &parts{"1.0", a.Key.Public().AppendSyrup(nil), where, handoff.SignLocation(a.Key, where).AppendSyrup(nil)}
		change(a, p)
		return []string{string(hello(p.version, p.key, p.location, p.signature))}
	}
}

// honestly is an honest hello, with what comes before and after it.
func honestly(before, after string) func(*Attacker) []string {
	return func(a *Attacker) []string {
		var msgs []string
		for _, msg := range []string{before, string(a.Hello()), after} {
			if msg != "" {
				msgs = append(msgs, msg)
			}
		}
		return msgs
	}
}

const (
	// A key of small order, for which one signature is good for every message, and that signature.
	identityKey       = "\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	identitySignature = identityKey + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
)

func helloAttacks() []attack {
	const invalid = "invalid location signature"
	stranger := fresh(3, 1)
	table := []attack{
		{name: "operation first", hello: honestly("<13'op:gc-answers[]>", ""), abort: "an operation before op:start-session"},
		{name: "call first", hello: honestly(call(bootstrap, fetch(Echo), 0, 1), ""), abort: "an operation before op:start-session"},
		{name: "abort first", hello: saying(`<8'op:abort3"bye>`), abort: "?"},
		{name: "hello twice", hello: func(a *Attacker) []string { return []string{string(a.Hello()), string(a.Hello())} }, abort: "a second op:start-session"},
		{name: "hello and its end cut off", hello: func(a *Attacker) []string { m := string(a.Hello()); return []string{m[:len(m)-1]} }, abort: "malformed op:start-session", shapeless: true},
		{name: "garbage", hello: saying("GET / HTTP/1.1\r\nHost: vat\r\n\r\n"), abort: "malformed"},

		{name: "version", hello: changed(func(_ *Attacker, p *parts) { p.version = "2.0" }), abort: "the protocol version does not match"},
		{name: "version of 12 KiB", hello: changed(func(_ *Attacker, p *parts) { p.version = strings.Repeat("1", 12<<10) }), abort: "the protocol version does not match"},
		{name: "key of somebody else", hello: changed(func(_ *Attacker, p *parts) { p.key = stranger.Public().AppendSyrup(nil) }), abort: invalid},
		{name: "signature by somebody else", hello: changed(func(_ *Attacker, p *parts) {
			p.signature = handoff.SignLocation(stranger, p.location).AppendSyrup(nil)
		}), abort: invalid},
		{name: "signature of the bare location", hello: changed(func(a *Attacker, p *parts) { p.signature = a.Key.Sign(p.location).AppendSyrup(nil) }), abort: invalid},
		{name: "signature of another location", hello: changed(func(a *Attacker, p *parts) {
			p.signature = handoff.SignLocation(a.Key, elsewhere("other").AppendSyrup(nil)).AppendSyrup(nil)
		}), abort: invalid},
		{name: "signature of nothing", hello: changed(func(a *Attacker, p *parts) { p.signature = handoff.SignLocation(a.Key, nil).AppendSyrup(nil) }), abort: invalid},
		{name: "signature that is false", hello: changed(func(_ *Attacker, p *parts) { p.signature = []byte("f") }), abort: "malformed op:start-session"},
		{name: "signature that is a location", hello: changed(func(_ *Attacker, p *parts) { p.signature = p.location }), abort: "malformed op:start-session"},
		{name: "signature with S+L", hello: changed(func(_ *Attacker, p *parts) { p.signature = malleable(p.signature) }), abort: invalid},
		{name: "key of small order", hello: changed(func(a *Attacker, p *parts) {
			p.key = []byte(strings.ReplaceAll(string(p.key), pub(a.Key), identityKey))
			p.signature = handoff.Signature([]byte(identitySignature)).AppendSyrup(nil)
		}), abort: "malformed op:start-session, session-pubkey"},
		{name: "key that is zero", hello: changed(func(a *Attacker, p *parts) {
			p.key = []byte(strings.ReplaceAll(string(p.key), pub(a.Key), strings.Repeat("\x00", 32)))
		}), abort: "malformed op:start-session, session-pubkey"},
		{name: "key that is a list", hello: changed(func(_ *Attacker, p *parts) { p.key = []byte("[]") }), abort: "malformed op:start-session"},

		{name: "location that is a text", hello: changed(func(_ *Attacker, p *parts) { p.location = []byte(`3"vat`) }), abort: "malformed op:start-session"},
		{name: "location with surplus fields", hello: changed(func(a *Attacker, p *parts) { p.location = append(p.location[:len(p.location)-1], "1+>"...); p.sign(a) }), abort: "malformed op:start-session"},
		{name: "location with odd hints", hello: changed(func(a *Attacker, p *parts) {
			p.location = fmt.Appendf(nil, "<10'ocapn-peer%d'%s%d\"%s[[[]]]>", len(a.Location.Transport), a.Location.Transport, len(a.Location.Designator), a.Location.Designator)
			p.sign(a)
		}), abort: "malformed op:start-session"},
		{name: "location without a designator", hello: changed(func(a *Attacker, p *parts) {
			p.location = fmt.Appendf(nil, "<10'ocapn-peer%d'%s0\"f>", len(a.Location.Transport), a.Location.Transport)
			p.sign(a)
		}), abort: "malformed op:start-session"},
		{name: "hello of 20 KiB", hello: changed(func(_ *Attacker, p *parts) { p.version = strings.Repeat("1", 20<<10) }), abort: "limit HelloBytes"},
		{name: "hello of 200 levels", hello: changed(func(_ *Attacker, p *parts) { p.location = []byte(strings.Repeat("[", 200) + strings.Repeat("]", 200)) }), abort: "malformed op:start-session"},
		{name: "surplus fields", hello: func(a *Attacker) []string { return []string{strings.TrimSuffix(string(a.Hello()), ">") + "1+>"} }, abort: "malformed op:start-session"},
	}
	return table
}

// sign signs the location anew.
func (p *parts) sign(a *Attacker) {
	p.signature = handoff.SignLocation(a.Key, p.location).AppendSyrup(nil)
}

// elsewhere is a location that nobody has.
func elsewhere(name string) locator.Peer {
	return locator.Peer{Transport: "tcp-testing-only", Designator: name}
}

// pub returns the octets of the public key of a pair.
func pub(k handoff.KeyPair) string { p := k.Public(); return string(p[:]) }

// malleable returns the same signature with the order of the group added to S: a different text that sloppy verifiers accept as well.
func malleable(signature []byte) []byte {
	order := [32]byte{
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10,
	}
	out := append([]byte(nil), signature...)
	_, after, _ := strings.Cut(string(signature), "[1's32:")
	at := len(signature) - len(after)
	carry := 0
	for i := range order {
		carry += int(out[at+i]) + int(order[i])
		out[at+i] = byte(carry)
		carry >>= 8
	}
	return out
}

func TestMalleable(t *testing.T) {
	key := fresh(3, 2)
	raw := handoff.SignLocation(key, []byte("x")).AppendSyrup(nil)
	if string(malleable(raw)) == string(raw) || len(malleable(raw)) != len(raw) {
		t.Error("the signature is the same, or has another length")
	}
	if len(pub(key)) != ed25519.PublicKeySize {
		t.Error("a key of another length")
	}
}

// TestImpostors claims to be somebody else who has a session.
func TestImpostors(t *testing.T) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	way := target.Ways()[0] // which proves nothing
	honest, err := Dial(t.Context(), way, fresh(4, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer honest.Close()
	meetAndFetch(t, honest)
	for _, tt := range []struct {
		name  string
		hello func(a *Attacker) []byte
		abort string
	}{
		{"replays the hello of a peer", func(*Attacker) []byte { return honest.Hello() }, "there is a session with this peer already"},
		{"claims the location of a peer", func(a *Attacker) []byte { a.Location = honest.Location; return a.Hello() }, "there is a session with this peer already"},
		{"claims the location of the target", func(a *Attacker) []byte { a.Location = way.Target; return a.Hello() }, "the location is our own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := Dial(t.Context(), way, fresh(4, 2))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			a.Listen()
			if err := a.Say(tt.hello(a)); err != nil {
				t.Fatal(err)
			}
			// Whoever lives says that it does, when it is asked.
			if reason := a.Ended(); !strings.Contains(reason, tt.abort) {
				t.Errorf("aborted with %q, want %q", reason, tt.abort)
			}
			if err := honest.SayText(call(bootstrap, fetch(Echo), -1, 10)); err != nil {
				t.Fatal(err)
			}
			if _, err := honest.Told(10); err != nil {
				t.Errorf("the honest peer: %v", err)
			}
		})
	}
}

// TestReflection sends the target its own hello.
func TestReflection(t *testing.T) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	way := target.Ways()[0]
	first, err := Dial(t.Context(), way, fresh(4, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if err := first.Say(first.Hello()); err != nil {
		t.Fatal(err)
	}
	msgs, err := first.conn.Receive(nil)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Dial(t.Context(), way, fresh(4, 2))
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	second.Listen()
	if err := second.Say(msgs[0]); err != nil {
		t.Fatal(err)
	}
	if reason := second.Ended(); !strings.Contains(reason, "our own") {
		t.Errorf("aborted with %q", reason)
	}
}

// TestSamePeerAgain ends sessions in different ways, and comes back at once, with the same location.
func TestSamePeerAgain(t *testing.T) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	way := target.Ways()[0]
	location := elsewhere("comes-back")
	for i, end := range []func(a *Attacker){
		func(a *Attacker) { a.Finish() },
		func(a *Attacker) { a.Leave() },
		func(a *Attacker) { _ = a.SayText("garbage"); a.Ended(); a.Close() },
		func(a *Attacker) { a.Close() },
		func(a *Attacker) { a.Finish() },
	} {
		a, err := Dial(t.Context(), way, fresh(5, uint64(i)))
		if err != nil {
			t.Fatal(err)
		}
		a.Location = location
		if err := a.Greet(); err != nil {
			t.Fatalf("after ending number %d: %v", i-1, err)
		}
		end(a)
	}
}
