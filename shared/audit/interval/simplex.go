package interval

import (
	"cmp"
	"math"
	"slices"
)

// The linear relaxation of a problem in a box, by the dual simplex method for variables with
// limits on both sides. Some variables are basic, as many as there are rows, and a table
// tells each as a combination of the others, which stand at one of their limits:
//
//	basic[i] = Σ table[i][j]·free[j]
//
// At first the rows are basic. As everything has limits (where there are none, the relaxation
// gets wide ones), every table is dual feasible once each free variable stands at the limit
// that is better for the objective. From there, each step takes a basic variable that is beyond its
// limits, and lets it change places with a free one, so that the objective worsens the least.
// Limits can change between two solutions and the table stays: this is what makes nodes and targets cheap.
//
// Source: Koberstein (2005), The dual simplex method, chapters 3 and 6 (ratio test with flips).
type relaxation struct {
	*problem
	table       [][]float64
	basic, free []int
	row         []int  // of a variable that is basic, or −1 − its column
	upper       []bool // a free variable stands at its upper limit
	low, high   []float64
	value       []float64 // of the basic variables
	worth       []float64 // of the free variables to the objective, by column
	nonzero     []int     // columns, for the pivot
}

const (
	tiny     = 1e-11 // a number in the table that is nothing but error
	pivotMin = 1e-7  // a number in the table to divide by
	beyond   = 1e-6  // how far beyond a limit is no error
	blur     = 1e-5  // what variables are made worth; a cell is worth 1
	level    = 1e-9  // a difference of worth that is none
)

func newRelaxation(p *problem) *relaxation {
	r := &relaxation{
		problem: p,
		table:   make([][]float64, len(p.rows)),
		basic:   make([]int, len(p.rows)), free: make([]int, p.cells),
		row: make([]int, p.variables()), upper: make([]bool, p.variables()),
		low: make([]float64, p.variables()), high: make([]float64, p.variables()),
		value: make([]float64, len(p.rows)), worth: make([]float64, p.cells),
	}
	for i := range r.table {
		r.table[i] = make([]float64, p.cells)
	}
	r.restart()
	return r
}

// restart makes the rows basic, and forgets the errors of all steps.
func (r *relaxation) restart() {
	for i, entries := range r.rows {
		clear(r.table[i])
		for _, e := range entries {
			r.table[i][e.at] = float64(e.coefficient)
		}
		r.basic[i], r.row[r.cells+i] = r.cells+i, i
	}
	for j := range r.free {
		r.free[j], r.row[j], r.upper[j] = j, -1-j, false
	}
}

// outcome is how solving a relaxation ended.
type outcome int

const (
	optimal outcome = iota
	empty           // weights prove that the box is
	unsure          // it went on for too long, or lost itself in errors
)

// solve finds the greatest sign·objective in the box. Its weights of the rows prove the limit,
// or that the box is empty, as far as floating point goes; cells are the solution that attains it.
func (r *relaxation) solve(objective int, sign int64, b box) (o outcome, weights, cells []float64) {
	for range 2 {
		o, weights = r.try(objective, sign, b)
		if o == empty {
			return o, weights, nil
		}
		if o == optimal {
			if cells, ok := r.solution(); ok {
				return o, weights, cells
			}
		}
		r.restart()
	}
	return unsure, nil, nil
}

func (r *relaxation) try(objective int, sign int64, b box) (outcome, []float64) {
	r.limit(b)
	r.aim(objective, sign)
	r.blur()
	blurred := true
	steps := 200 + 20*r.variables()
	still := 0 // steps in which the objective stood
	for range steps {
		careful := still > 50+len(r.rows)/2
		i := r.worst(objective, careful)
		if i < 0 && blurred {
			blurred = false
			r.aim(objective, sign)
			continue
		}
		if i < 0 {
			return optimal, r.weights(r.worth, 1)
		}
		raise := r.value[i] < r.low[r.basic[i]]
		j, moved := r.choose(i, raise, careful)
		if j < 0 {
			return empty, r.contradiction(i, raise)
		}
		if moved {
			still = 0
		} else {
			still++
		}
		r.swap(i, j, raise)
	}
	return unsure, nil
}

// limit takes the limits of the box, and for none one that is far.
func (r *relaxation) limit(b box) {
	far := 1.0
	for v := range b.low {
		for _, limit := range []int64{b.low[v], b.high[v]} {
			if limit != Infinite && limit != -Infinite {
				far += math.Abs(float64(limit))
			}
		}
	}
	far = min(16*far, maxLimit)
	for v := range b.low {
		r.low[v], r.high[v] = max(float64(b.low[v]), -far), min(float64(b.high[v]), far)
	}
}

// aim puts every free variable at its better limit, and the basic ones where that puts them.
func (r *relaxation) aim(objective int, sign int64) {
	clear(r.worth)
	switch {
	case objective == none:
	case r.row[objective] < 0:
		r.worth[-1-r.row[objective]] = float64(sign)
	default:
		for j, v := range r.table[r.row[objective]] {
			r.worth[j] = float64(sign) * v
		}
	}
	for j, v := range r.free {
		if w := r.worth[j]; w > pivotMin {
			r.upper[v] = true
		} else if w < -pivotMin {
			r.upper[v] = false
		} else {
			r.worth[j] = 0
		}
	}
	for i, row := range r.table {
		sum := 0.0
		for j, c := range row {
			if c != 0 {
				sum += float64(c * r.at(r.free[j]))
			}
		}
		r.value[i] = sum
	}
}

// blur makes each free variable worth a little more where it stands, each another little. Most are worth
// nothing to an objective of one cell, and steps among equals lead nowhere, by the thousand. Of a blurred
// objective's best solution, few steps are left to that of the true one.
func (r *relaxation) blur() {
	for j, v := range r.free {
		_, fraction := math.Modf(float64(v+1) * math.Phi)
		if little := blur * (0.5 + fraction); r.upper[v] {
			r.worth[j] += little
		} else {
			r.worth[j] -= little
		}
	}
}

// at is where a free variable stands.
func (r *relaxation) at(v int) float64 {
	if r.upper[v] {
		return r.high[v]
	}
	return r.low[v]
}

// worst is the row of the basic variable that is farthest beyond a limit, in units of the
// length of its row, or −1. The objective goes before others, as it shows at once that nothing
// better is left. Being careful, it is the first variable, so that steps that gain nothing
// cannot repeat themselves (Bland's rule).
func (r *relaxation) worst(objective int, careful bool) int {
	found, most := -1, 0.0
	for i, v := range r.basic {
		far := max(r.low[v]-r.value[i], r.value[i]-r.high[v])
		switch {
		case far <= beyond:
		case v == objective:
			return i
		case careful:
			if found < 0 || v < r.basic[found] {
				found = i
			}
		default:
			length := 1.0 // squared
			for _, c := range r.table[i] {
				length += float64(c * c)
			}
			if steep := far * far / length; steep > most {
				found, most = i, steep
			}
		}
	}
	return found
}

// choose finds the column to change places with row i, whose variable is to rise or fall to its limit:
// the one whose worth is gone first. Those that would be crossed before are flipped to their other limit,
// as long as that does not take the variable past its own. It returns −1 if all others
// at their best do not suffice, and whether the objective worsens.
func (r *relaxation) choose(i int, raise, careful bool) (column int, moved bool) {
	type candidate struct {
		column      int
		ratio, size float64
	}
	var candidates []candidate
	missing := r.value[i] - r.high[r.basic[i]]
	if raise {
		missing = r.low[r.basic[i]] - r.value[i]
	}
	for j, c := range r.table[i] {
		v := r.free[j]
		// A free variable helps if it can move the way that row i needs.
		if math.Abs(c) > pivotMin && r.low[v] < r.high[v] && ((c > 0) == raise) != r.upper[v] {
			candidates = append(candidates, candidate{j, math.Abs(r.worth[j] / c), math.Abs(c)})
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		if math.Abs(a.ratio-b.ratio) > level {
			return cmp.Compare(a.ratio, b.ratio)
		}
		if careful {
			return cmp.Compare(r.free[a.column], r.free[b.column])
		}
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(r.free[a.column], r.free[b.column]))
	})
	last := -1
	for n, c := range candidates {
		v := r.free[c.column]
		missing -= c.size * (r.high[v] - r.low[v])
		if missing < beyond {
			last = n
			break
		}
	}
	if last < 0 {
		return -1, false
	}
	for _, c := range candidates[:last] {
		r.flip(c.column)
	}
	return candidates[last].column, candidates[last].ratio > level
}

// flip puts a free variable at its other limit.
func (r *relaxation) flip(column int) {
	v := r.free[column]
	change := -r.at(v)
	r.upper[v] = !r.upper[v]
	change += r.at(v)
	for i, row := range r.table {
		if row[column] != 0 {
			r.value[i] += float64(row[column] * change)
		}
	}
}

// swap makes the variable of column j basic in row i, and puts that of row i at the limit it was beyond.
func (r *relaxation) swap(i, j int, raise bool) {
	leaving, entering := r.basic[i], r.free[j]
	r.upper[leaving] = !raise
	pivot := r.table[i][j]
	change := (r.at(leaving) - r.value[i]) / pivot
	value := r.at(entering) + change

	// leaving = pivot·entering + rest, solved for entering.
	source := r.table[i]
	r.nonzero = r.nonzero[:0]
	for k, c := range source {
		if k != j && c != 0 {
			source[k] = -c / pivot
			r.nonzero = append(r.nonzero, k)
		}
	}
	source[j] = 1 / pivot
	for n, row := range r.table {
		if n != i && row[j] != 0 {
			r.value[n] += float64(row[j] * change)
			r.insert(row, source, j)
		}
	}
	if r.worth[j] != 0 {
		r.insert(r.worth, source, j)
	}
	r.value[i] = value
	r.basic[i], r.row[entering] = entering, i
	r.free[j], r.row[leaving] = leaving, -1-j
}

// insert replaces the variable of column j in a row by what it is in terms of the others.
// The conversions keep processors from fusing operations, so that all compute the same.
func (r *relaxation) insert(row, source []float64, j int) {
	factor := row[j]
	for _, k := range r.nonzero {
		c := row[k] + float64(factor*source[k])
		if math.Abs(c) < tiny {
			c = 0
		}
		row[k] = c
	}
	row[j] = float64(factor * source[j])
}

// weights are those of the rows in a combination of the free variables.
func (r *relaxation) weights(combination []float64, sign float64) []float64 {
	weights := make([]float64, len(r.rows))
	for j, v := range r.free {
		if v >= r.cells {
			weights[v-r.cells] = float64(sign * combination[j])
		}
	}
	return weights
}

// contradiction is of weights that show that the variable of row i cannot reach its limit:
// what it is by the table, less itself, is 0, and yet has a limit below 0.
func (r *relaxation) contradiction(i int, raise bool) []float64 {
	sign := -1.0
	if raise {
		sign = 1
	}
	weights := r.weights(r.table[i], sign)
	if v := r.basic[i]; v >= r.cells {
		weights[v-r.cells] = -sign
	}
	return weights
}

// solution is the cells' part, and whether it agrees with the rows' part, as it does but for errors.
func (r *relaxation) solution() (cells []float64, ok bool) {
	value := func(v int) float64 {
		if i := r.row[v]; i >= 0 {
			return r.value[i]
		}
		return r.at(v)
	}
	cells = make([]float64, r.cells)
	for v := range cells {
		cells[v] = value(v)
	}
	for i, entries := range r.rows {
		sum, scale := 0.0, 1.0
		for _, e := range entries {
			term := float64(float64(e.coefficient) * cells[e.at])
			sum, scale = sum+term, max(scale, math.Abs(term))
		}
		if !(math.Abs(sum-value(r.cells+i)) <= beyond*scale) { // nor if either is no number
			return nil, false
		}
	}
	return cells, true
}
