package cells_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/std/cells"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

func TestCell(t *testing.T) {
	here, there := captptest.Pair(t)
	var held any = false // what a cell of Goblins begins with
	cell := captptest.Carry(t, there, here, cells.NewCell(there, func(_ context.Context, value ...any) (any, error) {
		if len(value) == 0 {
			return held, nil
		}
		held = value[0]
		return nil, nil
	}))
	var got []any
	for _, args := range [][]any{{}, {int64(42)}, {}, {nil}, {}} {
		v, err := cell.Call(t.Context(), args...)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, v)
	}
	if diff := cmp.Diff([]any{false, nil, int64(42), nil, nil}, got); diff != "" {
		t.Errorf("reading, setting 42, reading, setting undefined, reading (-want +got):\n%s", diff)
	}
}

func TestHalves(t *testing.T) {
	here, there := captptest.Pair(t)
	var held any
	reader := captptest.Carry(t, there, here, cells.NewReader(there, func(context.Context) (any, error) { return held, nil }))
	writer := captptest.Carry(t, there, here, cells.NewWriter(there, func(_ context.Context, value any) error {
		held = value
		return nil
	}))
	if err := writer.Call(t.Context(), "written"); err != nil {
		t.Fatal(err)
	}
	if got, err := reader.Call(t.Context()); got != "written" || err != nil {
		t.Errorf("read %v, %v", got, err)
	}
}
