package coverage

import (
	"math"

	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// Intervals is how often the intervals of some rows hold the truth.
type Intervals struct {
	Of
	// Value and Change are held against the frame's truth; Answered against what those admitted could be expected to
	// answer; Typical against what such organisations change by.
	Value, ValueAnswered, Change, ChangeAnswered, ChangeTypical Share
	// Widths and ChangeWidths are sums of widths in tenths of a point, over as many intervals as Value and Change have.
	Widths, ChangeWidths int
	// Errors and ChangeErrors are sums of how much the figures are above the frame's truth, in thousandths of a point.
	Errors, ChangeErrors int
	// Bounded is how many waves show a bound in place of a value, and Bound how often it and its interval hold the truth.
	Bounded, Bound Share
}

func (i *Intervals) shares() []*Share {
	return []*Share{&i.Value, &i.ValueAnswered, &i.Change, &i.ChangeAnswered, &i.ChangeTypical, &i.Bounded, &i.Bound}
}

func (i *Intervals) add(o *Intervals) {
	for n, s := range i.shares() {
		s.add(*o.shares()[n])
	}
	i.Widths, i.ChangeWidths = i.Widths+o.Widths, i.ChangeWidths+o.ChangeWidths
	i.Errors, i.ChangeErrors = i.Errors+o.Errors, i.ChangeErrors+o.ChangeErrors
}

// among returns what a figure is counted among: those of its objective, all together, and all of the same level of truth.
func among(of Of, point int) []Of {
	return []Of{of, {0, of.Level, of.Group, 0}, {0, of.Level, of.Group, point}}
}

// holds counts whether intervals hold the truth.
func (m *measure) holds(of Of, point int, waves []release.Wave, change *release.Change, truth [states]float64) {
	for _, of := range among(of, point) {
		i := m.of(of)
		for wave, shown := range waves {
			if !shown.Published() {
				continue
			}
			hit := contains(*shown.Low, *shown.High, truth[wave])
			i.Bounded.count(shown.Bound != nil)
			if shown.Bound != nil {
				i.Bound.count(hit)
				continue
			}
			i.Value.count(hit)
			i.Errors += thousandths(*shown.Value - 100*truth[wave])
			i.Widths += tenths(*shown.High - *shown.Low)
		}
		if change == nil {
			continue
		}
		i.Change.count(contains(change.Low, change.High, truth[after]-truth[before]))
		i.ChangeTypical.count(contains(change.Low, change.High, truth[typical]-truth[before]))
		i.ChangeErrors += thousandths(change.Value - 100*(truth[after]-truth[before]))
		i.ChangeWidths += tenths(change.High - change.Low)
	}
}

// carries does the same for what those admitted could be expected to answer.
func (m *measure) carries(of Of, point int, waves []release.Wave, change *release.Change, answered [2]*score.Level, changed *score.Change) {
	for _, of := range among(of, point) {
		i := m.of(of)
		for wave, shown := range waves {
			if shown.Published() && shown.Bound == nil {
				i.ValueAnswered.count(contains(*shown.Low, *shown.High, answered[wave].Value.Float))
			}
		}
		if change != nil {
			i.ChangeAnswered.count(contains(change.Low, change.High, changed.Difference.Float))
		}
	}
}

// contains reports whether an interval in points holds a value on the scale 0 to 1.
func contains(low, high, value float64) bool { return low <= 100*value && 100*value <= high }

func tenths(points float64) int { return int(math.Round(10 * points)) }

func thousandths(points float64) int { return int(math.Round(1000 * points)) }
