package embedded

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
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
func (s *Store) Read(ctx context.Context, first, last day.Day, open func() submission.Visit) error {
	var partitions []partition
	for _, kind := range []submission.Kind{submission.KindPledge, submission.KindResponse} {
		some, err := s.partitions(ctx, kind, first, last)
		if err != nil {
			return fmt.Errorf("listing partitions of %ss: %w", kind, err)
		}
		partitions = append(partitions, some...)
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

// partitions lists those of the days that hold anything. It leaps from one to
// the next, so that days without submissions cost nothing.
func (s *Store) partitions(ctx context.Context, kind submission.Kind, first, last day.Day) (list []partition, err error) {
	first, last = max(first, submission.FirstDay), min(last, submission.LastDay)
	if first > last {
		return nil, nil
	}
	from := submission.Partition(kind, first, 0)
	to := submission.Partition(kind, last, submission.Shards-1)
	err = s.view(ctx, func(tx *bolt.Tx) error {
		c := tx.Bucket(submissionsBucket).Cursor()
		for key, _ := c.Seek(from[:]); key != nil; key, _ = c.Seek(from[:]) {
			if err := checkKey(key); err != nil {
				return err
			}
			p := partitionOf(key)
			if p > partitionOf(to[:]) {
				break
			}
			list = append(list, p)
			binary.BigEndian.PutUint32(from[:], uint32(p+1))
		}
		return nil
	})
	return list, err
}

func readPartition(ctx context.Context, c *bolt.Cursor, p partition, visit submission.Visit) error {
	var from [submission.PartitionSize]byte
	binary.BigEndian.PutUint32(from[:], uint32(p))
	return walk(ctx, c, from[:], func(key, row []byte) (bool, error) {
		if err := checkKey(key); err != nil {
			return false, err
		}
		if partitionOf(key) != p {
			return false, nil
		}
		return true, visit((*submission.Key)(key), row)
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
