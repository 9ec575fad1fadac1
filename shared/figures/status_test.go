package figures

import (
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// closed is a day after all waves of the shipped campaign.
var closed = day.Must("2031-01-02")

// primitive is a row's primitives: before, the change, people and effective sizes alike in both waves.
type primitive struct {
	objective   int
	level, code string
	group       string
	before      float64
	change      float64
	n           int
	selection   bool
	coverage    *float64
}

// judged are the rows with all else derived.
func judged(t *testing.T, on day.Day, list ...primitive) []release.Score {
	t.Helper()
	c := campaigntest.Load(t)
	var rows []release.Score
	for _, p := range list {
		rows = append(rows, release.Score{Objective: p.objective, Level: p.level, Code: p.code, Group: p.group,
			Before: shown(p.before, p.n), After: shown(p.before+p.change, p.n),
			Change: &release.Change{Value: p.change, Rho: ptr(0.0), Widening: ptr(1.0), Selection: &p.selection, Coverage: p.coverage}})
	}
	d := derivation{Campaign: c, on: on, rows: rows, at: index(rows)}
	d.derive(make([]score.Score, len(rows)))
	return rows
}

// TestStatus goes through the rules in their order, at T = 3. Two halves on 4,000 have arms of 2.19, on 400 of 6.9.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name   string
		p      primitive
		status string
	}{
		{"achieved", primitive{change: 5.2, n: 4000}, method.Achieved}, // L = 3.01
		{"L a little below T", primitive{change: 5.1, n: 4000}, method.OnTrack},
		{"linked people changed otherwise", primitive{change: 5.2, n: 4000, selection: true}, method.OnTrack},
		{"U below T", primitive{change: 0.7, n: 4000}, method.OffTrack}, // U = 2.89
		{"U below T however wide", primitive{change: -15, n: 100}, method.OffTrack},
		{"too wide", primitive{change: 3, n: 400}, method.NotEnoughData},
		{"too wide, though above T with a chance of 4 in 5", primitive{change: 6.5, n: 400}, method.NotEnoughData},
		{"wide, but all of it above T", primitive{change: 20, n: 100}, method.Achieved},
		{"P(Δ ≥ T) above .8", primitive{change: 4, n: 4000}, method.OnTrack},          // 1/1.117: .815
		{"P(Δ ≥ T) below .8", primitive{change: 3.9, n: 4000}, method.TooCloseToCall}, // .79
		{"P(Δ ≥ T) above .2", primitive{change: 2.1, n: 4000}, method.TooCloseToCall}, // .21
		{"P(Δ ≥ T) below .2", primitive{change: 2, n: 4000}, method.OffTrack},         // .185
		{"30 of an organisation", primitive{change: 40, n: 30}, method.Achieved},
		{"25 of an organisation", primitive{change: 40, n: 25}, method.NotEnoughData},
		{"0.6 of the frame", primitive{change: 5.2, n: 4000, coverage: ptr(0.6)}, method.Achieved},
		{"0.59 of the frame", primitive{change: 5.2, n: 4000, coverage: ptr(0.59)}, method.NotEnoughData},
		{"25 of an organisation, far off", primitive{change: -40, n: 25}, method.NotEnoughData},
		{"100 of a region", primitive{level: "region", code: "London", change: 40, n: 100}, method.Achieved},
		{"95 of a region", primitive{level: "region", code: "London", change: 40, n: 95}, method.NotEnoughData},
		{"100 of a type", primitive{level: "type", code: "acute", change: 40, n: 100}, method.Achieved},
		{"95 of a type", primitive{level: "type", code: "acute", change: 40, n: 95}, method.NotEnoughData},
		{"95 of the nation", primitive{level: "nation", code: "ENG", change: 40, n: 95, group: "others"}, method.NotEnoughData},
		{"50 of a region's boards", primitive{objective: 2, level: "region", code: "London", group: "board", change: 40, n: 50}, method.Achieved},
		{"45 of a region's boards", primitive{objective: 2, level: "region", code: "London", group: "board", change: 40, n: 45}, method.NotEnoughData},
	} {
		p := c.p
		p.before = 48 - p.change/2
		if p.objective == 0 {
			p.objective = 3
		}
		if p.group == "" {
			p.group = "all"
		}
		if p.level == "" {
			p.level, p.code = "organisation", "R0A"
		}
		got := judged(t, closed, p)[0]
		require.Equal(t, c.status, *got.Status, c.name)
		require.Equal(t, c.status == method.TooCloseToCall, got.Further != nil, c.name)
	}
}

// TestTheLeastOfPeopleAndPrecisionOfBothWavesCounts, whichever it is.
func TestTheLeastOfPeopleAndPrecisionOfBothWavesCounts(t *testing.T) {
	for _, spoil := range []func(*release.Score){
		func(s *release.Score) { s.Before.Respondents = ptr(25) },
		func(s *release.Score) { s.Before.Effective = ptr(25) },
		func(s *release.Score) { s.After.Respondents = ptr(25) },
		func(s *release.Score) { s.After.Effective = ptr(25) },
	} {
		row := func() release.Score { // no two rows share what is derived of them, several at a time
			return release.Score{Objective: 3, Level: "organisation", Code: "R0A", Group: "all", Before: shown(30, 4000), After: shown(80, 4000),
				Change: &release.Change{Value: 50, Rho: ptr(0.0), Widening: ptr(1.0)}}
		}
		rows := []release.Score{row(), row()}
		spoil(&rows[1])
		d := derivation{Campaign: campaigntest.Load(t), on: closed, rows: rows, at: index(rows)}
		d.derive(make([]score.Score, 2))
		require.Equal(t, []string{method.Achieved, method.NotEnoughData}, []string{*rows[0].Status, *rows[1].Status})
	}
}

// TestFurther: two halves on 4,000 have se = 2·2.19/3.92 = 1.1174…; with 8,000 people the numbers are
// 5⌈8000·((.8416·se/|Δ−T|)²−1)/5⌉.
func TestFurther(t *testing.T) {
	at := func(change float64) *int {
		return judged(t, closed, primitive{objective: 3, level: "organisation", code: "R0A", group: "all", before: 48 - change/2, change: change, n: 4000})[0].Further
	}
	require.Nil(t, at(3), "nothing tells a change from itself")
	require.InDelta(t, 8000*(0.94*0.94/0.25-1), float64(*at(3.5)), 150)
	require.Equal(t, *at(3.5)%5, 0)
	require.InDelta(t, float64(*at(3.5)), float64(*at(2.5)), 50)
	require.Less(t, *at(3.9), *at(3.5))
	require.Nil(t, at(3.1), "more than 100,000")

	row := release.Score{Before: shown(48, 500), After: shown(51, 500), Change: &release.Change{Value: 2}}
	require.Equal(t, 5, *settle(row, 3, 1/0.8416), "at least five")
	require.Equal(t, 3000, *settle(row, 3, 2/0.8416), "1000·(2² − 1)")
	require.Equal(t, 3010, *settle(row, 3, 2.0015/0.8416), "3,006 in steps of five")
	require.Equal(t, 99_000, *settle(row, 3, 10/0.8416))
	require.Nil(t, settle(row, 3, 10.1/0.8416))
}

func TestTargets(t *testing.T) {
	for before, want := range map[float64]float64{0: 3, 50: 3, 91: 3, 92: 2.7, 95: 1.7, 99: 0.3, 100: 0} {
		got := judged(t, closed, primitive{objective: 3, level: "organisation", code: "R0A", group: "all", before: before, n: 400})[0]
		require.Equal(t, want, got.Target.Change, before)
		require.Equal(t, day.Must("2030-12-31"), got.Target.By)
	}
}

// six are the rows of the nation's six claims, with the change of each: objective 1 all and bands 1–4, 2, 3 all and bands 1–4, 4 all and bands 1–4.
func six(changes ...float64) []primitive {
	var list []primitive
	for i, p := range []primitive{{objective: 1, group: "all"}, {objective: 1, group: "bands_1_4"}, {objective: 2, group: "board"},
		{objective: 3, group: "all"}, {objective: 3, group: "bands_1_4"}, {objective: 4, group: "all"}, {objective: 4, group: "bands_1_4"}} {
		p.level, p.code, p.n = string(campaign.Nation), campaign.NationCode, 4000
		p.before, p.change = 48-changes[i]/2, changes[i]
		list = append(list, p)
	}
	return list
}

// TestClaims: with arms of 2.19 on 95 %, se is 1.1174. A change must exceed 3 by 2.638 se = 2.948 to hold at
// .025/6, by 2.576 se = 2.878 at .025/5, and so on to 1.96 se = 2.19 at .025.
func TestClaims(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []float64
		want    []bool
	}{
		{"all by far", []float64{9, 9, 9, 9, 9, 9, 9}, []bool{true, true, true, true, true, true, true}},
		{"alone it must stand against six", []float64{0, 0, 5.9, 0, 0, 0, 0}, []bool{false, false, false, false, false, false, false}},
		{"alone it does", []float64{0, 0, 5.97, 0, 0, 0, 0}, []bool{false, false, true, false, false, false, false}},
		{"after the first five are left", []float64{0, 0, 5.97, 5.92, 0, 0, 0}, []bool{false, false, true, true, false, false, false}},
		{"the same without the first", []float64{0, 0, 0, 5.92, 0, 0, 0}, []bool{false, false, false, false, false, false, false}},
		{"five, and the sixth against itself alone", []float64{9, 9, 9, 9, 9, 9, 5.25}, []bool{true, true, true, true, true, true, true}},
		{"ties stand or fall one after another", []float64{5.97, 5.97, 5.97, 5.97, 5.97, 5.97, 5.97}, []bool{true, true, true, true, true, true, true}},
		{"ties that fall", []float64{5.9, 5.9, 5.9, 5.9, 5.9, 5.9, 5.9}, []bool{false, false, false, false, false, false, false}},
		{"a claim of two rows of which one misses", []float64{9, 3, 9, 9, 9, 9, 9}, []bool{false, false, true, true, true, true, true}},
		{"the larger p of two rows comes last", []float64{5.25, 9, 9, 9, 9, 9, 9}, []bool{true, true, true, true, true, true, true}},
	} {
		list := judged(t, closed, six(c.changes...)...)
		var got []bool
		for _, row := range list {
			got = append(got, *row.Status == method.Achieved)
		}
		require.Equal(t, c.want, got, c.name)
	}
	require.Equal(t, method.OnTrack, *judged(t, closed, six(0, 0, 5.9, 0, 0, 0, 0)...)[2].Status, "a claim that fails goes on to the next rule")
	// A row of the nation that is in no claim is judged by itself.
	others := primitive{objective: 3, level: "nation", code: "ENG", group: "others", before: 45, change: 5.25, n: 4000}
	require.Equal(t, method.Achieved, *judged(t, closed, append(six(0, 0, 0, 0, 0, 0, 0), others)...)[7].Status)
	// A claim without an interval stands back, and hides no other.
	rows := judged(t, closed, six(9, 9, 9, 9, 9, 9, 9)...)
	rows[2].Change = nil
	d := derivation{Campaign: campaigntest.Load(t), on: closed, rows: rows, at: index(rows)}
	claims := d.claims()
	require.False(t, claims[2])
	require.True(t, claims[3])
}

// TestTheGroupThatComesFirst: objective 1 shows the worse of all and of bands 1–4, and is achieved only if the others
// are half as far ahead as they were.
func TestTheGroupThatComesFirst(t *testing.T) {
	const n = 4000
	rows := func(whole, group, others [2]float64) []release.Score {
		var list []primitive
		for i, w := range [][2]float64{whole, group, others} {
			list = append(list, primitive{objective: 1, level: "organisation", code: "R0A", group: []string{"all", "bands_1_4", "others"}[i], before: w[0], change: w[1] - w[0], n: n})
		}
		return judged(t, closed, list...)
	}
	for _, c := range []struct {
		name                 string
		whole, group, others [2]float64
		want                 string
	}{
		{"all achieved, and the gap of 20 is 10", [2]float64{40, 60}, [2]float64{30, 52}, [2]float64{50, 62}, method.Achieved},
		{"the gap of 20 is 11", [2]float64{40, 60}, [2]float64{30, 52}, [2]float64{50, 63}, method.OnTrack},
		{"there was no gap", [2]float64{40, 60}, [2]float64{40, 50}, [2]float64{40, 70}, method.Achieved},
		{"bands 1–4 were ahead", [2]float64{40, 60}, [2]float64{45, 55}, [2]float64{40, 70}, method.Achieved},
		{"bands 1–4 are on track", [2]float64{40, 60}, [2]float64{40, 44}, [2]float64{40, 70}, method.OnTrack},
		{"bands 1–4 are off track", [2]float64{40, 60}, [2]float64{40, 40}, [2]float64{40, 70}, method.OffTrack},
		{"all are off track", [2]float64{40, 40}, [2]float64{40, 60}, [2]float64{40, 70}, method.OffTrack},
		{"bands 1–4 are too close to call", [2]float64{40, 60}, [2]float64{40, 43.3}, [2]float64{40, 70}, method.TooCloseToCall},
	} {
		got := rows(c.whole, c.group, c.others)
		require.Equal(t, c.want, *got[0].Status, c.name)
		require.InDelta(t, c.others[0]-c.group[0], *got[0].Details.Gap.Before, 1e-9, c.name)
		require.InDelta(t, c.others[1]-c.group[1], *got[0].Details.Gap.After, 1e-9, c.name)
		require.Nil(t, got[1].Details.Gap)
		require.Equal(t, c.want == method.TooCloseToCall, got[0].Further != nil, c.name)
	}
	// What would settle it settles both.
	both := rows([2]float64{40, 43.5}, [2]float64{40, 43.3}, [2]float64{40, 44})
	require.Equal(t, max(*both[0].Further, *both[1].Further), *both[0].Further)
	none := rows([2]float64{40, 43.5}, [2]float64{40, 43}, [2]float64{40, 44})
	require.Nil(t, none[0].Further, "no number settles bands 1 to 4")

	// Bands 1–4 that show nothing, or nothing but a bound, say that there is not enough.
	for _, spoil := range []func(*release.Score){
		func(s *release.Score) { s.Before, s.After, s.Change = release.Wave{}, release.Wave{}, nil },
		func(s *release.Score) { s.After.Bound, s.Change = ptr(atLeast), nil },
	} {
		list := rows([2]float64{40, 60}, [2]float64{40, 60}, [2]float64{40, 60})
		spoil(&list[1])
		for i := range list {
			list[i].Details = release.Details{}
		}
		d := derivation{Campaign: campaigntest.Load(t), on: closed, rows: list, at: index(list)}
		d.derive(make([]score.Score, 3))
		require.Nil(t, list[1].Status)
		require.Equal(t, method.NotEnoughData, *list[0].Status)
	}
	// The other objectives have no such group.
	require.Nil(t, judged(t, closed, six(9, 9, 9, 9, 9, 9, 9)...)[3].Details.Gap)
}

func TestTheWorseOfTwoStatuses(t *testing.T) {
	for i, better := range method.Statuses {
		for _, other := range method.Statuses[i:] {
			require.Equal(t, other, worse(better, other))
			require.Equal(t, other, worse(other, better))
		}
	}
}

// TestAllElseFollowsFromThePrimitives: who has a release, and the campaign and the frame in it, can take everything but the
// primitives away, and compute it again to the last byte.
func TestAllElseFollowsFromThePrimitives(t *testing.T) {
	c := campaigntest.Load(t)
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	for _, on := range []day.Day{day.Must("2026-11-22"), closed} {
		nodes, tables := c.Nodes(on), filled(layout, c.Frame(on))
		r := Release(tables, nodes, score.Compute(tables, nodes, c.Rows(nodes)), release.Head{Seq: 1, PublishedAt: on}, release.Release{})
		want, err := release.Encode(r)
		require.NoError(t, err)
		var read release.Release
		require.NoError(t, json.Unmarshal(want, &read))
		statuses := map[string]int{}
		sizes := make([]score.Score, len(read.Scores))
		for i := range read.Scores {
			s := &read.Scores[i]
			if s.Status != nil {
				statuses[*s.Status]++
			}
			sizes[i].Size = size(c, read.Basis.Frame, *s)
			strip(s)
		}
		require.Greater(t, len(statuses), 2, "%v", statuses)
		d := derivation{Campaign: c, on: read.Head.PublishedAt, rows: read.Scores, at: index(read.Scores)}
		d.derive(sizes)
		got, err := release.Encode(read)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

// filled are tables with answers in most cells, drawn by rote.
func filled(layout *tally.Layout, frame campaign.Frame) score.Tables {
	tables := score.New(layout, frame)
	for i := range tables.Tables {
		for cell := range tables.Tables[i].Atoms {
			unit := cell / 2
			if tables.IsPool(unit) || frame.Region[unit] < 0 || unit%7 == 3 {
				continue
			}
			for wave := range 2 {
				counts := make([]int, layout.Tables[i].Classes)
				for slot, class := range layout.Tables[i].Class {
					if class > 0 {
						counts[class] = 3 + (int(class)*(5+cell%11)+wave*(unit%5)*int(class)+slot%2)%29
					}
				}
				tables.Tables[i].Atoms[cell].Counts[wave] = counts
			}
		}
		for cell := range tables.Tables[i].Apart {
			tables.Tables[i].Apart[cell].Counts = [2][]int{slices.Repeat([]int{9}, layout.Tables[i].Classes), slices.Repeat([]int{14}, layout.Tables[i].Classes)}
		}
	}
	return tables
}

// size is how many people of the frame a row is about, from the frame of a release.
func size(c *campaign.Campaign, frame []release.FrameRow, s release.Score) (n int) {
	groups := map[string][]string{"all": {"bands_1_4", "others"}, "bands_1_4": {"bands_1_4"}, "others": {"others"}}[s.Group]
	for _, row := range frame {
		in := map[string]bool{"nation": true, "region": row.Region == s.Code, "type": row.Type == s.Code, "organisation": row.Code == s.Code}[s.Level]
		for _, group := range groups {
			if in {
				n += row.Sizes[group]
			}
		}
	}
	return n
}

// strip takes all from a row that is not a primitive.
func strip(s *release.Score) {
	waves, changes := []*release.Wave{&s.Before, &s.After}, []*release.Change{s.Change}
	if l := s.Details.Learners; l != nil {
		waves, changes = append(waves, &l.Before, &l.After), append(changes, l.Change)
	}
	for _, w := range waves {
		w.Low, w.High, w.ResponseRate = nil, nil, nil
	}
	for _, c := range changes {
		if c != nil {
			c.Low, c.High = 0, 0
		}
	}
	s.Target, s.Status, s.Further, s.Withheld, s.Provisional, s.Details.Gap = nil, nil, nil, nil, false, nil
}
