package aggregate_test

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

var million = flag.Int("million", 1_000_000, "how many stored responses BenchmarkMillion aggregates")

// BenchmarkMillion aggregates stored responses from the embedded store: read, decode, count, link and check.
// Beside the time it reports where it goes, each share measured as what a step
// adds to the steps before it, and the most anonymous memory the process had
// meanwhile (the mapped file is not anonymous). Filling the store takes a minute.
//
//	go test -run '^$' -bench Million -benchtime 5x ./shared/aggregate
func BenchmarkMillion(b *testing.B) {
	s := newSite(b, campaigntest.Load(b))
	fill(b, s, *million)
	layout, err := tally.NewLayout(s.campaign)
	require.NoError(b, err)
	a := s.aggregator(b, nil)
	parts := submission.Parts(submission.ReceiptDays(s.campaign.Opens, s.campaign.Closes))
	read := func(open func() submission.Visit) time.Duration {
		started := time.Now()
		require.NoError(b, s.Read(b.Context(), parts, open))
		return time.Since(started)
	}
	stop := make(chan struct{})
	peak := make(chan int)
	go watch(b, stop, peak)

	var reading, decoding, counting, whole time.Duration
	b.ResetTimer()
	for range b.N {
		reading += read(func() submission.Visit {
			return func(*submission.Key, submission.Row) error { return nil }
		})
		decoding += read(func() submission.Visit {
			return func(_ *submission.Key, row submission.Row) error {
				if row.Withdrawn() {
					return nil
				}
				_, err := row.View()
				return err
			}
		})
		counting += read(func() submission.Visit { return layout.Counter().Visit })
		started := time.Now()
		counted, err := a.Tally(b.Context())
		require.NoError(b, err)
		whole += time.Since(started)
		require.Equal(b, *million, counted.Totals.Responses[0]+counted.Totals.Responses[1])
	}
	b.StopTimer()
	close(stop)
	share := func(d time.Duration) float64 { return 100 * d.Seconds() / whole.Seconds() }
	b.ReportMetric(whole.Seconds()/float64(b.N), "s/tally")
	b.ReportMetric(share(reading), "%reading")
	b.ReportMetric(share(decoding-reading), "%decoding")
	b.ReportMetric(share(counting-decoding), "%counting")
	b.ReportMetric(share(whole-counting), "%pairing")
	b.ReportMetric(float64(<-peak)/1024, "MB-anonymous")

	started := time.Now()
	run, err := a.Run(b.Context(), aggregation.Request{Run: aggregation.ID(noon, ""), Release: true})
	require.NoError(b, err)
	require.Equal(b, 1, *run.Release)
	b.ReportMetric(time.Since(started).Seconds(), "s/run")
}

// fill stores n responses, half of them of each wave, over 90 days and all open
// trusts; half of the later ones name an earlier one.
func fill(b *testing.B, s *site, n int) {
	c := s.campaign
	trusts := c.Organisations.Open(day.Of(s.now))
	var group errgroup.Group
	group.SetLimit(1024)
	seeds := [32]byte{}
	source := mathrand.NewChaCha8(seeds)
	random := mathrand.New(source)
	var keys []submission.Key
	var before []submission.Response
	for i := range n {
		wave := i * 2 / n
		r := submission.Response{Wave: wave, Organisation: trusts[random.IntN(len(trusts))].Code, BandGroup: random.IntN(5), Answers: make([]int, len(c.Questions))}
		if wave == 1 && random.IntN(2) == 0 {
			j := random.IntN(len(keys))
			r.Before, r.Organisation, r.BandGroup = keys[j].Link(), before[j].Organisation, before[j].BandGroup
		}
		for q, question := range c.Questions {
			open := question.AskedIf == nil || r.Answers[question.AskedIf.Question] == question.AskedIf.Answer+1
			if c.Asked(q, wave, 0) && open {
				r.Answers[q] = 1 + random.IntN(len(c.Answers(q)))
			}
		}
		receipt, err := submission.Mint(day.Of(s.now)-90+day.Day(i*90/n), source)
		require.NoError(b, err)
		key := receipt.Key(submission.KindResponse)
		if wave == 0 {
			keys, before = append(keys, key), append(before, r)
		}
		group.Go(func() error {
			_, created, err := s.Add(context.Background(), key, r.Pack(c))
			if err == nil && !created {
				return fmt.Errorf("key %x was there already", binary.BigEndian.Uint32(key[:]))
			}
			return err
		})
		if i%(n/20+1) == 0 {
			fmt.Fprintf(os.Stderr, "filling the store: %d of %d\n", i, n)
		}
	}
	require.NoError(b, group.Wait())
}

var rssAnon = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)

// watch sends the most anonymous memory, in KB, that it saw until it is stopped.
func watch(b *testing.B, stop chan struct{}, peak chan int) {
	most := 0
	for {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			b.Error(err)
		}
		if m := rssAnon.FindSubmatch(status); m != nil {
			kb, err := strconv.Atoi(string(m[1]))
			if err != nil {
				b.Error(err)
			}
			most = max(most, kb)
		}
		select {
		case <-stop:
			peak <- most
			return
		case <-time.After(5 * time.Millisecond):
		}
	}
}
