#!/bin/sh
# Has capnp write the Go code for bench.capnp, by the plugin of the version that go.mod pins.
set -eu

std=$(go list -m -f '{{.Dir}}/std' capnproto.org/go/capnp/v3)
plugin=$(go tool -n capnpc-go)
capnp compile -I "$std" -o "$plugin" bench.capnp
