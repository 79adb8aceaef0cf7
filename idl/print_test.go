package idl

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// printed returns what PrintErrors writes.
func printed(t *testing.T, limit int, errs ...Error) string {
	t.Helper()
	var b strings.Builder
	if err := PrintErrors(&b, errs, limit); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPrintErrors(t *testing.T) {
	tests := []struct {
		name string
		err  Error
		want string
	}{
		{
			"whole file",
			Error{ID: "X", File: "a.ocapn", Message: "is bad", Hint: "did you mean b?", Note: "see c"},
			"a.ocapn: is bad [X]\n  = did you mean b?\n  = see c\n\n1 error\n",
		},
		{
			"nothing but a place",
			Error{ID: "X", File: "a.ocapn", Line: 3, Col: 1, EndCol: 2, Message: "is bad"},
			"a.ocapn:3:1: is bad [X]\n\n1 error\n",
		},
		{
			"tabs and wide lines numbers",
			Error{ID: "X", File: "a.ocapn", Line: 1234, Col: 4, EndCol: 7, Message: "is bad", Excerpt: "\té bc"},
			"a.ocapn:1234:4: is bad [X]\n     |\n1234 | \té bc\n     | \t ^^^\n\n1 error\n",
		},
		{
			"wide and combined characters",
			Error{ID: "X", File: "a.ocapn", Line: 1, Col: 11, EndCol: 17, Message: "is bad", Excerpt: "世界 e\u0301世界 x"},
			"a.ocapn:1:11: is bad [X]\n  |\n1 | 世界 e\u0301世界 x\n  |       ^^^^\n\n1 error\n",
		},
		{
			"control characters",
			Error{ID: "X", File: "a\x1b[1m.ocapn", Line: 1, Col: 1, EndCol: 2, Message: "is \a", Excerpt: "\x1b[2Jb", Hint: "\r"},
			"a\ufffd[1m.ocapn:1:1: is \ufffd [X]\n  |\n1 | \ufffd[2Jb\n  | ^  \ufffd\n\n1 error\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, printed(t, 0, tt.err)); diff != "" {
				t.Errorf("PrintErrors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrintErrorsShortensLongLines(t *testing.T) {
	e := Error{ID: "X", File: "a", Line: 1, Col: 5001, EndCol: 5004, Message: "is bad"}
	e.Excerpt = strings.Repeat("x", 5000) + "BAD" + strings.Repeat("y", 5000)
	lines := strings.Split(printed(t, 0, e), "\n")
	if n := len(lines[2]); n > excerptWidth+10 || !strings.Contains(lines[2], "...xxx") || !strings.Contains(lines[2], "yyy...") {
		t.Errorf("the line has %d characters: %s", n, lines[2])
	}
	if got, want := strings.Index(lines[3], "^^^"), strings.Index(lines[2], "BAD"); got != want {
		t.Errorf("the mark stands at %d, want %d", got, want)
	}
}

func TestPrintErrorsLimit(t *testing.T) {
	errs := make([]Error, 12)
	for i := range errs {
		errs[i] = Error{ID: "X", File: "a", Message: "is bad"}
	}
	if got := printed(t, 10, errs...); strings.Count(got, "is bad") != 10 || !strings.HasSuffix(got, "... and 2 more\n\n12 errors\n") {
		t.Errorf("PrintErrors with a limit:\n%s", got)
	}
	if got := printed(t, 0, errs...); strings.Count(got, "is bad") != 12 {
		t.Errorf("PrintErrors without a limit:\n%s", got)
	}
}

// failing is a writer that is full.
type failing struct{}

var errFull = errors.New("full")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestPrintErrorsReturnsTheWritersError(t *testing.T) {
	if err := PrintErrors(failing{}, []Error{{ID: "X"}}, 0); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

func TestFormatErrors(t *testing.T) {
	out, errs := Format("dir/a.ocapn", []byte("enum a {\n\nenum b { x: }\n"))
	if out != nil || len(errs) != 2 || errs[0].File != "dir/a.ocapn" || errs[0].Line != 1 || errs[1].Line != 3 {
		t.Errorf("Format = %q, %v", out, errs)
	}
	out, errs = Format("a.ocapn", []byte("struct s{a:unknown}"))
	if string(out) != "struct s { a: unknown }\n" || len(errs) > 0 {
		t.Errorf("Format = %q, %v", out, errs)
	}
}
