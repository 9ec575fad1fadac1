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
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/parallel"
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
	Bars   []Bar // of the levels and groups that show how single questions were answered
	// LeftOut is, of the nation's whole staff, how many people count nowhere; nil for a wave that is not closed.
	LeftOut [2]*int
	// Held says that something of the row's place is held back, because showing it would give others away.
	Held bool
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

// Sum adds values up.
func Sum(values ...Value) Value {
	sum := Value{exact: func() *big.Rat {
		exact := new(big.Rat)
		for _, v := range values {
			exact.Add(exact, v.Exact())
		}
		return exact
	}}
	for _, v := range values {
		sum.Float += v.Float
	}
	return sum
}

// Compute returns the scores of the rows over the nodes, in their order.
func Compute(t Tables, nodes []campaign.Node, rows []campaign.Row) []Score {
	e := estimator{Tables: t, members: t.members(), drawn: t.drawn(), places: t.places(nodes), sources: t.sources(), answers: t.answers()}
	scores := make([]Score, len(rows))
	parallel.Each(len(rows), func(i int) { scores[i] = e.score(rows[i]) }) // rows have nothing to do with each other
	return scores
}

type estimator struct {
	Tables
	members [][]int
	drawn   []int
	places  []place
	sources [][]sources // by objective and measure
	answers []answers   // by question
}

func (e *estimator) score(row campaign.Row) Score {
	group, p := e.Layout.Campaign.Groups[row.Group], &e.places[row.Node]
	of := &e.sources[row.Objective-1][row.Measure]
	whole := len(group.Cells) == e.groups() && !group.Part
	s := Score{Row: row, Framed: p.framed && group.Weighted(), Bars: e.bars(row, p), Held: e.held(p)}
	if p.level == campaign.Nation && whole {
		s.LeftOut = e.Tables.Tables[e.Layout.Campaign.Objectives[row.Objective-1].Measures[row.Measure].Table].LeftOut
	}
	switch {
	case !group.Weighted():
		e.apart(&s, &of.apart, p, row.Group)
	case group.Part:
		e.ratio(&s.Waves, &s.Change, of.parts[row.Group], p, group.Cells)
	default:
		e.whole(&s, &of.whole, p, group.Cells)
		if of.opened != nil && p.pools() && whole {
			s.Opened = &Opened{}
			e.ratio(&s.Opened.Waves, &s.Opened.Change, of.opened, p, group.Cells)
		}
	}
	return s
}

// held reports whether the place has a region that is held back.
func (e *estimator) held(p *place) bool {
	return slices.ContainsFunc(p.regions, func(r regional) bool { return e.Held[r.region] })
}

// whole is a score of whole weighting cells.
func (e *estimator) whole(s *Score, from *source, p *place, groups []int) {
	for wave := range s.Waves {
		w := e.weigh(p, groups, from, wave)
		s.Size = w.size
		if s.Waves[wave] = level(&w, wave); s.Waves[wave] != nil && p.framed && p.level != campaign.Organisation {
			s.Waves[wave].Representativity = e.representativity(p, groups, from, wave)
		}
	}
	both := e.weigh(p, groups, from, Before, After)
	cells := both.cells()
	if s.Change = change(&both, cells); s.Change != nil && p.pools() {
		s.Change.Selection = selection(cells, from.values)
	}
}

// ratio is a score of some of the people of whole weighting cells.
func (e *estimator) ratio(waves *[2]*Level, between **Change, from *source, p *place, groups []int) {
	for wave := range waves {
		w := e.weigh(p, groups, from, wave)
		waves[wave] = level(&w, wave)
	}
	both := e.weigh(p, groups, from, Before, After)
	*between = change(&both, both.cells())
}

// apart is a score of a group that stands apart: region by region, every respondent counts the same.
func (e *estimator) apart(s *Score, from *source, p *place, group int) {
	for wave := range s.Waves {
		w := e.weighApart(p, group, from, wave)
		s.Waves[wave] = level(&w, wave)
	}
	both := e.weighApart(p, group, from, Before, After)
	cells := both.cells()
	if s.Change = change(&both, cells); s.Change != nil {
		s.Change.Selection = selection(cells, from.values)
	}
}

// weighApart counts everybody of a group that stands apart the same, in the regions that have people in all of the waves.
func (e *estimator) weighApart(p *place, group int, from *source, waves ...int) weighing {
	w := weighing{Tables: e.Tables, from: from, waves: waves}
	for _, r := range p.regions {
		w.count(e.ApartCell(r.region, group))
	}
	return w
}

// weigh divides a place's weights among the cells that have people in all of the waves.
func (e *estimator) weigh(p *place, groups []int, from *source, waves ...int) weighing {
	w := weighing{Tables: e.Tables, members: e.members, from: from, waves: waves, place: p, groups: groups}
	if p.level != campaign.Organisation { // which is one by itself
		w.drawn = e.drawn
	}
	w.weigh()
	return w
}

// representativity compares how much of the frame answered, cell by cell.
func (e *estimator) representativity(p *place, groups []int, from *source, wave int) *float64 {
	invited, responded := make([]int, 0, p.most*len(groups)), make([]int, 0, p.most*len(groups))
	for _, r := range p.regions {
		for _, standing := range r.organisations {
			for _, group := range groups {
				n := 0
				for _, code := range e.members[standing] {
					n += from.cells[e.Cell(code, group)].totals[wave]
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
