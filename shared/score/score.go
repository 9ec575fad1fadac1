// Package score computes the objectives from tables of counts: for every row of
// the lattice the value in both waves and the change between them, each with what
// its doubt is made of. What it returns is exact and for inside use: figures rounds
// it, and computes all the rest from what is rounded.
//
// Everything is a function of the counts of weighting cells (Tables), the public
// frame and the campaign file. A cell is an organisation's people of one weighting group, as
// submitted; within it everybody weighs the same:
//
//	value    = ΣW_h·mean_h                        over cells of the wave
//	variance = ΣW_h²·s_h²/n_h                     with n−1, at least s²/2n of all its people
//	change   = ΣW_h·(mean2_h − mean1_h)           over cells of both waves, with the same weights
//
// with W_h the cell's share of the frame; see weighing for the cells of which nothing may be used.
package score

import (
	"math/big"
	"runtime"
	"sync"

	"learningforlife/shared/campaign"
	"learningforlife/shared/stats"
)

// Score is what is known of one row.
type Score struct {
	Row   campaign.Row
	Waves [2]*Level // nil for a wave without anybody
	// Change is nil if no cell has people in both waves.
	Change *Change
	// Framed says that the frame weights the row's people, and Size is how many people it has there, 0 if it does not tell.
	Framed bool
	Size   int
	// Opened are, for the whole staff of a nation or region, those alone who were asked what the measure asks
	// after another question; nil where there is no such question or row.
	Opened *Opened
}

// Opened is a score of those to whom a question was open.
type Opened struct {
	Waves  [2]*Level
	Change *Change
}

// Level is the figure of one wave.
type Level struct {
	Respondents int
	Value       Value
	Variance    float64 // of the value, at least s²/2n
	Kish        float64 // effective size that the weights alone leave
	OffTop      int     // respondents whose value is not the greatest there is
	OffBottom   int     // respondents whose value is not the least
	// Representativity is the R indicator; nil for organisations, and groups that are not whole cells.
	Representativity *float64
	Partial          bool // a group that nobody answered for is stood for by the others
}

// Change is the difference after less before on the cells of both waves.
type Change struct {
	Difference  Value
	Pairs       int     // linked people
	Correlation float64 // of the two means, −1 to 1
	Variance    float64 // of the difference, by cells
	// ClusterVariance is that with whole organisations as the units drawn, of which there are Clusters; 0 if fewer than 2.
	ClusterVariance float64
	Clusters        int
	Selection       *bool    // whether linked people changed otherwise than others; nil where that is not asked
	Coverage        *float64 // the share of the frame in organisations with people in both waves; nil without a frame
}

// Value is an estimate on the scale 0 to 1, or −1 to 1 for a difference.
type Value struct {
	Float float64
	exact func() *big.Rat
}

// Exact returns the value as a fraction.
func (v Value) Exact() *big.Rat { return v.exact() }

// Compute returns the scores of the rows over the nodes, in their order.
func Compute(t Tables, nodes []campaign.Node, rows []campaign.Row) []Score {
	e := estimator{Tables: t, members: t.members(), places: t.places(nodes)}
	scores := make([]Score, len(rows))
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0) // rows have nothing to do with each other
	for first := range workers {
		wait.Go(func() {
			for i := first; i < len(rows); i += workers {
				scores[i] = e.score(rows[i])
			}
		})
	}
	wait.Wait()
	return scores
}

type estimator struct {
	Tables
	members [][]int
	places  []place
}

func (e *estimator) score(row campaign.Row) Score {
	c := e.Layout.Campaign
	measure, group := c.Objectives[row.Objective-1].Measures[row.Measure], c.Groups[row.Group]
	p := e.places[row.Node]
	table := &e.Tables.Tables[measure.Table]
	values := e.Layout.Tables[measure.Table].Favourable(measure.Items...)
	s := Score{Row: row, Framed: p.framed && group.Weighted()}
	switch {
	case !group.Weighted():
		e.apart(&s, table, p, row.Group, scale{steps: len(measure.Items), values: values})
	case group.Part:
		e.part(&s, table, p, row.Group, scale{steps: len(measure.Items), values: values})
	default:
		e.whole(&s, table, p, group.Cells, scale{steps: len(measure.Items), values: values})
		if opener, ok := e.opener(measure); ok && p.pools() && len(group.Cells) == e.groups() {
			s.Opened = e.opened(table, p, group.Cells, scale{steps: len(measure.Items), values: values,
				among: e.Layout.Tables[measure.Table].Favourable(opener)})
		}
	}
	return s
}

// opener returns what opens the measure's one question, if it has one.
func (e *estimator) opener(m campaign.Measure) (campaign.Item, bool) {
	if len(m.Items) != 1 {
		return campaign.Item{}, false
	}
	return e.Layout.Campaign.Opener(m.Items[0].Question)
}

// whole is a score of whole weighting cells.
func (e *estimator) whole(s *Score, t *Table, p place, groups []int, y scale) {
	from := source{
		counts: func(cell, wave int) []int { return t.Atoms[cell].Counts[wave] },
		pairs:  func(cell int) [][]int { return t.Atoms[cell].Pairs },
	}
	if p.level != campaign.Organisation { // which is one by itself
		from.drawn = e.drawn
	}
	for wave := range s.Waves {
		w := e.weigh(p, groups, from, wave)
		s.Size = w.size
		if s.Waves[wave] = level(w, from, wave, y); s.Waves[wave] != nil && p.framed && p.level != campaign.Organisation {
			s.Waves[wave].Representativity = e.representativity(p, groups, from, wave)
		}
	}
	both := e.weigh(p, groups, from, Before, After)
	if s.Change = change(both, from, y); s.Change != nil && p.pools() {
		s.Change.Selection = selection(both, from, y)
	}
}

// part is a score of the members of a part of a weighting group: a ratio over its whole cells.
func (e *estimator) part(s *Score, t *Table, p place, group int, y scale) {
	of := e.Layout.Campaign.Groups[group].Cells
	parts := e.Parts(of[0])
	classes := len(y.values)
	among := scale{steps: y.steps, values: make([]int, classes*(len(parts)+1)), among: make([]int, classes*(len(parts)+1))}
	for i, part := range parts {
		for class := 0; class < classes && part == group; class++ {
			among.values[i*classes+class], among.among[i*classes+class] = y.values[class], 1
		}
	}
	from := e.told(t.Parts, func(int) [][]int { return nil })
	for wave := range s.Waves {
		s.Waves[wave] = level(e.weigh(p, of, from, wave), from, wave, among)
	}
	s.Change = change(e.weigh(p, of, from, Before, After), from, among)
}

// opened is a score of those alone to whom a question was open.
func (e *estimator) opened(t *Table, p place, groups []int, y scale) *Opened {
	from := e.told(t.Opened, func(cell int) [][]int { return t.Atoms[cell].Pairs })
	o := &Opened{}
	for wave := range o.Waves {
		o.Waves[wave] = level(e.weigh(p, groups, from, wave), from, wave, y)
	}
	o.Change = change(e.weigh(p, groups, from, Before, After), from, y)
	return o
}

// told are the people of splits.
func (e *estimator) told(splits []Split, pairs func(cell int) [][]int) source {
	return source{
		counts: func(cell, wave int) []int {
			unit, _ := e.split(cell)
			if region := e.Region(unit); region >= 0 {
				return splits[region].Counts[wave][cell]
			}
			return nil
		},
		pairs: pairs,
		drawn: e.drawn,
	}
}

// drawn is the organisation that stands for a cell's, or its pool.
func (e *estimator) drawn(cell int) int {
	unit, _ := e.split(cell)
	if e.IsPool(unit) {
		return unit
	}
	return e.Frame.Standing[unit]
}

// apart is a score of a group that stands apart: region by region, every respondent counts the same.
func (e *estimator) apart(s *Score, t *Table, p place, group int, y scale) {
	from := source{
		counts: func(cell, wave int) []int { return t.Apart[cell].Counts[wave] },
		pairs:  func(cell int) [][]int { return t.Apart[cell].Pairs },
	}
	weigh := func(waves ...int) *weighing {
		w := &weighing{Tables: e.Tables, has: from.has(waves), respondents: from.respondents(waves)}
		for _, r := range p.regions {
			w.count(e.ApartCell(r.region, group))
		}
		return w
	}
	for wave := range s.Waves {
		s.Waves[wave] = level(weigh(wave), from, wave, y)
	}
	both := weigh(Before, After)
	if s.Change = change(both, from, y); s.Change != nil {
		s.Change.Selection = selection(both, from, y)
	}
}

// weigh divides a place's weights among the cells that have people in all of the waves.
func (e *estimator) weigh(p place, groups []int, from source, waves ...int) *weighing {
	w := &weighing{Tables: e.Tables, members: e.members, place: p, groups: groups,
		has: from.has(waves), respondents: from.respondents(waves)}
	w.weigh()
	return w
}

// representativity compares how much of the frame answered, cell by cell.
func (e *estimator) representativity(p place, groups []int, from source, wave int) *float64 {
	var invited, responded []int
	for _, r := range p.regions {
		for _, standing := range r.organisations {
			for _, group := range groups {
				n := 0
				for _, code := range e.members[standing] {
					n += sum(from.counts(e.Cell(code, group), wave))
				}
				if size := e.Frame.Sizes[standing][group]; size > 0 {
					invited, responded = append(invited, size), append(responded, n)
				}
			}
		}
	}
	r, ok := stats.Representativity(invited, responded)
	if !ok {
		return nil
	}
	return &r.R
}
