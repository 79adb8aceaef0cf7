//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package onion

import "os"

// lockFolder locks nothing.
func lockFolder(string) *os.File { return nil }

// removeAbandoned removes nothing: without locks it cannot be told whose program is gone.
func removeAbandoned(string) {}
