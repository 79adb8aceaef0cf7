// Package benchpb has the messages and methods of the workloads in Protocol Buffers, as protoc and its plugins for gRPC, connect and drpc
// generate them.
package benchpb

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative --go-drpc_out=. --go-drpc_opt=paths=source_relative --connect-go_out=. --connect-go_opt=paths=source_relative bench.proto
