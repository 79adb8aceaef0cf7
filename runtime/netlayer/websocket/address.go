package websocket

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// parseURL returns the URL, if it is one that a websocket can be dialled at. A user and password are refused: they would go
// to whatever answers there, in a header. So is a fragment, which goes nowhere.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("the URL is malformed")
	case u.Scheme != "ws" && u.Scheme != "wss":
		return nil, errors.New("the URL begins neither with ws:// nor with wss://")
	case u.Hostname() == "":
		return nil, errors.New("the URL has no host")
	case u.User != nil:
		return nil, errors.New("the URL has a user")
	case u.Fragment != "":
		return nil, errors.New("the URL has a fragment")
	}
	return u, nil
}

// urlOf returns the URL of a listener at the address.
func urlOf(addr net.Addr) (string, error) {
	a, err := netip.ParseAddrPort(addr.String())
	switch {
	case err != nil:
		return "", fmt.Errorf("a URL to publish is necessary: %w", err)
	case a.Addr().IsUnspecified():
		return "", fmt.Errorf("%v is the address of all interfaces: a URL to publish is necessary", a.Addr())
	}
	return "ws://" + a.String(), nil
}

// origins are the web pages that may use a netlayer: those of the host of its own URL, and those that match a pattern. A page that came
// without encryption may be anybody's, so that it is no page of a host whose URL has encryption.
type origins struct {
	own       string // as in hostOf
	encrypted bool   // the own pages are
	patterns  []string
}

// newOrigins returns the origins for a netlayer that is published at the URL, which may be nil.
func newOrigins(own *url.URL, patterns []string) (origins, error) {
	var o origins
	if own != nil {
		o.own, o.encrypted = hostOf(own), own.Scheme == "wss"
	}
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return origins{}, fmt.Errorf("origin %q: %w", p, err)
		}
		o.patterns = append(o.patterns, strings.ToLower(p))
	}
	return o, nil
}

// allow reports whether a request with these Origin headers may go on. One without any is not of a web page.
func (o origins) allow(headers []string) bool {
	switch len(headers) {
	case 0:
		return true
	case 1:
	default:
		return false
	}
	u, err := url.Parse(headers[0])
	if err != nil {
		return false
	}
	at := hostOf(u)
	if at != "" && at == o.own && (u.Scheme == "https" || u.Scheme == "http" && !o.encrypted) {
		return true
	}
	for _, p := range o.patterns {
		subject := at
		if strings.Contains(p, "://") {
			subject = u.Scheme + "://" + at
		}
		if ok, err := path.Match(p, subject); ok && err == nil {
			return true
		}
	}
	return false
}

// hostOf returns the host of the URL, and the port if it is not the usual one, in lower case.
func hostOf(u *url.URL) string {
	at := strings.ToLower(u.Host)
	switch u.Scheme {
	case "ws", "http":
		return strings.TrimSuffix(at, ":80")
	case "wss", "https":
		return strings.TrimSuffix(at, ":443")
	default:
		return at
	}
}
