package local

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"learningforlife/shared/aggregation"
)

// task is something that the site does by itself, at every tick: the times that
// are a multiple of its interval on the site's own clock.
type task struct {
	every time.Duration // 0 is never
	do    func(context.Context) error
	fails string    // what is logged if it does
	tick  time.Time // when it is due; zero if that is yet to be seen
}

// tasks are all there are. Of those that are due together the first comes first.
func (s *Site) tasks() []task {
	return []task{
		{every: s.config.Every, do: s.aggregate, fails: "ALARM: a scheduled aggregation failed and the last release stands"},
		{every: s.config.RecountEvery, do: s.recount, fails: "ALARM: a scheduled recount failed, or found that what is published may be wrong"},
	}
}

// next returns the first tick after a time.
func (t *task) next(after time.Time) time.Time { return after.Truncate(t.every).Add(t.every) }

// schedule does the tasks at their ticks, one after the other: each may take all there is of
// processors and memory. A task that was due while another was done comes right after it; ticks of its own
// that pass until then are left out. When stop is done no further task begins; one that is being
// done goes on until it is through or ctx is done. One that fails is reported, and comes again at its next tick.
func (s *Site) schedule(ctx, stop context.Context, tasks []task) {
	tasks = slices.DeleteFunc(tasks, func(t task) bool { return t.every == 0 })
	if len(tasks) == 0 {
		return
	}
	for {
		now := s.config.Now()
		due := &tasks[0]
		for i := range tasks {
			t := &tasks[i]
			if next := t.next(now); t.tick.IsZero() || t.tick.After(next) { // the clock was set back
				t.tick = next
			}
			if t.tick.Before(due.tick) {
				due = t
			}
		}
		timer := time.NewTimer(due.tick.Sub(now))
		select {
		case <-timer.C:
		case <-stop.Done():
			timer.Stop()
		}
		if stop.Err() != nil {
			return
		}
		if err := once(ctx, due.do); err != nil {
			s.config.Log.ErrorContext(ctx, due.fails, "tick", due.tick, "error", err)
		}
		due.tick = time.Time{}
	}
}

// once does a task in the time there is for it, and makes an error of a panic: a task that breaks must
// not stop a server that takes submissions.
func once(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil { // its value may hold what people sent, so only its type is told
			err = fmt.Errorf("panic: %T\n%s", v, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, aggregateWithin)
	defer cancel()
	return do(ctx)
}

// aggregate makes a release if any figure would change.
//
// The id is a fresh one and not the tick's own time: -clock may have set this
// server's time back, when there may have been a run of that time already. Should
// another server keep the same schedule over the same store, the releases' numbers keep the two apart.
//
// Nor is the tick given as the schedule's time, here and of recounts: it is read off the very clock that it
// would have to judge, and a machine that has slept would doubt a clock that is right. What holds
// here is that nothing is sealed while the clock stands before the day of the last run.
func (s *Site) aggregate(ctx context.Context) error {
	_, err := s.aggregator.Run(ctx, aggregation.Request{Run: s.mint(), Release: true})
	return err
}

func (s *Site) recount(ctx context.Context) error { return s.aggregator.Recount(ctx, time.Time{}) }
