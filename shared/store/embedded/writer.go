package embedded

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"

	"learningforlife/shared/submission"
)

// maxBatch is the most operations that are committed together. It bounds how
// long the first of them waits and how much a failing disk refuses at once; far
// fewer are waiting as a rule.
const maxBatch = 1024

// writer is the one goroutine that writes. It takes every operation that is
// waiting, applies them in one transaction, commits that, and only then answers.
// The commit, with its wait for the disk, is shared by all of them, so the more
// callers there are the more each commit does.
//
// Nobody is queued but the callers themselves: an operation is either still with its
// caller, who may give up without a trace, or taken into a batch, which is finished whatever happens.
type writer struct {
	db     *bolt.DB
	commit func(*bolt.Tx) error

	waiting chan *operation // unbuffered
	closing chan struct{}   // closed when no more is taken
	done    chan struct{}   // closed when the goroutine has ended

	// committing is held during a commit.
	committing sync.Mutex
	// durable is the number of the last transaction that is known to be on the disk.
	durable atomic.Int64
}

// operation is one caller's write. apply returns the caller's own error, such as
// submission.ErrChanged, before it has changed anything.
type operation struct {
	apply  func(*change) error
	err    error
	answer chan error // holds one, so that the writer never waits for a caller who has left
}

var errReadOnly = errors.New("the store was opened for reading only")

// newWriter returns a writer that refuses everything until it is started.
func newWriter(db *bolt.DB) *writer {
	return &writer{db: db, commit: (*bolt.Tx).Commit}
}

func (w *writer) start() {
	w.waiting = make(chan *operation)
	w.closing = make(chan struct{})
	w.done = make(chan struct{})
	go w.run()
}

// stop ends the writer once the batch it is at is answered.
func (w *writer) stop() {
	if w.waiting == nil {
		return
	}
	close(w.closing)
	<-w.done
}

// do has the operation applied and returns its error. When it returns none, the operation and
// all that it saw are durable. apply runs in the writer's goroutine, possibly after do has
// returned because the context ended: it must use nothing that the caller may then change.
func (w *writer) do(ctx context.Context, apply func(*change) error) error {
	if w.waiting == nil {
		return errReadOnly
	}
	if ctx.Err() != nil {
		return ended(ctx, "it was not begun")
	}
	op := &operation{apply: apply, answer: make(chan error, 1)}
	select {
	case w.waiting <- op:
	case <-ctx.Done():
		return ended(ctx, "it was not begun")
	case <-w.closing:
		return fmt.Errorf("%w: it is closed", submission.ErrUnavailable)
	}
	select {
	case err := <-op.answer:
		return err
	case <-ctx.Done():
		return ended(ctx, "it may be stored or not")
	}
}

func (w *writer) run() {
	defer close(w.done)
	var batch []*operation
	for {
		select {
		case op := <-w.waiting:
			batch = w.collect(append(batch[:0], op))
		case <-w.closing:
			return
		}
		err := w.write(batch)
		for i, op := range batch {
			if err != nil {
				op.err = err
			}
			op.answer <- op.err
			batch[i] = nil
		}
	}
}

// collect adds the operations that are waiting now. The callers who were
// answered just before run first: those who come back at once are
// then in this batch and need not wait for it. That is worth a fifth of the throughput.
func (w *writer) collect(batch []*operation) []*operation {
	runtime.Gosched()
	for len(batch) < maxBatch {
		select {
		case op := <-w.waiting:
			batch = append(batch, op)
		default:
			return batch
		}
	}
	return batch
}

// write applies the batch in one transaction. If it fails, none of the batch is acknowledged.
func (w *writer) write(batch []*operation) error {
	tx, err := w.db.Begin(true)
	if err != nil {
		return fmt.Errorf("%w: %w", submission.ErrUnavailable, err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing once the transaction is committed
	c := &change{tx: tx}
	for _, op := range batch {
		op.err = op.apply(c)
	}
	id := int64(tx.ID())
	if !c.made && id == w.durable.Load()+1 {
		return nil // nothing to write, and all that was seen is on the disk
	}
	w.committing.Lock()
	defer w.committing.Unlock()
	if err := w.commit(tx); err != nil {
		return fmt.Errorf("%w: committing %d writes: %w", submission.ErrUnavailable, len(batch), err)
	}
	w.durable.Store(id)
	return nil
}

// settle makes sure that a read transaction shows only what is on the disk. A
// commit can be seen a moment before it is: then the moment is waited for. If
// the disk failed just there, what is seen may yet be lost, so nothing is read until
// another commit, which comes with the next operation, has brought all of it to the disk.
func (w *writer) settle(tx *bolt.Tx) error {
	seen := int64(tx.ID())
	if seen <= w.durable.Load() {
		return nil
	}
	w.committing.Lock()
	defer w.committing.Unlock()
	if seen <= w.durable.Load() {
		return nil
	}
	return fmt.Errorf("%w: the last write may not be on the disk", submission.ErrUnavailable)
}

// change is the transaction of a batch, which remembers whether anything was written in it.
type change struct {
	tx   *bolt.Tx
	made bool
}

// get returns the value under the key, nil if there is none. It is valid until the next put.
func (c *change) get(bucket, key []byte) []byte { return c.tx.Bucket(bucket).Get(key) }

// put stores the value, which must not change before the batch is committed.
func (c *change) put(bucket, key, value []byte) error {
	c.made = true
	if value == nil {
		value = []byte{} // get tells an empty value from none
	}
	return c.tx.Bucket(bucket).Put(key, value)
}
