package captp

import (
	"errors"
	"log/slog"
	"maps"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Traffic counts messages and their bytes.
type Traffic struct {
	MessagesReceived, BytesReceived int64
	MessagesSent, BytesSent         int64
}

// Totals counts what has happened in a vat since [New], the closing of it included. No count ever shrinks.
type Totals struct {
	// Accepted counts the connections that others made, Dialled those that this vat made, DialsFailed the peers that it could not reach.
	Accepted, Dialled, DialsFailed int64
	// NotAccepted counts the connections that netlayers refused, and that are not among Accepted, where they count those: see
	// [netlayer.Refuser].
	NotAccepted int64
	// Of the connections, Established counts those on which a session was set up. Refused counts those that this vat ended before that:
	// over a limit, with a hello that is no good or came too late, when there was a session with the peer, or while the vat was being
	// closed. Abandoned counts those that the other side ended before.
	Established, Refused, Abandoned int64
	// Of the sessions, Aborted counts those that this vat ended because of what the peer sent or did not take, Lost those that the peer or
	// the network ended, or whose peer gave no sign of life, Closed those that the program ended.
	Aborted, Lost, Closed int64
	// OverLimit counts, of Refused and Aborted, those that were over a limit, by the name of the field of [Limits].
	OverLimit map[string]int64
	// Panics counts those of methods and of whatever else of the program the vat calls, loggers included, MethodsFailed the methods that returned an error.
	Panics, MethodsFailed int64
	// IntroductionsDeclined counts the introductions that the policy was against: see [WithIntroductions].
	IntroductionsDeclined int64
	// LogsLeftOut counts the lines that were not logged because there were too many of their kind: see [WithLogger].
	LogsLeftOut int64
	// Traffic counts what was exchanged with all peers, what netlayers add left out.
	Traffic
}

// LogValue returns the counts that are not zero, as a group.
func (t Totals) LogValue() slog.Value { return slog.GroupValue(numbers(reflect.ValueOf(t))...) }

// Totals returns the counts so far. It waits for nothing, and still tells them when the vat is closed.
func (v *Vat) Totals() Totals {
	t := &v.totals
	out := Totals{
		Accepted: t.accepted.Load(), Dialled: t.dialled.Load(), DialsFailed: t.dialsFailed.Load(),
		Established: t.established.Load(), Refused: t.refused.Load(), Abandoned: t.abandoned.Load(),
		Aborted: t.aborted.Load(), Lost: t.lost.Load(), Closed: t.closed.Load(),
		Panics: t.panics.Load(), MethodsFailed: t.methodsFailed.Load(), IntroductionsDeclined: t.introductionsDeclined.Load(),
		LogsLeftOut: t.logsLeftOut.Load(), Traffic: t.traffic.load(),
	}
	for nl := range v.netlayers.All() {
		if nl, ok := nl.(netlayer.Refuser); ok {
			r := nl.Refused()
			out.NotAccepted += r.Source + r.Crowded + r.Failed
		}
	}
	if over := t.overLimit.Load(); over != nil {
		out.OverLimit = maps.Clone(*over)
	}
	return out
}

// totals is what [Totals] is made of. It is read by anybody at any time.
type totals struct {
	accepted, dialled, dialsFailed     atomic.Int64
	established, refused, abandoned    atomic.Int64
	aborted, lost, closed              atomic.Int64
	panics, methodsFailed              atomic.Int64
	introductionsDeclined, logsLeftOut atomic.Int64
	traffic                            traffic
	overLimit                          atomic.Pointer[map[string]int64] // what it points to does not change; replaced by the loop
}

// traffic is what [Traffic] is made of.
type traffic struct {
	messagesReceived, bytesReceived atomic.Int64
	messagesSent, bytesSent         atomic.Int64
}

func (t *traffic) load() Traffic {
	return Traffic{
		MessagesReceived: t.messagesReceived.Load(), BytesReceived: t.bytesReceived.Load(),
		MessagesSent: t.messagesSent.Load(), BytesSent: t.bytesSent.Load(),
	}
}

// countReceived counts a batch of messages. It runs on the loop.
func (c *conn) countReceived(b *batch) {
	for _, t := range [...]*traffic{&c.traffic, &c.vat.totals.traffic} {
		t.messagesReceived.Add(int64(len(b.ops)))
		t.bytesReceived.Add(int64(b.length))
	}
}

// countSent counts messages that are about to be sent. It runs on the loop.
func (c *conn) countSent(messages, bytes int) {
	for _, t := range [...]*traffic{&c.traffic, &c.vat.totals.traffic} {
		t.messagesSent.Add(int64(messages))
		t.bytesSent.Add(int64(bytes))
	}
}

// countOpened counts a connection that was made. It runs on the loop.
func (t *totals) countOpened(called *dialled) {
	if called != nil {
		t.dialled.Add(1)
	} else {
		t.accepted.Add(1)
	}
}

// countEnd counts the end of a session, whether it was up or not. It runs on the loop.
func (v *Vat) countEnd(wasUp bool, reason error) {
	var (
		session *SessionError
		ended   *endedError
	)
	t := &v.totals
	byPeer := errors.As(reason, &session) && session.Remote
	switch {
	case byPeer && !wasUp:
		t.abandoned.Add(1)
	case !wasUp:
		t.refused.Add(1)
	case byPeer, errors.Is(reason, errSilent):
		t.lost.Add(1)
	case v.refuse, errors.As(reason, &ended):
		t.closed.Add(1)
	default:
		t.aborted.Add(1)
	}
	if name := limitName(reason); !byPeer && name != "" {
		over := make(map[string]int64)
		if old := t.overLimit.Load(); old != nil {
			maps.Copy(over, *old)
		}
		over[name]++
		t.overLimit.Store(&over)
	}
}

// limitName returns the field of [Limits] that was gone over, "" if none was.
func limitName(err error) string {
	var (
		ours   *LimitError
		syntax *syrup.LimitError
	)
	switch {
	case errors.As(err, &ours):
		return ours.Limit
	case errors.As(err, &syntax):
		return strings.TrimPrefix(syntax.Name, "Max")
	default:
		return ""
	}
}
