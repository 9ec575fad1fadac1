// Package stats holds the formulas behind the scores, on plain numbers: no
// input, no clock, no word of the domain. Proportions and means are on the scale
// 0 to 1. Where there is too little to compute anything a function says so with
// its second result; no NaN and no infinity leaves the package.
package stats

// Z95 is the 97.5 % quantile of the standard normal distribution, the half-width
// in standard errors of a 95 % interval.
const Z95 = 1.959963984540054

// Interval is a confidence interval, low ≤ high.
type Interval struct{ Low, High float64 }

// Histogram counts respondents by the value each has: h[i] of them have i/(len−1).
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
