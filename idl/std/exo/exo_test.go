package exo_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/std/exo"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

func TestExo(t *testing.T) {
	here, there := captptest.Pair(t)
	names := []string{"__getInterfaceGuard__", "__getMethodNames__", "incr"}
	guard := captp.Some(exo.InterfaceGuard{
		InterfaceName: "Counter",
		MethodGuards: map[string]exo.MethodGuard{"incr": {
			CallKind:          exo.CallKindSync,
			ArgGuards:         []any{},
			OptionalArgGuards: []any{captp.Tagged{Tag: "match:nat", Value: []any{}}},
			ReturnGuard:       captp.Tagged{Tag: "match:nat", Value: []any{}},
		}},
	})
	c := captptest.Carry(t, there, here, exo.NewExo(there, exo.ExoFuncs{
		GetMethodNamesFunc:    func(context.Context) ([]string, error) { return names, nil },
		GetInterfaceGuardFunc: func(context.Context) (captp.Opt[exo.InterfaceGuard], error) { return guard, nil },
	}))
	gotNames, err := c.GetMethodNames(t.Context())
	if diff := cmp.Diff(names, gotNames); diff != "" || err != nil {
		t.Errorf("names: %v (-want +got):\n%s", err, diff)
	}
	gotGuard, err := c.GetInterfaceGuard(t.Context())
	if diff := cmp.Diff(guard, gotGuard); diff != "" || err != nil {
		t.Errorf("guard: %v (-want +got):\n%s", err, diff)
	}
}
