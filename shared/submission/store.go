package submission

import (
	"context"

	"learningforlife/shared/day"
)

// Store is all that taking submissions in asks of a store: single items by
// their whole key, and marks. It can neither list nor search.
//
// A cancelled or expired context leaves a write either done or not done, never
// half; the caller repeats it, and every operation may be repeated. Errors that
// pass by themselves wrap ErrUnavailable.
type Store interface {
	// Add stores row under key unless an item stands there, be it live or
	// withdrawn. It returns what is stored afterwards and whether that is new. When
	// it returns no error the stored row is durable, whoever stored it.
	Add(ctx context.Context, key Key, row Row) (stored Row, created bool, err error)

	// Get returns the row under key as the last completed write left it, or ErrNotFound.
	Get(ctx context.Context, key Key) (Row, error)

	// Replace stores next under key if exactly old stands there, and ErrChanged otherwise.
	// When it returns no error next is durable.
	Replace(ctx context.Context, key Key, old, next Row) error

	// Mark records that an item is about to change; the same mark again changes
	// nothing. When it returns no error the mark is durable.
	Mark(ctx context.Context, mark Mark) error
}

// Visit is called with each item read. The key and the row are valid only until it returns.
type Visit func(key *Key, row Row) error

// Reader is what aggregation asks of a store.
type Reader interface {
	// Read visits every item of the parts: each exactly once, in no particular order, as some
	// completed write left it. Every item whose write completed before Read was called is
	// visited. The parts are in order, each once.
	//
	// It reads partitions in parallel and calls open once for each of its
	// goroutines, one call at a time; each visit it gets back is called from that goroutine alone. The first
	// error of a visit, a store or the context ends the reading and is returned.
	Read(ctx context.Context, parts []Part, open func() Visit) error

	// Find visits the items that are stored under the keys, live or withdrawn, as some completed
	// write left them: each once, in no particular order, one call at a time. Keys under which there is nothing are
	// left out. The keys differ. The first error of a visit, a store or the context ends it and is returned.
	Find(ctx context.Context, keys []Key, visit Visit) error

	// Marks visits every mark put on the day, in no particular order, and returns visit's first error.
	Marks(ctx context.Context, on day.Day, visit func(Mark) error) error
}

// Scanner reads a whole table, and so finds what no list of partitions names.
type Scanner interface {
	// Scan visits every item there is, of every kind and day, once each, in one goroutine.
	Scan(ctx context.Context, visit Visit) error
}
