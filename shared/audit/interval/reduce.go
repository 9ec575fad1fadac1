package interval

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// part is a problem that shares no cell with the rest, and what is asked of it.
type part struct {
	*problem
	box       box
	questions []*question
}

// question is a target as a variable, and what is known of it.
type question struct {
	variable        int   // of the part, or certain
	shift           int64 // what the cells that are certain add
	greatest, least end   // of the variable, and of the variable negated
}

// end is one of the two ends of a target, as a greatest value.
type end struct {
	proven   int64 // nothing is above: Infinite if that is not known of anything
	attained int64 // by a solution: −Infinite if none was found, Infinite if there are some beyond any limit
}

// certain takes the place of the variable where one value is possible.
const certain = -1

// reduce takes out of a system what limits alone decide: cells of which one value is
// left, and statements that say no more than the limits of their cells. What remains
// it splits into parts. There is a question for each target, in their order.
func (s System) reduce(targets []Target) ([]*part, []*question, error) {
	rows, limits, err := s.rows()
	if err != nil {
		return nil, nil, err
	}
	whole := newProblem(s.Cells, rows)
	all := whole.open()
	for i, r := range limits {
		all.low[s.Cells+i], all.high[s.Cells+i] = r.Min, r.Max
	}
	if !whole.propagate(all) {
		return nil, nil, ErrImpossible
	}

	var kept [][]entry
	b := box{all.low[:s.Cells:s.Cells], all.high[:s.Cells:s.Cells]}
	keep := func(row []entry, r Range) (variable int) {
		kept, b.low, b.high = append(kept, row), append(b.low, r.Min), append(b.high, r.Max)
		return s.Cells + len(kept) - 1
	}
	for i, row := range rows {
		if r := whole.reach(s.Cells+i, all); r.Min < limits[i].Min || r.Max > limits[i].Max {
			open, shift := b.uncertain(row)
			keep(open, Range{shifted(limits[i].Min, -shift), shifted(limits[i].Max, -shift)})
		}
	}
	questions := make([]*question, len(targets))
	for i, target := range targets {
		terms, err := s.merged(target)
		if err != nil {
			return nil, nil, fmt.Errorf("target %d: %w", i+1, err)
		}
		open, shift := b.uncertain(terms)
		questions[i] = &question{variable: certain, shift: shift}
		if len(open) > 0 {
			questions[i].greatest.attained, questions[i].least.attained = -Infinite, -Infinite
		}
		switch {
		case len(open) == 1 && open[0].coefficient == 1:
			questions[i].variable = open[0].at
		case len(open) > 0:
			questions[i].variable = keep(open, Range{-Infinite, Infinite})
		}
	}
	return newProblem(s.Cells, kept).split(b, questions), questions, nil
}

// rows are the statements, with one for all that are of the same sum or its multiples.
func (s System) rows() (rows [][]entry, limits []Range, err error) {
	known := map[string]int{}
	for i, statement := range s.Statements {
		low, high := statement.Low, statement.High
		if low != -Infinite && size(low) > maxLimit || high != Infinite && size(high) > maxLimit {
			return nil, nil, fmt.Errorf("statement %d: the limits %d and %d: %w", i+1, low, high, ErrRange)
		}
		row, err := s.merged(statement.Terms)
		if err != nil {
			return nil, nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
		if len(row) == 0 {
			if low > 0 || high < 0 {
				return nil, nil, fmt.Errorf("statement %d is of nothing: %w", i+1, ErrImpossible)
			}
			continue
		}
		// A whole number times the divisor is within limits that are rounded inward.
		divisor := divisorOf(row)
		if row[0].coefficient < 0 {
			divisor, low, high = -divisor, -high, -low
		}
		var key []byte
		for j := range row {
			row[j].coefficient /= divisor
			key = binary.AppendVarint(binary.AppendVarint(key, int64(row[j].at)), row[j].coefficient)
		}
		r := Range{low, high}
		if low != -Infinite {
			r.Min = up(low, size(divisor))
		}
		if high != Infinite {
			r.Max = down(high, size(divisor))
		}
		if at, ok := known[string(key)]; ok {
			limits[at] = Range{max(limits[at].Min, r.Min), min(limits[at].Max, r.Max)}
			continue
		}
		known[string(key)] = len(rows)
		rows, limits = append(rows, row), append(limits, r)
	}
	for _, r := range limits {
		if r.Min > r.Max {
			return nil, nil, ErrImpossible
		}
	}
	return rows, limits, nil
}

func divisorOf(row []entry) int64 {
	var divisor int64
	for _, e := range row {
		for b := size(e.coefficient); b != 0; {
			divisor, b = b, divisor%b
		}
	}
	return divisor
}

// uncertain are the entries at cells of which more than one value is left, and the sum of the others.
func (b box) uncertain(row []entry) (open []entry, shift int64) {
	for _, e := range row {
		if low := b.low[e.at]; low == b.high[e.at] {
			shift += e.coefficient * low
		} else {
			open = append(open, e)
		}
	}
	return open, shift
}

// split makes parts of the cells that rows connect, and gives each question to the
// part of its variable. Cells that no row and no question is of are in none.
func (p *problem) split(b box, questions []*question) []*part {
	of := make([]*part, p.variables())
	place := make([]int, p.variables())
	var parts []*part
	gather := func(first int) {
		next := &part{}
		var cells []int
		var rows [][]entry
		rowBox := box{}
		visit := []int{first}
		of[first] = next
		for len(visit) > 0 {
			v := visit[0]
			visit = visit[1:]
			var near []entry
			offset := 0
			if v < p.cells {
				place[v] = len(cells)
				cells = append(cells, v)
				near, offset = p.columns[v], p.cells
			} else {
				place[v] = len(rows)
				rows = append(rows, slices.Clone(p.rows[v-p.cells]))
				rowBox.low, rowBox.high = append(rowBox.low, b.low[v]), append(rowBox.high, b.high[v])
				near = p.rows[v-p.cells]
			}
			for _, e := range near {
				if of[e.at+offset] == nil {
					of[e.at+offset] = next
					visit = append(visit, e.at+offset)
				}
			}
		}
		for _, row := range rows {
			for j := range row {
				row[j].at = place[row[j].at]
			}
		}
		next.problem = newProblem(len(cells), rows)
		for _, cell := range cells {
			next.box.low, next.box.high = append(next.box.low, b.low[cell]), append(next.box.high, b.high[cell])
		}
		next.box.low, next.box.high = append(next.box.low, rowBox.low...), append(next.box.high, rowBox.high...)
		parts = append(parts, next)
	}
	for row := range p.rows {
		if of[p.cells+row] == nil {
			gather(p.cells + row)
		}
	}
	for _, q := range questions {
		if q.variable == certain {
			continue
		}
		if of[q.variable] == nil {
			gather(q.variable)
		}
		owner := of[q.variable]
		if q.variable < p.cells {
			q.variable = place[q.variable]
		} else {
			q.variable = owner.cells + place[q.variable]
		}
		owner.questions = append(owner.questions, q)
	}
	return parts
}
