package place

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

func TestAtName(t *testing.T) {
	text := NewText("x.ocapn", "struct user-list { \"a \\\" b\": int }\ncut \"off")
	tests := []struct {
		name   string
		pos    idl.Pos
		endCol int
	}{
		{"an identifier", idl.Pos{Line: 1, Col: 8}, 17},
		{"in quotes", idl.Pos{Line: 1, Col: 20}, 28},
		{"no name", idl.Pos{Line: 1, Col: 18}, 19},
		{"at the end of the line", idl.Pos{Line: 1, Col: 36}, 37},
		{"past the end", idl.Pos{Line: 1, Col: 90}, 91},
		{"quotes that do not end", idl.Pos{Line: 2, Col: 5}, 9},
		{"past the last line", idl.Pos{Line: 7, Col: 1}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := text.AtName(tt.pos, "ID", "message")
			want := idl.Error{
				ID: "ID", File: "x.ocapn", Line: tt.pos.Line, Col: tt.pos.Col, EndCol: tt.endCol, Message: "message",
				Excerpt: got.Excerpt,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("diagnostic (-want +got):\n%s", diff)
			}
		})
	}
	if got := text.AtName(idl.Pos{}, "ID", "message"); got != (idl.Error{ID: "ID", File: "x.ocapn", Message: "message"}) {
		t.Errorf("the whole file: %+v", got)
	}
}

func TestAtSpan(t *testing.T) {
	text := NewText("x.ocapn", "first\nsecond line\n")
	want := idl.Error{ID: "ID", File: "x.ocapn", Line: 2, Col: 8, EndCol: 12, Message: "message", Excerpt: "second line"}
	if diff := cmp.Diff(want, text.AtSpan(syntax.Span{Start: 13, End: 17}, "ID", "message")); diff != "" {
		t.Errorf("diagnostic (-want +got):\n%s", diff)
	}
}

func TestRecord(t *testing.T) {
	told := 0
	loader := &idl.Loader{
		ReadFile: func(name string) ([]byte, error) {
			if name != "a.ocapn" {
				return nil, fs.ErrNotExist
			}
			return []byte("enum e { }"), nil
		},
		OnRead: func(string, []byte, error) { told++ },
	}
	recording, texts := Record(loader)
	if _, errs := recording.Load("a.ocapn"); len(errs) > 0 {
		t.Fatal(errs)
	}
	if len(texts) != 1 || texts["a.ocapn"].Source() != "enum e { }" {
		t.Errorf("texts %v", texts)
	}
	if told != 2 { // the file, and the go.mod that is not there
		t.Errorf("the loader's own function was told of %d files", told)
	}
}
