package score

import (
	"math"
	"math/big"

	"learningforlife/shared/method"
	"learningforlife/shared/stats"
)

// scale gives the value of every class of a cell's counts: values/steps. Among
// tells who a ratio is about, 1 for those and 0 for others, whose value is 0; nil for everybody.
type scale struct {
	steps  int
	values []int
	among  []int
}

func (s scale) value() stats.Scale {
	y := make(stats.Scale, len(s.values))
	for class, v := range s.values {
		y[class] = float64(v) / float64(s.steps)
	}
	return y
}

func (s scale) members() stats.Scale {
	l := make(stats.Scale, len(s.among))
	for class, v := range s.among {
		l[class] = float64(v)
	}
	return l
}

// about reports whether people of the class are those that the figure is about.
func (s scale) about(class int) bool { return s.among == nil || s.among[class] == 1 }

// source is where counts are taken from.
type source struct {
	counts func(cell, wave int) []int // nil for none that may be used
	pairs  func(cell int) [][]int
	drawn  func(cell int) int // the organisation or pool that a cell is of; nil where they are not drawn from any others
}

// has reports whether a cell has people in all of the waves.
func (s source) has(waves []int) func(cell int) bool {
	return func(cell int) bool {
		for _, wave := range waves {
			if sum(s.counts(cell, wave)) == 0 {
				return false
			}
		}
		return true
	}
}

// respondents counts a cell's people in the waves.
func (s source) respondents(waves []int) func(cell int) int {
	return func(cell int) (n int) {
		for _, wave := range waves {
			n += sum(s.counts(cell, wave))
		}
		return n
	}
}

// level is the figure of a wave; nil if nobody is in it.
func level(w *weighing, from source, wave int, y scale) *Level {
	strata := make([]stats.Stratum, len(w.weights))
	for i, weight := range w.weights {
		strata[i] = stats.Stratum{Weight: weight.float(), Counts: from.counts(weight.cell, wave)}
	}
	values := y.value()
	linear, pooled := values, pool(strata, y)
	if y.among != nil {
		var ok bool
		if linear, ok = stats.Linearised(strata, values, y.members()); !ok {
			return nil
		}
	}
	e, ok := stats.Level(strata, linear, stats.Sample)
	if !ok {
		return nil
	}
	if y.among != nil {
		e.Floor, e.Kish = floor(pooled, values), kish(strata, y)
	}
	l := &Level{
		Respondents: sum(pooled),
		Value:       Value{Float: e.Mean, exact: func() *big.Rat { return mean(w.weights, from, wave, y) }},
		Variance:    max(e.Variance, e.Floor),
		Kish:        e.Kish,
		Partial:     w.partial,
	}
	for class, n := range pooled {
		if y.values[class] != y.steps {
			l.OffTop += n
		}
		if y.values[class] != 0 {
			l.OffBottom += n
		}
	}
	return l
}

// pool counts by class the people of the strata that the figure is about.
func pool(strata []stats.Stratum, y scale) []int {
	pooled := make([]int, len(y.values))
	for _, s := range strata {
		for class, n := range s.Counts {
			if y.about(class) && s.Weight > 0 {
				pooled[class] += n
			}
		}
	}
	return pooled
}

// floor is the least variance of a ratio: half of what as many people drawn at random would give, because a
// few people in many cells happen to agree in each. That of a mean comes with it.
func floor(pooled []int, values stats.Scale) float64 {
	e, _ := stats.Level([]stats.Stratum{{Weight: 1, Counts: pooled}}, values, stats.Sample)
	return e.Floor
}

// kish is the effective size that the weights leave of the people that the figure is about.
func kish(strata []stats.Stratum, y scale) float64 {
	var once, twice float64
	for _, s := range strata {
		n, about := 0, 0
		for class, count := range s.Counts {
			n += count
			if y.about(class) {
				about += count
			}
		}
		if n > 0 {
			each := s.Weight / float64(n)
			once += float64(about) * each
			twice += float64(about) * each * each
		}
	}
	return once * once / twice
}

// mean is the exact value.
func mean(weights []weight, from source, wave int, y scale) *big.Rat {
	over, under := new(big.Rat), new(big.Rat)
	for _, w := range weights {
		n, about, total := 0, 0, 0
		for class, count := range from.counts(w.cell, wave) {
			n += count
			total += count * y.values[class]
			if y.about(class) {
				about += count
			}
		}
		weight := w.exact()
		over.Add(over, new(big.Rat).Mul(weight, big.NewRat(int64(total), int64(n*y.steps))))
		under.Add(under, new(big.Rat).Mul(weight, big.NewRat(int64(about), int64(n))))
	}
	return over.Quo(over, under)
}

// change is the difference on cells of both waves; nil if there is none.
func change(w *weighing, from source, y scale) *Change {
	cells, values := cells(w, from), y.value()
	linear := [2]stats.Scale{values, values}
	var floors [2]float64
	for wave := 0; y.among != nil && wave < len(linear); wave++ {
		strata := make([]stats.Stratum, len(cells))
		for i, cell := range cells {
			strata[i] = stats.Stratum{Weight: cell.Weight, Counts: [2][]int{cell.Before, cell.After}[wave]}
		}
		var ok bool
		if linear[wave], ok = stats.Linearised(strata, values, y.members()); !ok {
			return nil
		}
		floors[wave] = floor(pool(strata, y), values)
	}
	o, ok := stats.Compare(cells, linear[Before], linear[After], stats.Sample)
	if !ok {
		return nil
	}
	if y.among == nil {
		floors = [2]float64{o.Before.Floor, o.After.Floor}
	}
	before, after := max(o.Before.Variance, floors[Before]), max(o.After.Variance, floors[After])
	c := &Change{
		Difference: Value{Float: o.Difference, exact: func() *big.Rat {
			after := mean(w.weights, from, After, y)
			return after.Sub(after, mean(w.weights, from, Before, y))
		}},
		Pairs:    o.Pairs,
		Variance: max(before+after-2*o.Covariance, 0),
	}
	if root := math.Sqrt(before) * math.Sqrt(after); root > 0 {
		c.Correlation = min(max(o.Covariance/root, -1), 1)
	}
	if from.drawn != nil {
		drawn := make([]int, len(w.weights))
		for i, of := range w.weights {
			drawn[i] = from.drawn(of.cell)
		}
		if v, n, ok := stats.ClusterVariance(cells, drawn, linear[Before], linear[After]); ok {
			c.ClusterVariance, c.Clusters = v, n
		}
	}
	if w.size > 0 {
		coverage := float64(w.covered) / float64(w.size)
		c.Coverage = &coverage
	}
	return c
}

// cells are the weighted cells of both waves.
func cells(w *weighing, from source) []stats.Cell {
	cells := make([]stats.Cell, len(w.weights))
	for i, of := range w.weights {
		cells[i] = stats.Cell{Weight: of.float(), Before: from.counts(of.cell, Before),
			After: from.counts(of.cell, After), Pairs: from.pairs(of.cell)}
	}
	return cells
}

// selection reports whether linked people changed otherwise than others.
func selection(w *weighing, from source, y scale) *bool {
	s, ok := stats.CompareSelection(cells(w, from), y.value(), y.value(), stats.Sample)
	differs := ok && math.Abs(s.Z) > method.SelectionZ
	return &differs
}
