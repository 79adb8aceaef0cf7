package onion

import (
	"os"
	"path/filepath"
)

// folderPrefix begins the names of the temporary folders of tors.
const folderPrefix = "ocapn-tor-"

// folder is the temporary folder of one tor.
type folder struct {
	path string
	lock *os.File // held for as long as the program is there; nil where there are no such locks
}

// newFolder makes a folder, which goes with remove. It also removes those of programs that were killed, who could not.
func newFolder() (*folder, error) {
	removeAbandoned(os.TempDir())
	path, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return nil, err
	}
	return &folder{path: path, lock: lockFolder(path)}, nil
}

// join returns the path of a file in the folder.
func (f *folder) join(name string) string { return filepath.Join(f.path, name) }

// remove removes the folder with everything in it.
func (f *folder) remove() error {
	err := os.RemoveAll(f.path)
	if f.lock != nil {
		_ = f.lock.Close()
	}
	return err
}
