package editor

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRename(t *testing.T) {
	for _, test := range []struct {
		name, to string
		files    world
		want     world
		err      string
	}{
		{
			name: "declaration, in its file and where it is imported", to: "hall",
			files: world{
				"/a.ocapn":     "interface ro^om { twin() -> room }\ncallable c(rooms: list<room>) -> room | null\n",
				"/b.ocapn":     "import \"a.ocapn\"\ninterface room extends a.room {}\n",
				"/sub/c.ocapn": "import \"../a.ocapn\" as x\ntype t = x.room\ntype room = int\n",
			},
			want: world{
				"/a.ocapn":     "interface hall { twin() -> hall }\ncallable c(rooms: list<hall>) -> hall | null\n",
				"/b.ocapn":     "import \"a.ocapn\"\ninterface room extends a.hall {}\n",
				"/sub/c.ocapn": "import \"../a.ocapn\" as x\ntype t = x.hall\ntype room = int\n",
			},
		},
		{
			name: "from a use in another file", to: "hall",
			files: world{"/a.ocapn": "interface room {}\n", "/b.ocapn": "import \"a.ocapn\"\ntype t = a.r^oom\n"},
			want:  world{"/a.ocapn": "interface hall {}\n", "/b.ocapn": "import \"a.ocapn\"\ntype t = a.hall\n"},
		},
		{
			name: "method keeps what is sent", to: "say",
			files: one("interface a {\n  /// Says it.\n  oneway se^nd(text: string)\n}\ninterface b { send() }\n"),
			want:  one("interface a {\n  /// Says it.\n  @wire(\"send\") oneway say(text: string)\n}\ninterface b { send() }\n"),
		},
		{
			name: "method back to what is sent", to: "send",
			files: one("interface a { @wire(\"send\") @strict sa^y() }\n"), want: one("interface a { @strict send() }\n"),
		},
		{
			name: "method with a name of its own on the wire", to: "say",
			files: one("interface a { @wire(\"SEND\") se^nd() }\n"), want: one("interface a { @wire(\"SEND\") say() }\n"),
		},
		{
			name: "method with other annotations", to: "say",
			files: one("interface a { @strict\n  se^nd() }\n"), want: one("interface a { @strict\n  @wire(\"send\") say() }\n"),
		},
		{
			name: "method with a name in quotes", to: "sealed",
			files: one("interface a { \"sealed^?\"() }\n"), want: one("interface a { @wire(\"sealed?\") sealed() }\n"),
		},
		{
			name: "method to a name in quotes", to: "sealed?",
			files: one("interface a { @wire(\"sealed?\") sea^led() }\n"), want: one("interface a { \"sealed?\"() }\n"),
		},
		{
			name: "method in all interfaces that are related by it", to: "label",
			files: world{
				"/a.ocapn": "interface top { na^me() -> string }\ninterface left extends top { name() -> string }\ninterface right extends top {}\n" +
					"interface bottom extends right, left { name() -> string }\ninterface other { name() -> string }\n",
				"/b.ocapn": "import \"a.ocapn\"\ninterface mixed extends a.bottom, side { name() -> string }\ninterface side { name() -> string }\n",
			},
			want: world{
				"/a.ocapn": "interface top { @wire(\"name\") label() -> string }\ninterface left extends top { @wire(\"name\") label() -> string }\ninterface right extends top {}\n" +
					"interface bottom extends right, left { @wire(\"name\") label() -> string }\ninterface other { name() -> string }\n",
				"/b.ocapn": "import \"a.ocapn\"\ninterface mixed extends a.bottom, side { @wire(\"name\") label() -> string }\ninterface side { @wire(\"name\") label() -> string }\n",
			},
		},
		{
			name: "field", to: "title", files: one("struct s { na^me?: string, x: int }\n"), want: one("struct s { @wire(\"name\") title?: string, x: int }\n"),
		},
		{
			name: "case and the values that name it", to: "FINE",
			files: one("enum e { O^K, NO }\nconst c: e = OK\nconst l: list<e> = [NO, OK, \"OK\"]\nstruct s { a: e = OK, b: string = \"OK\" }\n"),
			want: one("enum e { @wire(\"OK\") FINE, NO }\nconst c: e = FINE\nconst l: list<e> = [NO, FINE, FINE]\n" +
				"struct s { a: e = FINE, b: string = \"OK\" }\n"),
		},
		{
			name: "variant", to: "plain", files: one("union u { te^xt(string) }\n"), want: one("union u { @wire(\"text\") plain(string) }\n"),
		},
		{
			name: "error keeps its tag", to: "gone",
			files: one("/// Out.\nerror ban^ned { until: int }\ncallable c() raises banned\n"),
			want:  one("/// Out.\n@wire(\"banned\") error gone { until: int }\ncallable c() raises gone\n"),
		},
		{
			name: "parameter", to: "whom", files: one("callable c(w^ho: string, what: int)\n"), want: one("callable c(whom: string, what: int)\n"),
		},
		{
			name: "constant and alias", to: "texts",
			files: one("type str^ings = list<string>\nconst c: strings = []\n"), want: one("type texts = list<string>\nconst c: texts = []\n"),
		},
		{
			name: "alias of an import", to: "y",
			files: world{"/a.ocapn": "import \"b.ocapn\" as x\ntype t = x^.b\n", "/b.ocapn": "interface b {}\n"},
			want:  world{"/a.ocapn": "import \"b.ocapn\" as y\ntype t = y.b\n"},
		},
		{
			name: "import without an alias", to: "y",
			files: world{"/a.ocapn": "import \"b.ocapn\"\ntype t = b^.b\n", "/b.ocapn": "interface b {}\n"},
			want:  world{"/a.ocapn": "import \"b.ocapn\" as y\ntype t = y.b\n"},
		},
		{
			name: "in a broken file", to: "hall",
			files: one("interface ro^om {\n  a(x: \n  b(y: room) -> \n"), want: one("interface hall {\n  a(x: \n  b(y: hall) -> \n"),
		},
		{name: "the same name", to: "a", files: one("interface ^a {}\n"), want: world{}},
		{name: "built-in type", to: "x", files: one("type t = st^ring\n"), err: `"string" is a built-in type`},
		{name: "package", to: "x", files: one("package ^a\n"), err: "packages and files cannot be renamed here"},
		{name: "keyword", to: "x", files: one("str^uct s {}\n"), err: "there is no name here"},
		{name: "unknown name", to: "x", files: one("type t = un^known\n"), err: "there is no name here"},
		{name: "taken by a declaration", to: "b", files: one("interface ^a {}\nstruct b {}\n"), err: `there is already a struct "b"`},
		{name: "taken by a built-in type", to: "list", files: one("interface ^a {}\n"), err: `"list" is the name of a built-in type`},
		{name: "taken by a union", to: "b", files: one("interface ^a {}\nunion b { c }\n"), err: `there is already a union "b"`},
		{name: "taken by an error", to: "b", files: one("interface ^a {}\nerror b\n"), err: `there is already an error "b"`},
		{name: "taken by an enum", to: "b", files: one("interface ^a {}\nenum b { c }\n"), err: `there is already an enum "b"`},
		{name: "taken by a method", to: "b", files: one("interface i { ^a(); b() }\n"), err: `there is already a method "b"`},
		{
			name: "taken by a method of a relative", to: "b", files: one("interface i { ^a() }\ninterface j extends i { a(); b() }\n"),
			err: `there is already a method "b"`,
		},
		{name: "taken by an import", to: "c", files: one("import \"b.ocapn\" as ^b\nimport \"c.ocapn\"\n"), err: `there is already an import "c"`},
		{name: "no identifier", to: "a b", files: one("interface ^a {}\n"), err: `"a b" is not a name`},
		{name: "empty", to: "", files: one("interface i { ^a() }\n"), err: "a name has at least one character"},
		{name: "unseen", to: "a\u200b", files: one("interface i { ^a() }\n"), err: "none that cannot be seen"},
		{
			name: "declared in the standard library", to: "x",
			files: one("import \"ocapn/sealers.ocapn\"\ntype t = sealers.sea^ler\n"), err: "does not belong to the workspace",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, path, offset := test.files.open(t)
			edits, err := w.Rename(path, offset, test.to)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, edited(t, test.files.clean(), edits)); diff != "" {
				t.Errorf("texts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrepareRename(t *testing.T) {
	w, path, offset := one("interface i { \"odd na^me\"() }\n").open(t)
	span, name, err := w.PrepareRename(path, offset)
	if err != nil || name != "odd name" || span != (Span{Start: 14, End: 24}) {
		t.Errorf("got %v %q, %v", span, name, err)
	}
	w, path, offset = one("interface i { a() ^ }\n").open(t)
	if _, _, err := w.PrepareRename(path, offset); err == nil {
		t.Error("white space can be renamed")
	}
}
