package stats

import "math"

// Response says how evenly the groups of a population answered.
type Response struct {
	Rate      float64   // ρ̄, responded over invited
	Spread    float64   // S(ρ), the standard deviation of the people's response propensities, on N−1
	R         float64   // 1 − 2·S: 1 if all groups answered alike
	Variation float64   // CV = S/ρ̄, so that |bias of a mean| ≤ CV·S(y)
	Partial   []float64 // by group √(N_k/N)·(ρ_k−ρ̄): below 0 where more should be invited; 0 for a group without people
}

// Representativity compares the response propensities of groups: invited[k] people (or
// the frame's size) of which responded[k] answered, with ρ_k = responded/invited.
// It reports false if the lengths differ, a count is negative, fewer than 2 people were
// invited, or nobody answered. There is no correction for small samples. A frame smaller than its
// answers gives a propensity above 1, which is taken as it is; answers of a group with nobody invited are left out.
//
// Source: Schouten, Cobben and Bethlehem (2009), Surv. Methodol. 35, 101–113;
// partial indicators Schouten, Shlomo and Skinner (2011), J. Off. Stat. 27, 231–253.
func Representativity(invited, responded []int) (Response, bool) {
	if len(invited) != len(responded) {
		return Response{}, false
	}
	var n, answered float64
	for k, group := range invited {
		if group < 0 || responded[k] < 0 {
			return Response{}, false
		}
		if group > 0 {
			n += float64(group)
			answered += float64(responded[k])
		}
	}
	if n < 2 || answered == 0 {
		return Response{}, false
	}
	r := Response{Rate: answered / n, Partial: make([]float64, len(invited))}
	var squares float64
	for k, group := range invited {
		if group > 0 {
			deviation := float64(responded[k])/float64(group) - r.Rate
			squares += float64(group) * deviation * deviation
			r.Partial[k] = math.Sqrt(float64(group)/n) * deviation
		}
	}
	r.Spread = math.Sqrt(squares / (n - 1))
	r.R = 1 - 2*r.Spread
	r.Variation = r.Spread / r.Rate
	return r, true
}
