package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpand(t *testing.T) {
	workIn(t, map[string]string{
		"b.ocapn": "", "a.ocapn": "", "notes.txt": "", "api/c.ocapn": "", "api/v2/d.ocapn": "", ".git/x.ocapn": "", "_old/x.ocapn": "",
		"api/testdata/x.ocapn": "", "vendor/x.ocapn": "", "node_modules/p/x.ocapn": "", "empty/readme": "", "testdata/deep/e.ocapn": "",
	})
	tests := []struct {
		name string
		args []string
		want []string
		err  string
	}{
		{"a file", []string{"b.ocapn"}, []string{"b.ocapn"}, ""},
		{"a file that is missing", []string{"nowhere.ocapn"}, []string{"nowhere.ocapn"}, ""},
		{"the current folder", []string{"."}, []string{"a.ocapn", "api/c.ocapn", "api/v2/d.ocapn", "b.ocapn"}, ""},
		{"in the order of the arguments", []string{"b.ocapn", "api"}, []string{"b.ocapn", "api/c.ocapn", "api/v2/d.ocapn"}, ""},
		{"each once", []string{"b.ocapn", "./b.ocapn", "api/c.ocapn", "api"}, []string{"b.ocapn", "api/c.ocapn", "api/v2/d.ocapn"}, ""},
		{"a skipped folder that is named", []string{"testdata"}, []string{"testdata/deep/e.ocapn"}, ""},
		{"nothing there", []string{"empty"}, nil, "there is no .ocapn file in empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := expand(tt.args)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if err == nil != (tt.err == "") || err != nil && err.Error() != tt.err {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

func TestFoldersAsArguments(t *testing.T) {
	workIn(t, map[string]string{"api/good.ocapn": good, "api/more/bad.ocapn": bad, "none/x": ""})
	for _, command := range []string{"check", "generate", "diff"} {
		if got := ocapngen(t, "", command, "."); got.code != exitError || !strings.HasPrefix(got.stderr, "api/more/bad.ocapn:4:13: ") {
			t.Errorf("%s: %+v", command, got)
		}
		if got := ocapngen(t, "", command, "none"); got.code != exitError || !strings.Contains(got.stderr, "there is no .ocapn file in none") {
			t.Errorf("%s on an empty folder: %+v", command, got)
		}
	}
	writeText(t, "api/good.ocapn", untidy)
	if got := ocapngen(t, "", "fmt", "-l", "."); got.stdout != "api/good.ocapn\n" {
		t.Errorf("fmt: %+v", got)
	}
}
