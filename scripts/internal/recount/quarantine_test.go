package recount_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/scripts/internal/recount"
	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

// storeMany stores n responses, named from the number on, with receipts of today; those of the second survey name that of the same number of the first.
func storeMany(t *testing.T, c *campaign.Campaign, store *embedded.Store, from, n int, wave, organisation string) {
	t.Helper()
	var group errgroup.Group // so that many are committed together
	group.SetLimit(256)
	for i := from; i < from+n; i++ {
		r := submission.Response{Wave: c.Wave(wave), Organisation: organisation, Answers: make([]int, len(c.Questions))}
		r.Answers[c.Question("A1")] = 1 + c.Answer(c.Question("A1"), "agree")
		name := fmt.Sprint("before ", i)
		if wave == "after" {
			name = fmt.Sprint("after ", organisation, " ", i)
			named := receipt(t, fmt.Sprint("before ", i), "").Key(submission.KindResponse)
			r.Before = named.Link()
		}
		key := receipt(t, name, "").Key(submission.KindResponse)
		group.Go(func() error {
			_, _, err := store.Add(t.Context(), key, r.Pack(c))
			return err
		})
	}
	require.NoError(t, group.Wait())
}

// TestBursts holds, of the recount by itself and of the aggregation beside it, what is held back at the limits.
func TestBursts(t *testing.T) {
	c := campaigntest.Trusts(t, "RXX,Surrey,mental_health,South East,,\nR0A,Manchester,acute,North West,,\nRW3,Central Manchester,acute,North West,,2017-09-30\n",
		"RW3,R0A,2017-10-01,yes\n", "R0A,17000\nRW3,1000\n")
	type stored struct {
		from, n            int
		wave, organisation string
	}
	type decided struct {
		organisation, wave string
		decision           quarantine.Decision
	}
	for name, test := range map[string]struct {
		stored                         []stored
		decided                        []decided
		quarantined, pairs, superseded int
	}{
		"500 of no known staff":        {stored: []stored{{0, 500, "before", "RXX"}}},
		"501":                          {stored: []stored{{0, 501, "before", "RXX"}}, quarantined: 501},
		"501, counted":                 {stored: []stored{{0, 501, "before", "RXX"}}, decided: []decided{{"RXX", "before", quarantine.Count}}},
		"501, counted and held again":  {stored: []stored{{0, 501, "before", "RXX"}}, decided: []decided{{"RXX", "before", quarantine.Count}, {"RXX", "before", quarantine.Hold}}, quarantined: 501},
		"10, held":                     {stored: []stored{{0, 10, "before", "RXX"}}, decided: []decided{{"RXX", "before", quarantine.Hold}}, quarantined: 10},
		"the decision of another wave": {stored: []stored{{0, 501, "before", "RXX"}}, decided: []decided{{"RXX", "after", quarantine.Count}}, quarantined: 501},
		"1,800 of 18,000":              {stored: []stored{{0, 1800, "before", "R0A"}}},
		"1,801 of 18,000":              {stored: []stored{{0, 1801, "before", "R0A"}}, quarantined: 1801},
		"1,801 under the old code":     {stored: []stored{{0, 1801, "before", "RW3"}}, quarantined: 1801},
		"1,800 under the old code":     {stored: []stored{{0, 1800, "before", "RW3"}}},
		"pairs whose first is held":    {stored: []stored{{0, 501, "before", "RXX"}, {0, 20, "after", "RXX"}}, quarantined: 501},
		"pairs whose second is held":   {stored: []stored{{0, 20, "before", "RXX"}, {0, 501, "after", "RXX"}}, quarantined: 501},
		"rivals of which one is held":  {stored: []stored{{0, 20, "before", "R0A"}, {0, 10, "after", "R0A"}, {5, 501, "after", "RXX"}}, quarantined: 501, pairs: 10},
		"pairs":                        {stored: []stored{{0, 20, "before", "RXX"}, {10, 20, "after", "RXX"}}, pairs: 10},
	} {
		t.Run(name, func(t *testing.T) {
			store := open(t)
			for _, s := range test.stored {
				storeMany(t, c, store, s.from, s.n, s.wave, s.organisation)
			}
			for _, d := range test.decided {
				b := quarantine.Batch{Organisation: d.organisation, Day: day.Must(today), Wave: d.wave}
				require.NoError(t, quarantine.Decide(t.Context(), store.Settings(), b, d.decision))
			}
			aggregated(t, c, store)
			report, err := recount.Compare(t.Context(), c, store, store.Workings(), store.Settings())
			require.NoError(t, err)
			require.Equal(t, report.Recount, *report.Snapshot)
			require.True(t, report.Equal)
			require.Equal(t, test.quarantined, report.Recount.Quarantined)
			require.Equal(t, test.pairs, report.Recount.Pairs)
			require.Equal(t, test.superseded, report.Recount.Superseded)
		})
	}
}
