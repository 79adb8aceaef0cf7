package onion

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// virtualPort is the port of every onion service that is a peer.
//
// Spec: Netlayers#tor-onion-netlayer.
const virtualPort = 9045

// endpoint is a port of tor's on this machine: network and address as package net knows them.
type endpoint struct{ network, address string }

// parseEndpoint reads host:port, or unix: and a path.
func parseEndpoint(text string) endpoint {
	if path, ok := strings.CutPrefix(text, "unix:"); ok {
		return endpoint{"unix", path}
	}
	return endpoint{"tcp", text}
}

// dial connects to the port itself.
func (e endpoint) dial(ctx context.Context) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, e.network, e.address)
}

// connect asks the SOCKS port for a stream to the onion service. The end of ctx ends everything that it has begun. Errors are those of
// the context, a socksReply, or wrap ErrGone when the port does not answer as one.
func (e endpoint) connect(ctx context.Context, designator string) (net.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, attemptTime, errAttemptTime)
	defer cancel()
	c, err := e.dial(ctx)
	if err == nil {
		stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(past) })
		err = request(c, designator+".onion")
		if err == nil && stop() {
			return c, nil
		}
		_ = c.Close()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		<-ctx.Done() // package net has a clock of its own for the deadline of ctx, which may be a moment ahead
	}
	var reply socksReply
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &reply):
		return nil, reply
	default:
		return nil, fmt.Errorf("%w: SOCKS port: %w", ErrGone, err)
	}
}

var errAttemptTime = fmt.Errorf("no answer from tor after %v", attemptTime)

// past is a deadline that ends reads and writes at once.
var past = time.Unix(1, 0)

// request speaks SOCKS 5 as RFC 1928 has it, without authentication, and with the reply codes that tor adds.
func request(c net.Conn, host string) error {
	if _, err := c.Write([]byte{5, 1, 0}); err != nil {
		return err
	}
	var method [2]byte
	if _, err := io.ReadFull(c, method[:]); err != nil {
		return err
	}
	if method != [2]byte{5, 0} {
		return errors.New("it does not speak SOCKS 5 without authentication")
	}
	msg := append([]byte{5, 1, 0, 3, byte(len(host))}, host...)
	if _, err := c.Write(append(msg, virtualPort>>8, virtualPort&0xff)); err != nil {
		return err
	}
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return err
	}
	switch {
	case head[0] != 5:
		return errors.New("it does not speak SOCKS 5")
	case head[1] != 0:
		return socksReply(head[1])
	}
	return discardAddress(c, head[3])
}

// discardAddress reads the address that ends a reply. It says nothing: with tor it is zero.
func discardAddress(c net.Conn, kind byte) error {
	length := int64(0)
	switch kind {
	case 1:
		length = net.IPv4len
	case 4:
		length = net.IPv6len
	case 3:
		var n [1]byte
		if _, err := io.ReadFull(c, n[:]); err != nil {
			return err
		}
		length = int64(n[0])
	default:
		return fmt.Errorf("address of kind %d in its reply", kind)
	}
	_, err := io.CopyN(io.Discard, c, length+2)
	return err
}

// socksReply is why tor does not connect: a code of RFC 1928, or one that tor adds when it is asked for extended errors.
type socksReply byte

// Error returns the reason in words.
func (r socksReply) Error() string {
	if text := socksReplies[r]; text != "" {
		return "onion: " + text
	}
	return "onion: SOCKS reply " + strconv.Itoa(int(r))
}

// Is reports ErrRefused for what says that nobody is there, and ErrLocation for what no later attempt changes.
func (r socksReply) Is(target error) bool {
	switch r {
	case replyRefused, 0xf4, 0xf5:
		return target == netlayer.ErrRefused
	case 0xf1, 0xf6:
		return target == netlayer.ErrLocation
	default:
		return target == netlayer.ErrRefused && r.isTemporary()
	}
}

// isTemporary reports whether another attempt may succeed soon: the service is not published yet, or has just moved to other relays.
func (r socksReply) isTemporary() bool {
	switch r {
	case 0x01, 0x03, 0x04, 0x06, 0xf0, 0xf2, 0xf3, 0xf7:
		return true
	default:
		return false
	}
}

// replyRefused is the reply for a service that is there and does not serve the port.
const replyRefused socksReply = 0x05

var socksReplies = map[socksReply]string{
	0x01:         "tor could not connect",
	0x02:         "tor does not connect to this address",
	0x03:         "network unreachable",
	0x04:         "the onion service is unreachable",
	replyRefused: "the onion service does not serve the port",
	0x06:         "tor gave up connecting",
	0x07:         "tor does not take the request to connect",
	0x08:         "tor does not take addresses of this kind",
	0xf0:         "the onion service is not published",
	0xf1:         "what is published of the onion service is not valid",
	0xf2:         "the onion service was not reached by its introduction points",
	0xf3:         "the onion service did not come to the rendezvous",
	0xf4:         "the onion service wants an authorization that tor does not have",
	0xf5:         "the onion service does not take the authorization that tor has",
	0xf6:         "the address of the onion service is not valid",
	0xf7:         "the introduction to the onion service took too long",
}
