package idl

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// maxText bounds the characters of each text of a diagnostic.
const maxText = 400

// Loader reads and checks .ocapn files. The zero Loader reads from the file system and finds imports beside the
// importing file. A Loader may be used by several goroutines if its functions may.
type Loader struct {
	// ReadFile returns the bytes of a file by its slash path; nil means [ReadFile]. The error for a missing file must
	// match [io/fs.ErrNotExist].
	ReadFile func(path string) ([]byte, error)
	// OnRead, if it is not nil, is told of every file that Load has read or has tried to read: its slash path, its bytes, and
	// the error. Among them are imports that were looked for where they are not, and go.mod files, but not the standard library.
	OnRead func(path string, src []byte, err error)
	// Search are the folders in which an import is looked for when it is not beside the importing file.
	Search []string
	// Package returns the folder of a Go package by its import path. It is asked for imports that name a file of a package
	// of another module; nil means that there are none. The text of its error is shown to people.
	Package func(importPath string) (dir string, err error)
	// GoPackage is the name of the Go package of the file that is loaded, in place of the one that the file gives. It
	// has no effect on imported files.
	GoPackage string
}

// Load reads the file at path with everything that it imports and returns its checked schema. When anything is wrong
// the schema is nil and the errors, of all the files read, are in order of file and place.
//
//	schema, errs := idl.Load("chat.ocapn")
func Load(path string) (*Schema, []Error) { return new(Loader).Load(path) }

// Load is the function [Load] with the loader's settings.
func (l *Loader) Load(path string) (*Schema, []Error) {
	s := newSession(l)
	name := filepath.ToSlash(path)
	src, err := l.read(name)
	if err != nil {
		return nil, []Error{unreadable(name, err)}
	}
	s.goPackage = l.GoPackage
	file := s.check(source{name: name, key: l.absolute(name), text: src})
	if len(s.errs) > 0 {
		sortErrors(s.errs)
		return nil, s.errs
	}
	return file.schema, nil
}

// unreadable returns the error for a file that cannot be read.
func unreadable(name string, err error) Error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err // the path is already in front
	}
	return Error{ID: "UNREADABLE", File: name, Message: "cannot read the file: " + err.Error()}
}

// read returns the bytes of a file by its slash path.
func (l *Loader) read(name string) (src []byte, err error) {
	if l.ReadFile != nil {
		src, err = l.ReadFile(name)
	} else {
		src, err = ReadFile(name)
	}
	if l.OnRead != nil {
		l.OnRead(name, src, err)
	}
	return src, err
}

// absolute returns a path in the form in which its parents can be walked and which is the same for every spelling.
func (l *Loader) absolute(name string) string {
	if l.ReadFile == nil {
		if abs, err := filepath.Abs(filepath.FromSlash(name)); err == nil {
			return filepath.ToSlash(abs)
		}
	}
	return path.Clean(name)
}

// session is one call of Load: the files that it has read.
type session struct {
	loader *Loader
	files  map[string]*loaded // by key; nil while the file is being checked
	stack  []source           // the files that are being checked, the importing one before the imported one
	errs   []Error
	refs   map[Decl]bool // structs and unions that lead to references, of the files that have been checked

	goGraph    goGraph          // of the files that have been checked
	incomplete map[*Method]bool // methods a part of which has been reported

	goPackage string // the name that the next file gets that is checked, or ""
}

// newSession returns a session that has read nothing.
func newSession(l *Loader) *session {
	return &session{loader: l, files: map[string]*loaded{}, refs: map[Decl]bool{}, goGraph: goGraph{}, incomplete: map[*Method]bool{}}
}

// source is a file that has been read.
type source struct {
	name     string // slash path, for people
	key      string // the same for every spelling of the path
	text     []byte
	goImport string // the import path of the Go package in whose folder it was found, or ""
	std      bool   // it is part of the standard library and not on disk
}

// loaded is a file that has been checked.
type loaded struct {
	schema *Schema
	byName map[string]Decl
	broken bool // it has errors, so what it declares may be missing
}

// check parses and checks a file.
func (s *session) check(src source) *loaded {
	s.files[src.key] = nil
	s.stack = append(s.stack, src)
	c := newChecker(s, src)
	c.run()
	s.stack = s.stack[:len(s.stack)-1]
	file := &loaded{schema: c.schema, byName: map[string]Decl{}, broken: len(c.errs) > 0}
	for _, d := range c.schema.Decls {
		file.byName[d.DeclName()] = d
	}
	for _, e := range c.errs {
		e.Message, e.Hint, e.Note = syntax.Cut(e.Message, maxText), syntax.Cut(e.Hint, maxText), syntax.Cut(e.Note, maxText)
		s.errs = append(s.errs, *e)
	}
	s.files[src.key] = file
	return file
}
