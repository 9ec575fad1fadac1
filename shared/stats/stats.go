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
