package stats_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/stats"
)

func TestWilson(t *testing.T) {
	// Newcombe (1998), Stat. Med. 17, 857–872, table I, method 3.
	for _, c := range []struct {
		x, n, low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		i, ok := stats.Wilson(c.x/c.n, c.n, stats.Z95)
		require.True(t, ok)
		require.InDelta(t, c.low, i.Low, 0.00005)
		require.InDelta(t, c.high, i.High, 0.00005)
	}
	_, ok := stats.Wilson(0.5, 0, stats.Z95)
	require.False(t, ok, "nothing was observed")
	_, ok = stats.Wilson(1.1, 10, stats.Z95)
	require.False(t, ok, "no proportion")
}

func TestDifference(t *testing.T) {
	// Newcombe (1998), Stat. Med. 17, 873–890, table II, method 10. There the
	// difference is of the first less the second.
	for _, c := range []struct {
		x1, n1, x2, n2, low, high float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 10, -0.2775, 0.2775},
		{10, 10, 0, 20, 0.6791, 1.0000},
	} {
		p1, p2 := c.x1/c.n1, c.x2/c.n2
		i1, _ := stats.Wilson(p1, c.n1, stats.Z95)
		i2, _ := stats.Wilson(p2, c.n2, stats.Z95)
		d := stats.Difference(p2, i2, p1, i1)
		require.InDelta(t, c.low, d.Low, 0.00005)
		require.InDelta(t, c.high, d.High, 0.00005)
	}
}

func TestEffectiveSize(t *testing.T) {
	level := func(counts ...int) (stats.Estimate, bool) {
		return stats.Level([]stats.Stratum{{Weight: 1, Counts: counts}}, stats.EvenScale(len(counts)), stats.Sample)
	}
	e, ok := level(1, 1, 2)
	require.True(t, ok)
	require.Equal(t, 0.625, e.Mean) // (0 + 0.5 + 1 + 1)/4
	e, _ = level(60, 40)
	require.InDelta(t, 99, e.Effective(), 1e-9, "n−1 for two values")
	e, _ = level(0, 40)
	require.InDelta(t, 40, e.Effective(), 1e-9, "Kish's size where all are alike")
	_, ok = level(0, 0, 0)
	require.False(t, ok)
}

// TestArms: the first two are of Newcombe (1998), Stat. Med. 17, 873–890, table II, method 10, as distances
// from the difference.
func TestArms(t *testing.T) {
	for _, c := range []struct{ x1, n1, x2, n2, difference, down, up float64 }{
		{48, 80, 56, 70, 0.2, 0.2 - 0.0524, 0.3339 - 0.2},
		{0, 20, 10, 10, 1, 1 - 0.6791, 0},
	} {
		p1, p2 := c.x1/c.n1, c.x2/c.n2
		i1, _ := stats.Wilson(p1, c.n1, stats.Z95)
		i2, _ := stats.Wilson(p2, c.n2, stats.Z95)
		down, up := stats.Arms(p1, i1, p2, i2, 0)
		require.InDelta(t, c.difference, p2-p1, 1e-12)
		require.InDelta(t, c.down, down, 0.00005)
		require.InDelta(t, c.up, up, 0.00005)
	}
	wide := stats.Interval{Low: 0, High: 1}
	down, up := stats.Arms(0.5, wide, 0.75, wide, 1)
	require.InDelta(t, 0.25, down, 1e-15, "√(.75² − 2·.75·.5 + .5²): what is common to both cancels out")
	require.InDelta(t, 0.25, up, 1e-15)
	down, up = stats.Arms(0.1, wide, 0.9, wide, -1)
	require.InDelta(t, 1.8, down, 1e-12, "both add up, beyond the scale")
	require.InDelta(t, 0.2, up, 1e-12)
}

func TestLowValueHigh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) (float64, stats.Interval) {
			counts := rapid.SliceOfN(rapid.IntRange(0, 2000), 3, 3).Draw(t, label)
			e, some := stats.Level([]stats.Stratum{{Weight: 1, Counts: counts}}, three, stats.Sample)
			if !some {
				e, _ = stats.Level([]stats.Stratum{{Weight: 1, Counts: []int{0, 1, 0}}}, three, stats.Sample)
			}
			i, ok := e.Interval(stats.Z95)
			if !ok || i.Low > e.Mean || e.Mean > i.High || i.Low < 0 || i.High > 1 {
				t.Fatalf("%v: %v in %v", counts, e.Mean, i)
			}
			return e.Mean, i
		}
		p1, i1 := draw("before")
		p2, i2 := draw("after")
		forth, back := stats.Difference(p1, i1, p2, i2), stats.Difference(p2, i2, p1, i1)
		if forth.Low > p2-p1+1e-15 || forth.High < p2-p1-1e-15 || forth.Low < -1 || forth.High > 1 {
			t.Fatalf("%v in %v", p2-p1, forth)
		}
		if forth.Low != -back.High || forth.High != -back.Low {
			t.Fatalf("swapping before and after gives %v and %v", forth, back)
		}
		rho := rapid.Float64Range(-1.5, 1.5).Draw(t, "rho")
		down, up := stats.Arms(p1, i1, p2, i2, rho)
		backDown, backUp := stats.Arms(p2, i2, p1, i1, rho)
		whole := stats.CorrelatedDifference(p1, i1, p2, i2, rho)
		if down < 0 || up < 0 || down != backUp || up != backDown {
			t.Fatalf("arms %v and %v, swapped %v and %v", down, up, backDown, backUp)
		}
		if whole.Low != max(p2-p1-down, -1) || whole.High != min(p2-p1+up, 1) {
			t.Fatalf("%v is not %v less %v and more %v", whole, p2-p1, down, up)
		}
		lessDown, lessUp := stats.Arms(p1, i1, p2, i2, min(rho+0.25, 1.5))
		if lessDown > down || lessUp > up {
			t.Fatalf("the more two estimates go together the surer is their difference: %v and %v became %v and %v", down, up, lessDown, lessUp)
		}
	})
}
