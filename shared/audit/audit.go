// Package audit proves what is about to be released against the whole history of
// what was. Of disclosure it takes nothing but what was admitted, release by release, and looks at
// that as somebody would who has every release: whatever two of them differ by has to be the doing of
// at least the campaign's minimum of people, who do not all answer the same.
//
//	history.go  every version that there ever was
//	rules.go    every change obeys its rule, against all of them
//	splits.go   splits, and the sets that lie in two figures at once: Fréchet bounds
//	sizes.go    sizes, as they follow from all releases together
//
// interval holds the attack on systems of any form.
package audit

import (
	"fmt"

	"learningforlife/shared/campaign"
	"learningforlife/shared/disclosure"
)

// Finding is something that must not be released.
type Finding struct {
	// Region is the one whose renewals are at fault, an index into the frame's regions; -1 if it is not one region's.
	Region int
	// What it is of, and which rule it breaks. It tells exact counts, and is never served.
	What string
}

// Check returns what is wrong with a state that is to follow those of the history.
func (h *History) Check(next disclosure.State) []Finding {
	c := checking{History: h, c: next.Tables.Layout.Campaign, next: next}
	for table := range next.Tables.Tables {
		c.table(table)
	}
	c.pledges()
	return c.found
}

type checking struct {
	*History
	c     *campaign.Campaign
	next  disclosure.State
	found []Finding
}

// place is what a finding is of.
type place struct {
	region int
	what   string
}

func (c *checking) find(p place, format string, args ...any) {
	c.found = append(c.found, Finding{p.region, p.what + ": " + fmt.Sprintf(format, args...)})
}

// k is how many people every change has to be the doing of.
func (c *checking) k() int { return c.c.Minimum }

func (c *checking) table(table int) {
	t := c.next.Tables
	for cell := range t.Tables[table].Atoms {
		unit, group := t.Of(cell)
		p := place{t.Region(unit), fmt.Sprintf("table %s, %s, weighting group %d", c.c.Tables[table].ID, t.UnitName(unit), group)}
		c.atom(p, table, t.Tables[table].Atoms[cell], c.atoms[[2]int{table, cell}])
	}
	for cell := range t.Tables[table].Apart {
		region := cell / len(c.c.Groups)
		p := place{region, fmt.Sprintf("table %s, group %s apart in %s", c.c.Tables[table].ID, c.c.Groups[cell%len(c.c.Groups)].ID, t.Frame.Regions[region])}
		c.atom(p, table, t.Tables[table].Apart[cell], c.apart[[2]int{table, cell}])
	}
	if t.Scored(table) {
		c.checkSplits(table)
		c.checkSizes(table)
	}
}
