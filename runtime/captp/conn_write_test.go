package captp_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
)

// stingy is a netlayer whose conns are as unwilling to send without waiting as a conn may be.
type stingy struct {
	netlayer.Netlayer
	tries func(*stingyConn, [][]byte) (bool, error)
}

func (s stingy) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := s.Netlayer.Dial(ctx, peer)
	if err != nil {
		return nil, err
	}
	return &stingyConn{Conn: c, tries: s.tries}, nil
}

func (s stingy) Accept() (netlayer.Conn, error) {
	c, err := s.Netlayer.Accept()
	if err != nil {
		return nil, err
	}
	return &stingyConn{Conn: c, tries: s.tries}, nil
}

// stingyConn is one of its conns. It is not safe for two that send at once, so that the race detector finds them.
type stingyConn struct {
	netlayer.Conn
	tries func(*stingyConn, [][]byte) (bool, error)
	kept  [][]byte
	count int
	err   error
}

func (c *stingyConn) TrySend(msgs [][]byte) (bool, error) {
	c.count++
	return c.tries(c, msgs)
}

func (c *stingyConn) Send(msgs [][]byte) error {
	if c.err != nil {
		return c.err
	}
	all := append(c.kept, msgs...)
	c.kept = nil
	return c.Conn.Send(all)
}

// keep keeps copies of the messages.
func (c *stingyConn) keep(msgs [][]byte) {
	for _, m := range msgs {
		c.kept = append(c.kept, bytes.Clone(m))
	}
}

// stingyVats returns two vats on such netlayers.
func stingyVats(tb testing.TB, tries func(*stingyConn, [][]byte) (bool, error)) (a, b *captp.Vat) {
	tb.Helper()
	hub := memory.NewHub()
	x, err := hub.Listen("x")
	if err != nil {
		tb.Fatal(err)
	}
	y, err := hub.Listen("y")
	if err != nil {
		tb.Fatal(err)
	}
	return vats(tb, stingy{x, tries}, stingy{y, tries})
}

func TestConnThatSendsNothingAtOnce(t *testing.T) {
	for name, tries := range map[string]func(*stingyConn, [][]byte) (bool, error){
		"never": func(c *stingyConn, msgs [][]byte) (bool, error) {
			c.keep(msgs)
			return false, nil
		},
		"now and then": func(c *stingyConn, msgs [][]byte) (bool, error) {
			if c.count%3 != 0 {
				return true, c.Send(msgs)
			}
			c.keep(msgs)
			return false, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			x, y := stingyVats(t, tries)
			far := farGreeter(t, x, y)
			long := strings.Repeat("world", 13_200) // which the loop sends when it is alone
			for i := range 300 {
				name := "world"
				if i%10 == 0 {
					name = long
				}
				if got, err := greet(t.Context(), far, name).Await(t.Context()); err != nil || got != name {
					t.Fatal(len(got), err)
				}
			}
			var answers []*captp.Promise[string]
			for range 300 {
				answers = append(answers, greet(t.Context(), far, "world"))
			}
			for _, p := range answers {
				if _, err := p.Await(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestConnThatFailsAtOnce(t *testing.T) {
	broken := errors.New("the line is dead")
	x, y := stingyVats(t, func(c *stingyConn, msgs [][]byte) (bool, error) {
		if c.count > 20 {
			c.err = broken
			return false, broken
		}
		return true, c.Send(msgs)
	})
	far := farGreeter(t, x, y)
	for range 30 {
		_, err := greet(t.Context(), far, "world").Await(t.Context())
		var lost *captp.SessionError
		if errors.As(err, &lost) && errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Error("the session lives on a conn that sends nothing")
}
