package figures

import (
	"math"
	"math/big"

	"learningforlife/shared/method"
	"learningforlife/shared/score"
)

// unitFor returns the unit, in points, that a figure of so many printed respondents is rounded to.
func unitFor(respondents int) float64 {
	if respondents >= method.FineFrom {
		return method.Fine
	}
	return method.Coarse
}

// people rounds a number of people to the nearest unit that people are printed in.
func people(n int) int { return (n + method.PeopleUnit/2) / method.PeopleUnit * method.PeopleUnit }

// down and up round to a multiple of the unit, allowing for what a float can be off by. They divide by how many
// units make 1, so that the result is the float nearest to the decimal number.
func down(x, unit float64) float64 {
	per := math.Round(1 / unit)
	return math.Floor(x*per+method.Forgiven)/per + 0 // never −0
}

func up(x, unit float64) float64 {
	per := math.Round(1 / unit)
	return math.Ceil(x*per-method.Forgiven)/per + 0
}

// nearest rounds to a multiple of the unit, halves away from zero.
func nearest(x, unit float64) float64 {
	per := math.Round(1 / unit)
	return math.Round(x*per)/per + 0
}

// points rounds a value to a multiple of the unit, in points, halves away from
// zero. What lies next to a half is decided by the exact value: a float can be off on either side.
func points(v score.Value, unit float64) float64 {
	per := math.Round(1 / unit)
	scaled := v.Float * 100 * per
	if part := math.Abs(scaled - math.Trunc(scaled)); math.Abs(part-0.5) > 1e-6 {
		return nearest(v.Float*100, unit)
	}
	exact := new(big.Rat).Mul(v.Exact(), big.NewRat(100*int64(per), 1))
	twice := new(big.Int).Lsh(new(big.Int).Abs(exact.Num()), 1)
	twice.Add(twice, exact.Denom())
	n := new(big.Int).Quo(twice, new(big.Int).Lsh(exact.Denom(), 1))
	return float64(int64(exact.Sign())*n.Int64())/per + 0
}
