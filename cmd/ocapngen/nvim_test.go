package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nvimSession is what the script in testdata/nvim prints.
const nvimSession = `open: nothing is wrong
error: 6:28 unknown type "usr"; did you mean "user"?
action: Change to user
hover: interface user {
definition: 3
references: 3
symbols: 2
completion: room user
| package chat go "example.org/chat"
|
| /// A person.
| interface user {
|   @wire("name") self-proposed-name() -> string
| }
|
| interface room { join(who: user) -> list<user> }
stopped
`

// TestNeovim lets Neovim, where it is installed, open a file with an error, fix it, rename a method and format.
func TestNeovim(t *testing.T) {
	nvim, err := exec.LookPath("nvim")
	if err != nil {
		t.Skip("there is no nvim")
	}
	dir := t.TempDir()
	server := filepath.Join(dir, "ocapngen")
	if out, err := exec.Command("go", "build", "-o", server, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	file := filepath.Join(dir, "chat.ocapn")
	const src = "package chat go \"example.org/chat\"\n/// A person.\ninterface user {\n    name() -> string\n}\ninterface room { join(who: user) -> list<user> }\n"
	if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), nvim, "--headless", "-u", "NONE", "-n", "-S", filepath.Join("testdata", "nvim", "session.lua"))
	cmd.Env = append(os.Environ(), "OCAPNGEN="+server, "OCAPN_FILE="+file, "HOME="+dir)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	got := strings.ReplaceAll(string(out), "| \n", "|\n")
	if diff := cmp.Diff(nvimSession, got); diff != "" || err != nil {
		t.Errorf("session (-want +got): %v\n%s%s", err, diff, stderr.String())
	}
}
