package onion

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/cretz/bine/control"
	tor25519 "github.com/cretz/bine/torutil/ed25519"
)

// controlPort is a conversation with the control port of a tor. It belongs to one goroutine, first the one that starts and then the one
// that supervises, except for the methods that say otherwise. Nothing but deadlines ends its waiting.
type controlPort struct {
	raw   net.Conn
	in    *boundedReader
	lines *control.Conn
}

// newControlPort returns the conversation over c, which nobody has used.
func newControlPort(c net.Conn) *controlPort {
	in := &boundedReader{src: c}
	return &controlPort{raw: c, in: in, lines: control.NewConn(textproto.NewConn(struct {
		io.Reader
		io.WriteCloser
	}{in, c}))}
}

// close ends the conversation. With it, tor takes down the onion service, and ends itself if it is owned. Any goroutine may call it.
func (p *controlPort) close() { _ = p.raw.Close() }

// boundedBy lets the end of ctx end all waiting, until the returned function is called. That reports whether ctx had not ended.
func (p *controlPort) boundedBy(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = p.raw.SetDeadline(past) })
}

// command sends a command, and returns the lines of the answer. The answer that tor does not do it is a *textproto.Error.
func (p *controlPort) command(format string, args ...any) ([]string, error) {
	p.in.left = maxReply
	reply, err := p.lines.SendRequest(format, args...)
	if err != nil {
		return nil, err
	}
	return reply.DataWithReply(), nil
}

// isLost reports whether the conversation has ended, in contrast to an error of what was said.
func isLost(err error) bool {
	var broken *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &broken)
}

// authenticate says who we are. Without a password, it is whatever tor asks for first of nothing and the cookie.
func (p *controlPort) authenticate(password string) error {
	p.in.left = maxReply
	var err error
	if password != "" {
		_, err = p.command("AUTHENTICATE %x", password)
	} else if err = p.checkCookie(); err == nil {
		err = p.lines.Authenticate("")
	}
	if err != nil {
		return fmt.Errorf("authenticate at the control port: %w", err)
	}
	return nil
}

// cookieSize is the length of a cookie, in bytes.
const cookieSize = 32

// checkCookie looks at the file that the control port names, which is read next if it asks for a cookie: one that is none could go on
// for ever, or be whatever else who listens there likes.
func (p *controlPort) checkCookie() error {
	asked, err := p.lines.ProtocolInfo()
	if err != nil || asked.HasAuthMethod("NULL") || !asked.HasAuthMethod("SAFECOOKIE") {
		return err
	}
	info, err := os.Stat(asked.CookieFile)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() != cookieSize {
		return fmt.Errorf("%q, which it names, is no cookie", asked.CookieFile)
	}
	return nil
}

// own makes tor end with this conversation.
func (p *controlPort) own() error {
	_, err := p.command("TAKEOWNERSHIP")
	return err
}

// subscribe asks for the events that starting waits for. It comes before whatever causes them, so that none is missed.
func (p *controlPort) subscribe() error {
	_, err := p.command("SETEVENTS STATUS_CLIENT HS_DESC")
	return err
}

// unsubscribe asks for no events.
func (p *controlPort) unsubscribe() error {
	_, err := p.command("SETEVENTS")
	return err
}

// bootstrapped waits until tor can build circuits, and tells of each step.
func (p *controlPort) bootstrapped(r *reporter) error {
	lines, err := p.command("GETINFO status/bootstrap-phase")
	if err != nil {
		return err
	}
	_, status, _ := strings.Cut(lines[0], "=")
	for {
		if percent, summary, ok := bootstrapOf(status); ok {
			r.report(Progress{Stage: StageConnecting, Percent: percent, Summary: summary})
			if percent == 100 {
				return nil
			}
		}
		var code string
		for code != "STATUS_CLIENT" {
			if code, status, err = p.event(); err != nil {
				return err
			}
		}
	}
}

// bootstrapOf reads a status like: NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking with a relay". A warning says what
// keeps tor from going on.
func bootstrapOf(status string) (percent int, summary string, ok bool) {
	_, action, _ := strings.Cut(status, " ")
	rest, ok := strings.CutPrefix(action, "BOOTSTRAP ")
	if !ok {
		return 0, "", false
	}
	args := arguments(rest)
	percent, err := strconv.Atoi(args["PROGRESS"])
	if err != nil || percent < 0 || percent > 100 {
		return 0, "", false
	}
	summary = args["SUMMARY"]
	if warning := args["WARNING"]; warning != "" {
		summary += ": " + warning
	}
	return percent, summary, true
}

// arguments reads a sequence of NAME=value, where a value in quotes may have spaces.
func arguments(text string) map[string]string {
	args := map[string]string{}
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		var value string
		if quoted, err := strconv.QuotedPrefix(rest); err == nil && quoted[0] == '"' {
			value, _ = strconv.Unquote(quoted)
			text = strings.TrimPrefix(rest[len(quoted):], " ")
		} else {
			value, text, _ = strings.Cut(rest, " ")
		}
		args[name] = value
	}
	return args
}

// socks asks where tor takes SOCKS. When there are several such ports, it is the first.
func (p *controlPort) socks() (endpoint, error) {
	lines, err := p.command("GETINFO net/listeners/socks")
	if err != nil {
		return endpoint{}, err
	}
	_, list, _ := strings.Cut(lines[0], "=")
	quoted, err := strconv.QuotedPrefix(list)
	if err != nil {
		return endpoint{}, errors.New("tor takes no SOCKS, which is what peers are dialled by")
	}
	address, err := strconv.Unquote(quoted)
	return parseEndpoint(address), err
}

// serve makes tor serve the onion service with the key, passing on what comes to target, a TCP address of this machine. It goes with
// the conversation.
func (p *controlPort) serve(key ed25519.PrivateKey, target string) error {
	p.in.left = maxReply
	added, err := p.lines.AddOnion(&control.AddOnionRequest{
		Key:        &control.ED25519Key{KeyPair: tor25519.FromCryptoPrivateKey(key)},
		Flags:      []string{"DiscardPK"},
		MaxStreams: maxStreams,
		Ports:      control.KeyVals(strconv.Itoa(virtualPort), target),
	})
	if err != nil {
		return fmt.Errorf("add the onion service: %w", err)
	}
	if want := Designator(key.Public().(ed25519.PublicKey)); added.ServiceID != want {
		return errors.New("tor serves another address than that of the key")
	}
	return nil
}

// published waits until one relay has taken what others look the onion service up by. When relays refuse, tor tries again by itself.
func (p *controlPort) published(designator string) error {
	for {
		code, event, err := p.event()
		if err != nil {
			return err
		}
		if fields := strings.Fields(event); code == "HS_DESC" && len(fields) > 1 && fields[0] == "UPLOADED" && fields[1] == designator {
			return nil
		}
	}
}

// withdraw makes tor take down the onion service. It does not wait for the answer, which event passes over, so any goroutine may call
// it once nothing but event is called any more.
func (p *controlPort) withdraw(designator string) {
	_ = p.raw.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = fmt.Fprintf(p.raw, "DEL_ONION %s\r\n", designator)
}

// event returns the next event: its code and the rest of its line. What is none is passed over.
func (p *controlPort) event() (code, rest string, err error) {
	for {
		p.in.left = maxReply
		reply, err := p.lines.ReadResponse()
		if err != nil {
			return "", "", err
		}
		if reply.IsAsync() {
			code, rest, _ = strings.Cut(reply.DataWithReply()[0], " ")
			return code, rest, nil
		}
	}
}

// boundedReader fails when more is read than was expected.
type boundedReader struct {
	src  io.Reader
	left int // in bytes, until somebody expects more
}

// Read implements io.Reader.
func (r *boundedReader) Read(b []byte) (int, error) {
	if r.left <= 0 {
		return 0, errors.New("the control port sends too much")
	}
	n, err := r.src.Read(b[:min(len(b), r.left)])
	r.left -= n
	return n, err
}
