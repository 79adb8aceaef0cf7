#!/bin/sh
# Has protoc write the Go code for bench.proto, by plugins of the versions that go.mod pins.
set -eu

# plugin NAME prints the option with which protoc finds a plugin.
plugin() {
  path=$(go tool -n "$1")
  echo "--plugin=$1=$path"
}

protoc \
  "$(plugin protoc-gen-go)" --go_out=. --go_opt=paths=source_relative \
  "$(plugin protoc-gen-go-grpc)" --go-grpc_out=. --go-grpc_opt=paths=source_relative \
  "$(plugin protoc-gen-go-drpc)" --go-drpc_out=. --go-drpc_opt=paths=source_relative \
  "$(plugin protoc-gen-connect-go)" --connect-go_out=. --connect-go_opt=paths=source_relative \
  bench.proto
