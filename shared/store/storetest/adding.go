package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/submission"
)

var adding = []test{
	{"stores what was not there", addsNew},
	{"gives back what stands, whatever is sent", addsOnce},
	{"counts a tombstone as an item", addsAfterTombstone},
	{"keeps rows of every form", addsEveryForm},
	{"tells a pledge and a response of one receipt apart", addsBothKinds},
	{"shares no memory with its caller", addsCopies},
	{"finds nothing that was not added", getsNothing},
}

func addsNew(t *testing.T, s *trial) {
	for _, kind := range []submission.Kind{submission.KindPledge, submission.KindResponse} {
		it := s.item(t, kind, today)
		stored, created, err := s.Add(context.Background(), it.key, it.row)
		require.NoError(t, err)
		require.True(t, created)
		require.Equal(t, it.row, stored)
		s.requireStored(t, it.key, it.row)
	}
}

func addsOnce(t *testing.T, s *trial) {
	first, other := s.response(t, today), s.pledge(t, today, "I will learn to knit.")
	s.addAll(t, []item{first})
	for _, row := range []submission.Row{first.row, other.row, submission.Tombstone, other.row, first.row} {
		stored, created, err := s.Add(context.Background(), first.key, row)
		require.NoError(t, err)
		require.False(t, created)
		require.Equal(t, first.row, stored)
	}
	s.requireStored(t, first.key, first.row)
}

func addsAfterTombstone(t *testing.T, s *trial) {
	it := s.response(t, today)
	stored, created, err := s.Add(context.Background(), it.key, submission.Tombstone)
	require.NoError(t, err)
	require.True(t, created)
	require.True(t, stored.Withdrawn())

	stored, created, err = s.Add(context.Background(), it.key, it.row)
	require.NoError(t, err)
	require.False(t, created)
	require.True(t, stored.Withdrawn())
	s.requireStored(t, it.key, submission.Tombstone)
}

func addsEveryForm(t *testing.T, s *trial) {
	items := []item{
		{s.key(t, submission.KindResponse, today), submission.Tombstone},
		s.pledge(t, today, longest()),
		s.pledge(t, today, "I will\r\nask “why?”\tmore often – \U0001F642"),
	}
	for _, status := range submission.Statuses {
		p := s.inWords("x")
		p.Status, p.Version, p.DueOn, p.Display = status, 1<<32-1, submission.LastDay, true
		items = append(items, item{s.key(t, submission.KindPledge, today), p.Pack(s.campaign)})
	}
	for range 20 {
		items = append(items, s.response(t, today))
	}
	s.addAll(t, items)
	for _, it := range items {
		s.requireStored(t, it.key, it.row)
	}
}

func addsBothKinds(t *testing.T, s *trial) {
	receipt := s.receipt(t, today)
	pledge := item{receipt.Key(submission.KindPledge), s.pledge(t, today, "I will teach.").row}
	response := item{receipt.Key(submission.KindResponse), s.response(t, today).row}
	s.addAll(t, []item{pledge, response})
	s.requireStored(t, pledge.key, pledge.row)
	s.requireStored(t, response.key, response.row)
}

func addsCopies(t *testing.T, s *trial) {
	s.addAll(t, s.spread(t, today)) // a store may keep a few items in another way than many
	it := s.response(t, today)
	sent := slices.Clone(it.row)
	stored, _, err := s.Add(context.Background(), it.key, sent)
	require.NoError(t, err)
	clear(sent)
	clear(stored)
	got, err := s.Get(context.Background(), it.key)
	require.NoError(t, err)
	require.Equal(t, it.row, got)
	clear(got)

	again, _, err := s.Add(context.Background(), it.key, it.row)
	require.NoError(t, err)
	require.Equal(t, it.row, again)
	clear(again)

	next := slices.Clone(submission.Tombstone)
	require.NoError(t, s.Replace(context.Background(), it.key, it.row, next))
	clear(next)
	s.requireStored(t, it.key, submission.Tombstone)
}

func getsNothing(t *testing.T, s *trial) {
	it := s.response(t, today)
	s.requireNone(t, it.key)
	s.addAll(t, []item{it})
	neighbour := it.key
	neighbour[len(neighbour)-1]++
	s.requireNone(t, neighbour)
}
