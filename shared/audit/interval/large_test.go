package interval_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/audit/interval"
)

// publish is how a sum of cells is published.
type publish func(cells []int, counts []int64) interval.Statement

func exactly(cells []int, counts []int64) interval.Statement {
	n := total(sum(cells...), counts)
	return is(n, n, cells...)
}

// rounded is to the nearest 5: what an outsider knows is ± 2.
func rounded(cells []int, counts []int64) interval.Statement {
	n := (total(sum(cells...), counts) + 2) / 5 * 5
	return is(max(0, n-2), n+2, cells...)
}

// margins publishes the totals of rows, then of columns, then of the table.
func margins(rows, columns int, counts []int64, as publish) interval.System {
	s := interval.System{Cells: rows * columns}
	for row := range rows {
		s.Statements = append(s.Statements, as(span(row*columns, (row+1)*columns), counts))
	}
	for column := range columns {
		var cells []int
		for row := range rows {
			cells = append(cells, row*columns+column)
		}
		s.Statements = append(s.Statements, as(cells, counts))
	}
	s.Statements = append(s.Statements, as(span(0, rows*columns), counts))
	return s
}

func drawn(random *rand.Rand, cells int, most int64) []int64 {
	counts := make([]int64, cells)
	for i := range counts {
		counts[i] = random.Int64N(most + 1)
	}
	return counts
}

// history is of organisations over releases, all rounded: the size of each at every release, that of its
// region, of the nation, and of what it gained between every third release and some later ones.
func history(organisations, releases int, counts []int64) interval.System {
	s := interval.System{Cells: organisations * releases}
	gains := func(organisation, from, to int) []int {
		return span(organisation*releases+from, organisation*releases+to)
	}
	for release := 1; release <= releases; release++ {
		var nation []int
		regions := make([][]int, 5)
		for organisation := range organisations {
			size := gains(organisation, 0, release)
			s.Statements = append(s.Statements, rounded(size, counts))
			nation = append(nation, size...)
			regions[organisation%5] = append(regions[organisation%5], size...)
			for from := 3; from < release; from += 3 {
				if (release-from)%4 < 2 {
					s.Statements = append(s.Statements, rounded(gains(organisation, from, release), counts))
				}
			}
		}
		s.Statements = append(s.Statements, rounded(nation, counts))
		for _, region := range regions {
			s.Statements = append(s.Statements, rounded(region, counts))
		}
	}
	return s
}

// threeWay publishes all sums of a table along one of its three sides.
func threeWay(side int, counts []int64, as publish) interval.System {
	s := interval.System{Cells: side * side * side}
	for _, strides := range [][3]int{{1, side, side * side}, {side, 1, side * side}, {side * side, 1, side}} {
		for a := range side {
			for b := range side {
				var cells []int
				for along := range side {
					cells = append(cells, along*strides[0]+a*strides[1]+b*strides[2])
				}
				s.Statements = append(s.Statements, as(cells, counts))
			}
		}
	}
	return s
}

func seeded() *rand.Rand { return rand.New(rand.NewPCG(11, 1)) }

// TestLargeSystems holds that hundreds of cells are solved, around the counts that there are. The benchmarks are of larger ones.
func TestLargeSystems(t *testing.T) {
	table, gains, cube := drawn(seeded(), 400, 30), drawn(seeded(), 120, 12), drawn(seeded(), 125, 12)
	for name, c := range map[string]struct {
		system interval.System
		counts []int64
	}{
		"table":     {margins(20, 20, table, rounded), table},
		"history":   {history(10, 12, gains), gains},
		"three-way": {threeWay(5, cube, rounded), cube},
	} {
		t.Run(name, func(t *testing.T) {
			var targets []interval.Target
			for cell := 0; cell < len(c.counts); cell += 40 {
				targets = append(targets, sum(cell), append(sum(cell), interval.Term{Cell: cell + 1, Coefficient: -1}))
			}
			for i, b := range attack(t, c.system, targets...) {
				n := total(targets[i], c.counts)
				require.True(t, b.Solved && b.Min <= n && n <= b.Max, "%v of %d, for %v", b, n, targets[i])
			}
		})
	}
}

// BenchmarkTable attacks all cells of a table of 20 × 20 with rounded margins.
func BenchmarkTable(b *testing.B) {
	s := margins(20, 20, drawn(seeded(), 400, 30), rounded)
	benchmark(b, s, 1)
}

// BenchmarkHistory attacks each tenth of 500 gains, of which some 1,500 rounded sums are published.
func BenchmarkHistory(b *testing.B) {
	s := history(20, 25, drawn(seeded(), 500, 12))
	b.ReportMetric(float64(len(s.Statements)), "statements")
	benchmark(b, s, 10)
}

// BenchmarkThreeWay attacks some cells of a table of 8 × 8 × 8.
func BenchmarkThreeWay(b *testing.B) {
	s := threeWay(8, drawn(seeded(), 512, 12), rounded)
	benchmark(b, s, 50)
}

func benchmark(b *testing.B, s interval.System, each int) {
	var targets []interval.Target
	for cell := 0; cell < s.Cells; cell += each {
		targets = append(targets, sum(cell))
	}
	for b.Loop() {
		for _, found := range attack(b, s, targets...) {
			if !found.Solved {
				b.Fatal("a target is not solved")
			}
		}
	}
}
