package figures

import (
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/stats"
)

// limits fills in the 95 % interval of a wave: Wilson's on the effective size, or
// while the figure is watched Robbins' confidence sequence. It is rounded outward.
func (d derivation) limits(w *release.Wave, wave int) {
	if !w.Published() {
		return
	}
	p, n := *w.Value/100, float64(*w.Effective)
	i, _ := stats.Wilson(p, n, stats.Z95) // ok, as below, for every value from 0 to 1 and size above 0
	if d.Waves[wave].Watched(d.on) {
		i, _ = stats.BernoulliSequence(p*n, n, method.SequenceAlpha)
	}
	unit := method.Coarse
	if w.Bound == nil {
		unit = unitFor(*w.Respondents)
	}
	low, high := max(down(100*i.Low, unit), 0), min(up(100*i.High, unit), 100)
	switch {
	case w.Bound == nil:
	case *w.Bound == atLeast:
		high = 100
	default:
		low = 0
	}
	w.Low, w.High = &low, &high
}

// mover is the interval of a change in points, neither rounded nor clipped, at z
// standard errors: the released difference less and plus the arms of MOVER on the waves' Wilson
// intervals, widened. It is what statuses rest on.
func mover(before, after release.Wave, c *release.Change, z float64) stats.Interval {
	p1, p2 := *before.Value/100, *after.Value/100
	i1, _ := stats.Wilson(p1, float64(*before.Effective), z)
	i2, _ := stats.Wilson(p2, float64(*after.Effective), z)
	down, up := stats.Arms(p1, i1, p2, i2, *c.Rho)
	return stats.Interval{Low: c.Value - 100**c.Widening*down, High: c.Value + 100**c.Widening*up}
}

// standardError of a change, in points.
func standardError(i stats.Interval) float64 { return (i.High - i.Low) / (2 * method.IntervalZ) }

// interval fills in the interval of a change, rounded outward to its own unit: while the
// after-wave is watched, the asymptotic confidence sequence.
func (d derivation) interval(before, after release.Wave, c *release.Change) {
	if c == nil {
		return
	}
	i := mover(before, after, c, stats.Z95)
	if d.Waves[d.FollowUp()].Watched(d.on) {
		// Not ok for a change without any width, which stays without.
		half, _ := stats.SequenceHalf(standardError(i)/100, d.Sequence, method.SequenceAlpha)
		i = stats.Interval{Low: c.Value - 100*half, High: c.Value + 100*half}
	}
	unit := max(unitFor(*before.Respondents), unitFor(*after.Respondents))
	c.Low, c.High = max(down(i.Low, unit), -100), min(up(i.High, unit), 100)
}
