package figures

import (
	"math"

	"learningforlife/shared/campaign"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/stats"
)

// The kinds of bound that stand in place of a value near an extreme.
const (
	atLeast = "at_least"
	atMost  = "at_most"
)

// wave rounds the figure of a wave to its primitives; a wave of too few people has none.
func wave(c *campaign.Campaign, l *score.Level) release.Wave {
	if l == nil || l.Respondents < c.Minimum {
		return release.Wave{}
	}
	respondents := people(l.Respondents)
	w := release.Wave{Respondents: &respondents}
	if l.Representativity != nil {
		w.Representativity = ptr(nearest(*l.Representativity, method.Step))
	}
	if kind, value, ok := bound(l, respondents); ok {
		w.Bound, w.Value, w.Effective = &kind, &value, effective(l.Kish)
		return w
	}
	unit := unitFor(respondents)
	u := unit / 100
	p := l.Value.Float
	w.Value = ptr(points(l.Value, unit))
	// A value that is printed in whole units tells less than it was worth: rounding adds u²/12 to its variance.
	w.Effective = effective(p * (1 - p) / (l.Variance + u*u/12))
	return w
}

func effective(n float64) *int {
	return ptr(max(method.PeopleUnit, method.PeopleUnit*int(math.Floor(n/method.PeopleUnit+method.Forgiven))))
}

// bound returns what is printed in place of a value that fewer than NearExtreme
// people keep from an extreme, in points: min(95, 5⌊20(1−3/n)⌋, 5⌊value/5⌋) for one near 100, with n the printed
// respondents, and its mirror image for one near 0.
func bound(l *score.Level, respondents int) (kind string, value float64, ok bool) {
	limit := func(value float64) float64 {
		steps := 100 / method.BoundStep
		certain := (steps*respondents - steps*method.NearExtreme) / respondents
		reached := int(math.Floor(100*value/method.BoundStep + method.Forgiven))
		return float64(min(method.BoundMost, method.BoundStep*certain, method.BoundStep*reached))
	}
	switch {
	case l.OffTop < method.NearExtreme:
		return atLeast, limit(l.Value.Float), true
	case l.OffBottom < method.NearExtreme:
		return atMost, 100 - limit(1-l.Value.Float), true
	}
	return "", 0, false
}

// change rounds a change to its primitives. There is none unless both waves show
// a value, no bound, and some cell is in both.
func (r *rounding) change(before, after release.Wave, ch *score.Change, apart bool) *release.Change {
	if ch == nil || !before.Published() || !after.Published() || before.Bound != nil || after.Bound != nil {
		return nil
	}
	rounded := &release.Change{
		Value:     points(ch.Difference, max(unitFor(*before.Respondents), unitFor(*after.Respondents))),
		Rho:       ptr(down(ch.Correlation, method.Step)),
		Widening:  ptr(1.0),
		Selection: ch.Selection,
	}
	if ch.Pairs >= r.Minimum {
		rounded.Pairs = ptr(people(ch.Pairs))
	}
	if ch.Coverage != nil {
		rounded.Coverage = ptr(down(*ch.Coverage, method.CoverageUnit))
	}
	if !apart {
		rounded.Widening = ptr(r.widening(before, after, *rounded.Rho, ch))
	}
	return rounded
}

// widening is by how much the interval that follows from the released primitives
// has to be widened: max(1, √V/√V′, t·√V_c/(1.96·√V′)), with V the variance of the change by cells,
// V_c that by organisations with Student's t, and V′ = v′₁+v′₂−2ρ√(v′₁v′₂), v′ = p(1−p)/effective.
func (r *rounding) widening(before, after release.Wave, rho float64, ch *score.Change) float64 {
	variance := func(w release.Wave) float64 {
		p := *w.Value / 100
		return p * (1 - p) / float64(*w.Effective)
	}
	v1, v2 := variance(before), variance(after)
	released := math.Sqrt(max(v1+v2-2*rho*math.Sqrt(v1*v2), 0))
	if released == 0 { // both values were rounded to an extreme: their intervals are not made of variances
		return 1
	}
	widest := max(1, math.Sqrt(ch.Variance)/released)
	if ch.Clusters >= method.LeastClusters {
		widest = max(widest, r.student(ch.Clusters)*math.Sqrt(ch.ClusterVariance)/(method.IntervalZ*released))
	}
	return up(widest, method.Step)
}

// student is how many standard errors the interval of a change drawn from so many organisations reaches.
func (r *rounding) student(organisations int) float64 {
	if t, known := r.students.Load(organisations); known {
		return t.(float64)
	}
	t, _ := stats.StudentTwoSided(method.IntervalPoints/100.0, organisations-1) // ok for any level and at least one degree
	r.students.Store(organisations, t)
	return t
}

func ptr[T any](v T) *T { return &v }
