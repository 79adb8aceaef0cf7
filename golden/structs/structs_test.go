package structs_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/structs"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

var registry = structs.RegistryFuncs{
	RegisterFunc: func(_ context.Context, who structs.Person) (structs.Person, error) { return who, nil },
	MoveFunc: func(_ context.Context, by structs.Point) (structs.Point, error) {
		return structs.Point{X: by.X + 1, Y: by.Y + 1}, nil
	},
	NothingFunc: func(_ context.Context, e structs.Empty) (structs.Empty, error) { return e, nil },
}

func remote(t *testing.T) (structs.Registry, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, structs.NewRegistry(l.B, registry))
	l.ClearTranscript()
	return c, l
}

func TestStruct(t *testing.T) {
	c, l := remote(t)
	bob := structs.Person{DisplayName: "Bob", Home: structs.Address{Street: "Ring", Zip: "2"}, Friends: []structs.Person{}, Page: c}
	ada := structs.Person{
		DisplayName: "Ada", AvatarURL: "a.png", Age: 36, Home: structs.Address{Street: "Main", Zip: "1"},
		Friends: []structs.Person{bob}, Page: c,
	}
	got, err := c.Register(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ada, got, cmp.Comparer(func(a, b structs.Registry) bool { return a == b })); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	// The fields are sorted by the bytes of their names: avatarUrl comes after age.
	const sent = `['register {"age": 36, "avatarUrl": "a.png", "display-name": "Ada", "friends": [{"age": 0, "avatarUrl": "", ` +
		`"display-name": "Bob", "friends": [], "home": {"street": "Ring", "zip": "2"}, "page": <desc:export `
	if body := transcript.Bodies(l.Transcript())[0]; !strings.HasPrefix(body, sent) {
		t.Errorf("sent %s\nwant %s...", body, sent)
	}
}

// A struct that holds itself through a list has no end, and is not sent.
func TestStructThatHoldsItself(t *testing.T) {
	c, _ := remote(t)
	loop := []structs.Person{{Page: c}, {Page: c}}
	loop[0].Friends, loop[1].Friends = loop, loop
	_, err := c.Register(t.Context(), loop[0])
	const want = "captp: [0].friends[0].friends[0].friends[0].friends cannot be encoded: nested too deeply"
	if encode, ok := errors.AsType[*captp.EncodeError](err); !ok || encode.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestEmptyStruct(t *testing.T) {
	c, l := remote(t)
	if _, err := c.Nothing(t.Context(), structs.Empty{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`['nothing {}]`, `['fulfill {}]`}, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestDecode(t *testing.T) {
	tests := []struct {
		name string
		arg  map[string]any
		want string // of the error; "" for none
	}{
		{"all fields", map[string]any{"x": 1, "y": 2}, ""},
		{"float", map[string]any{"x": 1.0, "y": 2}, ""},
		{"missing", map[string]any{"x": 1}, "by.y: want a value, got nothing"},
		{"wrong", map[string]any{"x": 1, "y": "2"}, "by.y: want an integer of 64 bits, got a string"},
		{"unknown in a strict struct", map[string]any{"x": 1, "y": 2, "z": 3}, "want a field of point, got another field"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("move"), test.arg).Await(t.Context())
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.HasSuffix(err.Error(), test.want)):
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestUnknownFieldIsIgnored(t *testing.T) {
	c, _ := remote(t)
	arg := map[string]any{"later": []any{1, map[string]any{}}}
	if _, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("nothing"), arg).Await(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, structs.NewRegistry(l.B, registry))
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(200, []captp.Ref{c.Ref, own}, "register", "move", "nothing") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
