package main

import (
	"fmt"
	"strings"
)

// diffContext is the number of unchanged lines around a change.
const diffContext = 3

// noFile stands in a diff for a file that does not exist.
const noFile = "/dev/null"

// unifiedDiff returns how two texts differ in the form that patch reads. oldName may be noFile.
func unifiedDiff(oldName, newName, before, after string) string {
	a, b := splitLines(before), splitLines(after)
	edits := compare(a, b)
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", oldName, newName)
	for start := 0; start < len(edits); {
		if edits[start].op == ' ' {
			start++
			continue
		}
		end := hunkEnd(edits, start)
		writeHunk(&out, edits, max(start-diffContext, 0), end)
		start = end
	}
	return out.String()
}

// splitLines cuts a text into lines without their ends. A last line without an end is kept apart from one with it.
func splitLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if whole, ok := strings.CutSuffix(line, "\n"); ok {
			lines = append(lines, whole)
		} else {
			lines = append(lines, line+"\n\\ No newline at end of file")
		}
	}
	return lines
}

// edit is a line of a diff: ' ' in both texts, '-' only in the first, '+' only in the second.
type edit struct {
	op   byte
	line string
}

// compare returns the edits that make b of a, by the longest common subsequence.
func compare(a, b []string) []edit {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	edits := keep(nil, a[:start])
	edits = append(edits, middle(a[start:endA], b[start:endB])...)
	return keep(edits, a[endA:])
}

// keep adds unchanged lines.
func keep(edits []edit, lines []string) []edit {
	for _, line := range lines {
		edits = append(edits, edit{' ', line})
	}
	return edits
}

// maxTable bounds the memory of a comparison: beyond it everything counts as changed.
const maxTable = 4 << 20

// middle compares what is left when the common ends are cut off.
func middle(a, b []string) []edit {
	var edits []edit
	i, j := 0, 0
	if len(a)*len(b) <= maxTable {
		longest := make([][]int, len(a)+1) // longest[i][j] is the length of the common subsequence of a[i:] and b[j:]
		for i := range longest {
			longest[i] = make([]int, len(b)+1)
		}
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if a[i] == b[j] {
					longest[i][j] = longest[i+1][j+1] + 1
				} else {
					longest[i][j] = max(longest[i+1][j], longest[i][j+1])
				}
			}
		}
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				edits = append(edits, edit{' ', a[i]})
				i, j = i+1, j+1
			case longest[i+1][j] >= longest[i][j+1]:
				edits = append(edits, edit{'-', a[i]})
				i++
			default:
				edits = append(edits, edit{'+', b[j]})
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		edits = append(edits, edit{'-', a[i]})
	}
	for ; j < len(b); j++ {
		edits = append(edits, edit{'+', b[j]})
	}
	return edits
}

// hunkEnd returns the end of the hunk that the change at start belongs to, context included.
func hunkEnd(edits []edit, start int) int {
	last := start
	for i := start; i < len(edits) && i-last <= 2*diffContext; i++ {
		if edits[i].op != ' ' {
			last = i
		}
	}
	return min(last+1+diffContext, len(edits))
}

// writeHunk writes the edits from start to end with their line numbers.
func writeHunk(out *strings.Builder, edits []edit, start, end int) {
	lineA, lineB := 1, 1
	for _, e := range edits[:start] {
		if e.op != '+' {
			lineA++
		}
		if e.op != '-' {
			lineB++
		}
	}
	countA, countB := 0, 0
	for _, e := range edits[start:end] {
		if e.op != '+' {
			countA++
		}
		if e.op != '-' {
			countB++
		}
	}
	fmt.Fprintf(out, "@@ -%d,%d +%d,%d @@\n", firstLine(lineA, countA), countA, firstLine(lineB, countB), countB)
	for _, e := range edits[start:end] {
		fmt.Fprintf(out, "%c%s\n", e.op, e.line)
	}
}

// firstLine returns the number that a hunk header gives: an empty range starts after the line before it.
func firstLine(line, count int) int {
	if count == 0 {
		return line - 1
	}
	return line
}
