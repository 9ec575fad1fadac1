package score

import (
	"math"
	"math/big"

	"learningforlife/shared/method"
	"learningforlife/shared/stats"
)

// level is the figure of a wave; nil if nobody is in it.
func level(w *weighing, wave int) *Level {
	weights, from := w.weights, w.from
	l := &Level{Partial: w.partial}
	strata := make([]stats.Stratum, len(weights))
	for i, weight := range weights {
		counts := from.cells[weight.cell].counts[wave]
		strata[i] = stats.Stratum{Weight: weight.float(), Counts: counts}
		about := sum(from.about(counts))
		l.Respondents += about
		l.OffTop += about - counts[from.steps]
		l.OffBottom += about - counts[0]
	}
	linear := from.values
	if from.among != nil {
		var ok bool
		if linear, ok = stats.Linearised(strata, from.values, from.among); !ok {
			return nil
		}
	}
	e, ok := stats.Level(strata, linear, stats.Sample)
	if !ok {
		return nil
	}
	if from.among != nil {
		e.Floor, e.Kish = from.floor(strata), from.kish(strata)
	}
	l.Value = Value{Float: e.Mean, exact: func() *big.Rat { return from.mean(weights, wave) }}
	l.Variance, l.Kish = max(e.Variance, e.Floor), e.Kish
	return l
}

// floor is the least variance of a ratio: half of what as many people drawn at random would give, because a
// few people in many cells happen to agree in each. That of a mean comes with it.
func (s scale) floor(strata []stats.Stratum) float64 {
	pooled := make([]int, len(s.values))
	for _, stratum := range strata {
		for value, n := range s.about(stratum.Counts) {
			pooled[value] += n
		}
	}
	e, _ := stats.Level([]stats.Stratum{{Weight: 1, Counts: pooled}}, s.values, stats.Sample)
	return e.Floor
}

// kish is the effective size that the weights leave of the people that the figure is about.
func (s scale) kish(strata []stats.Stratum) float64 {
	var once, twice float64
	for _, stratum := range strata {
		if n := sum(stratum.Counts); n > 0 {
			about := float64(sum(s.about(stratum.Counts)))
			each := stratum.Weight / float64(n)
			once += about * each
			twice += about * each * each
		}
	}
	return once * once / twice
}

// mean is the exact value.
func (s *source) mean(weights []weight, wave int) *big.Rat {
	over, under := new(big.Rat), new(big.Rat)
	for _, w := range weights {
		counts := s.about(s.cells[w.cell].counts[wave])
		total := 0
		for value, n := range counts {
			total += n * value
		}
		n, weight := s.cells[w.cell].totals[wave], w.exact()
		over.Add(over, new(big.Rat).Mul(weight, big.NewRat(int64(total), int64(n*s.steps))))
		under.Add(under, new(big.Rat).Mul(weight, big.NewRat(int64(sum(counts)), int64(n))))
	}
	return over.Quo(over, under)
}

// change is the difference on cells of both waves; nil if there is none.
func change(w *weighing, cells []stats.Cell) *Change {
	weights, from := w.weights, w.from
	linear := [2]stats.Scale{from.values, from.values}
	var floors [2]float64
	for wave := 0; from.among != nil && wave < len(linear); wave++ {
		strata := make([]stats.Stratum, len(cells))
		for i, cell := range cells {
			strata[i] = stats.Stratum{Weight: cell.Weight, Counts: [2][]int{cell.Before, cell.After}[wave]}
		}
		var ok bool
		if linear[wave], ok = stats.Linearised(strata, from.values, from.among); !ok {
			return nil
		}
		floors[wave] = from.floor(strata)
	}
	o, ok := stats.Compare(cells, linear[Before], linear[After], stats.Sample)
	if !ok {
		return nil
	}
	if from.among == nil {
		floors = [2]float64{o.Before.Floor, o.After.Floor}
	}
	before, after := max(o.Before.Variance, floors[Before]), max(o.After.Variance, floors[After])
	c := &Change{
		Difference: Value{Float: o.Difference, exact: func() *big.Rat {
			after := from.mean(weights, After)
			return after.Sub(after, from.mean(weights, Before))
		}},
		Pairs:    o.Pairs,
		Variance: max(before+after-2*o.Covariance, 0),
	}
	if root := math.Sqrt(before) * math.Sqrt(after); root > 0 {
		c.Correlation = min(max(o.Covariance/root, -1), 1)
	}
	if w.drawn != nil {
		drawn := make([]int, len(weights))
		for i, of := range weights {
			drawn[i] = w.drawn[of.cell]
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

// selection reports whether linked people changed otherwise than others.
func selection(cells []stats.Cell, y stats.Scale) *bool {
	s, ok := stats.CompareSelection(cells, y, y, stats.Sample)
	differs := ok && math.Abs(s.Z) > method.SelectionZ
	return &differs
}
