package score_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
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

var today = day.Must("2026-11-22")

// Two fifths of the staff are bands 1–4: AAA 400 and 600, BBB 200 and 300, CCC 100 and 150, DDD 800 and 1200,
// EEE 600 and 900. MMM took NNN over after the campaign opened: 600 and 900, of which NNN had a third. PPP came
// after the campaign opened, of QQQ and RRR: 120 and 180. WWW is the online one, without a figure, and so is ZZZ.
const (
	organisations = `AAA,A,acute,North East and Yorkshire,,
BBB,B,acute,North East and Yorkshire,,
CCC,C,mental_health,North East and Yorkshire,,
DDD,D,acute,South East,,
EEE,E,mental_health,South East,,
MMM,M,community,London,,
NNN,N,community,London,,2026-06-30
PPP,P,community,Midlands,2026-07-01,
QQQ,Q,community,Midlands,,2026-06-30
RRR,R,community,Midlands,,2026-06-30
WWW,W,online,National,,
ZZZ,Z,acute,South East,,
`
	successors = "NNN,MMM,2026-07-01,yes\nQQQ,PPP,2026-07-01,yes\nRRR,PPP,2026-07-01,yes\n"
	workforce  = "AAA,1000\nBBB,500\nCCC,250\nDDD,2000\nEEE,1500\nMMM,1000\nNNN,500\nQQQ,200\nRRR,100\n"
	north      = "North East and Yorkshire"
	south      = "South East"
)

// The weighting groups.
const (
	low = iota
	others
)

// world is a campaign with tables to fill in.
type world struct {
	score.Tables
	c     *campaign.Campaign
	nodes []campaign.Node
	rows  []campaign.Row
}

func newWorld(t testing.TB) world {
	t.Helper()
	return worldOf(t, campaigntest.Trusts(t, organisations, successors, workforce))
}

func worldOf(t testing.TB, c *campaign.Campaign) world {
	t.Helper()
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	nodes := c.Nodes(today)
	return world{score.New(layout, c.Frame(today)), c, nodes, c.Rows(nodes)}
}

// empty is the world with nothing in its tables.
func (w world) empty() world {
	w.Tables = score.New(w.Layout, w.Frame)
	return w
}

func (w world) scores() []score.Score { return score.Compute(w.Tables, w.nodes, w.rows) }

// score finds the score of a row.
func (w world) score(t require.TestingT, objective int, level campaign.Level, code, group string) score.Score {
	for _, s := range w.scores() {
		n := w.nodes[s.Row.Node]
		if s.Row.Objective == objective && n.Level == level && n.Code == code && w.c.Groups[s.Row.Group].ID == group {
			return s
		}
	}
	require.Fail(t, "no such row", "%d %s %s %s", objective, level, code, group)
	return score.Score{}
}

// table is that of a measure of the objective.
func (w world) table(objective, measure int) *score.Table {
	return &w.Tables.Tables[w.c.Objectives[objective-1].Measures[measure].Table]
}

func (w world) unit(code string) int { return w.c.Organisations.Index(code) }

func (w world) region(code string) int { return slices.Index(w.Frame.Regions, code) }

func (w world) atom(objective, unit, group int) *score.Atom {
	return &w.table(objective, 0).Atoms[w.Cell(unit, group)]
}

// believe gives a unit's group so many people, of whom so many have the value 1 of objective 3, and the rest 0.
func (w world) believe(unit, group, wave, one, n int) {
	w.atom(3, unit, group).Counts[wave] = values(n-one, 0, one)
}

// values are counts of table I by the value of objective 3: 0, ½ (half of them by A4 and half by A5) and 1.
func values(zero, half, one int) []int { return []int{0, zero, half - half/2, half / 2, one} }

// classes of table L: 1 + A1 agreed + 2·A2 yes + 4·A6 agreed; A6 is asked of those who say yes.
const (
	unaware      = 1
	aware        = 2
	learner      = 3
	awareLearner = 4
	helped       = 7
	awareHelped  = 8
)

// requireExact holds that a value is the fraction, and its float next to it.
func requireExact(t *testing.T, want *big.Rat, got score.Value, what string) {
	t.Helper()
	require.Equal(t, want.RatString(), got.Exact().RatString(), what)
	float, _ := want.Float64()
	require.InDelta(t, float, got.Float, 1e-12, what)
}

// plain is a score as values that can be compared: without what computes its fractions.
func plain(s score.Score) score.Score {
	s.Waves, s.Change, s.Bars = levels(s.Waves), change(s.Change), bars(s.Bars)
	if s.Opened != nil {
		s.Opened = &score.Opened{Waves: levels(s.Opened.Waves), Change: change(s.Opened.Change)}
	}
	return s
}

func plainly(scores []score.Score) []score.Score {
	list := make([]score.Score, len(scores))
	for i, s := range scores {
		list[i] = plain(s)
	}
	return list
}

func levels(of [2]*score.Level) (list [2]*score.Level) {
	for i, l := range of {
		if l != nil {
			p := *l
			p.Value = score.Value{Float: l.Value.Float}
			list[i] = &p
		}
	}
	return list
}

func bars(list []score.Bar) (plain []score.Bar) {
	for _, bar := range list {
		for wave, a := range bar.Waves {
			if a != nil {
				p := score.Answered{Respondents: a.Respondents, People: a.People}
				for _, share := range a.Shares {
					p.Shares = append(p.Shares, score.Value{Float: share.Float})
				}
				bar.Waves[wave] = &p
			}
		}
		plain = append(plain, bar)
	}
	return plain
}

func change(c *score.Change) *score.Change {
	if c == nil {
		return nil
	}
	p := *c
	p.Difference = score.Value{Float: c.Difference.Float}
	return &p
}

// numbers are all floats of a score, with what each is.
func numbers(s score.Score) map[string]float64 {
	all := map[string]float64{}
	wave := func(name string, l *score.Level) {
		if l == nil {
			return
		}
		all[name+" value"], all[name+" variance"], all[name+" Kish"] = l.Value.Float, l.Variance, l.Kish
		if l.Representativity != nil {
			all[name+" R"] = *l.Representativity
		}
	}
	both := func(name string, waves [2]*score.Level, c *score.Change) {
		wave(name+"before", waves[score.Before])
		wave(name+"after", waves[score.After])
		if c == nil {
			return
		}
		all[name+"difference"], all[name+"correlation"], all[name+"variance"], all[name+"clusters"] = c.Difference.Float, c.Correlation, c.Variance, c.ClusterVariance
		if c.Coverage != nil {
			all[name+"coverage"] = *c.Coverage
		}
	}
	both("", s.Waves, s.Change)
	if s.Opened != nil {
		both("opened ", s.Opened.Waves, s.Opened.Change)
	}
	return all
}

// random makes tables of a drawn seed: in each of them some cells have nobody, some have one wave, and some have
// pairs. Pools and regions' splits are among them.
func (w world) random(t *rapid.T) world {
	w = w.empty()
	d := draws{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))}
	for i := range w.Tables.Tables {
		table, classes, size := &w.Tables.Tables[i], w.classes(i), w.Classes(i)
		for cell := range table.Atoms {
			unit := cell / 2
			if w.IsPool(unit) && d.IntN(3) > 0 || !w.IsPool(unit) && w.Frame.Region[unit] < 0 {
				continue
			}
			table.Atoms[cell] = d.people(classes, size)
			if w.IsPool(unit) || !w.Scored(i) {
				table.Atoms[cell].Pairs = nil
			}
			if !w.Scored(i) {
				answer(&table.Atoms[cell])
				continue
			}
			for wave, counts := range table.Atoms[cell].Counts {
				if region := w.Region(unit); region >= 0 && counts != nil {
					tell(&table.Opened[region], wave, cell, counts)
					if cell%2 == others {
						tell(&table.Parts[region], wave, cell, d.apart(counts))
					}
				}
			}
		}
		for region := range table.Parts {
			for wave := range 2 {
				if d.IntN(4) == 0 {
					table.Parts[region].Counts[wave], table.Opened[region].Counts[wave] = nil, nil
				}
			}
			table.Apart[w.ApartCell(region, w.c.Group("board"))] = d.people(classes, size)
		}
	}
	return w
}

// classes are those of a table that somebody in its base can be in: nobody is helped by learning without having learned.
func (w world) classes(table int) (classes []int) {
	if !w.Scored(table) {
		for class := 1; class < w.Classes(table); class++ {
			classes = append(classes, class)
		}
		return classes
	}
	for _, class := range w.Layout.Tables[table].Class {
		if class > 0 && !slices.Contains(classes, int(class)) {
			classes = append(classes, int(class))
		}
	}
	return classes
}

// answer gives the people of a table that is not scored their answers: there, classes are these.
func answer(a *score.Atom) {
	for wave, counts := range a.Counts {
		if counts != nil {
			a.Answers[wave] = slices.Clone(counts[1:])
		}
	}
}

type draws struct{ *rand.Rand }

// counts draws up to so many people of every class, more often few than many.
func (d draws) counts(classes []int, size, most int) []int {
	counts := make([]int, size)
	for _, class := range classes {
		counts[class] = d.IntN(1 + d.IntN(most+1))
	}
	return counts
}

// people draws an atom.
func (d draws) people(classes []int, size int) (a score.Atom) {
	here := [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}, {true, true}, {true, true}}[d.IntN(6)]
	for wave := range a.Counts {
		if here[wave] {
			a.Counts[wave] = d.counts(classes, size, 15)
			a.Counts[wave][classes[d.IntN(len(classes))]]++ // somebody
		}
	}
	if here[0] && here[1] && d.IntN(2) == 0 {
		a.Pairs = make([][]int, size)
		for before := range a.Pairs {
			a.Pairs[before] = make([]int, size)
			if slices.Contains(classes, before) {
				a.Pairs[before] = d.counts(classes, size, 3)
			}
			for after, n := range a.Pairs[before] {
				a.Counts[score.Before][before] += n
				a.Counts[score.After][after] += n
			}
		}
	}
	return a
}

// apart deals the people of counts out to bands 5–7, 8–9 and neither.
func (d draws) apart(counts []int) []int {
	dealt := make([]int, 3*len(counts))
	for class, n := range counts {
		for range n {
			dealt[d.IntN(3)*len(counts)+class]++
		}
	}
	return dealt
}

func tell(s *score.Split, wave, cell int, counts []int) {
	if s.Counts[wave] == nil {
		s.Counts[wave] = map[int][]int{}
	}
	s.Counts[wave][cell] = counts
}

func requireFinite(t require.TestingT, s score.Score, nodes []campaign.Node) {
	for what, v := range numbers(s) {
		require.False(t, math.IsNaN(v) || math.IsInf(v, 0), "%d %s: %s is %v", s.Row.Objective, nodes[s.Row.Node].Code, what, v)
	}
}
