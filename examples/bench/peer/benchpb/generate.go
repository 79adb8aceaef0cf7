// Package benchpb has the messages and methods of the workloads in Protocol Buffers, as protoc and its plugins for gRPC, connect and drpc
// generate them.
package benchpb

//go:generate ./generate.sh
