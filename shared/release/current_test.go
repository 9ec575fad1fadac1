package release_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/document"
	"learningforlife/shared/release"
)

// counting counts how often a document is read.
type counting struct {
	document.Reader
	read int
}

// Document implements document.Reader.
func (c *counting) Document(ctx context.Context, digest string) ([]byte, error) {
	c.read++
	return c.Reader.Document(ctx, digest)
}

func TestTheCurrentReleaseIsReadOnceAndNeverStale(t *testing.T) {
	store := newStore(t)
	from := &counting{Reader: store}
	var current release.Current
	_, err := current.Newest(t.Context(), from)
	require.ErrorIs(t, err, release.ErrNone)
	for seq := 1; seq <= 3; seq++ {
		require.NoError(t, publish(t.Context(), store, numbered(seq, float64(40+seq))))
		want, err := release.Newest(t.Context(), store)
		require.NoError(t, err)
		for range 3 {
			got, err := current.Newest(t.Context(), from)
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		require.Equal(t, seq, from.read)
	}
}
