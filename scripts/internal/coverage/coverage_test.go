package coverage

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/method"
	_ "learningforlife/shared/seeded"
)

func shipped(t testing.TB) *setting {
	t.Helper()
	c, err := campaign.Shipped()
	require.NoError(t, err)
	s, err := newSetting(c)
	require.NoError(t, err)
	return s
}

// TestManyAnswersShowTheTruth plays a campaign in which everybody answers one and a half times: what is released has
// next to no chance in it, and must be what the program holds to be true.
func TestManyAnswersShowTheTruth(t *testing.T) {
	s := shipped(t)
	r := rand.New(rand.NewPCG(1, 1))
	w := s.world(Scenario{Answers: 1_500_000, Spread: 2, Carried: true}, 55, r)
	released, answered := s.publish(w.draw(r), s.rows)
	rows, next := 0, 0
	for i, row := range s.rows {
		truth, ok := w.truth(row)
		if !ok {
			require.Nil(t, released.Scores[i].Before.Value, "nobody answers for an organisation without a size")
			continue
		}
		rows++
		got, of := released.Scores[i], released.Scores[i].Level+" "+released.Scores[i].Code+" "+released.Scores[i].Group
		// Six standard errors and a rounding unit: none of some thousands of figures is that far off by chance.
		near := func(want, value, low, high float64) { require.InDelta(t, 100*want, value, 3*(high-low)/2+0.05, of) }
		near(truth[before], *got.Before.Value, *got.Before.Low, *got.Before.High)
		near(truth[after], *got.After.Value, *got.After.Low, *got.After.High)
		near(truth[after]-truth[before], got.Change.Value, got.Change.Low, got.Change.High)
		if l := got.Details.Learners; l != nil {
			truth, _ := w.learners(row)
			near(truth[before], *l.Before.Value, *l.Before.Low, *l.Before.High)
			near(truth[after]-truth[before], l.Change.Value, l.Change.Low, l.Change.High)
		}
		if got.Level == string(campaign.Nation) && got.Group == "all" {
			require.Less(t, *got.Before.High-*got.Before.Low, 0.4)
		}
		if s.nodes[row.Node].Level != campaign.Organisation {
			require.Equal(t, row, answered[next].Row)
			require.InDelta(t, truth[before], answered[next].Waves[before].Value.Float, 0.01, of)
			require.InDelta(t, truth[after]-truth[before], answered[next].Change.Difference.Float, 0.01, of)
			next++
		}
	}
	require.Greater(t, rows, 1500)
}

// TestTheBaseCase plays a few campaigns twice, by one worker and by two.
func TestTheBaseCase(t *testing.T) {
	s := shipped(t)
	c := Config{Campaign: s.campaign, Scenarios: Scenarios[:1], Replicates: 5, Seed: 3, Workers: 1, Progress: io.Discard}
	report, err := Run(t.Context(), c)
	require.NoError(t, err)
	c.Workers = 2
	again, err := Run(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, report, again)

	var one, two bytes.Buffer
	require.NoError(t, report.Markdown(&one))
	require.NoError(t, again.Markdown(&two))
	require.Equal(t, one.String(), two.String())
	require.Contains(t, one.String(), "| 1 | nation | bands_1_4 |")

	held := map[campaign.Level]Intervals{}
	for _, i := range report.Found[0].Intervals {
		if i.Objective == 0 && i.Point == 0 && i.Group == "all" {
			held[i.Level] = i
		}
	}
	require.Len(t, held, len(campaign.Levels))
	for level, most := range map[campaign.Level]float64{campaign.Nation: 1, campaign.Region: 0.995} {
		i := held[level]
		for _, s := range []Share{i.Value, i.ValueAnswered, i.Change, i.ChangeAnswered} {
			share, _, ok := s.Of()
			require.True(t, ok)
			require.GreaterOrEqual(t, share, 0.85, level)
			require.LessOrEqual(t, share, most, level)
		}
	}
	require.Equal(t, 3*2*5, held[campaign.Nation].Value.Figures, "three objectives, two waves, five campaigns")
}

// TestSharesHaveTheChancesTheyAreMadeOf counts classes as scores do.
func TestSharesHaveTheChancesTheyAreMadeOf(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		f := s.forms[rapid.IntRange(0, len(s.forms)-1).Draw(t, "form")]
		chances := f.base(rapid.Float64Range(lowest, highest).Draw(t, "level"), rapid.Float64Range(-1, 1).Draw(t, "effect"))
		table := s.layout.Tables[f.table]
		shares := f.shares(chances, table.Classes)
		total, values := 0.0, make([]float64, len(f.sets))
		for class, share := range shares {
			require.GreaterOrEqual(t, share, 0.0)
			total += share
			for i, m := range f.sets {
				for _, measure := range s.campaign.Objectives[m.objective-1].Measures {
					if measure.Table == f.table {
						values[i] += share * float64(table.Favourable(measure.Items...)[class]) / float64(len(measure.Items))
					}
				}
			}
		}
		require.Zero(t, shares[0])
		require.InDelta(t, 1, total, 1e-12)
		for i, m := range f.sets {
			require.InDelta(t, m.value(chances), values[i], 1e-12)
		}
	})
}

func TestAMoveMovesEverySetByAsMuch(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		f := s.forms[rapid.IntRange(0, len(s.forms)-1).Draw(t, "form")]
		chances := f.base(rapid.Float64Range(lowest, 0.8).Draw(t, "level"), rapid.Float64Range(-0.3, 0.3).Draw(t, "effect"))
		var by []float64
		multiple := rapid.SampledFrom(multiples[:]).Draw(t, "multiple")
		for _, m := range f.sets {
			by = append(by, multiple*s.target(m.value(chances)))
		}
		for i, m := range f.sets {
			require.InDelta(t, m.value(chances)+by[i], m.value(f.move(chances, by)), 1e-12)
		}
	})
}

// TestPeopleWhoAnswerTwiceAnswerLikeOthers: what they answered before changes what they are likely to answer, and
// nothing about them all together.
func TestPeopleWhoAnswerTwiceAnswerLikeOthers(t *testing.T) {
	s := sample{random: rand.New(rand.NewPCG(1, 1))}
	first, second := []float64{0, 0.1, 0.2, 0.3, 0.4}, []float64{0, 0.25, 0.3, 0.25, 0.2}
	const n = 200_000
	counts, same := make([]float64, len(second)), 0.0
	for range n {
		one := s.pick(first)
		two := s.again(one, first, second)
		counts[two] += 1.0 / n
		if one == two {
			same += 1.0 / n
		}
	}
	require.InDeltaSlice(t, second, counts, 0.006) // six standard errors
	// Half at random, Σpq, and half as alike as can be, Σmin(p, q).
	require.InDelta(t, 0.5*(0.025+0.06+0.075+0.08)+0.5*(0.1+0.2+0.25+0.2), same, 0.006)
}

func TestTheErrorOfAShareIsThatOfReplicates(t *testing.T) {
	var s Share
	for _, hits := range []int{4, 0, 4, 0} { // of four in each: as alike as can be
		for i := range 4 {
			s.count(i < hits)
		}
		s.settle()
	}
	share, se, ok := s.Of()
	require.True(t, ok)
	require.Equal(t, 0.5, share)
	require.Equal(t, 0.25, se, "that of four, not of sixteen")
	_, _, ok = (Share{}).Of()
	require.False(t, ok)
}

// TestThePageIsOfTheseRules fails when the rules change, until the page is made anew.
func TestThePageIsOfTheseRules(t *testing.T) {
	page, err := os.ReadFile("../../cmd/coverage/README.md")
	require.NoError(t, err)
	require.Contains(t, string(page), "rules of version "+method.Version+".")
	for _, scenario := range Scenarios {
		require.Contains(t, string(page), "| "+scenario.Name+" |")
	}
}
