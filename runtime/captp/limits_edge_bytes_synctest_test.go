package captp_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// This file has what the rows of limitEdges do that are about bytes of all kinds together, and about silence.

// nothing is an operation of which nothing comes.
const nothing = "<13'op:gc-answers[]>"

// nothingBytes is what it counts for until it was looked at, read by itself: its bytes, what it becomes, and a KiB.
var nothingBytes = int64(len(nothing) + wire.Size(&wire.GCAnswers{}) + 1<<10)

// flood has a vat that looks at nothing sent much, of which some is there already: one operation, and so many of another peer. It returns
// how much the network takes, which is one more than what is read.
func flood(others int) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		b := newBusy(t, limits, 1)
		b.other.say(slices.Repeat([]string{nothing}, others)...)
		const n = 10
		var sent atomic.Int32
		go func() {
			for range n {
				if b.flood.conn.Send([][]byte{[]byte(nothing)}) == nil {
					sent.Add(1)
				}
			}
		}()
		synctest.Wait()
		taken := sent.Load()
		b.gate.open <- struct{}{}
		synctest.Wait()
		if all := 1 + others + n; len(b.gate.handled) != all || sent.Load() != n || b.flood.isOver() {
			t.Errorf("in the end %d were taken and %d handled, want %d and %d", sent.Load(), len(b.gate.handled), n, all)
		}
		return fmt.Sprintf("%d taken", taken)
	}
}

// keepMuch has a vat keep something for five peers, for the second one most: so many bytes, and more that comes with them. It returns how
// much that is for all peers together, and which sessions have ended.
func keepMuch(ops func(bytes int) string) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		limits.Turns = 1 // what comes when there are more is not looked at
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 1})
		v, ref := edgeVat(t, n, limits)
		var peers []*rawSession
		bytes := 0
		for i, kib := range []int{2, 7, 1, 3, 6} {
			name := fmt.Sprint("peer-", i)
			s := rawDial(t, n, name, v, peerNamed(name))
			n.Way("vat", name).Hold()
			s.say(fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s1+f>", fetch(ref)))
			for _, op := range split(ops(kib << 10)) {
				s.say(op)
			}
			peers, bytes = append(peers, s), bytes+kib<<10
		}
		kept, over := v.Stats(), []int{}
		for i, s := range peers {
			n.Way("vat", fmt.Sprint("peer-", i)).Release()
			if s.isOver() {
				over = append(over, i)
			}
		}
		if len(over) == 0 {
			expectKept(t, kept, bytes)
		}
		return fmt.Sprintf("%d kept, over: %v, %v", kept.KeptBytes, over, v.Totals().OverLimit)
	}
}

// expectKept checks that a vat keeps so many bytes, with what it says that comes with them: 256 to 1024 for each entry of a table, 4 KiB for
// each turn, and for each of five messages what it becomes when it is decoded, which is not said exactly, and 1 KiB when it is read.
func expectKept(t *testing.T, st captp.Stats, bytes int) {
	t.Helper()
	entries := st.Answers + st.QueuedMessages
	least := bytes + 256*entries + 4<<10*st.Turns
	most := bytes + 1024*(entries+5+1) + 4<<10*st.Turns
	if st.Gifts > 0 {
		least, most = 256*(entries+st.Gifts), 1024*(entries+st.Gifts)
	}
	if st.KeptBytes < least || st.KeptBytes > most {
		t.Errorf("%d bytes are kept, want from %d to %d: %+v", st.KeptBytes, least, most, st)
	}
}

// Operations that have a vat keep so many bytes, for keepMuch.
func keepMessage(bytes int) string {
	return pending + fmt.Sprintf("<10'op:deliver<11'desc:answer2+>[%d:%s]ff>", bytes, strings.Repeat("x", bytes))
}

func keepAnswer(bytes int) string {
	return fmt.Sprintf("<10'op:deliver<11'desc:answer1+>[4'give%d+]2+f>", bytes)
}

func keepGifts(bytes int) string {
	var ops strings.Builder
	for i := range bytes >> 10 {
		fmt.Fprintf(&ops, "<10'op:deliver<11'desc:export0+>%sff>", deposit(giftID(byte(i)), 0))
	}
	return ops.String()
}

func keepTurn(bytes int) string {
	return fmt.Sprintf("<10'op:deliver<11'desc:answer1+>[4'wait%d:%s]ff>", bytes, strings.Repeat("x", bytes))
}

func keepUnread(bytes int) string {
	return keepTurn(0) + keepTurn(0) + keepTurn(bytes)
}

func keepOutput(bytes int) string {
	const give = "<10'op:deliver<11'desc:answer1+>[4'give%d+]f<18'desc:import-object900+>>"
	return fmt.Sprintf(give+give, 1, bytes) // the first fills the window
}

// isSilent has a peer say something, and then nothing for a while. It returns whether the peer was asked for a sign of life. The vat looks
// whether something came four times in the time of the limit; said is how long after such a look the peer says it.
func isSilent(said, silence time.Duration) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, _ := edgeVat(t, n, limits)
		s := rawDial(t, n, "peer", v, peerNamed("peer"))
		time.Sleep(limits.IdleTime/256 + said) // the peer is in the first of 64 groups that are looked at one after the other
		s.say(nothing)
		time.Sleep(silence)
		return wasAsked(s)
	}
}

// wasAsked returns whether a peer was asked for a sign of life since it was looked last.
func wasAsked(s *rawSession) string {
	for _, m := range s.hears() {
		if strings.Contains(captptest.Notation(m), "'fetch ") {
			return "asked for a sign of life"
		}
	}
	return "not asked"
}

// givesNoSign returns what comes of a peer that is asked for a sign of life and gives none for a limitedTime.
func givesNoSign(t *testing.T, limits captp.Limits) string {
	limits.IdleTime = time.Second
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	v, _ := edgeVat(t, n, limits)
	s := rawDial(t, n, "peer", v, peerNamed("peer"))
	for wasAsked(s) == "not asked" {
		time.Sleep(limits.IdleTime / 256) // the time between looks at one peer and another one
	}
	time.Sleep(limitedTime)
	over := s.isOver()
	s.conn.Close()
	return fmt.Sprintf("%d lost, over: %v", v.Totals().Lost, over)
}
