// Package quarantine is what those who run the campaign decide about bursts:
// more responses of one organisation and wave in one day than are counted unseen (shared/method
// has the number). Aggregation holds such a batch back as a whole, lists it in the
// queue, and counts it once the decision is to count it.
//
// Both stand among the settings, in numbered lists of which nothing is ever changed: decisions, of which
// the newest about a batch holds, and queues, of which the newest is the one to be worked through.
// Neither touches a submission.
package quarantine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// Batch is the responses of one organisation and wave whose receipts are of one day.
type Batch struct {
	Organisation string  `json:"organisation"` // code as submitted
	Day          day.Day `json:"day"`
	Wave         string  `json:"wave"` // id
}

// Decision is what is decided about a batch.
type Decision string

// The decisions. None is the zero value: a batch without a decision is held back while it is a burst.
const (
	None  Decision = ""
	Count Decision = "count" // it is counted, however large it is
	Hold  Decision = "hold"  // it is held back, however small it has become
)

// The lists.
const (
	decisions = "quarantine-decision"
	queues    = "quarantine-queue"
)

// decided is the record of a decision.
type decided struct {
	Batch
	Decision Decision `json:"decision"`
}

// Decisions returns the newest decision about each batch that there is one about.
func Decisions(ctx context.Context, settings document.Reader) (map[Batch]Decision, error) {
	names, err := settings.Names(ctx, decisions)
	if err != nil {
		return nil, fmt.Errorf("reading the decisions about quarantine: %w", err)
	}
	newest := map[Batch]Decision{}
	for _, name := range names { // from the oldest on
		record, err := settings.Record(ctx, decisions, name)
		if err != nil {
			return nil, fmt.Errorf("reading decision %s about quarantine: %w", name, err)
		}
		var d decided
		if err := json.Unmarshal(record, &d); err != nil {
			return nil, fmt.Errorf("reading decision %s about quarantine: %w", name, err)
		}
		newest[d.Batch] = d.Decision
	}
	return newest, nil
}

// Decide records a decision. When it returns no error the decision is durable, and the next run heeds it. Of
// decisions about one batch at the same time the one that is recorded last holds.
func Decide(ctx context.Context, settings document.Store, b Batch, d Decision) error {
	record, err := json.Marshal(decided{b, d}, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("recording a decision about quarantine: %w", err)
	}
	_, err = document.Append(ctx, settings, decisions, record)
	if errors.Is(err, document.ErrTaken) {
		return fmt.Errorf("recording a decision about quarantine: %w: %w", submission.ErrUnavailable, err)
	}
	if err != nil {
		return fmt.Errorf("recording a decision about quarantine: %w", err)
	}
	return nil
}

// Row is a batch that an administrator is to know of: a burst, or one that was decided about.
type Row struct {
	Batch
	Responses int `json:"responses"` // live ones, superseded ones included
}

// Queue is what one run found.
type Queue struct {
	Rows   []Row
	number int // of its record; 0 if no run ever found anything
}

// queued says where the rows are: they may be more than a record holds.
type queued struct {
	Document string `json:"document"` // digest
}

// Newest returns the queue of the last run that found another one than the run before it.
func Newest(ctx context.Context, settings document.Reader) (Queue, error) {
	q, err := newest(ctx, settings)
	if err != nil {
		return Queue{}, fmt.Errorf("reading the quarantine queue: %w", err)
	}
	return q, nil
}

func newest(ctx context.Context, settings document.Reader) (q Queue, err error) {
	number, record, err := document.Newest(ctx, settings, queues)
	if err != nil || number == 0 {
		return Queue{}, err
	}
	var at queued
	if err := json.Unmarshal(record, &at); err != nil {
		return Queue{}, err
	}
	content, err := settings.Document(ctx, at.Document)
	if err != nil {
		return Queue{}, err
	}
	q.number = number
	return q, json.Unmarshal(content, &q.Rows)
}

// Follow makes rows, in an order that the caller keeps to, the newest queue, unless q has the same. It
// returns document.ErrTaken if another one followed q already: who counted earlier never replaces what was counted later.
func (q Queue) Follow(ctx context.Context, settings document.Store, rows []Row) error {
	if slices.Equal(q.Rows, rows) {
		return nil
	}
	if err := q.follow(ctx, settings, rows); err != nil {
		return fmt.Errorf("writing the quarantine queue: %w", err)
	}
	return nil
}

func (q Queue) follow(ctx context.Context, settings document.Store, rows []Row) error {
	content, err := json.Marshal(rows, json.Deterministic(true))
	if err != nil {
		return err
	}
	digest, err := settings.Put(ctx, content)
	if err != nil {
		return err
	}
	record, err := json.Marshal(queued{digest}, json.Deterministic(true))
	if err != nil {
		return err
	}
	return settings.Create(ctx, queues, document.Numbered(q.number+1), record)
}

// Find returns the batch's row, if it is in the queue.
func (q Queue) Find(b Batch) (Row, bool) {
	i := slices.IndexFunc(q.Rows, func(r Row) bool { return r.Batch == b })
	if i < 0 {
		return Row{}, false
	}
	return q.Rows[i], true
}
