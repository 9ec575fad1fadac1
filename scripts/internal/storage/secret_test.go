package storage_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/storage"
)

func TestASecretStaysTheSame(t *testing.T) {
	place := storage.Place{Data: t.TempDir()}
	made, err := place.Secret(bytes.NewReader([]byte("abcdefgh")), "key", 8)
	require.NoError(t, err)
	require.Equal(t, "abcdefgh", string(made))
	again, err := place.Secret(bytes.NewReader([]byte("12345678")), "key", 8)
	require.NoError(t, err)
	require.Equal(t, made, again)
	other, err := place.Secret(bytes.NewReader([]byte("12345678")), "other", 8)
	require.NoError(t, err)
	require.Equal(t, "12345678", string(other))

	file := filepath.Join(place.Data, "key")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	_, err = place.Secret(nil, "key", 9)
	require.ErrorContains(t, err, "has 8 bytes, not 9")
	require.NoError(t, os.Remove(file))
	_, err = place.Secret(iotest.ErrReader(errors.New("no more")), "key", 8)
	require.ErrorContains(t, err, "making the secret key: no more")
	require.NoFileExists(t, file)
}

func TestASecretBesideAServerIsNewEachTime(t *testing.T) {
	place := storage.Place{Endpoint: "http://127.0.0.1:1"}
	random := bytes.NewReader([]byte("abcdefgh12345678"))
	for _, want := range []string{"abcdefgh", "12345678"} {
		made, err := place.Secret(random, "key", 8)
		require.NoError(t, err)
		require.Equal(t, want, string(made))
	}
}
