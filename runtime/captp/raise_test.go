package captp_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// left is a declared error without fields.
type left struct{}

func (*left) Error() string { return captp.ErrorText("left", "") }

func (*left) EncodeOCapN(e *captp.Encoder) {
	captp.EncodeTagged(e, "left", map[string]any{}, func(e *captp.Encoder, v map[string]any) { e.Any(v) })
}

func (*left) DecodeOCapN(d *captp.Decoder) {
	d.Untag("left")
	d.EndTag()
}

// What peers break promises with, and what comes of it where the method raises fired.
func TestSpellingsOfErrors(t *testing.T) {
	long := string(make([]byte, 2000))
	tests := []struct {
		name   string
		reason any
		want   *fired // nil: it is another error
		text   string
	}{
		{"tagged", captp.Tagged{Tag: "fired", Value: map[string]any{"title": "late"}}, &fired{"late"}, "fired: late"},
		{"more fields", captp.Tagged{Tag: "fired", Value: map[string]any{"title": "late", "x": 1}}, &fired{"late"}, "fired: late"},
		{"another tag", captp.Tagged{Tag: "hired", Value: map[string]any{"title": "late"}}, nil, `tagged "hired"`},
		{"another value", captp.Tagged{Tag: "fired", Value: int64(5)}, nil, `tagged "fired"`},
		{"error with the tag", &captp.RemoteError{Message: "fired"}, &fired{}, "fired"},
		{"error with the tag and more", &captp.RemoteError{Message: "fired: late: today"}, &fired{"late: today"}, "fired: late: today"},
		{"string with the tag", "fired", &fired{}, "fired"},
		{"string with the tag and more", "fired: late", &fired{"late"}, "fired: late"},
		{"long text", "fired: " + long, &fired{long}, "fired: " + long[:1024] + "…"},
		{"a longer word", "fired-again", nil, `"fired-again"`},
		{"colon without a space", "fired:late", nil, `"fired:late"`},
		{"another error", &captp.RemoteError{Message: "no"}, nil, "no"},
		{"symbol", captp.Symbol("fired"), nil, "'fired"},
		{"undefined", nil, nil, "(reason of type <nil>)"},
		{"list", []any{"fired"}, nil, "(reason of type []interface {})"},
	}
	places(t, func(t *testing.T, _ *captp.Vat, tools anyRef) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				m := captp.Eventually(t.Context(), tools).Begin("[5'break").Raises(captp.Raised[fired])
				m.Any(tt.reason)
				_, err := captp.CallVoid(m).Await(t.Context())
				broken, ok := errors.AsType[*captp.BrokenError](err)
				if !ok {
					t.Fatalf("got error %v", err)
				}
				got, _ := errors.AsType[*fired](err)
				if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(fired{})); diff != "" {
					t.Errorf("declared error (-want +got):\n%s", diff)
				}
				if got == nil {
					if diff := cmp.Diff(tt.reason, broken.Reason); diff != "" {
						t.Errorf("reason (-want +got):\n%s", diff)
					}
				}
				sep := "captp: broken promise: "
				if tt.text[0] == '(' {
					sep = "captp: broken promise "
				}
				if diff := cmp.Diff(sep+tt.text, err.Error()); diff != "" {
					t.Errorf("text (-want +got):\n%s", diff)
				}
			})
		}
	})
}

// mystery is a message to the tools that breaks with Goblins' error, which says nothing.
func TestErrorWithoutText(t *testing.T) {
	places(t, func(t *testing.T, _ *captp.Vat, tools anyRef) {
		m := captp.Eventually(t.Context(), tools).Begin("[5'break").Raises(captp.Raised[fired])
		m.Raw("<16'exn:fail:mystery>")
		_, err := captp.CallVoid(m).Await(t.Context())
		if diff := cmp.Diff("captp: broken promise: remote error", fmt.Sprint(err)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// secretary raises what its methods are named after.
func secretary(v *captp.Vat) anyRef {
	return object(v, map[string]method{
		"fired": func(context.Context, []any) (any, error) {
			return nil, fmt.Errorf("a secret: %w", &fired{why: "late"})
		},
		"left":   func(context.Context, []any) (any, error) { return nil, &left{} },
		"public": func(context.Context, []any) (any, error) { return nil, captp.Public(errors.New("fired: again")) },
		"nil":    func(context.Context, []any) (any, error) { return nil, (*fired)(nil) },
		"self":   func(ctx context.Context, _ []any) (any, error) { return secretary(captp.VatOf(ctx)), nil },
		// What another object raised travels on if it is declared, and only then.
		"relay": func(ctx context.Context, args []any) (any, error) {
			m := captp.Eventually(ctx, anyRef{args[0].(captp.Ref)}).Begin("[5'fired")
			if args[1] == true {
				m.Raises(captp.Raised[fired])
			}
			_, err := captp.CallVoid(m).Await(ctx)
			return nil, err
		},
	})
}

func TestRaises(t *testing.T) {
	readFired := captp.Raised[fired]
	begin := func(p captp.Pipe[anyRef], name string) *captp.Encoder {
		return p.Begin(fmt.Sprintf("[%d'%s", len(name), name))
	}
	await := func(ctx context.Context, m *captp.Encoder) error {
		_, err := captp.CallVoid(m).Await(ctx)
		return err
	}
	tests := []struct {
		name string
		call func(ctx context.Context, p, other captp.Pipe[anyRef]) error
		want string
	}{
		{"a value", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			return await(ctx, begin(p, "fired").Raises(readFired))
		}, "fired: late"},
		{"a reference", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			_, err := captp.CallRef[anyRef](begin(p, "fired").Raises(readFired)).Await(ctx)
			return err
		}, "fired: late"},
		{"sent on to the result", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			r := captp.CallRef[anyRef](begin(p, "fired").Raises(readFired))
			return await(ctx, begin(captp.CallRef[anyRef](begin(r, "x")), "y"))
		}, "fired: late"},
		{"sent on by a message that raises another", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			r := captp.CallRef[anyRef](begin(p, "fired").Raises(readFired))
			return await(ctx, begin(r, "x").Raises(captp.Raised[left]))
		}, "fired: late"},
		{"the other of the two", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			r := captp.CallRef[anyRef](begin(p, "self").Raises(readFired))
			return await(ctx, begin(r, "left").Raises(captp.Raised[left]))
		}, "left"},
		{"one of several", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			return await(ctx, begin(p, "left").Raises(func(b *captp.BrokenError) error {
				return captp.AnyRaised(b, captp.Raised[fired], captp.Raised[left])
			}))
		}, "left"},
		{"a part of the result", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			_, err := captp.CallVoid(begin(p, "fired").Raises(readFired)).Get("x").Index(1).Await(ctx)
			return err
		}, "fired: late"},
		{"a text that is public", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			return await(ctx, begin(p, "public").Raises(readFired))
		}, "fired: again"},
		{"nil", func(ctx context.Context, p, _ captp.Pipe[anyRef]) error {
			return await(ctx, begin(p, "nil").Raises(readFired))
		}, "internal error"},
		{"relayed", func(ctx context.Context, p, other captp.Pipe[anyRef]) error {
			m := begin(p, "relay").Raises(readFired)
			m.Ref(other.Cap().Ref)
			m.Bool(true)
			return await(ctx, m)
		}, "fired: late"},
		{"of nobody's knowledge, not relayed", func(ctx context.Context, p, other captp.Pipe[anyRef]) error {
			m := begin(p, "relay").Raises(readFired)
			m.Ref(other.Cap().Ref)
			m.Bool(false)
			return await(ctx, m)
		}, "internal error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := captptest.Pair(t)
			ctx := t.Context()
			near := secretary(a)
			for name, c := range map[string]anyRef{"near": near, "far": captptest.Carry(t, b, a, secretary(b))} {
				err := tt.call(ctx, captp.Eventually(ctx, c), captp.Eventually(ctx, near))
				if diff := cmp.Diff("captp: broken promise: "+tt.want, fmt.Sprint(err)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
				_, isFired := errors.AsType[*fired](err)
				_, isLeft := errors.AsType[*left](err)
				if wantFired := tt.want[0] == 'f'; isFired != wantFired || isLeft != (tt.want == "left") {
					t.Errorf("%s: got %v, fired: %v, left: %v", name, err, isFired, isLeft)
				}
			}
		})
	}
}

// An error that is sent as data has the text of the declared one, and nothing of what was put around that.
func TestDeclaredErrorAsData(t *testing.T) {
	a, b := captptest.Pair(t)
	c := captptest.Carry(t, b, a, toolbox(b))
	m := captp.Eventually(t.Context(), c).Begin("[5'first")
	m.Error(fmt.Errorf("a secret: %w", &fired{why: "late"}))
	got, err := captp.Call(m, (*captp.Decoder).Error).Await(t.Context())
	if diff := cmp.Diff(&captp.RemoteError{Message: "fired: late"}, got); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
}

// A message that raises errors costs what one costs that raises none, as long as nothing is raised.
func TestAllocationsOfRaises(t *testing.T) {
	needsPools(t)
	x, _ := memoryVats(t)
	near := anyRef{captp.NewObject(x, greeter{})}
	ctx := t.Context()
	count := func(raises func(*captp.Encoder) *captp.Encoder) float64 {
		return testing.AllocsPerRun(2000, func() {
			m := raises(captp.Eventually(ctx, near).Begin("[5'greet"))
			m.String("world")
			if _, err := captp.Call(m, (*captp.Decoder).String).Await(ctx); err != nil {
				t.Fatal(err)
			}
		})
	}
	without := count(func(m *captp.Encoder) *captp.Encoder { return m })
	with := count(func(m *captp.Encoder) *captp.Encoder { return m.Raises(captp.Raised[fired]) })
	several := count(func(m *captp.Encoder) *captp.Encoder {
		return m.Raises(func(b *captp.BrokenError) error { return captp.AnyRaised(b, captp.Raised[fired], captp.Raised[left]) })
	})
	if with != without || several != without {
		t.Errorf("%v allocations, %v with an error, %v with two", without, with, several)
	}
}
