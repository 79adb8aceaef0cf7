// Conformance serves the objects that the official OCapN test suite asks of a peer, over tcp-testing-only.
//
//	go run ./examples/conformance -listen 127.0.0.1:22045 -dialect suite-main
//
// The first line that it prints is its locator, the argument of the suite's test runner. It serves until it gets SIGINT or SIGTERM.
//
// Each revision of the suite speaks the protocol of its day, and fails on the first operation of another: -dialect says which one is
// sent. What is received is understood in all of them, and so are both framings. The objects are described in suite/suite.ocapn.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. It prints the locator to stdout once the objects can be fetched.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:0", "the `address` to listen on")
	name := flags.String("dialect", "modern", "what is sent: modern, suite-pr, suite-main or goblins")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	dialect, err := captp.ParseDialect(*name)
	if err != nil {
		return err
	}
	nl, err := tcptesting.New(tcptesting.Options{Address: *listen, Framing: framing(dialect)})
	if err != nil {
		return err
	}
	vat, err := captp.New(captp.WithNetlayer(nl), captp.WithDialect(dialect))
	if err != nil {
		return err
	}
	defer vat.Close()
	if err := publish(vat); err != nil {
		return err
	}
	fmt.Fprintln(stdout, nl.Location().URI())
	<-ctx.Done()
	return vat.Close()
}

// framing returns how peers that speak the dialect frame their messages. It matters for connections that we open: on those
// that we accept, the peer shows its framing first.
func framing(d captp.Dialect) netlayer.Framing {
	if d == captp.Modern {
		return netlayer.Framed
	}
	return netlayer.Raw
}
