// Package benchcp has the objects of the workloads in Cap'n Proto, as its compiler generates them.
package benchcp

// CAPNP_GO_STD is the folder std of the module capnproto.org/go/capnp/v3.
//go:generate sh -c "capnp compile -I \"$CAPNP_GO_STD\" -ogo bench.capnp"
