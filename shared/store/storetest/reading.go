package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

var reading = []test{
	{"visits what is in the range, once", readsRanges},
	{"visits what is of the parts", readsParts},
	{"visits every item of a large partition, once", readsLargePartition},
	{"finds nothing in an empty store", readsEmpty},
	{"visits from each goroutine by itself", readsByGoroutine},
	{"stops at the first error of a visit", readsStop},
	{"visits rows as they are now", readsChanged},
	{"lets a visit write", readsWhileWriting},
}

// seen is the content visited by several goroutines, with a complaint about each item visited twice.
type seen struct {
	mutex   sync.Mutex
	content content
	twice   []submission.Key
}

func (s *seen) visit(key *submission.Key, row submission.Row) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, ok := s.content[*key]; ok {
		s.twice = append(s.twice, *key)
	}
	s.content[*key] = string(row)
	return nil
}

// read returns what Read visits, having required that it visits nothing twice.
func (s *trial) read(t require.TestingT, parts []submission.Part) content {
	all := &seen{content: content{}}
	require.NoError(t, s.Read(context.Background(), parts, func() submission.Visit { return all.visit }))
	require.Empty(t, all.twice, "visited twice")
	return all.content
}

// scan returns what Scan visits, having required that it visits nothing twice.
func (s *trial) scan(t require.TestingT) content {
	all := &seen{content: content{}}
	require.NoError(t, s.Scan(context.Background(), all.visit))
	require.Empty(t, all.twice, "visited twice")
	return all.content
}

// spread makes items of both kinds over the days, enough that most partitions of a day get some.
func (s *trial) spread(t *testing.T, days ...day.Day) []item {
	var items []item
	for _, on := range days {
		for range 3 * submission.Shards {
			items = append(items, s.response(t, on), s.item(t, submission.KindPledge, on))
		}
	}
	return items
}

func readsRanges(t *testing.T, s *trial) {
	days := []day.Day{submission.FirstDay, today - 300, today - 1, today, today + 1, today + 2, today + 400, submission.LastDay}
	items := s.spread(t, days...)
	s.addAll(t, items)
	for _, c := range []struct{ first, last day.Day }{
		{submission.FirstDay, submission.LastDay},
		{submission.FirstDay - 1000, submission.LastDay + 1000},
		{today, today},
		{today - 1, today + 1},
		{today + 1, today + 399},
		{today - 299, today - 2}, // nothing between
		{today - 300, today - 2},
		{today + 400, submission.LastDay},
		{submission.FirstDay, submission.FirstDay},
		{submission.LastDay, submission.LastDay},
		{submission.FirstDay - 10, submission.FirstDay - 1},
		{submission.LastDay + 1, submission.LastDay + 10},
		{today + 1, today}, // the wrong way round
		{submission.LastDay, submission.FirstDay},
	} {
		t.Run(fmt.Sprintf("%s to %s", c.first, c.last), func(t *testing.T) {
			want := content{}
			for _, it := range items {
				if c.first <= it.key.Day() && it.key.Day() <= c.last {
					want[it.key] = string(it.row)
				}
			}
			require.Equal(t, want, s.read(t, submission.Parts(c.first, c.last)))
		})
	}
	require.Equal(t, contentOf(items), s.scan(t))
}

// readsParts reads parts that are no range of days.
func readsParts(t *testing.T, s *trial) {
	items := s.spread(t, submission.FirstDay, today-2, today-1, today, today+1, today+2, submission.LastDay)
	s.addAll(t, items)
	pledges := func(on day.Day) submission.Part { return submission.Part{Kind: submission.KindPledge, Day: on} }
	responses := func(on day.Day) submission.Part { return submission.Part{Kind: submission.KindResponse, Day: on} }
	every := func(step day.Day) (parts []submission.Part) { // thousands of them, and more than are asked for one by one
		for _, part := range submission.Parts(today-6000, today+6000) {
			if part.Day%step == today%step {
				parts = append(parts, part)
			}
		}
		return parts
	}
	for name, parts := range map[string][]submission.Part{
		"none":                        nil,
		"one of pledges":              {pledges(today)},
		"one of responses":            {responses(today)},
		"each kind on a day":          {pledges(today - 1), responses(today + 1)},
		"days with gaps":              {pledges(today - 2), pledges(today), pledges(today + 2), responses(today - 2), responses(today + 1)},
		"days that hold nothing":      {pledges(today + 3), pledges(today + 4), responses(today - 4), responses(today - 3)},
		"the last that hold anything": {responses(submission.LastDay - 1), responses(submission.LastDay)},
		"days outside the range": {
			pledges(submission.FirstDay - 1), pledges(submission.FirstDay), pledges(submission.LastDay), pledges(submission.LastDay + 1),
			responses(submission.FirstDay - 1), responses(submission.LastDay + 1),
		},
		"only days outside the range": {pledges(submission.FirstDay - 1<<16), pledges(submission.LastDay + 1), responses(submission.LastDay + 1<<16)},
		"thousands":                   submission.Parts(today-4000, today+4000),
		"every other of thousands":    every(2),
		"every third of thousands":    every(3),
		"thousands of one kind":       submission.Parts(submission.FirstDay, submission.LastDay)[:submission.LastDay-submission.FirstDay+1],
		"thousands and all but one":   slices.DeleteFunc(every(1), func(p submission.Part) bool { return p == responses(today) }),
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, slices.IsSortedFunc(parts, submission.Part.Compare))
			want := content{}
			for _, it := range items {
				if slices.Contains(parts, it.key.Part()) {
					want[it.key] = string(it.row)
				}
			}
			require.Equal(t, want, s.read(t, parts))
		})
	}
}

// readsLargePartition fills one partition with more than the megabyte that
// DynamoDB returns in one page, and has some in the partitions beside it.
func readsLargePartition(t *testing.T, s *trial) {
	const shard, large, small = 3, 1400, 5
	var items []item
	have := map[byte]int{}
	words := longest()
	for have[shard] < large {
		it := s.pledge(t, today, words)
		in := it.key.Partition()[submission.PartitionSize-1]
		if in == shard || have[in] < small {
			have[in]++
			items = append(items, it)
		}
	}
	require.Greater(t, large*len(items[0].row), 1<<20)
	s.addAll(t, items)
	require.Equal(t, contentOf(items), s.read(t, submission.Parts(today, today)))
	require.Equal(t, contentOf(items), s.scan(t))
}

func readsEmpty(t *testing.T, s *trial) {
	require.Empty(t, s.read(t, submission.Parts(submission.FirstDay, submission.LastDay)))
	require.Empty(t, s.scan(t))
	require.Empty(t, s.marks(t, today))
}

// readsByGoroutine requires that the caller needs no lock: open is called once at
// a time, and so is each visit it returned.
func readsByGoroutine(t *testing.T, s *trial) {
	items := s.spread(t, today, today+1, today+2)
	s.addAll(t, items)
	var opening atomic.Int32
	var overlaps atomic.Int32
	var counts []*int
	err := s.Read(context.Background(), submission.Parts(today, today+2), func() submission.Visit {
		if opening.Add(1) != 1 {
			overlaps.Add(1)
		}
		defer opening.Add(-1)
		var visiting atomic.Int32
		count := new(int) // read and written without a lock: the race detector sees to it
		counts = append(counts, count)
		return func(*submission.Key, submission.Row) error {
			if visiting.Add(1) != 1 {
				overlaps.Add(1)
			}
			*count++
			visiting.Add(-1)
			return nil
		}
	})
	require.NoError(t, err)
	require.Zero(t, overlaps.Load(), "calls at the same time")
	sum := 0
	for _, count := range counts {
		sum += *count
	}
	require.Equal(t, len(items), sum)
}

func readsStop(t *testing.T, s *trial) {
	items := s.spread(t, today, today+1)
	s.addAll(t, items)
	enough := errors.New("enough")
	var returned atomic.Bool
	var visits, late atomic.Int32
	visit := func(*submission.Key, submission.Row) error {
		if returned.Load() {
			late.Add(1)
		}
		if visits.Add(1) == 5 {
			return enough
		}
		return nil
	}
	err := s.Read(context.Background(), submission.Parts(today, today+1), func() submission.Visit { return visit })
	returned.Store(true)
	require.ErrorIs(t, err, enough)
	require.Zero(t, late.Load(), "visits after Read returned")

	returned.Store(false)
	visits.Store(0)
	require.ErrorIs(t, s.Scan(context.Background(), visit), enough)
	require.EqualValues(t, 5, visits.Load())
}

func readsChanged(t *testing.T, s *trial) {
	items := s.spread(t, today)
	s.addAll(t, items)
	for i := range items {
		if i%3 == 0 {
			require.NoError(t, s.Replace(context.Background(), items[i].key, items[i].row, submission.Tombstone))
			items[i].row = submission.Tombstone
		}
	}
	require.Equal(t, contentOf(items), s.scan(t))
	require.Equal(t, contentOf(items), s.read(t, submission.Parts(today, today)))
}

// readsWhileWriting adds an item at each visit: reading holds up no submission.
func readsWhileWriting(t *testing.T, s *trial) {
	items := s.spread(t, today)
	s.addAll(t, items)
	more := s.spread(t, today+1)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var next atomic.Int64
	err := s.Read(ctx, submission.Parts(today, today), func() submission.Visit {
		return func(*submission.Key, submission.Row) error {
			it := more[next.Add(1)-1]
			_, _, err := s.Add(ctx, it.key, it.row)
			return err
		}
	})
	require.NoError(t, err)
	require.EqualValues(t, len(items), next.Load())
	require.Equal(t, contentOf(append(items, more[:next.Load()]...)), s.scan(t))
}
