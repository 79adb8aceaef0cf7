package twofiles_test

import (
	"context"
	"testing"

	"github.com/ocapn-go/ocapn/golden/twofiles"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// box holds parts, and is the only container it knows.
type box struct {
	self  twofiles.Container
	parts []twofiles.Part
}

func (b *box) Put(_ context.Context, what twofiles.Part, _ twofiles.Container) (twofiles.Container, error) {
	b.parts = append(b.parts, what)
	return b.self, nil
}

func (b *box) Look(_ context.Context, opts *twofiles.ContainerLookOpts) (int64, twofiles.Part, error) {
	return int64(len(b.parts)), b.parts[opts.Nth.Or(0)], nil
}

func TestOnePackage(t *testing.T) {
	l := captptest.NewLink(t)
	server := &box{}
	own := twofiles.NewBox(l.B, server)
	server.self = own.Container()
	c := captptest.Carry(t, l.B, l.A, own)
	ctx := t.Context()
	if _, err := c.Put(ctx, twofiles.Part{Name: "nut"}, c.Container()); err != nil {
		t.Fatal(err)
	}
	r, err := c.E(ctx).Put(twofiles.Part{Name: "bolt"}, c.Container()).Look(&twofiles.ContainerLookOpts{Nth: captp.Some(int64(1))}).Await(ctx)
	if r.Int != 2 || r.Part.Name != "bolt" || err != nil {
		t.Errorf("got %v, %v", r, err)
	}
	n, part, err := c.Look(ctx, nil)
	if n != 2 || part.Name != "nut" || err != nil {
		t.Errorf("got %d, %v, %v", n, part, err)
	}
}
