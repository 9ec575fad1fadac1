package bench

import "slices"

// Spread is the five numbers that a list of measurements is told by.
type Spread struct {
	Minimum float64 `json:"minimum"`
	Lower   float64 `json:"lowerQuartile"`
	Median  float64 `json:"median"`
	Upper   float64 `json:"upperQuartile"`
	Maximum float64 `json:"maximum"`
}

// spread returns the spread of one or more measurements.
func spread(list []float64) Spread {
	sorted := slices.Sorted(slices.Values(list))
	return Spread{sorted[0], quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75), sorted[len(sorted)-1]}
}

// quantile interpolates between the two sorted measurements around it: definition 7 of Hyndman and
// Fan, "Sample Quantiles in Statistical Packages" (1996).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	below := int(at)
	if below == len(sorted)-1 {
		return sorted[below]
	}
	part := at - float64(below)
	return sorted[below]*(1-part) + sorted[below+1]*part
}
