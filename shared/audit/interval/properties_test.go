package interval_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/audit/interval"
)

// drawTerms are one to most terms of some cells, with coefficients up to 3 in size.
func drawTerms(t *rapid.T, cells, most int, label string) []interval.Term {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) interval.Term {
		return interval.Term{
			Cell:        rapid.IntRange(0, cells-1).Draw(t, "cell"),
			Coefficient: rapid.SampledFrom([]int64{1, 1, 1, 1, -1, -1, 2, -2, 3}).Draw(t, "coefficient"),
		}
	}), 1, most).Draw(t, label)
}

func drawSystem(t *rapid.T, cells int) interval.System {
	s := interval.System{Cells: cells}
	for range rapid.IntRange(0, 6).Draw(t, "statements") {
		low := rapid.Int64Range(-4, 8).Draw(t, "low")
		statement := interval.Statement{
			Terms: drawTerms(t, cells, cells+1, "terms"),
			Low:   low, High: low + rapid.SampledFrom([]int64{0, 0, 1, 3, 4}).Draw(t, "width"),
		}
		switch rapid.IntRange(0, 9).Draw(t, "open") {
		case 0:
			statement.Low = -interval.Infinite
		case 1:
			statement.High = interval.Infinite
		}
		s.Statements = append(s.Statements, statement)
	}
	return s
}

func total(terms []interval.Term, counts []int64) int64 {
	var sum int64
	for _, term := range terms {
		sum += term.Coefficient * counts[term.Cell]
	}
	return sum
}

// solutions tries all counts up to most.
func solutions(s interval.System, most int64) [][]int64 {
	var found [][]int64
	counts := make([]int64, s.Cells)
	for {
		if !slices.ContainsFunc(s.Statements, func(f interval.Statement) bool {
			sum := total(f.Terms, counts)
			return sum < f.Low || sum > f.High
		}) {
			found = append(found, slices.Clone(counts))
		}
		i := 0
		for i < len(counts) && counts[i] == most {
			counts[i] = 0
			i++
		}
		if i == len(counts) {
			return found
		}
		counts[i]++
	}
}

func ends(target []interval.Term, found [][]int64) (low, high int64) {
	low, high = interval.Infinite, -interval.Infinite
	for _, counts := range found {
		low, high = min(low, total(target, counts)), max(high, total(target, counts))
	}
	return low, high
}

// drawLimited is a system of at most five cells, none above 4, with all its solutions.
func drawLimited(t *rapid.T) (s interval.System, target interval.Target, found [][]int64) {
	cells := rapid.IntRange(1, 5).Draw(t, "cells")
	s = drawSystem(t, cells)
	for cell := range cells {
		s.Statements = append(s.Statements, is(0, 4, cell))
	}
	return s, drawTerms(t, cells, 4, "target"), solutions(s, 4)
}

func TestTheBoundsAreThoseOfAllSolutions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			s, target, found := drawLimited(t)
			targets := []interval.Target{target}
			for cell := range s.Cells {
				targets = append(targets, sum(cell))
			}
			bounds, err := s.Attack(targets, interval.Budget)
			if len(found) == 0 {
				require.ErrorIs(t, err, interval.ErrImpossible)
				continue
			}
			require.NoError(t, err)
			for i, target := range targets {
				require.Equal(t, solved(ends(target, found)), bounds[i], target)
			}
		}
	})
}

// TestABudgetLeavesTrueBounds: with however few nodes, no solution is outside of the
// bounds, what is attained is attained by one, and nothing is called better than it is, nor exact that is not.
func TestABudgetLeavesTrueBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			s, target, found := drawLimited(t)
			bounds, err := s.Attack([]interval.Target{target}, rapid.IntRange(0, 4).Draw(t, "budget"))
			if len(found) == 0 {
				if err != nil {
					require.ErrorIs(t, err, interval.ErrImpossible)
				}
				continue
			}
			require.NoError(t, err)
			low, high := ends(target, found)
			b := bounds[0]
			require.True(t, b.Min <= low && high <= b.Max, "%v holds %d to %d", b, low, high)
			if b.Attained.Min <= b.Attained.Max {
				require.True(t, low <= b.Attained.Min && b.Attained.Max <= high, "%d to %d holds %v", low, high, b)
			}
			require.Equal(t, b.Solved, b.Attained == interval.Range{Min: b.Min, Max: b.Max})
			for k := range int64(8) {
				truth := solved(low, high).Verdict(k)
				allowed := map[interval.Verdict][]interval.Verdict{
					interval.Exact:     {interval.Exact},
					interval.Narrow:    {interval.Narrow, interval.Exact},
					interval.Protected: {interval.Protected},
					interval.Unsolved:  {interval.Exact, interval.Narrow, interval.Protected},
				}[b.Verdict(k)]
				require.Contains(t, allowed, truth, "%v in %d to %d, k = %d", b, low, high, k)
			}
		}
	})
}

// TestTwoCellsWithoutLimits: of two cells, statements with coefficients up to 2 and limits up to 6 in
// size meet at counts of at most 2·6·2 = 24 (Cramer). So a cell that reaches 40 has no limit, and it does
// before the other, which grows at most twice as fast, is at 120.
func TestTwoCellsWithoutLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := interval.System{Cells: 2}
		for range rapid.IntRange(0, 4).Draw(t, "statements") {
			low := rapid.Int64Range(-4, 4).Draw(t, "low")
			s.Statements = append(s.Statements, interval.Statement{
				Terms: []interval.Term{
					{Cell: 0, Coefficient: rapid.Int64Range(-2, 2).Draw(t, "first")},
					{Cell: 1, Coefficient: rapid.Int64Range(-2, 2).Draw(t, "second")},
				},
				Low: low, High: rapid.SampledFrom([]int64{low, low + 2, interval.Infinite}).Draw(t, "high"),
			})
		}
		found := solutions(s, 120)
		bounds, err := s.Attack([]interval.Target{sum(0), sum(1)}, interval.Budget)
		if len(found) == 0 {
			// A band of parallel lines may hold no whole numbers, which no number of divisions shows.
			if err != nil {
				require.ErrorIs(t, err, interval.ErrImpossible)
			} else {
				require.False(t, bounds[0].Solved)
			}
			return
		}
		require.NoError(t, err)
		for cell, b := range bounds {
			low, high := ends(sum(cell), found)
			if high >= 40 {
				high = interval.Infinite
			}
			require.Equal(t, solved(low, high), b, cell)
		}
	})
}

// TestFrechet: a cell of a table of which the margins are published is from
// max(0, row + column − all) to min(row, column). Source: Dobra and Fienberg (2000), PNAS 97, 11885–11892.
func TestFrechet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(2, 15).Draw(t, "rows"), rapid.IntRange(2, 15).Draw(t, "columns")
		counts := rapid.SliceOfN(rapid.Int64Range(0, 60), rows*columns, rows*columns).Draw(t, "counts")
		s := margins(rows, columns, counts, exactly)
		var targets []interval.Target
		for range 6 {
			targets = append(targets, sum(rapid.IntRange(0, len(counts)-1).Draw(t, "cell")))
		}
		for i, b := range attack(t, s, targets...) {
			cell := targets[i][0].Cell
			row, column, all := s.Statements[cell/columns].Low, s.Statements[rows+cell%columns].Low, s.Statements[rows+columns].Low
			require.Equal(t, solved(max(0, row+column-all), min(row, column)), b, cell)
		}
	})
}

// TestSizesOverTime: where each figure is a sum of neighbours, as an organisation's size is of
// its gains, each sum lies between the shortest paths from one of its borders to the other.
func TestSizesOverTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.IntRange(1, 40).Draw(t, "cells")
		counts := rapid.SliceOfN(rapid.Int64Range(0, 20), cells, cells).Draw(t, "counts")
		s := interval.System{Cells: cells}
		// most[a][b] is the most that the sum before border b exceeds that before border a.
		most := make([][]int64, cells+1)
		for a := range most {
			most[a] = slices.Repeat([]int64{1 << 40}, cells+1)
			most[a][a] = 0
			if a > 0 {
				most[a][a-1] = 0
			}
		}
		for range rapid.IntRange(1, 2*cells).Draw(t, "figures") {
			from := rapid.IntRange(0, cells-1).Draw(t, "from")
			to := rapid.IntRange(from+1, cells).Draw(t, "to")
			figure := rounded(span(from, to), counts)
			s.Statements = append(s.Statements, figure)
			most[from][to] = min(most[from][to], figure.High)
			most[to][from] = min(most[to][from], -figure.Low)
		}
		for via := range most {
			for a := range most {
				for b := range most {
					most[a][b] = min(most[a][b], most[a][via]+most[via][b])
				}
			}
		}
		from := rapid.IntRange(0, cells-1).Draw(t, "target from")
		to := rapid.IntRange(from+1, cells).Draw(t, "target to")
		want := solved(-most[to][from], most[from][to])
		if want.Max > 1<<30 {
			want = solved(want.Min, interval.Infinite)
		}
		require.Equal(t, want, attack(t, s, sum(span(from, to)...))[0])
	})
}

func TestTheSameSystemGetsTheSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, target, _ := drawLimited(t)
		budget := rapid.IntRange(0, 20).Draw(t, "budget")
		first, err := s.Attack([]interval.Target{target}, budget)
		again, errAgain := s.Attack([]interval.Target{target}, budget)
		require.Equal(t, first, again)
		require.Equal(t, err, errAgain)
	})
}
