// Package figures makes a release of scores. A few primitives of each score are
// rounded: respondents, value, effective size, representativity, and of a change the
// difference, pairs, correlation, widening, selection and coverage. Everything else is computed from
// the rounded primitives, the public frame and the campaign file, so that anybody can, and nothing more is told.
//
//	scores → primitives (primitives.go, round.go) → limits (limits.go) → status (status.go) → release
package figures

import (
	"reflect"
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/method"
	"learningforlife/shared/parallel"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// Release returns the release with the head, of which it fills in the campaign and the method. The scores are those
// of the campaign's rows over the nodes on the day of the release, computed from the tables. Figures that stand
// as they did in the last release keep the release they date from.
func Release(t score.Tables, nodes []campaign.Node, scores []score.Score, head release.Head, last release.Release) release.Release {
	c := t.Layout.Campaign
	head.Campaign, head.Method = c.ID, method.Version
	r := release.Release{
		Head:    &head,
		Basis:   &release.Basis{Campaign: jsontext.Value(c.File), Frame: frameRows(c, t.Frame), Rules: method.Numbers()},
		Scores:  make([]release.Score, len(scores)),
		Pledges: pledges(t, nodes),
	}
	rounding := &rounding{Campaign: c, nodes: nodes}
	parallel.Each(len(scores), func(i int) { r.Scores[i] = rounding.primitives(scores[i]) })
	d := derivation{Campaign: c, on: head.PublishedAt, rows: r.Scores, at: index(r.Scores)}
	d.derive(scores)
	standing := make(map[key]release.Score, len(last.Scores))
	for _, s := range last.Scores {
		standing[keyOf(s)] = s
	}
	for i := range r.Scores {
		s := &r.Scores[i]
		s.AsOf = &head.Seq
		if old, ok := standing[keyOf(*s)]; ok && s.Withheld == nil && same(old, *s) {
			s.AsOf = old.AsOf
		}
	}
	return r
}

// key is what a row of a release is of.
type key struct {
	objective          int
	level, code, group string
}

func keyOf(s release.Score) key { return key{s.Objective, s.Level, s.Code, s.Group} }

func index(scores []release.Score) map[key]int {
	at := make(map[key]int, len(scores))
	for i, s := range scores {
		at[keyOf(s)] = i
	}
	return at
}

// Changed reports whether the two releases show anything different, their heads
// and the releases that figures date from aside.
func Changed(last, next release.Release) bool {
	if !reflect.DeepEqual(shownPledges(last), shownPledges(next)) {
		return true
	}
	return !slices.EqualFunc(last.Scores, next.Scores, func(a, b release.Score) bool {
		withheld := a.Withheld != nil && b.Withheld != nil
		return same(a, b) && (withheld || a.Provisional == b.Provisional)
	})
}

// same reports whether two rows show the same figures, or none for the same reason. Whether they are
// provisional is none: it changes with the calendar.
func same(a, b release.Score) bool {
	if a.Withheld != nil && b.Withheld != nil {
		return keyOf(a) == keyOf(b) && *a.Withheld == *b.Withheld
	}
	a.AsOf, b.AsOf, a.Provisional, b.Provisional = nil, nil, false, false
	return reflect.DeepEqual(a, b)
}

// frameRows lists the organisations of the frame with their sizes by weighting group.
func frameRows(c *campaign.Campaign, f campaign.Frame) []release.FrameRow {
	rows := []release.FrameRow{}
	for i, t := range c.Organisations.All() {
		sizes := map[string]int{}
		for g, n := range f.Sizes[i] {
			if n > 0 {
				sizes[c.Groups[c.Weighting.Groups[g].Group].ID] = n
			}
		}
		if len(sizes) > 0 {
			rows = append(rows, release.FrameRow{Code: t.Code, Region: t.Region, Type: t.Type, Sizes: sizes})
		}
	}
	return rows
}

// rounding rounds the scores over the nodes.
type rounding struct {
	*campaign.Campaign
	nodes    []campaign.Node
	students sync.Map // t by the number of organisations: there are few such numbers, and each takes long
}

// primitives returns the row with nothing but what is rounded, and the notes that follow from how it was weighted.
func (r *rounding) primitives(s score.Score) release.Score {
	c := r.Campaign
	row := release.Blank(c, r.nodes, s.Row)
	row.Before, row.After = wave(c, s.Waves[score.Before]), wave(c, s.Waves[score.After])
	row.Change = r.change(row.Before, row.After, s.Change, !c.Groups[s.Row.Group].Weighted())
	if s.Opened != nil {
		l := release.Learners{Before: wave(c, s.Opened.Waves[score.Before]), After: wave(c, s.Opened.Waves[score.After])}
		if l.Change = r.change(l.Before, l.After, s.Opened.Change, false); l.Before.Published() || l.After.Published() {
			row.Details.Learners = &l
		}
	}
	row.Details.Bars = bars(c, s.Bars)
	if s.LeftOut[score.Before] != nil || s.LeftOut[score.After] != nil {
		row.Details.LeftOut = &release.LeftOut{Before: leftOut(s.LeftOut[score.Before]), After: leftOut(s.LeftOut[score.After])}
	}
	if row.Before.Published() || row.After.Published() {
		row.Notes = append(row.Notes, notes(c, row, s)...)
		slices.Sort(row.Notes)
	}
	return row
}

func leftOut(n *int) *int {
	if n == nil {
		return nil
	}
	return ptr(people(*n))
}

func notes(c *campaign.Campaign, row release.Score, s score.Score) (list []string) {
	switch {
	case !s.Framed:
		list = append(list, release.Unweighted)
	case c.Weighting.Illustrative:
		list = append(list, release.IllustrativeFrame)
	}
	for i, w := range []release.Wave{row.Before, row.After} {
		if w.Published() && s.Waves[i].Partial && !slices.Contains(list, release.Partial) {
			list = append(list, release.Partial)
		}
	}
	return list
}

// derivation computes everything else from the primitives of all rows.
type derivation struct {
	*campaign.Campaign
	on   day.Day
	rows []release.Score
	at   map[key]int
}

func (d derivation) derive(scores []score.Score) {
	parallel.Each(len(d.rows), func(i int) {
		row := &d.rows[i]
		row.Provisional = !d.Waves[d.FollowUp()].Closed(d.on)
		d.limits(&row.Before, d.Baseline())
		d.limits(&row.After, d.FollowUp())
		rate(&row.Before, scores[i].Size)
		rate(&row.After, scores[i].Size)
		d.interval(row.Before, row.After, row.Change)
		if l := row.Details.Learners; l != nil {
			d.limits(&l.Before, d.Baseline())
			d.limits(&l.After, d.FollowUp())
			d.interval(l.Before, l.After, l.Change)
		}
		if !row.Before.Published() && !row.After.Published() {
			row.Withheld = ptr(d.withheld(scores[i].Held))
		}
		if row.Before.Published() {
			row.Target = &release.Target{Change: nearest(d.target(*row), method.Fine), By: d.Waves[d.FollowUp()].Closes}
		}
	})
	d.statuses()
}

// rate fills in how many of the frame's people answered, in per cent to one decimal.
func rate(w *release.Wave, size int) {
	if w.Published() && size > 0 {
		w.ResponseRate = ptr(float64((2000**w.Respondents+size)/(2*size)) / 10)
	}
}

// target is the change that the objective is to make, in points, from the released value before.
func (d derivation) target(row release.Score) float64 {
	t := d.Target
	return min(t.Most, (100-*row.Before.Value)*float64(t.Shortfall[0])/float64(t.Shortfall[1]))
}

// withheld says why a row without a figure has none. It depends on the calendar and on what is held back for a whole
// region, so it does not tell whether anybody answered.
func (d derivation) withheld(held bool) release.Withheld {
	if held {
		return release.ProtectsOthers
	}
	begun := func(w campaign.Wave) bool { return w.Opens <= d.on }
	open := func(w campaign.Wave) bool { return w.Open(d.on) }
	if slices.ContainsFunc(d.Waves, open) || !slices.ContainsFunc(d.Waves, begun) {
		return release.WaitsForMore
	}
	return release.TooFew
}
