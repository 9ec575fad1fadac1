package audit

import (
	"slices"

	"learningforlife/shared/method"
	"learningforlife/shared/score"
)

// atom checks both waves of a cell and its pairs, against its earlier versions.
func (c *checking) atom(p place, table int, now score.Atom, versions []score.Atom) {
	for wave := range now.Counts {
		c.wave(p, table, wave, now, versions)
	}
	c.pairs(p, now, versions)
}

// wave checks the change of a cell's wave from the last release to the next.
func (c *checking) wave(p place, table, wave int, now score.Atom, versions []score.Atom) {
	p.what += ", wave " + c.c.Waves[c.next.Tables.Waves()[wave]].ID
	to := now.Counts[wave]
	if to != nil && sum(to) < c.k() {
		c.find(p, "%d people are fewer than %d", sum(to), c.k())
	}
	var last score.Atom
	if len(versions) > 0 {
		last = versions[len(versions)-1]
	}
	if slices.Equal(to, last.Counts[wave]) {
		return
	}
	if to == nil {
		return // everybody leaves
	}
	// Nor may an older version come back: as many may be others.
	for _, v := range append(versions[:len(versions):len(versions)], score.Atom{}) {
		if then := v.Counts[wave]; distance(sum(to), sum(then)) < c.k() {
			c.find(p, "%d people and %d of an earlier version are nearly the same", sum(to), sum(then))
		}
	}
	if c.closed[wave] && sum(to) >= sum(last.Counts[wave]) {
		c.find(p, "somebody enters a wave that is closed")
	}
	c.mixed(p, table, to, last.Counts[wave])
	c.mixed(p, table, to, nil)
	if from := now.From[wave]; from != nil && sum(to) > sum(last.Counts[wave]) {
		c.givers(p, from, last.From[wave])
	}
}

// mixed checks that those gained, or lost, can have given two values on every scale that they are scored on.
func (c *checking) mixed(p place, table int, now, last []int) {
	gain := sum(now) - sum(last)
	for i, scale := range c.scales(table) {
		values := map[int]bool{}
		net := map[int]int{}
		together := 0
		for class, n := range now {
			net[scale[class]] += n
		}
		for class, n := range last {
			net[scale[class]] -= n
		}
		for value, n := range net {
			together += value * n
			if gain > 0 && n > 0 || gain < 0 && n < 0 {
				values[value] = true
			}
		}
		if len(values) < 2 {
			c.find(p, "the %d people by whom it changes all answer the same", gain)
		}
		// Whoever takes it that people only joined, or only left, must not find that they all answered the same either.
		if top := c.steps(table, i); top > 0 && (together*gain <= 0 || distance(together, 0) >= top*distance(gain, 0)) {
			c.find(p, "the %d people by whom it changes can be taken to answer all the same", gain)
		}
	}
}

// steps is the greatest value of the i-th of the table's scales; 0 for one whose values cannot be added up.
func (c *checking) steps(table, i int) int {
	if !c.next.Tables.Scored(table) {
		return 0
	}
	return slices.Max(c.scales(table)[i])
}

// scales give the value of each of the table's classes, by measure; a table that is not scored has its answers.
func (c *checking) scales(table int) (scales [][]int) {
	for _, o := range c.c.Objectives {
		for _, m := range o.Measures {
			if m.Table == table {
				scales = append(scales, c.next.Tables.Layout.Tables[table].Favourable(m.Items...))
			}
		}
	}
	if scales == nil {
		own := make([]int, c.next.Tables.Classes(table))
		for class := range own {
			own[class] = class
		}
		scales = append(scales, own)
	}
	return scales
}

func (c *checking) givers(p place, now, before map[int]int) {
	givers, most, all := 0, 0, 0
	for organisation, n := range now {
		if gained := n - before[organisation]; gained > 0 {
			givers, most, all = givers+1, max(most, gained), all+gained
		}
	}
	if givers < method.LeastGivers || method.MostOfOne*most > all {
		c.find(p, "of %d new people, %d organisations give, one of them %d", all, givers, most)
	}
}

// pairs checks that linked people change by the minimum, and that as many are not linked.
func (c *checking) pairs(p place, now score.Atom, versions []score.Atom) {
	if now.Pairs == nil {
		return
	}
	n := linked(now.Pairs)
	if n < c.k() {
		c.find(p, "%d linked people are fewer than %d", n, c.k())
	}
	for wave, counts := range now.Counts {
		if rest := sum(counts) - n; rest < c.k() {
			c.find(p, "%d people of wave %d are not linked", rest, wave)
		}
	}
	if len(versions) > 0 && slices.EqualFunc(now.Pairs, versions[len(versions)-1].Pairs, slices.Equal[[]int]) {
		return
	}
	for _, v := range versions {
		if distance(n, linked(v.Pairs)) < c.k() {
			c.find(p, "%d linked people and %d of an earlier version are nearly the same", n, linked(v.Pairs))
		}
	}
}

// pledges checks that every organisation's pledges change by the minimum, in number or by status.
func (c *checking) pledges() {
	t := c.next.Tables
	for o, now := range t.Pledges.Statuses {
		p := place{t.Region(o), "pledges of " + t.UnitName(o)}
		versions := c.statuses[o]
		if now == nil || len(versions) > 0 && slices.Equal(now, versions[len(versions)-1]) {
			continue
		}
		for _, then := range append(versions[:len(versions):len(versions)], nil) {
			apart := 0
			for i := range max(len(now), len(then)) {
				apart += distance(at(now, i), at(then, i))
			}
			if distance(sum(now), sum(then)) < c.k() && apart < 2*c.k() {
				c.find(p, "%v and %v of an earlier version are nearly the same", now, then)
			}
		}
	}
	b := t.Pledges.Board
	if b == nil || len(c.board) > 0 && *b == c.board[len(c.board)-1] {
		return
	}
	for _, then := range append(c.board[:len(c.board):len(c.board)], 0) {
		if distance(*b, then) < c.k() {
			c.find(place{-1, "organisations with a board pledge"}, "%d and %d of an earlier version are nearly the same", *b, then)
		}
	}
}

func at(counts []int, i int) int {
	if i < len(counts) {
		return counts[i]
	}
	return 0
}

func sum(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

func linked(pairs [][]int) (n int) {
	for _, row := range pairs {
		n += sum(row)
	}
	return n
}

func distance(a, b int) int { return max(a-b, b-a) }
