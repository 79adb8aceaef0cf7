package main

import (
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// hosted is a room that this program hosts, as it is kept from one run to the next: under the same URI.
type hosted struct {
	Title      string     `json:"title"`
	Swiss      string     `json:"swiss"`      // what the room is published under
	Designator string     `json:"designator"` // of the transport that has no keys
	Listen     []listened `json:"listen"`
	Elsewhere  []listened `json:"elsewhere,omitempty"` // on networks on which it is not hosted now
	URL        string     `json:"url,omitempty"`
	Host       string     `json:"host,omitempty"`

	folder folder // where the keys are; empty if there is no such place
}

// listened is where the room is called on a network.
type listened struct {
	Net     string `json:"net"`
	Address string `json:"address"`
}

const hostedFile = "room.json"

// newHosted returns a new room. Its swiss number is text: Endo's peers find objects under no other.
func newHosted(title string) *hosted {
	return &hosted{Title: title, Swiss: rand.Text(), Designator: strings.ToLower(rand.Text())}
}

// swiss returns the swiss number of the room.
func (h *hosted) swiss() locator.SwissNumber { return locator.NewSwissNumber([]byte(h.Swiss)) }

// hosted returns the room that is kept under the name, or a new one.
func (f folder) hosted(name string) (*hosted, error) {
	h := newHosted(name)
	h.folder = f.of(name)
	err := h.folder.read(hostedFile, h)
	return h, err
}

// of returns the folder of the room of that name.
func (f folder) of(room string) folder {
	if f == "" {
		return ""
	}
	return folder(filepath.Join(string(f), "hosted", "room-"+url.PathEscape(room)))
}

// networks returns the names of the networks on which the room was hosted last time, or else of the one by default.
func (h *hosted) networks() []string {
	var names []string
	for _, l := range h.Listen {
		names = append(names, l.Net)
	}
	if names == nil {
		return []string{byDefault}
	}
	return names
}

// address returns where the room was called last on a network; empty if it never was.
func (h *hosted) address(network string) string {
	for _, l := range slices.Concat(h.Listen, h.Elsewhere) {
		if l.Net == network {
			return l.Address
		}
	}
	return ""
}

// listensAt notes where the room is called now. Where it was on other networks is not forgotten.
func (h *hosted) listensAt(now []listened) {
	h.Elsewhere = slices.DeleteFunc(slices.Concat(h.Listen, h.Elsewhere), func(was listened) bool {
		return slices.ContainsFunc(now, func(l listened) bool { return l.Net == was.Net })
	})
	h.Listen = now
}

// keep keeps the room.
func (h *hosted) keep() error { return h.folder.write(hostedFile, h) }

// keyFile returns the file that says who the room's peer is on a network. There is none if the room is not kept.
func (h *hosted) keyFile(net string) (string, error) {
	if h.folder == "" {
		return "", nil
	}
	if err := os.MkdirAll(string(h.folder), 0o700); err != nil {
		return "", err
	}
	return filepath.Join(string(h.folder), net+".key"), nil
}
