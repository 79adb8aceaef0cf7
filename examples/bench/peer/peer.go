// Package peer has libraries that let a program call another one, each behind the same interface, so that workloads need not know which
// one they measure. A peer does what its documentation shows: generated stubs where it generates any, its defaults unless the peer's file
// says otherwise.
package peer

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/examples/bench/codec"
)

// ErrCannot is what a peer answers to a workload that it has no means for.
var ErrCannot = errors.New("cannot")

// Peer is one library.
type Peer interface {
	// Name is what tables and flags call it.
	Name() string
	// Serve starts a server on a free port of 127.0.0.1.
	Serve() (Server, error)
}

// Server is one end, with an object that answers.
type Server interface {
	// Address is the host and port that the server listens on.
	Address() string
	// Dial makes a connection of its own to the server, at the address, which is its own or that of something which passes bytes on to it.
	Dial(ctx context.Context, address string) (Conn, error)
	// Close ends the server and all connections to it.
	Close() error
}

// Conn is the other end of one connection. All methods may be called by any goroutine, but Objects and Close by one at a time. What a peer cannot do returns ErrCannot.
type Conn interface {
	// Null is a call without arguments and result.
	Null(ctx context.Context) error
	// Begin starts the same call, and does not wait for its end.
	Begin(ctx context.Context) (Pending, error)
	// Swap returns what the server answers: the record.
	Swap(ctx context.Context, r Record) (Record, error)
	// Echo returns what the server answers: the data.
	Echo(ctx context.Context, data []byte) ([]byte, error)
	// Chain makes so many calls, each on what the one before answered.
	Chain(ctx context.Context, length int) error
	// CallBack passes the server a fresh object, which the server calls once before it answers. Both let go of it.
	CallBack(ctx context.Context) error
	// Objects has the server make so many objects, and holds them.
	Objects(ctx context.Context, n int) (Held, error)
	// Close ends the connection.
	Close() error
}

// Pending is a call that is under way.
type Pending interface {
	// Wait returns when the call has come to its end.
	Wait(ctx context.Context) error
}

// Held is objects of the server that this end holds, by whatever the peer holds objects by. They are held until the connection is closed, or
// Held is unreachable.
type Held any

const objectsAtOnce = 64 // that a server is asked for by Objects

// Record is the small struct that goes both ways.
type Record = codec.Record

// All returns the peers, the one that this is about first.
func All() []Peer {
	return []Peer{NewOCapN(Defaults), RawTCP{}, NetRPC{}, GRPC{}, Connect{}, DRPC{}, Capnp{}}
}

// without is a Conn that can do nothing. A Conn that lacks only some methods embeds it.
type without struct{}

func (without) Null(context.Context) error                   { return ErrCannot }
func (without) Begin(context.Context) (Pending, error)       { return nil, ErrCannot }
func (without) Swap(context.Context, Record) (Record, error) { return Record{}, ErrCannot }
func (without) Echo(context.Context, []byte) ([]byte, error) { return nil, ErrCannot }
func (without) Chain(context.Context, int) error             { return ErrCannot }
func (without) CallBack(context.Context) error               { return ErrCannot }
func (without) Objects(context.Context, int) (Held, error)   { return nil, ErrCannot }
