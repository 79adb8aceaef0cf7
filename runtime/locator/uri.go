package locator

import (
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	scheme      = "ocapn://"
	swissPrefix = "/s/"
)

// swissEncoding is how swiss numbers stand in URIs. Strict makes the text of a swiss number unique.
var (
	swissEncoding       = base64.RawURLEncoding.Strict()
	paddedSwissEncoding = base64.URLEncoding.Strict()
)

// URI returns the peer as ocapn://designator.transport?hint=value&hint=value, the hints sorted by name, with everything
// percent-encoded that is not an unreserved character of RFC 3986. The designator may keep the sub-delimiters too. The
// zero Peer has an empty URI.
//
// Spec: Locators#uri-serialization.
func (p Peer) URI() string { return p.uri("") }

// uri returns the URI of the peer with a path between transport and hints.
func (p Peer) uri(path string) string {
	if p.IsZero() {
		return ""
	}
	uri := append([]byte(scheme), escape(p.Designator, isAuthority)...)
	uri = append(uri, '.')
	uri = append(uri, escape(p.Transport, isAuthority)...)
	uri = append(uri, path...)
	separator := byte('?')
	for _, name := range p.Hints.names() {
		uri = append(uri, separator)
		uri = append(uri, escape(name, isUnreserved)...)
		uri = append(uri, '=')
		uri = append(uri, escape(p.Hints[name], isUnreserved)...)
		separator = '&'
	}
	return string(uri)
}

// URI returns the sturdyref as ocapn://designator.transport/s/swiss?hint=value, the swiss number in base64url without
// padding. The text is the secret: it is for giving to somebody, and not for logs. The zero SturdyRef has an empty URI.
//
// Spec: Locators#uri-serialization-1.
func (s SturdyRef) URI() string {
	return s.Peer.uri(swissPrefix + swissEncoding.EncodeToString([]byte(s.Swiss.secret())))
}

// ParsePeer returns the peer that the URI names. The error is a [*ParseError].
//
// The last dot before the hints separates designator and transport. Percent-encoding is undone everywhere; in hints, a
// plus sign is a space. Without hints the peer has none, which is written as false.
//
// Spec: Locators#uri-serialization.
func ParsePeer(uri string) (Peer, error) {
	parts, err := cutURI(uri)
	if err != nil {
		return Peer{}, err
	}
	if parts.path.text != "" {
		return Peer{}, parts.path.failure(0, "no path: a peer has none, only a sturdyref has")
	}
	p, err := parts.peer()
	if err != nil {
		return Peer{}, err
	}
	return p, nil
}

// ParseSturdyRef returns the sturdyref that the URI names, which is read as by [ParsePeer]; the swiss number may be
// padded. The error is a [*ParseError], which shows nothing of the swiss number.
//
// Spec: Locators#uri-serialization-1.
func ParseSturdyRef(uri string) (SturdyRef, error) {
	parts, err := cutURI(uri)
	if err != nil {
		return SturdyRef{}, err
	}
	p, err := parts.peer()
	if err != nil {
		return SturdyRef{}, err
	}
	swiss, err := parts.swiss()
	if err != nil {
		return SturdyRef{}, err
	}
	return SturdyRef{p, swiss}, nil
}

// uriParts are the parts of a URI, percent-encoded as they stand.
type uriParts struct {
	designator, transport uriPart
	path                  uriPart // with its first slash; empty when there is none
	hints                 uriPart // without the question mark
	hasHints              bool
}

// cutURI cuts a URI into its parts, and looks at nothing inside them.
func cutURI(uri string) (uriParts, *ParseError) {
	if len(uri) > MaxURIBytes {
		return uriParts{}, &ParseError{Offset: MaxURIBytes, Part: "URI", Want: fmt.Sprintf("%d bytes at most", MaxURIBytes)}
	}
	if !strings.HasPrefix(uri, scheme) {
		return uriParts{}, &ParseError{Part: "scheme", Want: scheme}
	}
	if i := strings.IndexByte(uri, '#'); i >= 0 {
		return uriParts{}, &ParseError{Offset: i, Part: "URI", Want: "no fragment"}
	}
	var parts uriParts
	head, query, hasHints := strings.Cut(uri, "?")
	parts.hints = uriPart{name: "hints", at: len(head) + 1, text: query}
	parts.hasHints = hasHints
	pathAt := len(head)
	if i := strings.IndexByte(head[len(scheme):], '/'); i >= 0 {
		pathAt = len(scheme) + i
	}
	parts.path = uriPart{name: "path", at: pathAt, text: head[pathAt:], secret: true}
	dot := strings.LastIndexByte(head[:pathAt], '.')
	if dot < 0 {
		return uriParts{}, &ParseError{Offset: pathAt, Part: "transport", Want: "a dot and the name of a transport"}
	}
	parts.designator = uriPart{name: "designator", at: len(scheme), text: head[len(scheme):dot]}
	parts.transport = uriPart{name: "transport", at: dot + 1, text: head[dot+1 : pathAt]}
	return parts, nil
}

func (u uriParts) peer() (Peer, *ParseError) {
	designator, err := u.designator.field(isAuthority, false, checkDesignator)
	if err != nil {
		return Peer{}, err
	}
	transport, err := u.transport.field(isAuthority, false, checkTransport)
	if err != nil {
		return Peer{}, err
	}
	p := Peer{Transport: transport, Designator: designator}
	if !u.hasHints {
		return p, nil
	}
	if p.Hints, err = u.hints.parseHints(); err != nil {
		return Peer{}, err
	}
	if err := p.validate(); err != nil {
		return Peer{}, &ParseError{Offset: u.hints.at, Part: u.hints.name, Want: err.Want}
	}
	return p, nil
}

// parseHints reads name=value pairs with ampersands between them.
func (u uriPart) parseHints() (Hints, *ParseError) {
	hints := make(Hints)
	for at, rest, more := 0, u.text, true; more; {
		var pair string
		pair, rest, more = strings.Cut(rest, "&")
		if len(hints) == MaxHints {
			return nil, &ParseError{Offset: u.at + at, Part: u.name, Want: tooManyHints().Want}
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, u.failure(at+len(pair), "an equals sign and the value of the hint")
		}
		nameText, err := u.cut(at, name).field(isQuery, true, checkHintName)
		if err != nil {
			return nil, err
		}
		valueText, err := u.cut(at+len(name)+1, value).field(isQuery, true, checkHintValue)
		if err != nil {
			return nil, err
		}
		if _, twice := hints[nameText]; twice {
			return nil, u.failure(at, "each hint once")
		}
		hints[nameText] = valueText
		at += len(pair) + 1
	}
	return hints, nil
}

// swiss reads the path of a sturdyref.
func (u uriParts) swiss() (SwissNumber, *ParseError) {
	text, ok := strings.CutPrefix(u.path.text, swissPrefix)
	if !ok {
		return SwissNumber{}, u.path.failure(0, swissPrefix+" and a swiss number")
	}
	part := uriPart{name: "swiss number", at: u.path.at + len(swissPrefix), text: text, secret: true}
	encoded, err := part.unescape(isSwiss, false)
	if err != nil {
		return SwissNumber{}, err
	}
	encoding := swissEncoding
	if strings.HasSuffix(encoded, "=") {
		encoding = paddedSwissEncoding
	}
	b, wrong := encoding.DecodeString(encoded)
	// The decoder skips line ends, which can stand here in percent-encoding only.
	if wrong != nil || strings.ContainsAny(encoded, "\r\n") {
		return SwissNumber{}, part.failure(0, "base64url")
	}
	if err := checkSwiss(b); err != nil {
		return SwissNumber{}, part.failure(0, err.Want)
	}
	return NewSwissNumber(b), nil
}
