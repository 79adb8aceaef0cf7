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
