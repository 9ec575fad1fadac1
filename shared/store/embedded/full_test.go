//go:build unix

package embedded_test

import (
	"context"
	"os/signal"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/submission"
)

// TestFullDisk runs in a process of its own, because the limit on the size of files, which stands for
// the end of the disk, holds for the whole process.
func TestFullDisk(t *testing.T) {
	out, err := child(t, "full", place(t)).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// limitFiles makes every write beyond so many bytes of a file fail, as on a full disk.
func limitFiles(t require.TestingT, bytes uint64) {
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit))
	limit.Cur = min(bytes, limit.Max)
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
}

// ledger is what was sent to a store and what became of it.
type ledger struct {
	mutex           sync.Mutex
	stored, refused map[submission.Key]submission.Row
}

// meetFullDisk fills the disk, makes room, and requires that all that was
// acknowledged is there, that nothing else is, and that the store goes on.
func meetFullDisk(path string) {
	t, ctx := childT{}, context.Background()
	signal.Ignore(syscall.SIGXFSZ)
	c := shipped(t)
	s := open(t, path)
	l := ledger{stored: map[submission.Key]submission.Row{}, refused: map[submission.Key]submission.Row{}}
	const clients = 64
	add := func(first, n uint64) {
		var group sync.WaitGroup
		for client := range uint64(clients) {
			group.Go(func() {
				for i := client; i < n; i += clients {
					key, row := pledge(t, c, first+i)
					_, created, err := s.Add(ctx, key, row)
					l.mutex.Lock()
					if err == nil {
						require.True(t, created)
						l.stored[key] = row
					} else {
						require.ErrorIs(t, err, submission.ErrUnavailable)
						l.refused[key] = row
					}
					l.mutex.Unlock()
				}
			})
		}
		group.Wait()
	}
	requireExactly := func(want map[submission.Key]submission.Row) {
		got := map[submission.Key]submission.Row{}
		require.NoError(t, s.Scan(ctx, func(key *submission.Key, row submission.Row) error {
			got[*key] = append(submission.Row{}, row...)
			return nil
		}))
		require.Equal(t, want, got)
	}

	add(0, 200)
	require.Empty(t, l.refused, "refused while there was room")
	limitFiles(t, 256<<10)
	add(200, 1800)
	require.NotEmpty(t, l.refused, "the limit was not met")
	requireExactly(l.stored)

	limitFiles(t, ^uint64(0))
	again := l.refused
	l.refused = nil
	for key, row := range again {
		_, created, err := s.Add(ctx, key, row)
		require.NoError(t, err, "there is room again")
		require.True(t, created)
		l.stored[key] = row
	}
	requireExactly(l.stored)
	require.NoError(t, s.Close())
	s = open(t, path)
	requireExactly(l.stored)
	require.NoError(t, s.Close())
}
