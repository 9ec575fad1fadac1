package disclosure_test

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

var today = day.Must("2026-11-22")

// people answer the same: so many of a trust, band and wave.
type people struct {
	n            int
	organisation string
	bandGroup    string
	audience     string
	wave         string
	answers      map[string]string
}

var (
	convinced = map[string]string{"A1": "agree", "A2": "yes", "A6": "agree", "A4": "agree", "A5": "disagree"}
	doubtful  = map[string]string{"A1": "disagree", "A2": "no", "A4": "agree", "A5": "agree"}
)

// show makes a release of what the people answered.
func show(t require.TestingT, c *campaign.Campaign, on day.Day, last release.Release, groups ...people) release.Release {
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	counter := layout.Counter()
	for _, p := range groups {
		s := submission.Response{Wave: c.Wave(p.wave), Organisation: p.organisation, Audience: c.Audience(p.audience), BandGroup: c.BandGroup(p.bandGroup), Answers: make([]int, len(c.Questions))}
		for question, answer := range p.answers {
			q := c.Question(question)
			s.Answers[q] = c.Answer(q, answer) + 1
		}
		row := s.Pack(c)
		for range p.n {
			receipt, err := submission.Mint(on, rand.Reader)
			require.NoError(t, err)
			key := receipt.Key(submission.KindResponse)
			require.NoError(t, counter.Visit(&key, row))
		}
	}
	counted, err := tally.Resolve([]*tally.Counter{counter})
	require.NoError(t, err)
	nodes := c.Nodes(on)
	seq := 1
	if last.Head != nil {
		seq = last.Head.Seq + 1
	}
	return disclosure.Show(c, nodes, score.Compute(counted, nodes, c.Rows(nodes)), on, seq, last)
}

func row(t require.TestingT, r release.Release, objective int, level, code, group string) release.Score {
	for _, s := range r.Scores {
		if s.Objective == objective && s.Level == level && s.Code == code && s.Group == group {
			return s
		}
	}
	require.Fail(t, "no such row", "%d %s %s %s", objective, level, code, group)
	return release.Score{}
}

func TestScoresOfAHandCountedCampaign(t *testing.T) {
	c := campaigntest.Load(t)
	r := show(t, c, today, release.Waiting(c, today),
		people{20, "RXX", "1-4", "staff", "before", convinced},
		people{20, "RXX", "5-7", "manager", "before", doubtful},
		people{30, "RXX", "1-4", "staff", "after", convinced},
		people{10, "RXX", "5-7", "staff", "after", doubtful},
		people{12, "RXX", "8-9", "board", "before", map[string]string{"B1": "strongly_agree"}},
	)
	one := row(t, r, 1, "organisation", "RXX", "all")
	require.Equal(t, 50.0, *one.Before.Value) // 20 of 100, 20 of 0
	require.Equal(t, 75.0, *one.After.Value)  // 30 of 100, 10 of 0
	require.Equal(t, 40, *one.Before.Respondents)
	require.Equal(t, 25.0, one.Change.Value)
	require.Nil(t, one.Change.Pairs, "nobody is linked")
	require.Equal(t, []string{"self_selected", "unweighted"}, one.Notes)
	require.Equal(t, 3.0, one.Target.Change)
	// Wilson on n−1 = 39 for a half, rounded outward: 35.1 … 64.9 (R 4.2: prop.test(19.5, 39, correct = FALSE))
	require.Equal(t, 35.0, *one.Before.Low)
	require.Equal(t, 65.0, *one.Before.High)
	require.Equal(t, 35, *one.Before.Effective)

	three := row(t, r, 3, "nation", "ENG", "all")
	require.Equal(t, 75.0, *three.Before.Value, "20 of 100 and 20 of 50: agreeing with everything is worth a half")

	others := row(t, r, 1, "organisation", "RXX", "others")
	require.Equal(t, 0.0, *others.Before.Value)
	require.Nil(t, others.After.Value, "10 are one too few")
	require.Nil(t, others.Withheld, "one wave is shown")
	require.Nil(t, others.Change)

	board := row(t, r, 2, "region", "South East", "board")
	require.Equal(t, 100.0, *board.Before.Value)
	require.Equal(t, 10, *board.Before.Respondents, "12 to the nearest 5")

	elsewhere := row(t, r, 1, "organisation", "R0A", "all")
	require.Equal(t, release.WaitsForMore, *elsewhere.Withheld)
	require.Equal(t, release.Wave{}, elsewhere.Before)
	require.Equal(t, 1, *elsewhere.AsOf)
}

func TestTheWholeLatticeIsAlwaysListed(t *testing.T) {
	c := campaigntest.Load(t)
	empty, some := show(t, c, today, release.Release{}), show(t, c, today, release.Release{}, people{50, "RXX", "1-4", "staff", "before", convinced})
	waiting := release.Waiting(c, today)
	// Nation, 7 regions, 5 types, 202 organisations: 5 × 8 + 5 + 3 × 202 rows of all staff for
	// objectives 1, 3 and 4, and 8 of the board for objectives 2 and 3.
	require.Len(t, waiting.Scores, 3*(40+5+606)+2*8)
	for _, r := range []release.Release{empty, some} {
		require.Len(t, r.Scores, len(waiting.Scores))
		for i, s := range r.Scores {
			w := waiting.Scores[i]
			require.Equal(t, []any{w.Objective, w.Level, w.Code, w.Group}, []any{s.Objective, s.Level, s.Code, s.Group})
		}
	}
	require.False(t, disclosure.Changed(empty, show(t, c, today, empty)), "the same figures")
	require.True(t, disclosure.Changed(empty, some))
}

func TestWithheldDependsOnTheCalendarAlone(t *testing.T) {
	c := campaigntest.Load(t,
		campaigntest.JSON(`"First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"First survey", "opens": "2026-02-01", "closes": "2026-03-31"`),
		campaigntest.JSON(`"Second survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"Second survey", "opens": "2027-02-01", "closes": "2027-03-31"`))
	for _, at := range []struct {
		on   string
		want release.Withheld
	}{
		{"2026-01-31", release.WaitsForMore}, // none has begun
		{"2026-02-01", release.WaitsForMore}, // the first is open
		{"2026-03-31", release.WaitsForMore},
		{"2026-04-01", release.TooFew}, // between
		{"2027-02-01", release.WaitsForMore},
		{"2027-04-01", release.TooFew},
	} {
		for _, n := range []int{0, 10} {
			r := show(t, c, day.Must(at.on), release.Release{}, people{n, "RXX", "1-4", "staff", "before", convinced})
			s := row(t, r, 1, "organisation", "RXX", "all")
			require.Equal(t, at.want, *s.Withheld, at.on)
			require.Equal(t, release.Wave{}, s.Before)
		}
	}
}

func TestFiguresThatStandKeepTheReleaseTheyDateFrom(t *testing.T) {
	c := campaigntest.Load(t)
	base := people{50, "RXX", "1-4", "staff", "before", convinced}
	first := show(t, c, today, release.Waiting(c, today), base)
	second := show(t, c, today, first, base, people{50, "R0A", "1-4", "staff", "before", doubtful})
	require.Equal(t, 1, *row(t, second, 1, "organisation", "RXX", "all").AsOf)
	require.Equal(t, 2, *row(t, second, 1, "organisation", "R0A", "all").AsOf)
	require.Equal(t, 2, *row(t, second, 1, "nation", "ENG", "all").AsOf)
	require.Equal(t, 2, *row(t, second, 1, "organisation", "RJ1", "all").AsOf, "a withheld row carries the current release")
}

// TestTheCloseMovesNoFigure: the day after the last wave figures are provisional no
// more, which a release has to say, and still date from the release they came with.
func TestTheCloseMovesNoFigure(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	closes := c.Waves[c.FollowUp()].Closes
	base := people{50, "RXX", "1-4", "staff", "before", convinced}
	open := show(t, c, closes, release.Waiting(c, closes), base)
	closed := show(t, c, closes+1, open, base)
	require.True(t, row(t, open, 1, "nation", "ENG", "all").Provisional)
	require.False(t, row(t, closed, 1, "nation", "ENG", "all").Provisional)
	require.Equal(t, 1, *row(t, closed, 1, "nation", "ENG", "all").AsOf)
	require.True(t, disclosure.Changed(open, closed))
	require.False(t, disclosure.Changed(closed, show(t, c, closes+2, closed, base)))
}

// TestMergersRegroupWholeOrganisations: RYV became RY3 on 2026-04-01.
func TestMergersRegroupWholeOrganisations(t *testing.T) {
	c := campaigntest.Load(t)
	answers := []people{{20, "RYV", "1-4", "staff", "before", convinced}, {20, "RY3", "1-4", "staff", "before", doubtful}}
	earlier := show(t, c, day.Must("2026-03-31"), release.Release{}, answers...)
	require.Equal(t, 100.0, *row(t, earlier, 1, "organisation", "RYV", "all").Before.Value)
	require.Equal(t, 0.0, *row(t, earlier, 1, "organisation", "RY3", "all").Before.Value)
	later := show(t, c, day.Must("2026-04-01"), release.Release{}, answers...)
	require.Equal(t, 50.0, *row(t, later, 1, "organisation", "RY3", "all").Before.Value)
	for _, s := range later.Scores {
		require.NotEqual(t, "RYV", s.Code)
	}
}

func TestTheOnlineTrustCountsInTheNationOnly(t *testing.T) {
	c := campaigntest.Load(t)
	r := show(t, c, today, release.Release{}, people{20, "K0N6A", "1-4", "staff", "before", convinced})
	for _, s := range r.Scores {
		shown := s.Objective != 2 && s.Group != "others" && s.Group != "bands_5_7" && s.Group != "bands_8_9" && s.Group != "board" && (s.Code == "ENG" || s.Code == "K0N6A")
		require.Equal(t, shown, s.Before.Published(), "%d %s %s", s.Objective, s.Code, s.Group)
		require.NotContains(t, []string{"National", "online"}, s.Code)
	}
}

func TestFewerThanTheMinimumNeverShow(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	rapid.Check(t, func(t *rapid.T) {
		n := func(label string) int { return rapid.IntRange(0, 15).Draw(t, label) }
		groups := []people{
			{n("a"), "RXX", "1-4", "staff", "before", convinced}, {n("b"), "RXX", "5-7", "staff", "before", doubtful},
			{n("c"), "RXX", "1-4", "staff", "after", convinced}, {n("d"), "R0A", "1-4", "staff", "before", doubtful},
		}
		r := show(t, c, today, release.Release{}, groups...)
		for _, s := range r.Scores {
			for _, w := range []release.Wave{s.Before, s.After} {
				if w.Published() && (*w.Respondents < 10 || *w.Low > *w.Value || *w.Value > *w.High || *w.Low < 0 || *w.High > 100) {
					t.Fatalf("%+v shows %d: %v in %v to %v", s, *w.Respondents, *w.Value, *w.Low, *w.High)
				}
			}
			if s.Change != nil && (s.Change.Low > s.Change.Value || s.Change.Value > s.Change.High) {
				t.Fatalf("%+v", *s.Change)
			}
		}
		want := groups[0].n+groups[1].n >= 11
		if got := row(t, r, 1, "organisation", "RXX", "all").Before.Published(); got != want {
			t.Fatalf("%d and %d people: shown is %v", groups[0].n, groups[1].n, got)
		}
	})
}
