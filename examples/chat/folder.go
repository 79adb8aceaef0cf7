package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// folder is where the program keeps what it is to know next time. What is in it lets others into rooms, or be taken for somebody, so it
// is for its owner alone. An empty folder keeps nothing.
type folder string

// flag adds the flag by which a command is told where its folder is.
func (f *folder) flag(flags *flag.FlagSet) {
	if config, err := os.UserConfigDir(); err == nil {
		*f = folder(filepath.Join(config, "ocapn-chat"))
	}
	flags.StringVar((*string)(f), "folder", string(*f), "the `folder` in which rooms, keys and your name are kept; if empty, nothing is")
}

// read reads what is kept under a name into v, which stays as it is if there is nothing.
func (f folder) read(name string, v any) error {
	if f == "" {
		return nil
	}
	path := filepath.Join(string(f), name)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// write keeps v under a name. Whoever reads it meanwhile reads all of it, or all of what was there before.
func (f folder) write(name string, v any) error {
	if f == "" {
		return nil
	}
	content, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(string(f), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*") // has mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(append(content, '\n'))
	if err := errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
