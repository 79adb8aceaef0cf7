package tcp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// dial connects to the address, as the address policy of ctx allows, and returns what the handshake makes of the connection, which
// then has no deadline. When ctx ends, or after the time that the whole may take, the error is that of a context. Nobody there is
// netlayer.ErrRefused.
func dial(ctx context.Context, address string, limit time.Duration, handshake func(net.Conn) (*netlayer.Stream, error)) (*netlayer.Stream, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c, err := Connect(ctx, "tcp", address)
	if err != nil {
		return nil, ConnectError(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	conn, err := handshake(c)
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return conn, nil
}

// Connect connects to the address, as the address policy of ctx allows. A host with several addresses is tried at each of them.
func Connect(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{
		KeepAliveConfig: netlayer.KeepAlive(),
		ControlContext: func(ctx context.Context, _, address string, _ syscall.RawConn) error {
			return netlayer.CheckAddress(ctx, address)
		},
	}
	return dialer.DialContext(ctx, network, address)
}

// ConnectError returns the error of an attempt to connect, which wraps netlayer.ErrRefused if nobody was there, or hung up at once.
func ConnectError(err error) error {
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
		return fmt.Errorf("%w: %w", netlayer.ErrRefused, err)
	}
	return err
}

// ReadAnswer reads all of p, the first that the other side of a dialled connection says. If that closes the connection instead, the
// error wraps netlayer.ErrRefused.
func ReadAnswer(c io.Reader, p []byte) error {
	n, err := io.ReadFull(c, p)
	if n == 0 && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)) {
		return fmt.Errorf("%w: the other side has hung up without an answer", netlayer.ErrRefused)
	}
	return Unexpected(err)
}

// Unexpected returns io.ErrUnexpectedEOF for io.EOF, and any other error as it is. During a handshake no end is expected.
func Unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
