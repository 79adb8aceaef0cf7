package hostiletest

import (
	"bytes"
	"fmt"
	"io"
	"math/bits"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// bomb is a value that is meant to cost more than it is long.
type bomb struct {
	name string
	of   func(size int) string // of about so many octets
	most factors
}

// factors say how many octets each reader allocates for each octet of a bomb, at most.
type factors struct{ value, operation, session float64 }

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

// someMore is a bomb of so many of one that what had room for all of them but a few would double.
func someMore(each string) func(int) string {
	return func(size int) string {
		n := 1 << (bits.Len(uint(size/len(each))) - 1)
		return "[" + strings.Repeat(each, n+n/16) + "]"
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
	{"true", repeated("t"), factors{48.5, 0, 33.9}},
	{"small integers", repeated("0+"), factors{24.3, 0, 17.6}},
	{"integers", repeated("9223372036854775807+"), factors{3.3, 0, 5.7}},
	{"integers of 16,000 digits", repeated(strings.Repeat("7", 16000) + "+"), factors{4.5, 0, 5.7}},
	{"integers of 40 digits", repeated(strings.Repeat("7", 40) + "-"), factors{3.8, 0, 4.7}},
	{"floats", repeated("D\x40\x09\x21\xfb\x54\x44\x2d\x18"), factors{6.8, 0, 6.2}},
	{"empty lists", repeated("[]"), factors{36.4, 0, 29.8}},
	{"empty structs", repeated("{}"), factors{36.4, 0, 42}},
	{"empty texts", repeated(`0"`), factors{24.3, 0, 17.6}},
	{"empty symbols", repeated("0'"), factors{24.3, 0, 17.6}},
	{"empty octets", repeated("0:"), factors{36.4, 0, 29.8}},
	{"texts of one", repeated(`1"a`), factors{28, 0, 24}},
	{"symbols that differ", counted("8'%08d"), factors{8.4, 0, 8.1}},
	{"texts that differ", counted("8\"%08d"), factors{8.4, 0, 8.1}},
	{"lists of one", repeated("[t]"), factors{35, 0, 31.2}},
	{"structs of one", repeated(`{1"at}`), factors{24, 0, 66.5}},
	{"records", repeated("<1'a>"), factors{25.3, 0, 1.2}},
	{"tagged", repeated("<11'desc:tagged1'at>"), factors{9.7, 0, 4.9}},
	{"errors", repeated(`<10'desc:error1"a>`), factors{9.5, 0, 4.2}},
	{"a struct of many", keyed("t"), factors{19, 0, 17.5}},
	{"a struct of lists", keyed("[]"), factors{21, 0, 19.5}},
	{"stacks of lists", stacked("[", "]"), factors{20.6, 0, 21.9}},
	{"stacks of structs", stacked(`{0"`, "}"), factors{1, 1, 2}},
	{"one text", func(size int) string { return fmt.Sprintf("%d\"%s", size, strings.Repeat("a", size)) }, factors{1, 0, 2.2}},
	{"octets that are not whole", func(size int) string { return "16000000:" + strings.Repeat("\x00", size) }, factors{0.1, 0.1, 1.2}},
	{"a text that is not whole", func(size int) string { return "16000000\"" + strings.Repeat("a", size) }, factors{0.1, 0.1, 1.2}},
	{"octets", func(size int) string { return fmt.Sprintf("%d:%s", size, strings.Repeat("\x00", size)) }, factors{1, 0, 1.2}},
	{"a stack without an end", func(size int) string { return strings.Repeat("[", size) }, factors{0.4, 0.1, 1.4}},
	{"a list without an end", func(size int) string { return "[" + strings.Repeat("t", size) }, factors{64.6, 0, 1.2}},
	{"lengths without an end", func(size int) string { return strings.Repeat("9", size) }, factors{0, 0, 1.2}},
	{"references", repeated("<11'desc:export1+>"), factors{8.6, 5.2, 12.9}},
	{"true, some more", someMore("t"), factors{62.4, 0, 47.4}},
	{"references, some more", someMore("<11'desc:export1+>"), factors{10, 5.9, 15}},
}

// reader is what takes bombs.
type reader struct {
	name  string
	most  func(b *bomb) float64 // octets that it allocates for each that it reads, at most
	alone bool                  // nothing else happens meanwhile, so that its time can be measured

	// start returns what makes a message of a bomb, and what reads that.
	start func(t *testing.T) (message func(bomb string) []byte, read func(message []byte))
}

// readers are those that strangers get to, from the inside out. What they allocate is an upper bound of what they hold.
var readers = []reader{
	{"dynamic values", func(b *bomb) float64 { return b.most.value }, true, func(*testing.T) (func(string) []byte, func([]byte)) {
		return func(bomb string) []byte { return []byte(bomb) }, func(msg []byte) { _, _ = syrup.Decode(msg, syrup.Options{}) }
	}},
	{"operations", func(b *bomb) float64 { return b.most.operation }, true, func(*testing.T) (func(string) []byte, func([]byte)) {
		return func(bomb string) []byte { return deliver("<11'desc:export1+>", bomb, "f") },
			func(msg []byte) { _, _, _ = wire.Decode(msg, wire.Limits{}) }
	}},
	{"sessions", func(b *bomb) float64 { return b.most.session }, false, startSession},
	{"frames that are not whole", func(*bomb) float64 { return halfRead }, false, func(*testing.T) (func(string) []byte, func([]byte)) {
		return func(bomb string) []byte { return []byte(fmt.Sprint(netlayer.DefaultReadLimit) + ":" + bomb) }, readStream
	}},
	{"raw values that are not whole", func(*bomb) float64 { return halfRead }, false, func(*testing.T) (func(string) []byte, func([]byte)) {
		return func(bomb string) []byte { return []byte("<1'a" + bomb) }, readStream
	}},
}

// halfRead is what streams allocate for each octet of a message that does not become whole, at most: what is there is copied into buffers of
// which each is four times as large as the one before, or twice.
const halfRead = 6

// readStream reads what is a part of one message, and then the end.
func readStream(stream []byte) {
	s := netlayer.NewStream(struct {
		io.Reader
		io.Writer
		io.Closer
	}{bytes.NewReader(stream), io.Discard, io.NopCloser(nil)}, netlayer.StreamOptions{MessageTime: -1})
	_, _ = s.Receive(nil)
}

// deliver returns a message with one argument.
func deliver(to, argument, resolver string) []byte {
	return []byte("<10'op:deliver" + to + "[" + argument + "]f" + resolver + ">")
}

// startSession sends bombs to an object that reads all of them and fails: the next one when it has been told so, or in another session.
func startSession(t *testing.T) (message func(bomb string) []byte, read func(message []byte)) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(target.Close)
	ways := target.Ways()
	way := ways[len(ways)-1]
	var a *Attacker
	number, resolver := uint64(0), uint64(0)
	message = func(bomb string) []byte {
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
		resolver = uint64(10_000 + a.asked)
		a.mu.Unlock()
		return deliver(to(Picky), bomb, fmt.Sprintf("<18'desc:import-object%d+>", resolver))
	}
	return message, func(msg []byte) {
		if a.Say(msg) == nil {
			_, _ = a.Told(resolver) // or the session is over
		}
	}
}

// TestBombs sends bombs of a size, and of twice and four times that. Each reader may allocate so many times what was sent, with little to
// spare: less than what it takes if a list, a table of references or a buffer grows by another rule, or as long as somebody says. It may not
// grow faster than the bombs do; neither may time.
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
			message, read := r.start(t)
			t.Logf("%-26s %10s %10s %10s  octets allocated for each octet; times as long for four times as much", "bomb", "n", "2n", "4n")
			for _, b := range bombs {
				r.take(t, message, read, &b, size)
			}
		})
	}
}

// take measures what a bomb of three sizes costs. A time that grows too fast is measured again, of larger bombs: what is steep by nature
// gets no better for that.
func (r *reader) take(t *testing.T, message func(string) []byte, read func([]byte), b *bomb, size int) {
	t.Helper()
	var allocated, took [3]float64
	for try := 0; try < 2 || r.alone && try < 10 && took[2] > steep*took[0]; try++ {
		if try > 1 {
			size = min(2*size, 1<<20)
		}
		for i := range allocated {
			msg := message(b.of(size << i))
			bytes, d := cost(read, msg)
			took[i] = d.Seconds()
			allocated[i] = float64(bytes) / float64(len(msg))
			if most := r.most(b) + eachMessage/float64(len(msg)); try > 0 && allocated[i] > most {
				t.Errorf("%s: %.2f octets allocated for each, want %.2f at most", b.name, allocated[i], most)
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

// eachMessage is what a message costs beside that, in octets, however short it is.
const eachMessage = 16 << 10

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
