package captp_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

type tracerFunc func(captp.TraceEvent)

func (f tracerFunc) Trace(e captp.TraceEvent) { f(e) }

// unwrapping is a handler whose Unwrap panics.
type unwrapping struct{ captp.Handler }

func (unwrapping) Unwrap() any { panic("a secret") }

// Peers choose when functions of the program run that are no methods. If one of them panics, the vat goes on, and the log says where,
// without the value and without the folders of this machine.
func TestPanicsOfTheProgram(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts []captp.Option
		log  string
	}{
		{"a tracer", []captp.Option{captp.WithTracer(tracerFunc(func(captp.TraceEvent) { panic("a secret") }))}, "panic in a tracer"},
		{"the choice of a dialect", []captp.Option{
			captp.WithDialectFor(func(locator.Peer) captp.Dialect { panic("a secret") }),
		}, "panic in the choice of a dialect"},
		{"a method", nil, "panic in a handler"},
		{"Unwrap of a handler", nil, "panic in the Unwrap of a handler"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var out bytes.Buffer
				log := slog.New(slog.NewTextHandler(&out, nil))
				l := captptest.NewLink(t, append(tt.opts, captp.WithLogger(log))...)
				far := captptest.Carry(t, l.B, l.A, object(l.B, map[string]method{
					"panic": func(context.Context, []any) (any, error) { panic("a secret") },
					"give": func(context.Context, []any) (any, error) {
						return captp.NewObject(l.B, unwrapping{captp.HandlerFunc(nil)}), nil
					},
				}))
				if _, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("panic")).Await(t.Context()); err == nil {
					t.Error("a method that panics returns")
				}
				captp.Release(captp.AnyRef{Ref: invoke(t, far.Ref, "give").(captp.Ref)})
				captptest.Carry(t, l.A, l.B, toolbox(l.A)) // the vat goes on, and has sent what it let go of
				synctest.Wait()
				l.A.Close()
				l.B.Close()
				text := out.String()
				if !strings.Contains(text, tt.log) || !strings.Contains(text, "panics_synctest_test.go:") {
					t.Errorf("the log does not say where:\n%s", text)
				}
				if strings.Contains(text, "a secret") || strings.Contains(text, "/panics_synctest_test.go") {
					t.Errorf("the log says too much:\n%s", text)
				}
				if n := l.B.Totals().Panics; n == 0 {
					t.Error("no panic is counted")
				}
			})
		})
	}
}
