// Package benchcp has the objects of the workloads in Cap'n Proto, as its compiler generates them.
package benchcp

//go:generate ./generate.sh
