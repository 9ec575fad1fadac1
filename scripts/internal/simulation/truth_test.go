package simulation

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/score"
	"learningforlife/shared/stats"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// The trusts of a few regions: with 600 people some have too few answers in every
// group, in the South West nearly always all, and only London's boards are of five trusts or more.
const (
	fewRegions = "RXA,A,acute,London,,\nRXB,B,acute,London,,\nRXC,C,acute,London,,\nRXD,D,acute,London,,\nRXE,E,acute,London,,\nRXF,F,acute,London,,\n" +
		"RYA,G,acute,North West,,\nRYB,H,acute,North West,,\nRZA,I,acute,South West,,\nRZB,J,acute,South West,,\nK0N6A,K,online,National,,\nRZC,L,acute,South West,,2025-12-31\n"
	fewStaff = "RXA,4000\nRXB,2500\nRXC,2500\nRXD,2000\nRXE,2000\nRXF,300\nRYA,6000\nRYB,500\nRZA,700\nRZB,150\n"
)

// played is a campaign of which everything is acknowledged, and what is counted of it.
func played(t *testing.T, c *campaign.Campaign, seed uint64, staff int) (*Result, *tally.Tally) {
	t.Helper()
	world, err := NewWorld(c, day.Must("2026-11-22"), seed)
	require.NoError(t, err)
	result := &Result{world: world}
	for number := range staff {
		person, err := world.Person(number)
		require.NoError(t, err)
		states := make([]state, len(person.Items))
		for i := range states {
			states[i].acknowledged, states[i].status = true, submission.Made
		}
		result.people, result.states = append(result.people, person), append(result.states, states)
	}
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	counter := layout.Counter()
	require.NoError(t, result.Scan(t.Context(), counter.Visit))
	counted, err := tally.Resolve([]*tally.Counter{counter})
	require.NoError(t, err)
	return result, counted
}

// TestTruthIsWhatScoresEstimate holds the weights that are worked out here against
// those of the scores: of the values that people's answers have, both make the same mean. The
// mean of the true values is then what the scores are spread about, as their intervals say.
func TestTruthIsWhatScoresEstimate(t *testing.T) {
	const seeds, many, few = 20, 600, 120 // with few, it can be that nobody's answers of bands 1 to 4 may be used
	framed := campaigntest.Trusts(t, fewRegions, "", fewStaff)
	unframed := campaigntest.Trusts(t, fewRegions, "", "")
	some, none, held, regions := 0, 0, 0, map[int]int{}
	for seed := range uint64(seeds) {
		c, staff := framed, many
		if seed%8 == 7 {
			c = unframed
		}
		if seed%3 == 1 {
			staff = few
		}
		result, tallied := played(t, c, seed, staff)
		w, counted := result.world, result.counted()
		frame, nodes, rows := c.Frame(w.today), c.Nodes(w.today), []campaign.Row{}
		for _, row := range c.Rows(nodes) {
			if nodes[row.Node].Level == campaign.Nation && !c.Groups[row.Group].Part {
				rows = append(rows, row)
			}
		}
		for _, s := range score.Compute(disclosure.First(score.Gather(tallied, frame), w.today).Tables, nodes, rows) {
			m, group := c.Objectives[s.Row.Objective-1].Measures[s.Row.Measure], c.Groups[s.Row.Group]
			for wave, level := range s.Waves {
				given, n := w.mean(counted, m, group, wave, func(i Item) float64 {
					return float64(w.values([]campaign.Measure{m}, i.Response)[0]) / float64(len(m.Items))
				})
				truth, people := w.truth(counted, m, group, wave)
				require.Equal(t, n, people)
				if level == nil {
					require.Nil(t, given)
					require.Nil(t, truth)
					none++
					continue
				}
				require.Equal(t, level.Respondents, n)
				require.InDelta(t, 100*level.Value.Float, *given, 1e-9, "objective %d, %s", s.Row.Objective, group.ID)
				p := level.Value.Float
				i, ok := stats.Wilson(p, p*(1-p)/level.Variance, stats.Z95)
				require.True(t, ok)
				if some++; i.Low <= *truth/100 && *truth/100 <= i.High {
					held++
				}
			}
		}
		regions[admittedRegions(c, frame, tallied)]++
	}
	require.Greater(t, some, 250)
	require.Positive(t, none)
	require.Greater(t, len(regions), 1, "how many regions have an answer that may be used differs")
	share := float64(held) / float64(some)
	// The rows of one campaign go together: a score of bands is a part of that of all.
	require.InDelta(t, 0.95, share, 4*math.Sqrt(0.95*0.05/float64(some/3)), "of %d intervals", some)
}

// admittedRegions is how many regions have an atom of the baseline that may be used.
func admittedRegions(c *campaign.Campaign, frame campaign.Frame, tallied *tally.Tally) int {
	found := map[int]bool{}
	admitted := disclosure.First(score.Gather(tallied, frame), c.Opens).Tables
	for unit, region := range frame.Region {
		for group := range c.Weighting.Groups {
			if admitted.Tables[0].Atoms[admitted.Cell(unit, group)].Counts[score.Before] != nil {
				found[region] = true
			}
		}
	}
	return len(found)
}
