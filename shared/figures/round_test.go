package figures

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

func TestRoundingDownAndUp(t *testing.T) {
	for _, c := range []struct{ x, unit, down, up float64 }{
		{35.99, 1, 35, 36},
		{35.99, 0.1, 35.9, 36},
		{36, 1, 36, 36},
		{36 - 1e-12, 1, 36, 36}, // a whole number but for the last bit
		{36 + 1e-12, 1, 36, 36},
		{36.01, 1, 36, 37},
		{-4.11, 0.1, -4.2, -4.1},
		{-0.4, 1, -1, 0},
		{0.3, 0.05, 0.3, 0.3}, // 0.3/0.05 is 5.999…
		{0.349, 0.05, 0.3, 0.35},
		{-0.02, 0.05, -0.05, 0},
		{1.15, 0.05, 1.15, 1.15},
		{0.6, 0.01, 0.6, 0.6},
		{0.29, 0.01, 0.29, 0.29}, // 0.29·100 is 28.999…
		{0.5999, 0.01, 0.59, 0.6},
	} {
		require.Equal(t, c.down, down(c.x, c.unit), "%v", c)
		require.Equal(t, c.up, up(c.x, c.unit), "%v", c)
	}
	require.False(t, math.Signbit(up(-0.4, 1)), "never −0")
	require.False(t, math.Signbit(nearest(-0.4, 1)))
}

func TestRoundingToTheNearest(t *testing.T) {
	for _, c := range []struct{ x, unit, want float64 }{
		{12.5, 1, 13}, // halves go away from zero
		{-12.5, 1, -13},
		{12.49, 1, 12},
		{0.975, 0.05, 1},
		{0.97, 0.05, 0.95},
		{-0.33, 0.05, -0.35},
		{66.666, 0.1, 66.7},
		{3, 0.1, 3},
	} {
		require.Equal(t, c.want, nearest(c.x, c.unit), "%v", c)
	}
}

func TestPeopleRoundToFive(t *testing.T) {
	for n, want := range map[int]int{0: 0, 11: 10, 12: 10, 13: 15, 17: 15, 18: 20, 397: 395, 398: 400} {
		require.Equal(t, want, people(n))
	}
	require.Equal(t, 1.0, unitFor(people(397)))
	require.Equal(t, 0.1, unitFor(people(398)))
}

// share is the value that one of n people has on objective 3, and change the difference of two such.
func share(t *testing.T, one, n int) score.Value {
	t.Helper()
	return scored(t, [2][2]int{{one, n}, {one, n}}).Waves[score.Before].Value
}

func changed(t *testing.T, before, after [2]int) score.Value {
	t.Helper()
	return scored(t, [2][2]int{before, after}).Change.Difference
}

func scored(t *testing.T, waves [2][2]int) score.Score {
	t.Helper()
	c := campaigntest.FewTrusts(t)
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	tables := score.New(layout, c.Frame(closed))
	for wave, w := range waves {
		tables.Tables[c.Objectives[2].Measures[0].Table].Atoms[0].Counts[wave] = []int{0, w[1] - w[0], 0, 0, w[0]}
	}
	nodes := c.Nodes(closed)
	return score.Compute(tables, nodes, []campaign.Row{{Objective: 3, Node: 0, Group: c.Group("all")}})[0]
}

func TestPointsRoundExactHalvesAwayFromZero(t *testing.T) {
	for _, c := range []struct {
		v          score.Value
		unit, want float64
	}{
		{share(t, 1, 8), 1, 13},           // 12.5
		{share(t, 21, 40), 1, 53},         // 52.5, which is 52.49999… as a float
		{share(t, 23, 40), 1, 58},         // 57.5
		{share(t, 1, 3), 1, 33},           //
		{share(t, 2, 3), 0.1, 66.7},       //
		{share(t, 1001, 2000), 0.1, 50.1}, // 50.05
		{share(t, 0, 7), 1, 0},
		{share(t, 7, 7), 1, 100},
		{changed(t, [2]int{21, 40}, [2]int{1, 2}), 1, -3},              // −2.5
		{changed(t, [2]int{101, 200}, [2]int{1, 2}), 1, -1},            // −0.5
		{changed(t, [2]int{1, 2}, [2]int{101, 200}), 1, 1},             // 0.5
		{changed(t, [2]int{1, 2}, [2]int{1009, 2000}), 1, 0},           // 0.45
		{changed(t, [2]int{1, 2}, [2]int{1, 2}), 0.1, 0},               //
		{changed(t, [2]int{1000, 2000}, [2]int{1001, 2000}), 0.1, 0.1}, // 0.05
	} {
		require.Equal(t, c.want, points(c.v, c.unit), c.v.Exact().String())
	}
	// The exact value decides where the float lies just beside a half, and not the float.
	v := share(t, 21, 40)
	v.Float = math.Nextafter(v.Float, 0)
	require.Equal(t, 53.0, points(v, 1))
	v = share(t, 524_999_999, 1_000_000_000) // 52.4999999: less than a millionth off a half, and below it
	require.Equal(t, 52.0, points(v, 1))
}
