package idl

import (
	"errors"
	"io/fs"
	"testing"
)

func TestFindImport(t *testing.T) {
	files := map[string]string{
		"/a/go.mod": "module example.org/a\n", "/a/b/chat.ocapn": "x", "/a/b/c/seal.ocapn": "y", "/search/else.ocapn": "z", "/m/p.ocapn": "m",
	}
	l := &Loader{
		Search: []string{"/search"},
		ReadFile: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		Package: func(importPath string) (string, error) {
			if importPath == "example.com/m" {
				return "/m", nil
			}
			return "", errors.New("unknown module")
		},
	}
	for _, test := range []struct{ from, path, want string }{
		{"/a/b/chat.ocapn", "c/seal.ocapn", "/a/b/c/seal.ocapn"},
		{"/a/b/gone.ocapn", "chat.ocapn", "/a/b/chat.ocapn"},
		{"/a/b/c/seal.ocapn", "../chat.ocapn", "/a/b/chat.ocapn"},
		{"/a/b/chat.ocapn", "else.ocapn", "/search/else.ocapn"},
		{"/a/b/chat.ocapn", "example.org/a/b/c/seal.ocapn", "/a/b/c/seal.ocapn"},
		{"/a/b/chat.ocapn", "example.com/m/p.ocapn", "/m/p.ocapn"},
		{"/a/b/chat.ocapn", "ocapn/sealers.ocapn", "ocapn/sealers.ocapn"},
		{"ocapn/sealers.ocapn", "ocapn/sealers.ocapn", "ocapn/sealers.ocapn"},
		{"/a/b/chat.ocapn", "missing.ocapn", ""},
		{"/a/b/chat.ocapn", "example.com/n/p.ocapn", ""},
		{"/a/b/chat.ocapn", "ocapn/missing.ocapn", ""},
		{"/a/b/chat.ocapn", "", ""},
		{"/a/b/chat.ocapn", "/a/b/chat.ocapn", ""},
	} {
		file, text, err := l.FindImport(test.from, test.path)
		if file != test.want || (err == nil) != (test.want != "") || (text == nil) != (test.want == "") {
			t.Errorf("FindImport(%q, %q) = %q, %q, %v, want %q", test.from, test.path, file, text, err, test.want)
		}
		var e Error
		if err != nil && (!errors.As(err, &e) || e.ID != "IMPORT_NOT_FOUND" || e.Line != 0) {
			t.Errorf("FindImport(%q, %q): %#v", test.from, test.path, err)
		}
	}
}
