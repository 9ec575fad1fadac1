package reproduce_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/figures"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// TestAnyReleaseCanBeDerived holds that the figures of scores of any kind follow from what is printed: far more of the border
// cases than people who answer come to, at every stage of a campaign.
func TestAnyReleaseCanBeDerived(t *testing.T) {
	releases := map[string]release.Release{}
	for _, moved := range []string{"", `, "moved": true`} {
		c, _ := world(t, waves(moved)...)
		for _, on := range []string{"2026-01-31", "2026-02-01", "2026-06-30", "2026-07-01", "2026-07-02"} {
			name := fmt.Sprintf("%s moved %t.json", on, moved != "")
			releases[name] = anything(t, c, day.Must(on), rand.New(rand.NewPCG(uint64(len(releases)), 6)))
		}
	}
	said, err := derive(t, releases)
	require.NoError(t, err, "%.3000s", said)
	require.Regexp(t, `^\d{5} figures derived, 0 differ\n$`, said)
}

// anything is a release of random scores.
func anything(t *testing.T, c *campaign.Campaign, on day.Day, random *rand.Rand) release.Release {
	nodes, frame := c.Nodes(on), c.Frame(on)
	rows := c.Rows(nodes)
	scores := make([]score.Score, len(rows))
	for i, row := range rows {
		d := draw{random}
		group, level := c.Groups[row.Group], nodes[row.Node].Level
		s := score.Score{Row: row, Framed: group.Weighted()}
		s.Waves, s.Change = d.waves(level)
		if group.Weighted() && !group.Part {
			for _, member := range nodes[row.Node].Members {
				for _, cell := range group.Cells {
					s.Size += frame.Sizes[member][cell]
				}
			}
			if d.chance(0.5) {
				s.Opened = &score.Opened{}
				s.Opened.Waves, s.Opened.Change = d.waves(level)
			}
		}
		scores[i] = s
	}
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	return figures.Release(score.New(layout, frame), nodes, scores, release.Head{Seq: 1, PublishedAt: on}, release.Release{})
}

type draw struct{ *rand.Rand }

func (d draw) chance(share float64) bool { return d.Float64() < share }

// waves draws two waves and the change between them, which is often next to the target.
func (d draw) waves(level campaign.Level) (waves [2]*score.Level, c *score.Change) {
	most := map[campaign.Level]float64{campaign.Nation: 60000, campaign.Region: 9000, campaign.Type: 9000, campaign.Organisation: 600}[level]
	value := 0.2 + 0.79*d.Float64()
	change := 0.03 + 0.03*d.NormFloat64()
	for wave := range waves {
		if !d.chance(0.05) {
			waves[wave] = d.level(math.Exp(math.Log(8)+d.Float64()*math.Log(most/8)), min(value, 1))
		}
		value += change
	}
	if waves[0] == nil || waves[1] == nil || d.chance(0.02) {
		return waves, nil
	}
	c = &score.Change{
		Difference:  score.Value{Float: waves[1].Value.Float - waves[0].Value.Float + 0.002*d.NormFloat64()},
		Pairs:       int(d.Float64() * float64(waves[0].Respondents)),
		Correlation: 1.2*d.Float64() - 0.3,
		Variance:    (waves[0].Variance + waves[1].Variance) * (0.7 + 0.6*d.Float64()),
	}
	if d.chance(0.7) {
		c.Clusters = 2 + d.IntN(200)
		c.ClusterVariance = c.Variance * (0.3 + d.Float64())
	}
	if d.chance(0.7) {
		selection, coverage := d.chance(0.1), 0.5+0.5*d.Float64()
		c.Selection, c.Coverage = &selection, &coverage
	}
	return waves, c
}

func (d draw) level(respondents, value float64) *score.Level {
	deff := 0.8 + d.Float64()
	l := &score.Level{Respondents: int(respondents), Value: score.Value{Float: value}, Kish: respondents / deff,
		Variance: max(value*(1-value), 0.002) / respondents * deff, OffTop: 50, OffBottom: 50}
	if d.chance(0.04) {
		l.OffTop = d.IntN(3)
	}
	if d.chance(0.04) {
		l.OffBottom = d.IntN(3)
	}
	return l
}
