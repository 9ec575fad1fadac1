package e2e

import (
	crypto "crypto/rand"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/simulation"
	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/submission"
)

var (
	killRounds = flag.Int("kill.rounds", 3, "how often the server is killed during a simulation")
	killSeed   = flag.Uint64("kill.seed", 1, "what the moments follow from")
)

// TestKill kills the server during a simulation, again and again.
func TestKill(t *testing.T) { interrupted(t, *killRounds, (*server).kill) }

// TestStopUnderLoad stops the server cleanly while people are sending.
func TestStopUnderLoad(t *testing.T) { interrupted(t, 1, (*server).stop) }

// interrupted ends the server during a simulation, as often as is said, and
// starts it at once on the same data: nothing that was acknowledged may be missing, or be there twice.
func interrupted(t *testing.T, rounds int, end func(*server, *testing.T)) {
	t.Helper()
	const (
		staff = 250 // people for each round
		most  = 200 // requests before a kill: people send two or three each, so the last kill finds some at it
	)
	data := t.TempDir()
	random := rand.New(rand.NewPCG(*killSeed, 0))
	s := start(t, data, "-every", "1s")
	flags := []string{"-every", "1s", "-addr", strings.TrimPrefix(s.address, "http://")}
	type outcome struct {
		result *simulation.Result
		err    error
	}
	done := make(chan outcome, 1)
	config := simulated(t, s, staff*(rounds+1), *killSeed)
	go func() {
		result, err := simulation.Run(t.Context(), config)
		done <- outcome{result, err}
	}()
	for range rounds {
		enough := 1 + random.IntN(most)
		for s.log.answered() < enough {
			select {
			case o := <-done:
				require.NoError(t, o.err)
				t.Fatalf("the simulation was over before the last kill: %v", o.result.Violations.First)
			case <-time.After(time.Millisecond):
			}
		}
		time.Sleep(time.Duration(random.IntN(5000)) * time.Microsecond)
		end(s, t)
		s = start(t, data, flags...)
	}
	o := <-done
	require.NoError(t, o.err)
	require.Zero(t, o.result.Violations.Count, o.result.Violations.First)
	s.stop(t)

	want, err := o.result.Expected(t.Context())
	require.NoError(t, err)
	report, status := counted(t, data)
	require.Zero(t, status)
	require.True(t, report.Equal)
	require.Equal(t, want, report.Recount)

	store, err := storage.Place{Data: data}.OpenReadOnly(crypto.Reader)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	acknowledged := 0
	err = o.result.Scan(t.Context(), func(key *submission.Key, row submission.Row) error {
		acknowledged++
		stored, err := store.Get(t.Context(), *key)
		if err == nil && !stored.Equal(row) {
			err = fmt.Errorf("under %x stands %x, not %x", *key, stored, row)
		}
		return err
	})
	require.NoError(t, err)
	stored := 0
	require.NoError(t, store.Scan(t.Context(), func(*submission.Key, submission.Row) error { stored++; return nil }))
	require.Equal(t, acknowledged, stored)
}
