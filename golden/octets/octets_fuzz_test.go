// Package octets sends the generated code of every case of package golden what no peer should send.
package octets

import (
	"flag"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/golden/internal/exercise"
	"github.com/ocapn-go/ocapn/idl"
)

var (
	seed  = flag.Uint64("octets.seed", 1, "the seed of TestOctets")
	count = flag.Int("octets.count", 20, "how many messages TestOctets sends each method")
)

// FuzzOctets feeds the fuzzer's octets to the methods of generated code.
func FuzzOctets(f *testing.F) {
	all := everything(f)
	r := rand.New(rand.NewPCG(*seed, 3))
	for method := range all.Methods() {
		for range 3 {
			f.Add(uint16(method), all.Sample(r, method))
		}
	}
	f.Fuzz(func(t *testing.T, method uint16, args []byte) { all.In(t).Send(int(method), args) })
}

// TestOctets sends each method arguments that are mostly like what it takes.
func TestOctets(t *testing.T) {
	all := everything(t)
	r := rand.New(rand.NewPCG(*seed, 4))
	for method := range all.Methods() {
		for range *count {
			all.Send(method, all.Spoil(r, all.Sample(r, method)))
		}
	}
	t.Logf("%d methods: %d messages were accepted, %d of these sent on; %d were refused", all.Methods(), all.Accepted, all.Resent, all.Refused)
	if n := all.Methods() * *count; all.Accepted < n/10 || all.Resent < n/20 || all.Refused < n/20 {
		t.Error("that is too few of one kind")
	}
}

// TestBombs sends each method as many items as there is room for, none of which is longer than it has to be.
func TestBombs(t *testing.T) {
	all := everything(t)
	r := rand.New(rand.NewPCG(*seed, 5))
	bombs := 0
	for method := range all.Methods() {
		if args := all.Bomb(r, method, 20000); args != nil {
			bombs++
			all.Send(method, args)
		}
	}
	t.Logf("%d bombs: %d were accepted, %d refused", bombs, all.Accepted, all.Refused)
	if bombs < 30 || all.Accepted == 0 {
		t.Error("that is too few")
	}
}

// everything returns the objects of all cases, and fails if the types of one are not listed.
func everything(tb testing.TB) *exercise.Octets {
	tb.Helper()
	all := exercise.NewOctets(tb)
	for _, pattern := range []string{"../*/*.ocapn", "../*/*/*.ocapn"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			tb.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasPrefix(path, "../testdata") {
				continue
			}
			schema, errs := idl.Load(path)
			if len(errs) > 0 {
				tb.Fatal(errs)
			}
			for _, name := range all.Add(schema, generated) {
				tb.Errorf("%s: %s is not listed", path, name)
			}
		}
	}
	return all
}
