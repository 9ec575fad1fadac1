package attack

import (
	"fmt"
	"math/big"
	"slices"
)

// bases looks for figures of one table that are not of the same people: who is in one and not in the other left a
// question blank.
func (a *attack) bases() {
	for r, release := range a.releases {
		tables := map[Cell]Figured{}
		for _, at := range inOrder(release.Figures) {
			cell := Cell{release.Measures[Row{at.Objective, at.Group}].Table, at.Level, at.Code, at.Group, at.Wave}
			first, ok := tables[cell]
			if !ok {
				tables[cell] = at
			} else if one, other := release.Figures[first].Respondents, release.Figures[at].Respondents; one != other {
				a.find("base", cell.String(), "objective %d rests on %d people and objective %d on %d: the others left something blank",
					[]int{r}, first.Objective, one, at.Objective, other)
			}
		}
		for _, of := range inOrder(release.Figures) {
			for _, row := range release.alike(of) {
				if _, shown := release.Figures[row]; !shown {
					a.find("base", place(of), "it is shown and objective %d is not, of the same people", []int{r}, row.Objective)
				}
			}
		}
		a.bars(r)
	}
}

// alike are where other figures of the same cell stand.
func (r *Release) alike(of Figured) (list []Figured) {
	if of.Group == learners {
		return nil
	}
	own := r.Measures[Row{of.Objective, of.Group}]
	for row, m := range r.Measures {
		if row.Group == of.Group && row.Objective != of.Objective && m.Table == own.Table {
			at := of
			at.Objective = row.Objective
			list = append(list, at)
		}
	}
	slices.SortFunc(list, func(x, y Figured) int { return x.Objective - y.Objective })
	return list
}

// bars compares the shares of single questions with the value that they make, and with those of the question that
// opens them: on one base they agree within rounding.
func (a *attack) bars(r int) {
	release := a.releases[r]
	bar := func(at Figured, question string) []Share {
		return release.Bars[Asked{at.Level, at.Code, at.Group, question, at.Wave}]
	}
	for _, at := range inOrder(release.Figures) {
		m := release.Measures[Row{at.Objective, at.Group}]
		f, sum, off, known := release.Figures[at], 0, 0, at.Group != learners
		for _, item := range m.Items {
			percent, parts, ok := favourable(bar(at, item.Question), item.Favourable)
			sum, off, known = sum+percent, off+parts, known && ok
		}
		// twentieths of a point: a share is off by half a point at most, and the value by half its unit
		if n := len(m.Items); known && f.Bound == "" && abs(20*sum-2*n*f.Value) > 10*off+n*f.Unit {
			a.find("base", place(at), "the value does not follow from the shares of its questions: they are of other people", []int{r})
		}
		for _, item := range m.Items {
			parent, opened := release.Parents[item.Question]
			answered := bar(at, item.Question)
			if !opened || answered == nil || release.Tables[parent.Question] != release.Tables[item.Question] {
				continue
			}
			yes, parts, ok := favourable(bar(at, parent.Question), []string{parent.Answer})
			asked := 0
			for _, share := range answered {
				asked += share.Percent
			}
			if ok && 2*abs(yes-asked) > parts+len(answered) {
				a.find("base", place(at), "%d %% were asked %s and %d %% answered it", []int{r}, yes, item.Question, asked)
			}
		}
	}
}

// favourable adds up the shares of some answers, and says of how many; not ok where they cannot be told from others.
func favourable(bar []Share, answers []string) (percent, parts int, ok bool) {
	for _, share := range bar {
		among := 0
		for _, answer := range share.Answers {
			if slices.Contains(answers, answer) {
				among++
			}
		}
		switch among {
		case 0:
		case len(share.Answers):
			percent, parts, ok = percent+share.Percent, parts+1, true
		default:
			return 0, 0, false
		}
	}
	return percent, parts, ok
}

func abs(n int) int { return max(n, -n) }

// extremes looks for values that nearly everybody shares: those that should be a bound, and bounds that tell too much.
func (a *attack) extremes() {
	for _, s := range a.all() {
		for _, r := range s.versions() {
			l := s.looks[r]
			rules := a.releases[r].Rules
			for i, f := range l.figures {
				where := fmt.Sprintf("%s, objective %d", s.cell, l.objectives[i])
				if f.Bound != "" {
					limit := f.Value
					if f.Bound == "at_most" {
						limit = 1000 - limit
					}
					certain := rules.BoundStep * (100 / rules.BoundStep * (f.Respondents - rules.NearExtreme) / max(f.Respondents, 1))
					if most := min(rules.BoundMost, certain); limit > 10*most {
						a.find("unanimity", where, "the bound tells that fewer than %d people say otherwise", []int{r}, rules.NearExtreme)
					}
					continue
				}
				steps := len(a.releases[r].Measures[Row{l.objectives[i], s.cell.Group}].Items)
				top, bottom := 0, 0 // most people that can be off either
				for _, c := range l.sums[i] {
					by := c.by(steps)
					top, bottom = max(top, c.n-by[len(by)-1]), max(bottom, c.n-by[0])
				}
				if len(l.sums[i]) > 0 && steps <= 2 && min(top, bottom) < rules.NearExtreme {
					a.find("unanimity", where, "of %d people at most %d say otherwise than all others", []int{r}, f.Respondents, min(top, bottom))
				}
			}
		}
	}
}

// weights looks for values that no answers of a cell give, in which everybody counts the same, and for values of all
// that do not follow from those of the groups that weigh: there people of one cell weigh differently, so that a figure tells them apart.
func (a *attack) weights() {
	for _, s := range a.all() {
		for _, r := range s.versions() {
			l := s.looks[r]
			for i, f := range l.figures {
				where := fmt.Sprintf("%s, objective %d", s.cell, l.objectives[i])
				if a.whole(s, r) && f.Bound == "" && len(l.sums[i]) == 0 {
					a.find("weights", where, "no answers of %d people, each counting the same, have these figures", []int{r}, f.Respondents)
				}
				if s.cell.Group == a.releases[r].Whole {
					a.composed(s, r, i, where)
				}
			}
		}
	}
}

// composed checks that the value of all lies where those of the groups that weigh put it, by their sizes in the frame.
func (a *attack) composed(s *series, r, i int, where string) {
	l, release := s.looks[r], a.releases[r]
	low, high, size := new(big.Rat), new(big.Rat), new(big.Rat)
	for _, g := range release.Groups {
		c := s.cell
		c.Group = g
		of := a.series[c]
		weight := release.frame(c)
		if of == nil || of.looks[r] == nil || weight == 0 {
			return
		}
		at := slices.Index(of.looks[r].objectives, l.objectives[i])
		if at < 0 || of.looks[r].figures[at].Bound != "" {
			return
		}
		from, to := mean(of.looks[r], at, len(release.Measures[Row{l.objectives[i], g}].Items))
		w := new(big.Rat).SetInt64(int64(weight))
		low.Add(low, from.Mul(from, w))
		high.Add(high, to.Mul(to, w))
		size.Add(size, w)
	}
	f := l.figures[i]
	if f.Bound != "" || size.Sign() == 0 {
		return
	}
	low.Quo(low, size)
	high.Quo(high, size)
	if big.NewRat(int64(2*f.Value+f.Unit), 2000).Cmp(low) < 0 || big.NewRat(int64(2*f.Value-f.Unit), 2000).Cmp(high) > 0 {
		a.find("weights", where, "the value does not follow from those of its groups by the frame", []int{r})
	}
}

// mean is from where to where a value can be, on the scale 0 to 1.
func mean(l *look, figure, steps int) (low, high *big.Rat) {
	f := l.figures[figure]
	low, high = big.NewRat(int64(2*f.Value-f.Unit), 2000), big.NewRat(int64(2*f.Value+f.Unit), 2000)
	if list := l.sums[figure]; len(list) > 0 {
		low, high = nil, nil
		for _, c := range list {
			p := big.NewRat(int64(c.x), int64(c.n*steps))
			if low == nil || p.Cmp(low) < 0 {
				low = p
			}
			if high == nil || p.Cmp(high) > 0 {
				high = new(big.Rat).Set(p)
			}
		}
		low = new(big.Rat).Set(low)
	}
	return low, high
}

// frame is how many people the frame has in a cell's place, of its group.
func (r *Release) frame(c Cell) (n int) {
	for code, p := range r.Frame {
		if c.Level == nation || c.Level == region && p.Region == c.Code || c.Level == organisation && code == c.Code {
			n += p.Sizes[c.Group]
		}
	}
	return n
}
