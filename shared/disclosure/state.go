package disclosure

import (
	"maps"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// State is what has been admitted up to a release, and what must be known of it to admit more. It is kept beside
// the release and never served.
type State struct {
	// Tables are the admitted counts: everything shown is computed from them.
	Tables score.Tables
	// Backing are the parts of the admitted people of each cell, of which a split shows those of its own last renewal.
	Backing score.Tables
	// History says how large every version was that was ever admitted, by what it is of.
	History History
	// Closed says of which waves the release after the close has been made.
	Closed [2]bool
	// Pooled are, by pool, the cells whose people it holds.
	Pooled map[string][]string
}

// History is every version that was ever admitted, oldest first, by the key of what it is of.
type History struct {
	Sizes    map[string][]int     `json:"sizes"`    // of cells, groups that stand apart, pools and tables of pairs
	Splits   map[string][][]Class `json:"splits"`   // by class
	Statuses map[string][][]int   `json:"statuses"` // of an organisation's pledges, by status
}

// Class is one class of a version of a split.
type Class struct {
	Size   int    `json:"size"`
	Digest string `json:"digest"` // of its counts by cell: equal for the same people
}

// Fresh is the state before the first release.
func Fresh(l *tally.Layout, f campaign.Frame) State {
	return State{Tables: score.New(l, f), Backing: score.New(l, f), Pooled: map[string][]string{},
		History: History{Sizes: map[string][]int{}, Splits: map[string][][]Class{}, Statuses: map[string][][]int{}}}
}

// clone returns a history that can be added to.
func (h History) clone() History {
	return History{Sizes: maps.Clone(h.Sizes), Splits: maps.Clone(h.Splits), Statuses: maps.Clone(h.Statuses)}
}

// moved reports whether a size differs by at least k from that of every version, nobody among them.
func (h History) moved(key string, size, k int) bool {
	far := func(version int) bool { return abs(size-version) >= k }
	return far(0) && !slices.ContainsFunc(h.Sizes[key], func(v int) bool { return !far(v) })
}

func (h History) add(key string, size int) { h.Sizes[key] = append(slices.Clip(h.Sizes[key]), size) }

func abs(n int) int { return max(n, -n) }

// names makes keys that can be read: what they are of, and not where it stands in a list.
type names struct {
	c *campaign.Campaign
	t score.Tables
}

func (n names) cell(table, cell int) string {
	unit, group := n.t.Of(cell)
	return n.c.Tables[table].ID + " " + n.t.UnitName(unit) + " " + n.c.Groups[n.c.Weighting.Groups[group].Group].ID
}

func (n names) apart(table, cell int) string {
	groups := len(n.c.Groups)
	return n.c.Tables[table].ID + " " + n.t.Frame.Regions[cell/groups] + " " + n.c.Groups[cell%groups].ID
}

func (n names) split(table, region int, kind string) string {
	return n.c.Tables[table].ID + " " + n.t.Frame.Regions[region] + " " + kind
}

func (n names) wave(key string, wave int) string { return key + " " + n.c.Waves[n.t.Waves()[wave]].ID }

func pairs(key string) string { return key + " pairs" }
