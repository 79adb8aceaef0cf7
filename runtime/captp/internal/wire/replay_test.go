package wire

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// The recordings, with the dialect of most of their messages.
var recordings = []struct {
	name    string
	dialect *Dialect
	// same counts the messages that are written again to the same bytes.
	same int
	// refused are the messages that do not decode, as "session from", and why.
	refused map[string]string
	// differs counts, for each reason, the messages that decode but are written otherwise.
	differs map[string]int
}{
	{name: "modern", dialect: &Modern},
	{name: "suite-main", dialect: &SuiteMain},
	{name: "goblins", dialect: &Goblins},
}

func TestReplay(t *testing.T) {
	for _, r := range recordings {
		t.Run(r.name, func(t *testing.T) {
			same := 0
			refused := map[string]string{}
			differs := map[string]int{}
			for _, m := range recorded(t, r.name) {
				op, n, err := Decode(m.data, Limits{})
				if err != nil {
					refused[m.session+" "+m.from] = err.Error()
					continue
				}
				if n != len(m.data) {
					t.Errorf("%s: %q: %d bytes of %d", m.session, m.data, n, len(m.data))
				}
				got := r.dialect.Append(nil, op)
				if bytes.Equal(got, m.data) {
					same++
					continue
				}
				differs[difference(t, r.dialect, m, op, got)]++
			}
			if same != r.same {
				t.Errorf("%d messages are written again to the same bytes, want %d", same, r.same)
			}
			if diff := cmp.Diff(r.refused, refused); diff != "" {
				t.Errorf("refused messages (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(r.differs, differs); diff != "" {
				t.Errorf("messages that are written otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// difference says why a message is written in another form than it came in.
func difference(t *testing.T, d *Dialect, m message, op Op, got []byte) string {
	t.Helper()
	return string(m.data) + " -> " + string(got)
}

var _ = errors.New
