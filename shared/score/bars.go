package score

import (
	"math/big"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/parallel"
)

// Bar is how the people of a row answered one question: shares of the base of the table the question is in.
type Bar struct {
	Question int // index into the campaign's questions
	Waves    [2]*Answered
}

// Answered is a bar of one wave, by the index of the answer.
type Answered struct {
	Respondents int // in the base
	Shares      []Value
	People      []int // who gave each answer, each counting the same
}

// answers are the people of a question's table by their answer to it, 1 + its index, and 0 for those who gave none.
type answers struct{ whole, apart source }

// answers sorts the people for every question.
func (t Tables) answers() []answers {
	c := t.Layout.Campaign
	all := make([]answers, len(c.Questions))
	parallel.Each(len(t.Tables), func(table int) {
		for i, q := range t.Layout.Tables[table].Questions {
			from, n := t.Answers(table, i)
			all[q] = answers{whole: answered(t.Tables[table].Atoms, from, n), apart: answered(t.Tables[table].Apart, from, n)}
		}
	})
	return all
}

func answered(atoms []Atom, from, n int) source {
	s := source{cells: make([]people, len(atoms)), counts: make([]int, len(atoms)*2*(n+1))}
	for cell := range atoms {
		for wave, base := range atoms[cell].Counts {
			if base == nil {
				continue
			}
			counts := s.counts[(2*cell+wave)*(n+1):][: n+1 : n+1]
			if all := atoms[cell].Answers[wave]; all != nil {
				copy(counts[1:], all[from:from+n])
			}
			counts[0] = sum(base) - sum(counts)
			s.cells[cell].counts[wave], s.cells[cell].totals[wave] = counts, sum(base)
		}
	}
	return s
}

// bars are those of a row's objective, for the levels that they are shown at: of the
// row's own people, or of all staff where the objective asks them nothing but in passing.
func (e *estimator) bars(row campaign.Row, p *place) (bars []Bar) {
	c := e.Layout.Campaign
	group := c.Groups[row.Group]
	if !e.barred(row.Group, p) {
		return nil
	}
	for q, question := range c.Questions {
		if question.Objective != row.Objective {
			continue
		}
		asked := func(a int) bool { return slices.Contains(question.Audiences, a) }
		switch {
		case slices.ContainsFunc(group.Audiences, asked):
			bars = append(bars, e.bar(q, row.Group, p))
		case !e.measured(row.Objective, question.Audiences):
			bars = append(bars, e.bar(q, e.everybody(), p))
		}
	}
	return bars
}

// barred reports whether the place shows bars of the group: of all, and of those who stand apart, the nation and
// regions do; of a group that an objective is for above all, the nation.
func (e *estimator) barred(group int, p *place) bool {
	c := e.Layout.Campaign
	first := func(o campaign.Objective) bool { return o.Priority != nil && o.Priority.Group == group }
	switch {
	case group == e.everybody() || !c.Groups[group].Weighted():
		return p.level == campaign.Nation || p.level == campaign.Region
	case slices.ContainsFunc(c.Objectives, first):
		return p.level == campaign.Nation
	}
	return false
}

// measured reports whether a score of the objective is of a group with one of the audiences.
func (e *estimator) measured(objective int, audiences []int) bool {
	c := e.Layout.Campaign
	for _, m := range c.Objectives[objective-1].Measures {
		for _, id := range m.Groups {
			for _, a := range c.Groups[c.Group(id)].Audiences {
				if slices.Contains(audiences, a) {
					return true
				}
			}
		}
	}
	return false
}

// everybody is the group of all weighting groups.
func (e *estimator) everybody() int {
	return slices.IndexFunc(e.Layout.Campaign.Groups, func(g campaign.Group) bool { return !g.Part && len(g.Cells) == e.groups() })
}

func (e *estimator) bar(q, group int, p *place) Bar {
	bar := Bar{Question: q}
	of := e.Layout.Campaign.Groups[group]
	for wave := range bar.Waves {
		if of.Weighted() {
			w := e.weigh(p, of.Cells, &e.answers[q].whole, wave)
			bar.Waves[wave] = w.shares(wave)
		} else {
			w := e.weighApart(p, group, &e.answers[q].apart, wave)
			bar.Waves[wave] = w.shares(wave)
		}
	}
	return bar
}

// shares are those of answers among weighted cells; nil if there is none.
func (w *weighing) shares(wave int) *Answered {
	if len(w.weights) == 0 {
		return nil
	}
	a := &Answered{}
	var floats []float64
	all := 0.0
	for _, of := range w.weights {
		counts, n, weight := w.from.cells[of.cell].counts[wave], w.from.cells[of.cell].totals[wave], of.float()
		if a.People == nil {
			a.People, floats = make([]int, len(counts)-1), make([]float64, len(counts)-1)
		}
		a.Respondents += n
		all += weight
		for answer, given := range counts[1:] {
			a.People[answer] += given
			floats[answer] += weight * float64(given) / float64(n)
		}
	}
	weights, from := w.weights, w.from
	for answer, share := range floats {
		a.Shares = append(a.Shares, Value{Float: share / all, exact: func() *big.Rat { return from.share(weights, wave, answer+1) }})
	}
	return a
}

// share is the exact share of an answer.
func (s *source) share(weights []weight, wave, answer int) *big.Rat {
	over, under := new(big.Rat), new(big.Rat)
	for _, w := range weights {
		weight, of := w.exact(), s.cells[w.cell]
		over.Add(over, new(big.Rat).Mul(weight, big.NewRat(int64(of.counts[wave][answer]), int64(of.totals[wave]))))
		under.Add(under, weight)
	}
	return over.Quo(over, under)
}
