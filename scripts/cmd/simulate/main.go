// Command simulate plays a whole campaign over HTTP into an empty store and
// checks every answer. It prints JSON: what was sent, acknowledged and withdrawn, what
// a recount must find, and each national score beside the true one.
//
// The exit status is 1 if any answer was not as the contract says.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/scripts/internal/program"
	"learningforlife/scripts/internal/simulation"
	"learningforlife/shared/campaign"
)

func main() { program.Main("simulate", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	config, err := read(args, stderr)
	if err != nil {
		return err
	}
	if config.Campaign, err = campaign.Shipped(); err != nil {
		return err
	}
	result, err := simulation.Run(ctx, config)
	if err != nil {
		return err
	}
	report, err := result.Report(ctx)
	if err != nil {
		return err
	}
	if err := json.MarshalWrite(stdout, report, json.Deterministic(true), jsontext.WithIndent("  ")); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	if _, err := fmt.Fprintln(stdout); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	if n := result.Violations.Count; n > 0 {
		return fmt.Errorf("%d answers were not as the contract says, such as:\n%s", n, strings.Join(result.Violations.First, "\n"))
	}
	return nil
}

// read reads the flags and reports all that is wrong with them at once.
func read(args []string, stderr io.Writer) (simulation.Config, error) {
	c := simulation.Config{Progress: stderr}
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.Site, "url", "http://127.0.0.1:8080", "address of the server")
	flags.IntVar(&c.Staff, "staff", 2000, "how many people take part")
	flags.Uint64Var(&c.Seed, "seed", 1, "what everything that is drawn follows from")
	flags.StringVar(&c.Token, "admin-token", "", "token of an administrator, for the aggregation at the end")
	flags.DurationVar(&c.Patience, "patience", simulation.Patience, "how long one request is tried while the server cannot be reached")
	flags.IntVar(&c.Clients, "clients", simulation.Clients, "how many people act at the same time")
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	var faults []error
	fault := func(wrong bool, text string) {
		if wrong {
			faults = append(faults, errors.New(text))
		}
	}
	site, err := url.Parse(c.Site)
	fault(err != nil || site.Host == "" || site.Scheme != "http" && site.Scheme != "https", "-url is not the address of a server, such as http://127.0.0.1:8080")
	fault(c.Staff < 1, "-staff is less than 1")
	fault(c.Token == "", "-admin-token is missing: the server printed it, or was given it")
	fault(c.Patience <= 0, "-patience is not a time, such as 60s")
	fault(c.Clients < 1, "-clients is less than 1")
	fault(flags.NArg() > 0, "there is more than flags: "+strings.Join(flags.Args(), " "))
	c.Site = strings.TrimRight(c.Site, "/")
	return c, errors.Join(faults...)
}
