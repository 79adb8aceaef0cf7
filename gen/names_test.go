package gen

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScope(t *testing.T) {
	g := &generator{imports: map[string]string{"math/big": "big"}}
	tests := []struct {
		name  string
		wants []string
		got   []string
	}{
		{"free", []string{"who", "text"}, []string{"who", "text"}},
		{"keyword", []string{"type", "func"}, []string{"typeArg", "funcArg"}},
		{"predeclared", []string{"string", "len", "nil", "any"}, []string{"stringArg", "lenArg", "nilArg", "anyArg"}},
		{"package", []string{"big"}, []string{"bigArg"}},
		{"reserved", []string{"ctx"}, []string{"ctxArg"}},
		{"twice", []string{"r", "r", "r", "r"}, []string{"r", "rArg", "rArg2", "rArg3"}},
		{"taken by what it became", []string{"typeArg", "type"}, []string{"typeArg", "typeArg2"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := g.scope("ctx")
			var got []string
			for _, want := range test.wants {
				got = append(got, s.name(want))
			}
			if diff := cmp.Diff(test.got, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHandlerName(t *testing.T) {
	for goName, want := range map[string]string{"User": "userHandler", "URLList": "uRLListHandler", "Ärger": "ÄrgerHandler"} {
		if got := handlerName(goName); got != want {
			t.Errorf("%s: got %s, want %s", goName, got, want)
		}
	}
}
