package counting

import (
	"context"
	"fmt"
	"time"

	"learningforlife/shared/campaign"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// breakdown tells where the time of a count that took the whole goes, in percent: each share is what a step adds to
// the steps before it. Pairing is all that comes after the last item is read.
func breakdown(ctx context.Context, c *campaign.Campaign, store *embedded.Store, now func() time.Time, whole time.Duration) (map[string]float64, error) {
	layout, err := tally.NewLayout(c)
	if err != nil {
		return nil, err
	}
	first, last := submission.ReceiptDays(c.Opens, c.Closes)
	names := []string{"reading", "decoding", "counting", "pairing"}
	upTo := []time.Duration{}
	for i, open := range []func() submission.Visit{
		func() submission.Visit { return func(*submission.Key, submission.Row) error { return nil } },
		func() submission.Visit {
			return func(key *submission.Key, row submission.Row) error {
				if row.Withdrawn() || key.Kind() != submission.KindResponse {
					return nil
				}
				_, err := row.View()
				return err
			}
		},
		func() submission.Visit { return layout.Counter().Visit },
	} {
		started := now()
		if err := store.Read(ctx, submission.Parts(first, last), open); err != nil {
			return nil, fmt.Errorf("finding out how long %s takes: %w", names[i], err)
		}
		upTo = append(upTo, now().Sub(started))
	}
	figures, before := map[string]float64{}, time.Duration(0)
	for i, until := range append(upTo, whole) {
		figures[names[i]+"-%"] = 100 * (until - before).Seconds() / whole.Seconds()
		before = until
	}
	return figures, nil
}
