package simulation

import (
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
)

// What a national score estimates depends on whose answers it may use. It is the mean of the true values
// of those people, weighted as a release weighs them: a value that is one of the sample only through
// who is in it, so that 95 of 100 intervals hold it. The true mean of all staff would be another thing: of
// most small trusts nobody's answers may be used, and those that stand in for them have other true values.
//
// The rules are worked out here once more, for a first release while the surveys are open: of an
// aggregation before it nothing is known here, and it may have admitted fewer of the same people.

// atom is people whose answers to a table are admitted together and weigh the same: an
// organisation's of one weighting group, or a region's of a group that stands apart.
type atom struct {
	people int
	total  float64        // of their true values
	given  []map[int]bool // by measure of the table: the values that their answers have
	from   map[int]int    // people by organisation
}

// atoms are by organisation or region, and then by weighting group or the one group that stands apart.
type atoms [][]atom

// Of a group that stands apart, an atom needs people of so many organisations, and none may give more than half.
const organisationsApart = 5

// truth returns what the nation's score of the group estimates in the wave, 0 to 100, and from how many
// people it does; nil if nobody's answers may be used.
func (w *World) truth(counted []Item, m campaign.Measure, group campaign.Group, wave int) (mean *float64, people int) {
	return w.mean(counted, m, group, wave, func(i Item) float64 {
		return w.proportions.Value(m, i.Response.Organisation, i.Response.BandGroup, wave, i.Skipped)
	})
}

// mean is the weighted mean of any value, in points.
func (w *World) mean(counted []Item, m campaign.Measure, group campaign.Group, wave int, value func(Item) float64) (*float64, int) {
	frame := w.campaign.Frame(w.today)
	people := w.atoms(frame, counted, m, group, wave, value)
	usable := make([][]bool, len(people))
	for unit := range people {
		for _, a := range people[unit] {
			usable[unit] = append(usable[unit], a.admitted(w.campaign.Minimum, !group.Weighted()))
		}
	}
	weights := people.alike(usable)
	if group.Weighted() && !frame.Empty {
		weights = national(frame, group.Cells, usable)
	}
	n, total, weight := 0, 0.0, 0.0
	for unit := range people {
		for part, a := range people[unit] {
			if weights[unit][part] > 0 {
				n += a.people
				total += weights[unit][part] * a.total / float64(a.people)
				weight += weights[unit][part]
			}
		}
	}
	if n == 0 {
		return nil, 0
	}
	mean := 100 * total / weight
	return &mean, n
}

// atoms sorts those who are in the base of the measure's table.
func (w *World) atoms(frame campaign.Frame, counted []Item, m campaign.Measure, group campaign.Group, wave int, value func(Item) float64) atoms {
	parts := []campaign.Group{group}
	list := make(atoms, len(frame.Regions))
	if group.Weighted() {
		parts, list = nil, make(atoms, len(frame.Sizes))
		for _, cell := range group.Cells {
			parts = append(parts, w.campaign.Groups[w.campaign.Weighting.Groups[cell].Group])
		}
	}
	for unit := range list {
		list[unit] = make([]atom, len(parts))
	}
	var scales []campaign.Measure // all that the table is used for
	for _, o := range w.campaign.Objectives {
		for _, other := range o.Measures {
			if other.Table == m.Table {
				scales = append(scales, other)
			}
		}
	}
	for _, item := range counted {
		s := item.Response
		part := slices.IndexFunc(parts, func(g campaign.Group) bool { return g.Has(s.Audience, s.BandGroup) })
		if s.Wave != wave || part < 0 || !w.inBase(m, s.Answers) {
			continue
		}
		organisation := w.campaign.Organisations.Index(s.Organisation) // one that is open, and stands for itself
		unit := organisation
		if !group.Weighted() {
			unit = frame.Region[organisation]
		}
		list[unit][part].add(organisation, value(item), w.values(scales, s))
	}
	return list
}

// values are by measure how many of the items the answers are in favour of.
func (w *World) values(measures []campaign.Measure, s submission.Response) []int {
	values := make([]int, len(measures))
	for i, m := range measures {
		for _, item := range m.Items {
			b := w.campaign.Questions[item.Question].AskedIf
			open := b == nil || s.Answers[b.Question] == b.Answer+1
			if a := s.Answers[item.Question]; open && a > 0 && item.Favourable[a-1] {
				values[i]++
			}
		}
	}
	return values
}

func (a *atom) add(organisation int, value float64, given []int) {
	if a.people == 0 {
		a.from, a.given = map[int]int{}, make([]map[int]bool, len(given))
		for i := range given {
			a.given[i] = map[int]bool{}
		}
	}
	a.people++
	a.total += value
	a.from[organisation]++
	for i, v := range given {
		a.given[i][v] = true
	}
}

// admitted reports whether the people are enough, and differ in each measure.
func (a atom) admitted(minimum int, apart bool) bool {
	if a.people < minimum {
		return false
	}
	for _, values := range a.given {
		if len(values) < 2 {
			return false
		}
	}
	most := 0
	for _, n := range a.from {
		most = max(most, n)
	}
	return !apart || len(a.from) >= organisationsApart && 2*most <= a.people
}

// alike are the weights if everybody whose answers may be used counts the same.
func (list atoms) alike(usable [][]bool) [][]float64 {
	weights := make([][]float64, len(list))
	for unit := range list {
		weights[unit] = make([]float64, len(list[unit]))
		for part, a := range list[unit] {
			if usable[unit][part] {
				weights[unit][part] = float64(a.people)
			}
		}
	}
	return weights
}

// national returns the weights by the frame. Staff of organisations of whom nothing may be used are stood for by
// others of their weighting group: those of their region, in proportion to staff, or where
// there are none those of the nation; and a whole group without any by the other groups.
func national(frame campaign.Frame, groups []int, usable [][]bool) [][]float64 {
	weights := make([][]float64, len(usable))
	for unit := range weights {
		weights[unit] = make([]float64, len(groups))
	}
	var unheard, heard float64 // the staff of whole groups, and of all atoms that may be used
	for part, group := range groups {
		used, unused := make([]float64, len(frame.Regions)), make([]float64, len(frame.Regions))
		for unit, sizes := range frame.Sizes {
			if r := frame.Region[unit]; r >= 0 && usable[unit][part] {
				used[r] += float64(sizes[group])
			} else if r >= 0 {
				unused[r] += float64(sizes[group])
			}
		}
		var all, astray float64
		for r := range used {
			all += used[r]
			if used[r] == 0 {
				astray += unused[r]
			}
		}
		if all == 0 {
			unheard += astray
			continue
		}
		heard += all
		for unit, sizes := range frame.Sizes {
			if r := frame.Region[unit]; r >= 0 && usable[unit][part] && sizes[group] > 0 {
				weights[unit][part] = float64(sizes[group]) * (1 + unused[r]/used[r] + astray/all)
			}
		}
	}
	for unit := range weights {
		for part, weight := range weights[unit] {
			if weight > 0 {
				weights[unit][part] += float64(frame.Sizes[unit][groups[part]]) * unheard / heard
			}
		}
	}
	return weights
}

// inBase reports whether every question of the measure's table that was put to the respondent is answered.
func (w *World) inBase(m campaign.Measure, answers []int) bool {
	for _, q := range w.campaign.Tables[m.Table].Questions {
		b := w.campaign.Questions[q].AskedIf
		if answers[q] == 0 && (b == nil || answers[b.Question] == b.Answer+1) {
			return false
		}
	}
	return true
}
