// Package stats holds the formulas behind the scores, on plain numbers: no
// input, no clock, no word of the domain. Proportions and means are on the scale
// 0 to 1. Where there is too little to compute anything a function says so with
// its second result; no NaN and no infinity leaves the package.
package stats

import "math"

// Z95 is the 97.5 % quantile of the standard normal distribution, the half-width
// in standard errors of a 95 % interval.
const Z95 = 1.959963984540054

// Interval is a confidence interval, low ≤ high.
type Interval struct{ Low, High float64 }

// Wilson returns the score interval of a proportion p in [0, 1] observed on an
// effective sample of n > 0, for a two-sided confidence that corresponds to z standard
// errors: centre (x+z²/2)/(n+z²), half-width z·√(x(n−x)/n+z²/4)/(n+z²), x = p·n.
// It holds at p = 0 and p = 1, where the near limit is p itself. It reports
// false if n is not positive or p outside [0, 1].
//
// Source: Wilson (1927), J. Am. Stat. Assoc. 22, 209–212; on effective sizes
// Franco, Little, Louis and Slud (2019), J. Surv. Stat. Methodol. 7, 334–364.
func Wilson(p, n, z float64) (Interval, bool) {
	if !(n > 0) || math.IsInf(n, 1) || !(p >= 0 && p <= 1) {
		return Interval{}, false
	}
	x := p * n
	centre := (x + z*z/2) / (n + z*z)
	half := z * math.Sqrt(x*(n-x)/n+z*z/4) / (n + z*z)
	i := Interval{Low: max(centre-half, 0), High: min(centre+half, 1)}
	// Rounding must not put p outside at the extremes, where a limit is p itself.
	return Interval{Low: min(i.Low, p), High: max(i.High, p)}, true
}

// Difference returns the interval of p2 − p1 for independent samples from each
// one's own interval (the hybrid score method when these are Wilson's):
// L = d − √((p2−l2)²+(u1−p1)²), U = d + √((u2−p2)²+(p1−l1)²), within [−1, 1].
//
// Source: Newcombe (1998), Stat. Med. 17, 873–890, method 10; as MOVER: Zou and
// Donner (2008), Stat. Med. 27, 1693–1702, with no correlation.
func Difference(p1 float64, i1 Interval, p2 float64, i2 Interval) Interval {
	d := p2 - p1
	return Interval{
		Low:  max(d-math.Hypot(p2-i2.Low, i1.High-p1), -1),
		High: min(d+math.Hypot(i2.High-p2, p1-i1.Low), 1),
	}
}

// Histogram counts respondents by the value each has: Counts[i] of them Value(i) = i/(len−1).
type Histogram []int

// N is how many respondents there are.
func (h Histogram) N() (n int) {
	for _, count := range h {
		n += count
	}
	return n
}

// Sum is the sum of the values in units of 1/(len−1), so that the mean is exactly Sum/(N·(len−1)).
func (h Histogram) Sum() (sum int) {
	for i, count := range h {
		sum += i * count
	}
	return sum
}

// Mean is the mean value, in [0, 1]. It reports false for an empty histogram or one of a single value.
func (h Histogram) Mean() (float64, bool) {
	n := h.N()
	if n == 0 || len(h) < 2 {
		return 0, false
	}
	return float64(h.Sum()) / float64(n*(len(h)-1)), true
}

// Effective is the size of a simple random sample of yes and no that would be as
// precise: mean(1−mean)/v with v = s²/n and s² on n−1. For two values that is n−1; values
// in between make it larger than n. Where all values are the same, or n < 2, it is n,
// because a sample without spread tells nothing of its precision (Kish (1965) for equal weights).
func (h Histogram) Effective() float64 {
	n := float64(h.N())
	mean, ok := h.Mean()
	if !ok || n < 2 {
		return n
	}
	var squares float64
	for i, count := range h {
		deviation := float64(i)/float64(len(h)-1) - mean
		squares += float64(count) * deviation * deviation
	}
	v := squares / (n - 1) / n
	if v == 0 || mean == 0 || mean == 1 {
		return n
	}
	return mean * (1 - mean) / v
}
