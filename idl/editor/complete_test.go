package editor

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// labels returns the completions that are not built-in types; these are summed up as "builtins".
func labels(list []Completion) string {
	var out []string
	builtins := 0
	for _, c := range list {
		if c.Kind == "builtin" {
			builtins++
			continue
		}
		out = append(out, c.Label)
	}
	if builtins == len(builtinDocs) {
		out = append(out, "builtins")
	}
	return strings.Join(out, " ")
}

func TestCompletions(t *testing.T) {
	base := "package base\nimport \"else.ocapn\"\ninterface named {}\nerror gone\nstruct pair {}\nconst c: int = 1\n"
	const head = "import \"base.ocapn\"\nenum ack { OK, NO, \"odd one\" }\ntype acks = list<ack>\ninterface user {}\nerror banned\nstruct box {}\nconst c: int = 1\n"
	const types = "ack acks box user base.named base.pair builtins"
	for _, test := range []struct{ name, text, want string }{
		{"empty file", "^", "callable closed const enum error import interface package struct type union"},
		{"after the package clause", "package a\n^", "callable closed const enum error go import interface struct type union"},
		{"after declarations", "enum a {}\n^", "callable closed const enum error interface struct type union"},
		{"a word that was begun", "enum a {}\nint^", "callable closed const enum error interface struct type union"},
		{"after closed", "closed ^", "enum union"},
		{"in an interface", "interface a {\n  ^\n}\n", "oneway stream"},
		{"after a method", "interface a {\n  b()\n  ^\n}\n", "oneway raises stream"},
		{"after the name of an interface", "interface a ^", "extends"},
		{"type of a parameter", head + "callable z(x: ^", strings.Replace(types, " base.n", " z base.n", 1)},
		{"type of a parameter, begun", head + "callable z(x: us^", strings.Replace(types, " base.n", " z base.n", 1)},
		{"type of a parameter, followed by more", head + "type t = ^\ninterface z {}\n", strings.Replace(types, "user", "t user z", 1)},
		{"type of a field", head + "struct s { x: ^ }", strings.Replace(types, " user", " s user", 1)},
		{"type argument", head + "struct s { x: list<^", strings.Replace(types, " user", " s user", 1)},
		{"result", head + "interface i { m() -> ^", strings.Replace(types, " user", " i user", 1)},
		{"qualified type", head + "struct s { x: base.^", "named pair"},
		{"qualified type, begun", head + "struct s { x: base.na^", "named pair"},
		{"qualified by an unknown import", head + "struct s { x: what.^", ""},
		{"after a bar", "type t = int | ^", "false null undefined"},
		{"errors", head + "callable c() raises ^", "banned base.gone"},
		{"more errors", head + "callable c() raises banned, ^", "banned base.gone"},
		{"qualified error", head + "callable c() raises base.^", "gone"},
		{"interfaces", head + "interface i extends ^", "i user base.named"},
		{"qualified interface", head + "interface i extends base.^ {}", "named"},
		{"value of an enum", head + "struct s { x: ack = ^", `"odd one" NO OK`},
		{"value of an enum that may be absent", head + "struct s { x: ack | null = ^", `"odd one" NO OK null`},
		{"value in a list", head + "const d: acks = [OK, ^", `"odd one" NO OK`},
		{"value of a bool", "const d: bool = ^", "false true"},
		{"value of a string", "const d: string = ^", ""},
		{"name of a parameter", head + "callable c(^", ""},
		{"name of a field", head + "struct s { ^", ""},
		{"after a parameter's type", head + "callable c(x: int ^", ""},
		{"annotation of a method", "interface i { @^", "deprecated example go idempotent since strict wire"},
		{"annotation of a parameter", "callable c(@^x: int)", "deprecated example lenient max since"},
		{"annotation of a case", "enum e { @^", "deprecated example go since wire"},
		{"annotation of a struct", "@^ struct s {}", "deprecated example go keep since strict"},
		{"annotation of a package", "@^\npackage a", "deprecated example lenient since"},
		{"annotation of something", "@^", "as deprecated example go idempotent keep lenient max since strict wire"},
		{"argument of as", "@as(^", "string"},
		{"import", "import \"^\"\n", "base.ocapn lib/x.ocapn ocapn/cells.ocapn"},
		{"import, begun and not closed", "import \"ba^\n", "base.ocapn lib/x.ocapn ocapn/cells.ocapn"},
		{"string", "@deprecated(\"^\")", ""},
		{"comment", "// ^", ""},
		{"documentation", "/// in^", ""},
		{"block comment", "/* in^ */", ""},
		{"after a block comment", "enum a {} /* */^", "callable closed const enum error interface struct type union"},
		{"number", "const c: int = 1^", ""},
		{"broken before", head + "interface i {\n  a(x: \n  b(y: ^\n", strings.Replace(types, " user", " i user", 1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, path, offset := world{"/a.ocapn": test.text, "/base.ocapn": base, "/lib/x.ocapn": ""}.open(t)
			got := labels(slices.DeleteFunc(w.Completions(path, offset), func(c Completion) bool {
				return strings.HasPrefix(c.Label, "ocapn/") && c.Label != "ocapn/cells.ocapn" && c.Label != "ocapn/sealers.ocapn"
			}))
			got = strings.ReplaceAll(strings.ReplaceAll(got, " ocapn/sealers.ocapn", ""), " ocapn/cells.ocapn", "") // what the library has
			want := strings.ReplaceAll(test.want, " ocapn/cells.ocapn", "")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("completions (-want +got):\n%s", diff)
			}
		})
	}
}

// Where a type stands, or has begun, only types are offered, and everywhere each word once.
func TestCompletionsAreOfTheirPlace(t *testing.T) {
	w := New(one(wholeLanguage).sources())
	types := map[int]bool{}
	for _, u := range read(wholeLanguage).uses {
		if u.role == asType {
			for at := u.span().Start; at <= u.span().End; at++ {
				types[at] = true
			}
		}
	}
	if len(types) < 20 {
		t.Fatalf("types at %d places only", len(types))
	}
	for at := range len(wholeLanguage) + 1 {
		seen := map[string]bool{}
		for _, c := range w.Completions("/a.ocapn", at) {
			if types[at] && c.Kind == "keyword" {
				t.Errorf("the keyword %s is offered at %q^%q", c.Label, wholeLanguage[max(0, at-20):at], wholeLanguage[at:])
			}
			if seen[c.Label] {
				t.Errorf("%s is offered twice at %q^%q", c.Label, wholeLanguage[max(0, at-20):at], wholeLanguage[at:])
			}
			seen[c.Label] = true
		}
	}
}

func TestCompletionOfTheStandardLibrary(t *testing.T) {
	w, path, offset := one("import \"oc^\"\n").open(t)
	list := w.Completions(path, offset)
	i := slices.IndexFunc(list, func(c Completion) bool { return c.Label == "ocapn/sealers.ocapn" })
	if i < 0 || list[i].Span != (Span{Start: 8, End: 10}) {
		t.Errorf("completions %v", list)
	}
}

func TestCompletionItem(t *testing.T) {
	w, path, offset := one("/// A user.\n@deprecated(\"why\") interface user {}\ncallable c(who: us^er)\n").open(t)
	list := w.Completions(path, offset)
	want := Completion{
		Label: "user", Kind: "interface", Detail: "interface", Doc: "A user.", Text: "user", Span: Span{Start: 65, End: 67},
		Rank: rankNear, Deprecated: true,
	}
	i := slices.IndexFunc(list, func(c Completion) bool { return c.Label == "user" })
	if i < 0 {
		t.Fatalf("user is not offered: %v", list)
	}
	if diff := cmp.Diff(want, list[i]); diff != "" {
		t.Errorf("completion (-want +got):\n%s", diff)
	}
	snippets := map[string]string{"list": "list<${1:T}>", "tuple": "tuple<${1:A}, ${2:B}>", "tagged": `tagged<"${1:tag}", ${2:T}>`, "int": ""}
	for _, c := range list {
		if want, ok := snippets[c.Label]; ok && c.Snippet != want {
			t.Errorf("snippet of %s: %q, want %q", c.Label, c.Snippet, want)
		}
	}
	w, path, offset = one("interface i { @^").open(t)
	snippets = map[string]string{"go": "go(${1:Name})", "wire": `wire("${1:name}")`, "strict": ""}
	for _, c := range w.Completions(path, offset) {
		if want, ok := snippets[c.Label]; ok && c.Snippet != want {
			t.Errorf("snippet of @%s: %q, want %q", c.Label, c.Snippet, want)
		}
	}
}
