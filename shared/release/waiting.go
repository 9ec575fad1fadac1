package release

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

// Waiting is what is shown before the first release: every row of the lattice, waiting for more answers.
func Waiting(c *campaign.Campaign, on day.Day) Release {
	nodes := c.Nodes(on)
	var r Release
	for _, row := range c.Rows(nodes) {
		s := Blank(c, nodes, row)
		waits := WaitsForMore
		s.Withheld = &waits
		r.Scores = append(r.Scores, s)
	}
	for _, node := range nodes {
		r.Pledges = append(r.Pledges, Pledges{Level: string(node.Level), Code: node.Code})
	}
	return r
}

// Blank returns the row's score with nothing in it but what it is of.
func Blank(c *campaign.Campaign, nodes []campaign.Node, row campaign.Row) Score {
	return Score{
		Objective: row.Objective,
		Level:     string(nodes[row.Node].Level),
		Code:      nodes[row.Node].Code,
		Group:     c.Groups[row.Group].ID,
		Notes:     []string{SelfSelected},
	}
}
