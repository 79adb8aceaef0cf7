//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package onion

import (
	"os"
	"path/filepath"
	"syscall"
)

// lockName is the file in a temporary folder whose lock says that the program is there that made the folder: the system gives the lock up
// when the program ends, however it ends.
const lockName = "lock"

// lockFolder locks the folder, and returns what holds the lock, or nil where that cannot be done: then nobody removes the folder but the
// program that made it. The file gets its name when it is locked already, so that no other program finds it before that.
func lockFolder(path string) *os.File {
	unnamed := filepath.Join(path, lockName+"~")
	f, err := os.OpenFile(unnamed, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil
	}
	if !lock(f) || os.Rename(unnamed, filepath.Join(path, lockName)) != nil {
		_, _ = f.Close(), os.Remove(unnamed)
		return nil
	}
	return f
}

// lock locks the file if nobody else has.
func lock(f *os.File) bool { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil }

// removeAbandoned removes the temporary folders in parent whose programs are gone. What cannot be removed stays.
func removeAbandoned(parent string) {
	paths, _ := filepath.Glob(filepath.Join(parent, folderPrefix+"*"))
	for _, path := range paths {
		if !isOurs(path) {
			continue
		}
		f, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if lock(f) {
			_ = os.RemoveAll(path)
		}
		_ = f.Close()
	}
}

// isOurs reports whether the path is a folder of this user, into which nobody else can put anything: parent belongs to all users.
func isOurs(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}
