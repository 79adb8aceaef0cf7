package runtime_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"os"
	"path"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

var update = flag.Bool("update", false, "write the tables in SECURITY.md instead of comparing them")

// limitsTable finds the part of SECURITY.md that this file writes.
var limitsTable = regexp.MustCompile(`(?s)<!-- limits -->\n(.*)<!-- end of limits -->\n`)

// TestSecurityLimits compares the tables of limits in SECURITY.md with the code, of which they are made: a field of captp.Limits, or a
// constant of a file limits.go, that is new, gone or different makes it fail. Write them anew with
//
//	go test ./runtime -run TestSecurityLimits -update
func TestSecurityLimits(t *testing.T) {
	const name = "../SECURITY.md"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	old := limitsTable.FindSubmatchIndex(text)
	if old == nil {
		t.Fatalf("%s has no place for limits", name)
	}
	want := limitsTables(t)
	if *update {
		text = bytes.Join([][]byte{text[:old[2]], []byte(want), text[old[3]:]}, nil)
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(text[old[2]:old[3]])); diff != "" {
		t.Errorf("the limits in SECURITY.md are not those of the code (-code +document); write them with: go test ./runtime -run TestSecurityLimits -update\n%s", diff)
	}
}

// limitsPlaces are the folders below runtime with limits of their own, and how a program sets them. That a folder is missing here fails.
var limitsPlaces = []struct{ dir, how string }{
	{"captp", "Set with `captp.WithLimits`. Zero is the default. Those that begin with a small letter are fixed."},
	{"syrup", "Those of `syrup.Limits` are set by whoever decodes; a vat sets them from `captp.Limits`."},
	{"locator", "Fixed."},
	{"handoff", "Fixed; how many gifts and gifters there may be is in `captp.Limits`."},
	{"netlayer", "A default is what an option of a netlayer says otherwise: `ReadLimit` (set by vats from `captp.Limits.MessageBytes`) and `MessageTime`."},
	{"netlayer/internal/tcp", "For noise, TLS and websocket; `HandshakeTime` and `Handshakes` of their options say otherwise."},
	{"netlayer/noise", "Fixed."},
	{"netlayer/tls", "Fixed."},
	{"netlayer/websocket", "`Ping` and those of TCP are options."},
	{"netlayer/onion", "`HandshakeTime` and `Handshakes` are options."},
	{"netlayer/memory", "Fixed."},
}

// without are the folders whose limits.go is not about peers, or repeats what captp.Limits says.
var without = []string{"captp/internal/core", "captp/internal/wire", "netlayer/netlayertest"}

func limitsTables(t *testing.T) string {
	t.Helper()
	files := make(map[string]*source)
	for _, s := range load(t).sources {
		if dir, ok := strings.CutPrefix(s.dir, "runtime/"); ok && path.Base(s.name) == "limits.go" {
			files[dir] = s
		}
	}
	for _, dir := range without {
		delete(files, dir)
	}
	var out strings.Builder
	for _, p := range limitsPlaces {
		s := files[p.dir]
		if s == nil {
			t.Errorf("runtime/%s has no limits.go", p.dir)
			continue
		}
		delete(files, p.dir)
		fmt.Fprintf(&out, "\n### %s\n\n%s See `%s`.\n\n| limit | default | effect |\n|---|---|---|\n", p.dir, p.how, s.name)
		rows := constantRows(s)
		if p.dir == "captp" {
			rows = append(fieldRows(t, s), rows...)
		}
		for _, r := range rows {
			fmt.Fprintf(&out, "| %s | %s | %s |\n", r.names, r.values, r.effect)
		}
	}
	for dir := range files {
		t.Errorf("runtime/%s/limits.go is not listed in limitsPlaces", dir)
	}
	out.WriteString("\n")
	return out.String()
}

// row is a line of a table.
type row struct{ names, values, effect string }

// add lets one more limit share the row.
func (r *row) add(name, value string) {
	r.names += "<br>`" + name + "`"
	r.values += "<br>" + value
}

// fieldRows returns a row for each field of captp.Limits, or for several that share a comment.
func fieldRows(t *testing.T, s *source) (rows []row) {
	t.Helper()
	defaults := reflect.ValueOf(captp.DefaultLimits())
	listed := 0
	ast.Inspect(s.syntax, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "Limits" {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			for _, name := range f.Names {
				listed++
				value := defaultOf(name.Name, defaults.FieldByName(name.Name))
				if f.Doc == nil {
					rows[len(rows)-1].add(name.Name, value)
				} else {
					rows = append(rows, row{"`" + name.Name + "`", value, effect(f.Doc, name.Name)})
				}
			}
		}
		return false
	})
	if listed != defaults.NumField() {
		t.Errorf("%d fields of captp.Limits were found, want %d", listed, defaults.NumField())
	}
	return rows
}

// defaultOf returns how the default of a field is written.
func defaultOf(name string, v reflect.Value) string {
	if d, ok := v.Interface().(time.Duration); ok {
		return strings.Replace(strings.Replace(d.String(), "m0s", "m", 1), "h0m", "h", 1)
	}
	return amount(v.Int(), strings.Contains(name, "Bytes") || strings.HasPrefix(name, "Output"))
}

// amount writes a number, as bytes if it is one of them.
func amount(n int64, bytes bool) string {
	switch {
	case bytes && n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case bytes && n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	case bytes:
		return fmt.Sprintf("%d bytes", n)
	case n >= 1_000_000:
		return fmt.Sprintf("%d,%03d,%03d", n/1_000_000, n/1000%1000, n%1000)
	case n >= 10_000:
		return fmt.Sprintf("%d,%03d", n/1000, n%1000)
	default:
		return fmt.Sprint(n)
	}
}

// constantRows returns a row for each constant of the file, or for several that share a comment.
func constantRows(s *source) (rows []row) {
	known := numbersOf(s)
	bytes := false // as the last comment says
	for _, d := range s.syntax.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for i, spec := range group.Specs {
			spec := spec.(*ast.ValueSpec)
			doc := spec.Doc
			if doc == nil {
				doc = spec.Comment
			}
			if doc == nil && i == 0 {
				doc = group.Doc
			}
			name := spec.Names[0].Name
			if doc != nil {
				bytes = strings.Contains(text(doc), "byte") || strings.Contains(text(doc), "octet")
			}
			value := valueOf(spec.Values[0], known, bytes && !strings.HasSuffix(name, "Lines"))
			if doc == nil && len(rows) > 0 {
				rows[len(rows)-1].add(name, value)
				continue
			}
			rows = append(rows, row{"`" + name + "`", value, effect(doc, name)})
		}
	}
	return rows
}

// numbersOf returns the constants of the file that are numbers, by name.
func numbersOf(s *source) map[string]constant.Value {
	known := make(map[string]constant.Value)
	for range 2 { // a constant may stand before one that it is made of
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				if v := evaluate(spec.Values[0], known); v != nil {
					known[spec.Names[0].Name] = v
				}
			}
			return true
		})
	}
	return known
}

func text(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	return doc.Text()
}

// effect returns the comment on what has a name in one line that may stand in a table.
func effect(doc *ast.CommentGroup, name string) string {
	s := strings.Join(strings.Fields(text(doc)), " ")
	s = strings.TrimPrefix(strings.TrimPrefix(s, name+" "), "is ")
	if strings.HasPrefix(s, "and ") {
		s = name + " " + s
	}
	s = strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(s)
	return regexp.MustCompile(`\[\*?([\w.]+)\]`).ReplaceAllString(s, "`$1`")
}

// valueOf writes the value of a constant: a number if it is one that can be worked out here, or else the expression.
func valueOf(e ast.Expr, known map[string]constant.Value, bytes bool) string {
	if v := evaluate(e, known); v != nil && v.Kind() == constant.Int {
		if n, ok := constant.Int64Val(v); ok {
			return amount(n, bytes)
		}
	}
	s := types.ExprString(e)
	for unit, short := range map[string]string{"time.Millisecond": "ms", "time.Second": "s", "time.Minute": "min"} {
		if n, ok := strings.CutSuffix(s, " * "+unit); ok {
			return n + " " + short
		}
		if s == unit {
			return "1 " + short
		}
	}
	return "`" + s + "`"
}

// evaluate works out an expression of numbers, nil if there is more to it.
func evaluate(e ast.Expr, known map[string]constant.Value) constant.Value {
	switch e := e.(type) {
	case *ast.BasicLit:
		return constant.MakeFromLiteral(e.Value, e.Kind, 0)
	case *ast.BinaryExpr:
		x, y := evaluate(e.X, known), evaluate(e.Y, known)
		switch {
		case x == nil || y == nil:
			return nil
		case e.Op == token.SHL:
			n, _ := constant.Uint64Val(y)
			return constant.Shift(x, e.Op, uint(n))
		case e.Op == token.QUO:
			return constant.BinaryOp(x, token.QUO_ASSIGN, y) // of integers
		default:
			return constant.BinaryOp(x, e.Op, y)
		}
	case *ast.Ident:
		return known[e.Name]
	default:
		return nil
	}
}

// TestSecurityNamesDependencies checks that every module that go.mod requires has a line in SECURITY.md with the reason for it, and that
// nothing else has.
func TestSecurityNamesDependencies(t *testing.T) {
	document, err := os.ReadFile("../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var required, listed []string
	for _, m := range regexp.MustCompile(`(?m)^\t([\w./-]+) v`).FindAllSubmatch(mod, -1) {
		required = append(required, string(m[1]))
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+\\.[\\w./-]+)` \\|").FindAllSubmatch(document, -1) {
		listed = append(listed, string(m[1]))
	}
	if len(required) == 0 {
		t.Error("go.mod requires nothing")
	}
	if diff := cmp.Diff(required, listed); diff != "" {
		t.Errorf("modules (-go.mod +SECURITY.md):\n%s", diff)
	}
}

// TestNothingIsUnsafe keeps out what the compiler does not check: package unsafe, C, assembly, and names of other packages that are linked to.
// The module of the benchmarks, which has code that others have generated, is not part of this one.
func TestNothingIsUnsafe(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		for _, spec := range s.syntax.Imports {
			if spec.Path.Value == `"unsafe"` || spec.Path.Value == `"C"` {
				t.Errorf("%s: %s is imported", m.position(spec), spec.Path.Value)
			}
		}
		for _, group := range s.syntax.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:linkname") || strings.HasPrefix(c.Text, "//go:noescape") {
					t.Errorf("%s: %s", m.position(c), c.Text)
				}
			}
		}
	}
	for _, pattern := range []string{"*.s", "*.c", "*.syso"} {
		for _, dir := range m.folders() {
			if found, _ := os.ReadDir(path.Join("..", dir)); found != nil {
				for _, f := range found {
					if ok, _ := path.Match(pattern, f.Name()); ok {
						t.Errorf("%s/%s is not Go", dir, f.Name())
					}
				}
			}
		}
	}
}

// folders returns the folders that have Go files.
func (m *module) folders() (dirs []string) {
	seen := make(map[string]bool)
	for _, s := range m.sources {
		if !seen[s.dir] {
			seen[s.dir] = true
			dirs = append(dirs, s.dir)
		}
	}
	return dirs
}
