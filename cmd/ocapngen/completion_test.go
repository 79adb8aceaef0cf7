package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// completionCases are command lines, the last word unfinished, with what a shell must offer and what it must not.
var completionCases = []struct {
	line     string
	want     []string
	unwanted []string
}{
	{"ocapngen ", []string{"generate", "check", "help", "chat.ocapn"}, []string{"notes.txt", "-json"}},
	{"ocapngen ch", []string{"check", "chat.ocapn"}, []string{"generate"}},
	{"ocapngen check ", []string{"chat.ocapn", "api"}, []string{"notes.txt"}},
	{"ocapngen check -", []string{"-json", "-I"}, []string{"-out", "chat.ocapn"}},
	{"ocapngen generate -o", []string{"-out"}, []string{"-I"}},
	{"ocapngen generate -out ", []string{"api"}, []string{"chat.ocapn"}},
	{"ocapngen generate chat.ocapn ap", []string{"api"}, []string{"chat.ocapn"}},
	{"ocapngen help UNKNOWN_T", []string{"UNKNOWN_TYPE"}, []string{"UNKNOWN_IMPORT"}},
	{"ocapngen help ty", []string{"types"}, []string{"check"}},
	{"ocapngen completion ", []string{"bash", "fish", "zsh"}, []string{"chat.ocapn"}},
}

// checkCompletion runs all cases; offer returns what a shell with the script offers for a command line.
func checkCompletion(t *testing.T, offer func(t *testing.T, line string) []string) {
	t.Helper()
	workIn(t, map[string]string{"chat.ocapn": good, "notes.txt": "", "api/x.ocapn": good})
	for _, tt := range completionCases {
		t.Run(tt.line, func(t *testing.T) {
			got := offer(t, tt.line)
			for _, word := range tt.want {
				if !slices.Contains(got, word) {
					t.Errorf("%q is not offered, but %q", word, got)
				}
			}
			for _, word := range tt.unwanted {
				if slices.Contains(got, word) {
					t.Errorf("%q is offered", word)
				}
			}
		})
	}
}

// shell returns the path of a shell, or skips the test.
func shell(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("there is no %s to try the script in", name)
	}
	return path
}

// output runs a program and returns the lines that it prints.
func outputLines(t *testing.T, program string, args ...string) []string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestCompletionBash(t *testing.T) {
	bash := shell(t, "bash")
	script := ocapngen(t, "", "completion", "bash").stdout
	checkCompletion(t, func(t *testing.T, line string) []string {
		return outputLines(t, bash, "--norc", "-c", script+`
			IFS=' ' read -ra COMP_WORDS <<<"$1"
			[[ $1 == *' ' ]] && COMP_WORDS+=('')
			COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
			_ocapngen
			printf '%s\n' "${COMPREPLY[@]}"`, "bash", line)
	})
}

func TestCompletionFish(t *testing.T) {
	fish := shell(t, "fish")
	script := ocapngen(t, "", "completion", "fish").stdout
	t.Setenv("HOME", t.TempDir())
	checkCompletion(t, func(t *testing.T, line string) []string {
		lines := outputLines(t, fish, "--no-config", "-c", script+"\ncomplete -C '"+line+"'")
		for i, l := range lines {
			word, _, _ := strings.Cut(l, "\t")
			lines[i] = strings.TrimSuffix(word, "/")
		}
		return lines
	})
}

// Completion in zsh needs a terminal, so the script runs in a pseudo terminal of zsh's own, and compadd, through which all
// offers go, prints them.
func TestCompletionZsh(t *testing.T) {
	zsh := shell(t, "zsh")
	writeIn := t.TempDir()
	writeText(t, writeIn+"/_ocapngen", ocapngen(t, "", "completion", "zsh").stdout)
	checkCompletion(t, func(t *testing.T, line string) []string {
		return outputLines(t, zsh, "-f", "-c", zshCapture, "zsh", writeIn, line)
	})
}

// zshCapture prints what zsh offers for the command line $2 with the script in the folder $1.
const zshCapture = `
zmodload zsh/zpty || exit 1
zpty z zsh -f -i
zpty -w z "PROMPT= RPROMPT=; stty -echo; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w z 'compadd () {
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
	typeset -a __hits
	builtin compadd -A __hits "$@"
	for hit in $__hits; do print -r -- "OFFER:$hit"; done
	builtin compadd "$@"
}'
zpty -w z 'bindkey "^I" complete-word; zstyle ":completion:*" list-prompt ""; setopt nolistbeep; print READ""Y'
zpty -r -m z ignored '*READY*'
zpty -w -n z "$2"$'\t'
zpty -w -n z $'\x15'
zpty -w z 'print DO""NE'
zpty -r -m z all '*DONE*'
print -r -- $all | tr -d '\r' | sed -n 's/.*OFFER://p'
zpty -d z
`

func TestCompletionMisuse(t *testing.T) {
	for _, args := range [][]string{{"completion"}, {"completion", "tcsh"}, {"completion", "bash", "zsh"}} {
		if got := ocapngen(t, "", args...); got.code != exitUsage || !strings.Contains(got.stderr, "name a shell: bash, fish, zsh") {
			t.Errorf("%v: %+v", args, got)
		}
	}
}
