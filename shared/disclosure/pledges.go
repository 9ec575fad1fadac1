package disclosure

import (
	"slices"

	"learningforlife/shared/score"
)

const boardPledges = "organisations with a board pledge"

// pledges decides about the pledges of every organisation. They change in number or by status: an edit changes no
// number, so what counts is also half of how far the statuses are apart.
func (a *admission) pledges() {
	a.next.Tables.Pledges = score.Pledges{Statuses: make([][]int, len(a.current.Frame.Standing))}
	for o, now := range a.current.Pledges.Statuses {
		was := a.last.Tables.Pledges.Statuses[o]
		key := "pledges " + a.current.UnitName(o)
		to := &a.next.Tables.Pledges.Statuses[o]
		*to = was
		switch region := a.current.Region(o); {
		case region >= 0 && a.held(region):
		case total(now) < a.c.Minimum:
			*to = nil
		case a.far(key, now):
			*to = now
			a.next.History.Statuses[key] = append(slices.Clip(a.next.History.Statuses[key]), now)
		}
	}
	a.next.Tables.Pledges.Board = a.last.Tables.Pledges.Board
	if n := a.current.Pledges.Board; n != nil && a.next.History.moved(boardPledges, *n, a.c.Minimum) {
		a.next.Tables.Pledges.Board = n
		a.next.History.add(boardPledges, *n)
	}
}

// far reports whether counts are the minimum of pledges away from every version, none among them.
func (a *admission) far(key string, now []int) bool {
	away := func(version []int) bool {
		net, apart := 0, 0
		for i, n := range now {
			if version != nil {
				n -= version[i]
			}
			net, apart = net+n, apart+abs(n)
		}
		return abs(net) >= a.c.Minimum || apart >= 2*a.c.Minimum
	}
	return away(nil) && !slices.ContainsFunc(a.next.History.Statuses[key], func(v []int) bool { return !away(v) })
}
