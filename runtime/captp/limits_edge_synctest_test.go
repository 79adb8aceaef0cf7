package captp_test

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// edge is how a limit is tested: with a limit that is just enough for what run does nothing happens, and with one less the effect does.
type edge struct {
	// run does something with a vat that has the limits, in a bubble, and returns what comes of it.
	run func(t *testing.T, limits captp.Limits) string
	// effect is part of what comes of it over the limit.
	effect string
	// fits is part of what comes of it when the limit is just enough.
	fits string
	// enough is the least limit that is enough. If it is 0, the least is looked for.
	enough int64
	// isKept says that what is enough is what the vat says that it keeps for all peers when there is no limit, which run returns first.
	isKept bool
}

// limitEdges has a row for each field of captp.Limits, and one more for each effect of it that has an edge of its own. The first word of a
// name is the field.
var limitEdges = map[string]edge{
	"Sessions":       {run: establishFive, enough: 5, effect: "limit Sessions exceeded"},
	"Unestablished":  {run: connectFive, enough: 5, effect: "limit Unestablished exceeded"},
	"Dials":          {run: dialFive, enough: 5, effect: "limit Dials (4) exceeded"},
	"Exports":        {run: says("<10'op:deliver<11'desc:answer1+>[4'many5+]f<18'desc:import-object900+>>"), enough: 5, effect: "limit Exports exceeded"},
	"Imports":        {run: says("<10'op:deliver<11'desc:answer1+>[4'keep" + five("<18'desc:import-object%d+>", 10) + "]ff>"), enough: 5, effect: "limit Imports exceeded"},
	"Answers":        {run: says(five("<10'op:deliver<11'desc:answer1+>[4'wait]%d+f>", 2)), enough: 6, effect: "limit Answers exceeded"},
	"Listeners":      {run: says(five("<10'op:deliver<11'desc:answer1+>[4'wait]f<18'desc:import-object%d+>>", 900)), enough: 5, effect: "limit Listeners exceeded"},
	"QueuedMessages": {run: says(pending + five("<10'op:deliver<11'desc:answer2+>[%d+]ff>", 10)), enough: 5, effect: "limit QueuedMessages exceeded"},
	"HeldBytes":      {run: says(pending + five("<10'op:deliver<11'desc:answer2+>[%d+]ff>", 10)), effect: "limit HeldBytes exceeded"},
	"StepBytes": {
		run: says("<10'op:deliver<11'desc:answer1+>[4'list100+]2+f><8'op:index<11'desc:answer2+>0+3+>" +
			"<10'op:deliver<11'desc:answer3+>[]f<18'desc:import-object900+>>"), effect: "too long to take a step in",
	},
	"Gives":                      {run: giveFive, enough: 5, effect: "limit Gives"},
	"Gifts":                      {run: depositFive, enough: 5, fits: "gifts [0 1 2 3 4]", effect: "gifts [1 2 3 4]"},
	"Withdrawals":                {run: withdrawFive(5), enough: 5, fits: "5 wait", effect: tooManyWait},
	"Withdrawals for one gifter": {run: withdrawFive(1), enough: 20, fits: "5 wait", effect: tooManyWait},
	"Gifters":                    {run: withdrawFive(5), enough: 5, fits: "5 wait", effect: `4 wait, then: break <desc:error "third-party handoff failed (withdraw): handoff: the receive fails the check of handoff-count"`},
	"Handoffs":                   {run: handOffFive, enough: 5, fits: "5 handed off", effect: "4 handed off, then give: captp: limit Handoffs (4) exceeded"},
	"Introductions":              {run: introduceFive, enough: 5, fits: "5 asked about, 5 called", effect: "4 asked about, 4 called"},
	"Dials for introductions":    {run: introduceFive, enough: 10, fits: "5 asked about, 5 called", effect: "5 asked about, 4 called"},
	"OutputBytes":                {run: doesNotRead(0), effect: "map[OutputBytes:1]"},

	"TargetMessages":  {run: sendFive, enough: 5, effect: "deadline"},
	"TargetBytes":     {run: sendFive, effect: "deadline"},
	"SessionMessages": {run: sendFive, enough: 5, effect: "deadline"},
	"SessionBytes":    {run: sendFive, effect: "deadline"},

	// Something is given up at the second of two looks, half of the time apart: after the whole of it if nothing else is under way, and just
	// after half of it if a look comes when it has just begun. A nanosecond that is left over when the time is halved is not waited for.
	"HandoffTime of a gift":       {run: withdrawLate, enough: int64(limitedTime) + 1, fits: "told fulfill", effect: "told nothing"},
	"HandoffTime of a withdrawal": {run: depositLate, enough: int64(limitedTime) + 1, fits: "told nothing", effect: "it took too long"},
	"HandoffTime of a reference":  {run: dialLate, enough: int64(limitedTime) + 1, fits: "not broken", effect: "it took too long"},
	"HandoffTime at the least":    {run: withdrawOneOfTwoLate, enough: 2 * int64(limitedTime), fits: "told fulfill", effect: "told nothing"},

	"TotalBytes of messages":        {run: keepMuch(keepMessage), isKept: true, fits: "over: [], map[]", effect: "over: [1], map[TotalBytes:1]"},
	"TotalBytes of answers":         {run: keepMuch(keepAnswer), isKept: true, fits: "over: [], map[]", effect: "over: [1], map[TotalBytes:1]"},
	"TotalBytes of gifts":           {run: keepMuch(keepGifts), isKept: true, fits: "over: [], map[]", effect: "over: [1], map[TotalBytes:1]"},
	"TotalBytes of turns":           {run: keepMuch(keepTurn), isKept: true, fits: "over: [], map[]", effect: "over: [1], map[TotalBytes:1]"},
	"TotalBytes of unread messages": {run: keepMuch(keepUnread), isKept: true, fits: "over: [], map[]", effect: "over: [1], map[TotalBytes:1]"},
	"TotalBytes of output":          {run: keepMuch(keepOutput), isKept: true, fits: "over: [], map[]", effect: "over: [1], map[TotalBytes:1]"},

	"HelloBytes":                       {run: helloLater(0), effect: "map[HelloBytes:1]"},
	"HandshakeTime":                    {run: helloLater(limitedTime), enough: int64(limitedTime), effect: "1 refused"},
	"HandshakeTime for a sign of life": {run: givesNoSign, enough: 2*int64(limitedTime) + 1, fits: "0 lost", effect: "1 lost"},
	// It is looked for every peer four times in that time, each time in one of 64 groups of them, so the edge is at a multiple of 256 ns: the
	// question comes after the whole time, if the peer has spoken just before it was looked, or up to a quarter later.
	"IdleTime":               {run: isSilent(-1, limitedTime), enough: int64(limitedTime), fits: "not asked", effect: "asked for"},
	"IdleTime and a quarter": {run: isSilent(1, limitedTime+limitedTime/4), enough: int64(limitedTime) + 256, fits: "not asked", effect: "asked for"},
	"DialTime":               {run: dialThatTakes(limitedTime), enough: int64(limitedTime), effect: "deadline"},
	"MessageBytes":           {run: says(longArgument), enough: int64(len(longArgument)), effect: "limit MessageBytes exceeded"},
	"Depth":                  {run: says("<10'op:deliver<11'desc:answer1+>[" + strings.Repeat("[", 50) + strings.Repeat("]", 50) + "]ff>"), enough: 52, effect: "limit MaxDepth"},
	"Digits":                 {run: says("<10'op:deliver<11'desc:answer1+>[" + tenTo(50) + "+]ff>"), enough: 51, effect: "limit MaxDigits"},
	"Items":                  {run: says("<10'op:deliver<11'desc:answer1+>[" + strings.Repeat("t", 50) + "]ff>"), enough: 50, effect: "limit MaxItems"},
	"References":             {run: says("<10'op:deliver<11'desc:answer1+>[4'keep" + five("<18'desc:import-object%d+>", 10) + "]ff>"), enough: 5, effect: "op:abort"},
	"DecodedBytes":           {run: says("<10'op:deliver<11'desc:answer1+>[4'keep[" + strings.Repeat("t", 50) + "]]f<18'desc:import-object900+>>"), effect: "'break"},

	// Of five operations that wait one was there at first. The network takes one more than what is read.
	"InboxBytes":  {run: flood(2), enough: 5 * nothingBytes, fits: "4 taken", effect: "3 taken"},
	"UnreadBytes": {run: flood(0), enough: 5 * nothingBytes, fits: "6 taken", effect: "5 taken"},
	"Turns":       {run: says(five("<10'op:deliver<11'desc:answer1+>[4'wait%d+]ff>", 10)), enough: 5, effect: "reading waits: turns"},
	"TurnBytes":   {run: says(five("<10'op:deliver<11'desc:answer1+>[4'wait%d+]ff>", 10)), effect: "reading waits: turns"},
	"OutputSoft":  {run: doesNotRead(0), effect: "reading waits: output"},
	"OutputHard":  {run: doesNotRead(time.Hour), effect: "map[OutputHard:1]"},
	"OutputStall": {run: doesNotRead(limitedTime), enough: int64(limitedTime), effect: "map[OutputHard:1]"},
	"DrainTime":   {run: endsAndDoesNotRead, enough: int64(limitedTime), effect: "0 conns"},
}

// limitedTime is how long something takes of which the time is limited. A limit of as many nanoseconds and one is enough, one less is not.
const limitedTime = 10 * time.Second

const (
	pending     = "<10'op:deliver<11'desc:answer1+>[4'wait]2+f>"
	tooManyWait = `4 wait, then: break <desc:error "third-party handoff failed (withdraw): handoff: the receiver has too many withdrawals waiting"`
)

// longArgument is the longest operation of a session.
var longArgument = "<10'op:deliver<11'desc:answer1+>[1000:" + strings.Repeat("x", 1000) + "]ff>"

// five returns an operation or a part of one with five numbers from first on.
func five(format string, first int) string {
	var out strings.Builder
	for i := range 5 {
		fmt.Fprintf(&out, format, first+i)
	}
	return out.String()
}

func tenTo(n int64) string { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil).String() }

// TestLimitEdges goes to the edge of every limit, and over it. A field of captp.Limits without a row fails.
func TestLimitEdges(t *testing.T) {
	fields := reflect.TypeFor[captp.Limits]()
	tested := make(map[string]bool)
	for _, name := range slices.Sorted(maps.Keys(limitEdges)) {
		first, _, _ := strings.Cut(name, " ")
		field, ok := fields.FieldByName(first)
		if !ok {
			t.Errorf("limitEdges has a row for %s, which is no field", first)
			continue
		}
		tested[first] = true
		e := limitEdges[name]
		t.Run(name, func(t *testing.T) { e.test(t, field) })
	}
	for field := range fields.Fields() {
		if !tested[field.Name] {
			t.Errorf("captp.Limits.%s has no row in limitEdges", field.Name)
		}
	}
}

// test finds the edge, or checks that it is where it is said to be.
func (e *edge) test(t *testing.T, field reflect.StructField) {
	happens := func(limit int64) (yes bool, what string) {
		synctest.Test(t, func(t *testing.T) {
			var limits captp.Limits
			reflect.ValueOf(&limits).Elem().FieldByIndex(field.Index).SetInt(limit)
			what = e.run(t, limits)
		})
		return strings.Contains(what, e.effect), what
	}
	enough, tooLittle := e.enough, e.enough-1
	switch {
	case e.isKept:
		_, what := happens(0)
		if _, err := fmt.Sscanf(what, "%d kept", &enough); err != nil {
			t.Fatalf("without a limit: %s", what)
		}
		tooLittle = enough - 1
	case field.Type == reflect.TypeFor[time.Duration]():
		enough++ // at the same time either may come first
	case enough == 0:
		enough, tooLittle = 1<<20, 1
		for enough-tooLittle > 1 {
			middle := (enough + tooLittle) / 2
			if yes, _ := happens(middle); yes {
				tooLittle = middle
			} else {
				enough = middle
			}
		}
	}
	if yes, what := happens(enough); yes || !strings.Contains(what, e.fits) {
		t.Errorf("a limit of %d is not enough: %s", enough, what)
	}
	if yes, what := happens(tooLittle); !yes {
		t.Errorf("with a limit of %d it does not happen: %s", tooLittle, what)
	}
}

// edgeVat returns a vat with an object for what the rows do.
func edgeVat(t *testing.T, n *netlayertest.Network, limits captp.Limits) (*captp.Vat, locator.SturdyRef) {
	t.Helper()
	v := vatAt(t, n, "vat", captp.WithLimits(limits))
	var kept []any
	ref, err := captp.Publish(v, object(v, map[string]method{
		"wait": func(ctx context.Context, _ []any) (any, error) { <-ctx.Done(); return nil, ctx.Err() },
		"keep": func(_ context.Context, args []any) (any, error) { kept = append(kept, args...); return nil, nil },
		"list": func(_ context.Context, args []any) (any, error) { return []any{make([]byte, args[0].(int64))}, nil },
		"give": func(_ context.Context, args []any) (any, error) { return make([]byte, args[0].(int64)), nil },
		"many": func(_ context.Context, args []any) (any, error) {
			var list []any
			for range args[0].(int64) {
				list = append(list, toolbox(v).Ref)
			}
			return list, nil
		},
	}, captp.Concurrent()))
	if err != nil {
		t.Fatal(err)
	}
	return v, ref
}

// says returns what comes of operations that a peer sends; its answer 1 is the object.
func says(ops string) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, ref := edgeVat(t, n, limits)
		s := rawDial(t, n, "peer", v, peerNamed("peer"))
		s.say(fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s1+f>", fetch(ref)))
		for _, op := range split(ops) {
			if s.isOver() {
				break
			}
			s.say(op)
		}
		return observed(v, s)
	}
}

// split cuts operations that stand one behind the other.
func split(ops string) (out []string) {
	for len(ops) > 0 {
		_, n, err := syrup.Skim(nil, []byte(ops), 0, syrup.Limits{}, nil)
		if err != nil {
			panic(err)
		}
		out, ops = append(out, ops[:n]), ops[n:]
	}
	return out
}

// observed returns what a peer has heard, and what the vat says of the session.
func observed(v *captp.Vat, sessions ...*rawSession) string {
	var out strings.Builder
	for _, s := range sessions {
		for _, op := range s.hears() {
			fmt.Fprintln(&out, captptest.Notation(op))
		}
	}
	for _, s := range v.Sessions(-1) {
		fmt.Fprintf(&out, "reading waits: %s\n", s.Reading)
	}
	fmt.Fprintf(&out, "%v, %d refused, %d conns", v.Totals().OverLimit, v.Totals().Refused, v.Stats().Conns)
	return out.String()
}

// establishFive sets five sessions up.
func establishFive(t *testing.T, limits captp.Limits) string {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	v, _ := edgeVat(t, n, limits)
	var all []*rawSession
	for i := range 5 {
		name := fmt.Sprintf("peer %d", i)
		all = append(all, rawDial(t, n, name, v, peerNamed(name)))
	}
	return observed(v, all...)
}

// connectFive makes five connections and no sessions.
func connectFive(t *testing.T, limits captp.Limits) string {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	v, ref := edgeVat(t, n, limits)
	for i := range 5 {
		conn, err := n.Peer(fmt.Sprintf("peer %d", i)).Dial(t.Context(), ref.Peer)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		synctest.Wait()
	}
	return strings.NewReplacer("map[", "limit ", ":1]", " exceeded").Replace(observed(v))
}

// dialFive dials five peers at once.
func dialFive(t *testing.T, limits captp.Limits) string {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	v, _ := edgeVat(t, n, limits)
	var errs lockedBuffer
	var dials sync.WaitGroup
	for i := range 5 {
		name := fmt.Sprintf("peer %d", i)
		n.Way("vat", name).HoldDials()
		dials.Go(func() { fmt.Fprintln(&errs, v.Connect(t.Context(), peerNamed(name))) })
	}
	synctest.Wait()
	text := errs.String()
	v.Close()
	dials.Wait()
	return text
}

// giveFive gives five objects of one peer to another one, in one message.
func giveFive(t *testing.T, limits captp.Limits) string {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	gifter := vatAt(t, n, "gifter", captp.WithLimits(limits))
	receiver, exporter := vatAt(t, n, "receiver"), vatAt(t, n, "exporter")
	gifts := []any{captp.Symbol("echo")}
	for range 5 {
		gifts = append(gifts, captptest.Carry(t, exporter, gifter, toolbox(exporter)).Ref)
	}
	_, err := captp.Invoke(t.Context(), captptest.Carry(t, receiver, gifter, toolbox(receiver)).Ref, gifts...).Await(t.Context())
	return fmt.Sprint(err)
}

// sendFive sends five messages to an object that does not answer, and waits a limitedTime for room.
func sendFive(t *testing.T, limits captp.Limits) string {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	_, ref := edgeVat(t, n, captp.Limits{})
	here := vatAt(t, n, "here", captp.WithLimits(limits))
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	far, err := captp.Enliven[anyRef](t.Context(), here, ref).Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	var out strings.Builder
	for range 5 {
		p := captp.Invoke(ctx, far.Ref, captp.Symbol("wait"), make([]byte, 1000))
		synctest.Wait()
		select {
		case <-p.Done():
			_, err := p.Await(t.Context())
			fmt.Fprintln(&out, err)
		default:
		}
	}
	return out.String()
}

// helloLater says hello after a while.
func helloLater(after time.Duration) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, ref := edgeVat(t, n, limits)
		conn, err := n.Peer("peer").Dial(t.Context(), ref.Peer)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		return observed(v, newRawSession(t, conn, peerNamed("peer")))
	}
}

// dialThatTakes dials a peer, which takes a while.
func dialThatTakes(long time.Duration) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		v, _ := edgeVat(t, n, limits)
		vatAt(t, n, "peer")
		n.Way("vat", "peer").HoldDials()
		time.AfterFunc(long, n.Way("vat", "peer").ReleaseDials)
		return fmt.Sprint(v.Connect(t.Context(), peerNamed("peer")))
	}
}

// doesNotRead asks for much, and reads it after a while only.
func doesNotRead(after time.Duration) func(*testing.T, captp.Limits) string {
	return func(t *testing.T, limits captp.Limits) string {
		if limits.OutputStall > 0 {
			limits.OutputHard = 1000
		}
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 1})
		v, ref := edgeVat(t, n, limits)
		s := rawDial(t, n, "peer", v, peerNamed("peer"))
		n.Way("vat", "peer").Hold()
		s.say(fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s1+f>", fetch(ref)))
		for i, size := range []int{1, 10_000, 10_000, 10_000} { // the first fills the window
			s.say(fmt.Sprintf("<10'op:deliver<11'desc:answer1+>[4'give%d+]f<18'desc:import-object%d+>>", size, 900+i))
		}
		time.Sleep(after)
		text := observed(v)
		n.Way("vat", "peer").Release()
		return text
	}
}

// endsAndDoesNotRead ends a session while there is output for a peer that does not read.
func endsAndDoesNotRead(t *testing.T, limits captp.Limits) string {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 1})
	v, ref := edgeVat(t, n, limits)
	s := rawDial(t, n, "peer", v, peerNamed("peer"))
	n.Way("vat", "peer").Hold()
	s.say(fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s1+f>", fetch(ref)),
		"<10'op:deliver<11'desc:answer1+>[4'give10000+]f<18'desc:import-object900+>>")
	v.Disconnect(peerNamed("peer"))
	synctest.Wait()
	time.Sleep(limitedTime)
	synctest.Wait()
	text := observed(v)
	n.Way("vat", "peer").Release()
	return text
}
