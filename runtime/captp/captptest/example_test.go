package captptest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// The test of what one vat sends to the others while nothing arrives, and of everything that comes then.
func ExampleTrio() {
	_ = func(t *testing.T) { // TestGreeting
		synctest.Test(t, func(t *testing.T) {
			trio := captptest.NewTrio(t)
			echo := captp.AnyRef{Ref: captp.NewObject(trio.Exporter, captp.HandlerFunc(
				func(_ context.Context, args []any) (any, error) { return args[0], nil },
			))}
			far := captptest.Carry(t, trio.Exporter, trio.Gifter, echo)
			trio.ClearTranscript()

			trio.Hold()
			answer := captp.Invoke(t.Context(), far.Ref, "hello")
			synctest.Wait()
			if got := trio.Transcript(); !strings.HasPrefix(got, `G -> E  <op:deliver <desc:export 1> ["hello"]`) {
				t.Errorf("sent:\n%s", got)
			}

			trio.Play()
			if got, err := answer.Await(t.Context()); got != "hello" || err != nil {
				t.Errorf("got %v, %v", got, err)
			}
			if trio.Open(captptest.Receiver, captptest.Exporter) > 0 {
				t.Error("somebody has dialled")
			}
		})
	}
	fmt.Println("run with go test")
	// Output: run with go test
}
