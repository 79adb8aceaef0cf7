package wire

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

func TestBodyDesc(t *testing.T) {
	for _, tt := range []struct {
		body Body
		want Desc
		ok   bool
	}{
		{body("<11'desc:export1+>", export1), export1, true},
		{body("[<11'desc:export1+>]", export1), Desc{}, false},
		{body("1+"), Desc{}, false},
		{Body{}, Desc{}, false},
		{Body{Data: []byte("<t>"), Slots: []Slot{{0, 3, object1}}}, object1, true},
	} {
		got, ok := tt.body.Desc()
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != tt.ok {
			t.Errorf("%q: %v (-want +got):\n%s", tt.body.Data, ok, diff)
		}
	}
}

func TestAppendBody(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		slots      []Slot
		want       string
	}{
		{"none", "[1+]", nil, "[1+]"},
		{"all of it", "<t>", []Slot{{0, 3, export1}}, "<11'desc:export1+>"},
		{"of other lengths", "[<t>1+<11'desc:export100+>]", []Slot{{1, 4, object1}, {6, 26, export3}}, "[<18'desc:import-object1+>1+<11'desc:export3+>]"},
		{"empty", "[]", []Slot{{1, 1, export1}, {1, 1, object2}}, "[<11'desc:export1+><18'desc:import-object2+>]"},
		{"handoff", "[<t>]", []Slot{{1, 4, Desc{Kind: Give, Raw: []byte(give)}}}, "[" + give + "]"},
	} {
		if got := string(AppendBody([]byte("x"), []byte(tt.data), tt.slots)); got != "x"+tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestResolution(t *testing.T) {
	for _, tt := range []struct {
		name   string
		args   Body
		broken bool
		value  Body
		ok     bool
	}{
		{"fulfil", body("[7'fulfill2'ok]"), false, body("2'ok"), true},
		{"break", body("[5'break4\"boom]"), true, body("4\"boom"), true},
		{"reference", body("[7'fulfill<18'desc:import-object1+>]", object1), false, body("<18'desc:import-object1+>", object1), true},
		{
			"references", body("[7'fulfill[<18'desc:import-object1+><11'desc:export1+>]]", object1, export1), false,
			body("[<18'desc:import-object1+><11'desc:export1+>]", object1, export1), true,
		},
		{"placeholder", Body{Data: []byte("[7'fulfill<t>]"), Slots: []Slot{{10, 13, object1}}}, false, Body{Data: []byte("<t>"), Slots: []Slot{{0, 3, object1}}}, true},
		{"string", body("[7\"fulfill1+]"), false, body("1+"), true},
		{"more arguments", body("[7'fulfill1+<11'desc:export1+>]", export1), false, body("1+"), true},
		{"no value", body("[7'fulfill]"), false, Body{}, false},
		{"no arguments", body("[]"), false, Body{}, false},
		{"other selector", body("[6'fulfil1+]"), false, Body{}, false},
		{"no selector", body("[1+1+]"), false, Body{}, false},
		{"no list", body("{}"), false, Body{}, false},
		{"nothing", Body{}, false, Body{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			broken, span, ok := Resolution(tt.args.Data)
			value := part(tt.args, span)
			if broken != tt.broken || ok != tt.ok {
				t.Errorf("broken %v, ok %v", broken, ok)
			}
			if diff := cmp.Diff(tt.value, value); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCall(t *testing.T) {
	for _, tt := range []struct {
		name     string
		args     Body
		limit    int
		selector string
		rest     []Body
		ok       bool
	}{
		{"fetch", body("[5'fetch3:abc]"), 2, "fetch", []Body{body("3:abc")}, true},
		{
			"references", body("[12'deposit-gift1:g<11'desc:export1+>]", export1), 2, "deposit-gift",
			[]Body{body("1:g"), body("<11'desc:export1+>", export1)},
			true,
		},
		{"more than wanted", body("[1'm1+2+3+]"), 2, "m", []Body{body("1+"), body("2+")}, true},
		{"none wanted", body("[1'm1+]"), 0, "m", nil, true},
		{"string", body("[1\"m]"), 2, "m", nil, true},
		{"number", body("[1+]"), 2, "", nil, false},
		{"empty", body("[]"), 2, "", nil, false},
		{"no list", body("1'm"), 2, "", nil, false},
		{"malformed", body("[1'mx]"), 2, "", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			selector, spans, err := Call(tt.args.Data, tt.limit)
			if _, is := errors.AsType[*StepError](err); is == tt.ok {
				t.Fatal(err)
			}
			if selector != tt.selector {
				t.Errorf("selector %q", selector)
			}
			var rest []Body
			for _, span := range spans {
				rest = append(rest, part(tt.args, span))
			}
			if diff := cmp.Diff(tt.rest, rest); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// part returns the part of b at span, with the descriptors in it.
func part(b Body, span syrup.Span) Body {
	if span == (syrup.Span{}) {
		return Body{}
	}
	out := Body{Data: b.Data[span.Start:span.End]}
	for _, s := range b.Slots {
		if s.Start >= span.Start && s.End <= span.End {
			out.Slots = append(out.Slots, Slot{s.Start - span.Start, s.End - span.Start, s.Desc})
		}
	}
	return out
}

// A step into a value. Without want, it fails for the reason.
type step struct {
	name   string
	take   func([]byte) (syrup.Span, error)
	from   Body
	want   Body
	reason string
}

func field1(name string) func([]byte) (syrup.Span, error) {
	return func(b []byte) (syrup.Span, error) { return FieldOf(b, name) }
}

func index(i int64) func([]byte) (syrup.Span, error) {
	return func(b []byte) (syrup.Span, error) { return ElementOf(b, i) }
}

func untag(tag string) func([]byte) (syrup.Span, error) {
	return func(b []byte) (syrup.Span, error) { return PayloadOf(b, tag) }
}

var steps = []step{
	{"field", field1("b"), body("{1\"a1+1\"b2+}"), body("2+"), ""},
	{"field, reference", field1("b"), body("{1\"a<11'desc:export3+>1\"b[<11'desc:export1+>]1\"c<11'desc:export3+>}", export3, export1, export3), body("[<11'desc:export1+>]", export1), ""},
	{"field, other order", field1("aa"), body("{1\"b2+2\"aa1+}"), body("1+"), ""},
	{"field, empty name", field1(""), body("{0\"1+}"), body("1+"), ""},
	{"field, other keys", field1("a"), body("{1'a1+1+2+1\"a3+}"), body("3+"), ""},
	{"field, symbol", field1("a"), body("{1'a1+}"), Body{}, "no such field"},
	{"field, missing", field1("c"), body("{1\"a1+1\"b2+}"), Body{}, "no such field"},
	{"field, twice", field1("a"), body("{1\"a1+1\"a2+}"), Body{}, "malformed struct"},
	{"field, twice elsewhere", field1("b"), body("{1\"a1+1\"a2+1\"b3+}"), body("3+"), ""},
	{"field, behind keys of all kinds", field1("a"), body("{t1+f1+D\x00\x00\x00\x00\x00\x00\x00\x001+F\x00\x00\x00\x001+3:\"a}1+[1\"a]1+{1\"at}1+01\"a2+}"), body("2+"), ""},
	{"field, a text like it inside", field1("a"), body("{1\"b5\"1\"a7+}"), Body{}, "no such field"},
	{"field without value", field1("a"), body("{1\"a}"), Body{}, "malformed struct"},
	{"field, key without value", field1("a"), body("{t}"), Body{}, "malformed struct"},
	{"field of a bracket of another kind", field1("a"), body("{]"), Body{}, "malformed struct"},
	{"field of list", field1("a"), body("[1+]"), Body{}, "not a struct"},
	{"field of reference", field1("a"), body("<11'desc:export1+>", export1), Body{}, "not a struct"},
	{"field of malformed", field1("a"), body("{1\"a1+1\"b"), Body{}, "malformed struct"},
	{"field of nothing", field1("a"), Body{}, Body{}, "not a struct"},
	{"index 0", index(0), body("[1+2+3+]"), body("1+"), ""},
	{"index 2", index(2), body("[1+2+3+]"), body("3+"), ""},
	{"index, reference", index(1), body("[<11'desc:export3+><11'desc:export1+>]", export3, export1), body("<11'desc:export1+>", export1), ""},
	{"index, negative", index(-1), body("[1+2+3+]"), Body{}, "index out of bounds"},
	{"index, least", index(-1 << 63), body("[1+2+3+]"), Body{}, "index out of bounds"},
	{"index, beyond", index(3), body("[1+2+3+]"), Body{}, "index out of bounds"},
	{"index of struct", index(0), body("{1\"a1+}"), Body{}, "not a list"},
	{"index, values of all kinds", index(9), body("[tfD\x00\x00\x00\x00\x00\x00\x00\x00F\x00\x00\x00\x001-1+1\"]1:]1']#[]{tt}<0't>$7+]"), body("#[]{tt}<0't>$"), ""},
	{"index of nothing", index(0), body("["), Body{}, "malformed list"},
	{"index, a float that is cut", index(0), body("[D\x00"), Body{}, "malformed list"},
	{"index, a length beyond", index(0), body("[5\"a]"), Body{}, "malformed list"},
	{"index, a length beyond all", index(0), body("[99999999999999999999\"a]"), Body{}, "malformed list"},
	{"index of malformed", index(2), body("[1+x"), Body{}, "malformed list"},
	{"untag, symbol", untag("hello"), body("<11'desc:tagged5'hello[5\"world]>"), body("[5\"world]"), ""},
	{"untag, string", untag("hello"), body("<11'desc:tagged5\"hello1+>"), body("1+"), ""},
	{"untag, proposed form", untag("hello"), body("<8'desc:tag5\"hello1+>"), body("1+"), ""},
	{"untag, goblins", untag("hello"), body("<11'user-record5'hello1+>"), body("1+"), ""},
	{"untag, reference", untag("t"), body("<11'desc:tagged1't<11'desc:export1+>>", export1), body("<11'desc:export1+>", export1), ""},
	{"untag, other tag", untag("hullo"), body("<11'desc:tagged5'hello1+>"), Body{}, "another tag"},
	{"untag, no payload", untag("hello"), body("<11'desc:tagged5'hello>"), Body{}, "malformed tagged value"},
	{"untag, two payloads", untag("hello"), body("<11'desc:tagged5'hello1+2+>"), Body{}, "malformed tagged value"},
	{"untag, tag is a number", untag("1"), body("<11'desc:tagged1+1+>"), Body{}, "malformed tagged value"},
	{"untag an error", untag("boom"), body("<10'desc:error4\"boom>"), Body{}, "not a tagged value"},
	{"untag a list", untag("a"), body("[1'a1+]"), Body{}, "not a tagged value"},
	{"untag a placeholder", untag("a"), Body{Data: []byte("<t>"), Slots: []Slot{{0, 3, object1}}}, Body{}, "not a tagged value"},
	{"untag, label is a string", untag("a"), body("<11\"desc:tagged1'a1+>"), Body{}, "not a tagged value"},
}

func TestSteps(t *testing.T) {
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			span, err := s.take(s.from.Data)
			got := part(s.from, span)
			e, failed := errors.AsType[*StepError](err)
			switch {
			case failed && e.Reason != s.reason, !failed && s.reason != "":
				t.Errorf("error %v, want %q", err, s.reason)
			}
			if diff := cmp.Diff(s.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDecodeAliases checks who owns the bytes of what was decoded.
func TestDecodeAliases(t *testing.T) {
	for _, e := range entries {
		data := []byte(e.wire)
		op, _, err := Decode(data, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		clear(data)
		switch op := op.(type) {
		case *Deliver:
			for _, c := range op.Args.Data {
				if c != 0 {
					t.Fatalf("%s: the arguments are a copy", e.name)
				}
			}
			if len(op.Args.Data) != cap(op.Args.Data) {
				t.Errorf("%s: an append to the arguments would overwrite what follows them", e.name)
			}
		default:
			if diff := cmp.Diff(e.op, op, samePeer); diff != "" {
				t.Errorf("%s: aliases its input (-want +got):\n%s", e.name, diff)
			}
		}
	}
}
