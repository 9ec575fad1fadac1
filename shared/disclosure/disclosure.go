// Package disclosure turns exact scores into what may be shown: a figure rests
// on the campaign's minimum of respondents or is withheld with a reason, and
// what is shown is rounded, so that nobody can be told from it. It is the only way
// from a score to a release.
package disclosure

import (
	"math"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// Method names the rules by which scores are computed and shown. It changes with them.
const Method = "0"

// Show returns release number seq of the scores, which are those of the
// campaign's rows over the nodes on the day. Figures that stand as they did in
// the last release keep the release they date from.
func Show(c *campaign.Campaign, nodes []campaign.Node, scores []score.Score, on day.Day, seq int, last release.Release) release.Release {
	r := release.Release{Head: &release.Head{Seq: seq, PublishedAt: on, Campaign: c.ID, Method: Method}}
	before := map[key]release.Score{}
	for _, s := range last.Scores {
		before[keyOf(s)] = s
	}
	for _, s := range scores {
		shown := show(c, nodes, s, on)
		shown.AsOf = &seq
		if old, ok := before[keyOf(shown)]; ok && shown.Withheld == nil && sameFigures(old, shown) {
			shown.AsOf = old.AsOf
		}
		r.Scores = append(r.Scores, shown)
	}
	return r
}

// key is what a row of a release is of.
type key struct {
	objective          int
	level, code, group string
}

func keyOf(s release.Score) key { return key{s.Objective, s.Level, s.Code, s.Group} }

// Changed reports whether the two releases show anything different, their heads
// and the releases that figures date from aside.
func Changed(last, next release.Release) bool {
	return !slices.EqualFunc(last.Scores, next.Scores, func(a, b release.Score) bool {
		withheld := a.Withheld != nil && b.Withheld != nil
		return sameFigures(a, b) && (withheld || a.Provisional == b.Provisional)
	})
}

// sameFigures reports whether two rows show the same figures, or none for the same reason. Whether they are
// provisional is none: it changes with the calendar.
func sameFigures(a, b release.Score) bool {
	if a.Withheld != nil && b.Withheld != nil { // no figure on either side
		return keyOf(a) == keyOf(b) && *a.Withheld == *b.Withheld
	}
	return keyOf(a) == keyOf(b) && sameWave(a.Before, b.Before) && sameWave(a.After, b.After) && sameChange(a.Change, b.Change) &&
		same(a.Target, b.Target) && same(a.Status, b.Status) && same(a.Further, b.Further) &&
		same(a.Withheld, b.Withheld) && a.Details == b.Details && slices.Equal(a.Notes, b.Notes)
}

func sameWave(a, b release.Wave) bool {
	return same(a.Value, b.Value) && same(a.Bound, b.Bound) && same(a.Low, b.Low) && same(a.High, b.High) && same(a.Respondents, b.Respondents) &&
		same(a.Effective, b.Effective) && same(a.ResponseRate, b.ResponseRate) && same(a.Representativity, b.Representativity)
}

func sameChange(a, b *release.Change) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Value == b.Value && a.Low == b.Low && a.High == b.High && same(a.Pairs, b.Pairs) && same(a.Rho, b.Rho) &&
		same(a.Widening, b.Widening) && same(a.Selection, b.Selection)
}

func same[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// show applies the minimum and the rounding to one score.
func show(c *campaign.Campaign, nodes []campaign.Node, s score.Score, on day.Day) release.Score {
	row := release.Blank(c, nodes, s.Row)
	row.Notes = append(row.Notes, release.Unweighted) // sorted: after self_selected
	row.Provisional = on <= c.Waves[c.FollowUp()].Closes
	if s.Before.Respondents() >= c.Minimum {
		row.Before = wave(s.Before)
	}
	if s.After.Respondents() >= c.Minimum {
		row.After = wave(s.After)
	}
	switch before, after := row.Before.Published(), row.After.Published(); {
	case !before && !after:
		withheld := withheld(c, on)
		row.Withheld = &withheld
	case before && after:
		row.Change = change(c, s)
	}
	if row.Before.Published() {
		row.Target = target(c, *row.Before.Value)
	}
	return row
}

// withheld says why a row without a figure has none. It depends on the calendar
// alone, so it does not tell whether anybody answered.
func withheld(c *campaign.Campaign, on day.Day) release.Withheld {
	begun := func(w campaign.Wave) bool { return w.Opens <= on }
	open := func(w campaign.Wave) bool { return w.Open(on) }
	if slices.ContainsFunc(c.Waves, open) || !slices.ContainsFunc(c.Waves, begun) {
		return release.WaitsForMore
	}
	return release.TooFew
}

// target applies the campaign's rule to the value that was shown before.
func target(c *campaign.Campaign, before float64) *release.Target {
	points := min(c.Target.Most, (100-before)*float64(c.Target.Shortfall[0])/float64(c.Target.Shortfall[1]))
	return &release.Target{Change: math.Round(points*10) / 10, By: c.Waves[c.FollowUp()].Closes}
}

func wave(w score.Wave) release.Wave {
	respondents := toFive(w.Respondents())
	unit := unitFor(respondents)
	value := mean(w).round(unit)
	return release.Wave{
		Value:       &value,
		Low:         ptr(outward(math.Floor, 100*w.Interval.Low, unit)),
		High:        ptr(outward(math.Ceil, 100*w.Interval.High, unit)),
		Respondents: &respondents,
		Effective:   ptr(max(5, 5*int(math.Floor(w.Effective()/5+tiny)))),
	}
}

func change(c *campaign.Campaign, s score.Score) *release.Change {
	unit := max(unitFor(toFive(s.Before.Respondents())), unitFor(toFive(s.After.Respondents())))
	interval := s.Interval()
	change := &release.Change{
		Value: difference(s.Before, s.After).round(unit),
		Low:   outward(math.Floor, 100*interval.Low, unit),
		High:  outward(math.Ceil, 100*interval.High, unit),
	}
	if s.Pairs >= c.Minimum {
		change.Pairs = ptr(toFive(s.Pairs))
	}
	return change
}

func ptr[T any](v T) *T { return &v }
