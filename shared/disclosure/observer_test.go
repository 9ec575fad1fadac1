package disclosure_test

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// observer holds releases against METHODS §10, as it is written there. It knows tables and the frame, and none of the
// code that admits.
type observer struct {
	*rapid.T
	c        *campaign.Campaign
	layout   *tally.Layout
	releases []disclosure.State
	past     []disclosure.State // the same, and nothing at all
	closed   [2]bool
	seen     map[string]int
}

const eleven = 11

// see takes in the next release, and what there is on its day.
func (o *observer) see(current score.Tables, next disclosure.State, held int, on day.Day) {
	o.past = append(slices.Clone(o.releases), disclosure.Fresh(o.layout, current.Frame))
	for table := range current.Tables {
		for cell := range current.Tables[table].Atoms {
			unit, _ := current.Of(cell)
			at := func(s disclosure.State) *score.Atom { return &s.Tables.Tables[table].Atoms[cell] }
			if !current.IsPool(unit) {
				o.atom(table, &current.Tables[table].Atoms[cell], next, at, held >= 0 && current.Region(unit) == held)
			}
			o.versions(next, at)
		}
		for cell := range current.Tables[table].Apart {
			at := func(s disclosure.State) *score.Atom { return &s.Tables.Tables[table].Apart[cell] }
			o.atom(table, &current.Tables[table].Apart[cell], next, at, held >= 0 && cell/len(o.c.Groups) == held)
			o.versions(next, at)
		}
		o.pools(table, current, next, held, on)
		if current.Scored(table) {
			for region := range current.Frame.Regions {
				o.splits(table, region, next, region == held)
			}
		}
	}
	o.pledges(current, next, held)
	o.releases = append(o.releases, next)
	for wave, index := range current.Waves() {
		o.closed[wave] = o.closed[wave] || on >= o.c.Waves[index].Closes+2
	}
	require.Equal(o, o.closed, next.Closed)
}

func (o *observer) last(at func(disclosure.State) *score.Atom) score.Atom {
	if len(o.releases) == 0 {
		return score.Atom{}
	}
	return *at(o.releases[len(o.releases)-1])
}

// atom holds what becomes of an atom: it is admitted as it is, leaves whole, or stands.
func (o *observer) atom(table int, now *score.Atom, next disclosure.State, at func(disclosure.State) *score.Atom, held bool) {
	was, is := o.last(at), at(next)
	if held {
		require.Equal(o, was, *is)
		o.note("held", size(was.Counts[0]) > 0 && !slices.Equal(now.Counts[0], was.Counts[0]))
		return
	}
	for wave := range now.Counts {
		n, before := size(now.Counts[wave]), size(was.Counts[wave])
		old := n == 0
		for _, s := range o.releases {
			if v := at(s).Counts[wave]; v != nil && max(n-size(v), size(v)-n) < eleven {
				old = true
			}
		}
		want := was.Counts[wave]
		switch {
		case n < eleven:
			want = nil
			o.note("left whole", before > 0)
		case o.closed[wave] && n >= before:
			o.note("closed wave", n > before)
		case old:
			o.note("stands near an old version", max(n-before, before-n) >= eleven)
		case !o.two(table, now.Counts[wave], was.Counts[wave]) || !o.two(table, now.Counts[wave], nil):
			o.note("stands for one value", true)
		case n > before && now.From[wave] != nil && !five(now.From[wave], was.From[wave]):
			o.note("board stands", true)
		default:
			want = now.Counts[wave]
			require.Equal(o, now.Answers[wave], is.Answers[wave])
			require.Equal(o, now.From[wave], is.From[wave])
			o.note("gain", n > before)
			o.note("loss", n < before)
			o.note("board", now.From[wave] != nil)
		}
		if !slices.Equal(want, is.Counts[wave]) || (want == nil) != (is.Counts[wave] == nil) {
			require.Equal(o, want, is.Counts[wave])
		}
		o.note("stands", before > 0 && n != before && slices.Equal(want, was.Counts[wave]))
		o.note("stands with as many", before > 0 && n == before && !slices.Equal(now.Counts[wave], was.Counts[wave]))
	}
}

func (o *observer) note(kind string, is bool) {
	if is {
		o.seen[kind]++
	}
}

// versions holds that any two versions of an atom or its pairs are the same or differ by eleven people or more.
func (o *observer) versions(next disclosure.State, at func(disclosure.State) *score.Atom) {
	is := at(next)
	for i := range o.past {
		v := at(o.past[i])
		for wave := range is.Counts {
			apart(o, size(is.Counts[wave]), size(v.Counts[wave]), slices.Equal(is.Counts[wave], v.Counts[wave]))
		}
		apart(o, linked(is.Pairs), linked(v.Pairs), slices.EqualFunc(is.Pairs, v.Pairs, slices.Equal[[]int]))
	}
	if n := linked(is.Pairs); n > 0 {
		o.note("pairs", true)
		require.GreaterOrEqual(o, size(is.Counts[0]), n+eleven)
		require.GreaterOrEqual(o, size(is.Counts[1]), n+eleven)
	}
}

// apart holds that two sizes are of the same people, or differ by eleven.
func apart(t require.TestingT, a, b int, same bool) {
	if !same {
		require.GreaterOrEqual(t, max(a-b, b-a), eleven, "%d and %d", a, b)
	}
}

// two reports whether a change has its total's sign at two values, of everything that is scored, and could not be taken
// for one of people who all have the greatest value, or the least. Of a yes or no the second follows from the first.
func (o *observer) two(table int, now, was []int) bool {
	change := slices.Clone(now)
	for class, n := range was {
		change[class] -= n
	}
	for _, value := range o.values(table) {
		net := map[int]int{}
		for class, n := range change {
			net[value(class)] += n
		}
		signed := 0
		for _, n := range net {
			if n != 0 && n > 0 == (size(change) > 0) {
				signed++
			}
		}
		if signed < 2 {
			return false
		}
		if id := o.c.Tables[table].ID; id == "L" || id == "I" {
			together, greatest := 0, 0
			for v, n := range net {
				together, greatest = together+v*n, max(greatest, v)
			}
			if size(change) < 0 {
				together = -together
			}
			if together <= 0 || together >= greatest*max(size(change), -size(change)) {
				return false
			}
		}
	}
	return true
}

// values say what somebody of a class scores. In table L, bit 0 is A1, bit 1 is A2 and bit 2 is A6.
func (o *observer) values(table int) []func(class int) int {
	bit := func(class, i int) int { return (class - 1) >> i & 1 }
	switch o.c.Tables[table].ID {
	case "L":
		return []func(int) int{func(class int) int { return bit(class, 0) + bit(class, 1) }, func(class int) int { return bit(class, 2) }}
	case "I":
		return []func(int) int{func(class int) int { return bit(class, 0) + bit(class, 1) }}
	}
	return []func(int) int{func(class int) int { return class }}
}

// five reports whether those gained come from five organisations, none giving more than half.
func five(now, was map[int]int) bool {
	gained := []int{}
	for organisation, n := range now {
		if n > was[organisation] {
			gained = append(gained, n-was[organisation])
		}
	}
	return len(gained) >= 5 && 2*slices.Max(gained) <= size(gained)
}

func size(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

func linked(pairs [][]int) (n int) {
	for _, row := range pairs {
		n += size(row)
	}
	return n
}

func plus(a, b []int) []int {
	sum := slices.Clone(b)
	for i, n := range a {
		sum[i] += n
	}
	return sum
}

// pools holds who is in a pool when a wave closes, and that pools only lose afterwards.
func (o *observer) pools(table int, current score.Tables, next disclosure.State, held int, on day.Day) {
	f, atoms := current.Frame, next.Tables.Tables[table].Atoms
	for wave, index := range current.Waves() {
		closing := !o.closed[wave] && on >= o.c.Waves[index].Closes+2
		out := 0
		for group := range o.c.Weighting.Groups {
			var rest []int // people of pools that are too small or all alike
			for region := range len(f.Regions) + 1 {
				pool := current.Cell(current.Pool(region), group)
				is := atoms[pool].Counts[wave]
				if !closing {
					was := o.last(func(s disclosure.State) *score.Atom { return &s.Tables.Tables[table].Atoms[pool] }).Counts[wave]
					if !slices.Equal(is, was) {
						require.True(o, o.closed[wave])
						require.Less(o, size(is), size(was))
						require.True(o, is == nil || o.two(table, is, was))
						o.note("pool loses", true)
					}
					continue
				}
				people := rest
				if region < len(f.Regions) {
					people = nil
					for _, unit := range o.unadmitted(table, wave, group, region, current, next) {
						people = plus(people, current.Tables[table].Atoms[current.Cell(unit, group)].Counts[wave])
					}
				}
				still := held >= 0 && (region == held || region == len(f.Regions)) // the nation's has people of every region
				if size(people) < eleven || !o.two(table, people, nil) || still {
					require.Nil(o, is)
					if people != nil && region < len(f.Regions) {
						rest = plus(rest, people)
					} else {
						out += size(people)
					}
					continue
				}
				require.Equal(o, people, is)
				o.note("region's pool", region < len(f.Regions))
				o.note("nation's pool", region == len(f.Regions))
			}
			if closing {
				out += o.leftovers(table, wave, group, current, next)
			}
		}
		if closing {
			require.Equal(o, out, *next.Tables.Tables[table].LeftOut[wave])
			o.note("left out", out > 0)
		}
	}
}

// unadmitted are the codes of a region with people, of organisations in the frame of which nothing of the group is admitted.
func (o *observer) unadmitted(table, wave, group, region int, current score.Tables, next disclosure.State) (units []int) {
	f := current.Frame
	for unit, standing := range f.Standing {
		if f.Region[unit] != region || f.Sizes[standing][group] == 0 || size(current.Tables[table].Atoms[current.Cell(unit, group)].Counts[wave]) == 0 {
			continue
		}
		admitted, codes := false, 0
		for other, of := range f.Standing {
			if of == standing {
				codes++
				admitted = admitted || next.Tables.Tables[table].Atoms[current.Cell(other, group)].Counts[wave] != nil
			}
		}
		o.note("two codes", codes > 1 && admitted)
		if !admitted {
			units = append(units, unit)
		}
	}
	return units
}

// leftovers are the people of a group who are in no atom and could be in no pool.
func (o *observer) leftovers(table, wave, group int, current score.Tables, next disclosure.State) (n int) {
	pooled := map[int]bool{}
	for region := range current.Frame.Regions {
		for _, unit := range o.unadmitted(table, wave, group, region, current, next) {
			pooled[unit] = true
		}
	}
	for unit := range current.Frame.Standing {
		cell := current.Cell(unit, group)
		if !pooled[unit] {
			n += max(size(current.Tables[table].Atoms[cell].Counts[wave])-size(next.Tables.Tables[table].Atoms[cell].Counts[wave]), 0)
		}
	}
	return n
}

// splits holds that any two versions of a class of a region's people are the same or differ by eleven.
func (o *observer) splits(table, region int, next disclosure.State, held bool) {
	kinds := []func(s disclosure.State) *score.Split{
		func(s disclosure.State) *score.Split { return &s.Tables.Tables[table].Parts[region] },
		func(s disclosure.State) *score.Split { return &s.Tables.Tables[table].Opened[region] },
	}
	for kind, at := range kinds {
		if held && len(o.releases) > 0 {
			require.Equal(o, at(o.releases[len(o.releases)-1]), at(next))
		}
		for wave, is := range at(next).Counts {
			now := o.classes(table, kind == 1, is)
			for _, s := range o.past {
				was := at(s).Counts[wave]
				if len(is) == 0 {
					continue // it is gone with all its people
				}
				then := o.classes(table, kind == 1, was)
				for class := range now {
					same := maps.EqualFunc(now[class], then[class], slices.Equal[[]int])
					apart(o, crowd(now[class]), crowd(then[class]), same)
				}
				o.note("split stands", was != nil && len(is) < len(o.admitted(table, region, wave, kind == 1, next)))
			}
			o.note("split", len(is) > 0)
		}
	}
}

// admitted are the cells of a region that a split can have.
func (o *observer) admitted(table, region, wave int, opened bool, s disclosure.State) (cells []int) {
	for cell, atom := range s.Tables.Tables[table].Atoms {
		unit, group := s.Tables.Of(cell)
		if s.Tables.Region(unit) == region && atom.Counts[wave] != nil && (opened || len(s.Tables.Parts(group)) > 0) {
			cells = append(cells, cell)
		}
	}
	return cells
}

// classes are the people of a split by class and cell: bands 5 to 7, 8 and 9 and the rest, or who learned (A2, bit 1) and who did not.
func (o *observer) classes(table int, opened bool, cells map[int][]int) (classes [3]map[int][]int) {
	length := o.layout.Tables[table].Classes
	for i := range classes {
		classes[i] = map[int][]int{}
		for cell, counts := range cells {
			part := make([]int, length)
			for class := range part {
				switch {
				case !opened:
					part[class] = counts[i*length+class]
				case class > 0 && i == (class-1)>>1&1:
					part[class] = counts[class]
				}
			}
			if size(part) > 0 {
				classes[i][cell] = part
			}
		}
	}
	return classes
}

func crowd(cells map[int][]int) (n int) {
	for _, counts := range cells {
		n += size(counts)
	}
	return n
}

// pledges holds that any two versions differ by eleven pledges, or as many have changed their status.
func (o *observer) pledges(current score.Tables, next disclosure.State, held int) {
	for unit, is := range next.Tables.Pledges.Statuses {
		for i, s := range o.past {
			was := s.Tables.Pledges.Statuses[unit]
			if i == len(o.releases)-1 && current.Region(unit) == held && held >= 0 {
				require.Equal(o, was, is)
			}
			if slices.Equal(is, was) {
				continue
			}
			apartness := 0
			for status := range 4 {
				apartness += max(of4(is, status)-of4(was, status), of4(was, status)-of4(is, status))
			}
			net := max(size(is)-size(was), size(was)-size(is))
			require.True(o, net >= eleven || apartness >= 2*eleven, "%v and %v", is, was)
			o.note("pledges", true)
			o.note("pledges by status", net < eleven)
		}
	}
	if b := next.Tables.Pledges.Board; b != nil {
		for _, s := range o.releases {
			if was := s.Tables.Pledges.Board; was != nil {
				apart(o, *b, *was, *b == *was)
			}
		}
	}
}

func of4(counts []int, i int) int {
	if counts == nil {
		return 0
	}
	return counts[i]
}

// nodes holds that what is computed of a node is of its atoms' and pools' people, and of nobody else.
func (o *observer) nodes(next disclosure.State, on day.Day) {
	nodes := o.c.Nodes(on)
	t := next.Tables
	for _, s := range score.Compute(t, nodes, o.c.Rows(nodes)) {
		group := o.c.Groups[s.Row.Group]
		if group.Part || !group.Weighted() {
			continue
		}
		table := o.c.Objectives[s.Row.Objective-1].Measures[s.Row.Measure].Table
		node := nodes[s.Row.Node]
		for wave, level := range s.Waves {
			n := 0
			for _, cell := range o.members(t, node, group) {
				n += size(t.Tables[table].Atoms[cell].Counts[wave])
			}
			got := 0
			if level != nil {
				got = level.Respondents
			}
			require.Equal(o, n, got, "%s %s", node.Code, group.ID)
		}
	}
}

// members are the atoms and pools of a node's group.
func (o *observer) members(t score.Tables, node campaign.Node, group campaign.Group) (cells []int) {
	f := t.Frame
	for unit := range t.Units() {
		is := false
		if t.IsPool(unit) {
			is = node.Level == campaign.Nation || node.Level == campaign.Region && t.Region(unit) >= 0 && f.Regions[t.Region(unit)] == node.Code
		} else {
			trust := o.c.Organisations.All()[f.Standing[unit]]
			switch node.Level {
			case campaign.Nation:
				is = true
			case campaign.Region:
				is = trust.Region == node.Code
			case campaign.Type:
				is = trust.Type == node.Code && trust.Region != campaign.NationalRegion
			case campaign.Organisation:
				is = trust.Code == node.Code
			}
		}
		for _, of := range group.Cells {
			if is && (t.IsPool(unit) || node.Level == campaign.Organisation || f.Sizes[f.Standing[unit]][of] > 0) {
				cells = append(cells, t.Cell(unit, of))
			}
		}
	}
	return cells
}

// differences takes every difference along the lattice, between any two releases, as an outsider would: the counts of a
// node less those of nodes inside it. It has to be the sum of changes that are each nothing, or of eleven people or more.
func (o *observer) differences() {
	groups := map[string]campaign.Group{}
	for _, g := range o.c.Groups {
		groups[g.ID] = g
	}
	type difference struct {
		outer, inner           campaign.Node
		outerGroup, innerGroup string
	}
	for s, old := range o.releases {
		for _, next := range o.releases[s:] {
			var list []difference
			nation := campaign.Node{Level: campaign.Nation}
			for _, region := range []string{"London", "South East"} {
				of := campaign.Node{Level: campaign.Region, Code: region}
				list = append(list, difference{nation, of, "all", "all"}, difference{of, of, "all", "bands_1_4"}, difference{of, of, "others", "others"})
			}
			for _, code := range []string{"AAA", "CCC", "FFF"} {
				of := campaign.Node{Level: campaign.Organisation, Code: code}
				region := campaign.Node{Level: campaign.Region, Code: o.c.Organisations.All()[o.c.Organisations.Index(code)].Region}
				list = append(list, difference{region, of, "all", "all"}, difference{of, of, "all", "others"}, difference{of, of, "all", "all"})
			}
			for _, d := range list {
				outer, inner := o.members(next.Tables, d.outer, groups[d.outerGroup]), o.members(old.Tables, d.inner, groups[d.innerGroup])
				for _, table := range []int{tableOf(next.Tables, 1), tableOf(next.Tables, 3), len(next.Tables.Tables) - 1} { // L, I and one that is not scored
					o.difference(next.Tables.Tables[table].Atoms, old.Tables.Tables[table].Atoms, outer, inner)
				}
			}
		}
	}
}

// difference takes one: what an outsider is left with, and the changes that it has to be the sum of.
func (o *observer) difference(next, old []score.Atom, outer, inner []int) {
	for wave := range 2 {
		left, changes := [maxClasses]int{}, [maxClasses]int{}
		for _, cell := range outer {
			add(&left, next[cell].Counts[wave], 1)
		}
		for _, cell := range inner {
			add(&left, old[cell].Counts[wave], -1)
		}
		for cell := range next {
			change := [maxClasses]int{}
			if slices.Contains(outer, cell) {
				add(&change, next[cell].Counts[wave], 1)
			}
			if slices.Contains(inner, cell) {
				add(&change, old[cell].Counts[wave], -1)
			}
			if n := size(change[:]); change != [maxClasses]int{} && max(n, -n) < eleven {
				require.Fail(o, "a difference tells fewer than eleven apart", "%v", change)
			}
			add(&changes, change[:], 1)
		}
		if left != changes {
			require.Equal(o, left, changes)
		}
	}
}

const maxClasses = 16 // of any table

func add(to *[maxClasses]int, counts []int, sign int) {
	for class, n := range counts {
		to[class] += sign * n
	}
}
