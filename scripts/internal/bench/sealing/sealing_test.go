package sealing_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench"
	"learningforlife/scripts/internal/bench/population"
	"learningforlife/scripts/internal/bench/sealing"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
)

// TestContestantsFindTheSame plays two rounds of each workload over a few responses.
func TestContestantsFindTheSame(t *testing.T) {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	first := day.Must("2026-08-24")
	config := sealing.Config{Campaign: c, First: first, Now: time.Now, Progress: io.Discard, Copy: func(ctx context.Context, n int, to string) error {
		store, err := embedded.Open(to, embedded.Options{})
		if err != nil {
			return err
		}
		return errors.Join(population.Fill(ctx, store, c, n, first, 1, func(int) {}), store.Close())
	}}
	for name, open := range map[string]func(context.Context, int) ([]bench.Contestant, error){
		"delta": config.Delta, "rebuild": config.Rebuild, "release": config.Release,
	} {
		t.Run(name, func(t *testing.T) {
			contestants, err := open(t.Context(), 5000)
			require.NoError(t, err)
			for range 2 {
				first := ""
				for i, c := range contestants {
					r, err := c.Round(t.Context())
					require.NoError(t, err, c.Name)
					require.Positive(t, r.Took)
					if i == 0 {
						first = r.Result
						if name == "delta" {
							require.Greater(t, r.Figures["full/items"], 1.0)
							require.Greater(t, r.Figures["full-read-units"], r.Figures["read-units-but-links"]/10)
						}
					} else if name != "release" {
						require.NotEmpty(t, first)
						require.Equal(t, first, r.Result, c.Name)
					}
				}
			}
			require.NoError(t, contestants[0].Close())
		})
	}
}
