package hostiletest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// flood is something that one peer says again and again, with another number each time, until the target has enough of it.
type flood struct {
	name  string
	first []string // before
	each  string   // # is the number
	paced bool     // the target answers now and then before more is sent
	want  string   // what the session is aborted with, or "" if the target bounds it in another way
	n     func(l captp.Limits) int
}

// floods are things that a peer can make a vat keep. Of each, one more is sent than the limit allows.
func floods() []flood {
	over := func(limit func(captp.Limits) int) func(captp.Limits) int {
		return func(l captp.Limits) int { return limit(l) + 10 }
	}
	answers := over(func(l captp.Limits) int { return l.Answers })
	imports := over(func(l captp.Limits) int { return l.Imports })
	waiting := call(to(Promiser), "[]", 1_000_000, -1)
	return []flood{
		{name: "answers", each: call(to(Echo), "[]", 7, -1), want: "limit Answers exceeded", n: answers},
		{name: "answers of steps", first: []string{call(to(Big), "[]", 1_000_000, -1)}, each: `<6'op:get<11'desc:answer1000000+>9"field0000#+>`, want: "limit Answers exceeded", n: answers},
		{name: "imports", each: "<10'op:deliver" + to(Promiser) + "[<18'desc:import-object#+>]#+f>", want: "limit", n: imports},
		{name: "imported promises", each: "<10'op:deliver" + to(Echo) + "[<19'desc:import-promise#+>]#+f>", want: "limit", n: imports},
		{name: "objects of the target", each: "<10'op:deliver" + to(Maker) + "[]f<18'desc:import-object1+>>", paced: true, n: over(func(l captp.Limits) int { return l.Exports })},
		{name: "listeners", first: []string{waiting}, each: "<9'op:listen<11'desc:answer1000000+><18'desc:import-object#+>f>", want: "limit Listeners exceeded", n: over(func(l captp.Limits) int { return l.Listeners })},
		{name: "messages that wait", first: []string{waiting}, each: "<10'op:deliver<11'desc:answer1000000+>[]ff>", want: "limit QueuedMessages exceeded", n: over(func(l captp.Limits) int { return l.QueuedMessages })},
		{name: "long messages that wait", first: []string{waiting}, each: "<10'op:deliver<11'desc:answer1000000+>[65536:" + strings.Repeat("x", 1<<16) + "]ff>", want: "limit HeldBytes exceeded", n: func(l captp.Limits) int { return l.HeldBytes>>16 + 10 }},
		{name: "promises that are kept", each: "<10'op:deliver" + to(Echo) + "[65536:" + strings.Repeat("x", 1<<16) + "]#+f>", want: "limit HeldBytes exceeded", n: func(l captp.Limits) int { return l.HeldBytes>>16 + 10 }},
		{name: "gifts", each: "<10'op:deliver<11'desc:export0+>[12'deposit-gift8:########<11'desc:export1+>]ff>", n: over(func(l captp.Limits) int { return 2 * l.Gifts })},
	}
}

// numbered returns the flood's number-th message.
func (f flood) numbered(number int) string {
	each := strings.ReplaceAll(f.each, "########", fmt.Sprintf("%08d", number))
	if strings.HasSuffix(each, "7+f>") && !strings.Contains(each, "#") {
		return strings.TrimSuffix(each, "7+f>") + fmt.Sprintf("%d+f>", number)
	}
	return strings.ReplaceAll(each, "#", fmt.Sprint(number))
}

// small are limits a hundredth of the default ones.
func small() captp.Limits {
	l := captp.DefaultLimits()
	for _, n := range []*int{&l.Exports, &l.Imports, &l.Answers, &l.Listeners, &l.QueuedMessages, &l.HeldBytes, &l.Gifts, &l.OutputBytes} {
		*n /= 100
	}
	return l
}

// TestFloods goes over each limit of what a peer can make a vat keep, and watches memory.
func TestFloods(t *testing.T) {
	limits := small()
	if isLong() {
		limits = captp.DefaultLimits()
	}
	f := newField(t, limits)
	t.Logf("%-26s %9s %12s %12s %12s %8s", "flood", "messages", "sent", "resident", "for each", "factor")
	for number, fl := range floods() {
		t.Run(fl.name, func(t *testing.T) {
			if f.pid != os.Getpid() {
				f.mustReport() // and collect garbage
				ResetPeak(f.pid)
			}
			before := Look(f.pid)
			a, err := Dial(t.Context(), f.ways[0], fresh(12, uint64(number)))
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			meetAndFetch(t, a)
			_ = a.SayText(fl.first...)
			sent := 0
			n := fl.n(limits)
			for i := 0; i < n && !a.Over(); {
				var msgs []string
				for size := 0; size < 64<<10 && i < n; i++ {
					if fl.paced && len(msgs) == 500 {
						break
					}
					msgs = append(msgs, fl.numbered(i+1))
					size += len(msgs[len(msgs)-1])
				}
				for _, m := range msgs {
					sent += len(m)
				}
				if a.SayText(msgs...) != nil {
					break
				}
				if fl.paced {
					ask(t, a, fetch(Echo))
				}
			}
			if fl.want == "" {
				_ = a.SayText(call(bootstrap, fetch(Echo), -1, 999))
				if _, err := a.Told(999); err != nil {
					t.Errorf("the session is over: %v", err)
				}
			} else if reason := a.Ended(); !strings.Contains(reason, fl.want) {
				t.Errorf("aborted with %q, want %q", reason, fl.want)
			}
			grown := Look(f.pid).Peak - before.Resident
			t.Logf("%-26s %9d %8d KiB %8d KiB %8d B %8.1f", fl.name, n, sent>>10, grown>>10, grown/n, float64(grown)/float64(sent))
			a.Close()
			if err := Meet(t.Context(), f.ways[0]); err != nil {
				t.Error(err)
			}
		})
	}
	if o := f.outcome(); o.Wrong > 0 {
		t.Errorf("%d calls of honest peers have the wrong outcome: %q", o.Wrong, o.Errors)
	}
	f.settle()
}
