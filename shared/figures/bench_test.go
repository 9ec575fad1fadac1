package figures_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/figures"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// benchmarked is a tally of the shipped campaign's organisations, with 150 people of each in both waves.
func benchmarked(b *testing.B) *tally.Tally {
	b.Helper()
	c := campaigntest.Load(b)
	layout, err := tally.NewLayout(c)
	require.NoError(b, err)
	random := source{rand.New(rand.NewPCG(1, 2))}
	counter := layout.Counter()
	send := func(s submission.Response) submission.Key {
		receipt, err := submission.Mint(today, random)
		require.NoError(b, err)
		s.Answers = random.answers(c, s)
		key := receipt.Key(submission.KindResponse)
		require.NoError(b, counter.Visit(&key, s.Pack(c)))
		return key
	}
	for _, trust := range c.Organisations.Open(today) {
		for range 150 {
			s := submission.Response{Wave: c.Baseline(), Organisation: trust.Code, BandGroup: random.IntN(len(c.BandGroups))}
			if random.IntN(20) == 0 {
				s.Audience = c.Audience("board")
			}
			key := send(s)
			s.Wave = c.FollowUp()
			if random.IntN(3) == 0 {
				s.Before = key.Link()
			}
			send(s)
		}
	}
	counted, err := tally.Resolve([]*tally.Counter{counter})
	require.NoError(b, err)
	return counted
}

// BenchmarkScores computes the scores of 202 organisations, all groups and four objectives from tables in memory.
func BenchmarkScores(b *testing.B) {
	counted := benchmarked(b)
	c := counted.Layout.Campaign
	nodes := c.Nodes(today)
	rows := c.Rows(nodes)
	admitted := disclosure.First(score.Gather(counted, c.Frame(today)), today).Tables
	for b.Loop() {
		require.Len(b, score.Compute(admitted, nodes, rows), len(rows))
	}
}

// BenchmarkRelease makes a release of them from a tally in memory.
func BenchmarkRelease(b *testing.B) {
	counted := benchmarked(b)
	c := counted.Layout.Campaign
	nodes, frame := c.Nodes(today), c.Frame(today)
	rows := c.Rows(nodes)
	waiting := release.Waiting(c, today)
	for b.Loop() {
		admitted := disclosure.First(score.Gather(counted, frame), today).Tables
		r := figures.Release(admitted, nodes, score.Compute(admitted, nodes, rows), release.Head{Seq: 1, PublishedAt: today}, waiting)
		require.Len(b, r.Scores, len(rows))
	}
}
