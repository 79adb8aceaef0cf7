package peer

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/examples/bench/peer/benchcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// Introducer is a Peer in which one end can give another one an object of a third, and the two talk directly from then on.
type Introducer interface {
	// Introduce starts the three.
	Introduce(ctx context.Context) (Introduction, error)
}

// Introduction is three ends: the gifter is connected to the exporter and to the receiver.
type Introduction interface {
	// Prepare has the exporter make an object that nobody else has. If apart is set, it also sees to it that exporter and receiver are not
	// connected.
	Prepare(ctx context.Context, apart bool) error
	// Give hands the object to the receiver, which calls it once, and waits for the answer.
	Give(ctx context.Context) error
	// Close ends the three.
	Close() error
}

// ocapnIntroduction is three vats.
type ocapnIntroduction struct {
	gifter, exporter, receiver *captp.Vat

	exporterAt locator.Peer
	// benches of the two others, as the gifter holds them.
	exporterBench, receiverBench benchcap.Bench
	gift                         benchcap.Thing
}

// Introduce starts three vats.
func (o OCapN) Introduce(ctx context.Context) (Introduction, error) {
	in := &ocapnIntroduction{}
	for _, v := range []**captp.Vat{&in.gifter, &in.exporter, &in.receiver} {
		var err error
		if *v, err = o.vat(tcptesting.Options{}); err != nil {
			return nil, errors.Join(err, in.Close())
		}
	}
	for _, far := range []struct {
		vat   *captp.Vat
		bench *benchcap.Bench
	}{{in.exporter, &in.exporterBench}, {in.receiver, &in.receiverBench}} {
		ref, err := captp.Publish(far.vat, newOCapNBench(far.vat))
		if err != nil {
			return nil, errors.Join(err, in.Close())
		}
		if *far.bench, err = captp.Enliven[benchcap.Bench](ctx, in.gifter, ref).Await(ctx); err != nil {
			return nil, errors.Join(err, in.Close())
		}
	}
	in.exporterAt = in.exporter.Locations()[0]
	return in, nil
}

// Prepare gets a fresh object from the exporter.
func (in *ocapnIntroduction) Prepare(ctx context.Context, apart bool) error {
	if apart {
		in.receiver.Disconnect(in.exporterAt)
	}
	var err error
	in.gift, err = in.exporterBench.Thing(ctx)
	return err
}

// Give passes the object on.
func (in *ocapnIntroduction) Give(ctx context.Context) error {
	return in.receiverBench.CallBack(ctx, in.gift)
}

// Close closes the vats that were started.
func (in *ocapnIntroduction) Close() error {
	var err error
	for _, v := range []*captp.Vat{in.gifter, in.exporter, in.receiver} {
		if v != nil {
			err = errors.Join(err, v.Close())
		}
	}
	return err
}
