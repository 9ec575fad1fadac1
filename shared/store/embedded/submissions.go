package embedded

import (
	"bytes"
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"learningforlife/shared/submission"
)

// Add implements submission.Store.
func (s *Store) Add(ctx context.Context, key submission.Key, row submission.Row) (submission.Row, bool, error) {
	row = bytes.Clone(row)
	var stored submission.Row
	created := false
	err := s.writer.do(ctx, func(c *change) error {
		if old := c.get(submissionsBucket, key[:]); old != nil {
			stored = bytes.Clone(old)
			return nil
		}
		stored, created = row, true
		return c.put(submissionsBucket, key[:], row)
	})
	if err != nil {
		return nil, false, fmt.Errorf("adding a %s: %w", key.Kind(), err)
	}
	return stored, created, nil
}

// Get implements submission.Store.
func (s *Store) Get(ctx context.Context, key submission.Key) (row submission.Row, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		row = bytes.Clone(tx.Bucket(submissionsBucket).Get(key[:]))
		if row == nil {
			return submission.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("getting a %s: %w", key.Kind(), err)
	}
	return row, nil
}

// Replace implements submission.Store.
func (s *Store) Replace(ctx context.Context, key submission.Key, old, next submission.Row) error {
	old, next = bytes.Clone(old), bytes.Clone(next)
	err := s.writer.do(ctx, func(c *change) error {
		stored := c.get(submissionsBucket, key[:])
		if stored == nil || !bytes.Equal(stored, old) {
			return submission.ErrChanged
		}
		return c.put(submissionsBucket, key[:], next)
	})
	if err != nil {
		return fmt.Errorf("replacing a %s: %w", key.Kind(), err)
	}
	return nil
}

// Mark implements submission.Store.
func (s *Store) Mark(ctx context.Context, mark submission.Mark) error {
	packed := mark.Pack()
	err := s.writer.do(ctx, func(c *change) error {
		if c.get(changesBucket, packed[:]) != nil {
			return nil
		}
		return c.put(changesBucket, packed[:], nil)
	})
	if err != nil {
		return fmt.Errorf("marking a %s: %w", mark.Key.Kind(), err)
	}
	return nil
}
