package aggregate_test

import (
	"context"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/seal"
	"learningforlife/shared/submission"
)

// tester is what tests and properties share.
type tester interface {
	require.TestingT
	Context() context.Context
	Helper()
}

var _, _ tester = (*testing.T)(nil), (*rapid.T)(nil)

// manual asks for a run without a release, as somebody does who has no schedule.
func manual() aggregation.Request {
	return aggregation.Request{Run: aggregation.ID(noon, uuid.NewString())}
}

// book is the newest book.
func (s *site) book(t tester) seal.Book {
	t.Helper()
	b, err := seal.Newest(t.Context(), s.Workings(), s.campaign)
	require.NoError(t, err)
	return b
}

// full is the snapshot of what is stored, counted from nothing.
func (s *site) full(t tester, a *aggregate.Aggregator) string {
	t.Helper()
	counted, err := a.Tally(t.Context())
	require.NoError(t, err)
	content, err := counted.Snapshot()
	require.NoError(t, err)
	return document.Digest(content)
}

// right runs an aggregation, and requires that its snapshot is that of all items.
func (s *site) right(t tester, a *aggregate.Aggregator, request aggregation.Request) aggregate.Run {
	t.Helper()
	r, err := a.Run(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, s.full(t, a), r.Snapshot, "the snapshot is not that of all items")
	return r
}

// proven recounts, and requires that nothing is wrong.
func (s *site) proven(t tester, a *aggregate.Aggregator) aggregate.Proof {
	t.Helper()
	require.NoError(t, a.Recount(t.Context(), s.now))
	p := s.proof(t)
	require.Empty(t, p.Faults)
	return p
}

// proof is the record of the last recount.
func (s *site) proof(t tester) (p aggregate.Proof) {
	t.Helper()
	_, record, err := document.Newest(t.Context(), s.Workings(), "recount")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(record, &p))
	return p
}

// days moves the site's clock.
func (s *site) days(n int) { s.now = s.now.AddDate(0, 0, n) }

// send stores a response on the site's day under a receipt, and names the one before it, if any.
func (s *site) send(t tester, receipt submission.Receipt, wave, organisation, before string, answers []submission.AnswerDraft) {
	t.Helper()
	_, _, err := s.register.Respond(t.Context(), day.Of(s.now), submission.ResponseDraft{Receipt: receipt.String(), Wave: wave,
		Organisation: organisation, Audience: "staff", BandGroup: "1-4", Answers: answers, Before: before})
	require.NoError(t, err)
}

// pledge stores a pledge on the site's day under a receipt.
func (s *site) pledge(t tester, receipt submission.Receipt) {
	t.Helper()
	_, _, _, err := s.register.Pledge(t.Context(), day.Of(s.now), submission.PledgeDraft{Receipt: receipt.String(),
		Organisation: "RXX", Audience: "staff", BandGroup: "5-7", Pledge: "PL01"})
	require.NoError(t, err)
}

// marks lists the marks that were put on the days from first to last.
func (s *site) marks(t tester, first, last day.Day) (marks []submission.Mark) {
	t.Helper()
	for on := first; on <= last; on++ {
		require.NoError(t, s.Marks(t.Context(), on, func(m submission.Mark) error {
			marks = append(marks, m)
			return nil
		}))
	}
	return marks
}
