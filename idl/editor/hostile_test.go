package editor

import (
	"strings"
	"testing"
)

// TestHostileSources asks about texts of many equal pieces, which take hours if something is looked at again for each of
// them.
func TestHostileSources(t *testing.T) {
	const size = 60_000
	for _, piece := range []string{
		"@(\n", "@a\n", "@a(\n", "///\n", "{", "(", "<", "[", "a", "a-", "a.", "a\n", "\"", "/*", "'", "interface i {\n", "enum e {}\n", "const c: int = [",
		"import \"b.ocapn\"\n", "type t = t<", "a:b=", "callable c(x: ", "interface a extends a {}\n", "raises ", "closed ", "|", "oneway ",
		"interface i { m(x: i) -> i }\n", "x\u00e9\n",
	} {
		src := strings.Repeat(piece, size/len(piece))
		w := New(world{"/a.ocapn": src, "/b.ocapn": ""}.sources())
		at := len(src) / 2
		w.Hover("/a.ocapn", at)
		w.References("/a.ocapn", at, true)
		w.Completions("/a.ocapn", at)
		w.Paint("/a.ocapn")
		w.Folds("/a.ocapn")
		w.Symbols("/a.ocapn")
		_, _ = w.Rename("/a.ocapn", at, "b") // what it says does not matter
	}
}
