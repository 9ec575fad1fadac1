package storetest

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

var finding = []test{
	{"finds nothing where there is nothing", findsNothing},
	{"visits what is stored under the keys, live or withdrawn", findsWhatIsThere},
	{"visits what is stored under thousands of keys", findsMany},
	{"visits one at a time and stops at the first error", findsStop},
	{"beside writes sees all that was acknowledged", findsBesideWrites},
}

// find returns what Find visits, having required that it visits nothing twice and leaves the keys as they are.
func (s *trial) find(t require.TestingT, keys []submission.Key) content {
	all := &seen{content: content{}}
	asked := slices.Clone(keys)
	require.NoError(t, s.Find(context.Background(), keys, all.visit))
	require.Empty(t, all.twice, "visited twice")
	require.Equal(t, asked, keys)
	return all.content
}

func keysOf(items []item) (keys []submission.Key) {
	for _, it := range items {
		keys = append(keys, it.key)
	}
	return keys
}

func findsNothing(t *testing.T, s *trial) {
	items := s.spread(t, today)
	require.Empty(t, s.find(t, nil))
	require.Empty(t, s.find(t, keysOf(items)))
	s.addAll(t, items)
	require.Empty(t, s.find(t, nil))
	require.Empty(t, s.find(t, keysOf(s.spread(t, submission.FirstDay, today, submission.LastDay))))
	near := items[0].key
	near[len(near)-1]++
	require.Empty(t, s.find(t, []submission.Key{near}), "a key beside one under which something is")
}

func findsWhatIsThere(t *testing.T, s *trial) {
	items := s.spread(t, submission.FirstDay, today, today+1, submission.LastDay)
	s.addAll(t, items)
	for i := 0; i < len(items); i += 3 {
		require.NoError(t, s.Replace(context.Background(), items[i].key, items[i].row, submission.Tombstone))
		items[i].row = submission.Tombstone
	}
	sought := append(slices.Clone(items[:50]), items[len(items)-50:]...)
	keys := append(keysOf(sought), keysOf(s.spread(t, today, today+2))...)
	s.numbers.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	require.Equal(t, contentOf(sought), s.find(t, keys))
	for _, it := range items[:4] {
		require.Equal(t, contentOf([]item{it}), s.find(t, []submission.Key{it.key}))
	}
	linked := s.response(t, today)
	s.addAll(t, []item{linked})
	link := linked.key.Link()
	require.Equal(t, contentOf([]item{linked}), s.find(t, []submission.Key{link.Key()}), "what a link names")
}

// findsMany asks for more than the thousand keys that any batch of a store might hold, of which half are there.
func findsMany(t *testing.T, s *trial) {
	const days, stored = 45, 23
	var there []item
	var keys []submission.Key
	for on := range days {
		items := s.spread(t, today+day.Day(on))
		keys = append(keys, keysOf(items)...)
		if on < stored {
			there = append(there, items...)
		}
	}
	require.Greater(t, len(keys), 2000)
	require.Greater(t, len(there), 1000)
	s.addAll(t, there)
	require.Equal(t, contentOf(there), s.find(t, keys), "those that are there stand first")
	s.numbers.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	require.Equal(t, contentOf(there), s.find(t, keys), "they stand anywhere")
}

func findsStop(t *testing.T, s *trial) {
	var items []item
	for range 12 {
		items = append(items, s.spread(t, today)...)
	}
	s.addAll(t, items)
	enough := errors.New("enough")
	for _, after := range []int{1, 5, len(items)} {
		visits := 0 // read and written without a lock: the race detector sees to it
		var visiting, overlaps atomic.Int32
		err := s.Find(context.Background(), keysOf(items), func(*submission.Key, submission.Row) error {
			if visiting.Add(1) != 1 {
				overlaps.Add(1)
			}
			defer visiting.Add(-1)
			if visits++; visits >= after {
				return enough
			}
			return nil
		})
		require.ErrorIs(t, err, enough)
		require.Equal(t, after, visits, "visits until the error and none after it")
		require.Zero(t, overlaps.Load(), "calls at the same time")
	}
}

// findsBesideWrites looks again and again for items that are added meanwhile.
func findsBesideWrites(t *testing.T, s *trial) {
	var items []item
	for range 10 {
		items = append(items, s.spread(t, today)...)
	}
	all := contentOf(items)
	var added atomic.Int64 // items[:added] were acknowledged
	var group errgroup.Group
	group.Go(func() error {
		for _, it := range items {
			if _, _, err := s.Add(context.Background(), it.key, it.row); err != nil {
				return err
			}
			added.Add(1)
		}
		return nil
	})
	for before := 0; before < len(items); {
		before = int(added.Load())
		found := s.find(t, keysOf(items))
		for _, it := range items[:before] {
			require.Contains(t, found, it.key, "acknowledged before it was looked for")
		}
		for key, row := range found {
			require.Equal(t, all[key], row)
		}
	}
	require.NoError(t, group.Wait())
}
