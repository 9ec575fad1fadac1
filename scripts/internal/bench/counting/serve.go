package counting

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/embedded"
)

// Serve is this project's worker: for each line that it reads it counts everything in the store of the file, and
// says how long that took and what came of it.
func Serve(ctx context.Context, c *campaign.Campaign, file string, now func() time.Time, in io.Reader, out io.Writer) (err error) {
	store, err := embedded.Open(file, embedded.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	aggregator, err := aggregate.New(aggregate.Config{Campaign: c, Submissions: store, Workings: store.Workings(), Releases: store.Releases(),
		Settings: store.Settings(), Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var r request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return fmt.Errorf("reading what is asked for: %w", err)
		}
		a, err := count(ctx, aggregator, now, r)
		if err == nil && r.Breakdown {
			a.Figures, err = breakdown(ctx, c, store, now, time.Duration(a.Nanoseconds))
		}
		if err != nil {
			a.Error = err.Error()
		}
		line, err := json.Marshal(a)
		if err != nil {
			return err
		}
		if _, err := out.Write(append(line, '\n')); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
	}
	return nil
}

func count(ctx context.Context, aggregator *aggregate.Aggregator, now func() time.Time, r request) (a answer, err error) {
	started := now()
	counted, err := aggregator.Tally(ctx)
	if err != nil {
		return a, err
	}
	a = answer{Nanoseconds: now().Sub(started).Nanoseconds(), Result: digest(counted)}
	if counted.Totals.Quarantined > 0 { // of which the engines know nothing
		return a, fmt.Errorf("%d responses are held back", counted.Totals.Quarantined)
	}
	if r.CSV != "" {
		err = writeCells(counted, r.CSV)
	}
	return a, err
}
