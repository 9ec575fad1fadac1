package stats

import "math"

// TwoSided returns the half-width in standard errors of a two-sided interval at
// the level, in (0, 1): Φ⁻¹((1+level)/2) = √2·erf⁻¹(level). It reports false outside (0, 1).
func TwoSided(level float64) (z float64, ok bool) {
	if !(level > 0 && level < 1) {
		return 0, false
	}
	return math.Sqrt2 * math.Erfinv(level), true
}

// upperTail is 1 − Φ(z), without the loss of digits that 1 − Φ(z) has for a large z.
func upperTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
