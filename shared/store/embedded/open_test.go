package embedded_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"learningforlife/shared/document"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

func TestOpenWaitsForTheFile(t *testing.T) {
	path := place(t)
	first := open(t, path)
	for _, o := range []embedded.Options{{}, {Wait: 120 * time.Millisecond}, {ReadOnly: true}} {
		_, err := embedded.Open(path, o)
		require.ErrorIs(t, err, embedded.ErrLocked)
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, "another process holds")
	}
	key, row := pledge(t, shipped(t), 1)
	_, _, err := first.Add(context.Background(), key, row)
	require.NoError(t, err)

	type opened struct {
		store *embedded.Store
		err   error
	}
	second := make(chan opened)
	go func() {
		s, err := embedded.Open(path, embedded.Options{Wait: time.Minute})
		second <- opened{s, err}
	}()
	select {
	case <-second:
		require.Fail(t, "the file was let go of too soon")
	case <-time.After(200 * time.Millisecond):
	}
	require.NoError(t, first.Close())
	got := <-second
	require.NoError(t, got.err)
	stored, err := got.store.Get(context.Background(), key)
	require.NoError(t, err)
	require.Equal(t, row, stored)
	require.NoError(t, got.store.Close())
}

func TestReadOnly(t *testing.T) {
	path, ctx := place(t), context.Background()
	_, err := embedded.Open(path, embedded.Options{ReadOnly: true})
	require.ErrorIs(t, err, os.ErrNotExist)

	s := open(t, path)
	key, row := pledge(t, shipped(t), 1)
	_, _, err = s.Add(ctx, key, row)
	require.NoError(t, err)
	require.NoError(t, s.Close())

	var readers []*embedded.Store
	for range 2 { // who only reads lets others read
		r, err := embedded.Open(path, embedded.Options{ReadOnly: true})
		require.NoError(t, err)
		readers = append(readers, r)
	}
	for _, r := range readers {
		stored, err := r.Get(ctx, key)
		require.NoError(t, err)
		require.Equal(t, row, stored)
		_, _, err = r.Add(ctx, key, row)
		require.ErrorContains(t, err, "reading only")
		require.Error(t, r.Healthy(ctx), "it takes no writes")
		require.NoError(t, r.Close())
	}
}

// TestOpenTakesNoRoom holds that the address space that is set aside is neither disk nor the file's size.
func TestOpenTakesNoRoom(t *testing.T) {
	path := place(t)
	s := open(t, path)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(64<<20))
	require.NoError(t, s.Close())
}

// TestReadingHoldsUpNoWrite has a read last while the file grows to many times its size.
func TestReadingHoldsUpNoWrite(t *testing.T) {
	ctx := context.Background()
	s := open(t, place(t))
	key, row := pledge(t, shipped(t), 1)
	_, _, err := s.Add(ctx, key, row)
	require.NoError(t, err)
	require.NoError(t, s.Scan(ctx, func(*submission.Key, submission.Row) error {
		limited, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		record := make([]byte, document.MaxRecord)
		for n := range 100 {
			if err := s.Workings().Create(limited, "list", fmt.Sprint(n), record); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, s.Close())
}

func TestClosed(t *testing.T) {
	ctx := context.Background()
	s := open(t, place(t))
	require.NoError(t, s.Healthy(ctx))
	key, row := pledge(t, shipped(t), 1)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "closing again does nothing")
	for name, call := range map[string]func() error{
		"Add":      func() error { _, _, err := s.Add(ctx, key, row); return err },
		"Get":      func() error { _, err := s.Get(ctx, key); return err },
		"Scan":     func() error { return s.Scan(ctx, nil) },
		"Read":     func() error { return s.Read(ctx, submission.Parts(firstDay, firstDay), nil) },
		"Find":     func() error { return s.Find(ctx, []submission.Key{key}, nil) },
		"Document": func() error { _, err := s.Releases().Document(ctx, document.Digest(nil)); return err },
		"Put":      func() error { _, err := s.Releases().Put(ctx, nil); return err },
		"Healthy":  func() error { return s.Healthy(ctx) },
	} {
		require.ErrorIs(t, call(), submission.ErrUnavailable, name)
	}
}

// inFile changes a closed store's file behind its back.
func inFile(t *testing.T, path string, change func(*bolt.Tx) error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	require.NoError(t, err)
	require.NoError(t, db.Update(change))
	require.NoError(t, db.Close())
}

func TestOpenRefuses(t *testing.T) {
	format := func(written string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			require.NoError(t, open(t, path).Close())
			inFile(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte(written)) })
		}
	}
	for _, c := range []struct {
		name string
		make func(*testing.T, string)
		want string
	}{
		{"a later format", format("2"), "format 2"},
		{"no format", format(""), "format"},
		{"another program's file", func(t *testing.T, path string) {
			inFile(t, path, func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("other")); return err })
		}, "something else"},
		{"no bbolt file", func(t *testing.T, path string) {
			require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("learning "), 4096), 0o600))
		}, "invalid database"},
		{"a folder", func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o700)) }, "directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := place(t)
			c.make(t, path)
			for range 2 { // a refused file is let go of
				for _, readOnly := range []bool{false, true} {
					_, err := embedded.Open(path, embedded.Options{ReadOnly: readOnly})
					require.ErrorContains(t, err, c.want)
					require.ErrorContains(t, err, path)
					require.NotErrorIs(t, err, embedded.ErrLocked)
				}
			}
		})
	}
}

// TestDamage holds that what cannot be read is an error, never left out.
func TestDamage(t *testing.T) {
	path, ctx := place(t), context.Background()
	s := open(t, path)
	key, row := pledge(t, shipped(t), 1)
	_, _, err := s.Add(ctx, key, row)
	require.NoError(t, err)
	digest, err := s.Releases().Put(ctx, []byte("a release"))
	require.NoError(t, err)
	require.NoError(t, s.Close())

	inFile(t, path, func(tx *bolt.Tx) error {
		if err := tx.Bucket([]byte("submissions")).Put(key[:len(key)-1], row); err != nil {
			return err
		}
		mark := (&submission.Mark{On: firstDay, Key: key, Change: 'x'}).Pack()
		if err := tx.Bucket([]byte("changes")).Put(mark[:], nil); err != nil {
			return err
		}
		return tx.Bucket([]byte("releases")).Delete(append([]byte("d"+digest), 0, 0, 0, 0))
	})
	s = open(t, path)
	visit := func(*submission.Key, submission.Row) error { return nil }
	require.ErrorContains(t, s.Scan(ctx, visit), "damaged")
	require.ErrorContains(t, s.Read(ctx, submission.Parts(firstDay, firstDay+2), func() submission.Visit { return visit }), "damaged")
	require.ErrorContains(t, s.Marks(ctx, firstDay, func(submission.Mark) error { return nil }), "damaged")
	_, err = s.Releases().Document(ctx, digest)
	require.Error(t, err)
	require.NotErrorIs(t, err, document.ErrNone)

	_, err = s.Releases().Put(ctx, []byte("a release"))
	require.NoError(t, err)
	content, err := s.Releases().Document(ctx, digest)
	require.NoError(t, err, "to store it again mends it")
	require.Equal(t, "a release", string(content))
	require.NoError(t, s.Close())
}

// TestAFileFromBeforeThereWereSettings gets a place for them when it is next opened to be written.
func TestAFileFromBeforeThereWereSettings(t *testing.T) {
	path, ctx := place(t), context.Background()
	s := open(t, path)
	key, row := pledge(t, shipped(t), 1)
	_, _, err := s.Add(ctx, key, row)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	db, err := bolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte("settings")) }))
	require.NoError(t, db.Close())

	_, err = embedded.Open(path, embedded.Options{ReadOnly: true})
	require.ErrorContains(t, err, "start the server over it once")
	s = open(t, path)
	require.NoError(t, s.Settings().Create(ctx, "list", "name", nil))
	stored, err := s.Get(ctx, key)
	require.NoError(t, err)
	require.Equal(t, row, stored)
}
