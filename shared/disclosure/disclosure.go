// Package disclosure decides which counts may be used: those of at least the
// campaign's minimum of people. Everything shown is computed from what it admits.
package disclosure

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/method"
	"learningforlife/shared/score"
)

// Admit returns what may be used of the current tables.
func Admit(current score.Tables) score.Tables {
	a := admission{c: current.Layout.Campaign, current: current, admitted: score.New(current.Layout, current.Frame)}
	for table := range current.Tables {
		a.table(table)
	}
	return a.admitted
}

type admission struct {
	c                 *campaign.Campaign
	current, admitted score.Tables
}

func (a admission) table(table int) {
	from, to := &a.current.Tables[table], &a.admitted.Tables[table]
	values := a.values(table)
	for cell := range from.Atoms {
		a.atom(&from.Atoms[cell], &to.Atoms[cell], values)
	}
	for cell := range from.Apart {
		a.atom(&from.Apart[cell], &to.Apart[cell], values)
	}
	for region := range from.Parts {
		for wave := range from.Parts[region].Counts {
			to.Parts[region].Counts[wave] = a.split(from.Parts[region].Counts[wave], to.Atoms, wave, func(counts []int) []int {
				return blocks(counts, a.current.Layout.Tables[table].Classes)
			})
			for _, opener := range a.openers(table) {
				to.Opened[region].Counts[wave] = a.split(from.Opened[region].Counts[wave], to.Atoms, wave, func(counts []int) []int {
					return byValue(counts, opener, 2)
				})
			}
		}
	}
}

// scored is a value that the table's classes have: a position in a measure's scale.
type scored struct {
	values []int // by class
	size   int
}

// values are the scales of the measures that use the table.
func (a admission) values(table int) (list []scored) {
	for _, o := range a.c.Objectives {
		for _, m := range o.Measures {
			if m.Table == table {
				list = append(list, scored{a.current.Layout.Tables[table].Favourable(m.Items...), len(m.Items) + 1})
			}
		}
	}
	return list
}

// openers are by class whether the question that opens another was answered so, of the measures that use the table.
func (a admission) openers(table int) (list [][]int) {
	for _, o := range a.c.Objectives {
		for _, m := range o.Measures {
			if m.Table == table && len(m.Items) == 1 {
				if opener, ok := a.c.Opener(m.Items[0].Question); ok {
					list = append(list, a.current.Layout.Tables[table].Favourable(opener))
				}
			}
		}
	}
	return list
}

// atom admits a wave of at least the minimum of people who do not all have the
// same value, and the pairs if they and the others of both waves are as many.
func (a admission) atom(from, to *score.Atom, values []scored) {
	for wave, counts := range from.Counts {
		if total(counts) >= a.c.Minimum && mixed(counts, values) && spread(from.From[wave]) {
			to.Counts[wave], to.From[wave] = counts, from.From[wave]
		}
	}
	linked := 0
	for _, row := range from.Pairs {
		linked += total(row)
	}
	if linked < a.c.Minimum {
		return
	}
	for _, counts := range to.Counts {
		if total(counts)-linked < a.c.Minimum {
			return
		}
	}
	to.Pairs = from.Pairs
}

// mixed reports whether people have two values or more on every scale.
func mixed(counts []int, values []scored) bool {
	for _, v := range values {
		some := 0
		for _, n := range byValue(counts, v.values, v.size) {
			if n > 0 {
				some++
			}
		}
		if some < 2 {
			return false
		}
	}
	return true
}

// spread reports whether people come from enough organisations, none of which gives too many; nil is not asked.
func spread(from map[int]int) bool {
	all, most := 0, 0
	for _, n := range from {
		all, most = all+n, max(most, n)
	}
	return from == nil || len(from) >= method.LeastGivers && method.MostOfOne*most <= all
}

// split admits a region's admitted people told apart if every class has none or the minimum of them.
func (a admission) split(from map[int][]int, atoms []score.Atom, wave int, classes func(counts []int) []int) map[int][]int {
	to := map[int][]int{}
	var totals []int
	for cell, counts := range from {
		if atoms[cell].Counts[wave] == nil {
			continue
		}
		to[cell] = counts
		for class, n := range classes(counts) {
			if class == len(totals) {
				totals = append(totals, 0)
			}
			totals[class] += n
		}
	}
	for _, n := range totals {
		if n != 0 && n < a.c.Minimum {
			return nil
		}
	}
	if len(to) == 0 {
		return nil
	}
	return to
}

// byValue adds counts up by the value of their class.
func byValue(counts, values []int, size int) []int {
	sums := make([]int, size)
	for class, n := range counts {
		sums[values[class]] += n
	}
	return sums
}

// blocks adds up counts in stretches of a length.
func blocks(counts []int, length int) (sums []int) {
	for from := 0; from < len(counts); from += length {
		sums = append(sums, total(counts[from:from+length]))
	}
	return sums
}

func total(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}
