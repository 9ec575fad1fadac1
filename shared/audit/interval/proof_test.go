package interval

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "learningforlife/shared/seeded"
)

// TestNoWeightsProveWhatIsNotTrue: whatever the relaxation gets wrong, a ceiling holds.
func TestNoWeightsProveWhatIsNotTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.IntRange(1, 4).Draw(t, "cells")
		coefficients := rapid.SliceOfN(rapid.SliceOfN(rapid.Int64Range(-3, 3), cells, cells), 1, 4).Draw(t, "coefficients")
		var rows [][]entry
		for _, row := range coefficients {
			byCell := map[int]int64{}
			for cell, c := range row {
				byCell[cell] = c
			}
			rows = append(rows, sorted(byCell))
		}
		p := newProblem(cells, rows)
		// A solution, and limits that it keeps.
		truth := rapid.SliceOfN(rapid.Int64Range(0, 9), cells, cells).Draw(t, "truth")
		b := p.open()
		for v := range p.variables() {
			n := p.value(v, truth)
			if rapid.IntRange(0, 4).Draw(t, "limited below") > 0 {
				b.low[v] = max(b.low[v], n-rapid.Int64Range(0, 3).Draw(t, "less"))
			}
			if rapid.IntRange(0, 4).Draw(t, "limited above") > 0 {
				b.high[v] = n + rapid.Int64Range(0, 3).Draw(t, "more")
			}
		}
		weights := rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom([]float64{0, 1, -1, 0.5, -1.0 / 3, 2.5}), rapid.Float64Range(-4, 4), rapid.Float64(),
		), len(rows), len(rows)).Draw(t, "weights")
		require.GreaterOrEqual(t, p.ceiling(none, 1, weights, b), int64(0))
		for v := range p.variables() {
			for _, sign := range []int64{1, -1} {
				require.GreaterOrEqual(t, p.ceiling(v, sign, weights, b), sign*p.value(v, truth))
			}
		}
	})
}

// TestWeightsProveTheBest: a + b ≤ 7 and b + c ≤ 4 and a + c ≤ 6 prove by a half of each that a + b + c ≤ 8.
func TestWeightsProveTheBest(t *testing.T) {
	pair := func(a, b int) []entry { return []entry{{a, 1}, {b, 1}} }
	p := newProblem(3, [][]entry{pair(0, 1), pair(1, 2), pair(0, 2), {{0, 1}, {1, 1}, {2, 1}}})
	b := p.open()
	b.high[3], b.high[4], b.high[5] = 7, 4, 6
	require.Equal(t, int64(8), p.ceiling(6, 1, []float64{0.5, 0.5, 0.5, 0}, b))
	require.Equal(t, int64(8), p.ceiling(6, 1, []float64{0.5 + 1e-12, 0.5, 0.5 - 1e-12, 0}, b))
	require.Equal(t, int64(Infinite), p.ceiling(6, 1, []float64{0.5, 0.5, 0, 0}, b), "nothing limits a")
}

func TestRounding(t *testing.T) {
	for _, c := range []struct{ a, b, down, up int64 }{{7, 2, 3, 4}, {-7, 2, -4, -3}, {7, -2, -4, -3}, {-7, -2, 3, 4}, {6, -3, -2, -2}, {0, -5, 0, 0}} {
		require.Equal(t, c.down, down(c.a, c.b), c)
		require.Equal(t, c.up, up(c.a, c.b), c)
	}
}
