package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

var marking = []test{
	{"is listed under its own day", marksByDay},
	{"is listed once however often it was put", marksOnce},
	{"tells the changes of one item apart", marksEachChange},
	{"needs no item and makes none", marksWithoutItem},
	{"stops at the first error of a visit", marksStop},
}

// marks returns how often each of the day's marks is visited.
func (s *trial) marks(t require.TestingT, on day.Day) map[submission.Mark]int {
	seen := map[submission.Mark]int{}
	require.NoError(t, s.Marks(context.Background(), on, func(m submission.Mark) error {
		seen[m]++
		return nil
	}))
	return seen
}

// put puts the marks, many at a time.
func (s *trial) put(t require.TestingT, marks ...submission.Mark) {
	var group errgroup.Group
	group.SetLimit(clients)
	for _, m := range marks {
		group.Go(func() error { return s.Mark(context.Background(), m) })
	}
	require.NoError(t, group.Wait())
}

func marksByDay(t *testing.T, s *trial) {
	days := []day.Day{submission.FirstDay, today - 1, today, today + 1, today + 256, submission.LastDay}
	want := map[day.Day]map[submission.Mark]int{}
	var all []submission.Mark
	for i, on := range days {
		want[on] = map[submission.Mark]int{}
		for range 5 * submission.Shards { // so that most partitions of the day get some
			// The day of the item is another than that of the mark.
			m := submission.Mark{On: on, Key: s.key(t, submission.KindResponse, days[(i+1)%len(days)]), Change: submission.Withdrawal}
			want[on][m] = 1
			all = append(all, m)
		}
	}
	s.put(t, all...)
	for _, on := range days {
		require.Equal(t, want[on], s.marks(t, on))
	}
	for _, on := range []day.Day{submission.FirstDay - 1, today - 2, today + 2, submission.LastDay + 1} {
		require.Empty(t, s.marks(t, on), "no mark was put on %s", on)
	}
}

func marksOnce(t *testing.T, s *trial) {
	m := submission.Mark{On: today, Key: s.key(t, submission.KindPledge, today-3), Change: submission.StatusChange}
	s.put(t, m, m, m)
	require.Equal(t, map[submission.Mark]int{m: 1}, s.marks(t, today))
}

func marksEachChange(t *testing.T, s *trial) {
	key := s.key(t, submission.KindPledge, today)
	changed := submission.Mark{On: today, Key: key, Change: submission.StatusChange}
	withdrawn := submission.Mark{On: today, Key: key, Change: submission.Withdrawal}
	s.put(t, changed, withdrawn)
	require.Equal(t, map[submission.Mark]int{changed: 1, withdrawn: 1}, s.marks(t, today))
}

func marksWithoutItem(t *testing.T, s *trial) {
	key := s.key(t, submission.KindResponse, today)
	s.put(t, submission.Mark{On: today, Key: key, Change: submission.Withdrawal})
	s.requireNone(t, key)
	require.Empty(t, s.scan(t))
}

func marksStop(t *testing.T, s *trial) {
	for range 10 {
		s.put(t, submission.Mark{On: today, Key: s.key(t, submission.KindResponse, today), Change: submission.Withdrawal})
	}
	enough := errors.New("enough")
	visits := 0
	err := s.Marks(context.Background(), today, func(submission.Mark) error {
		visits++
		return enough
	})
	require.ErrorIs(t, err, enough)
	require.Equal(t, 1, visits)
}
