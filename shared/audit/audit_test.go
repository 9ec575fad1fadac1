package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/audit"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// Regions of the campaign of these tests. AAA and BBB are of London, CCC of the South East; from 15 June 2026 on EEE is
// a part of AAA.
const (
	nation    = -1
	london    = 0
	southEast = 1

	aaa = 0
	bbb = 1
	ccc = 2
	eee = 3
)

// planter makes states that nobody admitted.
type planter struct {
	testing.TB
	layout *tally.Layout
	on     day.Day
}

func plant(t testing.TB) planter {
	c := campaigntest.Trusts(t, "AAA,A,acute,London,,\nBBB,B,acute,London,,\nCCC,C,acute,South East,,\nEEE,E,acute,London,,2026-06-14\n", "EEE,AAA,2026-06-15,yes\n", "AAA,1000\nBBB,500\nCCC,800\nEEE,300\n")
	for i, code := range []string{"AAA", "BBB", "CCC", "EEE"} {
		require.Equal(t, i, c.Organisations.Index(code))
	}
	l, err := tally.NewLayout(c)
	require.NoError(t, err)
	return planter{t, l, day.Must("2026-06-01")}
}

// change is done to a state that has nothing in it, or to a copy of another.
type change func(s *disclosure.State)

func (p planter) state(changes ...change) disclosure.State {
	s := disclosure.Fresh(p.layout, p.layout.Campaign.Frame(p.on))
	for _, c := range changes {
		c(&s)
	}
	return s
}

func (p planter) table(id string) int {
	for i, t := range p.layout.Tables {
		if t.ID == id {
			return i
		}
	}
	require.Fail(p, "no such table", id)
	return -1
}

// belief are counts of table I by the value of objective 3.
func belief(zero, half, one int) []int { return []int{0, zero, 0, half, one} }

func (p planter) people(unit, group, wave int, counts []int) change {
	return func(s *disclosure.State) {
		s.Tables.Tables[p.table("I")].Atoms[s.Tables.Cell(unit, group)].Counts[wave] = counts
	}
}

func (p planter) answers(unit int, counts []int) change {
	return func(s *disclosure.State) {
		s.Tables.Tables[p.table("A7")].Atoms[s.Tables.Cell(unit, 0)].Counts[score.After] = counts
	}
}

func (p planter) pairs(unit, n int) change {
	return func(s *disclosure.State) {
		s.Tables.Tables[p.table("I")].Atoms[s.Tables.Cell(unit, 0)].Pairs = [][]int{{0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, n}}
	}
}

func (p planter) board(region int, from map[int]int) change {
	return func(s *disclosure.State) {
		n := 0
		for _, given := range from {
			n += given
		}
		s.Tables.Tables[p.table("B1")].Apart[s.Tables.ApartCell(region, p.layout.Campaign.Group("board"))] = score.Atom{Counts: [2][]int{{0, n / 2, n - n/2}}, From: [2]map[int]int{from}}
	}
}

// parts are the others of units, told apart by bands 5–7, 8–9 and the rest.
func (p planter) parts(region int, of map[int][3]int) change {
	return func(s *disclosure.State) {
		for unit, bands := range of {
			var counts []int
			for _, n := range bands {
				counts = append(counts, belief(n-n/2, 0, n/2)...)
			}
			s.Tables.Tables[p.table("I")].Parts[region].Set(score.Before, s.Tables.Cell(unit, 1), counts)
		}
	}
}

// learners are the people of units who did not learn and who did.
func (p planter) learners(region int, of map[int][2]int) change {
	return func(s *disclosure.State) {
		for unit, n := range of {
			s.Tables.Tables[p.table("L")].Opened[region].Set(score.Before, s.Tables.Cell(unit, 0), []int{0, n[0], 0, n[1], 0, 0, 0, 0, 0})
		}
	}
}

func (p planter) pledges(unit int, statuses ...int) change {
	return func(s *disclosure.State) { s.Tables.Pledges.Statuses[unit] = statuses }
}

func boards(n int) change { return func(s *disclosure.State) { s.Tables.Pledges.Board = &n } }

func closed(s *disclosure.State) { s.Closed[score.Before] = true }

// TestWhatBreaksARuleIsFound, with the region that is at fault; and what keeps it is not.
func TestWhatBreaksARuleIsFound(t *testing.T) {
	p := plant(t)
	type states [][]change
	low := func(unit int, zero, one int) change { return p.people(unit, 0, score.Before, belief(zero, 0, one)) }
	pool := len(p.layout.Campaign.Organisations.All()) + 2 // the nation's
	both := func(n int) change {
		return func(s *disclosure.State) {
			low(bbb, n/2, n-n/2)(s)
			p.people(bbb, 0, score.After, belief(n/2, 0, n-n/2))(s)
		}
	}
	for name, row := range map[string]struct {
		states states // the last is looked at
		region int
		what   string // empty if nothing is to be found
	}{
		"eleven":                    {states{{low(ccc, 5, 6)}}, 0, ""},
		"ten":                       {states{{low(ccc, 5, 5)}}, southEast, "10 people are fewer than 11"},
		"eleven more":               {states{{low(aaa, 10, 20)}, {low(aaa, 15, 26)}}, 0, ""},
		"ten more":                  {states{{low(aaa, 10, 20)}, {low(aaa, 15, 25)}}, london, "nearly the same"},
		"as many others":            {states{{low(ccc, 10, 20)}, {low(ccc, 11, 19)}}, southEast, "30 people and 30"},
		"near the first":            {states{{low(aaa, 10, 20)}, {low(aaa, 15, 26)}, {low(aaa, 10, 21)}}, london, "31 people and 30"},
		"the first again":           {states{{low(aaa, 10, 20)}, {low(aaa, 15, 26)}, {low(aaa, 10, 20)}}, london, "30 people and 30"},
		"the first after nobody":    {states{{low(aaa, 10, 20)}, {}, {low(aaa, 10, 20)}}, london, "30 people and 30"},
		"all leave":                 {states{{low(aaa, 10, 20)}, {}}, 0, ""},
		"all say the same":          {states{{low(ccc, 0, 30)}}, southEast, "all answer the same"},
		"those new say the same":    {states{{low(ccc, 10, 20)}, {low(ccc, 10, 40)}}, southEast, "the 20 people by whom it changes all answer the same"},
		"those who left did":        {states{{low(ccc, 10, 40)}, {low(ccc, 10, 20)}}, southEast, "the -20 people"},
		"an answer of all":          {states{{p.answers(ccc, []int{0, 20, 0, 0})}}, southEast, "all answer the same"},
		"answers of two kinds":      {states{{p.answers(ccc, []int{0, 20, 1, 0})}}, 0, ""},
		"nearly the same answers":   {states{{p.answers(aaa, []int{0, 20, 1, 0})}, {p.answers(aaa, []int{0, 20, 2, 0})}}, london, "table A7, AAA"},
		"somebody enters":           {states{{low(aaa, 10, 20), closed}, {low(aaa, 20, 30), closed}}, london, "enters a wave that is closed"},
		"a pool enters":             {states{{closed}, {p.people(pool, 0, score.Before, belief(10, 0, 20)), closed}}, nation, "enters a wave that is closed"},
		"a pool at the close":       {states{{}, {p.people(pool, 0, score.Before, belief(10, 0, 20)), closed}}, 0, ""},
		"a closed wave loses":       {states{{low(aaa, 10, 20), closed}, {low(aaa, 5, 10), closed}}, 0, ""},
		"five give":                 {states{{p.board(southEast, map[int]int{0: 3, 1: 3, 2: 3, 3: 3, 4: 3})}}, 0, ""},
		"four give":                 {states{{p.board(southEast, map[int]int{0: 4, 1: 4, 2: 4, 3: 4})}}, southEast, "of 16 new people, 4 organisations give"},
		"one gives more than half":  {states{{p.board(london, map[int]int{0: 9, 1: 2, 2: 2, 3: 2, 4: 2})}}, london, "of 17 new people, 5 organisations give, one of them 9"},
		"four give those new":       {states{{p.board(london, map[int]int{0: 3, 1: 3, 2: 3, 3: 3, 4: 3})}, {p.board(london, map[int]int{0: 6, 1: 6, 2: 6, 3: 6, 4: 3})}}, london, "of 12 new people, 4"},
		"pairs":                     {states{{both(40), p.pairs(bbb, 20)}}, 0, ""},
		"ten pairs":                 {states{{both(40), p.pairs(bbb, 10)}}, london, "10 linked people are fewer"},
		"nobody beside the pairs":   {states{{both(40), p.pairs(bbb, 30)}}, london, "10 people of wave 0 are not linked"},
		"pairs ten more":            {states{{both(60), p.pairs(bbb, 20)}, {both(60), p.pairs(bbb, 30)}}, london, "30 linked people and 20"},
		"the first pairs again":     {states{{both(80), p.pairs(bbb, 20)}, {both(80), p.pairs(bbb, 40)}, {both(80), p.pairs(bbb, 20)}}, london, "20 linked people and 20"},
		"pairs stand":               {states{{both(80), p.pairs(bbb, 20)}, {both(100), p.pairs(bbb, 20)}}, 0, ""},
		"parts":                     {states{{p.parts(southEast, map[int][3]int{ccc: {20, 11, 0}})}}, 0, ""},
		"ten of a part":             {states{{p.parts(southEast, map[int][3]int{ccc: {20, 10, 0}})}}, southEast, "class 1 differs by 10"},
		"a part changes by ten":     {states{{p.parts(london, map[int][3]int{aaa: {20, 20, 20}})}, {p.parts(london, map[int][3]int{aaa: {40, 30, 20}})}}, london, "class 1 differs by 10"},
		"a part is near an old one": {states{{p.parts(london, map[int][3]int{aaa: {20, 20, 20}})}, {p.parts(london, map[int][3]int{aaa: {40, 40, 20}})}, {p.parts(london, map[int][3]int{aaa: {60, 25, 20}})}}, london, "class 1 differs by 5"},
		"a part has others":         {states{{p.parts(london, map[int][3]int{aaa: {20, 15, 20}, bbb: {20, 15, 20}})}, {p.parts(london, map[int][3]int{aaa: {40, 20, 20}, bbb: {40, 10, 20}})}}, london, "class 1 differs by 0"},
		"ten learners":              {states{{p.learners(southEast, map[int][2]int{ccc: {20, 10}})}}, southEast, "who was asked on in South East"},
		"five of one, in one part":  {states{{p.parts(london, map[int][3]int{aaa: {5, 0, 0}, bbb: {15, 15, 0}})}}, london, "a set of 5 is known to be from 0 to 5"},
		"pledges":                   {states{{p.pledges(ccc, 20, 0, 0, 0)}, {p.pledges(ccc, 9, 11, 0, 0)}}, 0, ""},
		"ten pledges":               {states{{p.pledges(ccc, 10, 0, 0, 0)}}, southEast, "pledges of CCC"},
		"ten changed":               {states{{p.pledges(ccc, 20, 0, 0, 0)}, {p.pledges(ccc, 10, 10, 0, 0)}}, southEast, "pledges of CCC"},
		"the first pledges again":   {states{{p.pledges(ccc, 20, 0, 0, 0)}, {p.pledges(ccc, 40, 0, 0, 0)}, {p.pledges(ccc, 20, 0, 0, 0)}}, southEast, "pledges of CCC"},
		"boards":                    {states{{boards(20)}, {boards(31)}}, 0, ""},
		"ten boards more":           {states{{boards(20)}, {boards(30)}}, nation, "board pledge: 30 and 20"},
		"the first boards again":    {states{{boards(20)}, {boards(40)}, {boards(20)}}, nation, "board pledge: 20 and 20"},
	} {
		var h audit.History
		last := len(row.states) - 1
		for _, changes := range row.states[:last] {
			h.Add(p.state(changes...))
		}
		found := h.Check(p.state(row.states[last]...))
		if row.what == "" {
			require.Empty(t, found, name)
			continue
		}
		require.NotEmpty(t, found, name)
		said := ""
		for _, f := range found {
			require.Equal(t, row.region, f.Region, "%s: %s", name, f.What)
			said += f.What + "\n"
		}
		require.Contains(t, said, row.what, name)
	}
}

// TestSizesThatFollowAreFound: numbers are printed to the nearest 5, and of fewer than eleven people no number may follow.
func TestSizesThatFollowAreFound(t *testing.T) {
	p := plant(t)
	of := func(unit, low, others int) change {
		return func(s *disclosure.State) {
			p.people(unit, 0, score.Before, belief(low/2, 0, low-low/2))(s)
			p.people(unit, 1, score.Before, belief(others/2, 0, others-others/2))(s)
		}
	}
	for name, row := range map[string]struct {
		states [][]change
		merged int // the first state of after the merger
		want   string
	}{
		"three more":                   {[][]change{{of(ccc, 30, 40)}, {of(ccc, 33, 40)}}, 9, "CCC, wave 0: a change of 3 people is known to be from 1 to 9"},
		"two more, printed as none":    {[][]change{{of(ccc, 30, 40)}, {of(ccc, 32, 40)}}, 9, "a change of 2 people is known to be from -4 to 4"},
		"since long ago":               {[][]change{{of(ccc, 30, 40)}, {of(ccc, 60, 60)}, {of(ccc, 34, 40)}}, 9, "a change of 4 people is known to be from 1 to 9"},
		"eleven more":                  {[][]change{{of(ccc, 30, 40)}, {of(ccc, 41, 51)}}, 9, ""},
		"two codes, both by much":      {[][]change{{of(aaa, 30, 40), of(eee, 30, 30)}, {of(aaa, 45, 40), of(eee, 18, 30)}}, 1, ""},
		"two codes, before they merge": {[][]change{{of(aaa, 30, 40), of(eee, 30, 30)}, {of(aaa, 45, 40), of(eee, 27, 30)}}, 9, "EEE, wave 0: a change of 3 people is known to be from -9 to -1"},
		"one code of two":              {[][]change{{of(aaa, 30, 40), of(eee, 30, 30)}, {of(aaa, 30, 40), of(eee, 27, 30)}}, 1, ""}, // the other's may have changed
	} {
		var h audit.History
		for i, changes := range row.states {
			p.on = day.Must("2026-06-01")
			if i >= row.merged {
				p.on = day.Must("2026-06-15")
			}
			next := p.state(changes...)
			if i < len(row.states)-1 {
				h.Add(next)
				continue
			}
			said := ""
			for _, f := range h.Check(next) {
				said += f.What + "\n"
			}
			if row.want == "" {
				require.NotContains(t, said, "known to be", name)
			} else {
				require.Contains(t, said, row.want, name)
			}
		}
	}
}
