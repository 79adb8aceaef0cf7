package core

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// TestPartsAndTheWhole checks that what is kept of a long body is a copy, unless it is most of the body.
func TestPartsAndTheWhole(t *testing.T) {
	whole := Body{Data: make([]byte, 1<<20), Own: true}
	for name, test := range map[string]struct {
		part   Body
		shares bool
	}{
		"a small part":         {whole.part(syrup.Span{Start: 0, End: 100}), false},
		"nearly all of it":     {whole.part(syrup.Span{Start: 0, End: 1 << 20}), false},
		"narrowed to little":   {whole.narrow(syrup.Span{Start: 0, End: 100}), false},
		"narrowed to the most": {whole.narrow(syrup.Span{Start: 0, End: 1<<20 - 10}), true},
	} {
		t.Run(name, func(t *testing.T) {
			kept := test.part.Kept()
			if shares := &kept.Data[0] == &whole.Data[0]; shares != test.shares {
				t.Errorf("what is kept shares the data: %t, want %t", shares, test.shares)
			}
		})
	}
}

// TestManyOccurrences checks that an object can be sent to a peer as often as one likes: peers let go of all occurrences at once.
func TestManyOccurrences(t *testing.T) {
	s := &Session{vat: New(Config{})}
	s.openTables()
	o := s.vat.NewObject(nil)
	desc := s.export(o)
	const sent = 1 << 40
	s.exports.at(ExportPos(desc.Pos)).number = sent - 1
	s.export(o)
	if err := s.release(ExportPos(desc.Pos), sent+1); err == nil {
		t.Error("more occurrences are let go of than were sent")
	}
	if err := s.release(ExportPos(desc.Pos), sent); err != nil || o.holders != 0 {
		t.Errorf("after all were let go of: %v, %d holders", err, o.holders)
	}
}
