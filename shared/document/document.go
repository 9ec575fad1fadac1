// Package document is how results are kept: immutable documents under the
// digest of their content, and small named records, in lists, that are created once and never
// changed. Releases and the workings of aggregation are both stored this way,
// in tables of their own.
//
// A document may be large, and a store's items may not, so it is kept
// compressed and in parts; Pack and Unpack are that form, for every store.
package document

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

var (
	// ErrTaken says that a record of that name stands already. It was not touched.
	ErrTaken = errors.New("a record of that name exists")
	// ErrNone says that there is no such document or record.
	ErrNone = errors.New("there is no such document or record")
)

// Reader reads documents and records. What it returns is as the last completed
// write left it. Errors that pass by themselves wrap submission.ErrUnavailable.
type Reader interface {
	// Document returns the content with the digest, checked against it, or ErrNone.
	Document(ctx context.Context, digest string) ([]byte, error)
	// Record returns the record of the list with the name, or ErrNone.
	Record(ctx context.Context, list, name string) ([]byte, error)
	// Last returns the record of the list whose name sorts last, or ErrNone.
	Last(ctx context.Context, list string) (name string, record []byte, err error)
	// Names returns the names of the list's records, in order; none is no error.
	Names(ctx context.Context, list string) ([]string, error)
}

// Store reads and adds documents and records. Nothing is ever changed or removed.
type Store interface {
	Reader
	// Put stores the content under its digest and returns that. Storing it again changes
	// nothing, but makes whole what was damaged. When it returns no error the content is durable; when it fails,
	// Document does not find half a content.
	Put(ctx context.Context, content []byte) (digest string, err error)
	// Create stores a record (at most MaxRecord bytes) under a name of the list, or returns ErrTaken if one
	// stands there: of several callers exactly one wins. When it returns no error the record is durable.
	Create(ctx context.Context, list, name string, record []byte) error
}

const (
	// MaxRecord is the largest record, in bytes.
	MaxRecord = 64 << 10
	// MaxPart is the largest part of a packed document, in bytes; DynamoDB takes items of 400 KB.
	MaxPart = 300 << 10
)

// Digest returns the SHA-256 of the content in lower-case hexadecimal: its name.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Pack compresses the content, if that makes it smaller by an eighth, and cuts it into parts of
// at most MaxPart bytes, at least one. Equal contents have equal parts.
//
// It compresses for speed: JSON then takes up to twice the space of the default level and a quarter to
// an eighth of its time, and counts as varints the same space and a fifth of the time.
func Pack(content []byte) (parts [][]byte, err error) {
	packed, err := compress(content, gzip.BestSpeed)
	if err == nil && packed.Len() > len(content)-len(content)/8 {
		packed, err = compress(content, gzip.NoCompression)
	}
	if err != nil {
		return nil, fmt.Errorf("compressing a document: %w", err)
	}
	for packed.Len() > 0 {
		parts = append(parts, packed.Next(MaxPart))
	}
	return parts, nil
}

func compress(content []byte, level int) (*bytes.Buffer, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, level)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(content)
	return &packed, errors.Join(err, w.Close())
}

// Unpack joins the parts, in order, and checks that they make the content with the digest.
func Unpack(digest string, parts [][]byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(bytes.Join(parts, nil)))
	if err != nil {
		return nil, fmt.Errorf("unpacking document %s: %w", digest, err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unpacking document %s: %w", digest, err)
	}
	if got := Digest(content); got != digest {
		return nil, fmt.Errorf("unpacking document %s: what is stored has digest %s", digest, got)
	}
	return content, nil
}
