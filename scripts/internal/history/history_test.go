// A year takes a minute, and under the race detector many: scripts/test runs it without.
//go:build !race

package history_test

import (
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/attack"
	"learningforlife/scripts/internal/history"
	"learningforlife/shared/store/embedded"
)

var (
	answers = flag.Int("answers", 30_000, "how many answers each wave of the history has")
	seed    = flag.Uint64("seed", 1, "what the history is drawn from")
	keep    = flag.String("keep", "", "a folder to write the releases to")
)

// What is shown of the answers is printed week by week by
//
//	go test -v ./scripts/internal/history -answers 100000

// TestAYearGivesNobodyAwayAndIsOfUse plays 52 weeks, has an outsider attack all releases together, and reports how much of
// what was answered they show.
func TestAYearGivesNobodyAwayAndIsOfUse(t *testing.T) {
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	folder := *keep
	if folder == "" {
		folder = t.TempDir()
	}
	weeks, err := history.Play(t.Context(), history.Config{Answers: *answers, Seed: *seed, Store: store, Directory: folder,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))})
	require.NoError(t, err)
	require.Len(t, weeks, history.Weeks)
	for _, w := range weeks {
		t.Log(line(w))
		require.NotNil(t, w.Release, "week %d: %s", w.Week, w.Why)
	}

	last := weeks[len(weeks)-1]
	for wave, w := range last.Waves {
		require.Greater(t, w.Received, *answers*8/10, "nearly all gave their answers to stay")
		require.GreaterOrEqual(t, w.Counted["nation"], 0.90, "wave %d", wave)
		require.LessOrEqual(t, w.Counted["nation"], 1.001)
		require.GreaterOrEqual(t, w.Shown, 0.95, "wave %d", wave)
	}
	closed := weeks[26].Waves[0] // the first release after the first survey closed, with its pools
	require.Greater(t, closed.Counted["nation"], closed.Counted["organisation"])

	releases, err := attack.Directory(folder)
	require.NoError(t, err)
	require.Len(t, releases, history.Weeks)
	require.False(t, releases[0].Listed["RZY"])
	require.True(t, releases[len(releases)-1].Listed["RZY"], "two trusts became one")
	require.Empty(t, attack.Releases(releases, false))

	// It would have found somebody: five more people in one place.
	last2 := releases[len(releases)-2:]
	at := attack.Figured{Objective: 3, Level: "organisation", Code: "RRK", Group: "bands_1_4"}
	figure, shown := last2[1].Figures[at]
	require.True(t, shown)
	figure.Respondents += 5
	last2[1].Figures[at] = figure
	require.NotEmpty(t, attack.Releases(last2, false))
}

// line tells of a week in one line.
func line(w history.Week) string {
	s := fmt.Sprintf("week %2d, release %d", w.Week, *w.Release)
	for i, name := range []string{"before", "after"} {
		if of := w.Waves[i]; of.Answered > 0 {
			s += fmt.Sprintf("; %s: %5d received, counted in nation %.3f, regions %.3f, organisations %.3f; of these %.3f shown; weeks old: nation %.1f, regions %.1f, organisations %.1f",
				name, of.Received, of.Counted["nation"], of.Counted["region"], of.Counted["organisation"], of.Shown, of.Age["nation"], of.Age["region"], of.Age["organisation"])
		}
	}
	return s
}
