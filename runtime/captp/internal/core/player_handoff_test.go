package core_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// This file makes and checks the certificates of handoffs, which traces write in few words:
//
//	<give x 1>      a certificate for the first gift at the exporter x
//	<receive x 1>   the withdrawal of that gift
//	:gift-1         the identifier of the first gift that we deposit in the session that it is sent in
//	{gift b 1}      the identifier of the first gift that the peer of session b deposits
//
// In a certificate that arrives, options say what is wrong with it.

var (
	certificates = regexp.MustCompile(`<(give|receive) [^<>]*>`)
	theirGifts   = regexp.MustCompile(`\{gift (\w+) (\d+)\}`)
)

// stranger returns the key of a side of a session that the vat under test has no part in.
func stranger(name string) handoff.KeyPair {
	var seed [32]byte
	copy(seed[:], "stranger "+name)
	return handoff.KeyPairFromSeed(seed)
}

// writeCertificates puts the notation of certificates in the place of their names, as the peer of s would make them.
func (p *player) writeCertificates(s *session, text string) (string, error) {
	var failed error
	text = theirGifts.ReplaceAllStringFunc(text, func(words string) string {
		match := theirGifts.FindStringSubmatch(words)
		n, _ := strconv.ParseUint(match[2], 10, 64)
		gifter := p.sessions[match[1]]
		if gifter == nil {
			failed = fmt.Errorf("no session %q", match[1])
			return words
		}
		return fmt.Sprintf(":%x", gifter.peer.GiftID(n).Bytes())
	})
	out := certificates.ReplaceAllStringFunc(text, func(words string) string {
		fields := strings.Fields(strings.Trim(words, "<>"))
		n, err := strconv.ParseUint(fields[2], 10, 64)
		if err != nil {
			failed = err
		}
		o := options(strings.Join(fields[3:], " "))
		var raw []byte
		if fields[0] == "give" {
			raw = p.give(s, fields[1], n, o).AppendSyrup(nil)
		} else if raw, err = p.receiveCertificate(s, fields[1], n, o); err != nil {
			failed = err
		}
		return notation(core.Body{Data: raw}, nil)
	})
	return out, failed
}

// give returns the certificate that the peer of s, the gifter, makes for us. It is for a gift at the named exporter, which may be me.
func (p *player) give(s *session, exporter string, n uint64, o map[string]string) handoff.SignedGive {
	theirs, ours := stranger(s.name+" at "+exporter), stranger(exporter+" for "+s.name)
	g := handoff.Give{ReceiverKey: s.key.Public(), ExporterLocation: peerNamed(exporter)}
	if exporter == "me" {
		theirs, ours = s.peer, s.key
		g.ExporterLocation = p.location
	}
	if other := o["for"]; other != "" {
		g.ReceiverKey = stranger(other).Public()
	}
	g.Session = handoff.NewSessionID(theirs.Public().ID(), ours.Public().ID())
	g.GifterSide = theirs.Public().ID()
	g.GiftID = theirs.GiftID(n)
	return handoff.SignGive(theirs, g)
}

// receiveCertificate returns the certificate by which the peer of s withdraws a gift that the peer of another session deposited.
func (p *player) receiveCertificate(s *session, gifter string, n uint64, o map[string]string) ([]byte, error) {
	g, ok := p.sessions[gifter]
	if !ok {
		return nil, fmt.Errorf("no session %q", gifter)
	}
	receiver, signer := stranger("receiver"), stranger("receiver")
	giver := g.peer
	give := handoff.Give{
		ReceiverKey: receiver.Public(), ExporterLocation: p.location, Session: g.core.ID(), GifterSide: g.peer.Public().ID(),
		GiftID: g.peer.GiftID(n),
	}
	receive := handoff.Receive{ReceivingSession: s.core.ID(), ReceivingSide: s.peer.Public().ID()}
	switch o["wrong"] {
	case "session":
		receive.ReceivingSession = g.core.ID()
	case "side":
		receive.ReceivingSide = s.key.Public().ID()
	case "gifter-session":
		give.Session = handoff.SessionID{1}
	case "gifter-side":
		give.GifterSide = g.key.Public().ID()
	case "location":
		give.ExporterLocation = peerNamed("elsewhere")
	case "give-signature":
		giver = s.peer
	case "receive-signature":
		signer = s.peer
	}
	if count := o["count"]; count != "" {
		var err error
		if receive.HandoffCount, err = strconv.ParseUint(count, 10, 64); err != nil {
			return nil, err
		}
	}
	receive.SignedGive = handoff.SignGive(giver, give)
	return handoff.SignReceive(signer, receive).AppendSyrup(nil), nil
}

var (
	envelopes = regexp.MustCompile(`<desc:sig-envelope <desc:handoff-(give|receive) .*?\['sig-val \['eddsa \['r :[0-9a-f]+\] \['s :[0-9a-f]+\]\]\]>(> \['sig-val \['eddsa \['r :[0-9a-f]+\] \['s :[0-9a-f]+\]\]\]>)?`)
	giftIDs   = regexp.MustCompile(`'deposit-gift :[0-9a-f]+`)
)

// readCertificates puts names in the place of the certificates that are sent on s, and says what is wrong with them.
func (p *player) readCertificates(s *session, text string) string {
	text = giftIDs.ReplaceAllStringFunc(text, func(found string) string {
		for n := range uint64(100) {
			if b := s.key.GiftID(n).Bytes(); fmt.Sprintf("'deposit-gift :%x", b) == found {
				return fmt.Sprintf("'deposit-gift :gift-%d", n+1)
			}
		}
		return found + " (no gift id of this session)"
	})
	return envelopes.ReplaceAllStringFunc(text, func(found string) string {
		b, err := parseNotation(found, nil)
		if err != nil {
			return err.Error()
		}
		if give, err := handoff.ParseGive(b.Data); err == nil {
			return p.nameGive(s, give)
		}
		receive, err := handoff.ParseReceive(b.Data)
		if err != nil {
			return err.Error()
		}
		return p.nameReceive(s, receive)
	})
}

// nameGive names a certificate that we made for the peer of s.
func (p *player) nameGive(s *session, signed handoff.SignedGive) string {
	give := signed.Give()
	for _, name := range slices.Sorted(maps.Keys(p.sessions)) {
		exporter := p.sessions[name]
		if exporter.core.ID() != give.Session {
			continue
		}
		switch {
		case !signed.Verify(exporter.key.Public()):
			return "<give with a wrong signature>"
		case give.GifterSide != exporter.key.Public().ID():
			return "<give with a wrong side>"
		case give.ReceiverKey != s.peer.Public():
			return "<give for somebody else>"
		case !give.ExporterLocation.Equal(exporter.core.Peer()):
			return "<give with a wrong location>"
		}
		for n := range uint64(100) {
			if exporter.key.GiftID(n).Equal(give.GiftID) {
				return fmt.Sprintf("<give %s %d>", name, n+1)
			}
		}
	}
	return "<give of an unknown session or gift>"
}

// nameReceive names a certificate with which we withdraw a gift on s. The give in it is one that give made.
func (p *player) nameReceive(s *session, signed handoff.SignedReceive) string {
	receive := signed.Receive()
	switch {
	case receive.ReceivingSession != s.core.ID():
		return "<receive with a wrong session>"
	case receive.ReceivingSide != s.key.Public().ID():
		return "<receive with a wrong side>"
	}
	give := receive.SignedGive
	for _, name := range slices.Sorted(maps.Keys(p.sessions)) {
		gifter := p.sessions[name]
		if gifter.key.Public() != give.Give().ReceiverKey {
			continue
		}
		check := handoff.Exporter{
			Session: receive.ReceivingSession, Receiver: receive.ReceivingSide, Counts: handoff.NewCounts(1),
			Gifter: func(handoff.SessionID) (handoff.Gifter, bool) {
				theirs := stranger(name + " at " + p.exporterName(give.Give().ExporterLocation))
				return handoff.Gifter{Key: theirs.Public(), Location: give.Give().ExporterLocation}, true
			},
		}
		if _, err := check.Verify(signed); err != nil {
			return "<" + err.Error() + ">"
		}
		return fmt.Sprintf("<receive %s %d>", name, receive.HandoffCount)
	}
	return "<receive of a certificate for somebody else>"
}

func (p *player) exporterName(at locator.Peer) string {
	return strings.TrimSuffix(at.Designator+"."+at.Transport, ".memory")
}
