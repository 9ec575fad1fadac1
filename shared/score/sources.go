package score

import (
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/parallel"
	"learningforlife/shared/stats"
)

// scale gives the values of a measure, 0 to steps of steps, in their order. Those that a
// ratio is not about are one value more, the last.
type scale struct {
	steps  int
	values stats.Scale // 0 for those that a ratio is not about
	among  stats.Scale // 1, and 0 for those that a ratio is not about; nil for everybody
}

func newScale(steps int) scale { return scale{steps: steps, values: stats.EvenScale(steps + 1)} }

// ratio is the scale with those that a ratio is not about.
func (s scale) ratio() scale {
	r := scale{steps: s.steps, values: make(stats.Scale, s.steps+2), among: make(stats.Scale, s.steps+2)}
	for value, v := range s.values {
		r.values[value], r.among[value] = v, 1
	}
	return r
}

// about are the counts of those that the figure is about.
func (s scale) about(counts []int) []int { return counts[:s.steps+1] }

// people are those of a cell by value.
type people struct {
	counts [2][]int // by wave; nil for none that may be used
	totals [2]int
	pairs  [][]int // linked people by value before and after; nil for none
}

// source is where the people of a figure are taken from.
type source struct {
	scale
	sorting []int // by class of what is counted: its value
	cells   []people
	counts  []int // what all cells' counts are parts of
}

// room makes room for so many cells.
func (s *source) room(cells int) {
	s.cells, s.counts = make([]people, cells), make([]int, cells*2*len(s.values))
}

// counted puts people of a wave in a cell.
func (s *source) counted(cell, wave int, counts []int) {
	if counts == nil {
		return
	}
	size := len(s.values)
	sorted := s.counts[(2*cell+wave)*size:][:size:size]
	for class, n := range counts {
		sorted[s.sorting[class]] += n
	}
	s.cells[cell].counts[wave], s.cells[cell].totals[wave] = sorted, sum(sorted)
}

// linked puts linked people in a cell.
func (s *source) linked(cell int, pairs [][]int) {
	if pairs == nil {
		return
	}
	sorted := square(len(s.values))
	for before, row := range pairs {
		to := sorted[s.sorting[before]]
		for after, n := range row {
			to[s.sorting[after]] += n
		}
	}
	s.cells[cell].pairs = sorted
}

func (s *source) atoms(atoms []Atom) {
	s.room(len(atoms))
	for cell := range atoms {
		for wave, counts := range atoms[cell].Counts {
			s.counted(cell, wave, counts)
		}
		s.linked(cell, atoms[cell].Pairs)
	}
}

// splits takes the cells of the weighting groups from the splits of their regions.
func (s *source) splits(t Tables, splits []Split, groups []int) {
	s.room(t.Units() * t.groups())
	for unit := range t.Units() {
		region := t.Region(unit)
		if region < 0 {
			continue
		}
		for _, group := range groups {
			cell := t.Cell(unit, group)
			for wave, counts := range splits[region].Counts {
				s.counted(cell, wave, counts[cell])
			}
		}
	}
}

// sources are the people of a measure's table, sorted by the measure's values.
type sources struct {
	whole, apart source
	parts        map[int]*source // by group that is a part of a weighting group
	opened       *source         // about those to whom the measure's one question was open; nil if nothing opens it
}

// sources sorts the tables for every objective and measure.
func (t Tables) sources() [][]sources {
	objectives := t.Layout.Campaign.Objectives
	sorted := make([][]sources, len(objectives))
	var all []func()
	for o, objective := range objectives {
		sorted[o] = make([]sources, len(objective.Measures))
		for m, measure := range objective.Measures {
			all = append(all, func() { sorted[o][m] = t.sorted(measure) })
		}
	}
	parallel.Each(len(all), func(i int) { all[i]() })
	return sorted
}

func (t Tables) sorted(m campaign.Measure) sources {
	table, layout := &t.Tables[m.Table], &t.Layout.Tables[m.Table]
	y, values := newScale(len(m.Items)), layout.Favourable(m.Items...)
	s := sources{whole: source{scale: y, sorting: values}, apart: source{scale: y, sorting: values}, parts: map[int]*source{}}
	s.whole.atoms(table.Atoms)
	s.apart.atoms(table.Apart)
	for group, of := range t.Layout.Campaign.Groups {
		if of.Part && slices.Contains(m.Groups, of.ID) {
			s.parts[group] = t.part(table, y, values, group)
		}
	}
	if opener, ok := t.opener(m); ok {
		s.opened = t.opened(table, y, values, layout.Favourable(opener))
	}
	return s
}

// part is about the members of a group that is a part of a weighting group.
func (t Tables) part(table *Table, y scale, values []int, group int) *source {
	s := &source{scale: y.ratio()}
	of := t.Layout.Campaign.Groups[group].Cells
	for _, block := range append(t.Parts(of[0]), nobody) {
		for _, value := range values {
			if block != group {
				value = y.steps + 1
			}
			s.sorting = append(s.sorting, value)
		}
	}
	s.splits(t, table.Parts, of)
	return s
}

// nobody is the group of those who are in no part.
const nobody = -1

// opened is about those of the classes that are open.
func (t Tables) opened(table *Table, y scale, values, open []int) *source {
	s := &source{scale: y.ratio()}
	for class, value := range values {
		if open[class] == 0 {
			value = y.steps + 1
		}
		s.sorting = append(s.sorting, value)
	}
	groups := make([]int, t.groups())
	for group := range groups {
		groups[group] = group
	}
	s.splits(t, table.Opened, groups)
	for cell := range table.Atoms {
		s.linked(cell, table.Atoms[cell].Pairs)
	}
	return s
}

// opener returns what opens the measure's one question, if it has one.
func (t Tables) opener(m campaign.Measure) (campaign.Item, bool) {
	if len(m.Items) != 1 {
		return campaign.Item{}, false
	}
	return t.Layout.Campaign.Opener(m.Items[0].Question)
}

// drawn is by cell the organisation that stands for the cell's, or its pool.
func (t Tables) drawn() []int {
	drawn := make([]int, t.Units()*t.groups())
	for cell := range drawn {
		unit, _ := t.Of(cell)
		if drawn[cell] = unit; !t.IsPool(unit) {
			drawn[cell] = t.Frame.Standing[unit]
		}
	}
	return drawn
}
