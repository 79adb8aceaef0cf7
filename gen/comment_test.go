package gen

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
)

func TestDescribe(t *testing.T) {
	tests := []struct {
		name string
		in   subject
		want string
	}{
		{"no doc", subject{goName: "User"}, "User is nothing."},
		{"empty lines", subject{goName: "User", doc: "\n \n"}, "User is nothing."},
		{"empty first line", subject{goName: "User", doc: "\n\tA person.", noun: true}, "User is a person."},
		{"article", subject{goName: "User", doc: "A person.", noun: true}, "User is a person."},
		{"article of a case", subject{goName: "AckOK", doc: "The message was taken."}, "AckOK: The message was taken."},
		{"verb", subject{goName: "Name", doc: "Answers the name.", verb: true}, "Name answers the name."},
		{"verb alone", subject{goName: "Stop", doc: "Stops", verb: true}, "Stop stops"},
		{"plural is no verb", subject{goName: "Point", doc: "Coordinates of a place.", noun: true}, "Point: Coordinates of a place."},
		{"no verb", subject{goName: "Say", doc: "Pass this on.", verb: true}, "Say: Pass this on."},
		{"short word", subject{goName: "X", doc: "Is it.", verb: true}, "X: Is it."},
		{"starts with the Go name", subject{goName: "User", doc: "User is a person."}, "User is a person."},
		{"starts with the name", subject{goName: "MyName", name: "my-name", doc: "my-name answers."}, "MyName answers."},
		{"several lines", subject{goName: "User", doc: "A\nperson.", noun: true}, "User is a\nperson."},
		{
			"notes",
			subject{goName: "User", notes: idl.Notes{Deprecated: "use person", Since: "2", Examples: []string{"ada"}}},
			"User is nothing.\n\nExample: ada\n\nSince: 2\n\nDeprecated: use person.",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.in.describe("is nothing.")); diff != "" {
				t.Errorf("comment (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCommentLines(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want []string
	}{
		{"empty", "", nil},
		{"one line", "a b", []string{"// a b"}},
		{"joined", "a\nb", []string{"// a b"}},
		{"paragraphs", "a\n\n\nb\n", []string{"// a", "//", "// b"}},
		{"code stays", "a\n\n\tx := 1\n\ty := 2\nb", []string{"// a", "//", "// \tx := 1", "// \ty := 2", "// b"}},
		{"list stays", "a:\n- b\n- c", []string{"// a:", "// - b", "// - c"}},
		{"build constraint", "+build ignore\n\t+build ignore", []string{"// + build ignore", "// \t+ build ignore"}},
		{"no build constraint", "go:build ignore", []string{"// go:build ignore"}},
		{"end of a comment", "a */ b", []string{"// a */ b"}},
		{
			"filled", strings.Repeat("word ", 20) + "end",
			[]string{"// " + strings.TrimSpace(strings.Repeat("word ", 19)), "// word end"},
		},
		{"long word", "a " + strings.Repeat("x", 200), []string{"// a", "// " + strings.Repeat("x", 200)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, commentLines(test.in)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}
