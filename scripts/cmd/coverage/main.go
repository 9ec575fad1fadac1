// Command coverage plays campaigns whose truth is known and tells how often the
// released 95 % intervals hold it, and which status which change is given. What it
// plays, what it found and what follows is in README.md beside it.
//
// It prints JSON, or with -markdown the tables of that page. The same seed gives the same figures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/scripts/internal/coverage"
	"learningforlife/scripts/internal/program"
	"learningforlife/shared/campaign"
)

func main() { program.Main("coverage", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c := coverage.Config{Scenarios: coverage.Scenarios, Workers: runtime.NumCPU(), Progress: stderr}
	flags := flag.NewFlagSet("coverage", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&c.Replicates, "replicates", 4*coverage.Cycle, fmt.Sprintf("campaigns of every sort; a multiple of %d has every level, change and gap as often", coverage.Cycle))
	flags.Uint64Var(&c.Seed, "seed", 1, "what everything that is drawn follows from")
	markdown := flags.Bool("markdown", false, "print tables in place of JSON")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var faults []error
	if c.Replicates < 1 {
		faults = append(faults, errors.New("-replicates is less than 1"))
	}
	if flags.NArg() > 0 {
		faults = append(faults, fmt.Errorf("there is more than flags: %q", flags.Args()))
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	var err error
	if c.Campaign, err = campaign.Shipped(); err != nil {
		return err
	}
	report, err := coverage.Run(ctx, c)
	if err != nil {
		return err
	}
	if *markdown {
		return report.Markdown(stdout)
	}
	if err := json.MarshalWrite(stdout, report, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	if _, err := fmt.Fprintln(stdout); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	return nil
}
