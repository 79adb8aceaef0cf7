package imports_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/imports"
	"github.com/ocapn-go/ocapn/golden/imports/shapes"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// Streams, events and views of what another package declares.
func TestPartsOfAnotherPackage(t *testing.T) {
	a, b := captptest.Pair(t)
	ctx := t.Context()
	shape := imports.NewNamedShape(b, square{}).Shape()
	var painted []shapes.Point
	painter := captptest.Carry(t, b, a, imports.NewRichPainter(b, imports.RichPainterFuncs{
		PaintFunc: func(_ context.Context, at shapes.Point, opts *shapes.PainterPaintOpts) error {
			painted = append(painted, shapes.Point{X: at.X, Y: opts.Width.Or(1)})
			return nil
		},
		PairFunc:  func(context.Context) (shapes.Shape, shapes.Shape, error) { return shape, shape, nil },
		FrameFunc: func(context.Context) (shapes.Frame, error) { return shapes.Frame{Shape: shape}, nil },
		FramesFunc: func(context.Context) (map[string]shapes.Frame, error) {
			return map[string]shapes.Frame{"x": {Shape: shape}}, nil
		},
		FindFunc: func(context.Context, string) (shapes.Found, error) { return shapes.FoundShape{Value: shape}, nil },
		FindAllFunc: func(context.Context) ([]shapes.Found, error) {
			return []shapes.Found{shapes.FoundShape{Value: shape}}, nil
		},
	}))
	e := painter.E(ctx)
	for name, found := range map[string]shapes.ShapeE{
		"tuple":  e.Pair().Shape2(),
		"struct": e.Frame().Shape(),
		"map":    e.Frames().Get("x").Shape(),
		"union":  e.Find("x").AsShape(),
		"list":   e.FindAll().At(0).AsShape(),
	} {
		if color, err := found.Color().Await(ctx); color != shapes.ColorBlue || err != nil {
			t.Errorf("%s: got %q, %v", name, color, err)
		}
	}
	if _, err := e.Find("x").AsFrame().Shape().Color().Await(ctx); err == nil {
		t.Error("a variant is another one")
	}
	paint := painter.Paint()
	if err := errors.Join(
		paint.Send(ctx, shapes.Point{X: 1}, nil), paint.Send(ctx, shapes.Point{X: 2}, &shapes.PainterPaintOpts{Width: captp.Some(int64(3))}),
		paint.Flush(ctx),
	); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]shapes.Point{{X: 1, Y: 1}, {X: 2, Y: 3}}, painted); diff != "" {
		t.Errorf("painted (-want +got):\n%s", diff)
	}

	watcher, heard := imports.NewCloseWatcherStream(ctx, a, 1)
	far := captptest.Carry(t, a, b, watcher)
	if err := errors.Join(
		far.Moved(ctx, shape, &shapes.WatcherMovedOpts{Note: captp.Some("up")}), far.LookedAt(ctx, shape),
	); err != nil {
		t.Fatal(err)
	}
	for event := range heard {
		if moved, ok := event.(imports.CloseWatcherMoved); ok && moved.Opts.Note.Value == "up" {
			continue
		}
		if _, ok := event.(imports.CloseWatcherLookedAt); !ok {
			t.Errorf("got %v", event)
		}
		break
	}
}
