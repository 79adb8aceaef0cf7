package page

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// files are the files of the page, and what they are.
var files = map[string]string{
	"index.html": "text/html; charset=utf-8",
	"page.css":   "text/css; charset=utf-8",
	"page.js":    "text/javascript; charset=utf-8",
	"lines.js":   "text/javascript; charset=utf-8",
	"invite.js":  "text/javascript; charset=utf-8",
	"text.js":    "text/javascript; charset=utf-8",
	"icon.svg":   "image/svg+xml",
}

// ServeHTTP implements [http.Handler]. Who does not know the secret finds nothing here.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.guard(w.Header())
	if r.Host != p.authority { // a name that somebody gave this address
		http.Error(w, "misdirected request", http.StatusMisdirectedRequest)
		return
	}
	secret, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if subtle.ConstantTimeCompare([]byte(secret), []byte(p.secret)) != 1 || !strings.HasSuffix(r.URL.Path, "/"+rest) {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	switch rest {
	case "live":
		p.serveLive(w, r)
	case "invite":
		p.serveInvite(w, r)
	case "":
		p.serveFile(w, r, "index.html")
	default:
		p.serveFile(w, r, rest)
	}
}

// guard sets what keeps the page to itself.
func (p *Page) guard(h http.Header) {
	h.Set("Content-Security-Policy", strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
		"connect-src 'self' ws://" + p.authority, // which not every browser takes for the same
		"base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; "))
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}

func (p *Page) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	kind, ok := files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	content, err := site.ReadFile("site/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Write(content) // if nobody reads it there is nobody to tell
}
