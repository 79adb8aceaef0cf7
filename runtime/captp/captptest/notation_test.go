package captptest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNotation(t *testing.T) {
	tests := []struct{ syrup, want string }{
		{"t", "t"},
		{"42+", "42"},
		{"1-", "-1"},
		{"123456789012345678901234567890+", "123456789012345678901234567890"},
		{"D\x3f\xf8\x00\x00\x00\x00\x00\x00", "1.5"},
		{"D\x40\x00\x00\x00\x00\x00\x00\x00", "2.0"},
		{"D\x7f\xf8\x00\x00\x00\x00\x00\x00", "nan"},
		{"D\xff\xf0\x00\x00\x00\x00\x00\x00", "-inf"},
		{`5"twine`, `"twine"`},
		{"12'fleur-de-lis", "'fleur-de-lis"},
		{"8:\xb0\xb5\xc0\xff\xee\xfa\xca\xde", ":b0b5c0ffeefacade"},
		{`{1"a10+1"b2+}`, `{"a": 10, "b": 2}`},
		{"[1+2+3+]", "[1 2 3]"},
		{"<3'foo1+2+3+>", "<foo 1 2 3>"},
		{`<3"foo1+>`, `<"foo" 1>`},
		{"#1+$", "#{1}"},
		{"nonsense", `"nonsense"`},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Notation([]byte(tt.syrup))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.syrup, diff)
		}
	}
}
