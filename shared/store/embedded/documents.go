package embedded

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	bolt "go.etcd.io/bbolt"

	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// documents is a table of documents and records, with these keys:
//
//	'd' digest            the number of its parts (4 bytes), written with them in one transaction
//	'd' digest part       a part of the packed document, counted from 0 (4 bytes)
//	'r' list 0x00 name    a record
type documents struct {
	store  *Store
	bucket []byte
}

const (
	documentSort = 'd'
	recordSort   = 'r'
)

func documentKey(digest string) []byte { return append([]byte{documentSort}, digest...) }

func partKey(digest string, part int) []byte {
	return binary.BigEndian.AppendUint32(documentKey(digest), uint32(part))
}

// listKey is what the keys of a list's records start with, and theirs alone.
func listKey(list string) []byte {
	return append(append([]byte{recordSort}, list...), 0)
}

func recordKey(list, name string) []byte { return append(listKey(list), name...) }

// Document implements document.Reader.
func (d *documents) Document(ctx context.Context, digest string) (content []byte, err error) {
	err = d.store.view(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(d.bucket)
		count := b.Get(documentKey(digest))
		if count == nil {
			return document.ErrNone
		}
		var parts [][]byte
		for i := range binary.BigEndian.Uint32(count) {
			parts = append(parts, b.Get(partKey(digest, int(i))))
		}
		content, err = document.Unpack(digest, parts)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading document %s: %w", digest, err)
	}
	return content, nil
}

// Put implements document.Store.
func (d *documents) Put(ctx context.Context, content []byte) (string, error) {
	digest := document.Digest(content)
	if err := d.put(ctx, digest, content); err != nil {
		return "", fmt.Errorf("storing document %s: %w", digest, err)
	}
	return digest, nil
}

// put stores what is not stored yet, or no longer whole.
func (d *documents) put(ctx context.Context, digest string, content []byte) error {
	if _, err := d.Document(ctx, digest); err == nil || errors.Is(err, submission.ErrUnavailable) {
		return err
	}
	parts, err := document.Pack(content)
	if err != nil {
		return err
	}
	return d.store.writer.do(ctx, func(c *change) error {
		for i, part := range parts {
			if err := c.put(d.bucket, partKey(digest, i), part); err != nil {
				return err
			}
		}
		return c.put(d.bucket, documentKey(digest), binary.BigEndian.AppendUint32(nil, uint32(len(parts))))
	})
}

// Create implements document.Store.
func (d *documents) Create(ctx context.Context, list, name string, record []byte) error {
	if err := d.create(ctx, list, name, record); err != nil {
		return fmt.Errorf("creating record %s of %s: %w", name, list, err)
	}
	return nil
}

func (d *documents) create(ctx context.Context, list, name string, record []byte) error {
	if len(record) > document.MaxRecord {
		return fmt.Errorf("it has %d bytes and may have %d", len(record), document.MaxRecord)
	}
	if strings.ContainsRune(list, 0) {
		return fmt.Errorf("the name of a list has no zero in it: %q", list)
	}
	key, record := recordKey(list, name), bytes.Clone(record)
	return d.store.writer.do(ctx, func(c *change) error {
		if c.get(d.bucket, key) != nil {
			return document.ErrTaken
		}
		return c.put(d.bucket, key, record)
	})
}

// Record implements document.Reader.
func (d *documents) Record(ctx context.Context, list, name string) (record []byte, err error) {
	err = d.store.view(ctx, func(tx *bolt.Tx) error {
		record = bytes.Clone(tx.Bucket(d.bucket).Get(recordKey(list, name)))
		if record == nil {
			return document.ErrNone
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading record %s of %s: %w", name, list, err)
	}
	return record, nil
}

// Last implements document.Reader.
func (d *documents) Last(ctx context.Context, list string) (name string, record []byte, err error) {
	err = d.store.view(ctx, func(tx *bolt.Tx) error {
		prefix := listKey(list)
		beyond := bytes.Clone(prefix)
		beyond[len(beyond)-1]++
		c := tx.Bucket(d.bucket).Cursor()
		key, _ := c.Seek(beyond)
		var value []byte
		if key == nil {
			key, value = c.Last()
		} else {
			key, value = c.Prev()
		}
		if !bytes.HasPrefix(key, prefix) {
			return document.ErrNone
		}
		name, record = string(key[len(prefix):]), bytes.Clone(value)
		return nil
	})
	if err != nil {
		return "", nil, fmt.Errorf("reading the last record of %s: %w", list, err)
	}
	return name, record, nil
}

// Names implements document.Reader.
func (d *documents) Names(ctx context.Context, list string) (names []string, err error) {
	err = d.store.view(ctx, func(tx *bolt.Tx) error {
		prefix := listKey(list)
		c := tx.Bucket(d.bucket).Cursor()
		for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
			names = append(names, string(key[len(prefix):]))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", list, err)
	}
	return names, nil
}
