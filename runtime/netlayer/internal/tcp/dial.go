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

// Dial connects to the address, as the address policy of ctx allows, and returns what the handshake makes of the connection, which
// then has no deadline. When ctx ends, or after the time that the whole may take, the error is that of a context. Nobody there is
// netlayer.ErrRefused.
func Dial(ctx context.Context, address string, limit time.Duration, handshake func(net.Conn) (netlayer.Conn, error)) (netlayer.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	dialer := net.Dialer{KeepAliveConfig: netlayer.KeepAlive(), ControlContext: checkAddress}
	c, err := dialer.DialContext(ctx, "tcp", address)
	if errors.Is(err, syscall.ECONNREFUSED) {
		err = fmt.Errorf("%w: %w", netlayer.ErrRefused, err)
	}
	if err != nil {
		return nil, err
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

// checkAddress gives the policy of ctx the last word before a socket connects.
func checkAddress(ctx context.Context, _, address string, _ syscall.RawConn) error {
	return netlayer.CheckAddress(ctx, address)
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
