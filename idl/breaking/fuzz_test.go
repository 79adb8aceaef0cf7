package breaking_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/idl/breaking"
)

// FuzzCompare compares any two descriptions: it comes to an end, every change is one of the rules at a place in the new version, and
// nothing changes between a description and itself.
func FuzzCompare(f *testing.F) {
	for _, dir := range pairNames(f) {
		before, after := loadPair(f, dir)
		f.Add(before["album.ocapn"], after["album.ocapn"])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		load := func(src string) *breaking.Version {
			v := new(breaking.Version)
			if errs := v.Add(memory(map[string]string{"album.ocapn": src}), "album.ocapn"); len(errs) > 0 {
				t.Skip("not a description")
			}
			return v
		}
		old, now := load(before), load(after)
		for _, c := range breaking.Compare(old, now) {
			if _, ok := breaking.Explain(c.Rule.ID); !ok || c.File != "album.ocapn" || c.Message == "" || c.Line > 0 && c.EndCol <= c.Col {
				t.Errorf("change %+v", c)
			}
		}
		for _, v := range []*breaking.Version{old, now} {
			if changes := breaking.Compare(v, v); len(changes) > 0 {
				t.Errorf("changes between a version and itself: %v", changes)
			}
		}
	})
}
