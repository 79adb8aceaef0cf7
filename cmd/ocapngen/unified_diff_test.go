package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnifiedDiff(t *testing.T) {
	var long []string
	for i := range 30 {
		long = append(long, fmt.Sprintf("line %d", i+1))
	}
	changed := append([]string(nil), long...)
	changed[1], changed[20] = "two", "twenty-one"
	text := func(lines []string) string { return strings.Join(lines, "\n") + "\n" }
	tests := []struct{ name, before, after, want string }{
		{"same", "a\n", "a\n", ""},
		{"from nothing", "", "a\n", "@@ -0,0 +1,1 @@\n+a\n"},
		{"to nothing", "a\n", "", "@@ -1,1 +0,0 @@\n-a\n"},
		{"no newline", "a", "a\n", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{
			"two hunks", text(long), text(changed),
			"@@ -1,5 +1,5 @@\n line 1\n-line 2\n+two\n line 3\n line 4\n line 5\n" +
				"@@ -18,7 +18,7 @@\n line 18\n line 19\n line 20\n-line 21\n+twenty-one\n line 22\n line 23\n line 24\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.TrimPrefix(unifiedDiff("x", "x", tt.before, tt.after), "--- x\n+++ x\n")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("diff (-want +got):\n%s", diff)
			}
		})
	}
}

// A text that is too large to be compared as a whole is compared in parts.
func TestUnifiedDiffOfLargeTexts(t *testing.T) {
	var before, after []string
	for i := range 20000 {
		before = append(before, fmt.Sprintf("line %d", i), "}")
		switch i {
		case 100:
			after = append(after, "changed", "}")
		case 12000:
		case 15000:
			after = append(after, before[2*i], "added", "}")
		default:
			after = append(after, before[2*i], "}")
		}
	}
	text := func(lines []string) string { return strings.Join(lines, "\n") + "\n" }
	got := unifiedDiff("x", "x", text(before), text(after))
	want := "--- x\n+++ x\n" +
		"@@ -198,7 +198,7 @@\n }\n line 99\n }\n-line 100\n+changed\n }\n line 101\n }\n" +
		"@@ -23998,8 +23998,6 @@\n }\n line 11999\n }\n-line 12000\n-}\n line 12001\n }\n line 12002\n" +
		"@@ -29999,6 +29997,7 @@\n line 14999\n }\n line 15000\n+added\n }\n line 15001\n }\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
	all := unifiedDiff("x", "x", text(after[:3000]), strings.ReplaceAll(text(after[:3000]), "\n", " \n"))
	if n := strings.Count(all, "\n"); n != 6003 {
		t.Errorf("two texts with no line in common differ in %d lines, want 6003", n)
	}
}

func TestIncreasing(t *testing.T) {
	tests := []struct{ name, second, want string }{
		{"none", "", ""},
		{"in order", "abc", "abc"},
		{"one", "q", "q"},
		{"mixed", "zbcxdaef", "bcdef"},
		{"one too early", "zabcd", "abcd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var pairs [][2]int
			for i, r := range tt.second {
				pairs = append(pairs, [2]int{i, int(r)})
			}
			var got strings.Builder
			for _, p := range increasing(pairs) {
				got.WriteRune(rune(p[1]))
			}
			if got.String() != tt.want {
				t.Errorf("got %q, want %q", got.String(), tt.want)
			}
		})
	}
}
