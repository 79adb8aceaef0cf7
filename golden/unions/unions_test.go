package unions_test

import (
	"context"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/unions"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// room answers with what it is given, and keeps the last of it.
type room struct{ got any }

func (r *room) Say(_ context.Context, what unions.Content) (unions.Content, error) {
	r.got = what
	return what, nil
}

func (r *room) Post(_ context.Context, m unions.Message) (unions.Message, error) {
	r.got = m
	return m, nil
}

func (r *room) Many(_ context.Context, contents map[string]unions.Content, more ...unions.Content) ([]unions.Content, error) {
	return append([]unions.Content{contents["a"]}, more...), nil
}

func (r *room) Maybe(_ context.Context, opts *unions.RoomMaybeOpts) (unions.Content, error) {
	return opts.What, nil
}

func (r *room) Soon(ctx context.Context, what unions.Content) (*captp.Promise[unions.Content], error) {
	p, resolver := captp.NewPromise[unions.Content](captp.VatOf(ctx))
	resolver.Fulfill(what)
	return p, nil
}

func (r *room) Both(_ context.Context, what unions.Content) (unions.Content, unions.Content, error) {
	return what, unions.ContentNone{}, nil
}

func (r *room) Keep(_ context.Context, what unions.Nothing) (unions.Nothing, error) { return what, nil }

func remote(t *testing.T) (unions.Room, *room, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	s := &room{}
	c := captptest.Carry(t, l.B, l.A, unions.NewRoom(l.B, s))
	l.ClearTranscript()
	return c, s, l
}

var options = []cmp.Option{
	cmp.Comparer(func(a, b unions.Room) bool { return a == b }),
	cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }),
	cmp.Comparer(func(a, b locator.SturdyRef) bool { return a.URI() == b.URI() }),
}

// Every variant goes to the other vat and comes back.
func TestVariants(t *testing.T) {
	c, _, l := remote(t)
	link, err := captp.Publish(l.B, unions.NewRoom(l.B, &room{}))
	if err != nil {
		t.Fatal(err)
	}
	pair := unions.ContentPair{}
	pair.Value.Int, pair.Value.Content = 3, unions.ContentText("three")
	tests := []struct {
		name string
		v    unions.Content
		want unions.Content // nil: the same
		wire string         // "" if it is not the same every time
	}{
		{"text", unions.ContentText("hello"), nil, `<desc:tagged 'text "hello">`},
		{
			"fields with a default",
			unions.ContentImage{Data: []byte{1}},
			unions.ContentImage{Data: []byte{1}, Size: captp.Some(int64(1))},
			`<desc:tagged 'image {"data": :01}>`,
		},
		{
			"all fields",
			unions.ContentImage{Data: []byte{}, Alt: captp.Some("a"), Size: captp.Some(int64(2))},
			nil,
			`<desc:tagged 'image {"alt": "a", "data": :, "kB": 2}>`,
		},
		{"sturdyref", unions.ContentLink{Value: link}, nil, ""},
		{
			"list of itself",
			unions.ContentAll{unions.ContentText("a"), unions.ContentAll{}},
			nil,
			`<desc:tagged 'all [<desc:tagged 'text "a"> <desc:tagged 'all []>]>`,
		},
		{"bare, with a name of two words", unions.ContentNone{}, nil, ""},
		{"reference", unions.ContentWho{Value: c}, nil, ""},
		{"integer of 8 bits", unions.ContentCount(200), nil, `<desc:tagged 'count 200>`},
		{"bounded list", unions.ContentTags{"a", "b", "c"}, nil, `<desc:tagged 'tags ["a" "b" "c"]>`},
		{"map", unions.ContentOptions{"b": true, "a": false}, nil, `<desc:tagged 'options {"a": f, "b": t}>`},
		{"tuple", pair, nil, `<desc:tagged 'pair [3 <desc:tagged 'text "three">]>`},
		{"value that is there", unions.ContentMaybe{Value: captp.Some("")}, nil, `<desc:tagged 'maybe "">`},
		{"value that is absent", unions.ContentMaybe{}, nil, `<desc:tagged 'maybe <null>>`},
		{"large integer", unions.ContentHuge{Value: new(big.Int).Lsh(big.NewInt(1), 70)}, nil, `<desc:tagged 'huge 1180591620717411303424>`},
		{"any", unions.ContentWhat{Value: []any{int64(1), nil}}, nil, `<desc:tagged 'what [1 <void>]>`},
		{"enum", unions.ContentMood{Value: unions.MoodTired}, nil, `<desc:tagged 'mood 'tired>`},
		{"itself", unions.ContentSelf{Value: unions.ContentSelf{}}, nil, `<desc:tagged 'self <desc:tagged 'self <void>>>`},
		{"bytes", unions.ContentBlob{7}, nil, `<desc:tagged 'blob :07>`},
		{
			"unknown",
			unions.ContentUnknown{Tag: "video", Value: map[string]any{"length": int64(9)}},
			nil,
			`<desc:tagged 'video {"length": 9}>`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l.ClearTranscript()
			got, err := c.Say(t.Context(), test.v)
			if err != nil {
				t.Fatal(err)
			}
			want := test.want
			if want == nil {
				want = test.v
			}
			if diff := cmp.Diff(want, got, options...); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if sent := transcript.Bodies(l.Transcript())[0]; test.wire != "" && sent != "['say "+test.wire+"]" {
				t.Errorf("sent %s\nwant ['say %s]", sent, test.wire)
			}
		})
	}
}

func TestPromiseInVariant(t *testing.T) {
	c, s, l := remote(t)
	p, resolver := captp.NewPromise[unions.Content](l.A)
	if _, err := c.Say(t.Context(), unions.ContentLater{Value: p}); err != nil {
		t.Fatal(err)
	}
	resolver.Fulfill(unions.ContentText("at last"))
	got, err := s.got.(unions.ContentLater).Value.Await(t.Context())
	if err != nil || got != unions.ContentText("at last") {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestPlaces(t *testing.T) {
	c, s, _ := remote(t)
	ctx := t.Context()
	text, none := unions.ContentText("a"), unions.ContentNone{}
	for _, m := range []unions.Message{
		{Content: text},
		{Content: text, Reply: none, Draft: text},
	} {
		got, err := c.Post(ctx, m)
		if diff := cmp.Diff(m, got); err != nil || diff != "" {
			t.Errorf("error %v, in a struct (-want +got):\n%s", err, diff)
		}
		if diff := cmp.Diff(any(m), s.got); diff != "" {
			t.Errorf("received in a struct (-want +got):\n%s", diff)
		}
	}
	list, err := c.Many(ctx, map[string]unions.Content{"a": text}, none, text)
	if diff := cmp.Diff([]unions.Content{text, none, text}, list); err != nil || diff != "" {
		t.Errorf("error %v, in lists (-want +got):\n%s", err, diff)
	}
	for _, want := range []unions.Content{nil, none} {
		if got, err := c.Maybe(ctx, &unions.RoomMaybeOpts{What: want}); err != nil || got != want {
			t.Errorf("optional: got %v, %v, want %v", got, err, want)
		}
	}
	if got, err := c.Soon(ctx, text); err != nil || got != unions.Content(text) {
		t.Errorf("promised: got %v, %v", got, err)
	}
	if one, two, err := c.Both(ctx, text); err != nil || one != unions.Content(text) || two != unions.Content(none) {
		t.Errorf("two: got %v, %v, %v", one, two, err)
	}
	unknown := unions.NothingUnknown{Tag: "t", Value: "x"}
	if got, err := c.Keep(ctx, unknown); err != nil || got != unions.Nothing(unknown) {
		t.Errorf("union without variants: got %v, %v", got, err)
	}
}

// The room that a variant holds is sent a message before the variant is here.
func TestView(t *testing.T) {
	c, _, l := remote(t)
	other := unions.NewRoom(l.A, &room{})
	ctx := t.Context()
	got, err := c.E(ctx).Say(unions.ContentWho{Value: other}).AsWho().Say(unions.ContentText("a")).Await(ctx)
	if err != nil || got != unions.Content(unions.ContentText("a")) {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = c.E(ctx).Say(unions.ContentNone{}).AsWho().Say(unions.ContentText("a")).Await(ctx)
	if err == nil {
		t.Error("a message to a room that is not there is answered")
	}
}

func TestCannotBeSent(t *testing.T) {
	c, s, _ := remote(t)
	loop := unions.ContentAll{nil}
	loop[0] = loop
	const nothing = " cannot be encoded: nil where a variant of a union is wanted"
	tests := []struct {
		name string
		v    unions.Content
		want string
	}{
		{"nil", nil, "captp: [0]" + nothing},
		{"nil in a list", unions.ContentAll{nil}, "captp: [0].<all>[0]" + nothing},
		{"nil in a tuple", unions.ContentPair{}, "captp: [0].<pair>[1]" + nothing},
		{"zero reference", unions.ContentWho{}, "captp: [0].<who> cannot be encoded: zero reference"},
		{"unknown that is no value", unions.ContentUnknown{Tag: "t", Value: make(chan int)}, "captp: [0].<t> cannot be encoded: a chan int cannot be sent"},
		{"holds itself", loop, "captp: [0].<all>[0].<all>[0].<all>[0].<all> cannot be encoded: nested too deeply"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := c.Say(t.Context(), test.v)
			if encode, ok := errors.AsType[*captp.EncodeError](err); !ok || encode.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if s.got != nil {
				t.Errorf("%v arrived", s.got)
			}
		})
	}
}

// invoke sends a message of which nothing is checked here.
func invoke(t *testing.T, c unions.Room, selector string, arg any) error {
	t.Helper()
	_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol(selector), arg).Await(t.Context())
	return err
}

func TestReceives(t *testing.T) {
	tests := []struct {
		name string
		wire string
		want unions.Content
	}{
		{"tag that is a string", `<11'desc:tagged4"text1"a>`, unions.ContentText("a")},
		{"another label", `<8'desc:tag4"text1"a>`, unions.ContentText("a")},
		{"label of Goblins", `<11'user-record4'text1"a>`, unions.ContentText("a")},
		{"more than one value", `<11'desc:tagged4'text1"a1"b>`, unions.ContentText("a")},
		{"bare with a value", `<11'desc:tagged8'no thing[1+2+]>`, unions.ContentNone{}},
		{"bare without anything", `<11'desc:tagged8'no thing>`, unions.ContentNone{}},
		{"field that is not known", `<11'desc:tagged5'image{4"data1:x4"more1+}>`, unions.ContentImage{Data: []byte("x"), Size: captp.Some(int64(1))}},
		{"empty tag", `<11'desc:tagged0'1+>`, unions.ContentUnknown{Value: int64(1)}},
		{"integral float", "<11'desc:tagged5'countD\x40\x45\x00\x00\x00\x00\x00\x00>", unions.ContentCount(42)},
		{"unknown with a tagged value", `<11'desc:tagged1'x<11'desc:tagged1'yf>>`, unions.ContentUnknown{Tag: "x", Value: captp.Tagged{Tag: "y", Value: false}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, s, _ := remote(t)
			m := c.E(t.Context()).Begin("[3'say")
			m.Raw(test.wire)
			if _, err := captp.CallVoid(m).Await(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(any(test.want), s.got); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	deep := any(captp.Tagged{Tag: "no thing"})
	for range 100 {
		deep = captp.Tagged{Tag: "self", Value: deep}
	}
	tagged := func(tag string, v any) any { return captp.Tagged{Tag: tag, Value: v} }
	tests := []struct {
		name     string
		selector string
		arg      any
		want     string
	}{
		{"no tag", "say", "hello", "what: want a tagged value, got a string"},
		{"struct", "say", map[string]any{"text": "a"}, "what: want a tagged value, got a struct"},
		{"undefined", "say", nil, "what: want a tagged value, got a record"},
		{"another value", "say", tagged("text", 5), "what.<text>: want a string, got an integer"},
		{"field missing", "say", tagged("image", map[string]any{}), "what.<image>.data: want a value, got nothing"},
		{"field of another type", "say", tagged("image", map[string]any{"data": "x"}), "what.<image>.data: want a byte array, got a string"},
		{"item", "say", tagged("all", []any{tagged("text", "a"), tagged("count", 300)}), "what.<all>[1].<count>: want an unsigned integer of 8 bits, got one out of range"},
		{"in a struct", "post", map[string]any{"content": tagged("who", 1), "draft": captp.Null{}}, "m.content.<who>: want a reference, got an integer"},
		{"over its bound", "say", tagged("tags", []any{"a", "b", "c", "d"}), "what.<tags>: want at most 3 items, got more"},
		{"deeper than the path", "say", tagged("self", tagged("self", tagged("self", tagged("self", tagged("self", tagged("self", tagged("self", 1))))))), "what.<self>.<self>.<self>.<self>.<self>.<self>: want a tagged value, got an integer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _, _ := remote(t)
			err := invoke(t, c, test.selector, test.arg)
			if err == nil || err.Error() != "captp: broken promise: "+test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	c, _, _ := remote(t)
	if err := invoke(t, c, "say", deep); err != nil {
		t.Errorf("100 levels: %v", err)
	}
}

// Values in the place of promises, one in another, do not make a vat copy without end.
func TestPromisesInPromises(t *testing.T) {
	c, _, _ := remote(t)
	nested := func(levels, length int) error {
		v := any(captp.Tagged{Tag: "text", Value: strings.Repeat("x", length)})
		for range levels {
			v = captp.Tagged{Tag: "later", Value: v}
		}
		return invoke(t, c, "say", v)
	}
	if err := nested(3, 400<<10); err != nil {
		t.Errorf("3 levels: %v", err)
	}
	err := nested(200, 400<<10)
	if err == nil || !strings.HasSuffix(err.Error(), ": want a value within Limits.DecodedBytes, got a larger one") {
		t.Errorf("200 levels: %v", err)
	}
}

func TestUnknownThatCannotBeRead(t *testing.T) {
	c, _, _ := remote(t)
	for wire, want := range map[string]string{
		`<11'desc:tagged5'video<3'foo>>`: "what.<video>: want a passable value, got a record",
		`<11'desc:tagged5'video[#1+$]>`:  "what.<video>[0]: want a passable value, got a set",
		`<11'desc:tagged1+1+>`:           "what: want a tag, got an integer",
		`<11'desc:tagged>`:               "what: want a tag, got nothing",
		`<11'desc:tagged4'text>`:         "what.<text>: want a string, got nothing",
	} {
		m := c.E(t.Context()).Begin("[3'say")
		m.Raw(wire)
		_, err := captp.CallVoid(m).Await(t.Context())
		if err == nil || err.Error() != "captp: broken promise: "+want {
			t.Errorf("%s: got  %v\nwant %s", wire, err, want)
		}
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	c, _, l := remote(t)
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(300, []captp.Ref{c.Ref, own}, "say", "post", "many", "maybe", "keep") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
