package paths_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/golden/imports/shapes"
	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/paths"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// dialects are those in which paths travel, and those in which they wait for the result.
var dialects = map[captp.Dialect]bool{captp.Modern: true, captp.Goblins: true, captp.SuitePR: false, captp.SuiteMain: false}

// isTyped reports whether err is what a path that leads nowhere ends with.
func isTyped(err error) bool {
	return errors.As(err, new(*captp.BrokenError)) || errors.As(err, new(*captp.StepError)) ||
		errors.As(err, new(*captp.TargetError)) || errors.As(err, new(*captp.ArgError))
}

func TestRoutes(t *testing.T) {
	check := func(t *testing.T, e paths.RegistryE) {
		for _, r := range routes {
			if got, err := r.send(e).Await(t.Context()); got != r.want || err != nil {
				t.Errorf("%s: got %q, %v, want %q", r.name, got, err, r.want)
			}
		}
		for _, r := range lost {
			if got, err := r.send(e).Await(t.Context()); !isTyped(err) {
				t.Errorf("%s that is not there: got %q, %v", r.name, got, err)
			}
		}
	}
	t.Run("near", func(t *testing.T) {
		a, _ := captptest.Pair(t)
		check(t, scene{a}.registry().E(t.Context()))
	})
	for d := range dialects {
		t.Run(d.String(), func(t *testing.T) {
			a, b := captptest.Pair(t, captp.WithDialect(d))
			check(t, captptest.Carry(t, b, a, scene{b}.registry()).E(t.Context()))
		})
	}
}

// Where a step is taken decides what says that it leads nowhere.
func TestStepErrors(t *testing.T) {
	a, b := captptest.Pair(t)
	near := scene{a}.registry().E(t.Context())
	far := captptest.Carry(t, b, a, scene{b}.registry()).E(t.Context())
	var (
		step   *captp.StepError
		broken *captp.BrokenError
	)
	if _, err := near.All().At(7).Await(t.Context()); !errors.As(err, &step) {
		t.Errorf("near: got %v, want *StepError", err)
	}
	if _, err := far.All().At(7).Await(t.Context()); !errors.As(err, &broken) {
		t.Errorf("far: got %v, want *BrokenError", err)
	}
	if _, err := far.All().At(-1).Await(t.Context()); !errors.As(err, &step) {
		t.Errorf("a negative index: got %v, want *StepError", err)
	}
}

// The views are promises of the results too, and plain methods return the same.
func TestResults(t *testing.T) {
	a, b := captptest.Pair(t)
	c := captptest.Carry(t, b, a, scene{b}.registry())
	ctx, e := t.Context(), c.E(t.Context())
	tree, err := c.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	again, err := e.Tree().Await(ctx)
	if err != nil || again.Pair.String != tree.Pair.String || again.Leaf.Label != "leaf" {
		t.Errorf("got %v, %v", again, err)
	}
	leaf, err := e.Tree().Leaf().Await(ctx)
	if err != nil || leaf.Label != "leaf" || leaf.Node.IsZero() {
		t.Errorf("a struct in a struct: got %v, %v", leaf, err)
	}
	children, err := e.Tree().Children().Await(ctx)
	if err != nil || len(children) != 1 || len(children[0].Children) != 0 {
		t.Errorf("a list in a struct: got %v, %v", children, err)
	}
	if name, stop, err := c.Subscribe(ctx, "ada"); name != "ada" || stop.IsZero() || err != nil {
		t.Errorf("a tuple: got %q, %v", name, err)
	}
	if leaf, err := c.FindLeaf(ctx, "there"); !leaf.Set || err != nil {
		t.Errorf("a struct or undefined: got %v, %v", leaf, err)
	}
	if leaf, err := e.FindLeaf("not").Await(ctx); leaf.Set || err != nil {
		t.Errorf("undefined: got %v, %v", leaf, err)
	}
	if node, err := c.Find(ctx, "not"); !node.IsZero() || err != nil {
		t.Errorf("undefined: got %v, %v", node, err)
	}
	if all, err := e.FindAll("not").Await(ctx); all != nil || err != nil {
		t.Errorf("null: got %v, %v", all, err)
	}
	if list, err := c.Shapes(ctx); len(list) != 1 || err != nil {
		t.Errorf("got %v, %v", list, err)
	}
	if color, err := e.Shapes().At(0).Color().Await(ctx); color != shapes.ColorBlue || err != nil {
		t.Errorf("a view of another package: got %q, %v", color, err)
	}
	if color, err := e.Tree().Shape().Color().Await(ctx); color != shapes.ColorBlue || err != nil {
		t.Errorf("a view of another package in a struct: got %q, %v", color, err)
	}
	if r, err := c.LabelledTarget(ctx); r.IsZero() || err != nil {
		t.Errorf("a tagged target: got %v, %v", r, err)
	}
	if leaf, err := c.LabelledLeaf(ctx); leaf.Label != "labelled" || err != nil {
		t.Errorf("a tagged struct: got %v, %v", leaf, err)
	}
	if place, err := c.Place(ctx, "nowhere"); place != (paths.PlaceNowhere{}) || err != nil {
		t.Errorf("a variant: got %v, %v", place, err)
	}
	node, err := e.Tree().Owner().Await(ctx)
	if name, errName := node.Name(ctx); err != nil || name != "owner" || errName != nil {
		t.Errorf("a reference in a struct: got %q, %v, %v", name, err, errName)
	}
	look := captptest.Carry(t, b, a, paths.NewLook(b, func(_ context.Context, name string) (paths.Node, paths.Node, error) {
		return scene{b}.node(name), scene{b}.node("other"), nil
	}))
	if name, err := look.E(ctx).Call("x").Node().Name().Await(ctx); name != "x" || err != nil {
		t.Errorf("of a callable: got %q, %v", name, err)
	}
}

// A view can be an argument before it is here.
func TestViewAsArgument(t *testing.T) {
	a, b := captptest.Pair(t)
	c := captptest.Carry(t, b, a, scene{b}.registry())
	own := captp.NewObject(b, captp.HandlerFunc(func(ctx context.Context, args []any) (any, error) {
		return captp.As[paths.Node](args[0].(captp.Ref)).E(ctx).Name().Await(ctx)
	}))
	far := captptest.Carry(t, b, a, captp.AnyRef{Ref: own})
	got, err := captp.Invoke(t.Context(), far.Ref, c.E(t.Context()).Tree().Leaf().Node().Cap()).Await(t.Context())
	if got != "leaf" || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

// If the call breaks, what was sent along its result breaks for the same reason.
func TestBrokenResult(t *testing.T) {
	for d := range dialects {
		a, b := captptest.Pair(t, captp.WithDialect(d))
		e := captptest.Carry(t, b, a, paths.NewRegistry(b, paths.RegistryFuncs{
			TreeFunc: func(context.Context) (paths.Tree, error) { return paths.Tree{}, captp.Public(errors.New("not today")) },
		})).E(t.Context())
		_, err1 := e.Tree().Leaf().Node().Name().Await(t.Context())
		_, err2 := e.Tree().Leaves().At(1).Await(t.Context())
		_, err3 := e.All().At(0).Next().Name().Await(t.Context())
		for _, err := range []error{err1, err2, err3} {
			var broken *captp.BrokenError
			if !errors.As(err, &broken) {
				t.Errorf("%v: got %v, want *BrokenError", d, err)
			}
		}
		if d != captp.Goblins && !strings.Contains(err1.Error(), "not today") { // Goblins cannot be told why
			t.Errorf("%v: got %q", d, err1)
		}
	}
}

// Answers of other shapes than the interface says break paths with errors, wherever the odd thing stands.
func TestOddAnswers(t *testing.T) {
	odd := []any{
		nil,
		captp.Null{},
		true, int64(1), 1.5, "text", captp.Symbol("symbol"), []byte("bytes"),
		[]any{},
		[]any{"a", 1, nil},
		map[string]any{},
		map[string]any{"leaf": []any{}, "leaves": map[string]any{"0": 1}, "owner": "me", "the-node": 1},
		captp.Tagged{Tag: "label", Value: []any{}},
		captp.Tagged{Tag: "at", Value: nil},
		[]any{[]any{map[string]any{}}},
		&captp.RemoteError{Message: "no"},
	}
	for d := range dialects {
		a, b := captptest.Pair(t, captp.WithDialect(d))
		var answer any
		e := captptest.Carry(t, b, a, captp.As[paths.Registry](captp.NewObject(b, captp.HandlerFunc(
			func(context.Context, []any) (any, error) { return answer, nil },
		)))).E(t.Context())
		for _, answer = range odd {
			for _, r := range routes {
				if got, err := r.send(e).Await(t.Context()); !isTyped(err) {
					t.Errorf("%v: %s of %#v: got %q, %v", d, r.name, answer, got, err)
				}
			}
		}
	}
}

// Answers of random shapes may by chance be what is wanted; if not, the error says so.
func TestRandomAnswers(t *testing.T) {
	a, b := captptest.Pair(t)
	var answer any
	e := captptest.Carry(t, b, a, captp.As[paths.Registry](captp.NewObject(b, captp.HandlerFunc(
		func(context.Context, []any) (any, error) { return answer, nil },
	)))).E(t.Context())
	for args := range odd.Arguments(20, []captp.Ref{scene{b}.node("x").Ref}, "any") {
		answer = args[len(args)-1]
		for _, r := range routes {
			if got, err := r.send(e).Await(t.Context()); err != nil && !isTyped(err) {
				t.Errorf("%s of %#v: got %q, %v", r.name, answer, got, err)
			}
		}
	}
}

// The end of the session breaks what was sent along a result.
func TestLostSession(t *testing.T) {
	l := captptest.NewLink(t)
	never := captp.NewObject(l.B, captp.HandlerFunc(func(ctx context.Context, _ []any) (any, error) {
		p, _ := captp.NewPromiseRef[captp.AnyRef](captp.VatOf(ctx))
		return p, nil
	}))
	e := captptest.Carry(t, l.B, l.A, captp.As[paths.Registry](never)).E(t.Context())
	sent := make([]*captp.Promise[string], len(routes))
	for i, r := range routes {
		sent[i] = r.send(e)
	}
	l.Cut()
	for i, r := range routes {
		if got, err := sent[i].Await(t.Context()); !errors.As(err, new(*captp.SessionError)) {
			t.Errorf("%s: got %q, %v, want *SessionError", r.name, got, err)
		}
	}
}

// When nobody holds the views any longer, neither vat keeps anything of the paths.
func TestPathsAreCollected(t *testing.T) {
	for d := range dialects {
		a, b := captptest.Pair(t, captp.WithDialect(d))
		func() {
			e := captptest.Carry(t, b, a, scene{b}.registry()).E(t.Context())
			for _, r := range slices.Concat(routes, lost) {
				if _, err := r.send(e).Await(t.Context()); err != nil && !isTyped(err) {
					t.Error(err)
				}
			}
		}()
		left := func() [2]int {
			runtime.GC()
			time.Sleep(10 * time.Millisecond)
			near, far := a.Stats(), b.Stats()
			return [2]int{near.Questions + near.Imports + near.Exports, far.Answers + far.Imports + far.Exports}
		}
		for range 100 {
			if left() == [2]int{} {
				break
			}
		}
		if got := left(); got != [2]int{} {
			t.Errorf("%v: the vats keep %v", d, got)
		}
	}
}
