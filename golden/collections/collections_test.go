package collections_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/collections"
	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// store works on what it is given.
type store struct {
	collections.UnimplementedStore
}

func (store) Reverse(_ context.Context, names []string) ([]string, error) {
	slices.Reverse(names)
	return names, nil
}

func (store) Sum(_ context.Context, rows [][]int32) (int64, error) {
	sum := int64(0)
	for _, row := range rows {
		for _, n := range row {
			sum += int64(n)
		}
	}
	return sum, nil
}

func (store) Count(_ context.Context, words []string) (map[string]uint64, error) {
	out := map[string]uint64{}
	for _, w := range words {
		out[w]++
	}
	return out, nil
}

func (store) Invert(_ context.Context, m map[string]string) (map[string][]string, error) {
	out := map[string][]string{}
	for k, v := range m {
		out[v] = append(out[v], k)
		slices.Sort(out[v])
	}
	return out, nil
}

func (store) Points(_ context.Context, all []collections.Point) (map[string]collections.Point, error) {
	return map[string]collections.Point{"first": all[0]}, nil
}

func (store) First(_ context.Context, some []string) (captp.Opt[string], error) {
	if len(some) == 0 {
		return captp.Opt[string]{}, nil
	}
	return captp.Some(some[0]), nil
}

func (store) Holes(_ context.Context, some []captp.Opt[string]) (int64, error) {
	return int64(len(slices.DeleteFunc(some, func(o captp.Opt[string]) bool { return o.Set }))), nil
}

func (store) Pairs(_ context.Context, some []struct {
	String string
	Int    int64
},
) ([]struct {
	Int    int64
	String string
}, error,
) {
	var out []struct {
		Int    int64
		String string
	}
	for _, pair := range some {
		out = append(out, struct {
			Int    int64
			String string
		}{pair.Int, pair.String})
	}
	return out, nil
}

func (store) Friends(_ context.Context, all []collections.Store) ([]collections.Store, error) {
	return append(all, all...), nil
}

func remote(t *testing.T) (collections.Store, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, collections.NewStore(l.B, store{}))
	l.ClearTranscript()
	return c, l
}

// pair is the element of the argument of Pairs.
type pair = struct {
	String string
	Int    int64
}

func TestWire(t *testing.T) {
	type call = func(ctx context.Context, c collections.Store) (any, error)
	tests := []struct {
		name string
		call call
		want any
		wire []string
	}{
		{
			"list", func(ctx context.Context, c collections.Store) (any, error) { return c.Reverse(ctx, []string{"a", "b"}) },
			[]string{"b", "a"},
			[]string{`['reverse ["a" "b"]]`, `['fulfill ["b" "a"]]`},
		},
		{
			"nil list is empty", func(ctx context.Context, c collections.Store) (any, error) { return c.Reverse(ctx, nil) },
			[]string{},
			[]string{`['reverse []]`, `['fulfill []]`},
		},
		{
			"list of lists", func(ctx context.Context, c collections.Store) (any, error) {
				return c.Sum(ctx, [][]int32{{1, 2}, {}, {3}})
			},
			int64(6),
			[]string{`['sum [[1 2] [] [3]]]`, `['fulfill 6]`},
		},
		{
			"map, keys sorted", func(ctx context.Context, c collections.Store) (any, error) {
				return c.Count(ctx, []string{"b", "a", "b"})
			},
			map[string]uint64{"a": 1, "b": 2},
			[]string{`['count ["b" "a" "b"]]`, `['fulfill {"a": 1, "b": 2}]`},
		},
		{
			"map of lists", func(ctx context.Context, c collections.Store) (any, error) {
				return c.Invert(ctx, map[string]string{"y": "v", "x": "v"})
			},
			map[string][]string{"v": {"x", "y"}},
			[]string{`['invert {"x": "v", "y": "v"}]`, `['fulfill {"v": ["x" "y"]}]`},
		},
		{
			"structs", func(ctx context.Context, c collections.Store) (any, error) {
				return c.Points(ctx, []collections.Point{{X: 1, Y: 2}})
			},
			map[string]collections.Point{"first": {X: 1, Y: 2}},
			[]string{`['points [{"x": 1, "y": 2}]]`, `['fulfill {"first": {"x": 1, "y": 2}}]`},
		},
		{
			"absent element", func(ctx context.Context, c collections.Store) (any, error) {
				return c.Holes(ctx, []captp.Opt[string]{captp.Some("a"), {}})
			},
			int64(1),
			[]string{`['holes ["a" <null>]]`, `['fulfill 1]`},
		},
		{
			"tuples", func(ctx context.Context, c collections.Store) (any, error) {
				got, err := c.Pairs(ctx, []pair{{"a", 1}})
				return got[0].String, err
			},
			"a",
			[]string{`['pairs [["a" 1]]]`, `['fulfill [[1 "a"]]]`},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, l := remote(t)
			got, err := test.call(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wire, transcript.Bodies(l.Transcript())); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestListOfReferences(t *testing.T) {
	l := captptest.NewLink(t)
	far := captptest.Carry(t, l.B, l.A, collections.NewStore(l.B, store{}))
	near := collections.NewStore(l.A, store{})
	got, err := far.Friends(t.Context(), []collections.Store{near, far})
	if err != nil {
		t.Fatal(err)
	}
	if want := []collections.Store{near, far, near, far}; !slices.Equal(want, got) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMaxItems(t *testing.T) {
	c, _ := remote(t)
	if _, err := c.First(t.Context(), []string{"a", "b", "c"}); err != nil {
		t.Error(err)
	}
	_, err := c.First(t.Context(), []string{"a", "b", "c", "d"})
	if err == nil || !strings.HasSuffix(err.Error(), "some: want at most 3 items, got more") {
		t.Errorf("got %v", err)
	}
}

func TestRefuses(t *testing.T) {
	tests := []struct {
		name string
		args []any
		want string
	}{
		{"element", []any{captp.Symbol("sum"), []any{[]any{1, "2"}}}, "rows[0][1]: want an integer of 32 bits, got a string"},
		{"value", []any{captp.Symbol("invert"), map[string]any{"k": 1}}, "m.k: want a string, got an integer"},
		{"field", []any{captp.Symbol("points"), []any{map[string]any{"x": 1}}}, "all[0].y: want a value, got nothing"},
		{"short tuple", []any{captp.Symbol("pairs"), []any{[]any{"a"}}}, "some[0][1]: want an integer of 64 bits, got nothing"},
		{"no list", []any{captp.Symbol("sum"), 1}, "rows: want a list, got an integer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			_, err := captp.Invoke(t.Context(), c.Ref, test.args...).Await(t.Context())
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, collections.NewStore(l.B, store{}))
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(200, []captp.Ref{c.Ref, own}, "reverse", "sum", "count", "invert", "first", "holes", "pairs", "friends") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
