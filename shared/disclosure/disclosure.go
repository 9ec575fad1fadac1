// Package disclosure decides which counts may be used. Everything shown is
// computed from what it admits, and what is admitted changes only by at least the campaign's
// minimum of people at a time. So whatever difference an outsider takes, across the lattice or between
// releases, is a sum of changes of at least so many people.
//
//	current tables + last state → Admit → state: admitted tables, and the sizes of all versions there were
package disclosure

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/score"
)

// First is Admit for the first release, of which nothing is held.
func First(current score.Tables, on day.Day) State {
	return Admit(current, Fresh(current.Layout, current.Frame), on, func(int) bool { return false })
}

// Admit returns what may be used of the current tables on a day, given what was
// admitted before. Both are of the same campaign; the frame of current holds from now on. Of a region that is held
// nothing changes.
//
// A cell's wave is admitted as it is now if it differs in size by at least the minimum
// from every version that was admitted before, nobody among them, and if neither those gained or lost nor
// all that there are have the same value. One that has fallen below the minimum leaves whole. Everything else stands as it was.
func Admit(current score.Tables, last State, on day.Day, held func(region int) bool) State {
	current = fillable(current)
	a := &admission{c: current.Layout.Campaign, current: current, last: last, held: held, next: State{
		Tables: score.New(current.Layout, current.Frame), Backing: score.New(current.Layout, current.Frame),
		History: last.History.clone(), Closed: last.Closed, Pooled: last.Pooled,
	}}
	a.names = names{a.c, current}
	for region := range current.Frame.Regions {
		a.next.Tables.Held[region] = held(region)
	}
	a.pools()
	for table := range current.Tables {
		a.table(table)
	}
	a.close(on)
	for table := range current.Tables {
		for region := range current.Tables[table].Parts {
			a.splits(table, region)
		}
	}
	a.pledges()
	return a.next
}

type admission struct {
	names
	c       *campaign.Campaign
	current score.Tables
	last    State
	next    State
	held    func(region int) bool
}

func (a *admission) table(table int) {
	values := a.values(table)
	from, was, to := &a.current.Tables[table], &a.last.Tables.Tables[table], &a.next.Tables.Tables[table]
	to.LeftOut = was.LeftOut
	for cell := range from.Atoms {
		unit, _ := a.current.Of(cell)
		a.atom(a.cell(table, cell), a.holds(unit), &from.Atoms[cell], &was.Atoms[cell], &to.Atoms[cell], values)
		for wave := range to.Atoms[cell].Counts {
			if a.current.Scored(table) {
				a.back(table, cell, wave)
			}
		}
	}
	for cell := range from.Apart {
		region := cell / len(a.c.Groups)
		a.atom(a.apart(table, cell), a.held(region), &from.Apart[cell], &was.Apart[cell], &to.Apart[cell], values)
	}
}

// holds reports whether nothing of the unit changes. The nation's pool has people of every region.
func (a *admission) holds(unit int) bool {
	if region := a.current.Region(unit); region >= 0 {
		return a.held(region)
	}
	for region := range a.current.Frame.Regions {
		if a.held(region) {
			return true
		}
	}
	return false
}

// atom decides about both waves of a cell and its pairs.
func (a *admission) atom(key string, held bool, now, was, to *score.Atom, values []scored) {
	if held {
		*to = *was
		return
	}
	for wave := range now.Counts {
		key := a.wave(key, wave)
		to.Counts[wave], to.Answers[wave], to.From[wave] = was.Counts[wave], was.Answers[wave], was.From[wave]
		switch n, before := total(now.Counts[wave]), total(was.Counts[wave]); {
		case n < a.c.Minimum:
			to.Counts[wave], to.Answers[wave], to.From[wave] = nil, nil, nil
		case a.last.Closed[wave] && n >= before: // nobody enters a closed wave
		case !a.next.History.moved(key, n, a.c.Minimum):
		case !mixed(now.Counts[wave], was.Counts[wave], values) || !mixed(now.Counts[wave], nil, values):
		case n > before && !spread(now.From[wave], was.From[wave]):
		default:
			to.Counts[wave], to.Answers[wave], to.From[wave] = now.Counts[wave], now.Answers[wave], now.From[wave]
			a.next.History.add(key, n)
		}
	}
	a.linked(pairs(key), now, was, to)
}

// linked decides about the pairs of a cell: they change by at least the minimum, and
// in each wave as many others are admitted.
func (a *admission) linked(key string, now, was, to *score.Atom) {
	room := func(table [][]int) bool {
		n := sizeOf(table)
		return total(to.Counts[score.Before])-n >= a.c.Minimum && total(to.Counts[score.After])-n >= a.c.Minimum
	}
	enter := func(n int) bool { return a.last.Closed[score.After] && n >= sizeOf(was.Pairs) }
	switch n := sizeOf(now.Pairs); {
	case n >= a.c.Minimum && !enter(n) && room(now.Pairs) && a.next.History.moved(key, n, a.c.Minimum):
		to.Pairs = now.Pairs
		a.next.History.add(key, n)
	case was.Pairs != nil && n >= a.c.Minimum && room(was.Pairs):
		to.Pairs = was.Pairs
	}
}

// back keeps, of a cell's wave that was admitted now, in which parts its people are.
func (a *admission) back(table, cell, wave int) {
	unit, _ := a.current.Of(cell)
	region := a.current.Region(unit)
	if region < 0 {
		return
	}
	counts := a.next.Tables.Tables[table].Atoms[cell].Counts[wave]
	from := a.current.Tables[table].Parts[region].Counts[wave]
	if same(counts, a.last.Tables.Tables[table].Atoms[cell].Counts[wave]) {
		from = a.last.Backing.Tables[table].Parts[region].Counts[wave]
	}
	if counts == nil || from[cell] == nil {
		return
	}
	a.next.Backing.Tables[table].Parts[region].Set(wave, cell, from[cell])
}
