// Command recount counts the raw items of a stopped server's store with code
// that shares nothing with the aggregation, and compares the counts with the last run's
// snapshot. It prints JSON and nothing else on standard output.
//
// The exit status is 1 if they differ or there is no snapshot. Another process
// that has the store open is waited for, up to half a minute.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"

	"learningforlife/scripts/internal/program"
	"learningforlife/scripts/internal/recount"
	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/campaign"
)

func main() { program.Main("recount", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("recount", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var place storage.Place
	place.Flags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("there is more than flags: %q", flags.Args())
	}
	c, err := campaign.Shipped()
	if err != nil {
		return err
	}
	store, err := place.OpenReadOnly(rand.Reader)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	report, err := recount.Compare(ctx, c, store, store.Workings(), store.Settings())
	if err != nil {
		return err
	}
	if err := json.MarshalWrite(stdout, report, json.Deterministic(true)); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	if _, err := fmt.Fprintln(stdout); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	switch {
	case report.Snapshot == nil:
		return recount.ErrNoSnapshot
	case !report.Equal:
		return errors.New("the recount and the snapshot differ")
	}
	return nil
}
