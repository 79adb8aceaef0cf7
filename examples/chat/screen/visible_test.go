package screen

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestVisible(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"plain", "Hello, world", "Hello, world"},
		{"letters of the world", "Grüße, 你好, नमस्ते, שלום, مرحبا", "Grüße, 你好, नमस्ते, שלום, مرحبا"},
		{"escape", "\x1b[2J\x1b]0;title\x07", "␛[2J␛]0;title␇"},
		{"C1 control", "a\u009b2Jb", "a<U+009B>2Jb"},
		{"delete", "a\x7f", "a␡"},
		{"lines", "a\nb\r\nc\rd\u2028e", "a↵b↵c↵d↵e"},
		{"tab", "a\tb", "a b"},
		{"direction", "user\u202etxt.exe\u2066", "user<U+202E>txt.exe<U+2066>"},
		{"nothing to see", "a\u200bb\ufeff\u00ad\u3164\u2800\u2060", "a<U+200B>b<U+FEFF><U+00AD><U+3164><U+2800><U+2060>"},
		{"not UTF-8", "a\xffb\xc3", "a�b�"},
		{"no character", "\ufffe\U0001ffff\ufdd0", "<U+FFFE><U+1FFFF><U+FDD0>"},
		{"private", "\ue000\U000f0000", "<U+E000><U+F0000>"},
		{"joined pictures", "👩‍💻 👍🏽 ❤️ 🇨🇭", "👩‍💻 👍🏽 ❤️ 🇨🇭"},
		{"flag of a part", "🏴󠁧󠁢󠁳󠁣󠁴󠁿!", "🏴󠁧󠁢󠁳󠁣󠁴󠁿!"},
		{"letters of a flag alone", "a\U000e0067b", "a<U+E0067>b"},
		{"mark on nothing", "\u0301a", "◌\u0301a"},
		{"tower", "o" + strings.Repeat("\u0301", 30), "o" + strings.Repeat("\u0301", 11) + "◌" + strings.Repeat("\u0301", 12) + "◌" + strings.Repeat("\u0301", 7)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Visible(test.text)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestIsHidden compares the two ways of asking for each character that is no flag's letter.
func TestIsHidden(t *testing.T) {
	for r := range rune(0xe1000) {
		if !utf8.ValidRune(r) || r >= 0x20000 && r < 0xe0000 { // which has nothing but Chinese characters
			continue
		}
		if got, shown := IsHidden(r), Visible("x"+string(r)) == "x"+string(r); got == shown {
			t.Errorf("%U is hidden: %t, shown: %t", r, got, shown)
		}
	}
}

func TestVisibleLines(t *testing.T) {
	for text, want := range map[string][]string{
		"":               {""},
		"\n\n":           {""},
		"one":            {"one"},
		"one\r\n\ntwo\n": {"one", "two"},
		"a\x1b\vb":       {"a␛", "b"},
	} {
		if diff := cmp.Diff(want, VisibleLines(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestWidth(t *testing.T) {
	for text, want := range map[string]int{
		"":             0,
		"abc":          3,
		"Grüße":        5,
		"u\u0308":      1,
		"你好":           4,
		"ｆｕｌｌ":         8,
		"한글":           4,
		"\u1112\u1161": 2,
		"👍":            2,
		"👍🏽":           2,
		"👩‍💻":          2,
		"❤️":           2,
		"❤":            1,
		"🇨🇭":           2,
		"🇨🇭🇩🇪":         4,
		"🏴󠁧󠁢󠁳󠁣󠁴󠁿":      2,
		"नि":           2,
		"─│":           2,
		"｡":            1,
	} {
		if got := Width(text); got != want {
			t.Errorf("Width(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	tests := []struct {
		text    string
		columns int
		want    string
	}{
		{"abc", 3, "abc"},
		{"abcd", 3, "ab…"},
		{"你好吗", 5, "你好…"},
		{"你好吗", 4, "你…"},
		{"👩‍💻👩‍💻", 3, "👩‍💻…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
	}
	for _, test := range tests {
		if got := Cut(test.text, test.columns); got != test.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", test.text, test.columns, got, test.want)
		}
	}
}

// FuzzVisible checks that nothing is left that a terminal would obey, and that each character has its place.
func FuzzVisible(f *testing.F) {
	f.Add("Grüße\x1b[2J\u202e👩‍💻\u0301")
	f.Add("\U0001f3f4\U000e0067\U000e007f\U000e007f")
	f.Fuzz(func(t *testing.T, text string) {
		got := Visible(text)
		for _, r := range got {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("Visible(%q) = %q, with %U", text, got, r)
			}
		}
		if again := Visible(got); again != got && !strings.Contains(got, "\ufffd") {
			t.Errorf("Visible(%q) = %q, and of that %q", text, got, again)
		}
		var all strings.Builder
		for c := range clusters(got) {
			if c.columns < 1 {
				t.Errorf("Visible(%q) = %q, where %q has %d columns", text, got, c.text, c.columns)
			}
			all.WriteString(c.text)
		}
		if all.String() != got {
			t.Errorf("the characters of %q are %q together", got, &all)
		}
	})
}
