// Bench measures this library and others on the same work, in the same run, and says which of its goals are reached. The README beside it
// says what is measured; go run . -h says how it is run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/report"
	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

const about = `Bench runs the workloads W1 to W12 on this library (ocapn) and on raw TCP, net/rpc, gRPC, connect, drpc and go-capnp, in turn, in rounds,
both ends in this process over loopback TCP. It prints a table for each workload, with medians and with ratios to one of the others, and
says which goals are reached. Ratios within a run are what counts: figures of different runs and machines are not to be compared.
It takes about five minutes, and wants a machine with nothing else to do.

    go run .                          everything
    go run . -only 'W2/64/'           one workload
    go run . -only '/(ocapn|raw)$'    two peers
    go run . -only '^W2/64/ocapn$' -rounds 1 -time 10s -cpuprofile cpu.prof
                                      a profile of one cell
    go run . -growth -rounds 1        how calls per second change with what is in flight, connections, objects, bytes

Flags:
`

// settings are what the flags say.
type settings struct {
	options   workload.Options
	growth    bool
	json      bool
	markdown  bool
	svg       string
	benchstat string
	profiles  profiles
	quiet     bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the program, with everything that it touches.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	s, err := parse(args, progress)
	if err != nil {
		return err
	}
	start := time.Now()
	s.options.Progress = func(round int, cell string) {
		if !s.quiet {
			fmt.Fprintf(progress, "\r\x1b[K%4.0fs  round %d of %d  %s", time.Since(start).Seconds(), round+1, s.options.Rounds, cell)
		}
	}
	defer func() {
		if !s.quiet {
			fmt.Fprint(progress, "\r\x1b[K")
		}
	}()
	return s.profiles.during(func() error {
		if s.growth {
			return s.runGrowth(ctx, out)
		}
		return s.runWorkloads(ctx, out)
	})
}

// parse reads the flags.
func parse(args []string, usage io.Writer) (settings, error) {
	s := settings{options: workload.Options{Budget: workload.DefaultBudget()}}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(usage)
	f.Usage = func() {
		fmt.Fprint(usage, about)
		f.PrintDefaults()
	}
	f.IntVar(&s.options.Rounds, "rounds", 5, "how often each cell is run; the median counts")
	f.DurationVar(&s.options.Budget.Time, "time", s.options.Budget.Time, "how long a cell is measured in each round")
	only := f.String("only", "", "run only the cells whose `workload/peer` the regular expression matches")
	f.BoolVar(&s.growth, "growth", false, "measure how calls per second change with size, instead of the workloads")
	f.BoolVar(&s.json, "json", false, "print one JSON document with all rounds")
	f.BoolVar(&s.markdown, "markdown", false, "print Markdown, for the README")
	f.StringVar(&s.svg, "svg", "", "also draw a chart into the `file`")
	f.StringVar(&s.benchstat, "benchstat", "", "also write every round into the `file`, in the format that benchstat reads")
	f.StringVar(&s.profiles.cpu, "cpuprofile", "", "write a profile of the processor time of all that is run, for go tool pprof, into the `file`")
	f.StringVar(&s.profiles.memory, "memprofile", "", "write a profile of all allocations into the `file`")
	f.BoolVar(&s.quiet, "quiet", false, "do not say what is being measured")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	switch {
	case f.NArg() > 0:
		return s, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case s.options.Rounds < 1 || s.options.Budget.Time <= 0:
		return s, errors.New("-rounds and -time have to be more than 0")
	case s.growth && (s.json || s.markdown || s.benchstat != ""):
		return s, errors.New("-growth writes text and charts only")
	}
	var err error
	if *only != "" {
		s.options.Only, err = regexp.Compile(*only)
	}
	return s, err
}

func (s settings) runWorkloads(ctx context.Context, out io.Writer) error {
	start := time.Now()
	tables := workload.Run(ctx, workload.All(), s.options)
	if len(tables) == 0 {
		return errors.New("-only matches nothing")
	}
	switch {
	case s.json:
		if err := report.JSON(out, tables, s.options.Rounds); err != nil {
			return err
		}
	case s.markdown:
		report.Markdown(out, tables, s.options.Rounds)
	default:
		fmt.Fprintf(out, "\r%s\n\n", report.Machine(s.options.Rounds))
		report.Text(out, tables)
		report.Goals(out, report.Judge(tables))
	}
	return errors.Join(
		write(s.svg, func(w io.Writer) error { return report.Bars(w, tables, s.options.Rounds) }),
		write(s.benchstat, func(w io.Writer) error { return report.Benchstat(w, tables, start) }),
		failures(tables))
}

func (s settings) runGrowth(ctx context.Context, out io.Writer) error {
	var curves []report.Curve
	var failed error
	for _, series := range workload.Growth() {
		tables := workload.Run(ctx, series.Workloads, s.options)
		if len(tables) > 0 {
			curves = append(curves, report.Curve{Series: series, Tables: tables})
			failed = errors.Join(failed, failures(tables))
		}
	}
	if len(curves) == 0 {
		return errors.New("-only matches nothing")
	}
	fmt.Fprintf(out, "\r%s\n\n", report.Machine(s.options.Rounds))
	report.GrowthText(out, curves)
	return errors.Join(write(s.svg, func(w io.Writer) error { return report.Lines(w, curves, s.options.Rounds) }), failed)
}

// write has a file written, if it has a name.
func write(file string, content func(io.Writer) error) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(content(f), f.Close())
}

// failures returns an error that names the cells that failed.
func failures(tables []workload.Table) error {
	var failed []string
	for _, t := range tables {
		for _, r := range t.Results {
			if r.Err != nil {
				failed = append(failed, fmt.Sprintf("%s/%s: %v", t.ID, r.Peer, r.Err))
			}
		}
	}
	if failed == nil {
		return nil
	}
	return errors.New(strings.Join(failed, "\n"))
}
