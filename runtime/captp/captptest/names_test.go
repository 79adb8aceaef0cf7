package captptest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// handoffVectors reads the two signed certificates of one handoff.
func handoffVectors(t *testing.T) (give, receive []byte) {
	t.Helper()
	read := func(file string) []byte {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		data, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	return read("testdata/handoff_give.hex"), read("testdata/handoff_receive.hex")
}

// publicKey returns the key value of the session key whose seed is one byte, repeated.
func publicKey(seed byte) []any {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	pair := func(label string, v any) []any { return []any{syrup.Symbol(label), v} }
	return pair("public-key", []any{
		syrup.Symbol("ecc"), pair("curve", syrup.Symbol("Ed25519")), pair("flags", syrup.Symbol("eddsa")), pair("q", []byte(key)),
	})
}

func record(label string, fields ...any) syrup.Record {
	return syrup.Record{Label: syrup.Symbol(label), Fields: fields}
}

// script is a transcript that the test writes.
type script struct {
	*transcript
}

func newScript() script {
	s := script{newTranscript()}
	for _, r := range []Role{Gifter, Receiver, Exporter} {
		s.labels[string(r)] = r.initial()
	}
	return s
}

// send adds a message on a conn.
func (s script) send(conn int, from, to Role, op syrup.Record) {
	s.add(netlayertest.Message{Link: conn, From: string(from), To: string(to), Data: encoded(op)})
}

// introduce adds what two vats begin a session with.
func (s script) introduce(conn int, x, y Role, seedX, seedY byte) {
	hello := func(from, to Role, seed byte) {
		peer := record("ocapn-peer", syrup.Symbol(netlayertest.Transport), string(from), false)
		half := func(label string) []any { return []any{syrup.Symbol(label), bytes.Repeat([]byte{seed}, 32)} }
		sig := []any{syrup.Symbol("sig-val"), []any{syrup.Symbol("eddsa"), half("r"), half("s")}}
		s.send(conn, from, to, record("op:start-session", "1.0", publicKey(seed), peer, sig))
	}
	hello(x, y, seedX)
	hello(y, x, seedY)
}

// decoded returns the value in bytes.
func decoded(t *testing.T, data []byte) any {
	t.Helper()
	v, err := syrup.Decode(data, syrup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A handoff whose certificates are signed: the keys, sides and sessions in them are the ones that were seen before.
func TestHandoffTranscript(t *testing.T) {
	give, receive := handoffVectors(t)
	giftID := make([]byte, 32)
	for i := range giftID {
		giftID[i] = byte(i)
	}
	bootstrap, echo := record("desc:export", int64(0)), record("desc:export", int64(5))
	s := newScript()
	s.introduce(0, Gifter, Receiver, 0x11, 0x12)
	s.introduce(1, Gifter, Exporter, 0x21, 0x22)
	s.send(1, Gifter, Exporter, record("op:deliver", bootstrap, []any{syrup.Symbol("deposit-gift"), giftID, echo}, false, false))
	s.send(0, Gifter, Receiver, record("op:deliver", echo, []any{syrup.Symbol("take"), decoded(t, give)}, false, false))
	s.introduce(2, Receiver, Exporter, 0x31, 0x32)
	s.send(2, Receiver, Exporter, record("op:deliver", bootstrap, []any{syrup.Symbol("withdraw-gift"), decoded(t, receive)},
		int64(0), record("desc:import-object", int64(1))))
	s.send(2, Exporter, Receiver, record("op:deliver", record("desc:export", int64(1)),
		[]any{syrup.Symbol("fulfill"), record("desc:import-object", int64(1))}, false, false))

	const (
		peer   = `<ocapn-peer 'tcp-testing-only "exporter" {"host": "127.0.0.1", "port": "22046"}>`
		signed = `<desc:sig-envelope <desc:handoff-give <key 2> ` + peer + ` <session 2> <side 3> <gift 1>> <sig 5>>`
		want   = `G -> R  <op:start-session "1.0" <key 1> <gifter> <sig 1>>
R -> G  <op:start-session "1.0" <key 2> <receiver> <sig 2>>
G -> E  <op:start-session "1.0" <key 3> <gifter> <sig 3>>
E -> G  <op:start-session "1.0" <key 4> <exporter> <sig 4>>
G -> E  <op:deliver <desc:export 0> ['deposit-gift <gift 1> <desc:export 5>] f f>
G -> R  <op:deliver <desc:export 5> ['take ` + signed + `] f f>
R -> E  <op:start-session "1.0" <key 5> <receiver> <sig 6>>
E -> R  <op:start-session "1.0" <key 6> <exporter> <sig 7>>
R -> E  <op:deliver <desc:export 0> ['withdraw-gift <desc:sig-envelope <desc:handoff-receive <session 3> <side 5> 0 ` +
			signed + `> <sig 8>>] 0 <desc:import-object 1>>
E -> R  <op:deliver <desc:export 1> ['fulfill <desc:import-object 1>] f f>`
	)
	if diff := cmp.Diff(want, s.text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is where a name would be, and is something else, is shown as it is; and what is random only looks so elsewhere.
func TestNamesAreForWhatTheyFit(t *testing.T) {
	bootstrap := record("desc:export", int64(0))
	deliver := func(args any) syrup.Record { return record("op:deliver", bootstrap, args) }
	peer := func(name string) syrup.Record {
		return record("ocapn-peer", syrup.Symbol(netlayertest.Transport), name, false)
	}
	fetch := []any{syrup.Symbol("fetch"), []byte("ab")}
	tests := []struct {
		op   syrup.Record
		want string
	}{
		{deliver(fetch), "<op:deliver <desc:export 0> ['fetch <swiss 1>]>"},
		{record("op:deliver", record("desc:export", int64(1)), fetch), "<op:deliver <desc:export 1> ['fetch :6162]>"},
		{deliver([]any{syrup.Symbol("deposit-gift"), int64(7)}), "<op:deliver <desc:export 0> ['deposit-gift 7]>"},
		{deliver("fetch"), `<op:deliver <desc:export 0> "fetch">`},
		{deliver([]any{}), "<op:deliver <desc:export 0> []>"},
		{
			deliver(syrup.Dict{{Key: "a", Value: record("desc:handoff-receive", []byte("s"))}}),
			`<op:deliver <desc:export 0> {"a": <desc:handoff-receive <session 1>>}>`,
		},
		{record("op:start-session", int64(1), []byte{1}), "<op:start-session 1 :01>"},
		{peer("stranger"), `<ocapn-peer 'netlayertest "stranger" f>`},
		{record("ocapn-sturdyref", peer("exporter"), []byte("ab")), "<ocapn-sturdyref <exporter> <swiss 1>>"},
		{syrup.Record{Label: []any{int64(1)}, Fields: []any{[]byte{2}}}, "<[1] :02>"},
	}
	for _, tt := range tests {
		s := newScript()
		s.send(0, Gifter, Exporter, tt.op)
		if diff := cmp.Diff("G -> E  "+tt.want, s.text()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	s := newScript()
	s.add(netlayertest.Message{From: "gifter", To: "stranger", Data: []byte("no syrup")})
	if got, want := s.text(), `G -> stranger  "no syrup"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Between two deliveries, lines are sorted by direction; in a direction they keep their order. A second conn has a number.
func TestOrderOfLines(t *testing.T) {
	send := func(s script) {
		s.send(0, Receiver, Gifter, record("one"))
		s.send(1, Gifter, Exporter, record("two"))
		s.send(2, Gifter, Receiver, record("three"))
		s.send(1, Gifter, Exporter, record("four"))
	}
	s := newScript()
	send(s)
	s.inRounds(true)
	send(s)
	s.nextRound()
	s.send(1, Exporter, Gifter, record("five"))
	s.inRounds(false)
	want := `R -> G  <one>
G -> E  <two>
G -> R/2  <three>
G -> E  <four>
G -> E  <two>
G -> E  <four>
G -> R/2  <three>
R -> G  <one>
E -> G  <five>`
	if diff := cmp.Diff(want, s.text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("R -> G  <one>\nG -> R/2  <three>\nG -> R/2  <three>\nR -> G  <one>", s.text("gifter", "receiver")); diff != "" {
		t.Errorf("of one line (-want +got):\n%s", diff)
	}
}
