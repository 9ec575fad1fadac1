package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

var cancelling = []test{
	{"before a call ends it at once", cancelsBefore},
	{"during a reading ends it", cancelsReading},
	{"during an add leaves it done or not done", cancelsAdds},
}

func cancelsBefore(t *testing.T, s *trial) {
	stored, fresh := s.response(t, today), s.response(t, today)
	s.addAll(t, []item{stored})
	digest, err := s.Workings().Put(context.Background(), []byte("a snapshot"))
	require.NoError(t, err)
	require.NoError(t, s.Workings().Create(context.Background(), "runs", "1", []byte("a run")))
	mark := submission.Mark{On: today, Key: stored.key, Change: submission.Withdrawal}

	visit := func(*submission.Key, submission.Row) error { return errors.New("a visit") }
	for name, call := range map[string]func(context.Context) error{
		"Add":      func(ctx context.Context) error { _, _, err := s.Add(ctx, fresh.key, fresh.row); return err },
		"Get":      func(ctx context.Context) error { _, err := s.Get(ctx, stored.key); return err },
		"Replace":  func(ctx context.Context) error { return s.Replace(ctx, stored.key, stored.row, submission.Tombstone) },
		"Mark":     func(ctx context.Context) error { return s.Mark(ctx, mark) },
		"Scan":     func(ctx context.Context) error { return s.Scan(ctx, visit) },
		"Document": func(ctx context.Context) error { _, err := s.Workings().Document(ctx, digest); return err },
		"Record":   func(ctx context.Context) error { _, err := s.Workings().Record(ctx, "runs", "1"); return err },
		"Last":     func(ctx context.Context) error { _, _, err := s.Workings().Last(ctx, "runs"); return err },
		"Names":    func(ctx context.Context) error { _, err := s.Workings().Names(ctx, "runs"); return err },
		"Put":      func(ctx context.Context) error { _, err := s.Workings().Put(ctx, []byte("another")); return err },
		"Create":   func(ctx context.Context) error { return s.Workings().Create(ctx, "runs", "2", nil) },
		"Read": func(ctx context.Context) error {
			return s.Read(ctx, submission.Parts(today, today), func() submission.Visit { return visit })
		},
		"Find":         func(ctx context.Context) error { return s.Find(ctx, []submission.Key{stored.key}, visit) },
		"Find nothing": func(ctx context.Context) error { return s.Find(ctx, nil, visit) },
		"Read nothing": func(ctx context.Context) error { return s.Read(ctx, nil, func() submission.Visit { return visit }) },
		"Marks": func(ctx context.Context) error {
			return s.Marks(ctx, today, func(submission.Mark) error { return errors.New("a visit") })
		},
	} {
		t.Run(name, func(t *testing.T) {
			cancelled, cancel := context.WithCancel(context.Background())
			cancel()
			require.ErrorIs(t, call(cancelled), context.Canceled)
			late, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
			defer cancel()
			require.ErrorIs(t, call(late), context.DeadlineExceeded)
		})
	}
	s.requireNone(t, fresh.key)
	s.requireStored(t, stored.key, stored.row)
	require.Empty(t, s.marks(t, today))
	_, err = s.Workings().Record(context.Background(), "runs", "2")
	require.ErrorIs(t, err, document.ErrNone)
}

func cancelsReading(t *testing.T, s *trial) {
	items := s.spread(t, today, today+1)
	s.addAll(t, items)
	for _, it := range items[:20] {
		s.put(t, submission.Mark{On: today, Key: it.key, Change: submission.Withdrawal})
	}
	for name, read := range map[string]func(context.Context, func()) error{
		"Read": func(ctx context.Context, visited func()) error {
			return s.Read(ctx, submission.Parts(today, today+1), func() submission.Visit {
				return func(*submission.Key, submission.Row) error { visited(); return nil }
			})
		},
		"Scan": func(ctx context.Context, visited func()) error {
			return s.Scan(ctx, func(*submission.Key, submission.Row) error { visited(); return nil })
		},
		"Find": func(ctx context.Context, visited func()) error {
			return s.Find(ctx, keysOf(items), func(*submission.Key, submission.Row) error { visited(); return nil })
		},
		"Marks": func(ctx context.Context, visited func()) error {
			return s.Marks(ctx, today, func(submission.Mark) error { visited(); return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			var once sync.Once
			require.ErrorIs(t, read(ctx, func() { once.Do(cancel) }), context.Canceled)
		})
	}
}

// cancelsAdds adds under contexts that end at all sorts of moments.
func cancelsAdds(t *testing.T, s *trial) {
	const callers, each = 16, 25
	items := make([]item, callers*each)
	acknowledged := make([]bool, len(items))
	for i := range items {
		items[i] = s.response(t, today)
	}
	var group errgroup.Group
	for c := range callers {
		group.Go(func() error {
			for i := c; i < len(items); i += callers {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*10*time.Microsecond)
				_, _, err := s.Add(ctx, items[i].key, items[i].row)
				cancel()
				acknowledged[i] = err == nil
				if err != nil && !errors.Is(err, context.DeadlineExceeded) {
					return fmt.Errorf("an add under a context that ends: %w", err)
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	visited := s.scan(t)
	for i, it := range items {
		row, there := visited[it.key]
		require.True(t, there || !acknowledged[i], "what was acknowledged is there")
		require.True(t, !there || row == string(it.row), "what is there is whole")
		stored, _, err := s.Add(context.Background(), it.key, it.row)
		require.NoError(t, err, "the caller repeats it")
		require.Equal(t, it.row, stored)
	}
	require.Equal(t, contentOf(items), s.scan(t))
}
