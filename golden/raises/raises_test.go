package raises_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/raises"
	"github.com/ocapn-go/ocapn/golden/raises/limits"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// room raises an error in every method.
type room struct {
	raises.UnimplementedNamedRoom
	user raises.User
}

func (r room) Pass(context.Context, int64) (limits.Gate, error) {
	return limits.Gate{}, &limits.QuotaError{Used: 3, Message: "full"}
}

func (r room) Join(context.Context, raises.User) (raises.Room, error) {
	return raises.Room{}, fmt.Errorf("a secret: %w", &raises.BannedError{Until: captp.Some(int64(9))})
}

func (r room) Topic(context.Context) (string, error) { return "", &raises.NoSuchError{} }

func (r room) Leave(context.Context) error {
	return &raises.BannedError{Message: captp.Some("stay")}
}

func (r room) History(_ context.Context, opts *raises.RoomHistoryOpts) (string, raises.Room, error) {
	if opts.Limit.Or(0) > 10 {
		return "", raises.Room{}, &limits.QuotaError{Used: 11}
	}
	return "", raises.Room{}, &raises.LateError{By: 2, Whom: r.user}
}

func (r room) Eventually(ctx context.Context, _ int64) (*captp.Promise[string], error) {
	p, resolver := captp.NewPromise[string](captp.VatOf(ctx))
	resolver.Break(fmt.Errorf("a secret: %w", &raises.TriedError{Message: "again"}))
	return p, nil
}

func (r room) Break(_ context.Context, reason any) (string, error) {
	if err, ok := reason.(*captp.RemoteError); ok {
		return "", captp.Public(errors.New(err.Message))
	}
	return "", captp.ReasonValue(reason)
}

func (r room) Rename(context.Context, string) error { return errors.New("a secret") }

// reply raises no-such-error for yes, and an error that it does not declare for no.
func reply(_ context.Context, yes bool) (raises.Room, error) {
	if yes {
		return raises.Room{}, &raises.NoSuchError{}
	}
	return raises.Room{}, &raises.TriedError{Message: "no"}
}

// scene is a room and a reply, in the vat of the test or in another one.
type scene struct {
	room  raises.NamedRoom
	reply raises.Reply
	user  raises.User
}

// places runs a test in two scenes: what a caller hears is the same in both.
func places(t *testing.T, f func(t *testing.T, s scene)) {
	user := raises.UserFuncs{NameFunc: func(context.Context) (string, error) { return "Ada", nil }}
	l := captptest.NewLink(t)
	near := raises.NewUser(l.A, user)
	there := captptest.Carry(t, l.A, l.B, near)
	t.Run("near", func(t *testing.T) {
		f(t, scene{raises.NewNamedRoom(l.A, room{user: near}), raises.NewReply(l.A, reply), near})
	})
	t.Run("far", func(t *testing.T) {
		f(t, scene{
			captptest.Carry(t, l.B, l.A, raises.NewNamedRoom(l.B, room{user: there})),
			captptest.Carry(t, l.B, l.A, raises.NewReply(l.B, reply)), near,
		})
	})
}

func TestRaises(t *testing.T) {
	places(t, func(t *testing.T, s scene) {
		banned := &raises.BannedError{Until: captp.Some(int64(9))}
		tests := []struct {
			name string
			call func(ctx context.Context) error
			want error
		}{
			{"plain", func(ctx context.Context) error { return s.room.Leave(ctx) }, &raises.BannedError{Message: captp.Some("stay")}},
			{"without fields", func(ctx context.Context) error {
				_, err := s.room.Topic(ctx)
				return err
			}, &raises.NoSuchError{}},
			{"reference, wrapped", func(ctx context.Context) error {
				_, err := s.room.Join(ctx, s.user)
				return err
			}, banned},
			{"eventual", func(ctx context.Context) error {
				_, err := s.room.E(ctx).Join(s.user).Await(ctx)
				return err
			}, banned},
			{"sent to the reference that is not there", func(ctx context.Context) error {
				_, err := s.room.E(ctx).Join(s.user).Topic().Await(ctx)
				return err
			}, banned},
			{"sent on twice", func(ctx context.Context) error {
				_, err := s.room.E(ctx).Join(s.user).Join(s.user).Gate().Pass(1).Await(ctx)
				return err
			}, banned},
			{"through the base", func(ctx context.Context) error {
				_, err := s.room.Room().Join(ctx, s.user)
				return err
			}, banned},
			{"of another package", func(ctx context.Context) error {
				_, err := s.room.Pass(ctx, 1)
				return err
			}, &limits.QuotaError{Used: 3, Message: "full"}},
			{"with a reference", func(ctx context.Context) error {
				_, _, err := s.room.History(ctx, nil)
				return err
			}, &raises.LateError{By: 2, Whom: s.user}},
			{"the other of two", func(ctx context.Context) error {
				_, _, err := s.room.History(ctx, &raises.RoomHistoryOpts{Limit: captp.Some(int64(11))})
				return err
			}, &limits.QuotaError{Used: 11}},
			{"sent to a part of the result", func(ctx context.Context) error {
				_, err := s.room.E(ctx).History(nil).Room().Topic().Await(ctx)
				return err
			}, &raises.LateError{By: 2, Whom: s.user}},
			{"by a promise, with defaults", func(ctx context.Context) error {
				_, err := s.room.Eventually(ctx, 1)
				return err
			}, &raises.TriedError{Times: captp.Some(int64(3)), Names: []string{"ada"}, Message: "again"}},
			{"by a callable", func(ctx context.Context) error {
				_, err := s.reply.Call(ctx, true)
				return err
			}, &raises.NoSuchError{}},
			{"by a callable, eventual", func(ctx context.Context) error {
				_, err := s.reply.E(ctx).Call(true).Join(s.user).Await(ctx)
				return err
			}, &raises.NoSuchError{}},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				err := test.call(t.Context())
				if diff := cmp.Diff(test.want, declared(err), cmp.Comparer(func(a, b raises.User) bool { return a == b })); diff != "" {
					t.Errorf("got %v (-want +got):\n%s", err, diff)
				}
				if got, want := fmt.Sprint(err), "captp: broken promise: "+test.want.Error(); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	})
}

// declared returns the declared error in err's tree, nil if there is none.
func declared(err error) error {
	if e, ok := errors.AsType[*raises.BannedError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*raises.NoSuchError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*raises.LateError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*raises.TriedError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*limits.QuotaError](err); ok {
		return e
	}
	return nil
}

// An error that the method does not declare travels as well; the caller reads it by asking for it.
func TestNotListed(t *testing.T) {
	places(t, func(t *testing.T, s scene) {
		_, err := s.reply.Call(t.Context(), false)
		if declared(err) != nil {
			t.Errorf("got %v", err)
		}
		got, ok := captp.DecodeReason(err, captp.Decode[raises.TriedError])
		if !ok || got.Message != "no" {
			t.Errorf("got %v, %v", got, err)
		}
		err = s.room.Rename(t.Context(), "x")
		if got := fmt.Sprint(err); got != "captp: broken promise: internal error" || declared(err) != nil {
			t.Errorf("got %s", got)
		}
	})
}

// What peers send in the place of declared errors.
func TestSpellings(t *testing.T) {
	tagged := func(tag string, fields map[string]any) any { return captp.Tagged{Tag: tag, Value: fields} }
	failed := func(text string) any { return &captp.RemoteError{Message: text} }
	tried := func(message string) error {
		return &raises.TriedError{Times: captp.Some(int64(3)), Names: []string{"ada"}, Message: message}
	}
	places(t, func(t *testing.T, s scene) {
		tests := []struct {
			name   string
			reason any
			want   error
		}{
			{"tagged", tagged("banned", map[string]any{"until": 1}), &raises.BannedError{Until: captp.Some(int64(1))}},
			{"fields of a later version", tagged("banned", map[string]any{"since": 1}), &raises.BannedError{}},
			{"fields of another type", tagged("banned", map[string]any{"until": "x"}), nil},
			{"error", failed("banned"), &raises.BannedError{}},
			{"error with a message", failed("banned: for good"), &raises.BannedError{Message: captp.Some("for good")}},
			{"string with a message", "banned: for good", &raises.BannedError{Message: captp.Some("for good")}},
			{"text of another error", failed("banned for good"), nil},
			{"undefined behind the tag", captp.Tagged{Tag: "banned"}, nil},
			{"without fields", tagged("no-such-error", nil), &raises.NoSuchError{}},
			{"without fields, undefined behind the tag", captp.Tagged{Tag: "no-such-error"}, &raises.NoSuchError{}},
			{"without fields, error", failed("no-such-error: x"), &raises.NoSuchError{}},
			{"the tag and not the name", tagged("too-late", map[string]any{"by": 1, "whom": s.user}), &raises.LateError{By: 1, Whom: s.user}},
			{"the name and not the tag", tagged("late", map[string]any{"by": 1, "whom": s.user}), nil},
			{"another field in a strict error", tagged("too-late", map[string]any{"by": 1, "whom": s.user, "x": 1}), nil},
			{"text for one that needs fields", failed("too-late"), nil},
			{"message that is needed", "tried: twice", tried("twice")},
			{"message that is needed and lacks", "tried", nil},
			{"message over its bound", "tried: " + strings.Repeat("x", 21), nil},
			{"of another package", tagged("quota", map[string]any{"used": 1, "message": "m"}), &limits.QuotaError{Used: 1, Message: "m"}},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				_, err := s.room.Break(t.Context(), test.reason)
				if diff := cmp.Diff(test.want, declared(err), cmp.Comparer(func(a, b raises.User) bool { return a == b })); diff != "" {
					t.Errorf("got %v (-want +got):\n%s", err, diff)
				}
				if _, ok := errors.AsType[*captp.BrokenError](err); !ok {
					t.Errorf("got %v, want *BrokenError", err)
				}
			})
		}
	})
}

func TestWire(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, raises.NewNamedRoom(l.B, room{}))
	l.ClearTranscript()
	_, topic := c.Topic(t.Context())
	leave := c.Leave(t.Context())
	_, eventually := c.Eventually(t.Context(), 1)
	if topic == nil || leave == nil || eventually == nil {
		t.Fatal("nothing was raised")
	}
	want := []string{
		`['topic]`, `['break <desc:tagged 'no-such-error {}>]`,
		`['leave]`, `['break <desc:tagged 'banned {"message": "stay"}>]`,
		`['eventually 1]`, `['break <desc:tagged 'tried {"message": "again"}>]`,
	}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// An error that cannot be sent as it is goes as its text.
func TestErrorThatCannotBeSent(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, raises.NewRoom(l.B, raises.RoomFuncs{
		TopicFunc: func(context.Context) (string, error) { return "", &raises.LateError{} }, // with a zero reference
	}))
	_, err := c.Topic(t.Context())
	if got := fmt.Sprint(err); got != "captp: broken promise: late" {
		t.Errorf("got %s", got)
	}
}

// Goblins loses a message with a tagged value. It is sent the one error that it can read.
func TestGoblins(t *testing.T) {
	l := captptest.NewLink(t, captp.WithDialect(captp.Goblins))
	c := captptest.Carry(t, l.B, l.A, raises.NewNamedRoom(l.B, room{}))
	l.ClearTranscript()
	err := c.Leave(t.Context())
	if got := fmt.Sprint(err); got != "captp: broken promise: remote error" {
		t.Errorf("got %s", got)
	}
	if text := l.Transcript(); !strings.Contains(text, "['break <exn:fail:mystery>]") || strings.Contains(text, "tagged") {
		t.Errorf("sent\n%s", text)
	}
}

// Whatever is sent as a reason, an answer is what a program can take.
func TestOddReasons(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, raises.NewNamedRoom(l.B, room{}))
	for args := range odd.Arguments(500, []captp.Ref{c.Ref}, "banned", "tried", "too-late", "quota", "no-such-error") {
		for _, reason := range args[1:] {
			_, err := c.Break(t.Context(), captp.Tagged{Tag: string(args[0].(captp.Symbol)), Value: reason})
			if _, ok := errors.AsType[*captp.BrokenError](err); !ok {
				t.Errorf("%v: got %v", reason, err)
			}
		}
	}
}
