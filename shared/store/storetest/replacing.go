package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/submission"
)

var replacing = []test{
	{"puts the next in place of the row it names", replaces},
	{"changes nothing if another row stands", replacesOnlyTheSame},
	{"changes nothing after a withdrawal", replacesNoTombstone},
	{"makes nothing where nothing stands", replacesNothing},
}

func replaces(t *testing.T, s *trial) {
	p := s.inWords("I will mentor a colleague.")
	it := item{s.key(t, submission.KindPledge, today), p.Pack(s.campaign)}
	bystander := s.pledge(t, today, "I will stay as I am.")
	s.addAll(t, []item{it, bystander})
	row := it.row
	for _, status := range submission.Statuses {
		p.Status, p.Version = status, p.Version+1
		next := p.Pack(s.campaign)
		require.NoError(t, s.Replace(context.Background(), it.key, row, next))
		s.requireStored(t, it.key, next)
		row = next
	}
	require.NoError(t, s.Replace(context.Background(), it.key, row, row), "a row in its own place")
	require.NoError(t, s.Replace(context.Background(), it.key, row, submission.Tombstone))
	s.requireStored(t, it.key, submission.Tombstone)
	s.requireStored(t, bystander.key, bystander.row)
}

func replacesOnlyTheSame(t *testing.T, s *trial) {
	it, other := s.pledge(t, today, "I will read."), s.pledge(t, today, "I will write.")
	s.addAll(t, []item{it})
	beginning, longer := it.row[:len(it.row)-1], append(it.row[:len(it.row):len(it.row)], ' ')
	for _, old := range []submission.Row{other.row, beginning, longer, submission.Tombstone} {
		require.ErrorIs(t, s.Replace(context.Background(), it.key, old, other.row), submission.ErrChanged)
		s.requireStored(t, it.key, it.row)
	}
	require.NoError(t, s.Replace(context.Background(), it.key, it.row, other.row))
	require.ErrorIs(t, s.Replace(context.Background(), it.key, it.row, longer), submission.ErrChanged, "the same change again")
	s.requireStored(t, it.key, other.row)
}

func replacesNoTombstone(t *testing.T, s *trial) {
	it := s.response(t, today)
	s.addAll(t, []item{it})
	require.NoError(t, s.Replace(context.Background(), it.key, it.row, submission.Tombstone))
	require.ErrorIs(t, s.Replace(context.Background(), it.key, it.row, it.row), submission.ErrChanged)
	s.requireStored(t, it.key, submission.Tombstone)
}

func replacesNothing(t *testing.T, s *trial) {
	it := s.response(t, today)
	require.ErrorIs(t, s.Replace(context.Background(), it.key, it.row, submission.Tombstone), submission.ErrChanged)
	s.requireNone(t, it.key)
}
