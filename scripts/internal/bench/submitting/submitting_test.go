package submitting_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench/submitting"
)

// TestEveryRoundIsVerified plays a short round of each workload. A round
// fails by itself if what it acknowledged is not stored once; here all that do the same find the same.
func TestEveryRoundIsVerified(t *testing.T) {
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	for _, w := range submitting.Workloads(submitting.Given{Root: root, Folder: t.TempDir(), Now: time.Now, Responses: 1000, Puts: 50}) {
		t.Run(w.Name, func(t *testing.T) {
			contestants, err := w.Open(t.Context())
			require.NoError(t, err)
			require.Equal(t, "ours", contestants[0].Name)
			want := ""
			for _, c := range contestants {
				for range 2 {
					r, err := c.Round(t.Context())
					require.NoError(t, err, c.Name)
					require.Positive(t, r.Took)
					require.Positive(t, r.Operations)
					t.Log(c.Name, r.Took/time.Duration(r.Operations), r.Figures, r.Result)
					if c.Name == "append" {
						require.Empty(t, r.Result)
						continue
					}
					if want == "" {
						want = r.Result
					}
					require.NotEmpty(t, r.Result)
					require.Equal(t, want, r.Result, c.Name)
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
