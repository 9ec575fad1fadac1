package score

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/tally"
)

// Pledges are what scores of pledges are computed from. Pledges say what people mean to do; they never enter a score of an objective.
type Pledges struct {
	// Statuses are, by organisation as submitted, its pledges by status, in the order of submission.Statuses;
	// nil where nothing may be used.
	Statuses [][]int
	// Board is how many organisations have a pledge of somebody in a group that stands apart; nil where that may not be used.
	Board *int
}

// PledgeScore is what is known of a node's pledges.
type PledgeScore struct {
	Statuses []int // by status; nil where nothing may be used
	Size     int   // staff of the frame, 0 if it does not tell
	// Board is, of the nation, how many of its Organisations have a board pledge; nil where that may not be used.
	Board         *int
	Organisations int
}

// gatherPledges returns the pledges that were counted.
func (g gathering) gatherPledges() Pledges {
	c := g.Layout.Campaign
	p := Pledges{Statuses: make([][]int, len(g.Frame.Standing))}
	board := map[int]bool{}
	for o := range g.Frame.Standing {
		for a := range c.Audiences {
			counts := g.counted.PledgesOf(o, a)
			if sum(counts) == 0 {
				continue
			}
			p.Statuses[o] = plus(p.Statuses[o], counts)
			if g.standsApart(a) {
				board[g.Frame.Standing[o]] = true
			}
		}
	}
	n := len(board)
	p.Board = &n
	return p
}

// Statuses names the statuses that pledges are counted by.
func (t Tables) Statuses() []string { return tally.Statuses() }

// standsApart reports whether no weighting group has the audience.
func (g gathering) standsApart(audience int) bool {
	for _, w := range g.Layout.Campaign.Weighting.Groups {
		for _, a := range g.Layout.Campaign.Groups[w.Group].Audiences {
			if a == audience {
				return false
			}
		}
	}
	return true
}

// ComputePledges returns the scores of the nodes' pledges, in their order.
func ComputePledges(t Tables, nodes []campaign.Node) []PledgeScore {
	scores := make([]PledgeScore, len(nodes))
	for i, node := range nodes {
		s := &scores[i]
		standing := map[int]bool{}
		for _, code := range node.Members {
			if counts := t.Pledges.Statuses[code]; counts != nil {
				s.Statuses = plus(s.Statuses, append([]int(nil), counts...))
			}
			if of := t.Frame.Standing[code]; !standing[of] {
				standing[of] = true
				s.Size += sum(t.Frame.Sizes[of])
			}
		}
		if node.Level == campaign.Nation {
			s.Board = t.Pledges.Board
			for _, n := range nodes {
				if n.Level == campaign.Organisation {
					s.Organisations++
				}
			}
		}
	}
	return scores
}
