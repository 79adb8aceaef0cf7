package main

import (
	"fmt"
	"slices"
	"sort"
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

// compare returns the edits that make b of a.
func compare(a, b []string) []edit {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	edits := mark(nil, ' ', a[:start])
	edits = append(edits, middle(a[start:endA], b[start:endB])...)
	return mark(edits, ' ', a[endA:])
}

// mark adds lines with an op.
func mark(edits []edit, op byte, lines []string) []edit {
	for _, line := range lines {
		edits = append(edits, edit{op, line})
	}
	return edits
}

// maxTable bounds the memory of a comparison by the longest common subsequence.
const maxTable = 1 << 20

// middle compares what is left when the common ends are cut off. What is too large for a table is cut at lines that both texts have
// once, which generated code has many of.
func middle(a, b []string) []edit {
	if len(a)*len(b) <= maxTable {
		return byTable(a, b)
	}
	anchors := anchorsOf(a, b)
	if len(anchors) == 0 {
		return mark(mark(nil, '-', a), '+', b)
	}
	var edits []edit
	i, j := 0, 0
	for _, anchor := range anchors {
		edits = append(edits, compare(a[i:anchor[0]], b[j:anchor[1]])...)
		edits = append(edits, edit{' ', a[anchor[0]]})
		i, j = anchor[0]+1, anchor[1]+1
	}
	return append(edits, compare(a[i:], b[j:])...)
}

// byTable compares by the longest common subsequence.
func byTable(a, b []string) []edit {
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
	var edits []edit
	i, j := 0, 0
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
	return mark(mark(edits, '-', a[i:]), '+', b[j:])
}

// anchorsOf returns the indices in a and b of lines that both have once, as many as are in the same order in both.
func anchorsOf(a, b []string) [][2]int {
	type place struct{ countA, countB, b int }
	places := map[string]*place{}
	for _, line := range a {
		if places[line] == nil {
			places[line] = new(place)
		}
		places[line].countA++
	}
	for j, line := range b {
		if p := places[line]; p != nil {
			p.countB++
			p.b = j
		}
	}
	var shared [][2]int
	for i, line := range a {
		if p := places[line]; p.countA == 1 && p.countB == 1 {
			shared = append(shared, [2]int{i, p.b})
		}
	}
	return increasing(shared)
}

// increasing returns the longest subsequence of pairs, which are in order of the first of each, that is in order of the second too.
func increasing(pairs [][2]int) [][2]int {
	var ends []int                      // ends[n] is the last pair of the subsequence of length n+1 that ends lowest
	before := make([]int, len(pairs)+1) // the pair before each in such a subsequence, -1 for none
	for i, p := range pairs {
		n := sort.Search(len(ends), func(n int) bool { return pairs[ends[n]][1] >= p[1] })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	if len(ends) == 0 {
		return nil
	}
	var out [][2]int
	for i := ends[len(ends)-1]; i >= 0; i = before[i] {
		out = append(out, pairs[i])
	}
	slices.Reverse(out)
	return out
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
