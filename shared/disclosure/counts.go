package disclosure

import (
	"slices"

	"learningforlife/shared/method"
)

// scored is a scale that a table's classes have values on.
type scored struct {
	values []int // by class
	size   int   // how many values there are
	even   bool  // they are steps of the same size, so that they can be added up
}

// values are the scales of the measures that use the table, or where there is none the answers themselves.
func (a *admission) values(table int) (list []scored) {
	if !a.current.Scored(table) {
		own := scored{size: a.current.Classes(table)}
		for class := range own.size {
			own.values = append(own.values, class)
		}
		return []scored{own}
	}
	for _, o := range a.c.Objectives {
		for _, m := range o.Measures {
			if m.Table == table {
				list = append(list, scored{a.current.Layout.Tables[table].Favourable(m.Items...), len(m.Items) + 1, true})
			}
		}
	}
	return list
}

// openers are by class whether the question that opens another was answered so, of the measures that use the table.
func (a *admission) openers(table int) (list [][]int) {
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

// mixed reports whether those by which counts differ from what they were, as far as
// they are as many more or less as there are in all, have two values or more on every scale; and whether that is so too
// for somebody who takes it that people only joined or only left, and knows by how much all their values together changed.
func mixed(now, was []int, values []scored) bool {
	sign := 1
	if total(now) < total(was) {
		sign = -1
	}
	for _, v := range values {
		some, people, values := 0, 0, 0
		before := byValue(was, v)
		for value, n := range byValue(now, v) {
			net := sign * (n - before[value])
			if net > 0 {
				some++
			}
			people, values = people+net, values+value*net
		}
		if some < 2 || v.even && (values <= 0 || values >= (v.size-1)*people) {
			return false
		}
	}
	return true
}

// byValue adds counts up by the value of their class.
func byValue(counts []int, v scored) []int {
	sums := make([]int, v.size)
	for class, n := range counts {
		sums[v.values[class]] += n
	}
	return sums
}

// spread reports whether the people who are new come from enough organisations, none of which gives too many of
// them. It is not asked where nobody says where people come from.
func spread(now, was map[int]int) bool {
	all, most, givers := 0, 0, 0
	for organisation, n := range now {
		if gained := n - was[organisation]; gained > 0 {
			all, most, givers = all+gained, max(most, gained), givers+1
		}
	}
	return now == nil || givers >= method.LeastGivers && method.MostOfOne*most <= all
}

func total(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

func sizeOf(table [][]int) (n int) {
	for _, row := range table {
		n += total(row)
	}
	return n
}

// plus adds counts to those there are, which stay as they were.
func plus(to, counts []int) []int {
	if to == nil {
		return slices.Clone(counts)
	}
	sums := slices.Clone(to)
	for class, n := range counts {
		sums[class] += n
	}
	return sums
}

// same reports whether there are counts on both sides and they are equal.
func same(a, b []int) bool { return a != nil && b != nil && slices.Equal(a, b) }
