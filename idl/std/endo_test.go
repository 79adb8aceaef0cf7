package std_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/std/exo"
	"github.com/ocapn-go/ocapn/idl/std/sealers"
	"github.com/ocapn-go/ocapn/idl/std/streams"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// TestEndo calls objects that Endo makes, in a process of its own.
func TestEndo(t *testing.T) {
	uris := startEndo(t)
	nl, err := tcptesting.New(tcptesting.Options{DialOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	vat, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		t.Fatal(err)
	}
	defer vat.Close()
	for name, check := range map[string]func(*testing.T, *captp.Vat, captp.Ref){
		"iterator": func(t *testing.T, _ *captp.Vat, r captp.Ref) {
			checkGuard(t, captp.As[exo.Exo](r), "AsyncIterator", "async-iterator")
			checkIterator(t, captp.As[streams.AsyncIterator](r))
		},
		"reader": func(t *testing.T, v *captp.Vat, r captp.Ref) {
			checkGuard(t, captp.As[exo.Exo](r), "PassableReader", "passable-reader")
			checkReader(t, v, captp.As[streams.PassableReader](r).E(t.Context()).Stream, letters)
		},
		"bytes-reader": func(t *testing.T, v *captp.Vat, r captp.Ref) {
			checkGuard(t, captp.As[exo.Exo](r), "PassableBytesReader", "passable-bytes-reader")
			checkReader(t, v, captp.As[streams.PassableBytesReader](r).E(t.Context()).StreamBase64, encoded)
		},
		"writer": func(t *testing.T, v *captp.Vat, r captp.Ref) {
			checkGuard(t, captp.As[exo.Exo](r), "PassableWriter", "passable-writer")
			checkWriter(t, v, captp.As[streams.PassableWriter](r).E(t.Context()).Stream, letters, letters)
		},
		"bytes-writer": func(t *testing.T, v *captp.Vat, r captp.Ref) {
			checkGuard(t, captp.As[exo.Exo](r), "PassableBytesWriter", "passable-bytes-writer")
			checkWriter(t, v, captp.As[streams.PassableBytesWriter](r).E(t.Context()).StreamBase64, encoded[:2], letters[:2])
		},
		"user": func(t *testing.T, _ *captp.Vat, r captp.Ref) { checkSealers(t, r) },
	} {
		t.Run(name, func(t *testing.T) {
			uri, ok := uris[name]
			if !ok {
				t.Skip("the checkout of Endo does not have this object")
			}
			sturdy, err := locator.ParseSturdyRef(uri)
			if err != nil {
				t.Fatal(err)
			}
			ref, err := captp.Enliven[captp.AnyRef](t.Context(), vat, sturdy).Await(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			check(t, vat, ref.Ref)
		})
	}
}

// startEndo starts the program that serves objects of Endo until the end of the test, and returns their URIs by name.
func startEndo(t *testing.T) map[string]string {
	t.Helper()
	checkout := os.Getenv("OCAPN_ENDO")
	if checkout == "" {
		t.Skip("OCAPN_ENDO does not name a checkout of https://github.com/endojs/endo with its dependencies installed")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node to run Endo with")
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), node, "testdata/endo.mjs", checkout)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // then it ends
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	uris := map[string]string{}
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "all"; {
		name, uri, _ := strings.Cut(lines.Text(), " ")
		uris[name] = uri
	}
	if len(uris) == 0 {
		t.Fatal("Endo serves nothing")
	}
	return uris
}

// checkGuard compares what an object says about itself with what streams.ocapn says about it.
func checkGuard(t *testing.T, object exo.Exo, name, described string) {
	t.Helper()
	schema, errs := idl.Load("streams/streams.ocapn")
	if errs != nil {
		t.Fatal(errs)
	}
	i := slices.IndexFunc(schema.Interfaces, func(i *idl.Interface) bool { return i.Name == described })
	methods := schema.Interfaces[i].All
	want := []string{"__getInterfaceGuard__", "__getMethodNames__"}
	for _, m := range methods {
		want = append(want, m.Wire)
	}
	got, err := object.GetMethodNames(t.Context())
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))); diff != "" || err != nil {
		t.Errorf("methods of %s: %v (-described +got):\n%s", name, err, diff)
	}
	guard, err := object.GetInterfaceGuard(t.Context())
	if guard.Value.InterfaceName != name || err != nil {
		t.Errorf("guard of %s: %+v, %v", name, guard, err)
	}
	for _, m := range methods {
		if g, ok := guard.Value.MethodGuards[m.Wire]; ok && len(g.ArgGuards) != len(m.Params) {
			t.Errorf("%s takes %d arguments, and is described with %d", m.Wire, len(g.ArgGuards), len(m.Params))
		} else if !ok && guard.Value.DefaultGuards.Value != "passable" {
			t.Errorf("%s is not among what the guard lets in: %+v", m.Wire, guard.Value)
		}
	}
}

// checkSealers has a user of goblin-chat hand out a sealer of hers, and the unsealer and the predicate of another triplet.
func checkSealers(t *testing.T, user captp.Ref) {
	t.Helper()
	ctx := t.Context()
	get := func(selector captp.Symbol) captp.Ref { return captp.InvokeRef(ctx, user, selector).Cap().Ref }
	box, err := captp.As[sealers.Sealer](get("get-subscription-sealer")).Call(ctx, "secret")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := captp.As[sealers.Predicate](get("get-chat-sealed?")).Call(ctx, box); got || err != nil {
		t.Errorf("the box is of another sealer: %v, %v", got, err)
	}
	if got, err := captp.As[sealers.Unsealer](get("get-chat-unsealer")).Call(ctx, box); err == nil {
		t.Errorf("an unsealer opens a box of another sealer: %v", got)
	}
}
