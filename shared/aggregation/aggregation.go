// Package aggregation is what is asked of an aggregation and told of it: the
// words that those who ask (the administrator's routes, the schedule) share with
// the one who runs it (shared/aggregate), be it in the same process or another.
package aggregation

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync/atomic"
	"time"
)

// ErrNoRun says that no run of that id was completed.
var ErrNoRun = errors.New("there is no such run")

// ErrNoCorrection says that the release to be corrected does not exist.
var ErrNoCorrection = errors.New("the release to be corrected does not exist")

// Request asks for one run.
type Request struct {
	// Run names it: the schedule's own time for a scheduled run, so that firing
	// twice is one run, and something fresh for any other; see ID and IDs.
	Run       string
	Scheduled time.Time // the schedule's own time; zero for a run that somebody asks for
	Release   bool      // make a release if any figure would change
	Corrects  int       // the release that the new one corrects; 0 for none
}

// Outcome is what came of a run.
type Outcome struct {
	Run     string
	Release int    // 0 if none was made
	Why     string // why none was made
}

// Aggregator runs aggregations.
type Aggregator interface {
	// Aggregate runs one and returns what came of it; if a run of the same id was
	// completed before, what came of that one. ErrNoCorrection is told apart. An error, be it that ctx
	// is done, which it heeds soon, means that nothing was released, or that the same request is to be made again to know.
	Aggregate(ctx context.Context, r Request) (Outcome, error)
	// Outcome returns what came of a run that was completed, in this process or another, or ErrNoRun.
	Outcome(ctx context.Context, run string) (Outcome, error)
}

// Recounter counts everything anew, whatever was kept of earlier counts, and proves what was kept.
type Recounter interface {
	// Recount returns an error if something is wrong, or could not be found out. What is wrong was then put right for the
	// runs that follow. scheduled is the schedule's own time, or zero.
	Recount(ctx context.Context, scheduled time.Time) error
}

// ID returns the id of a run of the given time. suffix is empty for a scheduled
// run and unique for any other.
func ID(at time.Time, suffix string) string {
	id := at.UTC().Format("20060102T150405.000Z")
	if suffix == "" {
		return id
	}
	return id + "-" + suffix
}

// IDs returns what makes the id of a run that somebody asks for: one that no
// other run of this process has, nor of another. It draws from random once, and may be called from many goroutines.
func IDs(now func() time.Time, random io.Reader) (mint func() string, err error) {
	var process [8]byte
	if _, err := io.ReadFull(random, process[:]); err != nil {
		return nil, fmt.Errorf("naming the process: %w", err)
	}
	var count atomic.Int64
	return func() string {
		return ID(now(), hex.EncodeToString(process[:])+"-"+strconv.FormatInt(count.Add(1), 10))
	}, nil
}
