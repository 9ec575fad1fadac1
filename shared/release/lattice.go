package release

import (
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

// NationCode is the code of the one node of the level nation.
const NationCode = "ENG"

// Node is what a score is shown for: the nation, a region, a type of trust, or one trust.
type Node struct {
	Level campaign.Level
	// Code is NationCode, the region or the type as the list of organisations writes it, or the ODS code.
	Code string
	// Members are the organisations, by position in the list and by the code they
	// submitted under, whose answers count for the node, in order.
	Members []int
}

// Nodes returns every node on the given day, always the same ones whatever was
// submitted: the nation, the regions, the types and the organisations, each level in the order of the codes.
//
// Merged organisations count for the one that stands in their place on the day.
// A trust of campaign.NationalRegion counts in the nation and for itself, in no
// region and no type. Organisations listed are those open on the day and those that were
// open during the campaign and have no one successor.
func Nodes(c *campaign.Campaign, on day.Day) []Node {
	trusts := c.Organisations.All()
	nation := Node{Level: campaign.Nation, Code: NationCode}
	var regions, types, organisations []Node
	for _, code := range c.Organisations.Regions() {
		regions = append(regions, Node{Level: campaign.Region, Code: code})
	}
	for _, code := range c.Organisations.Types() {
		types = append(types, Node{Level: campaign.Type, Code: code})
	}
	members := make([][]int, len(trusts)) // of each standing organisation
	for i := range trusts {
		nation.Members = append(nation.Members, i)
		standing := c.Organisations.Successor(i, on)
		members[standing] = append(members[standing], i)
		t := trusts[standing]
		if t.Region == campaign.NationalRegion {
			continue
		}
		count(regions, t.Region, i)
		count(types, t.Type, i)
	}
	for i, t := range trusts {
		during := t.OpenFrom <= c.Closes && (t.OpenTo == 0 || t.OpenTo >= c.Opens) && t.Name != ""
		if t.Open(on) || during && c.Organisations.Successor(i, on) == i {
			organisations = append(organisations, Node{Level: campaign.Organisation, Code: t.Code, Members: members[i]})
		}
	}
	return slices.Concat([]Node{nation}, regions, types, organisations)
}

// count adds member i to the node with the code, if there is one.
func count(nodes []Node, code string, i int) {
	for n := range nodes {
		if nodes[n].Code == code {
			nodes[n].Members = append(nodes[n].Members, i)
		}
	}
}

// Row is one line of every release: an objective for a node and a group.
type Row struct {
	Objective int // the objective's number
	Measure   int // which of the objective's measures the group is measured by
	Node      int // index into the nodes
	Group     int // index into the campaign's groups
}

// Rows returns the lattice over the nodes: every objective, node and group that
// has a score, by objective, node and group. Nothing else is ever shown.
func Rows(c *campaign.Campaign, nodes []Node) []Row {
	var rows []Row
	for _, objective := range c.Objectives {
		for n, node := range nodes {
			for g, group := range c.Groups {
				for m, measure := range objective.Measures {
					if slices.Contains(measure.Groups, group.ID) && slices.Contains(group.Levels, node.Level) {
						rows = append(rows, Row{Objective: objective.Number, Measure: m, Node: n, Group: g})
					}
				}
			}
		}
	}
	return rows
}

// Waiting is what is shown before the first release: every row of the lattice, waiting for more answers.
func Waiting(c *campaign.Campaign, on day.Day) Release {
	nodes := Nodes(c, on)
	var r Release
	for _, row := range Rows(c, nodes) {
		s := Blank(c, nodes, row)
		waits := WaitsForMore
		s.Withheld = &waits
		r.Scores = append(r.Scores, s)
	}
	return r
}

// Blank returns the row's score with nothing in it but what it is of.
func Blank(c *campaign.Campaign, nodes []Node, row Row) Score {
	return Score{
		Objective: row.Objective,
		Level:     string(nodes[row.Node].Level),
		Code:      nodes[row.Node].Code,
		Group:     c.Groups[row.Group].ID,
		Notes:     []string{SelfSelected},
	}
}
