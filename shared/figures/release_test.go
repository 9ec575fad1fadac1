package figures_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/figures"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

var today = day.Must("2026-11-22")

// source makes receipts and answers from a seed.
type source struct{ *rand.Rand }

func (s source) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint32())
	}
	return len(p), nil
}

// answers are some to the questions that are put to the one who responds.
func (s source) answers(c *campaign.Campaign, r submission.Response) []int {
	answers := make([]int, len(c.Questions))
	for q, question := range c.Questions {
		b := question.AskedIf
		if c.Asked(q, r.Wave, r.Audience) && (b == nil || answers[b.Question] == b.Answer+1) {
			answers[q] = 1 + s.IntN(len(c.Answers(q)))
		}
	}
	return answers
}

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
	doubtful  = map[string]string{"A1": "disagree", "A2": "no", "A4": "disagree", "A5": "agree"}
)

// show makes a release of what the people answered.
func show(t require.TestingT, c *campaign.Campaign, on day.Day, last release.Release, groups ...people) release.Release {
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	counter, random := layout.Counter(), source{rand.New(rand.NewPCG(1, 1))}
	for _, p := range groups {
		s := submission.Response{Wave: c.Wave(p.wave), Organisation: p.organisation, Audience: c.Audience(p.audience), BandGroup: c.BandGroup(p.bandGroup), Answers: make([]int, len(c.Questions))}
		for question, answer := range p.answers {
			q := c.Question(question)
			s.Answers[q] = c.Answer(q, answer) + 1
		}
		row := s.Pack(c)
		for range p.n {
			receipt, err := submission.Mint(on, random)
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
	admitted := disclosure.First(score.Gather(counted, c.Frame(on)), on).Tables
	return figures.Release(admitted, nodes, score.Compute(admitted, nodes, c.Rows(nodes)), release.Head{Seq: seq, PublishedAt: on}, last)
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

// both are so many of a trust's bands 1–4 who are convinced, and who are doubtful.
func both(convincedOnes, doubtfulOnes int, organisation, wave string) []people {
	return []people{{convincedOnes, organisation, "1-4", "staff", wave, convinced}, {doubtfulOnes, organisation, "1-4", "staff", wave, doubtful}}
}

// closedFirst is the shipped campaign with a first survey that is over.
func closedFirst(t testing.TB) *campaign.Campaign {
	return campaigntest.Load(t,
		campaigntest.JSON(`"First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"First survey", "opens": "2026-02-01", "closes": "2026-03-31"`),
		campaigntest.JSON(`"Second survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"Second survey", "opens": "2027-02-01", "closes": "2027-03-31"`))
}

func TestScoresOfAHandCountedCampaign(t *testing.T) {
	c := closedFirst(t)
	on := day.Must("2027-04-02")
	groups := append(both(20, 20, "R0A", "before"), both(45, 15, "R0A", "after")...)
	r := show(t, c, on, release.Waiting(c, on), groups...)
	one := row(t, r, 1, "organisation", "R0A", "all")
	require.Equal(t, 50.0, *one.Before.Value)
	require.Equal(t, 75.0, *one.After.Value)
	require.Equal(t, 40, *one.Before.Respondents)
	require.Equal(t, 25.0, one.Change.Value)
	require.Nil(t, one.Change.Pairs, "nobody is linked")
	require.Nil(t, one.Change.Selection)
	require.Equal(t, 0.39, *one.Change.Coverage, "bands 1 to 4 alone: 7,190 of 17,976")
	require.Equal(t, []string{"illustrative_frame", "partial", "self_selected"}, one.Notes)
	require.Equal(t, &release.Target{Change: 3, By: day.Must("2027-03-31")}, one.Target)
	// ¼/(¼/39 + .01²/12) = 38.95, and Wilson's interval of a half on 35 is 34.1 to 65.9
	// (R 4.2: prop.test(17.5, 35, correct = FALSE))
	require.Equal(t, 35, *one.Before.Effective)
	require.Equal(t, 34.0, *one.Before.Low)
	require.Equal(t, 66.0, *one.Before.High)
	// 40 of the 7,190 + 10,786 people of the frame
	require.Equal(t, 0.2, *one.Before.ResponseRate)
	require.Nil(t, one.Before.Representativity)
	require.Equal(t, 0.6, *row(t, r, 1, "organisation", "R0A", "bands_1_4").Before.ResponseRate, "40 of 7,190")
	// 0.4 of the organisation is covered, so there is no status; bands 1–4 have one.
	require.Equal(t, "not_enough_data", *one.Status)
	require.Equal(t, "achieved", *row(t, r, 1, "organisation", "R0A", "bands_1_4").Status)
	require.False(t, one.Provisional)
	require.Equal(t, release.TooFew, *row(t, r, 1, "organisation", "R0A", "others").Withheld)
	require.NotNil(t, row(t, r, 1, "region", "North West", "all").Before.Representativity)
	require.Contains(t, r.Basis.Frame, release.FrameRow{Code: "R0A", Region: "North West", Type: "acute", Sizes: map[string]int{"bands_1_4": 7190, "others": 10786}})
	require.Len(t, r.Basis.Frame, 201, "all that are open but the online one")

	learners := row(t, r, 4, "region", "North West", "all").Details.Learners
	require.Equal(t, "at_least", *learners.Before.Bound, "all 20 of them agree")
	require.Equal(t, "at_least", *learners.After.Bound)
	require.Nil(t, learners.Change)

	elsewhere := row(t, r, 1, "organisation", "R1A", "all")
	require.Equal(t, release.TooFew, *elsewhere.Withheld)
	require.Equal(t, release.Wave{}, elsewhere.Before)
	require.Equal(t, []string{"self_selected"}, elsewhere.Notes)
	require.Equal(t, 1, *elsewhere.AsOf)
	require.Nil(t, elsewhere.Target)
	require.Nil(t, elsewhere.Status)
}

func TestOneWaveAlone(t *testing.T) {
	c := closedFirst(t)
	r := show(t, c, day.Must("2027-02-01"), release.Release{}, both(20, 20, "R0A", "before")...)
	s := row(t, r, 1, "organisation", "R0A", "all")
	require.Equal(t, release.Wave{}, s.After)
	require.Nil(t, s.Change)
	require.Nil(t, s.Withheld)
	require.Equal(t, "not_enough_data", *s.Status)
	require.Equal(t, 3.0, s.Target.Change)
	require.True(t, s.Provisional)

	s = row(t, show(t, c, day.Must("2027-02-01"), release.Release{}, both(20, 20, "R0A", "after")...), 1, "organisation", "R0A", "all")
	require.Nil(t, s.Target, "it starts from the first survey")
	require.Equal(t, "not_enough_data", *s.Status)

	s = row(t, show(t, c, day.Must("2027-02-01"), release.Release{}, both(20, 2, "R0A", "before")...), 1, "organisation", "R0A", "all")
	require.Equal(t, "at_least", *s.Before.Bound)
	require.Nil(t, s.Status)
}

// TestWatchedFiguresAreWider: while a wave is open its limits are a confidence sequence's, and the change's while the second is.
func TestWatchedFiguresAreWider(t *testing.T) {
	c := closedFirst(t)
	groups := append(both(200, 200, "R0A", "before"), both(220, 180, "R0A", "after")...)
	at := func(on string) release.Score {
		return row(t, show(t, c, day.Must(on), release.Release{}, groups...), 1, "organisation", "R0A", "bands_1_4")
	}
	first, second, between, closed := at("2026-03-31"), at("2027-03-31"), at("2027-04-01"), at("2027-04-02")
	width := func(w release.Wave) float64 { return *w.High - *w.Low }
	require.Greater(t, width(first.Before), width(second.Before))
	require.Equal(t, second.Before, closed.Before)
	require.Greater(t, width(second.After), width(closed.After))
	require.Equal(t, between.After, closed.After)
	require.Greater(t, second.Change.High-second.Change.Low, closed.Change.High-closed.Change.Low)
	require.True(t, between.Provisional)
	require.False(t, closed.Provisional)
	require.Equal(t, closed.Status, second.Status, "statuses rest on the same interval all along")
	require.Equal(t, closed.Further, second.Further)
}

func TestTheWholeLatticeIsAlwaysListed(t *testing.T) {
	c := campaigntest.Load(t)
	empty, some := show(t, c, today, release.Release{}), show(t, c, today, release.Release{}, both(30, 20, "RXX", "before")...)
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
	require.False(t, figures.Changed(waiting, empty), "nothing is waited for as before")
	require.False(t, figures.Changed(empty, show(t, c, today, empty)), "the same figures")
	require.True(t, figures.Changed(empty, some))
}

func TestWithheldDependsOnTheCalendarAlone(t *testing.T) {
	c := closedFirst(t)
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
		var same []release.Score
		for _, n := range []int{0, 5} {
			s := row(t, show(t, c, day.Must(at.on), release.Release{}, both(n, n, "RXX", "before")...), 1, "organisation", "RXX", "all")
			require.Equal(t, at.want, *s.Withheld, at.on)
			same = append(same, s)
		}
		require.Equal(t, same[0], same[1], "none and ten look the same")
	}
}

func TestFiguresThatStandKeepTheReleaseTheyDateFrom(t *testing.T) {
	c := campaigntest.Load(t)
	base := both(30, 20, "RXX", "before")
	first := show(t, c, today, release.Waiting(c, today), base...)
	second := show(t, c, today, first, append(base, both(20, 30, "R0A", "before")...)...)
	require.Equal(t, 1, *row(t, second, 1, "organisation", "RXX", "all").AsOf)
	require.Equal(t, 2, *row(t, second, 1, "organisation", "R0A", "all").AsOf)
	require.Equal(t, 2, *row(t, second, 1, "nation", "ENG", "all").AsOf)
	require.Equal(t, 2, *row(t, second, 1, "organisation", "RJ1", "all").AsOf, "a withheld row carries the current release")
	third := show(t, c, today, second, base...)
	require.Equal(t, 1, *row(t, third, 1, "organisation", "RXX", "all").AsOf)
	require.Equal(t, 3, *row(t, third, 1, "nation", "ENG", "all").AsOf, "what it showed in the first release it shows anew")
}

// TestTheCloseMovesNoFigure: at the close of the last wave figures are provisional no
// more, which a release has to say, and still date from the release they came with. The nation's row of all staff
// says from then on how many are left out, and is another for that alone.
func TestTheCloseMovesNoFigure(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	closes := c.Waves[c.FollowUp()].Closes
	base := both(30, 20, "RXX", "before")
	before := show(t, c, closes+1, release.Waiting(c, closes), base...)
	closed := show(t, c, closes+2, before, base...)
	for _, of := range [][2]string{{"nation", "ENG"}, {"region", "South East"}, {"organisation", "RXX"}} {
		was, is := row(t, before, 1, of[0], of[1], "bands_1_4"), row(t, closed, 1, of[0], of[1], "bands_1_4")
		require.True(t, was.Provisional)
		require.Equal(t, 1, *is.AsOf)
		was.Provisional = false
		require.Equal(t, was, is)
	}
	was, is := row(t, before, 1, "nation", "ENG", "all"), row(t, closed, 1, "nation", "ENG", "all")
	require.Nil(t, was.Details.LeftOut)
	require.Equal(t, &release.LeftOut{Before: ptr(0), After: ptr(0)}, is.Details.LeftOut)
	require.Equal(t, 2, *is.AsOf)
	was.Provisional, was.Details.LeftOut, was.AsOf = false, is.Details.LeftOut, is.AsOf
	require.Equal(t, was, is)
	require.True(t, figures.Changed(before, closed))
	require.False(t, figures.Changed(closed, show(t, c, closes+3, closed, base...)))
}

// TestMergersRegroupWholeOrganisations: RYV became RY3 on 2026-04-01.
func TestMergersRegroupWholeOrganisations(t *testing.T) {
	c := campaigntest.Load(t)
	answers := append(both(20, 10, "RYV", "before"), both(10, 20, "RY3", "before")...)
	earlier := show(t, c, day.Must("2026-03-31"), release.Release{}, answers...)
	require.Equal(t, 67.0, *row(t, earlier, 1, "organisation", "RYV", "all").Before.Value)
	require.Equal(t, 33.0, *row(t, earlier, 1, "organisation", "RY3", "all").Before.Value)
	later := show(t, c, day.Must("2026-04-01"), release.Release{}, answers...)
	require.Equal(t, 60, *row(t, later, 1, "organisation", "RY3", "all").Before.Respondents)
	for _, s := range later.Scores {
		require.NotEqual(t, "RYV", s.Code)
	}
}

func TestTheOnlineTrust(t *testing.T) {
	framed := show(t, campaigntest.Load(t), today, release.Release{}, both(20, 20, "K0N6A", "before")...)
	unframed := show(t, campaigntest.FewTrusts(t), today, release.Release{}, both(20, 20, "K0N6A", "before")...)
	for _, s := range framed.Scores {
		require.Equal(t, s.Objective != 2 && s.Code == "K0N6A" && (s.Group == "all" || s.Group == "bands_1_4"), s.Before.Published(), "%d %s %s", s.Objective, s.Code, s.Group)
	}
	own := row(t, framed, 1, "organisation", "K0N6A", "all")
	require.Equal(t, []string{"self_selected", "unweighted"}, own.Notes)
	require.Nil(t, own.Before.ResponseRate)
	require.Equal(t, 40, *row(t, unframed, 1, "nation", "ENG", "all").Before.Respondents, "without a frame it counts in the nation")
}

// TestFiguresLieWithinTheirLimits, whoever answered what.
func TestFiguresLieWithinTheirLimits(t *testing.T) {
	few, shipped := campaigntest.FewTrusts(t), closedFirst(t)
	rapid.Check(t, func(t *rapid.T) {
		c := few
		if rapid.Bool().Draw(t, "framed") {
			c = shipped
		}
		on := rapid.SampledFrom([]day.Day{today, day.Must("2027-02-10"), day.Must("2031-01-02")}).Draw(t, "on")
		random := source{rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))}
		var groups []people
		for _, trust := range []string{"RXX", "R0A", "RJ1", "K0N6A"} {
			for _, band := range []string{"1-4", "5-7", "8-9"} {
				for _, wave := range []string{"before", "after"} {
					groups = append(groups, people{random.IntN(60), trust, band, "staff", wave, convinced}, people{random.IntN(40), trust, band, "manager", wave, doubtful})
				}
			}
		}
		for _, s := range show(t, c, on, release.Release{}, groups...).Scores {
			waves, changes := []release.Wave{s.Before, s.After}, []*release.Change{s.Change}
			if l := s.Details.Learners; l != nil {
				waves, changes = append(waves, l.Before, l.After), append(changes, l.Change)
			}
			for _, w := range waves {
				if w.Published() {
					require.True(t, 0 <= *w.Low && *w.Low <= *w.Value && *w.Value <= *w.High && *w.High <= 100, "%v in %v to %v", *w.Value, *w.Low, *w.High)
					require.GreaterOrEqual(t, *w.Respondents, 10)
					require.Zero(t, *w.Respondents%5+*w.Effective%5)
				}
			}
			for _, ch := range changes {
				if ch != nil {
					require.True(t, -100 <= ch.Low && ch.Low <= ch.Value && ch.Value <= ch.High && ch.High <= 100, "%+v", *ch)
					require.GreaterOrEqual(t, *ch.Widening, 1.0)
				}
			}
			require.Equal(t, s.Withheld != nil, !s.Before.Published() && !s.After.Published())
			require.False(t, s.Further != nil && *s.Status != "too_close_to_call")
		}
	})
}
