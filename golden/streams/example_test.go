package streams_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/ocapn-go/ocapn/golden/streams"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// Pieces are sent as fast as the sink takes them, with at most 16 of them under way.
func ExampleSink_Write() {
	ctx := context.Background()
	vat, err := captp.New()
	if err != nil {
		log.Fatal(err)
	}
	defer vat.Close()
	var text strings.Builder
	sink := streams.NewSink(vat, streams.SinkFuncs{WriteFunc: func(_ context.Context, data []byte) error {
		if text.Len() == 10 {
			return &streams.FullError{Limit: captp.Some(int64(10))}
		}
		text.Write(data)
		return nil
	}})

	write := sink.Write(captp.StreamWindow(16, 0))
	for _, piece := range []string{"hello", "world"} {
		if err := write.Send(ctx, []byte(piece)); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(write.Flush(ctx), text.String())

	if err := write.Send(ctx, []byte("!")); err != nil { // its own answer is not here yet
		log.Fatal(err)
	}
	full, ok := errors.AsType[*streams.FullError](write.Flush(ctx))
	fmt.Println(ok, full.Limit.Value)
	// Output:
	// <nil> helloworld
	// true 10
}
