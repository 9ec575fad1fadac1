package serving_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench/serving"
)

// TestContestantsFindTheSame plays a short round of each workload.
func TestContestantsFindTheSame(t *testing.T) {
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	given := serving.Given{Root: root, Folder: t.TempDir(), Now: time.Now, Invocations: 100, Starts: 2, Requests: 20}
	for _, w := range serving.Workloads(given) {
		t.Run(w.Name, func(t *testing.T) {
			contestants, err := w.Open(t.Context())
			require.NoError(t, err)
			require.Equal(t, "ours", contestants[0].Name)
			want := ""
			for range 2 {
				for _, c := range contestants {
					r, err := c.Round(t.Context())
					require.NoError(t, err, c.Name)
					require.Positive(t, r.Took)
					require.Positive(t, r.Operations)
					require.NotEmpty(t, r.Result)
					if want == "" {
						want = r.Result
					}
					require.Equal(t, want, r.Result, c.Name)
					t.Log(c.Name, r.Took/time.Duration(r.Operations), r.Figures, r.Result)
				}
			}
			for _, c := range contestants {
				if c.Close != nil {
					require.NoError(t, c.Close())
				}
			}
		})
	}
}
