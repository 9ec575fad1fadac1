package quarantine_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

func settings(t *testing.T) document.Store {
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store.Settings()
}

func batch(organisation string) quarantine.Batch {
	return quarantine.Batch{Organisation: organisation, Day: day.Must("2026-11-22"), Wave: "before"}
}

func TestTheNewestDecisionHolds(t *testing.T) {
	s := settings(t)
	got, err := quarantine.Decisions(t.Context(), s)
	require.NoError(t, err)
	require.Empty(t, got)
	for range 6 { // more than nine, so that numbers are sorted as numbers
		require.NoError(t, quarantine.Decide(t.Context(), s, batch("RXX"), quarantine.Count))
		require.NoError(t, quarantine.Decide(t.Context(), s, batch("R0A"), quarantine.Count))
		require.NoError(t, quarantine.Decide(t.Context(), s, batch("R0A"), quarantine.Hold))
	}
	got, err = quarantine.Decisions(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, map[quarantine.Batch]quarantine.Decision{batch("RXX"): quarantine.Count, batch("R0A"): quarantine.Hold}, got)
	record, err := s.Record(t.Context(), "quarantine-decision", "0000000003")
	require.NoError(t, err)
	require.Equal(t, `{"organisation":"R0A","day":"2026-11-22","wave":"before","decision":"hold"}`, string(record))
}

func TestQueuesFollowOneAnother(t *testing.T) {
	s := settings(t)
	first, err := quarantine.Newest(t.Context(), s)
	require.NoError(t, err)
	require.Empty(t, first.Rows)
	require.NoError(t, first.Follow(t.Context(), s, nil))
	names, err := s.Names(t.Context(), "quarantine-queue")
	require.NoError(t, err)
	require.Empty(t, names, "nothing after nothing")

	rows := make([]quarantine.Row, 2000) // more than a record holds
	for i := range rows {
		rows[i] = quarantine.Row{Batch: batch(fmt.Sprintf("R%04d", i)), Responses: 501 + i}
	}
	require.NoError(t, first.Follow(t.Context(), s, rows))
	require.ErrorIs(t, first.Follow(t.Context(), s, rows[:1]), document.ErrTaken)
	second, err := quarantine.Newest(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, rows, second.Rows)
	require.NoError(t, second.Follow(t.Context(), s, rows), "the same again")
	row, ok := second.Find(batch("R1999"))
	require.True(t, ok)
	require.Equal(t, rows[1999], row)
	_, ok = second.Find(batch("R2000"))
	require.False(t, ok)

	require.NoError(t, second.Follow(t.Context(), s, nil))
	third, err := quarantine.Newest(t.Context(), s)
	require.NoError(t, err)
	require.Empty(t, third.Rows)
	names, err = s.Names(t.Context(), "quarantine-queue")
	require.NoError(t, err)
	require.Equal(t, []string{"0000000001", "0000000002"}, names)
}

// TestDecisionsAtTheSameTimeAreAllKept: one is refused only as something that passes by itself.
func TestDecisionsAtTheSameTimeAreAllKept(t *testing.T) {
	const people = 20
	s := settings(t)
	kept := make([]bool, people)
	var group errgroup.Group
	for i := range people {
		group.Go(func() error {
			err := quarantine.Decide(t.Context(), s, batch(fmt.Sprintf("R%04d", i)), quarantine.Count)
			kept[i] = err == nil
			if errors.Is(err, submission.ErrUnavailable) {
				return nil
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	got, err := quarantine.Decisions(t.Context(), s)
	require.NoError(t, err)
	for i := range people {
		_, there := got[batch(fmt.Sprintf("R%04d", i))]
		require.Equal(t, kept[i], there, "what was acknowledged, and nothing else, is kept")
	}
}

func TestDamagedSettingsAreErrors(t *testing.T) {
	s := settings(t)
	require.NoError(t, s.Create(t.Context(), "quarantine-decision", "0000000001", []byte("{")))
	_, err := quarantine.Decisions(t.Context(), s)
	require.ErrorContains(t, err, "decision 0000000001")
	require.NoError(t, s.Create(t.Context(), "quarantine-queue", "0000000001", []byte(`{"document":"none"}`)))
	_, err = quarantine.Newest(t.Context(), s)
	require.ErrorIs(t, err, document.ErrNone)
	require.NoError(t, s.Create(t.Context(), "quarantine-queue", "last", nil))
	_, err = quarantine.Newest(t.Context(), s)
	require.ErrorContains(t, err, "quarantine-queue")
}
