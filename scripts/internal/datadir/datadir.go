// Package datadir is where a server on one machine keeps what it is sent: a
// directory that is its owner's alone, with the file of the embedded store in it.
package datadir

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"learningforlife/shared/store/embedded"
)

// file is the name of the store's file in the directory.
const file = "learningforlife.db"

// wait is how long to wait for another process that has the store open: as long
// as a server takes at most to stop.
const wait = 30 * time.Second

// Open opens the store in the directory; what is not there yet is created.
func Open(directory string) (*embedded.Store, error) {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	return embedded.Open(filepath.Join(directory, file), embedded.Options{Wait: wait})
}

// OpenReadOnly opens the store that a server left in the directory, to look at it.
func OpenReadOnly(directory string) (*embedded.Store, error) {
	return embedded.Open(filepath.Join(directory, file), embedded.Options{Wait: wait, ReadOnly: true})
}
