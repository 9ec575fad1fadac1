package interval

import (
	"cmp"
	"slices"
)

// entry is a coefficient at a cell of a row, or at a row of a cell's column.
type entry struct {
	at          int
	coefficient int64
}

// problem is a system of rows over cells. Its variables are the cells, from 0,
// and after them the rows, each the sum of its entries.
type problem struct {
	cells   int
	rows    [][]entry
	columns [][]entry
}

func newProblem(cells int, rows [][]entry) *problem {
	p := &problem{cells: cells, rows: rows, columns: make([][]entry, cells)}
	for i, row := range rows {
		for _, e := range row {
			p.columns[e.at] = append(p.columns[e.at], entry{i, e.coefficient})
		}
	}
	return p
}

// variables counts the cells and rows.
func (p *problem) variables() int { return p.cells + len(p.rows) }

// value is a variable's in a solution, given by its cells.
func (p *problem) value(variable int, cells []int64) int64 {
	if variable < p.cells {
		return cells[variable]
	}
	var sum int64
	for _, e := range p.rows[variable-p.cells] {
		sum += e.coefficient * cells[e.at]
	}
	return sum
}

// solves reports whether cells, which are within maxLimit, keep all limits.
func (p *problem) solves(cells []int64, b box) bool {
	for v := range p.variables() {
		if value := p.value(v, cells); value < b.low[v] || value > b.high[v] {
			return false
		}
	}
	return true
}

// box holds the limits of the variables.
type box struct{ low, high []int64 }

// open is a box without limits, but that no cell is negative.
func (p *problem) open() box {
	b := box{make([]int64, p.variables()), make([]int64, p.variables())}
	for v := range b.high {
		b.high[v] = Infinite
		if v >= p.cells {
			b.low[v] = -Infinite
		}
	}
	return b
}

func (b box) clone() box { return box{slices.Clone(b.low), slices.Clone(b.high)} }

// reach is where the limits of the cells leave a variable: ±Infinite where they leave it any.
func (p *problem) reach(variable int, b box) Range {
	if variable < p.cells {
		return Range{b.low[variable], b.high[variable]}
	}
	r, below, above := p.sums(variable-p.cells, b)
	if below > 0 {
		r.Min = -Infinite
	}
	if above > 0 {
		r.Max = Infinite
	}
	return r
}

// sums are the least and the greatest of a row, without the cells whose term has
// no limit below or above, and the number of these.
func (p *problem) sums(row int, b box) (r Range, below, above int) {
	for _, e := range p.rows[row] {
		least, most := b.low[e.at], b.high[e.at]
		switch {
		case most != Infinite && e.coefficient > 0:
			r.Min, r.Max = r.Min+e.coefficient*least, r.Max+e.coefficient*most
		case most != Infinite:
			r.Min, r.Max = r.Min+e.coefficient*most, r.Max+e.coefficient*least
		case e.coefficient > 0:
			r.Min += e.coefficient * least
			above++
		default:
			r.Max += e.coefficient * least
			below++
		}
	}
	return r, below, above
}

// sorted are the coefficients by cell that are not nothing.
func sorted(coefficients map[int]int64) []entry {
	var entries []entry
	for at, c := range coefficients {
		if c != 0 {
			entries = append(entries, entry{at, c})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	return entries
}

func size(n int64) int64 { return max(n, -n) }

// down is a/b rounded down, up is a/b rounded up; b is not 0.
func down(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func up(a, b int64) int64 { return -down(-a, b) }
