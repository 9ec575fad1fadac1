package stats

import "math"

// Difference returns the interval of p2 − p1 for independent samples from each
// one's own interval (the hybrid score method when these are Wilson's):
// L = d − √((p2−l2)²+(u1−p1)²), U = d + √((u2−p2)²+(p1−l1)²), within [−1, 1].
//
// Source: Newcombe (1998), Stat. Med. 17, 873–890, method 10.
func Difference(p1 float64, i1 Interval, p2 float64, i2 Interval) Interval {
	return CorrelatedDifference(p1, i1, p2, i2, 0)
}

// CorrelatedDifference returns the interval of p2 − p1 for estimates whose
// correlation is rho, clipped to [−1, 1], from each one's own interval (MOVER):
// L = d − √((p2−l2)² − 2ρ(p2−l2)(u1−p1) + (u1−p1)²), U = d + √((u2−p2)² − 2ρ(u2−p2)(p1−l1) + (p1−l1)²),
// within [−1, 1]. Each p is in [0, 1] and within its interval. Swapping the two negates the result exactly.
//
// Source: Zou and Donner (2008), Stat. Med. 27, 1693–1702; for pairs Newcombe
// (1998), Stat. Med. 17, 2635–2650, method 10.
func CorrelatedDifference(p1 float64, i1 Interval, p2 float64, i2 Interval, rho float64) Interval {
	d := p2 - p1
	down, up := Arms(p1, i1, p2, i2, rho)
	return Interval{Low: max(d-down, -1), High: min(d+up, 1)}
}

// Arms are what CorrelatedDifference takes off and adds: its lengths below and above the
// difference before they are clipped, both ≥ 0.
func Arms(p1 float64, i1 Interval, p2 float64, i2 Interval, rho float64) (down, up float64) {
	rho = min(max(rho, -1), 1)
	arm := func(x, y float64) float64 {
		return math.Sqrt(max(x*x+y*y-2*rho*(x*y), 0)) // rounding can leave less than nothing at ρ = 1
	}
	return arm(p2-i2.Low, i1.High-p1), arm(i2.High-p2, p1-i1.Low)
}

// CohenH is the effect size of the change from p1 to p2 on the arcsine scale, in
// [−π, π]: 2·asin√p2 − 2·asin√p1. It reports false if either is outside [0, 1].
//
// Source: Cohen (1988), Statistical Power Analysis, 2nd ed., chapter 6.
func CohenH(p1, p2 float64) (h float64, ok bool) {
	if !(p1 >= 0 && p1 <= 1 && p2 >= 0 && p2 <= 1) {
		return 0, false
	}
	return 2*math.Asin(math.Sqrt(p2)) - 2*math.Asin(math.Sqrt(p1)), true
}
