package seal_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/seal"
	"learningforlife/shared/store/embedded"
)

// TestDue: a receipt of the 22nd is taken until the 24th, and a withdrawal that forestalls it until the 25th.
func TestDue(t *testing.T) {
	require.Equal(t, day.Must("2026-11-22"), seal.Due(day.Must("2026-11-26")))
}

// TestVoids: no book that was relied on is current once another was voided, be it that the newest cannot be read.
func TestVoids(t *testing.T) {
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	c, workings := campaigntest.FewTrusts(t), store.Workings()
	newest := func() seal.Book {
		b, err := seal.Newest(t.Context(), workings, c)
		require.NoError(t, err)
		return b
	}
	today := day.Must("2026-11-26")
	sealed := seal.Book{Campaign: c.Digest, On: today, Through: seal.Due(today)}
	none := newest()
	require.Zero(t, none.Through)
	require.NoError(t, none.Follow(t.Context(), workings, sealed))
	require.ErrorIs(t, none.Follow(t.Context(), workings, seal.Book{}), document.ErrTaken, "another followed it")

	first := newest()
	require.Equal(t, sealed.Through, first.Through)
	require.False(t, first.Early(today))
	require.True(t, first.Early(today-1))
	require.NoError(t, first.Current(t.Context(), workings))
	require.NoError(t, seal.Void(t.Context(), workings, today))
	require.ErrorIs(t, first.Current(t.Context(), workings), document.ErrTaken)

	second := newest()
	require.Zero(t, second.Through)
	require.NoError(t, second.Follow(t.Context(), workings, seal.Book{Campaign: c.Digest, Voids: second.Voids, Through: seal.Due(today)}))
	require.ErrorIs(t, first.Current(t.Context(), workings), document.ErrTaken, "it is not what was voided that was sealed again")
	require.NoError(t, second.Current(t.Context(), workings))

	third := newest()
	require.NoError(t, workings.Create(t.Context(), "seal", document.Numbered(4), []byte("no record")))
	_, err = seal.Newest(t.Context(), workings, c)
	require.ErrorIs(t, err, seal.ErrDamaged)
	require.ErrorIs(t, third.Current(t.Context(), workings), seal.ErrDamaged)
	require.NoError(t, seal.Void(t.Context(), workings, today))
	fourth := newest()
	require.NoError(t, fourth.Current(t.Context(), workings))
	for _, b := range []seal.Book{first, second, third} {
		require.ErrorIs(t, b.Current(t.Context(), workings), document.ErrTaken)
	}
}
