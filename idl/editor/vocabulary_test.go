package editor

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/idl"
)

// placeSamples are sources with something of each kind after the %s.
var placeSamples = map[Kind]string{
	Package: "%s package a go \"example.org/a\"\n", Const: "%s const c: int = 1\n", Alias: "%s type t = string\n", Enum: "%s enum e { A }\n",
	Struct: "%s struct s { a: int }\n", Union: "%s union u { a }\n", Error: "%s error e { a: int }\n", Interface: "%s interface i {}\n",
	Callable: "%s callable c()\n", Method: "interface i { %s m() }\n", Field: "struct s { %s a: TYPE }\n", Case: "enum e { %s A }\n",
	Variant: "union u { %s a(TYPE) }\n", Parameter: "callable c(%s a: TYPE)\n", Import: "%s import \"b.ocapn\"\n",
}

// ids returns the IDs of what is wrong with a source.
func ids(src string) []string {
	files := world{"/a.ocapn": src, "/go.mod": "module example.org/a\n", "/b.ocapn": "type t = int\n"}
	var out []string
	for _, p := range CheckFile(files.sources(), "/a.ocapn", nil).Problems {
		out = append(out, p.ID)
	}
	return out
}

func TestAnnotationsAreThoseOfTheCompiler(t *testing.T) {
	for _, a := range annotationWords {
		for place, sample := range placeSamples {
			typ := "string"
			if a.name == "lenient" {
				typ = "int"
			}
			src := fmt.Sprintf(strings.Replace(sample, "TYPE", typ, 1), a.form)
			got := ids(src)
			refused := slices.Contains(got, "ANNOTATION_PLACE") || slices.Contains(got, "UNKNOWN_ANNOTATION")
			if refused == slices.Contains(a.places, place) {
				t.Errorf("@%s before %s: offered %v, but the compiler says %v", a.name, place, !refused, got)
			}
		}
	}
	doc, err := os.ReadFile("../doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^//\t@([a-z-]+)`).FindAllStringSubmatch(string(doc), -1) {
		known := slices.ContainsFunc(annotationWords, func(a annotationWord) bool { return a.name == m[1] })
		if !known && !strings.HasPrefix(m[1], "x-") {
			t.Errorf("@%s is not offered", m[1])
		}
	}
}

func TestBuiltinsAreThoseOfTheCompiler(t *testing.T) {
	for name := range builtinDocs {
		if got := ids("struct " + name + " {}\n"); !slices.Contains(got, "SHADOWS_BUILTIN") {
			t.Errorf("%q is no built-in type: %v", name, got)
		}
		args := map[int]string{0: "", 1: "<int>", 2: "<\"t\", int>", -1: "<int, string>"}[builtinArgs[name]]
		if got := ids("callable c(x: " + name + args + ")\n"); len(got) > 0 {
			t.Errorf("%s%s: %v", name, args, got)
		}
	}
	for _, kind := range []idl.Kind{idl.KindBool, idl.KindUint, idl.KindI8, idl.KindU64, idl.KindTagged, idl.KindSturdyRef, idl.KindAny} {
		if builtinDocs[string(kind)] == "" {
			t.Errorf("%s is not offered", kind)
		}
	}
}

func TestKeywordsHaveDocumentation(t *testing.T) {
	for _, k := range declKeywords {
		if keywordDocs[k] == "" {
			t.Errorf("%q has none", k)
		}
	}
}
