package syrup_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// fuzzLimits are small, so that fuzzing meets them.
var fuzzLimits = syrup.Limits{MaxBytes: 4096, MaxDepth: 20, MaxDigits: 60, MaxItems: 64}

// seed adds the table to the corpus.
func seed(f *testing.F, add func(wire []byte)) {
	f.Helper()
	for _, p := range pairs {
		add([]byte(p.wire))
	}
	for _, c := range tolerated {
		add([]byte(c.wire))
	}
	for _, c := range refused {
		add([]byte(c.wire))
	}
	for _, c := range refusedByKeys {
		add([]byte(c.wire))
	}
	for _, c := range unordered {
		add([]byte(c.wire))
	}
}

// FuzzDecode decodes anything, encodes what it finds, and wants to find the same once more.
func FuzzDecode(f *testing.F) {
	seed(f, func(wire []byte) { f.Add(wire, false) })
	f.Fuzz(func(t *testing.T, data []byte, raw bool) {
		order := syrup.EncodedOrder
		if raw {
			order = syrup.RawOrder
		}
		value, err := syrup.Decode(data, syrup.Options{Limits: fuzzLimits, Order: order})
		if err != nil {
			if value != nil {
				t.Fatalf("value %v with error %v", value, err)
			}
			return
		}
		wire, err := syrup.Append(nil, value, order)
		if err != nil {
			t.Fatalf("encode what was decoded: %v", err)
		}
		again, err := syrup.Decode(wire, syrup.Options{Strict: true, Limits: fuzzLimits, Order: order})
		if err != nil {
			t.Fatalf("decode what was encoded, %q: %v", wire, err)
		}
		twice, err := syrup.Append(nil, again, order)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(wire, twice) {
			t.Fatalf("first %q, then %q", wire, twice)
		}
	})
}

// FuzzCanonical wants CheckCanonical to accept exactly what encoding yields.
func FuzzCanonical(f *testing.F) {
	seed(f, func(wire []byte) { f.Add(wire, false) })
	f.Fuzz(func(t *testing.T, data []byte, raw bool) {
		order := syrup.EncodedOrder
		if raw {
			order = syrup.RawOrder
		}
		canonical := syrup.CheckCanonical(data, order, fuzzLimits)
		_, strict := syrup.Decode(data, syrup.Options{Strict: true, Limits: fuzzLimits, Order: order})
		if (canonical == nil) != (strict == nil) {
			t.Fatalf("CheckCanonical: %v; strict Decode: %v", canonical, strict)
		}
		value, err := syrup.Decode(data, syrup.Options{Limits: fuzzLimits, Order: order})
		if err != nil {
			if canonical == nil {
				t.Fatalf("canonical, yet refused in tolerant mode: %v", err)
			}
			return
		}
		wire, err := syrup.Append(nil, value, order)
		if err != nil {
			t.Fatal(err)
		}
		if same := bytes.Equal(wire, data); same != (canonical == nil) {
			t.Fatalf("encoded again: %q; CheckCanonical: %v", wire, canonical)
		}
	})
}

// FuzzSkimAgrees finds the end of a value in each way there is, and wants the ways to agree.
func FuzzSkimAgrees(f *testing.F) {
	seed(f, func(wire []byte) { f.Add(wire, uint8(0)) })
	f.Fuzz(func(t *testing.T, data []byte, cuts uint8) {
		if len(data) > fuzzLimits.MaxBytes {
			data = data[:fuzzLimits.MaxBytes] // a Decoder refuses more at once
		}
		_, end, skimErr := syrup.Skim(nil, data, 0, fuzzLimits, func([]byte) bool { return true })

		var d syrup.Decoder
		d.Reset(data, syrup.Options{Limits: fuzzLimits})
		d.Skip()
		wantAgreement(t, "Skip", skimErr, end, d.Err(), d.Offset())

		d.Reset(data, syrup.Options{Limits: fuzzLimits})
		d.Any()
		wantAgreement(t, "Any", skimErr, end, d.Err(), d.Offset())

		scanned, scanErr := scanCut(data, cuts, fuzzLimits)
		switch {
		case errors.Is(skimErr, io.ErrUnexpectedEOF) && scanErr != nil: // a Scanner may see earlier that it cannot go well
		case (skimErr == nil) != (scanErr == nil):
			t.Fatalf("Skim: %v; Scan: %v", skimErr, scanErr)
		case skimErr == nil && end != scanned:
			t.Fatalf("Skim: end %d; Scan: end %d", end, scanned)
		}
	})
}

// wantAgreement compares a decoder with Skim, which does not look at keys.
func wantAgreement(t *testing.T, name string, skimErr error, skimEnd int, err error, end int) {
	t.Helper()
	keys := errors.Is(err, syrup.ErrDuplicateKey) || errors.Is(err, syrup.ErrNotCanonical)
	switch {
	case keys:
	case (skimErr == nil) != (err == nil):
		t.Fatalf("Skim: %v; %s: %v", skimErr, name, err)
	case err == nil && skimEnd != end:
		t.Fatalf("Skim: end %d; %s: end %d", skimEnd, name, end)
	}
}

// scanCut scans in pieces whose sizes follow from cuts.
func scanCut(data []byte, cuts uint8, lim syrup.Limits) (int, error) {
	var s syrup.Scanner
	s.Reset(lim)
	total := 0
	for total < len(data) {
		size := 1 + int(cuts%7)
		cuts = cuts*5 + 3
		n, done, err := s.Scan(data[total:min(len(data), total+size)])
		total += n
		if done || err != nil {
			return total, err
		}
	}
	return total, io.ErrUnexpectedEOF
}
