package stats

import "math"

// BernoulliSequence is the Robbins confidence sequence of a proportion with a Beta(½, ½)
// mixture: {p: lbeta(½+s, ½+n−s) − lbeta(½, ½) − s·ln p − (n−s)·ln(1−p) < ln(1/α)}.
// It holds the truth at all times at once with probability 1−α. s in [0, n] are successes of n > 0
// trials; on an effective size, where neither is whole, it is approximate. A limit
// is 0 for s = 0 and 1 for s = n. It reports false outside these, or for α outside (0, 1).
//
// Source: Robbins (1970), Ann. Math. Stat. 41, 1397–1409; Howard, Ramdas,
// McAuliffe and Sekhon (2021), Ann. Stat. 49, 1055–1080.
func BernoulliSequence(s, n, alpha float64) (Interval, bool) {
	if !(n > 0) || math.IsInf(n, 1) || !(s >= 0 && s <= n) || !(alpha > 0 && alpha < 1) {
		return Interval{}, false
	}
	mixture := logBeta(0.5+s, 0.5+n-s) - math.Log(math.Pi) + math.Log(alpha)
	// Above 0 where p is excluded; falls to s/n, where it is below 0, and rises after. It is convex.
	excess := func(p float64) (v, slope float64) {
		v = mixture
		if s > 0 {
			v, slope = v-s*math.Log(p), slope-s/p
		}
		if s < n {
			v, slope = v-(n-s)*math.Log1p(-p), slope+(n-s)/(1-p)
		}
		return v, slope
	}
	// Newton's steps from what is excluded: over a convex function they never pass the limit, so
	// what they end at is excluded still, to the last digits.
	limit := func(edge, in float64) float64 {
		p := in
		v, slope := excess(p)
		for !(v > 0) {
			if p = edge + (p-edge)/2; p == edge {
				return edge
			}
			v, slope = excess(p)
		}
		for {
			next := p - v/slope
			if !(math.Abs(next-in) < math.Abs(p-in)) {
				return p
			}
			p = next
			v, slope = excess(p)
		}
	}
	i := Interval{Low: 0, High: 1}
	if s > 0 {
		i.Low = limit(0, s/n)
	}
	if s < n {
		i.High = limit(1, s/n)
	}
	return i, true
}

// SequenceHalf is the half-width of the asymptotic confidence sequence of an estimate with the standard
// error se > 0, in se's unit: se·√((1+1/(r·I))·ln((1+r·I)/α²)), I = 1/se². r > 0, in
// the square of that unit, says at which precision it is narrowest and is fixed beforehand. It reports false outside these, or
// for α outside (0, 1).
//
// Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Ann. Stat. 52, 2613–2640.
func SequenceHalf(se, r, alpha float64) (half float64, ok bool) {
	if !(se > 0) || !(r > 0) || !(alpha > 0 && alpha < 1) {
		return 0, false
	}
	ri := r / (se * se)
	half = se * math.Sqrt((1+1/ri)*math.Log((1+ri)/(alpha*alpha)))
	if half-half != 0 {
		return 0, false // se or r is beyond what can be squared
	}
	return half, true
}
