package editor

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHover(t *testing.T) {
	for _, test := range []struct {
		name  string
		files world
		want  string // "" is nothing
	}{
		{
			"method", one("interface room {\n  /// Lets who in.\n  ///\n  /// At once.\n  @wire(\"enter\") @deprecated(\"old\") @since(\"2\")\n" +
				"  jo^in(who: room, where: string) -> list<string>\n}\n"),
			"```ocapn\njoin(who: room, where: string) -> list<string>\n```\n**Deprecated:** old\n\nLets who in.\n\nAt once.\n\n" +
				"Go: `Join(ctx context.Context, who Room, where string) ([]string, error)`  \nSent as: `enter`  \nSince: 2  \nIn: interface `room`\n",
		},
		{
			"use of an interface", one("/// A room.\ninterface room {\n  a()\n}\ntype t = ro^om\n"),
			"```ocapn\ninterface room {\n  a()\n}\n```\nA room.\n\nGo: `type Room`\n",
		},
		{
			"use of an imported declaration",
			world{"/x/a.ocapn": "import \"b.ocapn\"\ntype t = b.ban^ned\n", "/x/b.ocapn": "closed enum banned { A }\n"},
			"```ocapn\nclosed enum banned { A }\n```\nGo: `type Banned`  \nFile: /x/b.ocapn\n",
		},
		{
			"error", one("error ban^ned { until: int }\n"), "```ocapn\nerror banned { until: int }\n```\nGo: `type BannedError`\n",
		},
		{
			"case", one("enum ack { @wire(\"OK\") al^l-right }\n"), "```ocapn\nall-right\n```\nGo: `AckAllRight`  \nSent as: `OK`  \nIn: enum `ack`\n",
		},
		{
			"field", one("struct s { avatar-u^rl?: string, x: int }\n"), "```ocapn\navatar-url?: string\n```\nGo: `AvatarURL captp.Opt[string]`  \nIn: struct `s`\n",
		},
		{
			"parameter", one("callable c(w^ho: list<bytes>)\n"), "```ocapn\nwho: list<bytes>\n```\nGo: `who [][]byte`\n",
		},
		{
			"alias", one("type na^mes = list<string>\n"), "```ocapn\ntype names = list<string>\n```\n",
		},
		{
			"constant", one("const la^st-one: int = 5;\n"), "```ocapn\nconst last-one: int = 5\n```\nGo: `const LastOne`\n",
		},
		{
			"alias of an import",
			world{"/a.ocapn": "import \"b.ocapn\" as x\ntype t = ^x.b\n", "/b.ocapn": "interface b {}\n"},
			"```ocapn\nimport \"b.ocapn\" as x\n```\n",
		},
		{
			"path of an import",
			world{"/a.ocapn": "import \"b.o^capn\" as x\n", "/b.ocapn": "/// The b's.\npackage b.c\n"},
			"```ocapn\npackage b.c\n```\nThe b's.\n\nFile: /b.ocapn\n",
		},
		{"built-in type", one("type t = by^tes\n"), "```ocapn\nbytes\n```\nA string of bytes. Go: `[]byte`\n"},
		{"annotation", one("interface i { @idem^potent a() }\n"), "```ocapn\n@idempotent\n```\nThe call does no harm when it is made twice. Nothing here repeats it.\n"},
		{"annotation for others", one("interface i { @x-au^dit a() }\n"), "An annotation for other programs.\n"},
		{"keyword", one("inter^face i {}\n"), ""},
		{"unknown type", one("type t = un^known\n"), ""},
		{"unknown annotation", one("@un^known type t = int\n"), ""},
		{
			"broken file", one("interface i {\n  a(x: \n  b(y: i^) -> \n"), "```ocapn\ninterface i {\n  a(x: \n  b(y: i) ->\n```\nGo: `type I`\n",
		},
		{
			"many members", one("enum e^ {\n  A\n  B\n  C\n  D\n  E\n  F\n  G\n  H\n  I\n  J\n  K\n  L\n}\n"),
			"```ocapn\nenum e {\n  A\n  B\n  C\n  D\n  E\n  F\n  G\n  H\n  I\n  // … 3 more lines\n}\n```\nGo: `type E`\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, path, offset := test.files.open(t)
			h, ok := w.Hover(path, offset)
			if diff := cmp.Diff(test.want, h.Text); diff != "" || ok != (test.want != "") {
				t.Errorf("hover (-want +got), %v:\n%s", ok, diff)
			}
			if ok && !contains(h.Span, offset) {
				t.Errorf("the span %v does not hold the offset %d", h.Span, offset)
			}
		})
	}
}
