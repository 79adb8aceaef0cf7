//go:build !unix

package onion

import "syscall"

// ownGroup leaves tor in the group of the program.
func ownGroup() *syscall.SysProcAttr { return nil }
