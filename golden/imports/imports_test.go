package imports_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/imports"
	"github.com/ocapn-go/ocapn/golden/imports/shapes"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// square is a shape with a name.
type square struct {
	imports.UnimplementedNamedShape
}

func (square) Outline(_ context.Context, opts *shapes.ShapeOutlineOpts) ([]shapes.Point, error) {
	n := opts.Step.Or(1)
	return []shapes.Point{{}, {X: n, Y: n}}, nil
}

func (square) Bounds(context.Context) (shapes.Point, shapes.Point, error) {
	return shapes.Point{}, shapes.Point{X: 1, Y: 1}, nil
}

func (square) Color(context.Context) (shapes.Color, error) { return shapes.ColorBlue, nil }

func (square) Name(context.Context) (string, error) { return "square", nil }

// canvas remembers what was drawn and clicked.
type canvas struct {
	shapes  []shapes.Shape
	color   shapes.Color
	clicked shapes.Point
}

func (c *canvas) Draw(ctx context.Context, what shapes.Shape, _ shapes.Point, opts *imports.CanvasDrawOpts) (shapes.OnClick, error) {
	c.shapes = append(c.shapes, what)
	c.color = opts.Color.Value
	return shapes.NewOnClick(captp.VatOf(ctx), func(_ context.Context, at shapes.Point) error {
		c.clicked = at
		return nil
	}), nil
}

func (*canvas) Route(_ context.Context, p []shapes.Point) ([]shapes.Point, error) { return p[:1], nil }

func (c *canvas) Save(context.Context) (imports.Drawing, error) {
	return imports.Drawing{Shapes: c.shapes, Origin: shapes.Point{X: 1}}, nil
}

func (*canvas) Fill(_ context.Context, figures []shapes.Figure, _ shapes.Figure, opts *imports.CanvasFillOpts) (shapes.Figure, error) {
	if len(figures) == 0 {
		return shapes.FigureUnknown{Tag: "size", Value: captp.Tagged{Tag: "of", Value: opts.Style.Value.Extra["color"]}}, nil
	}
	return figures[len(figures)-1], nil
}

func TestUnionOfAnotherPackage(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, imports.NewCanvas(l.B, &canvas{}))
	held := captptest.Carry(t, l.A, l.B, shapes.NewShape(l.A, square{}))
	line := shapes.FigureLine{From: shapes.Point{X: 1}, To: shapes.Point{Y: 2}}
	size := shapes.FigureCircle(3)
	for _, want := range []shapes.Figure{shapes.FigureCircle(3), line, shapes.FigureUnknown{Tag: "arc", Value: 0.5}} {
		got, err := c.Fill(t.Context(), []shapes.Figure{size, want}, size, nil)
		if err != nil || got != want {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
	got, err := c.Fill(t.Context(), nil, size, &imports.CanvasFillOpts{
		Style: captp.Some(shapes.Style{Extra: map[string]any{"color": "red"}}),
	})
	if want := (shapes.FigureUnknown{Tag: "size", Value: captp.Tagged{Tag: "of", Value: "red"}}); err != nil || got != shapes.Figure(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	// The shape that the figure holds is sent a message before the figure is here.
	there := captptest.Carry(t, l.B, l.A, held)
	color, err := c.E(t.Context()).Fill([]shapes.Figure{shapes.FigureHeld{Value: there}}, size, nil).AsHeld().Color().Await(t.Context())
	if err != nil || color != shapes.ColorBlue {
		t.Errorf("got %v, %v", color, err)
	}
}

func TestTypesOfAnotherPackage(t *testing.T) {
	l := captptest.NewLink(t)
	server := &canvas{}
	c := captptest.Carry(t, l.B, l.A, imports.NewCanvas(l.B, server))
	shape := imports.NewNamedShape(l.A, square{})
	l.ClearTranscript()
	ctx := t.Context()

	if _, err := c.E(ctx).Draw(shape.Shape(), shapes.Point{X: 2}, nil).Call(shapes.Point{X: 3, Y: 4}).Await(ctx); err != nil {
		t.Fatal(err)
	}
	if want := (shapes.Point{X: 3, Y: 4}); server.clicked != want || server.color != shapes.ColorRed {
		t.Errorf("clicked %v, color %q", server.clicked, server.color)
	}
	if sent := transcript.Bodies(l.Transcript())[0]; !strings.HasSuffix(sent, `> {"x": 2, "y": 0}]`) {
		t.Errorf("sent %s", sent)
	}
	drawing, err := c.Save(ctx)
	if err != nil || len(drawing.Shapes) != 1 || drawing.Shapes[0] != shape.Shape() || drawing.Origin.X != 1 {
		t.Errorf("got %v, %v", drawing, err)
	}
	route, err := c.Route(ctx, []shapes.Point{{X: 1}, {X: 2}})
	if diff := cmp.Diff([]shapes.Point{{X: 1}}, route); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_, err = c.Draw(ctx, shape.Shape(), shapes.Point{}, &imports.CanvasDrawOpts{Color: captp.Some(imports.Ink)})
	if err != nil || server.color != shapes.ColorBlue {
		t.Errorf("got %v, color %q", err, server.color)
	}
}

func TestInterfaceOfAnotherPackage(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, imports.NewNamedShape(l.B, square{}))
	ctx := t.Context()
	low, high, err := c.Bounds(ctx)
	if want := (shapes.Point{X: 1, Y: 1}); low != (shapes.Point{}) || high != want || err != nil {
		t.Errorf("Bounds: got %v, %v, %v", low, high, err)
	}
	outline, err := c.E(ctx).Outline(&shapes.ShapeOutlineOpts{Step: captp.Some(int64(5))}).Await(ctx)
	if diff := cmp.Diff([]shapes.Point{{}, {X: 5, Y: 5}}, outline); diff != "" || err != nil {
		t.Errorf("Outline: %v (-want +got):\n%s", err, diff)
	}
	color, err := c.Shape().Color(ctx)
	if color != shapes.ColorBlue || err != nil {
		t.Errorf("Color: got %q, %v", color, err)
	}
	name, err := c.Name(ctx)
	if name != "square" || err != nil {
		t.Errorf("Name: got %q, %v", name, err)
	}
}
