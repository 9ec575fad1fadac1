package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/submission"
)

// remembered is how many failed runs are kept in mind. What came of the others, the Aggregator knows.
const remembered = 100

// run is an aggregation of this process.
type run struct {
	id   string
	done chan struct{} // closed when outcome and err are final
	// What came of it; not to be read before done is closed.
	outcome aggregation.Outcome
	err     error
}

// runs is the aggregations of this process that are running or have failed.
type runs struct {
	aggregator aggregation.Aggregator
	limit      time.Duration
	log        *slog.Logger
	running    sync.WaitGroup
	alive      context.Context // ends when what is running is to be cancelled
	cancel     context.CancelFunc

	mu     sync.Mutex
	known  map[string]*run
	failed []string // ids, oldest first
	closed bool
}

func newRuns(a aggregation.Aggregator, limit time.Duration, log *slog.Logger) *runs {
	alive, cancel := context.WithCancel(context.Background())
	return &runs{aggregator: a, limit: limit, log: log, alive: alive, cancel: cancel, known: map[string]*run{}}
}

// start runs an aggregation in the background. It keeps ctx's values and neither its end nor its deadline.
func (s *runs) start(ctx context.Context, request aggregation.Request) (*run, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("starting an aggregation: the server is stopping: %w", submission.ErrUnavailable)
	}
	r := &run{id: request.Run, done: make(chan struct{})}
	s.known[r.id] = r
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.limit)
	forget := context.AfterFunc(s.alive, cancel)
	s.running.Go(func() {
		defer cancel()
		defer forget()
		r.outcome, r.err = s.aggregate(ctx, request)
		s.finish(ctx, r)
	})
	return r, nil
}

// aggregate makes an error of a panic: a run that breaks must not stop a server that takes submissions.
func (s *runs) aggregate(ctx context.Context, request aggregation.Request) (o aggregation.Outcome, err error) {
	defer func() {
		if v := recover(); v != nil { // its value may hold what people sent, so only its type is told
			err = fmt.Errorf("panic: %T\n%s", v, debug.Stack())
		}
	}()
	return s.aggregator.Aggregate(ctx, request)
}

// finish lets everybody know what came of the run, and forgets it unless it failed.
func (s *runs) finish(ctx context.Context, r *run) {
	if r.err != nil && !errors.Is(r.err, aggregation.ErrNoCorrection) {
		s.log.ErrorContext(ctx, "ALARM: an aggregation failed and the last release stands", "run", r.id, "error", r.err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	close(r.done)
	if r.err == nil {
		delete(s.known, r.id)
		return
	}
	s.failed = append(s.failed, r.id)
	if len(s.failed) > remembered {
		delete(s.known, s.failed[0])
		s.failed = s.failed[1:]
	}
}

// find returns the run if it is running or is remembered as failed, or nil.
func (s *runs) find(id string) *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[id]
}

func (s *runs) close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	finished := make(chan struct{})
	go func() {
		s.running.Wait()
		close(finished)
	}()
	select {
	case <-finished:
		return nil
	case <-ctx.Done():
		s.cancel()
		<-finished
		return ctx.Err()
	}
}
