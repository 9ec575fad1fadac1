package tally_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// item is a stored item of a test.
type item struct {
	key submission.Key
	row submission.Row
}

func fewTrusts(t testing.TB) (*campaign.Campaign, *tally.Layout) {
	c := campaigntest.FewTrusts(t)
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	return c, layout
}

// count tallies the items but those of the held batches, dealt out to so many counters in turn, every other of which is brief.
func count(t require.TestingT, layout *tally.Layout, items []item, counters int, held ...tally.Batch) *tally.Tally {
	list := make([]*tally.Counter, counters)
	for i := range list {
		if list[i] = layout.Counter(); i%2 == 0 {
			list[i] = layout.BriefCounter()
		}
	}
	for i := range items {
		require.NoError(t, list[i%counters].Visit(&items[i].key, items[i].row))
	}
	counted, err := layout.Reading(list, tally.Sealed{}).Tally(held)
	require.NoError(t, err)
	return counted
}

// draws makes items from a seed: pledges, responses of both waves with links
// that are good, shared, crossed, unknown or ahead of time, and tombstones.
type draws struct {
	c      *campaign.Campaign
	random *rand.Rand
	before []item // that may be named
	views  []submission.Response
}

// Read makes the source of random bytes that receipts are minted from.
func (d *draws) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(d.random.Uint32())
	}
	return len(p), nil
}

func (d *draws) key(t require.TestingT, kind submission.Kind) submission.Key {
	receipt, err := submission.Mint(day.Must("2026-11-20")+day.Day(d.random.IntN(5)), d)
	require.NoError(t, err)
	return receipt.Key(kind)
}

var codes = []string{"RXX", "R0A", "RJ1", "K0N6A", "G6V2S"}

func (d *draws) response(t require.TestingT, wave int) (item, submission.Response) {
	c := d.c
	s := submission.Response{
		Wave: wave, Organisation: codes[d.random.IntN(len(codes))],
		Audience: d.random.IntN(len(c.Audiences)), BandGroup: d.random.IntN(2),
		Answers: make([]int, len(c.Questions)),
	}
	for q, question := range c.Questions {
		open := question.AskedIf == nil || s.Answers[question.AskedIf.Question] == question.AskedIf.Answer+1
		if c.Asked(q, wave, s.Audience) && open && d.random.IntN(5) > 0 {
			s.Answers[q] = 1 + d.random.IntN(len(c.Answers(q)))
		}
	}
	if wave == c.FollowUp() {
		switch d.random.IntN(4) {
		case 0: // somebody's, by band, organisation and audience or not
			if len(d.before) > 0 {
				i := d.random.IntN(len(d.before))
				s.Before = d.before[i].key.Link()
				if d.random.IntN(3) > 0 {
					s.Organisation, s.Audience, s.BandGroup = d.views[i].Organisation, d.views[i].Audience, d.views[i].BandGroup
					s.Answers = make([]int, len(c.Questions))
				}
			}
		case 1: // nobody's
			unknown := d.key(t, submission.KindResponse)
			s.Before = unknown.Link()
		}
	}
	return item{d.key(t, submission.KindResponse), s.Pack(c)}, s
}

func (d *draws) items(t require.TestingT, n int) []item {
	var items []item
	for range n {
		switch d.random.IntN(8) {
		case 0:
			p := submission.Pledge{Organisation: codes[d.random.IntN(len(codes))], Audience: d.random.IntN(len(d.c.Audiences)),
				Catalogue: d.c.Pledges[0].ID, Status: submission.Statuses[d.random.IntN(4)], Version: 1}
			items = append(items, item{d.key(t, submission.KindPledge), p.Pack(d.c)})
		case 1:
			items = append(items, item{d.key(t, submission.KindResponse), submission.Tombstone})
		case 2, 3, 4:
			i, s := d.response(t, d.c.Baseline())
			if d.random.IntN(6) == 0 {
				i.row = submission.Tombstone // withdrawn, and may still be named
			}
			d.before = append(d.before, i)
			d.views = append(d.views, s)
			items = append(items, i)
		default:
			i, _ := d.response(t, d.c.FollowUp())
			items = append(items, i)
		}
	}
	return items
}

// TestAnyOrderGivesTheSameBytes is invariant: order, sharding and page size never show.
func TestAnyOrderGivesTheSameBytes(t *testing.T) {
	c, layout := fewTrusts(t)
	rapid.Check(t, func(t *rapid.T) {
		d := &draws{c: c, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
		items := d.items(t, rapid.IntRange(0, 300).Draw(t, "items"))
		held := d.held()
		first, err := count(t, layout, items, 1, held...).Snapshot()
		require.NoError(t, err)
		shuffled := slices.Clone(items)
		d.random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		slices.Reverse(held)
		second, err := count(t, layout, shuffled, rapid.IntRange(2, 3).Draw(t, "counters"), held...).Snapshot()
		require.NoError(t, err)
		if string(first) != string(second) {
			t.Fatal("the same items in another order give another snapshot")
		}
	})
}

// TestAgainstAPlainCount holds the dense arrays against maps and loops that know nothing of them.
func TestAgainstAPlainCount(t *testing.T) {
	c, layout := fewTrusts(t)
	rapid.Check(t, func(t *rapid.T) {
		d := &draws{c: c, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))}
		items := d.items(t, rapid.IntRange(0, 300).Draw(t, "items"))
		held := d.held()
		got := count(t, layout, items, 2, held...)
		want := plain(t, c, items, held)
		require.Equal(t, want.withdrawn, got.Totals.Withdrawn)
		require.Equal(t, want.pledges, got.Totals.Pledges)
		require.Equal(t, want.live, got.Totals.Responses)
		require.Equal(t, want.superseded, got.Totals.Superseded)
		require.Equal(t, want.quarantined, got.Totals.Quarantined)
		require.Equal(t, want.batches, batches(got))
		require.Equal(t, want.pairs, got.Totals.Pairs)
		require.Equal(t, want.cells, questions(c, got))
	})
}

// answer is a question's answer in a cell.
type answer struct{ organisation, bandGroup, audience, wave, question, answer int }

// questions reads every single question's counts out of the joint tables.
func questions(c *campaign.Campaign, t *tally.Tally) map[answer]int {
	cells := map[answer]int{}
	for i := range t.Layout.Tables {
		table := &t.Layout.Tables[i]
		for o := range c.Organisations.All() {
			for b := range c.BandGroups {
				for a := range c.Audiences {
					for w := range c.Waves {
						for slot, n := range t.Counts(i, o, b, a, w) {
							for q, question := range table.Questions {
								if given := table.Answer(slot, q); given > 0 && n > 0 {
									cells[answer{o, b, a, w, question, given}] += int(n)
								}
							}
						}
					}
				}
			}
		}
	}
	return cells
}

// batches reads how many responses every batch has.
func batches(t *tally.Tally) map[tally.Batch]int {
	sizes := map[tally.Batch]int{}
	for _, r := range t.Received(func(tally.Received) bool { return true }) {
		sizes[r.Batch] = r.Responses
	}
	return sizes
}

// held draws batches that are held back.
func (d *draws) held() (held []tally.Batch) {
	for range d.random.IntN(12) {
		held = append(held, tally.Batch{Day: day.Must("2026-11-20") + day.Day(d.random.IntN(5)),
			Organisation: d.c.Organisations.Index(codes[d.random.IntN(len(codes))]), Wave: d.random.IntN(len(d.c.Waves))})
	}
	return held
}

type plainCount struct {
	withdrawn, pledges, superseded, quarantined, pairs int
	live                                               []int
	batches                                            map[tally.Batch]int
	cells                                              map[answer]int
}

func plain(t require.TestingT, c *campaign.Campaign, items []item, held []tally.Batch) plainCount {
	p := plainCount{live: make([]int, len(c.Waves)), batches: map[tally.Batch]int{}, cells: map[answer]int{}}
	live := map[submission.Link]submission.Response{}
	for _, i := range items {
		switch {
		case i.row.Withdrawn():
			p.withdrawn++
		case i.key.Kind() == submission.KindPledge:
			p.pledges++
		default:
			s, err := i.row.Response(c)
			require.NoError(t, err)
			p.live[s.Wave]++
			batch := tally.Batch{Day: i.key.Day(), Organisation: c.Organisations.Index(s.Organisation), Wave: s.Wave}
			p.batches[batch]++
			if slices.Contains(held, batch) {
				p.quarantined++
				continue
			}
			live[i.key.Link()] = s
		}
	}
	for own, s := range live {
		linked := !s.Before.IsZero() && s.Before.Day() <= own.Day()
		superseded := false
		for other, o := range live {
			if linked && o.Before == s.Before && o.Before.Day() <= other.Day() && string(other[:]) < string(own[:]) {
				superseded = true
			}
		}
		if superseded {
			p.superseded++
			continue
		}
		before, found := live[s.Before]
		if linked && found && before.Wave == c.Baseline() && before.Organisation == s.Organisation && before.Audience == s.Audience && before.BandGroup == s.BandGroup {
			p.pairs++
		}
		for q, given := range s.Answers {
			if given > 0 {
				p.cells[answer{c.Organisations.Index(s.Organisation), s.BandGroup, s.Audience, s.Wave, q, given}]++
			}
		}
	}
	return p
}

// TestClasses reads the base rule and the favourable answers off single respondents.
func TestClasses(t *testing.T) {
	c, layout := fewTrusts(t)
	table := &layout.Tables[slices.IndexFunc(layout.Tables, func(t tally.Table) bool { return t.ID == "L" })]
	require.Len(t, table.Items, 3, "what opens A6 is what objective 1 asks of A2 already")
	opener, ok := c.Opener(c.Question("A6"))
	require.True(t, ok)
	objective1, objective4 := table.Favourable(c.Objectives[0].Measures[0].Items...), table.Favourable(c.Objectives[3].Measures[0].Items...)
	learners := table.Favourable(opener)
	for _, row := range []struct {
		name       string
		a1, a2, a6 string
		inBase     bool
		favourable [3]int // items of objectives 1 and 4, and the one that opens A6
	}{
		{"aware, took part, helped", "agree", "yes", "strongly_agree", true, [3]int{2, 1, 1}},
		{"aware, took part, no help", "agree", "yes", "neither", true, [3]int{2, 0, 1}},
		{"took part, blank A6 leaves the base", "agree", "yes", "", false, [3]int{}},
		{"no part: A6 is not asked and counts as no", "strongly_agree", "no", "", true, [3]int{1, 0, 0}},
		{"not sure counts as no", "disagree", "not_sure", "", true, [3]int{0, 0, 0}},
		{"do not know stays in the base", "dont_know", "no", "", true, [3]int{0, 0, 0}},
		{"blank A1", "", "no", "", false, [3]int{}},
		{"blank A2", "agree", "", "", false, [3]int{}},
	} {
		slot := 0
		for i, id := range []string{row.a1, row.a2, row.a6} {
			if id != "" {
				slot += (c.Answer(table.Questions[i], id) + 1) * table.Radix[i]
			}
		}
		class := table.Class[slot]
		require.Equal(t, row.inBase, class > 0, row.name)
		require.Equal(t, row.favourable, [3]int{objective1[class], objective4[class], learners[class]}, row.name)
	}
}

// TestWhatOpensAQuestionIsCounted even where no measure asks for it.
func TestWhatOpensAQuestionIsCounted(t *testing.T) {
	c := campaigntest.Load(t, campaigntest.JSON(`{"question": "A2", "favourable": ["yes"]}`, `{"question": "A2", "favourable": ["yes", "not_sure"]}`))
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	table := &layout.Tables[slices.IndexFunc(layout.Tables, func(t tally.Table) bool { return t.ID == "L" })]
	require.Len(t, table.Items, 4)
	opener, ok := c.Opener(c.Question("A6"))
	require.True(t, ok)
	unsure := (c.Answer(c.Question("A1"), "agree")+1)*table.Radix[0] + (c.Answer(c.Question("A2"), "not_sure")+1)*table.Radix[1]
	require.Equal(t, 2, table.Favourable(c.Objectives[0].Measures[0].Items...)[table.Class[unsure]])
	require.Zero(t, table.Favourable(opener)[table.Class[unsure]], "they were not asked A6")
}

// TestItemsThatDoNotFit must fail: leaving them out would be a wrong figure that nobody sees.
func TestItemsThatDoNotFit(t *testing.T) {
	c, layout := fewTrusts(t)
	d := &draws{c: c, random: rand.New(rand.NewPCG(1, 1))}
	good, _ := d.response(t, c.Baseline())
	for name, spoil := range map[string]func(row submission.Row) submission.Row{
		"another campaign":    func(r submission.Row) submission.Row { r[1]++; return r },
		"an unknown wave":     func(r submission.Row) submission.Row { r[2] = 60; return r },
		"an unknown audience": func(r submission.Row) submission.Row { r[3] = 60; return r },
		"an unknown band":     func(r submission.Row) submission.Row { r[4] = 60; return r },
		"an unknown trust":    func(r submission.Row) submission.Row { r[5] = 'X'; return r },
		"an unknown answer":   func(r submission.Row) submission.Row { r[10], r = 1, r[:11]; return append(r, 60) },
		"an unknown question": func(r submission.Row) submission.Row {
			r[10], r = 63, r[:11]
			return append(append(r, make([]byte, 62)...), 1)
		},
		"a question not asked": func(r submission.Row) submission.Row { r[3], r[10], r = 4, 1, r[:11]; return append(r, 1) },
		"a cut row":            func(r submission.Row) submission.Row { return r[:8] },
		"a later format":       func(r submission.Row) submission.Row { r[0] = 9; return r },
		"nothing":              func(submission.Row) submission.Row { return nil },
	} {
		row := spoil(slices.Clone(good.row))
		require.Error(t, layout.Counter().Visit(&good.key, row), name)
	}
}
