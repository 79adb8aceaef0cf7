package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// runHost hosts a room until ctx ends. The first line that it prints is the URI by which the room is joined; a person sees it in the room, too.
func runHost(ctx context.Context, args []string, s streams) error {
	var (
		f    folder
		nets netFlags
		t    talk
	)
	flags := flag.NewFlagSet("chat host", flag.ContinueOnError)
	flags.SetOutput(s.err)
	title := flags.String("name", "", "the `name` of the room; lobby by default")
	kept := flags.String("room", "", "keep the room under this `name`: it has the same URI each time")
	as := flags.String("as", "", "join the room under this `name`")
	flags.BoolVar(&t.qr, "qr", false, "print each URI as a picture too; whoever sees it can join")
	f.flag(flags)
	nets.flags(flags, byDefault)
	t.flags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return usageError("host takes no arguments")
	}
	switch {
	case t.web && *as == "":
		return usageError("host -web needs -as: the page is that of somebody in the room")
	case t.qr && t.json:
		return usageError("-qr prints a picture, and -json nothing but JSON")
	}
	if in, out, ok := t.terminal(s); ok && *as != "" && !isSupervised() {
		return supervise(append([]string{"host"}, args...), in, out, s)
	}
	if *as == "" {
		t.lines = true // there is nothing to be seen
	}
	h, err := f.room(*kept, *title)
	if err != nil {
		return err
	}
	nets.tor.keep(f)
	nets.tor.progress = func(text string) { fmt.Fprintln(s.err, text) }
	log := t.log(s)
	vat, ref, err := host(ctx, h, nets, log)
	if err != nil {
		return err
	}
	defer vat.Close()
	if err := h.keep(); err != nil {
		return err
	}
	t.hosted = vat.SturdyRefs(h.swiss())
	if err := t.announce(s, h.Title); err != nil {
		return err
	}
	if *as != "" {
		err = t.attend(ctx, s, vat, log, ref, *as, func(*stay) error { return nil })
	} else {
		<-ctx.Done()
	}
	return errors.Join(err, vat.Close())
}

// host makes a room that can be joined by the sturdyref returned, and by others with its swiss number, as long as the vat is open.
func host(ctx context.Context, h *hosted, nets netFlags, log *slog.Logger) (*captp.Vat, locator.SturdyRef, error) {
	nets.log = log
	opened, err := nets.openHosted(ctx, h)
	if err != nil {
		return nil, locator.SturdyRef{}, err
	}
	vat, err := newVat(opened, log, captp.WithDialect(nets.dialect))
	if err != nil {
		return nil, locator.SturdyRef{}, err
	}
	ref, err := captp.PublishAs(vat, h.swiss(), newRoom(vat, h.Title).ref)
	if err != nil {
		vat.Close()
		return nil, locator.SturdyRef{}, err
	}
	return vat, ref, nil
}

// room returns the room that is kept under a name, with the title if it is not empty, or a new one.
func (f folder) room(kept, title string) (*hosted, error) {
	if kept == "" {
		return newHosted(cmp.Or(title, "lobby")), nil
	}
	h, err := f.hosted(kept)
	h.Title = cmp.Or(title, h.Title)
	return h, err
}

// newVat makes a vat that is reached over the netlayers, which it closes.
func newVat(opened []netlayer.Netlayer, log *slog.Logger, opts ...captp.Option) (*captp.Vat, error) {
	opts = append(opts, captp.WithLogger(log), captp.WithTracer(sessionTracer{log}))
	for _, nl := range opened {
		if location := nl.Location(); len(location.Hints) > 0 || location.Transport == onion.Transport { // others can call it
			log.Info(logReached, "peer", location.ID())
		}
		opts = append(opts, captp.WithNetlayer(nl))
	}
	return captp.New(opts...)
}
