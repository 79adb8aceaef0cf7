package peer

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/examples/bench/peer/benchcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// Mesher is a Peer whose ends are servers and clients in one: a connection of two of them serves both. With the others, each end of a
// mesh is a server and as many clients.
type Mesher interface {
	// Mesh starts so many ends, and returns for each the connections to all others, and what ends it all.
	Mesh(ctx context.Context, ends int) (conns [][]Conn, closeAll func() error, err error)
}

// Mesh starts vats that have a session with each other.
func (o OCapN) Mesh(ctx context.Context, ends int) (conns [][]Conn, closeAll func() error, err error) {
	var vats []*captp.Vat
	closeAll = func() error {
		var err error
		for _, v := range vats {
			err = errors.Join(err, v.Close())
		}
		return err
	}
	var refs []locator.SturdyRef
	for range ends {
		v, err := o.vat(tcptesting.Options{})
		if err != nil {
			return nil, nil, errors.Join(err, closeAll())
		}
		vats = append(vats, v)
		ref, err := captp.Publish(v, newOCapNBench(v))
		if err != nil {
			return nil, nil, errors.Join(err, closeAll())
		}
		refs = append(refs, ref)
	}
	conns = make([][]Conn, ends)
	for i, v := range vats {
		for j, ref := range refs {
			if i == j {
				continue
			}
			bench, err := captp.Enliven[benchcap.Bench](ctx, v, ref).Await(ctx)
			if err != nil {
				return nil, nil, errors.Join(err, closeAll())
			}
			conns[i] = append(conns[i], &ocapnConn{vat: v, bench: bench})
		}
	}
	return conns, closeAll, nil
}
