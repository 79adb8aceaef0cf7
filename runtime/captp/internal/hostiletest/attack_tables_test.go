package hostiletest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// TestTableAttacks lies about positions, promises and garbage.
func TestTableAttacks(t *testing.T) {
	attackAll(t, tableAttacks(), WayFramed, WayNoise, WayMemory)
}

func tableAttacks() []attack {
	const (
		never   = "a position that was never exported"
		inUse   = "an answer position that is in use"
		fulfill = "7'fulfill"
		broken  = "5'break"
	)
	table := []attack{
		{name: "call of an export that there is not", say: saying(call("<11'desc:export5000+>", "[]", -1, 1)), abort: never},
		{name: "call of export 2^64-1", say: saying(call("<11'desc:export18446744073709551615+>", "[]", -1, 1)), abort: never},
		{name: "call of an answer that there is not", say: saying(call("<11'desc:answer5000+>", "[]", -1, 1)), abort: "an answer position that is not in use"},
		{name: "call of an import", say: saying(call("<18'desc:import-object1+>", "[]", -1, 1)), abort: "malformed op:deliver, to-desc"},
		{name: "call of a promise of the attacker's", say: saying(call("<19'desc:import-promise1+>", "[]", -1, 1)), abort: "malformed op:deliver, to-desc"},
		{name: "forged position in arguments", say: saying(echoes("<11'desc:export5000+>")), abort: never},
		{name: "forged position deep in arguments", say: saying(echoes(`[[{1"a<11'desc:tagged1'a<11'desc:export5000+>>}]]`)), abort: never},
		{name: "forged answer in arguments", say: saying(echoes("<11'desc:answer5000+>")), abort: "?"},
		{name: "listening to what there is not", say: saying("<9'op:listen<11'desc:export5000+><18'desc:import-object1+>f>"), abort: never},
		{name: "a step into what there is not", say: saying(`<6'op:get<11'desc:export5000+>1"a1+>`), abort: never},
		{name: "telling a resolver that there is not", say: saying("<10'op:deliver<11'desc:export5000+>[7'fulfill1+]ff>"), abort: never},
		{name: "the same position as an object and as a promise", say: saying(echoes("<18'desc:import-object7+>"), echoes("<19'desc:import-promise7+>")), abort: "?"},
		{name: "a resolver that is a promise", say: saying("<10'op:deliver" + to(Echo) + "[]f<19'desc:import-promise1+>>")},

		{name: "answer twice", say: saying(call(to(Echo), "[]", 5, -1), call(to(Echo), "[]", 5, -1)), abort: inUse},
		{name: "answer of a step that is in use", say: saying(call(to(Echo), "[]", 5, -1), "<8'op:index<11'desc:answer5+>0+5+>"), abort: inUse},
		{name: "own answer as an argument", say: saying(call(to(Echo), "[<11'desc:answer5+>]", 5, 1)), abort: "?"},
		{name: "call of its own answer", say: saying(call("<11'desc:answer5+>", "[]", 5, 1)), abort: "?"},
		{name: "call of what is no object", say: saying(call(to(Echo), "[]", 5, -1), call("<11'desc:answer5+>", "[]", -1, 1)), told: broken},
		{name: "call of a promise that is broken", say: saying(call(to(Picky), "[]", 5, -1), call("<11'desc:answer5+>", "[]", -1, 1)), told: broken},
		{name: "steps into everything", say: steps},
		{name: "answer let go of while it is pending, and used again", say: saying(
			call(to(Slow), "[]", 5, -1), "<13'op:gc-answers[5+]>", call(to(Echo), "[77+]", 5, 1)), told: "[7'fulfill[77+]]"},
		{name: "pipeline of 20,000 that breaks", say: pipeline, run: countBroken},

		{name: "delta over the count", say: saying("<13'op:gc-exports[1+][2+]>"), abort: "a delta over the number of references sent"},
		{name: "delta of 2^64-1", say: saying("<13'op:gc-exports[1+][18446744073709551615+]>"), abort: "a delta over the number of references sent"},
		{name: "delta of 2^64", say: saying("<13'op:gc-exports[1+][18446744073709551616+]>"), abort: "malformed op:gc-exports"},
		{name: "negative delta", say: saying("<13'op:gc-exports[1+][1-]>"), abort: "malformed op:gc-exports"},
		{name: "delta of 0", say: saying("<13'op:gc-exports[1+][0+]>", echoes("1+")), told: fulfill},
		{name: "deltas that add up to more", say: saying("<13'op:gc-exports[1+1+][1+1+]>"), abort: "?"},
		{name: "deltas that are too few", say: saying("<13'op:gc-exports[1+2+][1+]>"), abort: "malformed op:gc-exports"},
		{name: "letting go of what was let go of", say: saying("<13'op:gc-exports[1+][1+]>", "<13'op:gc-exports[1+][1+]>"), abort: "?"},
		{name: "letting go of what there is not", say: saying("<13'op:gc-exports[5000+][1+]>"), abort: "?"},
		{name: "letting go of the bootstrap object", say: saying("<13'op:gc-exports[0+][1+]>"), abort: "?"},
		{name: "letting go of the bootstrap object, and calling it", say: saying("<13'op:gc-exports[0+][0+]>", call(bootstrap, fetch(Echo), -1, 1)), told: fulfill},
		{name: "letting go of an object, and calling it", say: saying("<13'op:gc-exports[1+][1+]>", echoes("1+")), told: broken},
		{name: "letting go of answers that there are not", say: saying("<13'op:gc-answers[1+2+3+5000+18446744073709551615+]>"), abort: "?"},
	}
	return append(table, promiseAttacks()...)
}

// steps are all steps into answers of all kinds.
func steps(*Attacker) []string {
	var msgs []string
	pos := 1
	for _, args := range []string{"1+", "[]", "{}", `{1"a1+}`, "<11'desc:tagged1'a1+>", to(Echo), "<18'desc:import-object1+>", "t", "D\x00\x00\x00\x00\x00\x00\x00\x00"} {
		msgs = append(msgs, call(to(Echo), "["+args+"]", pos, -1), fmt.Sprintf("<8'op:index<11'desc:answer%d+>0+%d+>", pos, pos+1))
		for i, at := range []int{pos, pos + 1} {
			for j, step := range []string{"<6'op:get%s1\"a%d+>", "<8'op:index%s0+%d+>", "<8'op:index%s1-%d+>", "<8'op:index%s99999999999999999999+%d+>", "<8'op:untag%s1\"a%d+>"} {
				msgs = append(msgs, fmt.Sprintf(step, fmt.Sprintf("<11'desc:answer%d+>", at), pos+2+10*i+j))
			}
		}
		pos += 100
	}
	return append(msgs, `<6'op:get<11'desc:export0+>1"a9000+>`, `<6'op:get<11'desc:export1+>1"a9001+>`)
}

// longPipeline is how many messages a pipeline has.
const longPipeline = 20_000

// pipeline calls the answer of each call, before the first one is settled. Then the first one breaks.
func pipeline(*Attacker) []string {
	msgs := []string{call(to(Promiser), "[]", 1, -1)}
	for i := range longPipeline {
		msgs = append(msgs, call(fmt.Sprintf("<11'desc:answer%d+>", i+1), "[]", i+2, 100_000))
	}
	for range maxOpen {
		msgs = append(msgs, call(to(Promiser), "[]", -1, -1))
	}
	return msgs
}

// countBroken waits until every message of the pipeline was answered.
func countBroken(t *testing.T, a *Attacker) {
	before := 2 + len(Names) // the hello, and what was fetched
	if err := a.wait(func() bool { return a.heard >= before-1+longPipeline }); err != nil {
		t.Errorf("after %d answers: %v", a.Heard(), err)
	}
}

// promiseAttacks resolve promises of the attacker's in ways in which no honest peer does. The keeper keeps the promise, so that the
// target listens to it.
func promiseAttacks() []attack {
	keeps := func(promise int) string {
		return fmt.Sprintf("<10'op:deliver%s[<19'desc:import-promise%d+>]ff>", to(Keeper), promise)
	}
	return []attack{
		{name: "a promise that is itself", say: saying(keeps(50)), run: settling(1, func(int) string { return "7'fulfill<19'desc:import-promise50+>" })},
		{name: "two promises that are each other", say: saying(keeps(50), keeps(51)), run: settling(2, func(i int) string {
			return fmt.Sprintf("7'fulfill<19'desc:import-promise%d+>", 51-i)
		})},
		{name: "a promise that is its resolver", say: saying(keeps(50)), run: settling(1, func(int) string { return "7'fulfill%s" })},
		{name: "a promise that is always another one", say: saying(keeps(50)), run: settling(2000, func(i int) string {
			return fmt.Sprintf("7'fulfill<19'desc:import-promise%d+>", 51+i)
		})},
		{name: "a promise that is told twice", say: saying(keeps(50)), run: settling(1, func(int) string { return "7'fulfill1+]ff><10'op:deliver%s[5'break1+" }), abort: "?"},
		{name: "a promise that is told junk", say: saying(keeps(50)), run: settling(1, func(int) string { return "4'junk1+2+3+]ff><10'op:deliver%s[7'fulfill]ff><10'op:deliver%s[7'fulfill1+" })},
		{name: "a promise that is a promise of the target's, which is that promise", say: saying(
			call(to(Promiser), "[]", -1, 60), keeps(50),
			fmt.Sprintf("<10'op:deliver%s[<19'desc:import-promise50+>]ff>", to(Forwarder)),
		), run: settling(1, func(int) string { return "7'fulfill<11'desc:export10+>" })},
		{name: "a question that is answered twice", say: saying(call(to(Forwarder), "[<18'desc:import-object50+>3'foo]", 5, 1)), run: settling(1, func(int) string {
			return "7'fulfill1+]ff><10'op:deliver%s[7'fulfill2+"
		}), abort: "?"},
		{name: "a question that is answered with itself", say: saying(call(to(Forwarder), "[<18'desc:import-object50+>3'foo]", 5, 1)), run: settling(1, func(int) string {
			return "7'fulfill<11'desc:answer5+>"
		})},
	}
}

// settling tells the resolvers that the target sends, up to n of them, what text returns for each; %s in it is the resolver.
func settling(n int, text func(number int) string) func(t *testing.T, a *Attacker) {
	return func(t *testing.T, a *Attacker) {
		seen := func() (found []uint64) {
			for _, pos := range a.seen {
				if pos > uint64(len(Names)) {
					found = append(found, pos)
				}
			}
			return found
		}
		last := uint64(0)
		for i := range n {
			var pos uint64
			err := a.wait(func() bool {
				for _, p := range seen() {
					if p > last {
						pos = p
						return true
					}
				}
				return false
			})
			if err != nil {
				t.Errorf("resolver %d: %v", i, err)
				return
			}
			last = pos
			at := fmt.Sprintf("<11'desc:export%d+>", pos)
			_ = a.SayText("<10'op:deliver" + at + "[" + strings.ReplaceAll(text(i), "%s", at) + "]ff>")
		}
	}
}

// TestPositionsOfOthers uses what another peer was given.
func TestPositionsOfOthers(t *testing.T) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	way := target.Ways()[0]
	rich, err := Dial(t.Context(), way, fresh(6, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer rich.Close()
	meetAndFetch(t, rich)
	poor, err := Dial(t.Context(), way, fresh(6, 2))
	if err != nil {
		t.Fatal(err)
	}
	defer poor.Close()
	if err := poor.Greet(); err != nil {
		t.Fatal(err)
	}
	if err := poor.SayText(echoes("1+")); err != nil {
		t.Fatal(err)
	}
	if reason := poor.Ended(); !strings.Contains(reason, "a position that was never exported") {
		t.Errorf("aborted with %q", reason)
	}
	if err := rich.SayText(echoes("1+")); err != nil {
		t.Fatal(err)
	}
	if told, err := rich.Told(1); err != nil || told != "[7'fulfill[1+]]" {
		t.Errorf("the other peer is told %q, %v", told, err)
	}
	if _, _, err := wire.Decode(rich.Hello(), wire.Limits{}); err != nil {
		t.Error(err)
	}
}
