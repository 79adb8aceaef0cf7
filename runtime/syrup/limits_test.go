package syrup_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestLimits meets each limit exactly, and exceeds it by one, in each way of reading.
func TestLimits(t *testing.T) {
	const nines = "99999999999999999999999999999999999999999999999999"
	tests := []struct {
		name   string
		limits syrup.Limits
		fits   string
		over   string
	}{
		{"MaxBytes", syrup.Limits{MaxBytes: 10}, "[6:abcdef]", "[7:abcdefg]"},
		{"MaxBytes", syrup.Limits{MaxBytes: 10}, "8:abcdefgh", "9:abcdefghi"},
		{"MaxBytes", syrup.Limits{MaxBytes: 10}, "[tttttttt]", "[ttttttttt]"},
		{"MaxBytes", syrup.Limits{MaxBytes: 11}, "[D]]]]]]]]]", "[tD]]]]]]]]]"},
		{"MaxDepth", syrup.Limits{MaxDepth: 3}, "[[[]]]", "[[[[]]]]"},
		{"MaxDepth", syrup.Limits{MaxDepth: 3}, "{#[]$<t>}", "{#[<t>]$t}"},
		{"MaxDepth", syrup.Limits{MaxDepth: 40}, strings.Repeat("[", 40) + strings.Repeat("]", 40), strings.Repeat("[", 41) + strings.Repeat("]", 41)},
		{"MaxDepth", syrup.Limits{}, strings.Repeat("[", 256) + strings.Repeat("]", 256), strings.Repeat("<", 257) + "t" + strings.Repeat(">", 257)},
		{"MaxDigits", syrup.Limits{MaxDigits: 5}, "12345+", "123456+"},
		{"MaxDigits", syrup.Limits{MaxDigits: 50}, nines + "-", "1" + nines + "-"},
		{"MaxDigits", syrup.Limits{}, strings.Repeat("9", 16384) + "-", strings.Repeat("9", 16385) + "-"},
		{"MaxItems", syrup.Limits{MaxItems: 3}, "[ttt]", "[tttt]"},
		{"MaxItems", syrup.Limits{MaxItems: 3}, "<ttt>", "<tttt>"},
		{"MaxItems", syrup.Limits{MaxItems: 3}, "#1+2+3+$", "#1+2+3+4+$"},
		{"MaxItems", syrup.Limits{MaxItems: 3}, "{1+t2+t3+t}", "{1+t2+t3+t4+t}"},
		{"MaxItems", syrup.Limits{}, "[" + strings.Repeat("t", 1<<20) + "]", "[" + strings.Repeat("t", 1<<20+1) + "]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, read := range readers(tt.limits) {
				if err := read([]byte(tt.fits)); err != nil {
					t.Errorf("%s within the limit: %v", name, err)
				}
				var e *syrup.LimitError
				if err := read([]byte(tt.over)); !errors.As(err, &e) || e.Name != tt.name {
					t.Errorf("%s over the limit: %v", name, err)
				}
			}
		})
	}
}

// TestDepthHasABound asks for more depth than the stack could bear, and reads and writes the most there is.
func TestDepthHasABound(t *testing.T) {
	const most = 10000
	wire := strings.Repeat("[", most) + strings.Repeat("]", most)
	for name, read := range readers(syrup.Limits{MaxDepth: 1 << 30}) {
		if err := read([]byte(wire)); err != nil {
			t.Errorf("%s of %d lists: %v", name, most, err)
		}
		var e *syrup.LimitError
		if err := read([]byte("[" + wire + "]")); !errors.As(err, &e) || e.Limit != most {
			t.Errorf("%s of one more: %v", name, err)
		}
	}
	value, err := syrup.Decode([]byte(wire), syrup.Options{Limits: syrup.Limits{MaxDepth: most}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := syrup.Append(nil, value, syrup.EncodedOrder)
	if err != nil || string(got) != wire {
		t.Errorf("encoded again: %d octets, %v", len(got), err)
	}
}

// readers returns each way of reading one value.
func readers(lim syrup.Limits) map[string]func(wire []byte) error {
	return map[string]func(wire []byte) error{
		"Decode": func(wire []byte) error {
			_, err := syrup.Decode(wire, syrup.Options{Limits: lim})
			return err
		},
		"CheckCanonical": func(wire []byte) error { return syrup.CheckCanonical(wire, syrup.EncodedOrder, lim) },
		"Skim": func(wire []byte) error {
			_, _, err := syrup.Skim(nil, wire, 0, lim, nil)
			return err
		},
		"Scan": func(wire []byte) error {
			var s syrup.Scanner
			s.Reset(lim)
			_, err := scan(&s, wire, 100)
			return err
		},
	}
}

// TestClaims announces much and sends little. What exceeds a limit is refused at once, and nothing is allocated for it.
func TestClaims(t *testing.T) {
	for _, claim := range []string{
		"16777216:", "999999999999:", "[18446744073709551616\"", "18446744073709551621:abcde", "9223372036854775807'x",
		"[[[4294967296:",
	} {
		for name, read := range readers(syrup.Limits{}) {
			var e *syrup.LimitError
			if err := read([]byte(claim)); !errors.As(err, &e) {
				t.Errorf("%s(%q): %v", name, claim, err)
			}
		}
		var s syrup.Scanner
		if _, _, err := s.Scan([]byte(claim)); err == nil {
			t.Errorf("Scan(%q) waits for more", claim)
		}
	}
	var s syrup.Scanner
	digits := bytes.Repeat([]byte("9"), 16384)
	if _, _, err := s.Scan(digits); err != nil {
		t.Errorf("as many digits as there may be: %v", err)
	}
	if _, _, err := s.Scan([]byte("9")); err == nil {
		t.Error("Scan waits for the end of endless digits")
	}
}

func TestScannerErrorsAreSticky(t *testing.T) {
	var s syrup.Scanner
	_, _, first := s.Scan([]byte("[tt?"))
	_, _, second := s.Scan([]byte("]"))
	var e *syrup.SyntaxError
	if !errors.As(first, &e) || e.Offset != 3 || second != first {
		t.Errorf("errors %v, then %v", first, second)
	}
	s.Reset(syrup.Limits{})
	if n, done, err := s.Scan([]byte("tt")); n != 1 || !done || err != nil {
		t.Errorf("after Reset: Scan = %d, %v, %v", n, done, err)
	}
}

// TestAllocations counts what must not allocate.
func TestAllocations(t *testing.T) {
	all := files(20)
	records, dicts := appendList(nil, all, (*file).appendRecord), appendList(nil, all, (*file).appendDict)
	nested := []byte(strings.Repeat("[", 12) + strings.Repeat("]", 12))
	unsorted := []byte(`{1"dt1"ct1"bt1"at}`)
	buf := make([]byte, 0, 1<<16)
	var s syrup.Scanner
	pass := func(wire []byte) {
		var d syrup.Decoder
		d.Reset(wire, syrup.Options{})
		d.Skip()
		if err := d.Finish(); err != nil {
			t.Error(err)
		}
	}
	tests := []struct {
		name string
		run  func()
	}{
		{"encode records", func() { appendList(buf, all, (*file).appendRecord) }},
		{"encode dictionaries", func() { appendList(buf, all, (*file).appendDict) }},
		{"pass over records", func() { pass(records) }},
		{"pass over dictionaries", func() { pass(dicts) }},
		{"pass over nested lists", func() { pass(nested) }},
		{"pass over an unsorted dictionary", func() { pass(unsorted) }},
		{"check dictionaries", func() {
			if err := syrup.CheckCanonical(dicts, syrup.EncodedOrder, syrup.Limits{}); err != nil {
				t.Error(err)
			}
		}},
		{"skim", func() {
			if _, _, err := syrup.Skim(nil, dicts, 0, syrup.Limits{}, nil); err != nil {
				t.Error(err)
			}
		}},
		{"scan", func() {
			if _, done, err := s.Scan(dicts); !done || err != nil {
				t.Error(done, err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.run() // a Scanner allocates once
			if n := testing.AllocsPerRun(20, tt.run); n != 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}
