package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// stride is how many items are visited between two looks at the context:
// some tens of microseconds, and too many to be felt.
const stride = 4096

// Read implements submission.Reader. The partitions that hold anything are
// handed out one by one to as many goroutines as can run at once. An item
// stands in one partition and each partition is read by one goroutine in one
// transaction, begun after Read was called: so what was written before is
// visited, and nothing twice.
func (s *Store) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	partitions, err := s.partitions(ctx, parts)
	if err != nil {
		return fmt.Errorf("listing partitions: %w", err)
	}
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), len(partitions)) {
		visit := open()
		group.Go(func() error {
			return s.view(ctx, func(tx *bolt.Tx) error {
				c := tx.Bucket(submissionsBucket).Cursor()
				for i := next.Add(1) - 1; i < int64(len(partitions)); i = next.Add(1) - 1 {
					if err := readPartition(ctx, c, partitions[i], visit); err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	return group.Wait()
}

// partition is the name of a partition as a number, in the same order.
type partition uint32

func partitionOf(key []byte) partition { return partition(binary.BigEndian.Uint32(key)) }

// partitions lists those of the parts that hold anything. It leaps from each that is
// there to the next that is wanted, so that days without submissions cost next to nothing.
func (s *Store) partitions(ctx context.Context, parts []submission.Part) (list []partition, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		c := tx.Bucket(submissionsBucket).Cursor()
		var next partition          // those before it that are not in the list hold nothing,
		var nearest submission.Part // nor do the parts before the one it is of
		for _, part := range parts {
			if part.Compare(nearest) < 0 {
				continue
			}
			for _, name := range part.Partitions() {
				p := partitionOf(name[:])
				if p < next {
					continue
				}
				key, _ := c.Seek(name[:])
				if key == nil {
					return nil
				}
				if err := checkKey(key); err != nil {
					return err
				}
				next, nearest = partitionOf(key), (*submission.Key)(key).Part()
				if next == p {
					list = append(list, p)
				}
			}
		}
		return nil
	})
	return list, err
}

// readPartition is a loop of its own, not a walk: a call more for each item would be felt.
func readPartition(ctx context.Context, c *bolt.Cursor, p partition, visit submission.Visit) error {
	var from [submission.PartitionSize]byte
	binary.BigEndian.PutUint32(from[:], uint32(p))
	left := stride
	for key, row := c.Seek(from[:]); key != nil; key, row = c.Next() {
		if len(key) != len(submission.Key{}) {
			return checkKey(key)
		}
		if partitionOf(key) != p {
			break
		}
		if err := visit((*submission.Key)(key), row); err != nil {
			return err
		}
		if left--; left == 0 {
			if ctx.Err() != nil {
				break
			}
			left = stride
		}
	}
	return finished(ctx)
}

// Find implements submission.Reader. The keys are looked for in their order, in which neighbours stand on one page.
func (s *Store) Find(ctx context.Context, keys []submission.Key, visit submission.Visit) error {
	sorted := slices.Clone(keys)
	slices.SortFunc(sorted, func(a, b submission.Key) int { return bytes.Compare(a[:], b[:]) })
	return s.view(ctx, func(tx *bolt.Tx) error {
		c := tx.Bucket(submissionsBucket).Cursor()
		for i := range sorted {
			if i%stride == 0 && ctx.Err() != nil {
				break
			}
			if found, row := c.Seek(sorted[i][:]); bytes.Equal(found, sorted[i][:]) {
				if err := visit(&sorted[i], row); err != nil {
					return err
				}
			}
		}
		return finished(ctx)
	})
}

// Scan implements submission.Scanner.
func (s *Store) Scan(ctx context.Context, visit submission.Visit) error {
	return s.view(ctx, func(tx *bolt.Tx) error {
		return walk(ctx, tx.Bucket(submissionsBucket).Cursor(), nil, func(key, row []byte) (bool, error) {
			if err := checkKey(key); err != nil {
				return false, err
			}
			return true, visit((*submission.Key)(key), row)
		})
	})
}

// Marks implements submission.Reader.
func (s *Store) Marks(ctx context.Context, on day.Day, visit func(submission.Mark) error) error {
	from := (&submission.Mark{On: on}).Pack()
	return s.view(ctx, func(tx *bolt.Tx) error {
		return walk(ctx, tx.Bucket(changesBucket).Cursor(), from[:submission.MarkPartitionSize], func(key, _ []byte) (bool, error) {
			mark, ok := submission.UnpackMark(key)
			if !ok {
				return false, fmt.Errorf("the store is damaged: %x is no mark", key)
			}
			if mark.On != on {
				return false, nil
			}
			return true, visit(mark)
		})
	})
}

// walk calls each with the keys from the first that is not less than from,
// until it returns false or an error. A context that ends meanwhile is an error always.
func walk(ctx context.Context, c *bolt.Cursor, from []byte, each func(key, value []byte) (more bool, err error)) error {
	n := 0
	for key, value := c.Seek(from); key != nil; key, value = c.Next() {
		more, err := each(key, value)
		if err != nil {
			return err
		}
		if n++; !more || n%stride == 0 && ctx.Err() != nil {
			break
		}
	}
	return finished(ctx)
}

// finished returns an error if the context ended while something was read.
func finished(ctx context.Context) error {
	if ctx.Err() != nil {
		return ended(ctx, "reading was not finished")
	}
	return nil
}

func checkKey(key []byte) error {
	if len(key) != len(submission.Key{}) {
		return fmt.Errorf("the store is damaged: an item has the key %x of %d bytes, not %d", key, len(key), len(submission.Key{}))
	}
	return nil
}
