package counting_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench/counting"
	"learningforlife/scripts/internal/bench/population"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/embedded"
)

// oursVariable makes the test program count for this project, in the store of the file that is its last argument.
const oursVariable = "BENCH_TEST_OURS"

func TestMain(m *testing.M) {
	if os.Getenv(oursVariable) == "" {
		os.Exit(m.Run())
	}
	c, err := campaign.Shipped()
	if err == nil {
		err = counting.Serve(context.Background(), c, os.Args[len(os.Args)-1], time.Now, os.Stdin, os.Stdout)
	}
	if err != nil {
		panic(err)
	}
}

func config(t *testing.T) counting.Config {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	self, err := os.Executable()
	require.NoError(t, err)
	t.Setenv(oursVariable, "yes")
	return counting.Config{Campaign: c, Root: root, Folder: t.TempDir(), Ours: []string{self}, Progress: io.Discard}
}

// TestTheEnginesCountTheSame: what each query finds was compared with the tally when the workload was opened, and its digest is in each round.
func TestTheEnginesCountTheSame(t *testing.T) {
	const n = 4000
	config := config(t)
	all, err := config.Open(t.Context(), n, 1)
	require.NoError(t, err)
	var results []string
	first, err := all[0].Round(t.Context())
	require.NoError(t, err)
	share := 0.0
	for _, step := range []string{"reading", "decoding", "counting", "pairing"} {
		share += first.Figures[step+"-%"]
	}
	require.InDelta(t, 100, share, 1e-6)
	for _, c := range all {
		for range 2 {
			round, err := c.Round(t.Context())
			require.NoError(t, err, c.Name)
			require.Positive(t, round.Took)
			require.Positive(t, round.Figures["peak-anonymous-MB"])
			results = append(results, round.Result)
		}
		require.NoError(t, c.Close())
	}
	require.Len(t, results, 6)
	require.Regexp(t, `^4000 responses, [1-9]\d* superseded, \d{4,} cells, sum \d+$`, results[0])
	for _, r := range results {
		require.Equal(t, results[0], r)
	}

	// More responses, in this project's store alone, and the engines are found to count others.
	stores, err := filepath.Glob(filepath.Join(config.Folder, "*", "store.db"))
	require.NoError(t, err)
	require.Len(t, stores, 1)
	store, err := embedded.Open(stores[0], embedded.Options{})
	require.NoError(t, err)
	require.NoError(t, population.Later(t.Context(), store, config.Campaign, 20, counting.First+population.Days, 2))
	require.NoError(t, store.Close())
	_, err = config.Open(t.Context(), n, 1)
	require.ErrorContains(t, err, "counting with duckdb")
	require.ErrorContains(t, err, "it counts")
}
