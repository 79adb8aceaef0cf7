// Package odd makes arguments that no caller should send, for tests that generated code refuses them and goes on.
package odd

import (
	"iter"
	"math"
	"math/big"
	"math/rand/v2"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// Arguments yields n lists of arguments for each of the selectors, the same ones every time. refs are references that may be
// among them.
func Arguments(n int, refs []captp.Ref, selectors ...captp.Symbol) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for _, selector := range selectors {
			for range n {
				args := []any{selector}
				for range r.IntN(6) {
					args = append(args, value(r, refs, 3))
				}
				if !yield(args) {
					return
				}
			}
		}
	}
}

// value returns a random value that holds others up to a depth.
func value(r *rand.Rand, refs []captp.Ref, depth int) any {
	plain := []any{
		nil,
		captp.Null{},
		true, false, 0, -1, 255, math.MaxInt64, math.MinInt64, uint64(math.MaxUint64), new(big.Int).Lsh(big.NewInt(1), 200),
		0.0, 0.5, -3.0, 1e300, math.NaN(), math.Inf(1), "", "a", "x", "größer", captp.Symbol(""), captp.Symbol("a"), captp.Symbol("fine"),
		[]byte{},
		[]byte("x"), make([]byte, 100),
		captp.Tagged{Tag: "t", Value: 1},
		&captp.RemoteError{Message: "no"},
	}
	switch pick := r.IntN(len(plain) + len(refs) + 12); {
	case pick < len(plain):
		return plain[pick]
	case pick < len(plain)+len(refs):
		return refs[pick-len(plain)]
	case depth == 0:
		return []any{}
	case pick%3 == 0:
		tags := []string{"text", "image", "all", "self", "who", "pair", "num", "neg", "sum", "many", "seconds", "mark", "at", "name", "later"}
		return captp.Tagged{Tag: tags[r.IntN(len(tags))], Value: value(r, refs, depth-1)}
	case pick%2 == 0:
		list := make([]any, r.IntN(4))
		for i := range list {
			list[i] = value(r, refs, depth-1)
		}
		return list
	default:
		names := []string{"x", "y", "text", "born", "tags", "data", "seen", "friends", "home", "word", "title", "lines", "owner", ""}
		fields := map[string]any{}
		for range r.IntN(5) {
			fields[names[r.IntN(len(names))]] = value(r, refs, depth-1)
		}
		return fields
	}
}
