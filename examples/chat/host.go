package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// runHost hosts a room until ctx ends. The first line that it prints is the URI by which the room is joined.
func runHost(ctx context.Context, args []string, s streams) error {
	flags := flag.NewFlagSet("chat host", flag.ContinueOnError)
	flags.SetOutput(s.err)
	name := flags.String("name", "lobby", "the `name` of the room")
	listen := flags.String("listen", "127.0.0.1:0", "the `address` to listen on")
	verbose := flags.Bool("v", false, "log the sessions with peers")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return usageError("host takes no arguments")
	}
	vat, ref, err := host(*listen, *name, newLog(s, *verbose))
	if err != nil {
		return err
	}
	defer vat.Close()
	fmt.Fprintln(s.out, ref.URI())
	<-ctx.Done()
	return vat.Close()
}

// host makes a room that can be joined by the sturdyref returned, as long as the vat is open.
func host(listen, name string, log *slog.Logger) (*captp.Vat, locator.SturdyRef, error) {
	vat, err := newVat(listen, log)
	if err != nil {
		return nil, locator.SturdyRef{}, err
	}
	ref, err := captp.Publish(vat, newRoom(vat, name).ref)
	if err != nil {
		vat.Close()
		return nil, locator.SturdyRef{}, err
	}
	return vat, ref, nil
}

// newVat makes a vat that is reached over tcp-testing-only, by nobody if there is no address to listen on.
func newVat(listen string, log *slog.Logger, opts ...captp.Option) (*captp.Vat, error) {
	nl, err := tcptesting.New(tcptesting.Options{Address: listen, DialOnly: listen == ""})
	if err != nil {
		return nil, err
	}
	if location := nl.Location(); !location.IsZero() {
		log.Info(logReached, "peer", location.ID())
	}
	return captp.New(append(opts, captp.WithNetlayer(nl), captp.WithLogger(log), captp.WithTracer(sessionTracer{log}))...)
}
