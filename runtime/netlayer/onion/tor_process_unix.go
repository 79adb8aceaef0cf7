//go:build unix

package onion

import "syscall"

// ownGroup keeps tor from the signals that a terminal sends to the program: what is said in parting still goes through tor.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
