package population_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench/population"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

var first = day.Must("2026-08-24")

// found is what a scan of a store finds.
type found struct {
	responses map[submission.Link]submission.Response
	days      map[day.Day]int
	pledges   int
	withdrawn int
}

func open(t *testing.T) *embedded.Store {
	s, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func scan(t *testing.T, s *embedded.Store, c *campaign.Campaign) found {
	f := found{responses: map[submission.Link]submission.Response{}, days: map[day.Day]int{}}
	require.NoError(t, s.Scan(t.Context(), func(key *submission.Key, row submission.Row) error {
		switch {
		case row.Withdrawn():
			f.withdrawn++
		case key.Kind() == submission.KindPledge:
			f.pledges++
		default:
			r, err := row.Response(c)
			require.NoError(t, err)
			f.responses[key.Link()] = r
			f.days[key.Day()]++
		}
		return nil
	}))
	return f
}

// TestWhatACampaignGathers holds that everything there is to count, and to leave out, is in what a store is filled with.
func TestWhatACampaignGathers(t *testing.T) {
	const n = 20_000
	c, err := campaign.Shipped()
	require.NoError(t, err)
	s := open(t)
	require.NoError(t, population.Fill(t.Context(), s, c, n, first, 1, func(int) {}))
	got := scan(t, s, c)
	require.Len(t, got.responses, n)
	require.Len(t, got.days, population.Days)
	require.Equal(t, n/20, got.pledges)
	require.Equal(t, n/200, got.withdrawn)

	organisations, audiences, bands := map[string]int{}, map[int]int{}, map[int]int{}
	waves := map[int]int{}
	named := map[submission.Link]int{}
	naming, stranger, ahead, mismatch := 0, 0, 0, 0
	a2, a6 := c.Question("A2"), c.Question("A6")
	for own, r := range got.responses {
		organisations[r.Organisation]++
		audiences[r.Audience]++
		bands[r.BandGroup]++
		waves[r.Wave]++
		if r.Answers[a6] != 0 {
			require.Equal(t, 1, r.Answers[a2], "A6 is asked of those who said yes to A2")
		}
		for q, a := range r.Answers {
			require.True(t, a == 0 || c.Asked(q, r.Wave, r.Audience))
		}
		if r.Before.IsZero() {
			continue
		}
		naming++
		named[r.Before]++
		before, there := got.responses[r.Before]
		switch {
		case r.Before.Day() > own.Day():
			ahead++
		case !there:
			stranger++
		case before.Organisation != r.Organisation || before.BandGroup != r.BandGroup || before.Audience != r.Audience:
			mismatch++
		}
	}
	require.Len(t, organisations, len(c.Organisations.Open(first)))
	require.Len(t, audiences, len(c.Audiences))
	require.Len(t, bands, len(c.BandGroups))
	require.InDelta(t, n/2, waves[c.FollowUp()], n/50)
	require.InDelta(t, 0.55, float64(naming)/float64(waves[c.FollowUp()]), 0.02)
	require.InDelta(t, naming, len(named), float64(naming)/20)
	require.Greater(t, naming, len(named), "some are named twice")
	require.Positive(t, stranger)
	require.Positive(t, ahead)
	require.Positive(t, mismatch)
	largest := 0
	for _, n := range organisations {
		largest = max(largest, n)
	}
	require.Greater(t, largest, 4*n/len(organisations), "trusts differ")
}

func TestTheSameSeedGivesTheSame(t *testing.T) {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	stores := map[string]found{}
	for name, seed := range map[string]uint64{"one": 1, "again": 1, "another": 2} {
		s := open(t)
		require.NoError(t, population.Fill(t.Context(), s, c, 300, first, seed, func(int) {}))
		require.NoError(t, population.Later(t.Context(), s, c, 100, first+population.Days, seed))
		stores[name] = scan(t, s, c)
	}
	require.Equal(t, stores["one"], stores["again"])
	require.NotEqual(t, stores["one"], stores["another"])
}

func TestLater(t *testing.T) {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	s := open(t)
	require.NoError(t, population.Fill(t.Context(), s, c, 2000, first, 1, func(int) {}))
	before := scan(t, s, c)
	on := first + population.Days
	require.NoError(t, population.Later(t.Context(), s, c, 500, on, 2))
	after := scan(t, s, c)
	require.Len(t, after.responses, 2500)
	require.Equal(t, 500, after.days[on])
	naming := 0
	for own, r := range after.responses {
		if own.Day() == on {
			require.Equal(t, c.FollowUp(), r.Wave)
			if _, there := before.responses[r.Before]; there {
				naming++
			}
		}
	}
	require.Greater(t, naming, 200, "they name what was there")
}
