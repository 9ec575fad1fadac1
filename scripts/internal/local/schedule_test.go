package local_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/local"
	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/submission"
)

// slow is a store of which a scan takes its time.
type slow struct {
	storage.Store
	scans   chan struct{} // one for each, when it is through
	reading atomic.Int32
	met     atomic.Int32 // readings that began while there was a scan
}

const scanning = 100 * time.Millisecond

func (s *slow) Scan(ctx context.Context, visit submission.Visit) error {
	s.reading.Store(1)
	time.Sleep(scanning)
	s.reading.Store(0)
	s.scans <- struct{}{}
	return s.Store.Scan(ctx, visit)
}

func (s *slow) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	s.met.Add(s.reading.Load())
	return s.Store.Read(ctx, parts, open)
}

// TestSchedulesTakeTurns has both ticks at the same times, and recounts that take as long as several of them.
func TestSchedulesTakeTurns(t *testing.T) {
	store := &slow{scans: make(chan struct{}, 100)}
	s := serve(t, func(c *local.Config) {
		store.Store = c.Store
		c.Store, c.Every, c.RecountEvery = store, scanning/5, scanning/5
	})
	for range 3 {
		<-store.scans
	}
	s.logs("msg=recounted", 3)
	s.logs("msg=aggregated", 3)
	require.NoError(t, s.server.Stop(time.Second))
	require.Zero(t, store.met.Load(), "aggregations began while there was a recount")
}

// TestAClockThatIsSetBackStopsNothing lets a site begin a year ahead.
func TestAClockThatIsSetBackStopsNothing(t *testing.T) {
	var ahead atomic.Int64
	ahead.Store(int64(365 * 24 * time.Hour))
	s := serve(t, func(c *local.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		c.Every, c.RecountEvery = 20*time.Millisecond, 20*time.Millisecond
	})
	s.logs("msg=recounted", 1)
	ahead.Store(0)
	runs, recounts := strings.Count(s.log.String(), "msg=aggregated"), strings.Count(s.log.String(), "msg=recounted")
	s.logs("msg=aggregated", runs+2) // one may be under way
	s.logs("msg=recounted", recounts+1)
	require.NoError(t, s.server.Stop(patience))
	require.Contains(t, s.log.String(), "the clock is not trusted")
	require.NotContains(t, s.log.String(), "ALARM")
}

// broken is a store of which a scan breaks.
type broken struct{ storage.Store }

func (broken) Scan(context.Context, submission.Visit) error { panic("what somebody sent") }

// TestABreakIsAnAlarm holds that a recount that breaks takes nothing with it, and tells nothing of what it read.
func TestABreakIsAnAlarm(t *testing.T) {
	s := serve(t, func(c *local.Config) {
		c.Store, c.Every, c.RecountEvery = broken{c.Store}, 20*time.Millisecond, 20*time.Millisecond
	})
	s.logs("panic: string", 2)
	s.logs("msg=aggregated", 2)
	require.NoError(t, s.server.Stop(time.Second))
	require.Contains(t, s.log.String(), "ALARM: a scheduled recount failed")
	require.NotContains(t, s.log.String(), "what somebody sent")
}
