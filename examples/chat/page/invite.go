package page

import (
	"fmt"
	"net/http"
	"strings"

	"rsc.io/qr"
)

// invitation is what lets others into the room.
type invitation struct {
	URI  string `json:"uri"`
	Size int    `json:"size,omitempty"` // of the QR code, in modules; 0 if the URI is too long for one
	Path string `json:"path,omitempty"` // of its dark modules, as SVG has paths
}

// serveInvite tells the URI of the room to a page whose person asks for it.
func (p *Page) serveInvite(w http.ResponseWriter, r *http.Request) {
	if p.uri == "" {
		http.NotFound(w, r)
		return
	}
	invite := invitation{URI: p.uri}
	if code, err := qr.Encode(p.uri, qr.L); err == nil {
		invite.Size, invite.Path = code.Size, outline(code)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(encode(invite)) // if nobody reads it there is nobody to tell
}

// outline returns the path of the dark modules of a code: in each row a rectangle for those that are side by side.
func outline(code *qr.Code) string {
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			first := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if n := x - first; n > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", first, y, n, n)
			}
		}
	}
	return path.String()
}
