package score_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/score"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/tally"
)

var stored = day.Must("2026-11-22")

func layoutOf(t require.TestingT, c *campaign.Campaign) *tally.Layout {
	l, err := tally.NewLayout(c)
	require.NoError(t, err)
	return l
}

// drawing draws tables in which anything may be there, be there without anybody, or not be there.
type drawing struct{ *rapid.T }

func (d drawing) some() bool { return rapid.IntRange(0, 2).Draw(d.T, "there") == 0 }

func (d drawing) counts(classes, blocks int) []int {
	counts := make([]int, classes*blocks)
	for i := range counts {
		if i%classes != 0 && d.some() { // nobody is outside the base
			counts[i] = rapid.IntRange(1, 30).Draw(d.T, "count")
		}
	}
	return counts
}

// answers draws how people answered a table's questions.
func (d drawing) answers(t score.Tables, table int) []int {
	from, n := t.Answers(table, len(t.Layout.Tables[table].Questions)-1)
	given := make([]int, from+n)
	for i := range given {
		if d.some() {
			given[i] = rapid.IntRange(1, 30).Draw(d.T, "answer")
		}
	}
	return given
}

func (d drawing) atom(t score.Tables, table int, from bool) (a score.Atom) {
	classes := t.Classes(table)
	for wave := range a.Counts {
		if d.some() {
			a.Counts[wave] = d.counts(classes, 1)
			if d.some() {
				a.Answers[wave] = d.answers(t, table)
			}
		}
		if from && d.some() {
			a.From[wave] = map[int]int{1: 3, rapid.IntRange(2, 4).Draw(d.T, "organisation"): 7}
		}
	}
	if t.Scored(table) && d.some() {
		for class := range classes {
			row := make([]int, classes)
			if class != 0 {
				row = d.counts(classes, 1)
			}
			a.Pairs = append(a.Pairs, row)
		}
	}
	return a
}

func (d drawing) pledges(organisations int) score.Pledges {
	p := score.Pledges{Statuses: make([][]int, organisations)}
	for o := range p.Statuses {
		if d.some() {
			p.Statuses[o] = rapid.SliceOfN(rapid.IntRange(0, 30), len(tally.Statuses()), len(tally.Statuses())).Draw(d.T, "statuses")
		}
	}
	p.Board = d.number()
	return p
}

// number draws one, or none.
func (d drawing) number() *int {
	return rapid.Ptr(rapid.IntRange(0, 200), true).Draw(d.T, "number")
}

func (d drawing) split(cells []int, classes int, blocks func(cell int) int) (s score.Split) {
	for wave := range s.Counts {
		if !d.some() {
			continue
		}
		s.Counts[wave] = map[int][]int{}
		for _, cell := range cells {
			if d.some() {
				s.Counts[wave][cell] = d.counts(classes, blocks(cell))
			}
		}
	}
	return s
}

func (d drawing) tables(l *tally.Layout, f campaign.Frame) score.Tables {
	t := score.New(l, f)
	c := l.Campaign
	t.Pledges = d.pledges(len(f.Standing))
	for region := range t.Held {
		t.Held[region] = d.some()
	}
	for i := range t.Tables {
		table, classes := &t.Tables[i], t.Classes(i)
		table.LeftOut = [2]*int{d.number(), d.number()}
		for cell := range table.Atoms {
			if d.some() {
				table.Atoms[cell] = d.atom(t, i, false)
			}
		}
		for region := range f.Regions {
			for group, of := range c.Groups {
				if !of.Weighted() {
					table.Apart[t.ApartCell(region, group)] = d.atom(t, i, true)
				}
			}
			if !t.Scored(i) {
				continue
			}
			cells := []int{t.Cell(0, 0), t.Cell(region, 1), t.Cell(t.Pool(region), 0), t.Cell(t.Pool(len(f.Regions)), 1)}
			table.Opened[region] = d.split(cells, classes, func(int) int { return 1 })
			table.Parts[region] = d.split([]int{t.Cell(region, 1), t.Cell(t.Pool(region), 1)}, classes, func(int) int { return len(t.Parts(1)) + 1 })
		}
	}
	return t
}

func TestDecodeIsTheInverseOfEncode(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	l, f := layoutOf(t, c), c.Frame(stored)
	rapid.Check(t, func(r *rapid.T) {
		want := drawing{r}.tables(l, f)
		content, err := want.Encode()
		require.NoError(r, err)
		got, err := score.Decode(l, f, content)
		require.NoError(r, err)
		require.Equal(r, want, got)
		again, err := got.Encode()
		require.NoError(r, err)
		require.Equal(r, string(content), string(again))
	})
}

// TestTablesAreReadWithAnotherCampaignFile: what was added to it changes positions, and no meaning.
func TestTablesAreReadWithAnotherCampaignFile(t *testing.T) {
	old := campaigntest.Load(t)
	added := campaigntest.Load(t, campaigntest.NewQuestion,
		campaigntest.Edit{File: "organisations.csv", Old: "open_from,open_to\r\n", New: "open_from,open_to\r\nR00,New,acute,London,2026-01-01,\r\n"},
		campaigntest.JSON(`{"question": "A1", "favourable": ["strongly_agree", "agree"]},
          {"question": "A2", "favourable": ["yes"]}]}],`, `{"question": "A2", "favourable": ["yes"]},
          {"question": "A1", "favourable": ["strongly_agree", "agree"]}]}],`))
	l, f := layoutOf(t, old), old.Frame(stored)
	tables := score.New(l, f)
	i := old.Organisations.Index("RXX")
	counts := make([]int, l.Tables[0].Classes)
	counts[1+1] = 40 // who agreed with the first item alone: A1
	require.Equal(t, old.Question("A1"), l.Tables[0].Items[0].Question)
	tables.Tables[0].Atoms[tables.Cell(i, 1)].Counts[score.Before] = counts
	content, err := tables.Encode()
	require.NoError(t, err)

	l2 := layoutOf(t, added)
	require.Equal(t, added.Question("A2"), l2.Tables[0].Items[0].Question, "the items are in another order")
	got, err := score.Decode(l2, added.Frame(stored), content)
	require.NoError(t, err)
	at := added.Organisations.Index("RXX")
	require.NotEqual(t, i, at)
	require.Equal(t, 40, got.Tables[0].Atoms[got.Cell(at, 1)].Counts[score.Before][1+2])
}

func TestTablesThatDoNotFitAreRefused(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	l, f := layoutOf(t, c), c.Frame(stored)
	const (
		items = `[{"question":"A4","favourable":["strongly_agree","agree"]},{"question":"A5","favourable":["disagree","strongly_disagree"]}]`
		none  = `,"atoms":[],"parts":[],"opened":[],"apart":[]}`
		head  = `{"format":1,"campaign":"learning-for-life","tables":[`
	)
	table := func(atoms, parts, opened, apart string) string {
		return head + `{"table":"I","items":` + items + `,"atoms":[` + atoms + `],"parts":[` + parts + `],"opened":[` + opened + `],"apart":[` + apart + `]}]}`
	}
	single := func(atoms, rest string) string {
		return head + `{"table":"A7","items":[],"atoms":[` + atoms + `],"parts":[],"opened":[],"apart":[]` + rest + `}]}`
	}
	beside := func(member string) string { return head + `],` + member + `}` }
	statuses := func(of ...string) string {
		list := make([]string, len(of))
		for i, n := range of {
			list[i] = `"` + tally.Statuses()[i] + `":` + n
		}
		return `{"RXX":{` + strings.Join(list, ",") + `}}`
	}
	all := make([]string, len(tally.Statuses()))
	for i := range all {
		all[i] = "4"
	}
	atom := func(of, rest string) string { return `{` + of + `,"group":"others"` + rest + `}` }
	const rxx = `"organisation":"RXX"`
	split := func(region, cell string) string {
		return `{"region":"` + region + `","waves":{"before":[` + cell + `]}}`
	}
	for _, good := range []string{
		head + `]}`,
		table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"pairs":[[1,0,1,1,3]]`), ``, ``, ``),
		table(``, split("London", atom(rxx, `,"parts":{"bands_5_7":[[1,1,12]]}`)), split("London", atom(`"pool":"ENG"`, `,"parts":{"":[]}`)),
			`{"region":"London","group":"board","waves":{},"from":{"after":{"RXX":3}}}`),
		table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"before":{"A4":[[1,12]],"A5":[[2,12]]}}`), ``, ``, ``),
		single(atom(rxx, `,"waves":{"before":[[1,12]]},"answers":{"before":{"A7":[[1,12]]}}`), `,"leftOut":{"before":0}`),
		beside(`"held":["London"],"pledges":{"statuses":` + statuses(all...) + `,"board":0}`),
	} {
		_, err := score.Decode(l, f, []byte(good))
		require.NoError(t, err, good)
	}
	for name, bad := range map[string]string{
		"nothing":                 ``,
		"another format":          strings.Replace(head, `1`, `2`, 1) + `]}`,
		"another campaign":        strings.Replace(head, `learning-for-life`, `other`, 1) + `]}`,
		"something unknown":       `{"format":1,"campaign":"learning-for-life","tables":[],"more":1}`,
		"no such table":           head + `{"table":"X","items":[]` + none + `]}`,
		"a table twice":           head + `{"table":"I","items":` + items + none + `,{"table":"I","items":` + items + none + `]}`,
		"items of no measure":     head + `{"table":"A7","items":` + items + none + `]}`,
		"an item less":            head + `{"table":"I","items":[{"question":"A4","favourable":["strongly_agree","agree"]}]` + none + `]}`,
		"an item twice":           head + `{"table":"I","items":[{"question":"A4","favourable":["strongly_agree","agree"]},{"question":"A4","favourable":["strongly_agree","agree"]}]` + none + `]}`,
		"another item":            head + `{"table":"I","items":[{"question":"A4","favourable":["agree"]}]` + none + `]}`,
		"no such organisation":    table(atom(`"organisation":"ZZZ"`, `,"waves":{}`), ``, ``, ``),
		"no organisation":         table(`{"group":"others","waves":{}}`, ``, ``, ``),
		"no such pool":            table(atom(`"pool":"Wales"`, `,"waves":{}`), ``, ``, ``),
		"both":                    table(atom(rxx+`,"pool":"London"`, `,"waves":{}`), ``, ``, ``),
		"a region":                table(atom(`"region":"London"`, `,"waves":{}`), ``, ``, ``),
		"no weighting group":      table(`{`+rxx+`,"group":"all","waves":{}}`, ``, ``, ``),
		"an atom twice":           table(atom(rxx, `,"waves":{}`)+`,`+atom(rxx, `,"waves":{}`), ``, ``, ``),
		"no such wave":            table(atom(rxx, `,"waves":{"later":[]}`), ``, ``, ``),
		"a short entry":           table(atom(rxx, `,"waves":{"before":[[1,12]]}`), ``, ``, ``),
		"an empty entry":          table(atom(rxx, `,"waves":{"before":[[]]}`), ``, ``, ``),
		"no flag":                 table(atom(rxx, `,"waves":{"before":[[2,0,12]]}`), ``, ``, ``),
		"nobody":                  table(atom(rxx, `,"waves":{"before":[[1,0,0]]}`), ``, ``, ``),
		"fewer than nobody":       table(atom(rxx, `,"waves":{"before":[[1,0,-1]]}`), ``, ``, ``),
		"a class twice":           table(atom(rxx, `,"waves":{"before":[[1,0,1],[1,0,2]]}`), ``, ``, ``),
		"a short pair":            table(atom(rxx, `,"waves":{},"pairs":[[1,0,3]]`), ``, ``, ``),
		"a pair twice":            table(atom(rxx, `,"waves":{},"pairs":[[1,0,1,0,3],[1,0,1,0,3]]`), ``, ``, ``),
		"nobody's pair":           table(atom(rxx, `,"waves":{},"pairs":[[1,0,1,0,0]]`), ``, ``, ``),
		"no such region":          table(``, split("Wales", ``), ``, ``),
		"a region twice":          table(``, split("London", ``)+`,`+split("London", ``), ``, ``),
		"no such part":            table(``, split("London", atom(rxx, `,"parts":{"bands_1_4":[]}`)), ``, ``),
		"a part where nobody is":  table(``, ``, split("London", atom(rxx, `,"parts":{"bands_5_7":[]}`)), ``),
		"a cell twice":            table(``, split("London", atom(rxx, `,"parts":{}`)+`,`+atom(rxx, `,"parts":{}`)), ``, ``),
		"a weighted group apart":  table(``, ``, ``, `{"region":"London","group":"others","waves":{}}`),
		"an organisation apart":   table(``, ``, ``, `{"region":"London","organisation":"RXX","group":"board","waves":{}}`),
		"sent by nobody known":    table(``, ``, ``, `{"region":"London","group":"board","waves":{},"from":{"after":{"ZZZ":3}}}`),
		"an answer twice":         table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"before":{"A4":[[1,6],[1,6]],"A5":[]}}`), ``, ``, ``),
		"no such answer":          table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"before":{"A4":[[99,12]],"A5":[]}}`), ``, ``, ``),
		"an answer of nobody":     table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"before":{"A4":[[1,0]],"A5":[]}}`), ``, ``, ``),
		"a question less":         table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"before":{"A4":[]}}`), ``, ``, ``),
		"another question":        table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"before":{"A4":[],"A1":[]}}`), ``, ``, ``),
		"answers in no wave":      table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"later":{"A4":[],"A5":[]}}`), ``, ``, ``),
		"answers without people":  table(atom(rxx, `,"waves":{"before":[[1,0,12]]},"answers":{"after":{"A4":[],"A5":[]}}`), ``, ``, ``),
		"flags of no measure":     single(atom(rxx, `,"waves":{"before":[[1,0,12]]}`), ``),
		"no such number":          single(atom(rxx, `,"waves":{"before":[[99,12]]}`), ``),
		"a blank":                 single(atom(rxx, `,"waves":{"before":[[0,12]]}`), ``),
		"pairs of no measure":     single(atom(rxx, `,"waves":{},"pairs":[[1,1,3]]`), ``),
		"parts of no measure":     strings.Replace(single(``, ``), `"parts":[]`, `"parts":[`+split("London", ``)+`]`, 1),
		"fewer left out than one": single(``, `,"leftOut":{"before":-1}`),
		"left out of no wave":     single(``, `,"leftOut":{"later":1}`),
		"no such region is held":  beside(`"held":["Wales"]`),
		"a region is held twice":  beside(`"held":["London","London"]`),
		"a status less":           beside(`"pledges":{"statuses":` + statuses(all[1:]...) + `}`),
		"another status":          beside(`"pledges":{"statuses":` + strings.Replace(statuses(all...), tally.Statuses()[0], "dreamt", 1) + `}`),
		"fewer pledges than none": beside(`"pledges":{"statuses":` + statuses(append([]string{"-1"}, all[1:]...)...) + `}`),
		"pledges of nobody known": beside(`"pledges":{"statuses":` + strings.Replace(statuses(all...), "RXX", "ZZZ", 1) + `}`),
		"fewer boards than none":  beside(`"pledges":{"statuses":{},"board":-1}`),
		"sent in no wave":         table(``, ``, ``, `{"region":"London","group":"board","waves":{},"from":{"later":{"RXX":3}}}`),
	} {
		_, err := score.Decode(l, f, []byte(bad))
		require.Error(t, err, name)
	}
}
