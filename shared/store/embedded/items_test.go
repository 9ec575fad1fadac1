package embedded_test

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

var firstDay = day.Must("2026-11-22")

func shipped(t require.TestingT) *campaign.Campaign {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	return c
}

// source gives the random bytes of the nth item, which are the same every time.
func source(n uint64) *rand.ChaCha8 {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], n)
	return rand.NewChaCha8(seed)
}

// pledge makes the nth pledge. Its row follows from its key.
func pledge(t require.TestingT, c *campaign.Campaign, n uint64) (submission.Key, submission.Row) {
	receipt, err := submission.Mint(firstDay+day.Day(n%3), source(n))
	require.NoError(t, err)
	key := receipt.Key(submission.KindPledge)
	return key, rowOf(c, key)
}

func rowOf(c *campaign.Campaign, key submission.Key) submission.Row {
	p := submission.Pledge{Organisation: "RXX", OwnWords: hex.EncodeToString(key[:]), Status: submission.Made, Version: 1}
	return p.Pack(c)
}

func open(t require.TestingT, path string) *embedded.Store {
	s, err := embedded.Open(path, embedded.Options{})
	require.NoError(t, err)
	return s
}

// place is the path of a store that is not there yet.
func place(t testing.TB) string { return filepath.Join(t.TempDir(), "store.db") }
