package coverage

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// Of whom the intervals of a level and group are.
type Of struct {
	Objective int // 0 for all together
	Level     campaign.Level
	Group     string
	Point     int // which of the levels of true values, from 1; 0 for all together
}

// learners is the group of those to whom objective 4's question was open.
const learners = "learners"

// measure is what one worker found in one scenario.
type measure struct {
	*setting
	scenario  Scenario
	rows      []campaign.Row
	intervals map[Of]*Intervals
	statuses  map[statusKey]*Statuses
}

type statusKey struct {
	Of
	variant  string
	multiple float64
}

func newMeasure(s *setting, of Scenario) *measure {
	return &measure{setting: s, scenario: of, rows: s.rowsOf(of), intervals: map[Of]*Intervals{}, statuses: map[statusKey]*Statuses{}}
}

func (m *measure) of(o Of) *Intervals {
	if m.intervals[o] == nil {
		m.intervals[o] = &Intervals{Of: o}
	}
	return m.intervals[o]
}

func (m *measure) add(o *measure) {
	for of, i := range o.intervals {
		m.of(of).add(i)
	}
	for key, s := range o.statuses {
		m.status(key).add(s)
	}
}

func (m *measure) status(key statusKey) *Statuses {
	if m.statuses[key] == nil {
		m.statuses[key] = &Statuses{Of: key.Of, Variant: key.variant, Multiple: key.multiple, Given: map[string]int{}, Vetoes: map[string]int{}}
	}
	return m.statuses[key]
}

// replicate counts what a release says against what is true. Answered are the scores of the expected counts, of the
// rows carried.
func (m *measure) replicate(w *world, r release.Release, answered []score.Score) {
	next := 0
	for i, row := range m.rows {
		var a *score.Score
		if m.scenario.Carried && m.nodes[row.Node].Level != campaign.Organisation {
			a = &answered[next]
			next++
		}
		truth, ok := w.truth(row)
		if !ok {
			continue // an organisation without a size: nobody answers for it here
		}
		s := r.Scores[i]
		of := Of{row.Objective, m.nodes[row.Node].Level, s.Group, 0}
		m.holds(of, w.point, []release.Wave{s.Before, s.After}, s.Change, truth)
		if a != nil {
			m.carries(of, w.point, []release.Wave{s.Before, s.After}, s.Change, a.Waves, a.Change)
		}
		if l := s.Details.Learners; l != nil {
			truth, _ := w.learners(row)
			of.Group = learners
			m.holds(of, w.point, []release.Wave{l.Before, l.After}, l.Change, truth)
			if a != nil {
				m.carries(of, w.point, []release.Wave{l.Before, l.After}, l.Change, a.Opened.Waves, a.Opened.Change)
			}
		}
		m.judge(w, r.Scores, i, truth)
	}
	for _, i := range m.intervals {
		for _, s := range i.shares() {
			s.settle()
		}
	}
	for _, s := range m.statuses {
		s.False.settle()
	}
}
