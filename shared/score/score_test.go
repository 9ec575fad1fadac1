package score_test

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/score"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

var today = day.Must("2026-11-22")

// counting is a counter that responses are sent to.
type counting struct {
	t       *testing.T
	c       *campaign.Campaign
	counter *tally.Counter
}

// respond counts a response of a member of staff of RXX and returns its key.
func (k counting) respond(wave, band string, before submission.Link, answers map[string]string) submission.Key {
	receipt, err := submission.Mint(today, rand.Reader)
	require.NoError(k.t, err)
	s := submission.Response{Wave: k.c.Wave(wave), Organisation: "RXX", BandGroup: k.c.BandGroup(band), Before: before, Answers: make([]int, len(k.c.Questions))}
	for question, answer := range answers {
		q := k.c.Question(question)
		s.Answers[q] = k.c.Answer(q, answer) + 1
	}
	key := receipt.Key(submission.KindResponse)
	require.NoError(k.t, k.counter.Visit(&key, s.Pack(k.c)))
	return key
}

func TestPairsAreThoseInTheBaseOfBothWaves(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	k := counting{t, c, layout.Counter()}
	learner := map[string]string{"A1": "agree", "A2": "yes", "A6": "agree", "A4": "agree", "A5": "agree"}
	blankA6 := map[string]string{"A1": "agree", "A2": "yes", "A4": "neither", "A5": "dont_know"}
	for range 3 { // in every base, both times
		key := k.respond("before", "1-4", submission.Link{}, learner)
		k.respond("after", "1-4", key.Link(), learner)
	}
	for range 2 { // out of the base of objectives 1 and 4 the second time
		key := k.respond("before", "5-7", submission.Link{}, learner)
		k.respond("after", "5-7", key.Link(), blankA6)
	}
	key := k.respond("before", "1-4", submission.Link{}, learner)
	k.respond("after", "5-7", key.Link(), learner) // another band: no pair

	counted, err := tally.Resolve([]*tally.Counter{k.counter})
	require.NoError(t, err)
	nodes := c.Nodes(today)
	for _, s := range score.Compute(counted, nodes, c.Rows(nodes)) {
		if nodes[s.Row.Node].Code != "RXX" {
			continue
		}
		want := map[int]map[string]int{
			1: {"all": 3, "bands_1_4": 3, "others": 0},
			3: {"all": 5, "bands_1_4": 3, "others": 2},
			4: {"all": 3, "bands_1_4": 3, "others": 0},
		}[s.Row.Objective][c.Groups[s.Row.Group].ID]
		require.Equal(t, want, s.Pairs, "objective %d, %s", s.Row.Objective, c.Groups[s.Row.Group].ID)
	}
}

func TestNobody(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	counted, err := tally.Resolve([]*tally.Counter{layout.Counter()})
	require.NoError(t, err)
	nodes := c.Nodes(today)
	for _, s := range score.Compute(counted, nodes, c.Rows(nodes)) {
		require.Zero(t, s.Before.Respondents()+s.After.Respondents()+s.Pairs)
		require.Zero(t, s.Before.Mean)
	}
}
