package figures_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/figures"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// TestPledgesAreShownToTheNearestFive, and what is kept as bounds: as many as are said to be, and those of whom nobody said anything.
func TestPledgesAreShownToTheNearestFive(t *testing.T) {
	c := campaigntest.Trusts(t, "AAA,A,acute,London,,\nBBB,B,acute,London,,\nCCC,C,acute,South East,,\nWWW,W,online,National,,\n", "", "AAA,1000\nBBB,500\n")
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	frame, nodes := c.Frame(today), c.Nodes(today)
	of := func(counts map[string]int) []int {
		list := make([]int, len(tally.Statuses()))
		for status, n := range counts {
			list[slices.Index(tally.Statuses(), status)] = n
		}
		return list
	}
	tables := score.New(layout, frame)
	tables.Pledges.Statuses[c.Organisations.Index("AAA")] = of(map[string]int{"made": 7, "kept": 5, "not_kept": 3})
	tables.Pledges.Statuses[c.Organisations.Index("CCC")] = of(map[string]int{"made": 2, "kept": 12})
	tables.Pledges.Statuses[c.Organisations.Index("WWW")] = of(map[string]int{"made": 10}) // fewer than a campaign shows
	show := func() map[string]release.Pledges {
		scores := score.Compute(tables, nodes, c.Rows(nodes))
		rows := map[string]release.Pledges{}
		for _, row := range figures.Release(tables, nodes, scores, release.Head{Seq: 1, PublishedAt: today}, release.Release{}).Pledges {
			rows[row.Level+" "+row.Code] = row
		}
		return rows
	}
	rows := show()
	require.Len(t, rows, len(nodes))
	require.Equal(t, release.Pledges{Level: "organisation", Code: "AAA", Pledges: ptr(15), Statuses: shown(map[string]int{"made": 5, "kept": 5, "not_kept": 5}),
		PerThousand: ptr(15.0), Kept: &release.Kept{Low: 33, High: 67}}, rows["organisation AAA"], "from 5 to 10 of 15, rounded outward")
	require.Equal(t, release.Pledges{Level: "organisation", Code: "BBB"}, rows["organisation BBB"])
	require.Equal(t, release.Pledges{Level: "organisation", Code: "WWW"}, rows["organisation WWW"])
	require.Equal(t, release.Pledges{Level: "organisation", Code: "CCC", Pledges: ptr(15), Statuses: shown(map[string]int{"kept": 10}),
		Kept: &release.Kept{Low: 66, High: 67}}, rows["organisation CCC"], "10 of 15, and no frame")
	london := rows["region London"]
	require.Equal(t, 10.0, *london.PerThousand, "15 of 1,500")
	nation := rows["nation ENG"]
	require.Equal(t, 40, *nation.Pledges, "39")
	require.Equal(t, 26.7, *nation.PerThousand, "40 of 1,500")
	require.Nil(t, nation.BoardShare)

	tables.Pledges.Board = ptr(3)
	require.Equal(t, 100, *show()["nation ENG"].BoardShare, "5 of 4 organisations, as printed")
	tables.Pledges.Board = ptr(2)
	require.Equal(t, 0, *show()["nation ENG"].BoardShare)
	require.Nil(t, show()["region London"].BoardShare)
}

// shown are the numbers of every status.
func shown(counts map[string]int) map[string]int {
	all := map[string]int{}
	for _, status := range tally.Statuses() {
		all[status] = counts[status]
	}
	return all
}

func ptr[T any](v T) *T { return &v }
