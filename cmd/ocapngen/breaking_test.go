package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	oldAlbum = "package album\n\ninterface album {\n  count() -> int\n  clear()\n}\n"
	newAlbum = "package album\n\ninterface album {\n  count(of?: string) -> int\n}\n"
)

// git runs git in the current folder, as somebody.
func git(t *testing.T, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// changeIDs runs breaking and returns the IDs of the changes, with the paths of their files.
func changeIDs(t *testing.T, args ...string) []string {
	t.Helper()
	got := ocapngen(t, "", append([]string{"breaking", "-json"}, args...)...)
	var report jsonReport
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatalf("%v: %+v", err, got)
	}
	ids := []string{}
	for _, d := range report.Diagnostics {
		ids = append(ids, d.File+" "+d.ID)
	}
	return ids
}

func TestBreakingAgainstFiles(t *testing.T) {
	workIn(t, map[string]string{"old.ocapn": oldAlbum, "new.ocapn": newAlbum})
	want := `new.ocapn:3:11: breaking (wire): the method "clear" of "album" is gone [METHOD_REMOVED]
  |
3 | interface album {
  |           ^^^^^

new.ocapn:3:11: breaking (go): the Go method Clear is gone with the method "clear" of "album" [GO_REMOVED]
  |
3 | interface album {
  |           ^^^^^

new.ocapn:4:3: breaking (go): the method "count" of "album" is func(*Opts) (int64, error) in Go, and was func() (int64, error) [GO_SIGNATURE]
  |
4 |   count(of?: string) -> int
  |   ^^^^^

3 changes: 3 breaking
`
	got := ocapngen(t, "", "breaking", "-against", "old.ocapn", "new.ocapn")
	if diff := cmp.Diff(result{exitError, "", want}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
	tests := []struct {
		name string
		args []string
		code int
		last string // line of stderr
	}{
		{"wire", []string{"-category", "wire"}, exitError, "1 change: 1 breaking"},
		{"everything", []string{"-all"}, exitError, "4 changes: 3 breaking, 1 ok"},
		{"ok only", []string{"-all", "-category", "wire", "-against", "new.ocapn", "old.ocapn"}, exitOK, "2 changes: 1 with care, 1 ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"breaking", "-against", "old.ocapn"}, tt.args...)
			if len(tt.args) < 3 {
				args = append(args, "new.ocapn")
			}
			got := ocapngen(t, "", args...)
			if got.code != tt.code || !strings.HasSuffix(got.stderr, "\n"+tt.last+"\n") {
				t.Errorf("%+v", got)
			}
		})
	}
	if got := ocapngen(t, "", "breaking", "-against", "new.ocapn", "new.ocapn"); got != (result{}) {
		t.Errorf("no changes: %+v", got)
	}
}

// repository makes the current folder a git repository with three revisions of a description in a folder of it.
func repository(t *testing.T) {
	t.Helper()
	parts := "package parts go \"example.org/parts\"\nstruct photo { name: string }\n"
	importing := strings.Replace(oldAlbum, "\n\n", "\nimport \"parts/parts.ocapn\"\n", 1)
	workIn(t, map[string]string{
		"go.mod": "module example.org/app\n", "api/album.ocapn": strings.Replace(importing, "clear()", "photo() -> parts.photo", 1),
		"api/parts/parts.ocapn": parts, "api/testdata/x.ocapn": "interface {", "other.ocapn": good,
	})
	git(t, "init", "-q", "-b", "main")
	git(t, "add", ".")
	git(t, "commit", "-q", "-m", "first")
	git(t, "tag", "v1")
	writeText(t, "api/parts/parts.ocapn", strings.Replace(parts, "name: string", "name: string, size: int", 1))
	git(t, "commit", "-q", "-a", "-m", "second")
	writeText(t, "api/album.ocapn", strings.Replace(read(t, "api/album.ocapn"), "count", "size", 1))
}

// What was deleted is compared as well: with its folder, as the last file of it, and as a file that is named.
func TestBreakingFindsDeletedFiles(t *testing.T) {
	for _, deleted := range []string{"sub/album.ocapn", "sub"} {
		workIn(t, map[string]string{"sub/album.ocapn": oldAlbum, "other.ocapn": good, "empty/x.txt": ""})
		git(t, "init", "-q", "-b", "main")
		git(t, "add", ".")
		git(t, "commit", "-q", "-m", "first")
		if err := os.RemoveAll(deleted); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"sub"}, {"sub/album.ocapn"}, {"."}, {"sub", "other.ocapn"}} {
			if diff := cmp.Diff([]string{"sub/album.ocapn INTERFACE_REMOVED", "sub/album.ocapn GO_REMOVED"}, changeIDs(t, args...)); diff != "" {
				t.Errorf("%s is gone, breaking %v (-want +got):\n%s", deleted, args, diff)
			}
		}
		for _, args := range [][]string{{"empty"}, {"sub", "empty"}, {"never"}, {"never.ocapn", "sub"}} {
			if got := ocapngen(t, "", append([]string{"breaking"}, args...)...); got.code != exitError || strings.Contains(got.stderr, "REMOVED") {
				t.Errorf("breaking %v: %+v", args, got)
			}
		}
	}
}

func TestBreakingAgainstGit(t *testing.T) {
	repository(t)
	renamed := []string{"api/album.ocapn METHOD_REMOVED", "api/album.ocapn GO_REMOVED", "api/album.ocapn GO_METHOD_ADDED"}
	grown := "api/parts/parts.ocapn FIELD_ADDED"
	tests := []struct {
		name string
		args []string
		want []string
	}{
		{"the last revision", []string{"."}, renamed},
		{"a file of the last revision", []string{"api/album.ocapn"}, renamed},
		{"an older one, with what it imports", []string{"-against", "HEAD~1", "api/album.ocapn"}, append(renamed[:3:3], grown)},
		{"a tag", []string{"-against", "v1", "api"}, append(renamed[:3:3], grown)},
		{"a repository and a branch", []string{"-against", ".git#branch=main", "."}, renamed},
		{"a repository and a tag", []string{"-against", ".git#v1", "api/parts"}, []string{grown}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, changeIDs(t, tt.args...)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("from a folder below", func(t *testing.T) {
		t.Chdir("api")
		want := []string{"album.ocapn METHOD_REMOVED", "album.ocapn GO_REMOVED", "album.ocapn GO_METHOD_ADDED"}
		if diff := cmp.Diff(want, changeIDs(t, ".")); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
	t.Run("a file that is gone and one that is new", func(t *testing.T) {
		if err := os.Remove("other.ocapn"); err != nil {
			t.Fatal(err)
		}
		writeText(t, "new.ocapn", "package fresh\ninterface fresh { }\n")
		want := []string{
			"api/album.ocapn METHOD_REMOVED", "api/album.ocapn GO_REMOVED", "api/album.ocapn METHOD_ADDED", "api/album.ocapn GO_METHOD_ADDED",
			"new.ocapn DECL_ADDED", "other.ocapn INTERFACE_REMOVED", "other.ocapn GO_REMOVED",
		}
		if diff := cmp.Diff(want, changeIDs(t, "-all", ".")); diff != "" {
			t.Errorf("changes (-want +got):\n%s", diff)
		}
	})
}

func TestBreakingAgainstAnotherCheckout(t *testing.T) {
	repository(t)
	other := filepath.Join(t.TempDir(), "old")
	git(t, "clone", "-q", "-b", "v1", ".", other)
	want := []string{"api/album.ocapn METHOD_REMOVED", "api/album.ocapn GO_REMOVED", "api/album.ocapn GO_METHOD_ADDED", "api/parts/parts.ocapn FIELD_ADDED"}
	for _, against := range []string{other, other + "/.git#v1"} {
		if diff := cmp.Diff(want, changeIDs(t, "-against", against, ".")); diff != "" {
			t.Errorf("%s: changes (-want +got):\n%s", against, diff)
		}
	}
	t.Chdir("api")
	want = []string{"album.ocapn METHOD_REMOVED", "album.ocapn GO_REMOVED", "album.ocapn GO_METHOD_ADDED", "parts/parts.ocapn FIELD_ADDED"}
	if diff := cmp.Diff(want, changeIDs(t, "-against", filepath.Join(other, "api"), "album.ocapn")); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

func TestBreakingMisuse(t *testing.T) {
	repository(t)
	tests := []struct {
		name string
		args []string
		code int
		want string // part of stderr
	}{
		{"no files", nil, exitUsage, "no files"},
		{"a category that there is not", []string{"-category", "wires", "."}, exitUsage, `no category "wires"`},
		{"nothing that can be compared with", []string{"-against", "nowhere", "."}, exitError, `"nowhere" is neither a file nor a folder nor a revision`},
		{"an option for git", []string{"-against=--output=x", "."}, exitError, `"--output=x" is neither`},
		{"a revision without the file", []string{"-against", "HEAD", "new.ocapn"}, exitError, "new.ocapn"},
		{"a folder without the file", []string{"-against", "api", "other.ocapn"}, exitError, "there is nothing to compare with: api has no other.ocapn"},
		{"one file for a folder", []string{"-against", "other.ocapn", "api"}, exitError, "can be compared with one only"},
		{"errors in the old version", []string{"-against", "HEAD", "bad.ocapn"}, exitError, "HEAD:bad.ocapn:4:13: unknown type"},
	}
	writeText(t, "bad.ocapn", bad)
	git(t, "add", "bad.ocapn")
	git(t, "commit", "-q", "-m", "third")
	writeText(t, "bad.ocapn", strings.Replace(bad, "strng", "string", 1))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ocapngen(t, "", append([]string{"breaking"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.stderr, tt.want) {
				t.Errorf("%+v", got)
			}
		})
	}
}
