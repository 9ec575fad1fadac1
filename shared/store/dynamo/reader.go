package dynamo

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

const (
	// readers is how many goroutines read at once. Each holds one page, of at most 1 MB.
	readers = 8
	// fewPartitions is up to how many partitions are asked for one by one. To ask
	// for more, most of them empty, takes longer than to read the table whole.
	fewPartitions = 512
)

// Read implements submission.Reader. All reads are consistent and go to the table itself.
func (s *Store) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	var partitions [][submission.PartitionSize]byte
	for _, part := range parts {
		partitions = append(partitions, part.Partitions()...)
		if len(partitions) > fewPartitions {
			return s.scan(ctx, readers, func() submission.Visit { return only(parts, open()) })
		}
	}
	return s.query(ctx, partitions, open)
}

// only leaves out what is not of the parts. A scan comes to items partition by
// partition, so a part is looked for once for many items.
func only(parts []submission.Part, visit submission.Visit) submission.Visit {
	var last submission.Part
	var wanted bool
	return func(key *submission.Key, row submission.Row) error {
		if part := key.Part(); part != last {
			last = part
			_, wanted = slices.BinarySearchFunc(parts, part, submission.Part.Compare)
		}
		if !wanted {
			return nil
		}
		return visit(key, row)
	}
}

// query reads the partitions, each in one goroutine.
func (s *Store) query(ctx context.Context, partitions [][submission.PartitionSize]byte, open func() submission.Visit) error {
	var next atomic.Int64
	group, reading := errgroup.WithContext(ctx)
	for range min(readers, len(partitions)) {
		visit := open()
		group.Go(func() error {
			var page page
			for i := next.Add(1) - 1; i < int64(len(partitions)); i = next.Add(1) - 1 {
				if err := s.partition(reading, &page, partitions[i], visit); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return finished(ctx, group)
}

// finished waits for the readers. A context that ended meanwhile is an error even if all was read.
func finished(ctx context.Context, group *errgroup.Group) error {
	if err := group.Wait(); err != nil {
		return err
	}
	return passing(ctx, ctx.Err())
}

func (s *Store) partition(ctx context.Context, page *page, partition [submission.PartitionSize]byte, visit submission.Visit) error {
	input := queryOf(s.tables.Submissions, binary(partition[:]))
	return page.visitAll(visit, func(after map[string]types.AttributeValue) error {
		input.ExclusiveStartKey = after
		if _, err := s.api.Query(ctx, input, page.into); err != nil {
			return fmt.Errorf("reading a partition: %w", passing(ctx, err))
		}
		return nil
	})
}

// queryOf asks for all items of a partition of a table, in order.
func queryOf(table string, partition types.AttributeValue) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName:                 &table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String(partitionKey + " = :k"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":k": partition},
	}
}

// Scan implements submission.Scanner.
func (s *Store) Scan(ctx context.Context, visit submission.Visit) error {
	return s.scan(ctx, 1, func() submission.Visit { return visit })
}

// scan reads the whole table in so many segments, each in one goroutine.
func (s *Store) scan(ctx context.Context, segments int32, open func() submission.Visit) error {
	group, reading := errgroup.WithContext(ctx)
	for segment := range segments {
		visit := open()
		group.Go(func() error {
			var page page
			input := &dynamodb.ScanInput{
				TableName:      &s.tables.Submissions,
				ConsistentRead: aws.Bool(true),
				Segment:        &segment,
				TotalSegments:  &segments,
			}
			return page.visitAll(visit, func(after map[string]types.AttributeValue) error {
				input.ExclusiveStartKey = after
				if _, err := s.api.Scan(reading, input, page.into); err != nil {
					return fmt.Errorf("scanning the submissions: %w", passing(reading, err))
				}
				return nil
			})
		})
	}
	return finished(ctx, group)
}

// Find implements submission.Reader.
func (s *Store) Find(ctx context.Context, keys []submission.Key, visit submission.Visit) error {
	var turn sync.Mutex
	var failed error // of a visit: there is none after it
	one := func(key *submission.Key, row submission.Row) error {
		turn.Lock()
		defer turn.Unlock()
		if failed == nil {
			failed = visit(key, row)
		}
		return failed
	}
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for some := range slices.Chunk(keys, maxGet) {
		if reading.Err() != nil {
			break
		}
		group.Go(func() error { return s.find(reading, some, one) })
	}
	return finished(ctx, group)
}

// find visits what is stored under the keys, at most maxGet. Those that are left unprocessed are sent again, after a pause.
func (s *Store) find(ctx context.Context, keys []submission.Key, visit submission.Visit) error {
	var page page
	var rounds rounds
	for len(keys) > 0 {
		wanted := make([]map[string]types.AttributeValue, len(keys))
		for i := range keys {
			wanted[i] = keyOf(&keys[i])
		}
		_, err := s.api.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			s.tables.Submissions: {Keys: wanted, ConsistentRead: aws.Bool(true)}}}, page.into)
		if err != nil {
			return fmt.Errorf("finding items: %w", passing(ctx, err))
		}
		if err := page.visit(visit); err != nil {
			return err
		}
		if err := rounds.leave(ctx, len(keys), len(page.rest)); err != nil {
			return fmt.Errorf("finding items: %w", err)
		}
		keys = slices.Clone(page.rest)
	}
	return nil
}

// Marks implements submission.Reader.
func (s *Store) Marks(ctx context.Context, on day.Day, visit func(submission.Mark) error) error {
	if on < submission.FirstDay || on > submission.LastDay {
		return passing(ctx, ctx.Err())
	}
	for shard := range submission.Shards {
		partition := submission.MarkPartition(on, shard)
		pages := dynamodb.NewQueryPaginator(s.api, queryOf(s.tables.Changes, binary(partition[:])))
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return fmt.Errorf("reading the marks of %s: %w", on, passing(ctx, err))
			}
			for _, item := range page.Items {
				rest, err := bytesOf(item, sortKey)
				if err != nil {
					return err
				}
				mark, ok := submission.UnpackMark(slices.Concat(partition[:], rest))
				if !ok {
					return fmt.Errorf("%w: %x is no mark", errDamaged, rest)
				}
				if err := visit(mark); err != nil {
					return err
				}
			}
		}
	}
	return passing(ctx, ctx.Err())
}
