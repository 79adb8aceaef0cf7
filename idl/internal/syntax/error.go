package syntax

import (
	"fmt"
	"strings"
)

// Error is one thing that is wrong with the text of a file.
type Error struct {
	ID      string // stable name of the kind of error
	Span    Span
	Message string // what is wrong
	Hint    string // what may be meant, or ""
	Note    string // what else helps, or ""
}

// Cut returns text, and of one with more than limit characters the start, with an ellipsis.
func Cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	n := 0
	for at := range text {
		if n == limit {
			return text[:at] + "..."
		}
		n++
	}
	return text
}

// maxShown bounds the characters that a message shows of one token.
const maxShown = 60

// shown returns a token as messages show it.
func shown(token string) string { return Cut(token, maxShown) }

// DidYouMean returns a hint at the candidate nearest to word, or "".
func DidYouMean(word string, candidates []string) string {
	if near := Nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return ""
}

// Nearest returns the candidate with the smallest edit distance to word, which is at most 2 and less than the length of
// word, or "". Of several the first in alphabetical order wins, so that the answer does not depend on the order.
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", min(3, len(word))
	for _, c := range candidates {
		if c == word || c == "" {
			continue
		}
		d := distance(strings.ToLower(word), strings.ToLower(c))
		if d < bestDistance || d == bestDistance && best != "" && c < best {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance returns how many insertions, deletions, replacements and exchanges of neighbours make b of a. It gives up at
// 3, the first distance that nobody asks for.
func distance(a, b string) int {
	const enough = 3
	if len(a)-len(b) >= enough || len(b)-len(a) >= enough {
		return enough
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return min(above[len(b)], enough)
}
