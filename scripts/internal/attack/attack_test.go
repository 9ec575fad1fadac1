package attack_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/attack"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/figures"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

var histories = flag.Int("histories", 10, "how many random histories are played by the rules")

// days are those on which releases are made: the first survey closes between them.
var days = [2]day.Day{day.Must("2026-12-30"), day.Must("2027-01-06")}

// world is what the campaign counted at a release: nine trusts in three regions, everywhere 40 people of each
// group in each wave, some of them linked, and board members of six trusts in every region.
type world struct {
	score.Tables
	t testing.TB
}

// tables of the objectives, by what they are of.
func (w world) table(objective, measure int) int {
	return w.Layout.Campaign.Objectives[objective-1].Measures[measure].Table
}

func (w world) cell(code string, group int) int {
	return w.Cell(w.Layout.Campaign.Organisations.Index(code), group)
}

func (w world) region(name string) int { return slices.Index(w.Frame.Regions, name) }

// of are counts of the table of objectives 1 and 4: neither A1 nor A2, A1 alone, A2 alone, both, and the last two with A6.
func of(neither, a1, a2, both, a2a6, all int) []int {
	return []int{0, neither, a1, a2, both, 0, 0, a2a6, all}
}

func newWorld(t testing.TB) world {
	organisations, workforce := "", ""
	for i := range 9 {
		code := fmt.Sprintf("R%02d", i)
		organisations += fmt.Sprintf("%s,Trust %d,acute,%s,,\n", code, i, []string{"London", "North West", "South East"}[i%3])
		workforce += fmt.Sprintf("%s,%d\n", code, 3000+370*i)
	}
	c := campaigntest.Trusts(t, organisations, "", workforce,
		campaigntest.JSON(`"First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"First survey", "opens": "2026-01-01", "closes": "2027-01-01"`))
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	w := world{score.New(layout, c.Frame(days[0])), t}
	for i := range 9 {
		for group := range 2 {
			for wave := range 2 {
				w.people(fmt.Sprintf("R%02d", i), group, wave, of(9, 4, 5, 8, 6, 8))
				w.set(w.table(3, 0), fmt.Sprintf("R%02d", i), group, wave, []int{0, 12, 6, 7, 15})
			}
		}
	}
	for region := range w.Frame.Regions {
		for wave := range 2 {
			w.board(region, wave, 20, 15)
		}
	}
	return w
}

// people puts counts of objectives 1 and 4 in place of those of a trust's group, in parts of which are 20 of bands 5 to 7, 12
// of bands 8 to 9 and the rest, as far as there are so many.
func (w world) people(code string, group, wave int, counts []int) {
	w.set(w.table(1, 0), code, group, wave, counts)
}

func (w world) set(table int, code string, group, wave int, counts []int) {
	cell := w.cell(code, group)
	t := &w.Tables.Tables[table]
	t.Atoms[cell].Counts[wave] = counts
	unit, _ := w.Of(cell)
	t.Opened[w.Region(unit)].Set(wave, cell, counts)
	if len(w.Parts(group)) > 0 {
		// Everybody is of the first part here, until somebody says otherwise.
		t.Parts[w.Region(unit)].Set(wave, cell, slices.Concat(counts, make([]int, 2*len(counts))))
	}
}

// board puts so many board members of a region in place of those there were, from six trusts.
func (w world) board(region, wave, agree, not int) {
	group := w.Layout.Campaign.Group("board")
	for _, table := range []int{w.table(2, 0), w.table(3, 1)} {
		a := &w.Tables.Tables[table].Apart[w.ApartCell(region, group)]
		a.Counts[wave], a.From[wave] = []int{0, not, agree}, map[int]int{}
		for i := range agree + not {
			a.From[wave][i%6]++
		}
	}
}

// pairs links people of a trust's group: of each of the two middle classes before to the same after.
func (w world) pairs(code string, group, n int) {
	p := make([][]int, 9)
	for i := range p {
		p[i] = make([]int, 9)
	}
	p[1][1], p[8][8] = n/3, n/4
	p[3][4], p[4][3] = n/4, n-n/3-2*(n/4)
	w.Tables.Tables[w.table(1, 0)].Atoms[w.cell(code, group)].Pairs = p
}

// show makes the release of tables as they are.
func show(t testing.TB, w score.Tables, on day.Day, last release.Release) release.Release {
	c := w.Layout.Campaign
	nodes := c.Nodes(on)
	head := release.Head{Seq: 1, PublishedAt: on}
	if last.Head != nil {
		head.Seq = last.Head.Seq + 1
	}
	return figures.Release(w, nodes, score.Compute(w, nodes, c.Rows(nodes)), head, last)
}

// attacked writes releases to a folder and attacks them there, as they would be served.
func attacked(t testing.TB, releases []release.Release, more func(document []byte) []byte) []attack.Finding {
	folder := t.TempDir()
	for i, r := range releases {
		document, err := release.Encode(r)
		require.NoError(t, err)
		if more != nil {
			document = more(document)
		}
		require.NoError(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.json", i+1)), document, 0o600))
	}
	read, err := attack.Directory(folder)
	require.NoError(t, err)
	return attack.Releases(read, false)
}

// row is where a release shows an objective.
func row(t testing.TB, r release.Release, objective int, level, code, group string) *release.Score {
	for i := range r.Scores {
		if s := &r.Scores[i]; s.Objective == objective && s.Level == level && s.Code == code && s.Group == group {
			return s
		}
	}
	require.Fail(t, "there is no such row")
	return nil
}

// victim is somebody whom a release gives away if one rule is not kept.
type victim struct {
	rule string
	kind string // of what the attack finds
	says string // what it says of the victim
	// grow is what happens before the first release, and between the two.
	grow [2]func(w world)
	// admit is what is admitted without the rule, of all that was counted; nil if that is everything.
	admit func(w world)
	// figure is what is shown without the rule, and document what is served; nil if nothing else.
	figure   func(t testing.TB, w world, r *release.Release)
	document func(document []byte) []byte
}

func nothing(world) {}

const (
	low    = 0 // the group of bands 1 to 4
	others = 1
	before = score.Before
	after  = score.After
)

var victims = []victim{
	{rule: "nobody is swapped for somebody", kind: "change", says: "R04, bands_1_4, wave before, table L: its figures changed, and its size by none people", grow: [2]func(world){nothing, func(w world) {
		w.people("R04", low, before, of(10, 4, 5, 8, 6, 7)) // one who agreed left, and one who does not joined
	}}},
	{rule: "an atom changes by eleven people", kind: "change", says: "R04, bands_1_4, wave before, table L: its figures changed, and its size by 4 to 5", grow: [2]func(world){nothing, func(w world) {
		w.people("R04", low, before, of(11, 5, 5, 8, 7, 9))
	}}},
	{rule: "those who join have two values", kind: "answers", says: "the 12 people by whom it changed all answered alike", grow: [2]func(world){
		func(w world) { w.people("R04", low, before, of(8, 0, 0, 0, 0, 6)) },
		func(w world) { w.people("R04", low, before, of(8, 0, 0, 0, 0, 18)) },
	}},
	{rule: "objectives 1 and 4 share a base", kind: "base", says: "objective 1 rests on 45 people and objective 4 on 40", grow: [2]func(world){nothing, nothing},
		figure: func(t testing.TB, w world, r *release.Release) {
			blank := newWorld(t) // three who left A6 blank count for objective 1
			blank.people("R04", low, before, of(9, 4, 6, 10, 6, 8))
			*row(t, *r, 1, "organisation", "R04", "bands_1_4") = *row(t, show(t, blank.Tables, r.Head.PublishedAt, release.Release{}), 1, "organisation", "R04", "bands_1_4")
		}},
	{rule: "everybody in an atom weighs the same", kind: "weights", says: "R04, others, wave before, table L, objective 4: no answers of 30 people",
		grow: [2]func(world){func(w world) { w.people("R04", others, before, of(14, 0, 0, 0, 0, 16)) }, nothing},
		figure: func(t testing.TB, w world, r *release.Release) {
			// 8 of 20 of bands 5 to 7 at .775 and 8 of 10 of bands 8 to 9 at .225 make 49 %, which 28 to 32 people never do
			value := 49.0
			row(t, *r, 4, "organisation", "R04", "others").Before.Value = &value
		}},
	{rule: "the classes of a split change by eleven", kind: "split", says: "region North West, bands_8_9", grow: [2]func(world){
		func(w world) { w.parts("R04", 20, 13) },
		func(w world) { w.parts("R04", 14, 19) },
	}},
	{rule: "eleven are not linked", kind: "pairs", says: "R04, bands_1_4, wave before", grow: [2]func(world){func(w world) { w.pairs("R04", low, 20) }, func(w world) { w.pairs("R04", low, 36) }}},
	{rule: "the linked change by eleven", kind: "pairs", says: "1 to 9 people are newly linked", grow: [2]func(world){func(w world) { w.pairs("R04", low, 13) }, func(w world) { w.pairs("R04", low, 18) }}},
	{rule: "a region's board changes by eleven", kind: "change", says: "region London, board", grow: [2]func(world){nothing, func(w world) { w.board(w.region("London"), before, 23, 17) }}},
	{rule: "a pool has eleven people", kind: "size", says: "1 to 9 people",
		grow: [2]func(world){nothing, func(w world) { w.leave("R04", low, of(2, 1, 0, 1, 0, 1)) }},
		admit: func(w world) { // the pool of the region has those who are left out of the trust
			t := &w.Tables.Tables[w.table(1, 0)]
			if small := &t.Atoms[w.cell("R04", low)]; sum(small.Counts[before]) < 11 {
				pool := w.Cell(w.Pool(w.region("North West")), low)
				t.Atoms[pool].Counts[before], small.Counts[before] = small.Counts[before], nil
			}
		}},
	{rule: "a value near an extreme is a bound", kind: "unanimity", says: "of 40 people at most 2",
		grow: [2]func(world){func(w world) { w.people("R04", low, before, of(1, 0, 0, 1, 0, 38)) }, nothing},
		figure: func(t testing.TB, w world, r *release.Release) {
			s := row(t, *r, 4, "organisation", "R04", "bands_1_4")
			value, effective := 95.0, 35
			s.Before.Value, s.Before.Effective, s.Before.Bound = &value, &effective, nil
		}},
	{rule: "no digest of counts is shown", kind: "digest", says: "the SHA-256 of [12,3]", grow: [2]func(world){nothing, nothing},
		document: func(document []byte) []byte {
			counts := sha256.Sum256([]byte("[12,3]"))
			return bytes.Replace(document, []byte(`{"release":{`), fmt.Appendf(nil, `{"release":{"snapshot":"%x",`, counts), 1)
		}},
}

func sum(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

// parts has so many of the first 40 of a trust's other bands be in bands 5 to 7, and in bands 8 to 9.
func (w world) parts(code string, fiveToSeven, eightToNine int) {
	table, cell := w.table(1, 0), w.cell(code, others)
	unit, _ := w.Of(cell)
	var classes [3][]int
	left := [3]int{fiveToSeven, eightToNine, 1 << 20}
	for part := range classes {
		classes[part] = make([]int, w.Classes(table))
	}
	for class, n := range w.Tables.Tables[table].Atoms[cell].Counts[before] {
		for range n {
			part := 0
			for left[part] == 0 {
				part++
			}
			left[part]--
			classes[part][class]++
		}
	}
	w.Tables.Tables[table].Parts[w.Region(unit)].Set(before, cell, slices.Concat(classes[0], classes[1], classes[2]))
}

// leave has a trust's group be no more than these people.
func (w world) leave(code string, group int, counts []int) { w.people(code, group, before, counts) }

// histories plays what happens to the victim. Without the rule everything that was counted is shown, but for what the victim
// says; with it what is admitted.
func (v victim) releases(t testing.TB, ruled bool) (releases []release.Release) {
	w := newWorld(t)
	state := disclosure.Fresh(w.Layout, w.Frame)
	last := release.Release{}
	for i, on := range days {
		v.grow[i](w)
		tables := world{clone(w.Tables), t}
		switch {
		case ruled:
			state = disclosure.Admit(tables.Tables, state, on, func(int) bool { return false })
			tables.Tables = state.Tables
		case v.admit != nil:
			v.admit(tables)
		}
		last = show(t, tables.Tables, on, last)
		if !ruled && v.figure != nil {
			v.figure(t, tables, &last)
		}
		releases = append(releases, last)
	}
	return releases
}

// clone returns tables whose atoms and splits can be changed.
func clone(t score.Tables) score.Tables {
	t.Tables = slices.Clone(t.Tables)
	for i := range t.Tables {
		of := &t.Tables[i]
		of.Atoms, of.Apart = slices.Clone(of.Atoms), slices.Clone(of.Apart)
		for _, splits := range []*[]score.Split{&of.Parts, &of.Opened} {
			*splits = slices.Clone(*splits)
			for r := range *splits {
				for wave := range (*splits)[r].Counts {
					(*splits)[r].Counts[wave] = maps.Clone((*splits)[r].Counts[wave])
				}
			}
		}
	}
	return t
}

// TestEveryVictimIsFound: with a rule switched off the attack finds whom it protects, and with it nobody.
func TestEveryVictimIsFound(t *testing.T) {
	for _, v := range victims {
		t.Run(v.rule, func(t *testing.T) {
			found := attacked(t, v.releases(t, false), v.document)
			first := slices.IndexFunc(found, func(f attack.Finding) bool { return f.Kind == v.kind && strings.Contains(f.String(), v.says) })
			require.GreaterOrEqual(t, first, 0, "%v", found)
			t.Logf("%d found: %v", len(found), found[first])
			require.Empty(t, attacked(t, v.releases(t, true), nil))
		})
	}
}
