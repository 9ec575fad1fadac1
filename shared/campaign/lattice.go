package campaign

import (
	"slices"

	"learningforlife/shared/day"
)

// NationCode is the code of the one node of the level nation.
const NationCode = "ENG"

// Node is what a score is shown for: the nation, a region, a type of trust, or one trust.
type Node struct {
	Level Level
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
// A trust of NationalRegion counts in the nation and for itself, in no
// region and no type. Organisations listed are those open on the day and those that were
// open during the campaign and have no one successor.
func (c *Campaign) Nodes(on day.Day) []Node {
	trusts := c.Organisations.All()
	nation := Node{Level: Nation, Code: NationCode}
	var regions, types, organisations []Node
	for _, code := range c.Organisations.Regions() {
		regions = append(regions, Node{Level: Region, Code: code})
	}
	for _, code := range c.Organisations.Types() {
		types = append(types, Node{Level: Type, Code: code})
	}
	members := make([][]int, len(trusts)) // of each standing organisation
	for i := range trusts {
		nation.Members = append(nation.Members, i)
		standing := c.Organisations.Successor(i, on)
		members[standing] = append(members[standing], i)
		t := trusts[standing]
		if t.Region == NationalRegion {
			continue
		}
		join(regions, t.Region, i)
		join(types, t.Type, i)
	}
	for i, t := range trusts {
		during := t.OpenFrom <= c.Closes && (t.OpenTo == 0 || t.OpenTo >= c.Opens) && t.Name != ""
		if t.Open(on) || during && c.Organisations.Successor(i, on) == i {
			organisations = append(organisations, Node{Level: Organisation, Code: t.Code, Members: members[i]})
		}
	}
	return slices.Concat([]Node{nation}, regions, types, organisations)
}

// join adds member i to the node with the code, if there is one.
func join(nodes []Node, code string, i int) {
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
func (c *Campaign) Rows(nodes []Node) []Row {
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
