package interval

import "math"

// The proofs of limits. Whatever whole numbers W are given to the rows and S > 0 to an objective,
//
//	S·objective = Σ W[row]·(sum of the row) + Σ R[cell]·cell, where R is what makes both sides equal,
//
// and the right side is at most what the limits of each row and cell allow it alone. So any
// weights prove some limit; those of a linear relaxation prove the best. Source: Neumaier
// and Shcherbina (2004), Math. Program. 99, 283–296, here in whole numbers.

// none is the objective 0, of which a proven limit below 0 shows that the box is empty.
const none = -1

// ceiling returns a limit that sign·objective does not exceed in the box: the best that the
// weights prove, +Infinite if they prove none.
func (p *problem) ceiling(objective int, sign int64, weights []float64, b box) int64 {
	whole, scale, ok := inWholeNumbers(weights)
	if !ok {
		return Infinite
	}
	rest := make([]int64, p.cells)
	var total, most float64 // of the sizes of all that is added up: while it is small, no sum overflows
	if objective >= p.cells {
		for _, e := range p.rows[objective-p.cells] {
			rest[e.at] = sign * scale * e.coefficient
		}
	} else if objective != none {
		rest[objective] = sign * scale
	}
	for i, w := range whole {
		if w == 0 {
			continue
		}
		for _, e := range p.rows[i] {
			rest[e.at] -= w * e.coefficient
			most = max(most, math.Abs(float64(w)*float64(e.coefficient)))
		}
	}
	if most*float64(len(whole)+1)+float64(scale)*maxCoefficients > safe {
		return Infinite
	}
	var sum int64
	for v := range p.variables() {
		factor := int64(0)
		if v < p.cells {
			factor = rest[v]
		} else {
			factor = whole[v-p.cells]
		}
		if factor == 0 {
			continue
		}
		limit := b.high[v]
		if factor < 0 {
			limit = b.low[v]
		}
		if limit == Infinite || limit == -Infinite {
			return Infinite
		}
		sum += factor * limit
		total += math.Abs(float64(factor) * float64(limit))
	}
	if total > safe {
		return Infinite
	}
	return down(sum, scale)
}

// safe is the largest size, as rounded, at which int64 holds a sum.
const safe = 1 << 62

// Weights are mostly ratios of small whole numbers.
const (
	same           = 1e-7    // how near a weight is to the ratio that is taken for it
	maxDenominator = 1000    // of one weight
	maxScale       = 1 << 20 // of all
)

// inWholeNumbers returns whole numbers that are about scale times the weights, of which the largest
// is within what float64 holds exactly.
func inWholeNumbers(weights []float64) (whole []int64, scale int64, ok bool) {
	scale = 1
	for _, w := range weights {
		if d := denominator(w * float64(scale)); scale*d <= maxScale {
			scale *= d
		}
	}
	whole = make([]int64, len(weights))
	for i, w := range weights {
		scaled := math.Round(w * float64(scale))
		if !(math.Abs(scaled) < 1<<52) {
			return nil, 0, false
		}
		whole[i] = int64(scaled)
	}
	return whole, scale, true
}

func denominator(w float64) int64 {
	for d := int64(1); d <= maxDenominator; d++ {
		if scaled := w * float64(d); math.Abs(scaled-math.Round(scaled)) <= same*float64(d) {
			return d
		}
	}
	return maxDenominator
}
