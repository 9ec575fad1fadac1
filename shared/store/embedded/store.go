// Package embedded keeps submissions and documents in one file on this machine
// (go.etcd.io/bbolt): what one needs to run the whole project with nothing else
// installed.
//
// The file has a bucket for each table, with the same keys in the same order as
// every other store of this project:
//
//	submissions  submission.Key → submission.Row
//	changes      submission.Mark, packed → nothing
//	workings     documents and records, see documents.go
//	releases     the same, in a table of its own
//	settings     the same, in a table of its own
//	meta         "format" → the number of this layout
//
// All writes go through one goroutine, which commits what is waiting together
// (writer.go). Reads see the file as it stood when they began and never hold up
// a write; they wait for one only where they would else see what is not on the disk yet.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// ErrLocked says that another process held the file for longer than the caller would wait.
var ErrLocked = errors.New("another process holds the store")

// format is the number of the layout this package reads and writes. A file with
// a greater one was written by a later program and is refused, never guessed at.
const format = 1

var (
	submissionsBucket = []byte("submissions")
	changesBucket     = []byte("changes")
	workingsBucket    = []byte("workings")
	releasesBucket    = []byte("releases")
	settingsBucket    = []byte("settings")
	metaBucket        = []byte("meta")

	formatKey = []byte("format")
)

// addressSpace is how much of the address space the file is mapped into from
// the start; it takes up neither memory nor disk. A file that outgrows its mapping is
// mapped anew, for which the writer must wait until every reader is done: with
// room for some fifty million submissions no long read ever holds up a submission.
const addressSpace = 8 << 30

// Options say how a store is opened.
type Options struct {
	// Wait is how long to wait for another process to let go of the file; zero tries once.
	Wait time.Duration
	// ReadOnly opens an existing file beside others who only read it. Every write then fails.
	ReadOnly bool
}

// Store is an open file. It implements submission.Store, submission.Reader and
// submission.Scanner, and may be used from many goroutines.
type Store struct {
	path   string
	db     *bolt.DB
	writer *writer
	close  func() error
}

// Open opens the store in the file, which it creates if there is none. It
// returns ErrLocked if another process still holds the file after the wait, and an error
// if the file is not a store or of a later format.
func Open(path string, o Options) (*Store, error) {
	s, err := open(path, o)
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", path, err)
	}
	return s, nil
}

func open(path string, o Options) (*Store, error) {
	options := &bolt.Options{
		Timeout: max(o.Wait, 1), // bbolt takes zero for ever
		// Which pages are free is found out at opening rather than written at every commit.
		NoFreelistSync: true,
		FreelistType:   bolt.FreelistMapType,
		ReadOnly:       o.ReadOnly,
		NoStatistics:   true,
	}
	if !o.ReadOnly {
		options.InitialMmapSize = addressSpace
	}
	if err := warm(path); err != nil {
		return nil, err
	}
	db, err := bolt.Open(path, 0o600, options)
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("%w: waited %s for it", ErrLocked, o.Wait)
	}
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, db: db, writer: newWriter(db)}
	if err := s.begin(o.ReadOnly); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.close = sync.OnceValue(s.shut)
	return s, nil
}

// warm reads the file through from front to back, if it is there. Opening it, and
// the first recount, look at every page in no order, which after a restart of
// the machine would fetch each from the disk by itself: ten seconds for three million
// submissions, in place of one.
func warm(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	const piece = 1 << 20
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{file}, make([]byte, piece))
	return errors.Join(err, file.Close())
}

// begin makes the file ready for use and starts the writer.
func (s *Store) begin(readOnly bool) error {
	if !readOnly {
		if err := s.layOut(); err != nil {
			return err
		}
		// A process that was killed may have left what it wrote with the operating
		// system alone. Nothing is answered from it before it is on the disk.
		if err := s.db.Sync(); err != nil {
			return fmt.Errorf("writing what was left unwritten: %w", err)
		}
		if err := s.keepName(); err != nil {
			return err
		}
	}
	err := s.db.View(func(tx *bolt.Tx) error {
		s.writer.durable.Store(int64(tx.ID()))
		return checkFormat(tx)
	})
	if err == nil && !readOnly {
		s.writer.start()
	}
	return err
}

// layOut creates the buckets in a new file, and the one for settings in a file from before there were any.
func (s *Store) layOut() error {
	empty, whole := false, false
	err := s.db.View(func(tx *bolt.Tx) error {
		name, _ := tx.Cursor().First()
		empty, whole = name == nil, tx.Bucket(metaBucket) == nil || tx.Bucket(settingsBucket) != nil
		return nil
	})
	if err != nil || whole && !empty {
		return err
	}
	err = s.db.Update(func(tx *bolt.Tx) error {
		if _, err := tx.CreateBucket(settingsBucket); err != nil || !empty {
			return err
		}
		for _, name := range [][]byte{submissionsBucket, changesBucket, workingsBucket, releasesBucket} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		meta, err := tx.CreateBucket(metaBucket)
		if err != nil {
			return err
		}
		return meta.Put(formatKey, strconv.AppendInt(nil, format, 10))
	})
	if err != nil {
		return fmt.Errorf("laying out the store: %w", err)
	}
	return nil
}

// keepName makes the file's name as durable as its content. It is done at every
// opening, because the process that made the file may have been killed before it did.
func (s *Store) keepName() error {
	directory, err := os.Open(filepath.Dir(s.path))
	if err != nil {
		return fmt.Errorf("writing the name of the file: %w", err)
	}
	if err := errors.Join(directory.Sync(), directory.Close()); err != nil {
		return fmt.Errorf("writing the name of the file: %w", err)
	}
	return nil
}

func checkFormat(tx *bolt.Tx) error {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return errors.New("the file holds something else than a store of submissions")
	}
	written, err := strconv.Atoi(string(meta.Get(formatKey)))
	if err != nil {
		return fmt.Errorf("reading the number of its format: %w", err)
	}
	if written != format {
		return fmt.Errorf("it has format %d and this program knows format %d only: use the program that wrote it", written, format)
	}
	if tx.Bucket(settingsBucket) == nil {
		return errors.New("it is from before there were settings: start the server over it once")
	}
	return nil
}

// Close waits for the writes that were begun and for the reads, and lets go of
// the file. Whatever comes later fails with submission.ErrUnavailable. Closing again does nothing.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	s.writer.stop()
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("closing the store %s: %w", s.path, err)
	}
	return nil
}

// Healthy reports whether the store takes writes and can be read. It writes nothing
// but what an earlier failure of the disk may have left half done.
func (s *Store) Healthy(ctx context.Context) error {
	if err := s.writer.do(ctx, func(*change) error { return nil }); err != nil {
		return fmt.Errorf("asking the writer of the store %s: %w", s.path, err)
	}
	if err := s.view(ctx, checkFormat); err != nil {
		return fmt.Errorf("reading the store %s: %w", s.path, err)
	}
	return nil
}

// Releases is the table of releases.
func (s *Store) Releases() document.Store { return &documents{s, releasesBucket} }

// Workings is the table of what aggregation keeps for itself.
func (s *Store) Workings() document.Store { return &documents{s, workingsBucket} }

// Settings is the table of what administrators decide, and of what they are to decide about.
func (s *Store) Settings() document.Store { return &documents{s, settingsBucket} }

// view runs read on the file as it stands. What read returns is returned as it is.
func (s *Store) view(ctx context.Context, read func(*bolt.Tx) error) error {
	if ctx.Err() != nil {
		return ended(ctx, "it was not begun")
	}
	tx, err := s.db.Begin(false)
	if err != nil {
		return fmt.Errorf("%w: %w", submission.ErrUnavailable, err)
	}
	defer func() { _ = tx.Rollback() }() // ends the reading; there is nothing to undo
	if err := s.writer.settle(tx); err != nil {
		return err
	}
	return read(tx)
}

// ended is the error for a context that is over.
func ended(ctx context.Context, state string) error {
	return fmt.Errorf("%w: %s: %w", submission.ErrUnavailable, state, ctx.Err())
}
