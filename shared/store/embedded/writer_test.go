package embedded

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// These tests stand inside the package to come between the writer and its
// disk: how a commit fails, and what happens while it lasts, cannot be brought about from outside.

func openStore(t *testing.T, path string) *Store {
	s, err := Open(path, Options{})
	require.NoError(t, err)
	return s
}

// keyOf makes a key of its own for each name.
func keyOf(name string) submission.Key {
	id := sha256.Sum256([]byte(name))
	key := submission.Key{byte(submission.KindPledge), 1, 2, id[0] % submission.Shards}
	copy(key[submission.PartitionSize:], id[:])
	return key
}

// outcome is what a caller gets, once answered is closed.
type outcome struct {
	answered chan struct{}
	created  bool
	err      error
}

func (o *outcome) done() bool {
	select {
	case <-o.answered:
		return true
	default:
		return false
	}
}

// add has a caller of its own add the row under the key of the name, and use the row's memory again.
func add(ctx context.Context, s *Store, name, row string) *outcome {
	o := &outcome{answered: make(chan struct{})}
	go func() {
		sent := submission.Row(row)
		_, o.created, o.err = s.Add(ctx, keyOf(name), sent)
		clear(sent)
		close(o.answered)
	}()
	return o
}

// slowDisk makes every commit wait until it is let through, and counts them.
func slowDisk(s *Store) (let chan struct{}, commits *int) {
	let, commits = make(chan struct{}), new(int)
	s.writer.commit = func(tx *bolt.Tx) error {
		*commits++
		<-let
		return tx.Commit()
	}
	return let, commits
}

func stands(t *testing.T, s *Store, name, row string) {
	stored, err := s.Get(context.Background(), keyOf(name))
	require.NoError(t, err)
	require.Equal(t, row, string(stored))
}

func standsNot(t *testing.T, s *Store, name string) {
	_, err := s.Get(context.Background(), keyOf(name))
	require.ErrorIs(t, err, submission.ErrNotFound)
}

func TestWhatWaitsIsCommittedTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		s := openStore(t, path)
		let, commits := slowDisk(s)
		first := add(ctx, s, "first", "row")
		synctest.Wait() // until the writer waits for the disk

		waiting := []*outcome{add(ctx, s, "a", "one"), add(ctx, s, "a", "one"), add(ctx, s, "b", "two")}
		var changed error
		go func() { changed = s.Replace(ctx, keyOf("none"), submission.Row("x"), submission.Row("y")) }()
		created := make(chan error, 2)
		for range cap(created) {
			go func() { created <- s.Releases().Create(ctx, "list", "name", nil) }()
		}
		leaving, leave := context.WithCancel(ctx)
		left := add(leaving, s, "left", "row")
		synctest.Wait()
		leave()
		synctest.Wait()
		require.True(t, left.done(), "who leaves need not wait for the disk")
		require.ErrorIs(t, left.err, context.Canceled)
		require.ErrorIs(t, left.err, submission.ErrUnavailable)
		require.False(t, first.done(), "answered before it was on the disk")

		let <- struct{}{}
		let <- struct{}{}
		synctest.Wait()
		require.Equal(t, 2, *commits)
		items := 0
		for _, o := range append(waiting, first) {
			require.True(t, o.done())
			require.NoError(t, o.err)
			if o.created {
				items++
			}
		}
		require.Equal(t, 3, items)
		require.ElementsMatch(t, []bool{true, false}, []bool{
			errors.Is(<-created, document.ErrTaken), errors.Is(<-created, document.ErrTaken),
		}, "an empty record is a record")
		require.ErrorIs(t, changed, submission.ErrChanged, "its own error alone")
		stands(t, s, "a", "one")
		stands(t, s, "b", "two")
		standsNot(t, s, "left")

		again := add(ctx, s, "a", "one")
		synctest.Wait()
		require.True(t, again.done() && again.err == nil, "what changes nothing need not wait for the disk")
		require.Equal(t, 2, *commits)
		require.NoError(t, s.Close())
	})
}

func TestOverloadLastsUntilTheContextEnds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, path)
		let, _ := slowDisk(s)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		taken := add(ctx, s, "taken", "row")
		synctest.Wait()
		waiting := add(ctx, s, "waiting", "row")
		time.Sleep(5*time.Second - time.Nanosecond)
		synctest.Wait()
		require.False(t, taken.done() || waiting.done())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		for _, o := range []*outcome{taken, waiting} {
			require.True(t, o.done())
			require.ErrorIs(t, o.err, submission.ErrUnavailable)
			require.ErrorIs(t, o.err, context.DeadlineExceeded)
		}
		let <- struct{}{}
		synctest.Wait()
		stands(t, s, "taken", "row") // the caller was told that it may be
		standsNot(t, s, "waiting")
		require.NoError(t, s.Close())
	})
}

func TestFailedCommitFailsAllOfIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		s := openStore(t, path)
		broken := errors.New("the disk is on fire")
		release := make(chan struct{})
		s.writer.commit = func(*bolt.Tx) error {
			<-release
			return broken
		}
		failed := []*outcome{add(ctx, s, "a", "one")}
		synctest.Wait()
		failed = append(failed, add(ctx, s, "b", "two"), add(ctx, s, "b", "two"), add(ctx, s, "c", "three"))
		synctest.Wait()
		close(release)
		synctest.Wait()
		for _, o := range failed {
			require.True(t, o.done())
			require.ErrorIs(t, o.err, submission.ErrUnavailable)
			require.ErrorIs(t, o.err, broken)
		}
		standsNot(t, s, "a")

		s.writer.commit = (*bolt.Tx).Commit
		for _, name := range []string{"a", "b", "c"} {
			o := add(ctx, s, name, "four")
			synctest.Wait()
			require.NoError(t, o.err)
			require.True(t, o.created)
		}
		require.NoError(t, s.Close())
	})
}

// TestFailedSync has the disk fail after a commit can be seen, and before it is known to be kept.
func TestFailedSync(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	broken := errors.New("the disk is on fire")
	s.writer.commit = func(tx *bolt.Tx) error {
		require.NoError(t, tx.Commit())
		return broken
	}
	key, row := keyOf("a"), submission.Row("row")
	for range 2 {
		_, _, err := s.Add(ctx, key, row)
		require.ErrorIs(t, err, broken, "not acknowledged, though it can be seen")
		require.ErrorIs(t, err, submission.ErrUnavailable)
		for _, read := range []func() error{
			func() error { _, err := s.Get(ctx, key); return err },
			func() error { return s.Scan(ctx, nil) },
			func() error { return s.Read(ctx, submission.Parts(submission.FirstDay, submission.LastDay), nil) },
			func() error { return s.Find(ctx, []submission.Key{key}, nil) },
			func() error { _, err := s.Releases().Names(ctx, "list"); return err },
		} {
			require.ErrorIs(t, read(), submission.ErrUnavailable, "nothing that may be lost is shown")
		}
		require.ErrorIs(t, s.Healthy(ctx), submission.ErrUnavailable)
	}

	commits := 0
	s.writer.commit = func(tx *bolt.Tx) error {
		commits++
		return tx.Commit()
	}
	require.NoError(t, s.Healthy(ctx), "the disk works again")
	require.Equal(t, 1, commits, "what could be seen was brought to the disk")
	stored, created, err := s.Add(ctx, key, row)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, row, stored)
	require.Equal(t, 1, commits)
	stands(t, s, "a", "row")
	require.NoError(t, s.Close())
}

// TestReadsWaitForTheDisk holds a commit at the moment when it can be seen but is not on the disk.
func TestReadsWaitForTheDisk(t *testing.T) {
	ctx := context.Background()
	s := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	visible, synced := make(chan struct{}), make(chan struct{})
	s.writer.commit = func(tx *bolt.Tx) error {
		err := tx.Commit()
		close(visible)
		<-synced
		return err
	}
	added := make(chan error)
	go func() {
		_, _, err := s.Add(ctx, keyOf("a"), submission.Row("row"))
		added <- err
	}()
	<-visible
	got := make(chan error)
	go func() {
		_, err := s.Get(ctx, keyOf("a"))
		got <- err
	}()
	select {
	case err := <-got:
		require.Fail(t, "an item was read before it was on the disk", "%v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(synced)
	require.NoError(t, <-got)
	require.NoError(t, <-added)
	require.NoError(t, s.Close())
}

// TestCloseAmidWrites closes the store under callers who go on until they are refused.
func TestCloseAmidWrites(t *testing.T) {
	for round := range 10 {
		path := filepath.Join(t.TempDir(), "store.db")
		synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left behind
			ctx := context.Background()
			s := openStore(t, path)
			var acknowledged sync.Map
			var n atomic.Int64
			var callers sync.WaitGroup
			enough := make(chan struct{})
			for c := range 32 {
				callers.Go(func() {
					for i := 0; ; i++ {
						name := fmt.Sprint(c, " ", i)
						_, _, err := s.Add(ctx, keyOf(name), submission.Row(name))
						if err != nil {
							require.ErrorIs(t, err, submission.ErrUnavailable)
							return
						}
						acknowledged.Store(name, nil)
						if n.Add(1) == int64(1+round*20) {
							close(enough)
						}
					}
				})
			}
			<-enough
			var closers sync.WaitGroup
			for range 2 {
				closers.Go(func() { require.NoError(t, s.Close()) })
			}
			closers.Wait()
			callers.Wait()
			s = openStore(t, path)
			for name := range acknowledged.Range {
				stands(t, s, name.(string), name.(string))
			}
			require.NoError(t, s.Close())
		})
	}
}
