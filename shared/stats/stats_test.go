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

func TestHistogram(t *testing.T) {
	mean, ok := stats.Histogram{1, 1, 2}.Mean()
	require.True(t, ok)
	require.Equal(t, 0.625, mean) // (0 + 0.5 + 1 + 1)/4
	require.InDelta(t, 99, stats.Histogram{60, 40}.Effective(), 1e-9)
	require.Equal(t, 40.0, stats.Histogram{0, 40}.Effective())
	require.Equal(t, 0.0, stats.Histogram{0, 0}.Effective())
	_, ok = stats.Histogram{0, 0, 0}.Mean()
	require.False(t, ok)
}

func TestLowValueHigh(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) (float64, stats.Interval) {
			h := stats.Histogram(rapid.SliceOfN(rapid.IntRange(0, 2000), 3, 3).Draw(t, label))
			if h.N() == 0 {
				h[1] = 1
			}
			mean, _ := h.Mean()
			i, ok := stats.Wilson(mean, h.Effective(), stats.Z95)
			if !ok || i.Low > mean || mean > i.High || i.Low < 0 || i.High > 1 {
				t.Fatalf("%v: %v in %v", h, mean, i)
			}
			return mean, i
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
	})
}
