// Package report shows what was measured: as text, as Markdown, as JSON, as charts, and against the goals.
package report

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

// rows returns the table as cells of text, the heading first. Behind the first metric stands how far it is spread over the rounds, if there
// is more than one. The last column is the ratio of the first metric to that of the reference; for all metrics that is how many times as
// much. Peers that cannot do the work are left out: see unable.
func rows(t workload.Table) [][]string {
	first, others := t.Metrics[0], t.Metrics[1:]
	spread := slices.ContainsFunc(t.Results, func(r workload.Result) bool { return len(r.Rounds) > 1 })
	head := []string{t.ID, string(first)}
	if spread {
		head = append(head, "spread")
	}
	for _, m := range others {
		head = append(head, string(m))
	}
	all := [][]string{append(head, "x "+t.Reference)}
	base, hasBase := median(t, t.Reference, first)
	for _, r := range t.Results {
		if r.Cannot {
			continue
		}
		v, ok := r.Median(first)
		row := []string{r.Peer, shown(v, ok, r)}
		if spread {
			row = append(row, spreadOf(r, first))
		}
		ratio := ""
		if ok && hasBase && base > 0 {
			ratio = number(v / base)
		}
		for _, m := range others {
			v, ok := r.Median(m)
			row = append(row, shown(v, ok, r))
		}
		all = append(all, append(row, ratio))
	}
	return all
}

// spreadOf says how much less and more than the median the lowest and the highest of the rounds are, as in -3 +12 %.
func spreadOf(r workload.Result, m workload.Metric) string {
	v, _ := r.Median(m)
	lowest, highest, ok := r.Spread(m)
	if !ok || v <= 0 {
		return ""
	}
	return fmt.Sprintf("-%.0f +%.0f %%", 100*(v-lowest)/v, 100*(highest-v)/v)
}

// unable returns a line that names the peers that cannot do the work, empty if all can.
func unable(t workload.Table) string {
	var names []string
	for _, r := range t.Results {
		if r.Cannot {
			names = append(names, r.Peer)
		}
	}
	if names == nil {
		return ""
	}
	return "cannot: " + strings.Join(names, ", ")
}

// shown is what stands in a table for a value.
func shown(v float64, ok bool, r workload.Result) string {
	switch {
	case ok:
		return number(v)
	case r.Cannot:
		return "cannot"
	case r.Err != nil:
		return "failed"
	default:
		return "-"
	}
}

// Text writes tables for a terminal, and below them what failed.
func Text(w io.Writer, tables []workload.Table) {
	for _, t := range tables {
		fmt.Fprintf(w, "%s  %s\n", t.ID, t.About)
		aligned(w, rows(t))
		if line := unable(t); line != "" {
			fmt.Fprintf(w, "  %s\n", line)
		}
		for _, r := range t.Results {
			if r.Err != nil {
				fmt.Fprintf(w, "  failed: %v\n", r.Err)
			}
		}
		fmt.Fprintln(w)
	}
}

// aligned writes rows with columns that are as wide as they need to be, the first to the left and all others to the right.
func aligned(w io.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		line.WriteString("  ")
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line.WriteString(cell + pad)
			} else {
				line.WriteString("  " + pad + cell)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// Markdown writes tables for a page, the goals below them.
func Markdown(w io.Writer, tables []workload.Table, rounds int) {
	fmt.Fprintf(w, "%s\n\n", Machine(rounds))
	for _, t := range tables {
		fmt.Fprintf(w, "**%s**: %s.\n\n", t.ID, t.About)
		for i, row := range rows(t) {
			fmt.Fprintf(w, "| %s |\n", strings.Join(row, " | "))
			if i == 0 {
				fmt.Fprintf(w, "|---%s|\n", strings.Repeat("|--:", len(row)-1))
			}
		}
		if line := unable(t); line != "" {
			fmt.Fprintf(w, "\n%s\n", line)
		}
		fmt.Fprintln(w)
	}
	verdicts := Judge(tables)
	if len(verdicts) == 0 {
		return
	}
	fmt.Fprint(w, "| goal | measured | reached |\n|---|--:|---|\n")
	for _, v := range verdicts {
		fmt.Fprintf(w, "| %s | %s | %s |\n", v.Goal, v.Measured, v.Word())
	}
}

// Machine says in a sentence what was measured on.
func Machine(rounds int) string {
	of := fmt.Sprintf("Medians of %d rounds", rounds)
	if rounds == 1 {
		of = "One round"
	}
	return fmt.Sprintf("%s; both ends in one process over loopback TCP; %s, %s/%s, %d cores.",
		of, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
}
