package release

import (
	"context"
	"sync"

	"learningforlife/shared/document"
)

// Current is Newest for those who are asked again and again: it keeps the release that it read last. Its
// zero value is ready for use, from many goroutines.
type Current struct {
	mu       sync.Mutex
	document string // digest of the release that is kept; empty before the first
	release  Release
}

// Newest returns the current release, or ErrNone before the first. Which one that is, is looked up each time, so that
// a release is shown as soon as it is published; it is read once, because what is stored under a digest never
// changes. The caller must not change what it refers to.
func (c *Current) Newest(ctx context.Context, from document.Reader) (Release, error) {
	m, err := newestManifest(ctx, from)
	if err != nil {
		return Release{}, err
	}
	if kept, ok := c.kept(m.Document); ok {
		return kept, nil
	}
	r, err := m.open(ctx, from)
	if err != nil {
		return Release{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.document, c.release = m.Document, r
	return r, nil
}

func (c *Current) kept(document string) (Release, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.release, c.document == document
}
