// Package bench times what this project does beside others that do the same:
// in rounds in which each has its turn, so that a machine that is slow for a while is slow for
// all of them, and by the ratio within a round. A result is compared before a time counts.
package bench

import (
	"context"
	"time"
)

// Workload is one thing to do, and who does it.
type Workload struct {
	Name string // as it is printed: agg-full/3M
	// Open makes ready what is timed. The first contestant is this project's; the ratio of another is
	// how many times longer than the first it takes for one operation.
	Open func(ctx context.Context) ([]Contestant, error)
	// Rounds is how often each has its turn, after one that does not count.
	Rounds int
}

// Contestant does what a workload is about.
type Contestant struct {
	Name string // ours, duckdb, sqlite, bare, …
	// Round does it once, and returns what came of it.
	Round func(ctx context.Context) (Round, error)
	// Close gives back what Open took. It may be nil.
	Close func() error
	// Rounds is how often it has its turn at most, for one that takes very long; 0 is as often as the others.
	Rounds int
	// Note says how it does it, if that is not plain.
	Note string
}

// Round is what came of one turn.
type Round struct {
	Took       time.Duration
	Operations int // done in that time, at least 1
	// Result says what was found, in a form that is the same for every contestant that found the same; empty if there is nothing to compare.
	Result string
	// Figures are further measurements, by name and unit as in "p99-ms"; the last round's are printed.
	Figures map[string]float64
}
