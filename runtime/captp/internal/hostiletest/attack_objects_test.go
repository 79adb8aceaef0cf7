package hostiletest

import (
	"fmt"
	"strings"
	"testing"
)

// TestObjectAttacks lies to objects, guesses, and wants to know more than it is told.
func TestObjectAttacks(t *testing.T) {
	attackAll(t, objectAttacks(), WayFramed, WayRaw, WayMemory)
}

func objectAttacks() []attack {
	const broken = "5'break"
	fetching := func(args string) func(*Attacker) []string {
		return saying(call(bootstrap, args, -1, 1))
	}
	table := []attack{
		{name: "unknown swiss number", say: fetching("[5'fetch5:guess]"), told: broken},
		{name: "swiss number of no octets", say: fetching("[5'fetch0:]"), told: broken},
		{name: "swiss number of a mebibyte", say: fetching(fmt.Sprintf("[5'fetch%d:%s]", 1<<20, strings.Repeat("x", 1<<20))), told: broken},
		{name: "swiss number that is a number", say: fetching("[5'fetch5+]"), told: broken},
		{name: "swiss number that is a list", say: fetching("[5'fetch[]]"), told: broken},
		{name: "swiss number that is an object", say: fetching("[5'fetch<11'desc:export1+>]"), told: broken},
		{name: "no swiss number", say: fetching("[5'fetch]"), told: broken},
		{name: "half a swiss number", say: fetching("[5'fetch3:ech]"), told: broken},
		{name: "swiss number with more behind it", say: fetching("[5'fetch6:echo \x00]"), told: broken},
		{name: "call of the bootstrap object without arguments", say: fetching("[]"), told: broken},
		{name: "method that is a number", say: fetching("[1+2+]"), told: broken},
		{name: "panic", say: saying(call(to(Panicker), "[1+2+]", -1, 1)), run: hidden, told: broken},
		{name: "100 panics", say: saying(manyTimes(100, call(to(Panicker), "[]", -1, -1))...)},
		{name: "error that the program does not publish", say: saying(call(to(Forwarder), "[]", -1, 1)), run: hidden, told: broken},
		{name: "abort with 4 MiB of reason", say: saying(fmt.Sprintf("<8'op:abort%d\"%s>", 4<<20, strings.Repeat("r", 4<<20))), abort: "?"},
		{name: "abort with a reason that is a log line", say: saying("<8'op:abort40\"\r\n\x1b[2J2026/01/01 level=ERROR msg=\"owned\"  \x00>"), abort: "?"},
		{name: "abort twice", say: saying(`<8'op:abort1"a>`, `<8'op:abort1"a>`), abort: "?"},
		{name: "call after an abort", say: saying(`<8'op:abort1"a>`, echoes("1+")), abort: "?"},
	}
	for _, method := range []string{"constructor", "__proto__", "toString", "Dispatch", "deposit-gift", "withdraw-gift", "fulfill", "break", "", "\x00"} {
		table = append(table, attack{name: fmt.Sprintf("method %q", method), say: fetching(fmt.Sprintf("[%d'%s]", len(method), method)), told: broken})
	}
	return table
}

func manyTimes(n int, msg string) []string {
	msgs := make([]string, n)
	for i := range msgs {
		msgs[i] = msg
	}
	return msgs
}

// hidden checks that what the resolver at 1 is told shows nothing of the program or the machine.
func hidden(t *testing.T, a *Attacker) {
	told, err := a.Told(1)
	if err != nil {
		t.Error(err)
	}
	for _, secret := range []string{".go", "/", "0x", "goroutine", "runtime", "index out of range"} {
		if strings.Contains(told, secret) {
			t.Errorf("told %q", told)
		}
	}
}
