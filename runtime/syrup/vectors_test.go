package syrup_test

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A tree is a value as the recorded vectors write it.
type tree struct {
	Type  string          `json:"t"`
	Value json.RawMessage `json:"v"`
	Hex   string          `json:"hex"`
	Bits  string          `json:"bits"`
	Label *tree           `json:"label"`
}

// TestVectors decodes what other implementations wrote, compares it with what they say it is, and encodes it again.
func TestVectors(t *testing.T) {
	var vectors []struct {
		Desc  string `json:"desc"`
		Value tree   `json:"value"`
		Hex   string `json:"hex"`
	}
	readJSON(t, "testdata/syrup.json", &vectors)
	if len(vectors) < 100 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Desc, func(t *testing.T) {
			wire, want := unhex(t, v.Hex), v.Value.build(t)
			strict, err := syrup.Decode(wire, syrup.Options{Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			tolerant, err := syrup.Decode(wire, syrup.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for from, value := range map[string]any{"decoded": strict, "tolerantly decoded": tolerant, "described": want} {
				again, err := syrup.Append(nil, value, syrup.EncodedOrder)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(v.Hex, hex.EncodeToString(again)); diff != "" {
					t.Errorf("%s value encoded (-want +got):\n%s", from, diff)
				}
			}
		})
	}
}

// legal are the vectors of invalid.json that are canonical Syrup after all: OCapN, or one of its implementations, is
// narrower than Syrup there.
var legal = map[string]string{
	"448000000000000000": "Syrup has all IEEE doubles, so -0.0 too",
	"7b7b7d312b7d":       "any value can be a key: a dictionary",
	"7b3c3127613e312b7d": "any value can be a key: a record",
	"7b312b312b7d":       "any value can be a key: an integer",
	"7b312761312b7d":     "any value can be a key: a symbol",
	"3c312b3e":           "any value can be a label: an integer",
	"3c74663e":           "any value can be a label: a boolean",
}

// TestInvalidVectors decodes what a strict decoder must refuse.
func TestInvalidVectors(t *testing.T) {
	var vectors []struct {
		Hex    string `json:"hex"`
		Reason string `json:"reason"`
	}
	readJSON(t, "testdata/invalid.json", &vectors)
	if len(vectors) < 80 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.Reason, func(t *testing.T) {
			value, err := syrup.Decode(unhex(t, v.Hex), syrup.Options{Strict: true})
			why, isLegal := legal[v.Hex]
			if strings.HasPrefix(v.Reason, "5000 digit integer") {
				why, isLegal = "integers have no upper bound, and MaxDigits is 16384", true
			}
			switch {
			case isLegal && err != nil:
				t.Errorf("%s: refused (%v), but it is legal: %s", v.Hex, err, why)
			case !isLegal && err == nil:
				t.Errorf("%s: accepted as %v", v.Hex, value)
			}
		})
	}
}

// TestZoo decodes the example that accompanies the draft.
func TestZoo(t *testing.T) {
	zoo, err := os.ReadFile("testdata/syrup-zoo.bin")
	if err != nil {
		t.Fatal(err)
	}
	value, err := syrup.Decode(zoo, syrup.Options{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	again, err := syrup.Append(nil, value, syrup.EncodedOrder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(zoo, again); diff != "" {
		t.Errorf("encoded again (-want +got):\n%s", diff)
	}
	animals := value.(syrup.Record).Fields[1].([]any)
	got := []any{}
	for _, animal := range animals {
		got = append(got, animal.(syrup.Dict)[2].Value)
	}
	if diff := cmp.Diff([]any{"Tabatha", "George", "Casper"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

// build makes the Go value.
func (v *tree) build(t *testing.T) any {
	t.Helper()
	switch v.Type {
	case "int":
		var digits string
		v.unmarshal(t, &digits)
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
			return n
		}
		return bigNumber(digits)
	case "f64":
		bits, err := strconv.ParseUint(v.Bits, 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		return math.Float64frombits(bits)
	case "bool":
		var b bool
		v.unmarshal(t, &b)
		return b
	case "str":
		var s string
		v.unmarshal(t, &s)
		return s
	case "sym":
		var s syrup.Symbol
		v.unmarshal(t, &s)
		return s
	case "bytes":
		return unhex(t, v.Hex)
	}
	return v.buildContainer(t)
}

// buildContainer makes the Go value of a container.
func (v *tree) buildContainer(t *testing.T) any {
	t.Helper()
	if v.Type == "dict" {
		var entries [][2]tree
		v.unmarshal(t, &entries)
		d := syrup.Dict{}
		for _, e := range entries {
			d = append(d, syrup.Entry{Key: e[0].build(t), Value: e[1].build(t)})
		}
		return d
	}
	var items []tree
	v.unmarshal(t, &items)
	values := []any{}
	for _, item := range items {
		values = append(values, item.build(t))
	}
	switch v.Type {
	case "list":
		return values
	case "set":
		return syrup.Set(values)
	case "rec":
		return syrup.Record{Label: v.Label.build(t), Fields: values}
	}
	t.Fatalf("unknown type %q", v.Type)
	return nil
}

func (v *tree) unmarshal(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal(v.Value, into); err != nil {
		t.Fatalf("%s: %v", v.Type, err)
	}
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
