package disclosure

import (
	"math"

	"learningforlife/shared/score"
)

// fineFrom is the number of released respondents from which a figure has one decimal.
const fineFrom = 400

// tiny is what floors and ceilings forgive, so that a limit that is a whole
// number but for the last bit of a float is not moved by a whole unit.
const tiny = 1e-9

// unitFor returns the unit, in points, that a figure of so many respondents is rounded to.
func unitFor(respondents int) float64 {
	if respondents >= fineFrom {
		return 0.1
	}
	return 1
}

// toFive rounds a number of people to the nearest 5.
func toFive(n int) int { return (n + 2) / 5 * 5 }

// outward rounds a limit, in points, away from the value it stands beside.
func outward(round func(float64) float64, points, unit float64) float64 {
	perPoint := math.Round(1 / unit)
	scaled := points * perPoint
	if whole := math.Round(scaled); math.Abs(scaled-whole) <= tiny {
		return whole / perPoint
	}
	return round(scaled)/perPoint + 0 // never −0
}

// fraction is an exact rational number, in points: rounding it cannot go wrong
// at a half, as rounding a float can. The denominator is positive.
type fraction struct{ numerator, denominator int64 }

// mean is the value of a wave, 0 to 100.
func mean(w score.Wave) fraction {
	return fraction{100 * int64(w.Values.Sum()), int64(w.Values.N() * (len(w.Values) - 1))}
}

// difference is after less before, −100 to 100.
func difference(before, after score.Wave) fraction {
	b, a := mean(before), mean(after)
	return fraction{a.numerator*b.denominator - b.numerator*a.denominator, a.denominator * b.denominator}
}

// round returns the multiple of the unit that is nearest; halves go away from zero.
func (f fraction) round(unit float64) float64 {
	perPoint := int64(math.Round(1 / unit))
	n := 2*f.numerator*perPoint + f.denominator
	if f.numerator < 0 {
		n = 2*f.numerator*perPoint - f.denominator
	}
	return float64(n/(2*f.denominator)) / float64(perPoint)
}
