// Command bench times what this project does beside others that do the same: DuckDB and SQLite count
// the same responses, bare programs take in the same submissions. They take turns, round by round, what
// they find is compared before a time counts, and what counts is the ratio within a round.
//
//	bench -list                          what there is to run
//	bench -run agg -rounds 5             only some of it
//	bench -keep NAME -note "what changed"  and keep the result, as scripts/benchmarks/NAME.txt
//	bench -compare NAME                  and compare it with one that was kept, by benchstat
//
// The exit status is 1 if two found different things, or one could not be run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/scripts/internal/bench"
	"learningforlife/scripts/internal/program"
	"learningforlife/shared/campaign"
)

func main() { program.Main("bench", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := campaign.Shipped()
	if err != nil {
		return err
	}
	if len(args) == 2 && args[0] == countWord {
		return count(ctx, c, args[1], stdout)
	}
	o := options{stdout: stdout, stderr: stderr}
	if err := o.parse(args); err != nil {
		return err
	}
	all, err := workloads(c, o.root, stderr)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(w bench.Workload) bool { return !o.run.MatchString(w.Name) })
	if len(all) == 0 {
		return fmt.Errorf("no workload is called like %q: see -list", o.run)
	}
	if o.list {
		for _, w := range all {
			fmt.Fprintln(stdout, w.Name)
		}
		return nil
	}
	if o.compare != "" { // or minutes go by before benchstat passes over a file that is not there
		if _, err := os.Stat(o.place(o.compare)); err != nil {
			return fmt.Errorf("looking for what to compare with: %w", err)
		}
	}
	m, err := machine()
	if err != nil {
		return err
	}
	outcomes, failed := o.outcomes(ctx, all)
	if o.json {
		report := struct {
			Machine   bench.Machine   `json:"machine"`
			Workloads []bench.Outcome `json:"workloads"`
		}{m, outcomes}
		if err := json.MarshalWrite(stdout, report, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
			return errors.Join(failed, fmt.Errorf("printing the report: %w", err))
		}
		fmt.Fprintln(stdout)
	}
	if failed != nil {
		return failed
	}
	return o.kept(ctx, m, outcomes)
}

// options are what the command was asked for.
type options struct {
	stdout, stderr io.Writer

	root       string
	run        *regexp.Regexp
	list, json bool
	rounds     int
	keep, note string
	compare    string
}

func (o *options) parse(args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(o.stderr)
	flags.StringVar(&o.root, "root", ".", "the folder of the project")
	pattern := flags.String("run", "", "run the workloads whose name matches the regular expression")
	flags.BoolVar(&o.list, "list", false, "list the workloads in place of running them")
	flags.BoolVar(&o.json, "json", false, "print JSON in place of tables")
	flags.IntVar(&o.rounds, "rounds", 0, "how many rounds count, in place of each workload's own number")
	flags.StringVar(&o.keep, "keep", "", "keep the result as scripts/benchmarks/`NAME`.txt")
	flags.StringVar(&o.note, "note", "", "what changed, for the head of the file that is kept")
	flags.StringVar(&o.compare, "compare", "", "compare the result with scripts/benchmarks/`NAME`.txt")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var faults []error
	var err error
	if o.run, err = regexp.Compile(*pattern); err != nil {
		faults = append(faults, fmt.Errorf("reading -run: %w", err))
	}
	if o.rounds < 0 {
		faults = append(faults, errors.New("-rounds is less than 0"))
	}
	for name, value := range map[string]string{"keep": o.keep, "compare": o.compare} {
		if value != "" && !keptName.MatchString(value) {
			faults = append(faults, fmt.Errorf("-%s is not made of small letters, digits and hyphens", name))
		}
	}
	if (o.keep == "") != (o.note == "") {
		faults = append(faults, errors.New("-keep and -note go together"))
	}
	if flags.NArg() > 0 {
		faults = append(faults, fmt.Errorf("there is more than flags: %q", flags.Args()))
	}
	return errors.Join(faults...)
}

// outcomes runs the workloads. One that fails does not keep the others from running.
func (o *options) outcomes(ctx context.Context, all []bench.Workload) (outcomes []bench.Outcome, failed error) {
	runner := bench.Runner{Rounds: o.rounds, Progress: o.stderr,
		Machine: func() (bench.Pressure, error) { return bench.ReadPressure(os.DirFS("/proc")) }}
	for _, w := range all {
		outcome, err := runner.Run(ctx, w)
		if err != nil {
			failed = errors.Join(failed, err)
			if ctx.Err() != nil {
				break
			}
			continue
		}
		outcomes = append(outcomes, outcome)
		if !o.json {
			if err := outcome.Write(o.stdout); err != nil {
				return outcomes, err
			}
		}
	}
	return outcomes, failed
}

var model = regexp.MustCompile(`(?m)^model name\s*: (.*)$`)

// machine tells what it runs on.
func machine() (bench.Machine, error) {
	m := bench.Machine{OS: runtime.GOOS, Architecture: runtime.GOARCH, Processors: runtime.GOMAXPROCS(0)}
	info, err := os.ReadFile(filepath.Join("/proc", "cpuinfo"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, fmt.Errorf("finding out what processor this is: %w", err)
	}
	if name := model.FindSubmatch(info); name != nil {
		m.CPU = string(name[1])
	}
	return m, nil
}
