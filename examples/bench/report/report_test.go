package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/bench/report"
	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

var update = flag.Bool("update", false, "write the golden files anew")

// tables are results of two workloads, made up.
func tables() []workload.Table {
	return []workload.Table{
		{
			Workload: workload.Workload{
				ID: "W1", About: "one after another", Reference: "raw", Metrics: []workload.Metric{workload.P50, workload.Allocs},
			},
			Results: []workload.Result{
				{Peer: "ocapn", Rounds: []workload.Sample{
					{workload.P50: 16, workload.Allocs: 6}, {workload.P50: 18, workload.Allocs: 6}, {workload.P50: 20, workload.Allocs: 7},
				}},
				{Peer: "raw", Rounds: []workload.Sample{{workload.P50: 12, workload.Allocs: 0}}},
				{Peer: "netrpc", Rounds: []workload.Sample{{workload.P50: 17.5, workload.Allocs: 12}}},
				{Peer: "grpc", Err: errors.New("no answer <here>")},
			},
		},
		{
			Workload: workload.Workload{
				ID: "W2/64", About: "64 in flight", Reference: "capnp", Metrics: []workload.Metric{workload.PerSecond},
			},
			Results: []workload.Result{
				{Peer: "ocapn", Rounds: []workload.Sample{{workload.PerSecond: 1_234_567}}},
				{Peer: "raw", Cannot: true},
				{Peer: "capnp", Rounds: []workload.Sample{{workload.PerSecond: 36_789}}},
			},
		},
	}
}

// curves are results of a series, made up.
func curves() []report.Curve {
	c := report.Curve{Series: workload.Series{ID: "payload", About: "bytes echoed", Grows: "bytes"}}
	for i, size := range []int{1, 1024, 1 << 20} {
		w := workload.Workload{ID: []string{"a", "b", "c"}[i], Metrics: []workload.Metric{workload.PerSecond}}
		c.Sizes, c.Workloads = append(c.Sizes, size), append(c.Workloads, w)
		c.Tables = append(c.Tables, workload.Table{Workload: w, Results: []workload.Result{
			{Peer: "ocapn", Rounds: []workload.Sample{{workload.PerSecond: []float64{50_000, 40_000, 1000}[i]}}},
			{Peer: "raw", Cannot: i > 0, Rounds: []workload.Sample{{workload.PerSecond: 80_000}}[:max(0, 1-i)]},
		}})
	}
	return []report.Curve{c}
}

// These are what was measured on, which is not the same everywhere.
var (
	machine     = regexp.MustCompile(`go1[^ ]*, [a-z0-9]+/[a-z0-9]+, \d+ cores`)
	machineLine = regexp.MustCompile(`(?m)^(goos|goarch|go|cores): .*`)
	commitLine  = regexp.MustCompile(`(?m)^commit: .*\n`)
)

// anywhere returns what was written without what depends on the machine and on how the program was built.
func anywhere(out []byte) []byte {
	out = machine.ReplaceAll(out, []byte("go, system, cores"))
	return commitLine.ReplaceAll(machineLine.ReplaceAll(out, []byte("$1: this")), nil)
}

// TestGolden compares everything that is written with files.
func TestGolden(t *testing.T) {
	for name, write := range map[string]func(w io.Writer) error{
		"tables.txt": func(w io.Writer) error {
			report.Text(w, tables())
			report.Goals(w, report.Judge(tables()))
			return nil
		},
		"tables.md": func(w io.Writer) error { report.Markdown(w, tables(), 3); return nil },
		"bars.svg":  func(w io.Writer) error { return report.Bars(w, tables(), 3) },
		"growth.txt": func(w io.Writer) error {
			report.GrowthText(w, curves())
			return nil
		},
		"rounds.txt": func(w io.Writer) error {
			return report.Benchstat(w, tables(), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		},
		"lines.svg": func(w io.Writer) error { return report.Lines(w, curves(), 1) },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			got := anywhere(out.Bytes())
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, got, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got; go test -update writes it anew):\n%s", path, diff)
			}
			if filepath.Ext(name) == ".svg" {
				wellFormed(t, got)
			}
		})
	}
}

func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := report.JSON(&out, tables(), 3); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Workloads []struct {
			ID    string
			Peers []struct {
				Peer   string
				Cannot bool
				Failed string
				Median map[string]float64
				Spread map[string]struct{ Lowest, Highest float64 }
				Rounds []map[string]float64
			}
		}
		Goals []report.Verdict
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	first, second := got.Workloads[0], got.Workloads[1]
	if first.ID != "W1" || first.Peers[0].Median["p50 µs"] != 18 || len(first.Peers[0].Rounds) != 3 || first.Peers[3].Failed == "" {
		t.Errorf("W1 is %+v", first)
	}
	if got := first.Peers[0].Spread["p50 µs"]; got.Lowest != 16 || got.Highest != 20 {
		t.Errorf("the spread of W1 is %+v", got)
	}
	if got := first.Peers[1].Spread; got != nil {
		t.Errorf("one round is spread by %v", got)
	}
	if !second.Peers[1].Cannot {
		t.Errorf("W2/64 is %+v", second)
	}
}

// TestCharts looks at marks and names of a chart whose lines end close together, and one that ends early.
func TestCharts(t *testing.T) {
	c := report.Curve{Series: workload.Series{ID: "inflight", About: "calls", Grows: "in flight"}}
	for i, size := range []int{1, 1024, 4096} {
		w := workload.Workload{ID: []string{"a", "b", "c"}[i], Metrics: []workload.Metric{workload.PerSecond}}
		c.Sizes, c.Workloads = append(c.Sizes, size), append(c.Workloads, w)
		c.Tables = append(c.Tables, workload.Table{Workload: w, Results: []workload.Result{
			{Peer: "ocapn", Rounds: []workload.Sample{{workload.PerSecond: 9_000}}},
			{Peer: "raw", Cannot: i > 0, Rounds: []workload.Sample{{workload.PerSecond: 1_100}}[:max(0, 1-i)]},
			{Peer: "grpc", Rounds: []workload.Sample{{workload.PerSecond: 8_990}}},
		}})
	}
	var out bytes.Buffer
	if err := report.Lines(&out, []report.Curve{c}, 1); err != nil {
		t.Fatal(err)
	}
	at := map[string]string{}
	for _, m := range regexp.MustCompile(`<text x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)<`).FindAllStringSubmatch(out.String(), -1) {
		at[m[3]] = m[1] + " " + m[2]
	}
	for mark, there := range map[string]bool{"200": false, "500": true, "1,000": true, "2,000": true, "5,000": true, "10,000": true, "20,000": false, "1,024": true, "4,096": true} {
		if _, ok := at[mark]; ok != there {
			t.Errorf("there is a mark %s: %t", mark, ok)
		}
	}
	got := map[string]string{"ocapn": at["ocapn"], "grpc": at["grpc"], "raw": at["raw"]}
	want := map[string]string{"ocapn": "778.0 104.2", "grpc": "778.0 118.2", "raw": "88.0 268.4"} // one name below the other; beside the only point
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestJudge(t *testing.T) {
	got := map[string]string{}
	for _, v := range report.Judge(tables()) {
		got[v.Goal] = v.Measured + " " + v.Word()
	}
	want := map[string]string{
		"W1: p50 µs at most 1.50 x raw":       "1.50 x reached",
		"W1: p50 µs at most 1.00 x netrpc":    "1.03 x missed",
		"W1: allocs at most 6.00":             "6.00 reached",
		"W2/64: per s at least 12.0 x capnp":  "33.6 x reached",
		"W2/64: per s at least 10.0 x grpc":   " not measured",
		"W2/64: per s at least 6.00 x netrpc": " not measured",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
