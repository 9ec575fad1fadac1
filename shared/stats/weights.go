package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Kish returns the design effect of unequal weights, n·Σw²/(Σw)² ≥ 1, and the effective
// size it leaves, (Σw)²/Σw², of weights one a respondent, ≥ 0 in any unit.
// It reports false for no weights, a negative one, or a sum of 0.
//
// Source: Kish (1965), Survey Sampling, section 11.7.
func Kish(weights []float64) (deff, effective float64, ok bool) {
	var largest float64
	for _, w := range weights {
		if !(w >= 0) || math.IsInf(w, 1) {
			return 0, 0, false
		}
		largest = max(largest, w)
	}
	if largest == 0 {
		return 0, 0, false
	}
	var total, squares float64
	for _, w := range weights {
		w /= largest // so that no square overflows
		total += w
		squares += w * w
	}
	effective = total * total / squares
	return float64(len(weights)) / effective, effective, true
}

// ClusterVariance is the variance of Compare's Difference with whole organisations as the units drawn:
// V = T/(T−1)·Σ_t u_t², u_t = Σ_{h∈t} W_h(p2h−p1h−Δ), over the cells Compare keeps. cluster[i]
// names that of cells[i]. T is the number of clusters among the cells kept, for an interval
// with Student's t on T−1 degrees of freedom. It reports false, with T, if T < 2.
//
// Source: Cochran (1977), Sampling Techniques, 3rd ed., section 11; with Taylor's
// linearisation Binder (1983), Int. Stat. Rev. 51, 279–292.
func ClusterVariance(cells []Cell, cluster []int, before, after Scale) (variance float64, clusters int, ok bool) {
	if len(cluster) != len(cells) {
		return 0, 0, false
	}
	type part struct {
		cluster            int
		weight, difference float64
	}
	parts := make([]part, 0, len(cells))
	at := make(map[int]int, len(cells)) // clusters in the order they are first met, so that sums are the same in every run
	var total, delta float64
	for i, c := range cells {
		first, ok1 := summarise(c.Before, before)
		second, ok2 := summarise(c.After, after)
		if !ok1 || !ok2 || !(c.Weight > 0) {
			continue
		}
		k, known := at[cluster[i]]
		if !known {
			k = len(at)
			at[cluster[i]] = k
		}
		parts = append(parts, part{k, c.Weight, second.mean - first.mean})
		total += c.Weight
	}
	if len(at) < 2 || math.IsInf(total, 1) {
		return 0, len(at), false
	}
	for _, p := range parts {
		delta += p.weight / total * p.difference
	}
	deviations := make([]float64, len(at))
	for _, p := range parts {
		deviations[p.cluster] += p.weight / total * (p.difference - delta)
	}
	for _, u := range deviations {
		variance += u * u
	}
	t := float64(len(at))
	return variance * t / (t - 1), len(at), true
}

// StudentTwoSided is TwoSided for Student's t on the degrees of freedom ≥ 1. It reports
// false for fewer, or a level outside (0, 1). gonum's quantile is accurate to about 10⁻⁹.
func StudentTwoSided(level float64, degrees int) (t float64, ok bool) {
	if degrees < 1 || !(level > 0 && level < 1) {
		return 0, false
	}
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(degrees)}.Quantile((1 + level) / 2), true
}
