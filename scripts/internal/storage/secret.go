package storage

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Secret returns so many random bytes that stay the same from run to run: they are in a file of that
// name in the data directory, its owner's alone, and are made if there is none. Whoever has the store open calls
// it, so that no two do at a time. Beside a server's tables there is no directory, and they are new each time.
func (p Place) Secret(random io.Reader, name string, size int) ([]byte, error) {
	if p.Endpoint != "" {
		return fresh(random, name, size)
	}
	path := filepath.Join(p.Data, name)
	secret, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("reading the secret: %w", err)
	case len(secret) != size:
		return nil, fmt.Errorf("%s has %d bytes, not %d: if it is deleted, a new one is made", path, len(secret), size)
	default:
		return secret, nil
	}
	if secret, err = fresh(random, name, size); err != nil {
		return nil, err
	}
	written := path + ".new" // a file that is half written is never read
	if err := os.WriteFile(written, secret, 0o600); err != nil {
		return nil, fmt.Errorf("writing the secret: %w", err)
	}
	if err := os.Rename(written, path); err != nil {
		return nil, fmt.Errorf("writing the secret: %w", err)
	}
	return secret, nil
}

func fresh(random io.Reader, name string, size int) ([]byte, error) {
	secret := make([]byte, size)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("making the secret %s: %w", name, err)
	}
	return secret, nil
}
