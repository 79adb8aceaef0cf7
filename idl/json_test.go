package idl

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// schemaText returns the JSON form of a schema.
func schemaText(t *testing.T, s *Schema) string {
	t.Helper()
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestJSONKeys keeps the keys of the JSON form, which other programs rely on: each with its path and what stands there, and
// the words that stand for kinds.
func TestJSONKeys(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "version %d\n", SchemaVersion)
	listed := map[reflect.Type]bool{}
	types := []reflect.Type{reflect.TypeFor[Schema]()}
	for len(types) > 0 {
		typ := types[0]
		types = types[1:]
		if listed[typ] {
			continue
		}
		listed[typ] = true
		fmt.Fprintf(&b, "\n%s\n", typ.Name())
		types = append(types, writeKeys(&b, typ)...)
	}
	for _, kind := range []string{"Kind", "VariantForm", "LiteralKind"} {
		fmt.Fprintf(&b, "\n%s: %s\n", kind, strings.Join(constants(t, kind), " "))
	}
	const path = "testdata/json_keys.txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("the JSON form of schemas has changed (-want +got). A key that goes away or means something else needs another\n"+
			"SchemaVersion; then run with -update:\n%s", diff)
	}
}

// writeKeys writes a line for each key of the struct typ and returns the structs that stand behind them.
func writeKeys(b *strings.Builder, typ reflect.Type) []reflect.Type {
	var parts []reflect.Type
	for field := range typ.Fields() {
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case key == "-":
		case field.Anonymous && key == "":
			parts = append(parts, writeKeys(b, field.Type)...)
		default:
			elem, list := field.Type, ""
			for elem.Kind() == reflect.Pointer || elem.Kind() == reflect.Slice {
				if elem.Kind() == reflect.Slice {
					list = "[]"
				}
				elem = elem.Elem()
			}
			if options != "" {
				options = " " + options
			}
			fmt.Fprintf(b, "  .%s%s %s%s\n", key, list, elem.Name(), options)
			if elem.Kind() == reflect.Struct {
				parts = append(parts, elem)
			}
		}
	}
	return parts
}

// constants returns the values of the constants of a string type, in alphabetical order.
func constants(t *testing.T, typ string) []string {
	t.Helper()
	var out []string
	for _, name := range []string{"schema.go", "schema_type.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if ident, named := spec.Type.(*ast.Ident); named && ident.Name == typ {
				out = append(out, strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
			}
			return true
		})
	}
	slices.Sort(out)
	return out
}

// TestJSONLeavesOutWhatIsEmpty checks what the documentation says of keys that are not there.
func TestJSONLeavesOutWhatIsEmpty(t *testing.T) {
	schema, errs := loadText(t, "enum e { a }\nstruct s { f: int }\n")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := `{
  "version": 1,
  "file": "in.ocapn",
  "package": "in",
  "goPackage": "in",
  "enums": [
    {
      "pos": {
        "line": 1,
        "col": 6
      },
      "name": "e",
      "goName": "E",
      "cases": [
        {
          "pos": {
            "line": 1,
            "col": 10
          },
          "name": "a",
          "wire": "a",
          "goName": "EA"
        }
      ]
    }
  ],
  "structs": [
    {
      "pos": {
        "line": 2,
        "col": 8
      },
      "name": "s",
      "goName": "S",
      "fields": [
        {
          "pos": {
            "line": 2,
            "col": 12
          },
          "name": "f",
          "wire": "f",
          "goName": "F",
          "type": {
            "kind": "int"
          }
        }
      ]
    }
  ]
}`
	if diff := cmp.Diff(want, schemaText(t, schema)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
