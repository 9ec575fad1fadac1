package disclosure_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

func nobodyHeld(int) bool { return false }

// belief are counts of table I by the value of objective 3: 0, ½ and 1.
func belief(zero, half, one int) []int { return []int{0, zero, 0, half, one} }

// TestChangesAreOfElevenAgainstEveryVersion: by zero, half and one of objective 3, release by release; want is what stands.
func TestChangesAreOfElevenAgainstEveryVersion(t *testing.T) {
	type release struct{ now, want []int }
	none := []int(nil)
	for name, releases := range map[string][]release{
		"ten stay out": {
			{belief(10, 0, 20), belief(10, 0, 20)},
			{belief(15, 0, 25), belief(10, 0, 20)},
			{belief(15, 0, 26), belief(15, 0, 26)}},
		"eleven come and leave again": {
			{belief(10, 0, 20), belief(10, 0, 20)},
			{belief(15, 0, 26), belief(15, 0, 26)},
			{belief(10, 0, 20), belief(15, 0, 26)}, // the very same people as at first
			{belief(9, 0, 20), belief(15, 0, 26)},  // they would be told from 30
			{belief(5, 0, 14), belief(5, 0, 14)}},  // 19 is far from 30 and 41
		"as many, and others": {
			{belief(10, 0, 20), belief(10, 0, 20)},
			{belief(11, 0, 19), belief(10, 0, 20)},
			{belief(20, 0, 10), belief(10, 0, 20)}},
		"ten leave": {
			{belief(20, 0, 21), belief(20, 0, 21)},
			{belief(15, 0, 16), belief(20, 0, 21)},
			{belief(15, 0, 15), belief(15, 0, 15)}},
		"those who leave all say the same": {
			{belief(20, 0, 31), belief(20, 0, 31)},
			{belief(20, 0, 15), belief(20, 0, 31)},
			{belief(19, 0, 15), belief(19, 0, 15)}},
		"those who come all say the same": {
			{belief(10, 0, 20), belief(10, 0, 20)},
			{belief(10, 0, 50), belief(10, 0, 20)},
			{belief(11, 0, 50), belief(11, 0, 50)}},
		"more have come than left, of one value": { // five of the first leave, and that is no second value
			{belief(10, 0, 20), belief(10, 0, 20)},
			{belief(5, 0, 40), belief(10, 0, 20)},
			{belief(5, 1, 40), belief(10, 0, 20)}, // 16 more, with 41 more of 32 halves: as if all were of the greatest value
			{belief(8, 8, 40), belief(8, 8, 40)}},
		"those who stay are all of one value": {
			{belief(21, 0, 13), belief(21, 0, 13)},
			{belief(0, 0, 12), belief(21, 0, 13)},
			{belief(10, 0, 10), belief(10, 0, 10)}},
		"below eleven all leave": {
			{belief(10, 0, 20), belief(10, 0, 20)},
			{belief(5, 0, 5), none},
			{belief(5, 0, 6), belief(5, 0, 6)}},
		"who left whole comes back near an old version": {
			{belief(10, 0, 20), belief(10, 0, 20)},
			{belief(0, 0, 0), none},
			{belief(10, 0, 22), none},
			{belief(15, 0, 26), belief(15, 0, 26)}},
		"from nothing": {
			{belief(5, 0, 5), none},
			{belief(0, 0, 30), none},
			{belief(1, 0, 30), belief(1, 0, 30)}},
	} {
		empty, _ := tables(t)
		table := tableOf(empty, 3)
		last := disclosure.Fresh(empty.Layout, empty.Frame)
		for i, r := range releases {
			current := score.New(empty.Layout, empty.Frame)
			current.Tables[table].Atoms[1].Counts[score.After] = r.now
			last = disclosure.Admit(current, last, today, nobodyHeld)
			require.Equal(t, r.want, last.Tables.Tables[table].Atoms[1].Counts[score.After], "%s, release %d", name, i+1)
		}
	}
}

// TestAnswersGoWithThePeople who gave them.
func TestAnswersGoWithThePeople(t *testing.T) {
	empty, c := tables(t)
	a7 := c.Question("A7")
	table := len(c.Tables) - 1
	for i, of := range empty.Layout.Tables {
		if of.Questions[0] == a7 {
			table = i
		}
	}
	require.False(t, empty.Scored(table))
	last := disclosure.Fresh(empty.Layout, empty.Frame)
	for _, r := range []struct{ now, want []int }{
		{[]int{0, 20, 0, 0}, nil}, // all say yes
		{[]int{0, 20, 1, 0}, []int{20, 1, 0}},
		{[]int{0, 25, 5, 0}, []int{20, 1, 0}},
		{[]int{0, 25, 5, 2}, []int{25, 5, 2}},
	} {
		current := score.New(empty.Layout, empty.Frame)
		current.Tables[table].Atoms[0].Counts[score.After], current.Tables[table].Atoms[0].Answers[score.After] = r.now, r.now[1:]
		last = disclosure.Admit(current, last, today, nobodyHeld)
		require.Equal(t, r.want, last.Tables.Tables[table].Atoms[0].Answers[score.After])
	}
}

// TestPairsChangeByElevenToo, against every version, and stand only while as many are beside them.
func TestPairsChangeByElevenToo(t *testing.T) {
	type release struct{ people, linked, want int }
	for name, releases := range map[string][]release{
		"ten stay out":               {{60, 20, 20}, {80, 30, 20}, {80, 31, 31}},
		"come and leave":             {{60, 20, 20}, {80, 31, 31}, {80, 20, 31}, {80, 42, 42}},
		"no room":                    {{40, 30, 0}, {60, 30, 30}, {80, 70, 30}},
		"below eleven":               {{60, 20, 20}, {60, 10, 0}},
		"the others leave":           {{60, 40, 40}, {46, 40, 0}},
		"few are linked, and change": {{60, 10, 0}, {60, 11, 11}},
	} {
		empty, _ := tables(t)
		table := tableOf(empty, 3)
		last := disclosure.Fresh(empty.Layout, empty.Frame)
		for i, r := range releases {
			current := score.New(empty.Layout, empty.Frame)
			current.Tables[table].Atoms[0] = score.Atom{Counts: [2][]int{belief(r.people/2, 0, r.people-r.people/2), belief(r.people/2, 0, r.people-r.people/2)}, Pairs: pairsOf(r.linked)}
			last = disclosure.Admit(current, last, today, nobodyHeld)
			require.Equal(t, r.want, linked(last.Tables.Tables[table].Atoms[0].Pairs), "%s, release %d", name, i+1)
		}
	}
}

// pairsOf are so many who believed it in both waves.
func pairsOf(n int) [][]int {
	return [][]int{{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, n}}
}

// TestSplitsAreRenewedWholeOrNot: bands 5–7, 8–9 and the rest, who all change by eleven, or not at all.
func TestSplitsAreRenewedWholeOrNot(t *testing.T) {
	type release struct{ bands, want [3]int }
	for name, releases := range map[string][]release{
		"one class changes by ten":   {{[3]int{20, 20, 20}, [3]int{20, 20, 20}}, {[3]int{40, 30, 20}, [3]int{20, 20, 20}}, {[3]int{50, 31, 20}, [3]int{50, 31, 20}}},
		"one class is too small":     {{[3]int{20, 10, 20}, [3]int{}}, {[3]int{30, 11, 30}, [3]int{30, 11, 30}}},
		"back to an old size":        {{[3]int{20, 20, 20}, [3]int{20, 20, 20}}, {[3]int{40, 40, 20}, [3]int{40, 40, 20}}, {[3]int{80, 25, 20}, [3]int{40, 40, 20}}},
		"a class that becomes empty": {{[3]int{20, 20, 20}, [3]int{20, 20, 20}}, {[3]int{20, 20, 0}, [3]int{20, 20, 0}}},
		"everybody leaves":           {{[3]int{20, 20, 20}, [3]int{20, 20, 20}}, {[3]int{2, 2, 2}, [3]int{}}},
	} {
		empty, c := tables(t)
		table, unit := tableOf(empty, 3), c.Organisations.Index("RXX")
		cell, region := empty.Cell(unit, 1), empty.Region(unit)
		last := disclosure.Fresh(empty.Layout, empty.Frame)
		for i, r := range releases {
			current := score.New(empty.Layout, empty.Frame)
			var told, whole []int
			for _, n := range r.bands {
				told = append(told, belief(n-n/2, 0, n/2)...)
				whole = plus(belief(n-n/2, 0, n/2), append([]int{}, append(whole, make([]int, 5-len(whole))...)...))
			}
			current.Tables[table].Atoms[cell].Counts[score.After] = whole
			current.Tables[table].Parts[region].Set(score.After, cell, told)
			last = disclosure.Admit(current, last, today, nobodyHeld)
			var got [3]int
			for band := range got {
				if counts := last.Tables.Tables[table].Parts[region].Counts[score.After][cell]; counts != nil {
					got[band] = size(counts[5*band : 5*band+5])
				}
			}
			require.Equal(t, r.want, got, "%s, release %d", name, i+1)
		}
	}
}

// TestASplitStandsWhileItsAtomsMove: 20 people more are admitted, all of one class but one.
func TestASplitStandsWhileItsAtomsMove(t *testing.T) {
	empty, c := tables(t)
	table, unit := tableOf(empty, 3), c.Organisations.Index("RXX")
	cell, region := empty.Cell(unit, 1), empty.Region(unit)
	show := func(last disclosure.State, first, second int) disclosure.State {
		current := score.New(empty.Layout, empty.Frame)
		current.Tables[table].Atoms[cell].Counts[score.Before] = belief(first, 0, second)
		current.Tables[table].Parts[region].Set(score.Before, cell, append(append(belief(first, 0, 0), belief(0, 0, second)...), belief(0, 0, 0)...))
		return disclosure.Admit(current, last, today, nobodyHeld)
	}
	first := show(disclosure.Fresh(empty.Layout, empty.Frame), 20, 20)
	second := show(first, 39, 21)
	require.Equal(t, belief(39, 0, 21), second.Tables.Tables[table].Atoms[cell].Counts[score.Before])
	require.Equal(t, first.Tables.Tables[table].Parts, second.Tables.Tables[table].Parts)
	third := show(second, 39, 31) // ten more stay out, of the atom and so of the split
	require.Equal(t, second.Tables, third.Tables)
	fourth := show(third, 39, 32) // eleven of one value: still
	require.Equal(t, second.Tables, fourth.Tables)
	fifth := show(fourth, 40, 33)
	require.Equal(t, 33, size(fifth.Tables.Tables[table].Parts[region].Counts[score.Before][cell][5:10]))
}

// TestThoseNewOnBoardsComeFromFiveOrganisations, none of which gives more than half of them.
func TestThoseNewOnBoardsComeFromFiveOrganisations(t *testing.T) {
	first := map[int]int{1: 4, 2: 4, 3: 4, 4: 4, 5: 4}
	for _, row := range []struct {
		from map[int]int
		want bool
	}{
		{map[int]int{1: 7, 2: 6, 3: 6, 4: 6, 5: 6}, true},        // 11 of five
		{map[int]int{1: 7, 2: 7, 3: 7, 4: 7, 5: 4}, false},       // 12 of four
		{map[int]int{1: 12, 2: 6, 3: 6, 4: 6, 5: 6}, true},       // 8 of 16
		{map[int]int{1: 13, 2: 6, 3: 6, 4: 6, 5: 6}, false},      // 9 of 17
		{map[int]int{1: 0, 2: 8, 3: 8, 4: 8, 5: 8, 6: 4}, true},  // one leaves, and is none of those gained
		{map[int]int{1: 2, 2: 2, 3: 2, 4: 2, 5: 1}, false},       // nine are left: all leave
		{map[int]int{1: 0, 2: 0, 3: 3, 4: 4, 5: 4}, false},       // nine leave: these stand
		{map[int]int{1: 0, 2: 0, 3: 4, 4: 4, 5: 3, 6: 0}, false}, // 11 of 20 are left: nine
	} {
		empty, c := tables(t)
		table, cell := tableOf(empty, 2), empty.ApartCell(0, c.Group("board"))
		show := func(last disclosure.State, from map[int]int) disclosure.State {
			current, n := score.New(empty.Layout, empty.Frame), 0
			for _, given := range from {
				n += given
			}
			current.Tables[table].Apart[cell] = score.Atom{Counts: [2][]int{{0, n / 2, n - n/2}, nil}, From: [2]map[int]int{from, nil}}
			return disclosure.Admit(current, last, today, nobodyHeld)
		}
		last := show(disclosure.Fresh(empty.Layout, empty.Frame), first)
		require.Equal(t, first, last.Tables.Tables[table].Apart[cell].From[score.Before])
		got := show(last, row.from).Tables.Tables[table].Apart[cell].From[score.Before]
		require.Equal(t, row.want, got != nil && got[2] == row.from[2] && got[1] == row.from[1], "%v", row.from)
	}
}

// TestPledgesChangeInNumberOrByStatus: made, kept, partly kept and not kept.
func TestPledgesChangeInNumberOrByStatus(t *testing.T) {
	type release struct{ now, want []int }
	for name, releases := range map[string][]release{
		"too few":           {{[]int{10, 0, 0, 0}, nil}, {[]int{11, 0, 0, 0}, []int{11, 0, 0, 0}}},
		"by number":         {{[]int{20, 0, 0, 0}, []int{20, 0, 0, 0}}, {[]int{30, 0, 0, 0}, []int{20, 0, 0, 0}}, {[]int{31, 0, 0, 0}, []int{31, 0, 0, 0}}},
		"by status":         {{[]int{20, 0, 0, 0}, []int{20, 0, 0, 0}}, {[]int{10, 10, 0, 0}, []int{20, 0, 0, 0}}, {[]int{9, 11, 0, 0}, []int{9, 11, 0, 0}}},
		"by both, too few":  {{[]int{20, 0, 0, 0}, []int{20, 0, 0, 0}}, {[]int{15, 15, 0, 0}, []int{20, 0, 0, 0}}, {[]int{14, 16, 0, 0}, []int{14, 16, 0, 0}}},
		"back":              {{[]int{20, 0, 0, 0}, []int{20, 0, 0, 0}}, {[]int{9, 11, 0, 0}, []int{9, 11, 0, 0}}, {[]int{20, 0, 0, 0}, []int{9, 11, 0, 0}}, {[]int{19, 1, 0, 0}, []int{9, 11, 0, 0}}},
		"all are withdrawn": {{[]int{20, 0, 0, 0}, []int{20, 0, 0, 0}}, {[]int{5, 5, 0, 0}, nil}, {[]int{20, 2, 0, 0}, nil}, {[]int{0, 0, 0, 31}, []int{0, 0, 0, 31}}},
	} {
		empty, _ := tables(t)
		last := disclosure.Fresh(empty.Layout, empty.Frame)
		for i, r := range releases {
			current := score.New(empty.Layout, empty.Frame)
			current.Pledges.Statuses[2] = r.now
			last = disclosure.Admit(current, last, today, nobodyHeld)
			require.Equal(t, r.want, last.Tables.Pledges.Statuses[2], "%s, release %d", name, i+1)
		}
	}
	empty, _ := tables(t)
	last := disclosure.Fresh(empty.Layout, empty.Frame)
	for _, r := range []struct{ now, want int }{{10, 0}, {11, 11}, {21, 11}, {22, 22}, {11, 22}, {33, 33}} {
		current := score.New(empty.Layout, empty.Frame)
		current.Pledges.Board = &r.now
		last = disclosure.Admit(current, last, today, nobodyHeld)
		got := 0
		if last.Tables.Pledges.Board != nil {
			got = *last.Tables.Pledges.Board
		}
		require.Equal(t, r.want, got, "organisations with a board pledge")
	}
}

// The first survey of the histories' campaign is open until 15 May 2026: the release after its close is one of 17 May, or of later.
var (
	beforeClose = day.Must("2026-05-16")
	atClose     = day.Must("2026-05-17")
	merged      = day.Must("2026-06-15")
)

// surveyed are tables of the histories' campaign with bands 1–4 of the first survey, by organisation: who does not believe in learning, and who does.
func surveyed(t testing.TB, c *campaign.Campaign, on day.Day, people map[string][2]int) score.Tables {
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	current := score.New(layout, c.Frame(on))
	for code, of := range people {
		atom := &current.Tables[tableOf(current, 3)].Atoms[current.Cell(c.Organisations.Index(code), 0)]
		atom.Counts[score.Before] = belief(of[0], 0, of[1])
		atom.Answers[score.Before] = make([]int, 12)
		atom.Answers[score.Before][1] = of[1]
	}
	return current
}

// TestPoolsAtTheClose: who could not be shown by organisation counts by region and group, else for the nation, else nowhere.
func TestPoolsAtTheClose(t *testing.T) {
	c := histories(t)
	type people map[string][2]int
	for name, row := range map[string]struct {
		on     day.Day
		people people
		pools  map[int][2]int // by region: 0 is London, 1 the online one's, 2 the South East, 3 the nation
		out    int
	}{
		"a region":                  {atClose, people{"AAA": {3, 3}, "BBB": {3, 2}}, map[int][2]int{0: {6, 5}}, 0},
		"not before the close":      {beforeClose, people{"AAA": {3, 3}, "BBB": {3, 2}}, nil, -1},
		"two regions together":      {atClose, people{"AAA": {3, 3}, "CCC": {3, 2}}, map[int][2]int{3: {6, 5}}, 0},
		"each its own":              {atClose, people{"AAA": {5, 5}, "BBB": {1, 1}, "CCC": {5, 5}, "DDD": {1, 0}}, map[int][2]int{0: {6, 6}, 2: {6, 5}}, 0},
		"too few":                   {atClose, people{"AAA": {3, 3}, "CCC": {2, 2}}, nil, 10},
		"a region all alike":        {atClose, people{"AAA": {0, 6}, "BBB": {0, 6}, "CCC": {5, 0}}, map[int][2]int{3: {5, 12}}, 0},
		"all alike":                 {atClose, people{"AAA": {0, 9}, "CCC": {0, 9}}, nil, 18},
		"who is all alike is large": {atClose, people{"AAA": {0, 90}, "BBB": {1, 0}}, map[int][2]int{0: {1, 90}}, 0},
		"without a size":            {atClose, people{"CCC": {5, 5}, "ZZZ": {5, 5}, "WWW": {5, 5}}, nil, 30},
		"who is admitted stays":     {atClose, people{"AAA": {10, 10}, "BBB": {5, 5}}, nil, 10},
		"old code of an admitted":   {merged, people{"AAA": {10, 10}, "EEE": {5, 5}, "BBB": {6, 6}, "GGG": {5, 5}, "HHH": {1, 0}}, map[int][2]int{0: {6, 5}}, 10},
		"new code of an admitted":   {merged, people{"AAA": {5, 5}, "EEE": {10, 10}}, nil, 10},
		"old and new code":          {merged, people{"AAA": {3, 3}, "EEE": {3, 2}}, map[int][2]int{0: {6, 5}}, 0},
	} {
		current := surveyed(t, c, row.on, row.people)
		state := disclosure.First(current, row.on)
		table := state.Tables.Tables[tableOf(current, 3)]
		for region := range len(current.Frame.Regions) + 1 {
			atom := table.Atoms[current.Cell(current.Pool(region), 0)]
			if want, ok := row.pools[region]; ok {
				require.Equal(t, belief(want[0], 0, want[1]), atom.Counts[score.Before], "%s, %d", name, region)
				require.Equal(t, want[1], atom.Answers[score.Before][1], name)
			} else {
				require.Nil(t, atom.Counts[score.Before], "%s, %d", name, region)
			}
		}
		if row.out < 0 {
			require.Nil(t, table.LeftOut[score.Before])
			continue
		}
		require.Equal(t, row.out, *table.LeftOut[score.Before], name)
		require.Nil(t, table.LeftOut[score.After], name)
	}
}

// TestAClosedWaveOnlyLoses: by eleven or whole, be it an organisation or a pool.
func TestAClosedWaveOnlyLoses(t *testing.T) {
	c := histories(t)
	last := disclosure.First(surveyed(t, c, beforeClose, map[string][2]int{"DDD": {20, 20}, "FFF": {30, 30}}), beforeClose)
	for i, r := range []struct {
		now            map[string][2]int
		ddd, fff, pool []int // of London
	}{
		{map[string][2]int{"DDD": {26, 25}, "FFF": {32, 32}, "AAA": {5, 5}, "BBB": {9, 9}, "GGG": {0, 15}}, belief(26, 0, 25), belief(30, 0, 30), belief(5, 0, 20)}, // admitted as usual; BBB is
		{map[string][2]int{"DDD": {40, 40}, "FFF": {50, 50}, "AAA": {30, 30}, "GGG": {20, 20}}, belief(26, 0, 25), belief(30, 0, 30), belief(5, 0, 20)},             // nobody enters
		{map[string][2]int{"DDD": {20, 20}, "FFF": {28, 28}, "AAA": {4, 3}, "GGG": {0, 8}}, belief(26, 0, 25), belief(30, 0, 30), belief(5, 0, 20)},                 // −11 to 40, which was; −4; −10
		{map[string][2]int{"DDD": {14, 15}, "FFF": {2, 2}, "AAA": {4, 3}, "GGG": {0, 7}}, belief(14, 0, 15), nil, belief(4, 0, 10)},
		{map[string][2]int{"DDD": {14, 15}, "FFF": {50, 50}, "AAA": {4, 3}, "GGG": {0, 3}}, belief(14, 0, 15), nil, nil},
		{map[string][2]int{"DDD": {14, 15}, "AAA": {30, 30}}, belief(14, 0, 15), nil, nil},
	} {
		on := atClose + day.Day(i)
		last = disclosure.Admit(surveyed(t, c, on, r.now), last, on, nobodyHeld)
		atoms := last.Tables.Tables[tableOf(last.Tables, 3)].Atoms
		of := func(unit int) []int { return atoms[last.Tables.Cell(unit, 0)].Counts[score.Before] }
		require.Equal(t, r.ddd, of(c.Organisations.Index("DDD")), "release %d", i+2)
		require.Equal(t, r.fff, of(c.Organisations.Index("FFF")), "release %d", i+2)
		require.Equal(t, r.pool, of(last.Tables.Pool(0)), "release %d", i+2)
		require.Equal(t, 4, *last.Tables.Tables[tableOf(last.Tables, 3)].LeftOut[score.Before], "those who came to FFF since; the number is that of the close")
	}
}

// TestNobodyIsLinkedAnewOnceTheSecondWaveIsClosed.
func TestNobodyIsLinkedAnewOnceTheSecondWaveIsClosed(t *testing.T) {
	empty, _ := tables(t)
	c := empty.Layout.Campaign
	table := tableOf(empty, 3)
	last := disclosure.Fresh(empty.Layout, empty.Frame)
	for i, r := range []struct {
		on           day.Day
		linked, want int
	}{{today, 20, 20}, {c.Waves[c.FollowUp()].Closes + 2, 40, 40}, {c.Waves[c.FollowUp()].Closes + 9, 60, 40}, {c.Waves[c.FollowUp()].Closes + 16, 29, 40}, {c.Waves[c.FollowUp()].Closes + 23, 0, 0}} {
		current := score.New(empty.Layout, empty.Frame)
		current.Tables[table].Atoms[0] = score.Atom{Counts: [2][]int{belief(50, 0, 50), belief(50, 0, 50)}, Pairs: pairsOf(r.linked)}
		last = disclosure.Admit(current, last, r.on, nobodyHeld)
		require.Equal(t, r.want, linked(last.Tables.Tables[table].Atoms[0].Pairs), "release %d", i+1)
	}
}

// TestAHeldRegionStandsStill, with its pledges, and so does the nation's pool; the others go on.
func TestAHeldRegionStandsStill(t *testing.T) {
	c := histories(t)
	first := surveyed(t, c, beforeClose, map[string][2]int{"AAA": {20, 20}, "CCC": {20, 20}})
	first.Pledges.Statuses[c.Organisations.Index("AAA")] = []int{20, 0, 0, 0}
	last := disclosure.First(first, beforeClose)
	second := surveyed(t, c, atClose, map[string][2]int{"AAA": {2, 2}, "BBB": {20, 20}, "CCC": {40, 40}, "DDD": {4, 4}, "GGG": {1, 1}})
	second.Pledges.Statuses[c.Organisations.Index("AAA")] = []int{40, 0, 0, 0}
	second.Pledges.Statuses[c.Organisations.Index("CCC")] = []int{40, 0, 0, 0}
	london := last.Tables.Region(c.Organisations.Index("AAA"))
	next := disclosure.Admit(second, last, atClose, func(region int) bool { return region == london })
	require.Equal(t, []bool{true, false, false}, next.Tables.Held)
	atoms := next.Tables.Tables[tableOf(next.Tables, 3)].Atoms
	for code, want := range map[string][]int{"AAA": belief(20, 0, 20), "BBB": nil, "CCC": belief(40, 0, 40), "DDD": nil} {
		require.Equal(t, want, atoms[next.Tables.Cell(c.Organisations.Index(code), 0)].Counts[score.Before], code)
	}
	require.Nil(t, atoms[next.Tables.Cell(next.Tables.Pool(len(next.Tables.Frame.Regions)), 0)].Counts[score.Before], "the nation's pool would have six of London")
	require.Equal(t, []int{20, 0, 0, 0}, next.Tables.Pledges.Statuses[c.Organisations.Index("AAA")])
	require.Equal(t, []int{40, 0, 0, 0}, next.Tables.Pledges.Statuses[c.Organisations.Index("CCC")])

	free := disclosure.Admit(second, last, atClose, nobodyHeld)
	atoms = free.Tables.Tables[tableOf(free.Tables, 3)].Atoms
	require.Equal(t, belief(20, 0, 20), atoms[free.Tables.Cell(c.Organisations.Index("BBB"), 0)].Counts[score.Before], "the tables can be admitted again")
	require.Equal(t, belief(7, 0, 7), atoms[free.Tables.Cell(free.Tables.Pool(len(free.Tables.Frame.Regions)), 0)].Counts[score.Before], "six of London, eight of the South East")
	require.Equal(t, free, disclosure.Admit(second, last, atClose, nobodyHeld), "nobody is in a pool twice")
}

// TestStatesThatDoNotFitAreRefused.
func TestStatesThatDoNotFitAreRefused(t *testing.T) {
	current, _ := tables(t)
	content, err := disclosure.Fresh(current.Layout, current.Frame).Encode()
	require.NoError(t, err)
	_, err = disclosure.Decode(current.Layout, current.Frame, content)
	require.NoError(t, err)
	for _, bad := range []string{``, `{}`, `{"more":1}`, `{"tables":{},"backing":{}}`, string(content[:len(content)-1])} {
		_, err := disclosure.Decode(current.Layout, current.Frame, []byte(bad))
		require.Error(t, err, bad)
	}
}
