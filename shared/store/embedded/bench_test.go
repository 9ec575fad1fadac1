package embedded_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

// response makes the nth response: over thirty days, with answers to six questions.
func response(tb testing.TB, c *campaign.Campaign, n int) (submission.Key, submission.Row) {
	receipt, err := submission.Mint(firstDay+day.Day(n%30), source(uint64(n)))
	require.NoError(tb, err)
	answers := make([]int, len(c.Questions))
	for q := range 6 {
		answers[q] = 1 + n%len(c.Answers(q))
	}
	s := submission.Response{Organisation: "RXX", Answers: answers}
	return receipt.Key(submission.KindResponse), s.Pack(c)
}

// add has the clients add n responses between them.
func add(tb testing.TB, s *embedded.Store, c *campaign.Campaign, clients, n int) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				key, row := response(tb, c, i)
				if _, created, err := s.Add(context.Background(), key, row); err != nil || !created {
					tb.Errorf("adding response %d: created %t, %v", i, created, err)
					return
				}
			}
		})
	}
	group.Wait()
}

func BenchmarkAdd(b *testing.B) {
	c := shipped(b)
	for _, clients := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			s := open(b, place(b))
			b.ResetTimer()
			add(b, s, c, clients, b.N)
			b.StopTimer()
			require.NoError(b, s.Close())
		})
	}
}

func BenchmarkRead(b *testing.B) {
	const rows = 1_000_000
	c := shipped(b)
	s := open(b, place(b))
	add(b, s, c, 2048, rows)
	b.ResetTimer()
	for b.Loop() {
		var counts []*int
		err := s.Read(context.Background(), submission.Parts(firstDay-1000, firstDay+1000), func() submission.Visit {
			count := new(int)
			counts = append(counts, count)
			return func(*submission.Key, submission.Row) error {
				*count++
				return nil
			}
		})
		require.NoError(b, err)
		sum := 0
		for _, count := range counts {
			sum += *count
		}
		require.Equal(b, rows, sum)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
	require.NoError(b, s.Close())
}
