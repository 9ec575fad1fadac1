package local

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"learningforlife/shared/aggregation"
)

// schedule runs an aggregation at every tick: the times that are a multiple of
// the site's interval on its own clock. When stop is closed no further one begins; one that is
// running goes on until it is done or ctx is. Ticks that pass meanwhile are left
// out. A run that fails is reported, and the next comes at its time.
func (s *Site) schedule(ctx context.Context, stop <-chan struct{}) {
	if s.config.Every == 0 {
		return
	}
	for {
		now := s.config.Now()
		tick := now.Truncate(s.config.Every).Add(s.config.Every)
		timer := time.NewTimer(tick.Sub(now))
		select {
		case <-timer.C:
		case <-stop:
			timer.Stop()
			return
		}
		if err := s.tick(ctx); err != nil {
			s.config.Log.ErrorContext(ctx, "ALARM: a scheduled aggregation failed and the last release stands", "tick", tick, "error", err)
		}
	}
}

// tick makes an error of a panic: a run that breaks must not stop a server that takes submissions.
func (s *Site) tick(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil { // its value may hold what people sent, so only its type is told
			err = fmt.Errorf("panic: %T\n%s", v, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, aggregateWithin)
	defer cancel()
	// The id is a fresh one and not the tick's own time: -clock may have set this
	// server's time back, when there may have been a run of that time already. Should
	// another server keep the same schedule over the same store, the releases' numbers keep the two apart.
	_, err = s.aggregator.Run(ctx, aggregation.Request{Run: s.mint(), Release: true})
	return err
}
