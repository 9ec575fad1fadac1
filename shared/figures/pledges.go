package figures

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// The statuses of pledges that bound how many are kept.
const (
	made = "made"
	kept = "kept"
)

// pledges rounds the nodes' pledges.
func pledges(t score.Tables, nodes []campaign.Node) []release.Pledges {
	c, statuses := t.Layout.Campaign, t.Statuses()
	rows := make([]release.Pledges, len(nodes))
	for i, s := range score.ComputePledges(t, nodes) {
		row := release.Pledges{Level: string(nodes[i].Level), Code: nodes[i].Code}
		n := 0
		for _, count := range s.Statuses {
			n += count
		}
		if n >= c.Minimum {
			row.Pledges, row.Statuses = ptr(people(n)), map[string]int{}
			for at, status := range statuses {
				row.Statuses[status] = people(s.Statuses[at])
			}
			row.Kept = bounds(row)
			if s.Size > 0 {
				row.PerThousand = ptr(float64((20_000**row.Pledges+s.Size)/(2*s.Size)) / 10)
			}
		}
		if s.Board != nil && s.Organisations > 0 {
			row.BoardShare = ptr(min((200*people(*s.Board)+s.Organisations)/(2*s.Organisations), 100)) // 203 of 203 are printed as 205
		}
		rows[i] = row
	}
	return rows
}

// bounds says between which shares, in whole per cent rounded outward, the pledges kept lie: people who answer when
// they are asked are more often those who kept theirs, so nothing is assumed of the others.
func bounds(row release.Pledges) *release.Kept {
	n := *row.Pledges
	return &release.Kept{
		Low:  min(100*row.Statuses[kept]/n, 100),
		High: min((100*(row.Statuses[kept]+row.Statuses[made])+n-1)/n, 100),
	}
}

// shownPledges are the rows of a release that show something.
func shownPledges(r release.Release) (shown []release.Pledges) {
	for _, row := range r.Pledges {
		if row.Pledges != nil || row.BoardShare != nil {
			shown = append(shown, row)
		}
	}
	return shown
}
