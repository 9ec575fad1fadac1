package disclosure_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/score"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/tally"
)

// tables are empty ones of the shipped campaign's few trusts.
func tables(t testing.TB) (score.Tables, *campaign.Campaign) {
	c := campaigntest.FewTrusts(t)
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	return score.New(layout, c.Frame(day.Must("2026-11-22"))), c
}

// tableOf is the table of the objective.
func tableOf(t score.Tables, objective int) int {
	return t.Layout.Campaign.Objectives[objective-1].Measures[0].Table
}

// of are counts of table L by class: neither A1 nor A2, A1 alone, A2 alone, both, and the last two with A6.
func of(neither, a1, a2, both, a2a6, all int) []int {
	return []int{0, neither, a1, a2, both, 0, 0, a2a6, all}
}

// TestAtomsAreAdmittedFromElevenPeopleOfTwoValues: in table L both of objective 1 and of 4a, in table I of objective 3.
func TestAtomsAreAdmittedFromElevenPeopleOfTwoValues(t *testing.T) {
	for _, row := range []struct {
		name      string
		objective int
		counts    []int
		want      bool
	}{
		{"eleven", 1, of(5, 0, 0, 0, 0, 6), true},
		{"ten", 1, of(5, 0, 0, 0, 0, 5), false},
		{"nobody", 1, of(0, 0, 0, 0, 0, 0), false},
		{"one of eleven says otherwise", 1, of(1, 0, 0, 0, 0, 10), true},
		{"all the same", 1, of(0, 0, 0, 0, 0, 40), false},
		{"all half by other ways, and helped or not", 1, of(0, 20, 0, 0, 20, 0), false},
		{"two values of objective 1, nobody helped", 1, of(20, 20, 0, 0, 0, 0), false},
		{"all learners helped, of two values of objective 1", 1, of(0, 0, 0, 0, 20, 20), false},
		{"two values of both", 1, of(0, 20, 0, 0, 0, 20), true},
		{"eleven in table I", 3, []int{0, 5, 0, 0, 6}, true},
		{"half by other ways in table I", 3, []int{0, 0, 20, 20, 0}, false},
		{"ten in table I", 3, []int{0, 5, 1, 0, 4}, false},
	} {
		current, _ := tables(t)
		table := tableOf(current, row.objective)
		for wave := range 2 {
			current.Tables[table].Atoms[0].Counts[wave] = row.counts
			admitted := disclosure.First(current, today).Tables.Tables[table].Atoms[0]
			if row.want {
				require.Equal(t, row.counts, admitted.Counts[wave], row.name)
			} else {
				require.Nil(t, admitted.Counts[wave], row.name)
			}
			require.Nil(t, admitted.Counts[1-wave], row.name)
			current.Tables[table].Atoms[0].Counts[wave] = nil
		}
	}
}

func TestACampaignMayAskForMore(t *testing.T) {
	c := campaigntest.Load(t, campaigntest.JSON(`"minimum": 11`, `"minimum": 20`))
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	current := score.New(layout, c.Frame(day.Must("2026-11-22")))
	table := tableOf(current, 3)
	current.Tables[table].Atoms[0].Counts = [2][]int{{0, 9, 0, 0, 10}, {0, 10, 0, 0, 10}}
	admitted := disclosure.First(current, today).Tables.Tables[table].Atoms[0]
	require.Nil(t, admitted.Counts[score.Before])
	require.NotNil(t, admitted.Counts[score.After])
}

// TestPairsNeedAsManyBesideThem: 11 linked, and in each wave 11 more who are not.
func TestPairsNeedAsManyBesideThem(t *testing.T) {
	for _, row := range []struct {
		linked, before, after int
		want                  bool
	}{
		{11, 22, 22, true},
		{11, 21, 22, false},
		{11, 22, 21, false},
		{10, 40, 40, false},
		{12, 22, 40, false},
		{12, 23, 23, true},
		{40, 40, 40, false},
	} {
		current, _ := tables(t)
		table := tableOf(current, 3)
		atom := &current.Tables[table].Atoms[0]
		atom.Counts = [2][]int{{0, row.before - 5, 0, 0, 5}, {0, row.after - 5, 0, 0, 5}}
		atom.Pairs = [][]int{{0, 0, 0, 0, 0}, {0, row.linked - 5, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 5}}
		admitted := disclosure.First(current, today).Tables.Tables[table].Atoms[0]
		require.NotNil(t, admitted.Counts[score.Before])
		require.Equal(t, row.want, admitted.Pairs != nil, "%+v", row)
	}
}

// TestPairsOfAWaveThatMayNotBeUsed are not used either.
func TestPairsOfAWaveThatMayNotBeUsed(t *testing.T) {
	current, _ := tables(t)
	table := tableOf(current, 3)
	atom := &current.Tables[table].Atoms[0]
	atom.Counts = [2][]int{{0, 40, 0, 0, 0}, {0, 40, 0, 0, 5}} // before, all say the same
	atom.Pairs = [][]int{{0, 0, 0, 0, 0}, {0, 11, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}
	admitted := disclosure.First(current, today).Tables.Tables[table].Atoms[0]
	require.Nil(t, admitted.Counts[score.Before])
	require.Nil(t, admitted.Pairs)
}

// TestRegionsAreToldApartByNoneOrEleven: bands 5–7, 8–9 and the rest, of the atoms that are admitted.
func TestRegionsAreToldApartByNoneOrEleven(t *testing.T) {
	for _, row := range []struct {
		bands [3]int
		want  bool
	}{
		{[3]int{11, 11, 11}, true},
		{[3]int{11, 11, 10}, false},
		{[3]int{11, 1, 11}, false},
		{[3]int{10, 20, 20}, false},
		{[3]int{20, 0, 20}, true},
		{[3]int{40, 0, 0}, true},
	} {
		current, c := tables(t)
		table := tableOf(current, 3)
		cell := current.Cell(c.Organisations.Index("RXX"), 1)
		region := current.Region(c.Organisations.Index("RXX"))
		counts, whole := make([]int, 15), make([]int, 5)
		for band, n := range row.bands {
			counts[5*band+1], counts[5*band+4] = n-n/2, n/2
			whole[1], whole[4] = whole[1]+n-n/2, whole[4]+n/2
		}
		current.Tables[table].Atoms[cell].Counts[score.After] = whole
		current.Tables[table].Parts[region].Counts[score.After] = map[int][]int{cell: counts}
		admitted := disclosure.First(current, today).Tables.Tables[table].Parts[region]
		require.Equal(t, row.want, admitted.Counts[score.After] != nil, "%v", row.bands)
		require.Nil(t, admitted.Counts[score.Before])

		// Nobody is told apart of an atom that is not admitted itself.
		current.Tables[table].Atoms[cell].Counts[score.After] = []int{0, 40, 0, 0, 0}
		require.Nil(t, disclosure.First(current, today).Tables.Tables[table].Parts[region].Counts[score.After])
	}
}

// TestClassesAreCountedOverTheWholeRegion, not in each of its organisations.
func TestClassesAreCountedOverTheWholeRegion(t *testing.T) {
	current, c := tables(t)
	table := tableOf(current, 3)
	first, second := current.Cell(c.Organisations.Index("RJ1"), 1), current.Cell(c.Organisations.Index("G6V2S"), 1)
	region := current.Region(c.Organisations.Index("RJ1"))
	split := map[int][]int{}
	for _, cell := range []int{first, second} {
		current.Tables[table].Atoms[cell].Counts[score.Before] = []int{0, 10, 0, 0, 10}
		split[cell] = []int{0, 3, 0, 0, 3 /**/, 0, 7, 0, 0, 7 /**/, 0, 0, 0, 0, 0} // 6 and 14
	}
	current.Tables[table].Parts[region].Counts[score.Before] = split
	require.Equal(t, split, disclosure.First(current, today).Tables.Tables[table].Parts[region].Counts[score.Before], "12 and 28")
	current.Tables[table].Atoms[second].Counts[score.Before] = []int{0, 5, 0, 0, 5}
	require.Nil(t, disclosure.First(current, today).Tables.Tables[table].Parts[region].Counts[score.Before], "6 of those that are admitted")
}

// TestLearnersAreToldApartLikeBands, on table L alone: no other has a question that another opens.
func TestLearnersAreToldApartLikeBands(t *testing.T) {
	for _, row := range []struct {
		counts []int
		want   bool
	}{
		{of(11, 0, 0, 0, 5, 6), true},
		{of(10, 0, 0, 0, 5, 6), false},
		{of(11, 0, 0, 5, 0, 5), false},
		{of(0, 0, 10, 0, 0, 10), true}, // everybody learned
	} {
		current, c := tables(t)
		table := tableOf(current, 4)
		cell := current.Cell(c.Organisations.Index("RXX"), 0)
		region := current.Region(c.Organisations.Index("RXX"))
		current.Tables[table].Atoms[cell].Counts[score.Before] = row.counts
		current.Tables[table].Opened[region].Counts[score.Before] = map[int][]int{cell: row.counts}
		admitted := disclosure.First(current, today).Tables.Tables[table]
		require.NotNil(t, admitted.Atoms[cell].Counts[score.Before], "%v", row.counts)
		require.Equal(t, row.want, admitted.Opened[region].Counts[score.Before] != nil, "%v", row.counts)
	}
	current, _ := tables(t)
	table := tableOf(current, 3)
	current.Tables[table].Atoms[0].Counts[score.Before] = []int{0, 20, 0, 0, 20}
	current.Tables[table].Opened[current.Region(0)].Counts[score.Before] = map[int][]int{0: {0, 20, 0, 0, 20}}
	require.Nil(t, disclosure.First(current, today).Tables.Tables[table].Opened[current.Region(0)].Counts[score.Before])
}

// TestBoardsComeFromFiveOrganisationsAtLeast, none of which gives more than half.
func TestBoardsComeFromFiveOrganisationsAtLeast(t *testing.T) {
	for _, row := range []struct {
		from map[int]int
		want bool
	}{
		{map[int]int{1: 4, 2: 4, 3: 4, 4: 4, 5: 4}, true},
		{map[int]int{1: 5, 2: 5, 3: 5, 4: 5}, false},
		{map[int]int{1: 10, 2: 1, 3: 1, 4: 4, 5: 4}, true},
		{map[int]int{1: 11, 2: 1, 3: 1, 4: 3, 5: 4}, false},
		{map[int]int{1: 2, 2: 2, 3: 2, 4: 2, 5: 2}, false}, // ten people
	} {
		current, c := tables(t)
		table := tableOf(current, 2)
		cell := current.ApartCell(0, c.Group("board"))
		n := 0
		for _, given := range row.from {
			n += given
		}
		current.Tables[table].Apart[cell] = score.Atom{Counts: [2][]int{{0, 5, n - 5}, nil}, From: [2]map[int]int{row.from, nil}}
		admitted := disclosure.First(current, today).Tables.Tables[table].Apart[cell]
		require.Equal(t, row.want, admitted.Counts[score.Before] != nil, "%v", row.from)
		require.Equal(t, row.want, admitted.From[score.Before] != nil, "%v", row.from)
	}
}

// TestWhatIsAdmittedIsOfElevenAtLeast, whatever there is; and admitting it again changes nothing.
func TestWhatIsAdmittedIsOfElevenAtLeast(t *testing.T) {
	empty, _ := tables(t)
	rapid.Check(t, func(t *rapid.T) {
		current := score.New(empty.Layout, empty.Frame)
		counts := rapid.SliceOfN(rapid.IntRange(0, 6), 5, 5)
		table := &current.Tables[tableOf(current, 3)]
		for cell := range table.Atoms {
			for wave := range 2 {
				table.Atoms[cell].Counts[wave] = counts.Draw(t, "counts")
				table.Atoms[cell].Counts[wave][0] = 0
			}
		}
		admitted := disclosure.First(current, today).Tables
		for cell, atom := range admitted.Tables[tableOf(current, 3)].Atoms {
			for wave, of := range atom.Counts {
				n := 0
				for _, count := range table.Atoms[cell].Counts[wave] {
					n += count
				}
				mixed := 0
				for _, count := range []int{table.Atoms[cell].Counts[wave][1], table.Atoms[cell].Counts[wave][2] + table.Atoms[cell].Counts[wave][3], table.Atoms[cell].Counts[wave][4]} {
					if count > 0 {
						mixed++
					}
				}
				require.Equal(t, n >= 11 && mixed >= 2, of != nil)
			}
		}
		require.Equal(t, admitted, disclosure.First(admitted, today).Tables)
	})
}

var today = day.Must("2026-11-22")
