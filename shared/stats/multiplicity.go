package stats

import "slices"

// Holm returns p values adjusted for testing all of them, in the same order: of the j-th smallest
// of m the largest (m−i+1)·p_i for i ≤ j, at most 1. An adjusted value ≤ α is a
// rejection at a familywise error of α. It reports false if a p is outside [0, 1].
// None gives none.
//
// Source: Holm (1979), Scand. J. Stat. 6, 65–70.
func Holm(p []float64) (adjusted []float64, ok bool) {
	order, ok := ascending(p)
	adjusted = make([]float64, len(order))
	var largest float64
	for i, k := range order {
		largest = max(largest, min(float64(len(p)-i)*p[k], 1))
		adjusted[k] = largest
	}
	return adjusted, ok
}

// BenjaminiHochberg returns p values adjusted for the rate of false discoveries, in
// the same order: of the j-th smallest of m the least m·p_i/i for i ≥ j, at most 1. It reports false if a p is outside [0, 1].
// None gives none.
//
// Source: Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, 289–300.
func BenjaminiHochberg(p []float64) (adjusted []float64, ok bool) {
	order, ok := ascending(p)
	adjusted = make([]float64, len(order))
	least := 1.0
	for i, k := range slices.Backward(order) {
		least = min(least, float64(len(p))*p[k]/float64(i+1))
		adjusted[k] = least
	}
	return adjusted, ok
}

// ascending lists the places of p from its smallest on.
func ascending(p []float64) (order []int, ok bool) {
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			return nil, false
		}
		order = append(order, i)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	return order, true
}

// Exceedance is the p value of a change of at most target, from its estimate and standard
// error in the same unit: p = 1 − Φ((Δ−T)/se). 1 − p is also read as P(change ≥ T).
// It reports false unless se > 0 and all are finite.
func Exceedance(change, target, se float64) (p float64, ok bool) {
	z := (change - target) / se
	if !(se > 0) || z-z != 0 {
		return 0, false
	}
	return upperTail(z), true
}
