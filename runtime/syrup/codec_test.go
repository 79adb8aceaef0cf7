package syrup_test

import (
	"errors"
	"io"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

func TestAppend(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			got, err := syrup.Append([]byte("before"), p.value, syrup.EncodedOrder)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("before"+p.wire, string(got)); diff != "" {
				t.Errorf("Append (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	for _, p := range pairs {
		for _, strict := range []bool{true, false} {
			t.Run(p.name, func(t *testing.T) {
				got, err := syrup.Decode([]byte(p.wire), syrup.Options{Strict: strict})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(p.value, got, equalValues); diff != "" {
					t.Errorf("Decode, strict %v (-want +got):\n%s", strict, diff)
				}
			})
		}
	}
}

func TestSkim(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			const before, after = "\x00", "]+"
			_, end, err := syrup.Skim(nil, []byte(before+p.wire+after), len(before), syrup.Limits{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if want := len(before + p.wire); end != want {
				t.Errorf("end = %d, want %d", end, want)
			}
		})
	}
}

func TestScan(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			for size := range 12 {
				var s syrup.Scanner
				stream := []byte(p.wire + p.wire + "after")
				for range 2 {
					n, err := scan(&s, stream, size+1)
					if err != nil {
						t.Fatal(err)
					}
					if n != len(p.wire) {
						t.Fatalf("in pieces of %d: end = %d, want %d", size+1, n, len(p.wire))
					}
					stream = stream[n:]
				}
			}
		})
	}
}

func TestCheckCanonical(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			if err := syrup.CheckCanonical([]byte(p.wire), syrup.EncodedOrder, syrup.Limits{}); err != nil {
				t.Error(err)
			}
		})
	}
	for _, c := range tolerated {
		t.Run(c.name, func(t *testing.T) {
			err := syrup.CheckCanonical([]byte(c.wire), syrup.EncodedOrder, syrup.Limits{})
			if !errors.Is(err, syrup.ErrNotCanonical) {
				t.Errorf("error = %v, want %v", err, syrup.ErrNotCanonical)
			}
		})
	}
}

func TestTolerated(t *testing.T) {
	for _, c := range tolerated {
		t.Run(c.name, func(t *testing.T) {
			value, err := syrup.Decode([]byte(c.wire), syrup.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := syrup.Append(nil, value, syrup.EncodedOrder)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.canonical, string(got)); diff != "" {
				t.Errorf("encoded again (-want +got):\n%s", diff)
			}
			if _, end, err := syrup.Skim(nil, []byte(c.wire), 0, syrup.Limits{}, nil); err != nil || end != len(c.wire) {
				t.Errorf("Skim = %d, %v", end, err)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			wantRefused(t, c.wire, c.want)
			if c.want == syrup.ErrTrailing {
				return
			}
			if _, _, err := syrup.Skim(nil, []byte(c.wire), 0, syrup.Limits{}, nil); !errors.Is(err, c.want) {
				t.Errorf("Skim: error = %v, want %v", err, c.want)
			}
			var s syrup.Scanner
			if _, err := scan(&s, []byte(c.wire), 1); !errors.Is(err, c.want) {
				t.Errorf("Scan: error = %v, want %v", err, c.want)
			}
		})
	}
	for _, c := range refusedByKeys {
		t.Run(c.name, func(t *testing.T) { wantRefused(t, c.wire, c.want) })
	}
	for _, c := range unordered {
		t.Run(c.name, func(t *testing.T) {
			if _, err := syrup.Decode([]byte(c.wire), syrup.Options{}); !errors.Is(err, syrup.ErrDuplicateKey) {
				t.Errorf("error = %v, want %v", err, syrup.ErrDuplicateKey)
			}
			if _, err := syrup.Decode([]byte(c.wire), syrup.Options{Strict: true}); !errors.Is(err, syrup.ErrNotCanonical) {
				t.Errorf("strict: error = %v, want %v", err, syrup.ErrNotCanonical)
			}
		})
	}
}

// TestLongLengths is about errors behind lengths of twenty digits, which strict mode does not get to.
func TestLongLengths(t *testing.T) {
	for wire, want := range map[string]error{
		"00000000000000000001\"\xff": syrup.ErrInvalidUTF8,
		"00000000000000000009:x":     io.ErrUnexpectedEOF,
	} {
		for name, read := range readers(syrup.Limits{}) {
			if name == "CheckCanonical" {
				continue
			}
			if err := read([]byte(wire)); !errors.Is(err, want) {
				t.Errorf("%s(%q): error = %v, want %v", name, wire, err, want)
			}
		}
	}
}

// wantRefused decodes in both modes and wants this error.
func wantRefused(t *testing.T, wire string, want error) {
	t.Helper()
	for _, strict := range []bool{true, false} {
		value, err := syrup.Decode([]byte(wire), syrup.Options{Strict: strict})
		var e *syrup.SyntaxError
		if !errors.Is(err, want) || !errors.As(err, &e) {
			t.Errorf("strict %v: value %v, error %v; want %v", strict, value, err, want)
		}
	}
}

// TestPrefixes cuts each encoded value at every octet. No part of one is a value, and each says that it was cut.
func TestPrefixes(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			for n := range len(p.wire) {
				cut := []byte(p.wire[:n])
				if _, err := syrup.Decode(cut, syrup.Options{}); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("Decode(%q): error = %v", cut, err)
				}
				if err := syrup.CheckCanonical(cut, syrup.EncodedOrder, syrup.Limits{}); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("CheckCanonical(%q): error = %v", cut, err)
				}
				if _, _, err := syrup.Skim(nil, cut, 0, syrup.Limits{}, nil); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("Skim(%q): error = %v", cut, err)
				}
				var s syrup.Scanner
				if consumed, done, err := s.Scan(cut); consumed != n || done || err != nil {
					t.Errorf("Scan(%q) = %d, %v, %v", cut, consumed, done, err)
				}
			}
		})
	}
}

// equalValues compares dynamic values: any two NaNs are equal, the two zeros are not.
var equalValues = cmp.Options{
	cmp.Comparer(func(x, y float64) bool {
		return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
	}),
	cmp.Comparer(func(x, y float32) bool {
		return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
	}),
	cmp.Comparer(func(x, y *big.Int) bool { return x.Cmp(y) == 0 }),
	cmpopts.EquateEmpty(),
}

// scan feeds the scanner pieces of the given size until a value ends, and returns its length. Input that ends too early
// is io.ErrUnexpectedEOF.
func scan(s *syrup.Scanner, data []byte, size int) (int, error) {
	total := 0
	for total < len(data) {
		piece := data[total:min(len(data), total+size)]
		n, done, err := s.Scan(piece)
		total += n
		if err != nil || done {
			return total, err
		}
	}
	return total, io.ErrUnexpectedEOF
}
