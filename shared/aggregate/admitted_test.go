package aggregate_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/document"
	"learningforlife/shared/release"
	"learningforlife/shared/tally"
)

// reproducible requires that every release that stands can be computed again from what was kept of it, byte by byte.
func (s *site) reproducible(t testing.TB) {
	layout, err := tally.NewLayout(s.campaign)
	require.NoError(t, err)
	archive := aggregate.Archive{Layout: layout, Workings: s.Workings(), Releases: s.Releases()}
	heads, err := release.Heads(t.Context(), s.Releases())
	require.NoError(t, err)
	for _, head := range heads {
		again, err := archive.Reproduce(t.Context(), head.Seq)
		require.NoError(t, err)
		content, err := release.Encode(again.Release)
		require.NoError(t, err)
		m, err := release.Find(t.Context(), s.Releases(), head.Seq)
		require.NoError(t, err)
		stored, err := s.Releases().Document(t.Context(), m.Document)
		require.NoError(t, err)
		require.Equal(t, string(stored), string(content))

		// Hashes of small counts can be guessed, so not even those may be where dashboards read.
		kept, err := s.Workings().Record(t.Context(), "admitted", fmt.Sprintf("%08d-%s", head.Seq, m.Document))
		require.NoError(t, err)
		var record struct{ Document string }
		require.NoError(t, json.Unmarshal(kept, &record, json.MatchCaseInsensitiveNames(true)))
		manifest, err := s.Releases().Record(t.Context(), "release", fmt.Sprintf("%08d", head.Seq))
		require.NoError(t, err)
		require.NotContains(t, string(manifest)+string(stored), record.Document)
		_, err = s.Releases().Document(t.Context(), record.Document)
		require.ErrorIs(t, err, document.ErrNone)
	}
	names, err := s.Releases().Names(t.Context(), "admitted")
	require.NoError(t, err)
	require.Empty(t, names)
	_, err = archive.Admitted(t.Context(), len(heads)+1)
	require.ErrorIs(t, err, release.ErrNone)
}

// held stops a run before it publishes, until it is let go.
type held struct {
	document.Store
	reached, proceed chan struct{}
	once             *sync.Once
}

func (h held) Create(ctx context.Context, list, name string, record []byte) error {
	h.once.Do(func() { close(h.reached); <-h.proceed })
	return h.Store.Create(ctx, list, name, record)
}

// TestOfTwoRunsForOneNumberTheCountsOfTheWinnerAreTheOnesKept: both have kept what they counted when one of them publishes.
func TestOfTwoRunsForOneNumberTheCountsOfTheWinnerAreTheOnesKept(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	s.respond(t, 20, "before", "RXX", mixed...)
	slow := held{s.Releases(), make(chan struct{}), make(chan struct{}), &sync.Once{}}
	early, late := s.aggregator(t, func(c *aggregate.Config) { c.Releases = slow }), s.aggregator(t, nil)
	done := make(chan error)
	go func() {
		_, err := early.Run(context.WithoutCancel(t.Context()), fresh())
		done <- err
	}()
	<-slow.reached
	s.respond(t, 20, "before", "R0A", mixed...)
	require.Equal(t, 1, *run(t, late, fresh()).Release)
	close(slow.proceed)
	require.NoError(t, <-done)
	names, err := s.Workings().Names(t.Context(), "admitted")
	require.NoError(t, err)
	require.Len(t, names, 2, "each kept its own")
	require.Equal(t, 40, *s.nation(t, 1).Before.Respondents)
	s.reproducible(t)
}

// TestWhatALostRunKeptStandsForTheSameRelease: one response more changes no figure, so the next run's release is the very same one.
func TestWhatALostRunKeptStandsForTheSameRelease(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	s.respond(t, 100, "before", "RXX", mixed...)
	const manifest = 5
	turn := manifest
	lost := s.aggregator(t, func(c *aggregate.Config) {
		c.Workings = broken{c.Workings, &turn, false, nil}
		c.Releases = broken{c.Releases, &turn, false, nil}
	})
	_, err := lost.Run(t.Context(), fresh())
	require.ErrorIs(t, err, errCrash)
	s.respond(t, 1, "before", "RXX", learned)
	require.NotNil(t, run(t, s.aggregator(t, nil), fresh()).Release, "nothing was published yet")
	names, err := s.Workings().Names(t.Context(), "admitted")
	require.NoError(t, err)
	require.Len(t, names, 1, "both runs made the same document")
	s.reproducible(t)
}
