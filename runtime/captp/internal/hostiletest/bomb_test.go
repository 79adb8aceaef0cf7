package hostiletest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// bomb is a value that is meant to cost more than it is long.
type bomb struct {
	name string
	of   func(size int) string // of about so many octets
}

// repeated is a bomb of many of one, in a list, or in as many lists as it takes to keep below the limit of items.
func repeated(each string) func(int) string {
	return func(size int) string {
		const atMost = 1 << 19
		var b strings.Builder
		b.WriteByte('[')
		for left := size / len(each); left > 0; left -= atMost {
			b.WriteString("[" + strings.Repeat(each, min(left, atMost)) + "]")
		}
		b.WriteByte(']')
		return b.String()
	}
}

// counted is a bomb of many that differ.
func counted(format string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		b.WriteByte('[')
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, format, i)
		}
		b.WriteByte(']')
		return b.String()
	}
}

// keyed is one struct with many fields.
func keyed(value string) func(int) string {
	return func(size int) string {
		var b strings.Builder
		b.WriteByte('{')
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, "8\"%08d%s", i, value)
		}
		b.WriteByte('}')
		return b.String()
	}
}

// stacked is many values that are as deep as may be.
func stacked(open, end string) func(int) string {
	const depth = 200
	return repeated(strings.Repeat(open, depth) + strings.Repeat(end, depth))
}

// bombs are of every kind.
var bombs = []bomb{
	{"true", repeated("t")},
	{"small integers", repeated("0+")},
	{"integers", repeated("9223372036854775807+")},
	{"integers of 16,000 digits", repeated(strings.Repeat("7", 16000) + "+")},
	{"integers of 40 digits", repeated(strings.Repeat("7", 40) + "-")},
	{"floats", repeated("D\x40\x09\x21\xfb\x54\x44\x2d\x18")},
	{"empty lists", repeated("[]")},
	{"empty structs", repeated("{}")},
	{"empty texts", repeated(`0"`)},
	{"empty symbols", repeated("0'")},
	{"empty octets", repeated("0:")},
	{"texts of one", repeated(`1"a`)},
	{"symbols that differ", counted("8'%08d")},
	{"texts that differ", counted("8\"%08d")},
	{"lists of one", repeated("[t]")},
	{"structs of one", repeated(`{1"at}`)},
	{"records", repeated("<1'a>")},
	{"tagged", repeated("<11'desc:tagged1'at>")},
	{"errors", repeated(`<10'desc:error1"a>`)},
	{"a struct of many", keyed("t")},
	{"a struct of lists", keyed("[]")},
	{"stacks of lists", stacked("[", "]")},
	{"stacks of structs", stacked(`{0"`, "}")},
	{"one text", func(size int) string { return fmt.Sprintf("%d\"%s", size, strings.Repeat("a", size)) }},
	{"octets", func(size int) string { return fmt.Sprintf("%d:%s", size, strings.Repeat("\x00", size)) }},
	{"a stack without an end", func(size int) string { return strings.Repeat("[", size) }},
	{"a list without an end", func(size int) string { return "[" + strings.Repeat("t", size) }},
	{"lengths without an end", func(size int) string { return strings.Repeat("9", size) }},
	{"references", repeated("<11'desc:export1+>")},
}

// reader is what takes bombs.
type reader struct {
	name  string
	most  float64 // octets that it allocates for each that it reads, at most
	alone bool    // nothing else happens meanwhile, so that its time can be measured
	read  func(t *testing.T) func(bomb []byte)
}

// readers are those that strangers get to, from the inside out. What they allocate is an upper bound of what they hold.
var readers = []reader{
	{"dynamic values", 64.5, true, func(*testing.T) func([]byte) {
		return func(b []byte) { _, _ = syrup.Decode(b, syrup.Options{}) }
	}},
	{"operations", 9, true, func(*testing.T) func([]byte) {
		return func(b []byte) {
			msg := append(append([]byte("<10'op:deliver<11'desc:export1+>["), b...), "]ff>"...)
			_, _, _ = wire.Decode(msg, wire.Limits{})
		}
	}},
	{"sessions", 96, false, sessionReader},
}

// sessionReader returns what sends a bomb to an object that reads all of it and fails. It sends the next one when it has been told so, or
// in another session.
func sessionReader(t *testing.T) func([]byte) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(target.Close)
	ways := target.Ways()
	way := ways[len(ways)-1]
	var a *Attacker
	number := uint64(0)
	return func(b []byte) {
		for a == nil || a.Over() {
			if a, err = Dial(t.Context(), way, fresh(14, number)); err != nil {
				t.Fatal(err)
			}
			number++
			t.Cleanup(a.Close)
			meetAndFetch(t, a)
		}
		a.mu.Lock()
		a.asked++
		resolver := uint64(10_000 + a.asked)
		a.mu.Unlock()
		msg := append(append([]byte("<10'op:deliver"+to(Picky)+"["), b...), fmt.Sprintf("]f<18'desc:import-object%d+>>", resolver)...)
		if a.Say(msg) == nil {
			_, _ = a.Told(resolver) // or the session is over
		}
	}
}

// TestBombs sends bombs of a size, and of twice and four times that. What is allocated may not be more than so many times what was
// sent, and may not grow faster than the bombs do; neither may time.
func TestBombs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, too")
	}
	size := 1 << 16
	if isLong() {
		size = 1 << 20
	}
	for _, r := range readers {
		t.Run(r.name, func(t *testing.T) {
			read := r.read(t)
			t.Logf("%-26s %10s %10s %10s  octets allocated for each octet; times as long for four times as much", "bomb", "n", "2n", "4n")
			for _, b := range bombs {
				r.take(t, read, b, size)
			}
		})
	}
}

// take measures what a bomb of three sizes costs. A time that grows too fast is measured again, of larger bombs: what is steep by nature
// gets no better for that.
func (r *reader) take(t *testing.T, read func([]byte), b bomb, size int) {
	t.Helper()
	var allocated, took [3]float64
	for try := 0; try < 2 || r.alone && try < 10 && took[2] > steep*took[0]; try++ {
		if try > 1 {
			size = min(2*size, 1<<20)
		}
		for i := range allocated {
			text := []byte(b.of(size << i))
			bytes, d := cost(read, text)
			took[i] = d.Seconds()
			if allocated[i] = float64(bytes) / float64(len(text)); try > 0 && allocated[i] > r.most {
				t.Errorf("%s: %.2f octets allocated for each, want %.1f at most", b.name, allocated[i], r.most)
			}
		}
	}
	t.Logf("%-26s %10.2f %10.2f %10.2f %10.2f", b.name, allocated[0], allocated[1], allocated[2], took[2]/took[0])
	if r.alone && allocated[2] > 1.5*allocated[0]+1 {
		t.Errorf("%s: memory grows faster than the bomb: %.2f", b.name, allocated)
	}
	if r.alone && took[2] > steep*took[0] {
		t.Errorf("%s: four times as much takes %.1f times as long", b.name, took[2]/took[0])
	}
}

// steep is how many times as long four times as much may take. What is quadratic takes 16 times as long.
const steep = 10

// cost returns what is allocated for a bomb, and how long it takes.
func cost(read func([]byte), text []byte) (bytes uint64, d time.Duration) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	read(text)
	d = time.Since(start)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, d
}
