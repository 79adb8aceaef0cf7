module github.com/ocapn-go/ocapn

go 1.26

require (
	github.com/alecthomas/participle/v2 v2.1.4
	github.com/coder/websocket v1.8.15
	github.com/dave/jennifer v1.7.1
	github.com/google/go-cmp v0.7.0
)

tool github.com/ocapn-go/ocapn/cmd/ocapngen
