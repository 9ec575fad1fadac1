package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Shrunk is a unit's value drawn towards those of the others.
type Shrunk struct {
	Mean      float64
	Low, High float64 // the quantiles 2.5 % and 97.5 % of its posterior
}

// Levels are proportions of units that were shrunk together.
type Levels struct {
	Mu        float64 // the mean of the fitted distribution of true proportions, in [0, 1]
	Precision float64 // α+β > 0, as if each unit had that many further answers at Mu; 0 if One
	One       bool    // the units differ no more than chance: all share Mu, and no precision is finite
	Units     []Shrunk
}

// ShrinkLevels fits yes[i] of n[i] answers as binomial with true proportions of a
// Beta(α, β) by maximum likelihood, Σ ln B(α+y, β+n−y) − ln B(α, β), and returns each
// unit's posterior, Beta(α+y, β+n−y). Units with n = 0 get the prior. Where the units differ no more than chance,
// by the slope of the likelihood at no spread, α+β has no maximum, and every posterior is the point Mu.
//
// It reports false if the lengths differ, a count is outside 0 ≤ yes ≤ n, fewer than 2 units have
// answers, or every unit is all or nothing, so that α+β would be 0.
//
// The maximum is where the slopes are 0, of which gonum's digamma is accurate enough;
// gonum's optimisers would stop at the likelihood's own rounding. Quantiles are gonum's inverse incomplete beta.
//
// Source: Griffiths (1973), Biometrics 29, 637–648; the slope Tarone (1979), Biometrika 66, 585–590.
func ShrinkLevels(yes, n []int) (Levels, bool) {
	if len(yes) != len(n) {
		return Levels{}, false
	}
	var answered, mixed int
	var total, favourable float64
	for i := range n {
		if yes[i] < 0 || yes[i] > n[i] {
			return Levels{}, false
		}
		if n[i] > 0 {
			answered++
		}
		if yes[i] > 0 && yes[i] < n[i] {
			mixed++
		}
		total += float64(n[i])
		favourable += float64(yes[i])
	}
	if answered < 2 {
		return Levels{}, false
	}
	pooled := favourable / total
	precision := math.Inf(1)
	var alpha, beta float64
	if overdispersed(yes, n, pooled) {
		if mixed == 0 {
			return Levels{}, false
		}
		alpha, beta, precision = fitBeta(yes, n, pooled)
	}
	switch {
	case precision == 0:
		return Levels{}, false
	case math.IsInf(precision, 1):
		levels := Levels{Mu: pooled, One: true, Units: make([]Shrunk, len(n))}
		for i := range levels.Units {
			levels.Units[i] = Shrunk{pooled, pooled, pooled}
		}
		return levels, true
	}
	levels := Levels{Mu: alpha / precision, Precision: precision, Units: make([]Shrunk, len(n))}
	for i := range n {
		a, b := alpha+float64(yes[i]), beta+float64(n[i]-yes[i])
		levels.Units[i] = Shrunk{Mean: a / (a + b), Low: mathext.InvRegIncBeta(a, b, 0.025), High: mathext.InvRegIncBeta(a, b, 0.975)}
	}
	return levels, true
}

// overdispersed reports whether the likelihood rises as a spread between units begins.
func overdispersed(yes, n []int, p float64) bool {
	if p <= 0 || p >= 1 {
		return false
	}
	var slope float64
	for i := range n {
		y, no, all := float64(yes[i]), float64(n[i]-yes[i]), float64(n[i])
		slope += y*(y-1)/p + no*(no-1)/(1-p) - all*(all-1)
	}
	return slope > 0
}

// fitBeta finds where the slopes of the likelihood in μ and in ln(α+β) are both 0. At any α+β it is
// concave in μ, so that there is one such μ; along these it rises from α+β = 0 and, where there is
// overdispersion, falls at the far end. A precision of 0 or +Inf says that it only falls or only
// rises; alpha and beta then mean nothing.
func fitBeta(yes, n []int, pooled float64) (alpha, beta, precision float64) {
	split := func(logit, m float64) (alpha, beta float64) {
		return m / (1 + math.Exp(-logit)), m / (1 + math.Exp(logit))
	}
	logit := math.Log(pooled / (1 - pooled)) // of the best μ so far
	best := func(m float64) (alpha, beta float64) {
		logit = falls(func(x float64) (slope float64) {
			alpha, beta := split(x, m)
			for i := range n {
				slope += digammaRise(alpha, yes[i]) - digammaRise(beta, n[i]-yes[i])
			}
			return slope
		}, logit, 0.05, 600)
		return split(logit, m)
	}
	const edge = 20 // of ln(α+β): beyond e²⁰ slopes drown in rounding
	logM := falls(func(x float64) (slope float64) {
		m := math.Exp(x)
		alpha, beta := best(m)
		for i := range n {
			slope += alpha*digammaRise(alpha, yes[i]) + beta*digammaRise(beta, n[i]-yes[i]) - m*digammaRise(m, n[i])
		}
		return slope
	}, 4, 1, edge)
	switch {
	case logM <= -edge:
		return 0, 0, 0
	case logM >= edge:
		return 0, 0, math.Inf(1)
	}
	precision = math.Exp(logM)
	alpha, beta = best(precision)
	return alpha, beta, precision
}

// digammaRise is the derivative of lnΓ(a+n) − lnΓ(a) in a: ψ(a+n) − ψ(a).
func digammaRise(a float64, n int) float64 {
	if n == 0 {
		return 0 // and not a difference of two rounded numbers
	}
	return mathext.Digamma(a+float64(n)) - mathext.Digamma(a)
}

// falls returns where f turns from above 0 to below, looking from start in growing steps
// within −edge…edge, and −edge or edge if it does not turn there.
func falls(f func(float64) float64, start, step, edge float64) float64 {
	low, high := start, start
	fLow := f(start)
	fHigh := fLow
	for ; fLow <= 0; step *= 2 {
		if low <= -edge {
			return -edge
		}
		high, fHigh = low, fLow
		low = max(low-step, -edge)
		fLow = f(low)
	}
	for ; fHigh > 0; step *= 2 {
		if high >= edge {
			return edge
		}
		low, fLow = high, fHigh
		high = min(high+step, edge)
		fHigh = f(high)
	}
	// The secant of the bracket (the Illinois rule: an end that stays counts half), and
	// its middle every third time, so that it halves whatever f looks like.
	for i := 0; high-low > 1e-13*(1+math.Abs(low)) && i < 200; i++ {
		x := low + (high-low)*fLow/(fLow-fHigh)
		if i%3 == 2 || !(x > low && x < high) {
			x = low + (high-low)/2
		}
		v := f(x)
		switch {
		case v == 0:
			return x
		case v > 0:
			low, fLow = x, v
			fHigh /= 2
		default:
			high, fHigh = x, v
			fLow /= 2
		}
	}
	return low + (high-low)/2
}

// Changes are estimates of units that were shrunk together.
type Changes struct {
	Mu      float64 // the mean of the fitted distribution of true changes
	Between float64 // its variance τ², 0 if the units differ no more than chance
	Units   []Shrunk
}

// ShrinkChanges fits estimates, each with its variance > 0, as normal about true values that are normal
// with mean μ and variance τ²: τ² by moments, max(0, (Q−(K−1))/(Σw−Σw²/Σw)) with w = 1/variance and
// Q = Σw(d−d̄)²; μ the mean by 1/(variance+τ²); and each unit's posterior mean B·μ + (1−B)·d with variance (1−B)·v,
// B = v/(v+τ²). With τ² = 0 every posterior is the point μ. The posteriors take μ and τ² as known. It reports false
// for fewer than 2 units, other lengths, or a value that is not finite or a variance that is not positive.
//
// Source: Efron and Morris (1975), J. Am. Stat. Assoc. 70, 311–319; τ² DerSimonian and Laird (1986).
func ShrinkChanges(estimates, variances []float64) (Changes, bool) {
	if len(estimates) != len(variances) || len(estimates) < 2 {
		return Changes{}, false
	}
	weights := make([]float64, len(variances))
	for i, v := range variances {
		weights[i] = 1 / v
		if !(v > 0) || !(weights[i] > 0) || math.IsInf(weights[i], 1) || math.IsNaN(estimates[i]) || math.IsInf(estimates[i], 0) {
			return Changes{}, false
		}
	}
	centre := weightedMean(estimates, weights)
	var q float64
	for i, d := range estimates {
		q += weights[i] * (d - centre) * (d - centre)
	}
	c := Changes{Between: between(q, weights), Units: make([]Shrunk, len(estimates))}
	for i, v := range variances {
		weights[i] = 1 / (v + c.Between)
	}
	c.Mu = weightedMean(estimates, weights)
	for i, v := range variances {
		kept := c.Between / (v + c.Between) // 1 − B
		mean, half := c.Mu+kept*(estimates[i]-c.Mu), Z95*math.Sqrt(kept*v)
		c.Units[i] = Shrunk{Mean: mean, Low: mean - half, High: mean + half}
	}
	return c, true
}

func weightedMean(values, weights []float64) float64 {
	var total, mean float64
	for i, w := range weights {
		total += w
		mean += w * values[i]
	}
	return mean / total
}
