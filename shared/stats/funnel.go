package stats

import (
	"math"
	"slices"
)

// Z998 is the half-width in standard errors of a funnel's 99.8 % limits, the 99.9 % quantile of the
// standard normal distribution to the six decimals that FunnelPlotR's limits have, so
// that both flag the same units.
const Z998 = 3.090232

// Unit is an organisation in a funnel.
type Unit struct {
	Value float64 // in [0, 1]
	Size  float64 // > 0: respondents, or the effective size
}

// Funnel compares units with a target, allowing for more spread between them than chance gives.
type Funnel struct {
	Target     float64   // in [0, 1]
	Dispersion float64   // φ, the mean of z² winsorised: about 1 if chance explains the spread
	Between    float64   // τ², the variance between units on the arcsine scale
	Z          []float64 // by unit, (y − target)/√(s²+τ²) on the arcsine scale
	units      []Unit
}

// NewFunnel fits the funnel on the arcsine scale: y = asin√value, s = 1/(2√n), z winsorised at its
// quantiles trim and 1−trim, φ = mean(z²), τ² = max(0, (Kφ−(K−1))/(Σw−Σw²/Σw)) with w = 1/s² and K
// units. The target is the mean of the values by size. It reports false for
// fewer than 2 units, a value or size outside its range, or trim outside [0, ½).
//
// Source: Spiegelhalter (2005), Qual. Saf. Health Care 14, 347–351, and Stat. Med. 24, 1185–1202.
func NewFunnel(units []Unit, trim float64) (Funnel, bool) {
	if len(units) < 2 || !(trim >= 0 && trim < 0.5) {
		return Funnel{}, false
	}
	var total, yes float64
	for _, u := range units {
		if !(u.Value >= 0 && u.Value <= 1) || !(u.Size > 0) || math.IsInf(u.Size, 1) {
			return Funnel{}, false
		}
		total += u.Size
		yes += u.Value * u.Size
	}
	f := Funnel{Target: min(yes/total, 1), units: slices.Clone(units)}
	z, weights := make([]float64, len(units)), make([]float64, len(units))
	centre := math.Asin(math.Sqrt(f.Target))
	for i, u := range units {
		z[i] = (math.Asin(math.Sqrt(u.Value)) - centre) / arcsineError(u.Size)
		weights[i] = 4 * u.Size
	}
	low, high := quantile7(z, trim), quantile7(z, 1-trim)
	for _, v := range z {
		v = min(max(v, low), high)
		f.Dispersion += v * v / float64(len(z))
	}
	f.Between = between(float64(len(z))*f.Dispersion, weights)
	f.Z = z
	for i, u := range units {
		s := arcsineError(u.Size)
		f.Z[i] *= s / math.Sqrt(s*s+f.Between)
	}
	return f, true
}

// Limits are those of unit i, in the order given, at k ≥ 0 standard errors: sin(asin√target ± k·√(s²+τ²))², the
// argument clipped to [0, π/2].
func (f Funnel) Limits(i int, k float64) Interval {
	s := arcsineError(f.units[i].Size)
	centre, half := math.Asin(math.Sqrt(f.Target)), k*math.Sqrt(s*s+f.Between)
	limit := func(x float64) float64 {
		x = math.Sin(min(max(x, 0), math.Pi/2))
		return x * x
	}
	return Interval{Low: limit(centre - half), High: limit(centre + half)}
}

// Outside reports whether unit i lies beyond its limits at k standard errors.
func (f Funnel) Outside(i int, k float64) bool {
	limits := f.Limits(i, k)
	return f.units[i].Value < limits.Low || f.units[i].Value > limits.High
}

// arcsineError is the standard error of asin√p for any p.
func arcsineError(n float64) float64 { return 1 / (2 * math.Sqrt(n)) }

// between is the variance between units by moments: Q is the sum of squared standardised deviations, and
// weights are the reciprocals of the variances within. (DerSimonian and Laird (1986), Control. Clin. Trials 7, 177–188.)
func between(q float64, weights []float64) float64 {
	var total, squares float64
	for _, w := range weights {
		total += w
		squares += w * w
	}
	free := total - squares/total
	if !(free > 0) {
		return 0
	}
	return max(0, (q-float64(len(weights)-1))/free)
}

// quantile7 is the quantile of R's default kind: linear between the order statistics, of which
// the first is at 0 and the last at 1. gonum's stat.Quantile has other kinds only.
func quantile7(values []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	position := p * float64(len(sorted)-1)
	i := min(int(position), len(sorted)-1)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + (position-float64(i))*(sorted[j]-sorted[i])
}
