package interval

import "math"

// search looks for the greatest sign·objective of a problem in whole numbers by branch
// and bound: it divides a box until limits, or a relaxation's proof, show of each
// piece that it holds nothing better than the best solution.
type search struct {
	*problem
	relaxation *relaxation
	heat       []float64 // how often each cell had a part in showing that a piece is empty
	objective  int       // a variable, or none: then any solution ends the search
	sign       int64
	nodes      int   // that may still be visited
	best       int64 // sign·objective of the best solution, or −Infinite
	found      func(cells []int64)
}

const (
	// firstPatience is the number of nodes after which a search first begins anew, with what it
	// learnt of which cells decide; then after twice as many each time.
	firstPatience = 100
	// stride is how far a way to infinity is looked for; the first whole steps of one are much shorter.
	stride = 1 << 20
	// maxTable is the largest relaxation, 128 MiB. Of larger parts nothing is known but what limits alone tell.
	maxTable = 1 << 24
)

// attack answers the part's questions. If none is asked, it looks for any solution.
func (p *part) attack(budget int) error {
	for _, q := range p.questions {
		r := p.reach(q.variable, p.box)
		q.greatest.proven, q.least.proven = r.Max, -r.Min
	}
	if p.cells*len(p.rows) > maxTable {
		return nil
	}
	base := search{
		problem: p.problem, relaxation: newRelaxation(p.problem), heat: make([]float64, p.cells),
		objective: none, sign: 1, nodes: budget, best: -Infinite, found: p.note,
	}
	for i := range base.heat {
		base.heat[i] = 1
	}
	if first := base; first.greatest(p.box, 0) == -Infinite {
		return ErrImpossible
	}
	for _, q := range p.questions {
		up, down := base, base
		up.objective, up.sign, up.best = q.variable, 1, q.greatest.attained
		if err := up.answer(&q.greatest, p.box); err != nil {
			return err
		}
		down.objective, down.sign, down.best = q.variable, -1, q.least.attained
		if err := down.answer(&q.least, p.box); err != nil {
			return err
		}
	}
	return nil
}

// note tells the questions of a solution.
func (p *part) note(cells []int64) {
	for _, q := range p.questions {
		value := p.value(q.variable, cells)
		q.greatest.attained, q.least.attained = max(q.greatest.attained, value), max(q.least.attained, -value)
	}
}

// answer finds an end of the objective.
func (s *search) answer(e *end, b box) error {
	if e.proven == e.attained {
		return nil
	}
	if e.proven == Infinite && e.attained > -Infinite && s.boundless(b) {
		e.attained = Infinite
		return nil
	}
	if e.proven = s.greatest(b, e.proven); e.proven == -Infinite {
		return ErrImpossible
	}
	return nil
}

// greatest returns the greatest sign·objective in the box, which limit is known to be
// a limit of: that of a solution that was found, if the search ends within its
// nodes, and else a limit still. It is −Infinite if there is no solution.
func (s *search) greatest(b box, limit int64) int64 {
	left := s.nodes
	for patience := firstPatience; ; patience *= 2 {
		s.nodes = min(patience, left)
		left -= s.nodes
		limit = max(s.explore(b.clone(), limit), s.best)
		if s.nodes > 0 || left == 0 || limit == s.best {
			return limit
		}
	}
}

// boundless reports whether there are steps that can be repeated without end from any
// solution in the box, and increase sign·objective.
func (s search) boundless(b box) bool {
	steps := s.open()
	for v := range s.variables() {
		switch {
		case v >= s.cells && b.low[v] == -Infinite && b.high[v] == Infinite:
			continue
		case v >= s.cells && b.low[v] == -Infinite:
			steps.high[v] = 0
		case v >= s.cells && b.high[v] == Infinite:
			steps.low[v] = 0
		case b.high[v] == Infinite:
			steps.high[v] = stride
			continue
		default:
			steps.low[v], steps.high[v] = 0, 0
		}
	}
	steps.atLeast(s.objective, s.sign, 1)
	stepped := false
	s.objective, s.best, s.found = none, -Infinite, func([]int64) { stepped = true }
	s.greatest(steps, 0)
	return stepped
}

// atLeast leaves in the box only what has sign·variable at or above a limit.
func (b box) atLeast(variable int, sign, limit int64) {
	if sign > 0 {
		b.low[variable] = max(b.low[variable], limit)
	} else {
		b.high[variable] = min(b.high[variable], -limit)
	}
}

// explore finds what in the box is better than the best so far. It returns a limit of it.
func (s *search) explore(b box, limit int64) int64 {
	if s.nodes == 0 {
		return limit
	}
	s.nodes--
	if s.objective != none && s.best > -Infinite {
		b.atLeast(s.objective, s.sign, s.best+1)
	}
	if !s.propagate(b) {
		return -Infinite
	}
	if s.objective != none {
		if r := s.reach(s.objective, b); s.sign > 0 {
			limit = min(limit, r.Max)
		} else {
			limit = min(limit, -r.Min)
		}
	}
	outcome, weights, relaxed := s.relaxation.solve(s.objective, s.sign, b)
	switch outcome {
	case empty:
		s.warm(weights)
		if s.ceiling(none, 1, weights, b) < 0 {
			return -Infinite
		}
	case optimal:
		limit = min(limit, s.ceiling(s.objective, s.sign, weights, b))
		s.try(relaxed, b)
	}
	if limit <= s.best {
		return -Infinite
	}
	cell, at := s.branch(relaxed, b)
	if cell < 0 { // one solution is left
		s.accept(b.low[:s.cells])
		return -Infinite
	}
	lower, upper := b.clone(), b
	lower.high[cell], upper.low[cell] = at, at+1
	first, second := lower, upper
	if relaxed != nil && relaxed[cell]-float64(at) > 0.5 {
		first, second = upper, lower
	}
	rest := s.explore(first, limit)
	if s.best >= limit {
		return -Infinite
	}
	return max(rest, s.explore(second, limit))
}

// try takes the relaxed solution for one in whole numbers, if it is.
func (s *search) try(relaxed []float64, b box) {
	cells := make([]int64, s.cells)
	for i, x := range relaxed {
		cells[i] = int64(math.Round(x))
	}
	if s.solves(cells, b) {
		s.accept(cells)
	}
}

// accept takes note of a solution that was checked.
func (s *search) accept(cells []int64) {
	s.found(cells)
	s.best = 0
	if s.objective != none {
		s.best = s.sign * s.value(s.objective, cells)
	}
}

// warm takes note of the cells of rows that together show that a piece is empty. To divide these first
// shows it sooner. Source: Boussemart and others (2004), ECAI, 146–150 (weighted degrees).
func (s *search) warm(weights []float64) {
	for i, w := range weights {
		if w != 0 {
			for _, e := range s.rows[i] {
				s.heat[e.at]++
			}
		}
	}
}

// branch chooses a cell, and where to divide its values: one whose relaxed value is far from a whole
// number, and that is hot, or, if there is none, the first that is not certain. It returns −1 if all are.
func (s *search) branch(relaxed []float64, b box) (cell int, at int64) {
	cell = -1
	hottest := 0.0
	for i, x := range relaxed {
		far := math.Abs(x - math.Round(x))
		if far <= beyond || b.low[i] == b.high[i] {
			continue
		}
		if heat := far * s.heat[i]; heat > hottest {
			cell, hottest = i, heat
		}
	}
	if cell >= 0 {
		return cell, min(max(int64(math.Floor(relaxed[cell])), b.low[cell]), b.high[cell]-1)
	}
	for i := range s.cells {
		if b.low[i] < b.high[i] {
			middle := b.low[i]
			if b.high[i] < Infinite {
				middle += (b.high[i] - b.low[i] - 1) / 2
			}
			return i, middle
		}
	}
	return -1, 0
}
