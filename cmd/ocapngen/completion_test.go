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
	{"ocapngen lint -enable UNB", []string{"UNBOUNDED"}, []string{"OPT_MIDDLE"}},
	{"ocapngen completion ", []string{"bash", "fish", "zsh"}, []string{"chat.ocapn"}},
}

// checkCompletion runs all cases; offer returns what a shell with the script offers for each command line.
func checkCompletion(t *testing.T, offer func(lines []string) [][]string) {
	t.Helper()
	workIn(t, map[string]string{"chat.ocapn": good, "notes.txt": "", "api/x.ocapn": good})
	var lines []string
	for _, tt := range completionCases {
		lines = append(lines, tt.line)
	}
	offered := offer(lines)
	if len(offered) != len(lines) {
		t.Fatalf("%d answers to %d command lines: %q", len(offered), len(lines), offered)
	}
	for i, tt := range completionCases {
		t.Run(tt.line, func(t *testing.T) {
			for _, word := range tt.want {
				if !slices.Contains(offered[i], word) {
					t.Errorf("%q is not offered, but %q", word, offered[i])
				}
			}
			for _, word := range tt.unwanted {
				if slices.Contains(offered[i], word) {
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

// nextLine stands before what a shell offers for each command line.
const nextLine = "NEXT LINE"

// answers runs a shell, which prints nextLine and then what it offers for each command line, and returns that.
func answers(t *testing.T, program string, args ...string) [][]string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var offered [][]string
	for part := range strings.SplitSeq(string(out), nextLine+"\n") {
		offered = append(offered, strings.Split(strings.TrimSpace(part), "\n"))
	}
	return offered[1:]
}

func TestCompletionBash(t *testing.T) {
	bash := shell(t, "bash")
	script := ocapngen(t, "", "completion", "bash").stdout
	checkCompletion(t, func(lines []string) [][]string {
		return answers(t, bash, append([]string{"--norc", "-c", script + bashOffers, "bash"}, lines...)...)
	})
}

// bashOffers calls the function of the script with each argument as the command line.
const bashOffers = `
for line; do
	IFS=' ' read -ra COMP_WORDS <<<"$line"
	[[ $line == *' ' ]] && COMP_WORDS+=('')
	COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
	_ocapngen
	printf '%s\n' "` + nextLine + `" "${COMPREPLY[@]}"
done
`

func TestCompletionFish(t *testing.T) {
	fish := shell(t, "fish")
	script := ocapngen(t, "", "completion", "fish").stdout
	t.Setenv("HOME", t.TempDir())
	checkCompletion(t, func(lines []string) [][]string {
		offered := answers(t, fish, append([]string{"--no-config", "-c", script + fishOffers}, lines...)...)
		for _, words := range offered {
			for i, word := range words {
				word, _, _ := strings.Cut(word, "\t")
				words[i] = strings.TrimSuffix(word, "/")
			}
		}
		return offered
	})
}

// fishOffers prints what fish offers for each argument as the command line.
const fishOffers = `
for line in $argv
	echo "` + nextLine + `"
	complete -C "$line"
end
`

func TestCompletionZsh(t *testing.T) {
	zsh := shell(t, "zsh")
	dir := t.TempDir()
	writeText(t, dir+"/_ocapngen", ocapngen(t, "", "completion", "zsh").stdout)
	writeText(t, dir+"/.zshrc", zshOffers)
	t.Setenv("ZDOTDIR", dir)
	checkCompletion(t, func(lines []string) [][]string {
		writeText(t, dir+"/lines", strings.Join(lines, "\n")+"\n")
		return answers(t, zsh, "-f", "-c", zshTerminal)
	})
}

// zshTerminal runs an interactive zsh until it ends, and prints what that one has written to a file. Completion in zsh needs a
// terminal, so it runs in a pseudo terminal of zsh's own, in which nothing is typed.
const zshTerminal = `
zmodload zsh/zpty || exit 1
zpty z zsh -d -i
while zpty -r z ignored; do :; done
cat "$ZDOTDIR/offers"
`

// zshOffers is the start of the interactive zsh. As soon as it could read a command line it writes what it offers for each line of
// a file, and ends. All offers go through compadd.
const zshOffers = `
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit
compinit -u -D
setopt no_auto_list no_auto_menu no_list_beep
compadd () {
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
	typeset -a __hits
	builtin compadd -A __hits "$@"
	for hit in $__hits; do print -r -- "$hit" >>$ZDOTDIR/offers; done
	builtin compadd "$@"
}
offer-all () {
	local line
	while IFS= read -r line; do
		print -r -- "` + nextLine + `" >>$ZDOTDIR/offers
		BUFFER=$line CURSOR=$#line
		zle complete-word
	done <$ZDOTDIR/lines
	exit
}
zle -N zle-line-init offer-all
`

func TestCompletionMisuse(t *testing.T) {
	for _, args := range [][]string{{"completion"}, {"completion", "tcsh"}, {"completion", "bash", "zsh"}} {
		if got := ocapngen(t, "", args...); got.code != exitUsage || !strings.Contains(got.stderr, "name a shell: bash, fish, zsh") {
			t.Errorf("%v: %+v", args, got)
		}
	}
}
