package coverage

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
)

// Statuses is which statuses rows had, and what stood in the way of a better one.
type Statuses struct {
	Of
	Variant  string  // of objective 1 for all: what became of the gap
	Multiple float64 // of the target: the true change
	Rows     int
	Given    map[string]int // by status; "" for rows that show nothing, bound for those that show one
	Vetoes   map[string]int
	// False is how many rows whose true change is at most their target are achieved.
	False Share
}

func (s *Statuses) add(o *Statuses) {
	s.Rows += o.Rows
	s.False.add(o.False)
	for status, n := range o.Given {
		s.Given[status] += n
	}
	for veto, n := range o.Vetoes {
		s.Vetoes[veto] += n
	}
}

// The statuses, and what rows have in place of one.
const (
	achieved      = "achieved"
	notEnoughData = "not_enough_data"
	onTrack       = "on_track"
	bounded       = "bound"
	hidden        = ""
)

// The vetoes: why there is not enough data, and what kept rows from being achieved whose interval is above the target.
const (
	bySize      = "size"
	byCoverage  = "coverage"
	byWidth     = "width"
	byFirst     = "first" // the group that comes first has no status
	bySelection = "selection"
	byHolm      = "holm"
	byGap       = "gap"
	byPriority  = "priority" // the group that comes first has a worse one
)

var variants = map[int]string{noGap: "no gap", gapStays: "gap stays", gapCloses: "gap closes"}

// judge counts a row's status, and what stood in the way of a better one.
func (m *measure) judge(w *world, rows []release.Score, i int, truth [states]float64) {
	row, group := rows[i], m.campaign.Groups[m.rows[i].Group]
	key := statusKey{Of: Of{row.Objective, campaign.Level(row.Level), row.Group, 0}, multiple: multiples[w.multiple]}
	p := m.campaign.Objectives[row.Objective-1].Priority
	whole := p != nil && m.rows[i].Group == p.Whole
	switch {
	case whole:
		key.variant = variants[w.gap]
	case p != nil && w.gap == gapCloses && group.Weighted():
		return // its change is not a multiple of its target
	}
	s := m.status(key)
	s.Rows++
	given := given(row)
	s.Given[given]++
	const exact = 1e-4 // a hundredth of a point: how exactly a change is at its target
	if truth[after]-truth[before] <= m.target(truth[before])+exact {
		s.False.count(given == achieved)
	}
	if given == hidden || given == bounded {
		return
	}
	var first *release.Score // of the group that comes first; nil where there is none, or this level does not tell it apart
	if whole {
		for j, o := range rows {
			if o.Objective == row.Objective && o.Level == row.Level && o.Code == row.Code && o.Group == m.campaign.Groups[p.Group].ID {
				first = &rows[j]
			}
		}
	}
	if veto := m.veto(row, group, given, first); veto != "" {
		s.Vetoes[veto]++
	}
}

// given is a row's status, or what it has in place of one.
func given(row release.Score) string {
	switch {
	case row.Before.Bound != nil || row.After.Bound != nil:
		return bounded
	case row.Status == nil:
		return hidden
	}
	return *row.Status
}

// veto is what keeps a row from a status, or from being achieved although its interval is above its target.
func (m *measure) veto(row release.Score, group campaign.Group, given string, first *release.Score) string {
	smallest := func(w release.Wave) int {
		if !w.Published() {
			return 0
		}
		return min(*w.Respondents, *w.Effective)
	}
	if given == notEnoughData {
		switch {
		case row.Change == nil || min(smallest(row.Before), smallest(row.After)) < method.Least(campaign.Level(row.Level), group):
			return bySize
		case row.Change.Coverage != nil && *row.Change.Coverage < method.LeastCoverage:
			return byCoverage
		case first != nil && (first.Status == nil || *first.Status == notEnoughData):
			return byFirst
		}
		return byWidth
	}
	if given == achieved || row.Change.Low < 100*m.target(*row.Before.Value/100) {
		return ""
	}
	switch {
	case row.Change.Selection != nil && *row.Change.Selection:
		return bySelection
	case first != nil && given == onTrack && first.Status != nil && *first.Status == achieved:
		return byGap
	case first != nil && first.Status != nil && *first.Status != achieved:
		return byPriority
	}
	return byHolm
}
