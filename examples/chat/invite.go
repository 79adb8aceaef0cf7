package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// announce prints the URIs of the room that is hosted, and pictures of them if that is wanted. A person is told if they lead nowhere for most.
func (t talk) announce(s streams, title string) error {
	for _, ref := range t.hosted {
		if t.json {
			printJSON(s.out, jsonEvent{Event: "hosting", Room: title, URI: ref.URI()})
			continue
		}
		fmt.Fprintln(s.out, ref.URI())
		if !t.qr {
			continue
		}
		rows, err := qrRows(ref.URI())
		if err != nil {
			return err
		}
		fmt.Fprintln(s.err, qrWarning)
		printQR(s.out, rows)
	}
	if _, _, ok := terminalOf(s); ok && !t.json && areLocal(t.hosted) {
		fmt.Fprintln(s.err, localWarning)
	}
	return nil
}

// invite shows how others come into the room that the person hosts, if she does.
func (c *conversation) invite(hosted []locator.SturdyRef) {
	if len(hosted) == 0 {
		return
	}
	c.face.note("You host this room. Whoever has its URI can join:")
	for _, ref := range hosted {
		c.face.bare(ref.URI())
	}
	if areLocal(hosted) {
		c.face.note(localWarning)
	}
}

// localWarning is said of URIs that are of no use elsewhere.
const localWarning = "Only programs on this machine reach that address; with -listen and -host, or -url, others do."

// areLocal reports whether all of the URIs lead to addresses that only this machine reaches.
func areLocal(refs []locator.SturdyRef) bool {
	return !slices.ContainsFunc(refs, func(ref locator.SturdyRef) bool {
		host, _ := ref.Peer.Hint("host")
		if text, ok := ref.Peer.Hint("url"); ok {
			if u, err := url.Parse(text); err == nil {
				host = u.Hostname()
			}
		}
		ip, err := netip.ParseAddr(host)
		return host != "localhost" && (err != nil || !ip.IsLoopback())
	})
}
