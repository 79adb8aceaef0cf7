package wire

import (
	"bufio"
	"bytes"
	"errors"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A message that another implementation sent.
type message struct {
	session, from string
	data          []byte
}

// recorded reads the messages of a file under testdata.
func recorded(tb testing.TB, name string) []message {
	tb.Helper()
	text, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		tb.Fatal(err)
	}
	var all []message
	session := ""
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if comment, ok := strings.CutPrefix(line, "#"); ok || line == "" {
			session = strings.TrimSpace(comment)
			continue
		}
		from, quoted, _ := strings.Cut(line, " ")
		data, err := strconv.Unquote(quoted)
		if err != nil {
			tb.Fatalf("%s: %q: %v", name, line, err)
		}
		all = append(all, message{session, from, []byte(data)})
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return all
}

// A refusal says where an error is expected, and why.
type refusal struct{ op, field, why string }

// The recordings, with the dialect of most of their messages.
var recordings = []struct {
	name    string
	dialect *Dialect
	// same counts the messages that are written again to the same bytes.
	same int
	// refused are the messages that do not decode.
	refused map[string]refusal
	// differs are the messages that decode, but are written otherwise in the dialect.
	differs map[string]string
}{
	{
		name: "modern", dialect: &Modern, same: 215,
		refused: map[string]refusal{
			"head.extra_ops.test_unknown_operation_aborts suite": {"op:flurgg", "", "no such operation"},
			"probe.test_extra_field suite":                       {"op:deliver", "", "five fields"},
			"probe.test_hello_hints_integer suite":               {"op:start-session", "acceptable-location", "a hint that is a number"},
			"probe.test_label_string suite":                      {"", "", "a label that is a string"},
			"probe.test_missing_field suite":                     {"op:deliver", "resolve-me-desc", "three fields"},
			"probe.test_nested_1000 endo":                        {"op:deliver", "args", "beyond our limit of depth"},
			"probe.test_nested_1000 suite":                       {"op:deliver", "args", "beyond our limit of depth"},
			"probe.test_resolve_me_odd_label suite":              {"op:deliver", "resolve-me-desc", "a resolver with an unknown label"},
			"probe.test_string_bad_utf8 suite":                   {"op:deliver", "args", "a string that is not UTF-8"},
			"probe.test_whitespace suite":                        {"op:deliver", "args", "white space"},
		},
		differs: map[string]string{
			"probe.test_deliver_only suite": "the older form of a message without a reply",
		},
	},
	{name: "chat", dialect: &Modern, same: 49},
	{
		name: "suite-main", dialect: &SuiteMain, same: 73,
	},
	{
		name: "goblins", dialect: &Goblins, same: 542,
		refused: map[string]refusal{
			"goblins-tcp.tagged-object bob":          {"op:deliver-only", "args", "the sender failed in the middle of writing"},
			"goblins-tcp.unsupported-value alice":    {"op:deliver", "args", "the sender failed in the middle of writing"},
			"probe.test_hello_hints_integer suite":   {"op:start-session", "acceptable-location", "a hint that is a number"},
			"probe.test_label_bytes suite":           {"", "", "a label that is a byte array"},
			"probe.test_missing_field suite":         {"op:deliver", "resolve-me-desc", "three fields"},
			"probe.test_nested_1000 goblins":         {"op:deliver-only", "args", "beyond our limit of depth"},
			"probe.test_nested_1000 suite":           {"op:deliver", "args", "beyond our limit of depth"},
			"probe.test_string_bad_utf8 suite":       {"op:deliver", "args", "a string that is not UTF-8"},
			"probe.test_string_surrogate_utf8 suite": {"op:deliver", "args", "a string that is not UTF-8"},
		},
		differs: map[string]string{
			"probe.test_gc_export_bootstrap suite": "the modern form of gc",
			"probe.test_gc_export_too_much suite":  "the modern form of gc",
			"probe.test_gc_export_unknown suite":   "the modern form of gc",
			"probe.test_old_gc_export suite":       "the form of gc with a singular label and lists",
		},
	},
}

func TestReplay(t *testing.T) {
	for _, r := range recordings {
		t.Run(r.name, func(t *testing.T) {
			same, found := 0, map[string]bool{}
			for _, m := range recorded(t, r.name) {
				id := m.session + " " + m.from
				op, n, err := Decode(m.data, Limits{})
				want, isRefused := r.refused[id]
				switch got := r.dialect.Append(nil, op); {
				case err != nil:
					found[id] = true
					if op, field := blamed(err); !isRefused || op != want.op || field != want.field {
						t.Errorf("%s: %q: %v, want %v", id, m.data, err, want)
					}
				case n != len(m.data):
					t.Errorf("%s: %q: %d bytes of %d", id, m.data, n, len(m.data))
				case bytes.Equal(got, m.data):
					same++
				default:
					found[id] = true
					if r.differs[id] == "" {
						t.Errorf("%s: %q is written as %q", id, m.data, got)
					}
				}
			}
			if same != r.same {
				t.Errorf("%d messages are written again to the same bytes, want %d", same, r.same)
			}
			for _, id := range slices.Concat(slices.Collect(maps.Keys(r.refused)), slices.Collect(maps.Keys(r.differs))) {
				if !found[id] {
					t.Errorf("%s is listed as an exception and is none", id)
				}
			}
		})
	}
}

// blamed returns the operation and the field that an error is about.
func blamed(err error) (op, field string) {
	if e, ok := errors.AsType[*DecodeError](err); ok {
		return e.Op, e.Field
	}
	if e, ok := errors.AsType[*UnknownOpError](err); ok {
		return e.Label, ""
	}
	return "", err.Error()
}
