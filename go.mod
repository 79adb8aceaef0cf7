module github.com/ocapn-go/ocapn

go 1.26.0

require (
	github.com/alecthomas/participle/v2 v2.1.4
	github.com/coder/websocket v1.8.15
	github.com/cretz/bine v0.2.0
	github.com/dave/jennifer v1.7.1
	github.com/flynn/noise v1.1.0
	github.com/google/go-cmp v0.7.0
	golang.org/x/crypto v0.59.0
	golang.org/x/sys v0.50.0
	golang.org/x/term v0.48.0
	rsc.io/qr v0.2.0
)

tool github.com/ocapn-go/ocapn/cmd/ocapngen
