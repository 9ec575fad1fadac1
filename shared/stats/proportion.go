package stats

import "math"

// Wilson returns the score interval of a proportion p in [0, 1] observed on an
// effective sample of n > 0, for a two-sided confidence that corresponds to z standard
// errors: centre (x+z²/2)/(n+z²), half-width z·√(x(n−x)/n+z²/4)/(n+z²), x = p·n.
// It holds at p = 0 and p = 1, where the near limit is p itself. It reports
// false if n is not positive, p outside [0, 1] or z below 0, or one is not finite.
//
// Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212; on effective sizes
// Franco, Little, Louis and Slud (2019), J. Surv. Stat. Methodol. 7, 334–364.
func Wilson(p, n, z float64) (Interval, bool) {
	if !(n > 0) || math.IsInf(n, 1) || !(p >= 0 && p <= 1) || !(z >= 0) || math.IsInf(z, 1) {
		return Interval{}, false
	}
	x := p * n
	centre := (x + z*z/2) / (n + z*z)
	half := z * math.Sqrt(x*(n-x)/n+z*z/4) / (n + z*z)
	i := Interval{Low: max(centre-half, 0), High: min(centre+half, 1)}
	// Rounding must not put p outside at the extremes, where a limit is p itself.
	return Interval{Low: min(i.Low, p), High: max(i.High, p)}, true
}
