package signed_test

import (
	"bytes"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "learningforlife/shared/seeded"
	"learningforlife/shared/web/signed"
)

func key(t require.TestingT, b byte) signed.Key {
	k, err := signed.NewKey(bytes.Repeat([]byte{b}, signed.MinKey))
	require.NoError(t, err)
	return k
}

func TestWhatIsSealedComesOutAgain(t *testing.T) {
	k := key(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		values := url.Values{}
		for name, value := range rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "values") {
			values.Set(name, value)
		}
		form := rapid.String().Draw(t, "form")
		sealed := k.Seal(form, values)
		require.Equal(t, sealed, k.Seal(form, values))
		got, err := k.Open(form, sealed)
		require.NoError(t, err)
		require.Equal(t, values, got)

		_, err = k.Open(form+"x", sealed)
		require.ErrorIs(t, err, signed.ErrForeign, "another form")
		_, err = key(t, 2).Open(form, sealed)
		require.ErrorIs(t, err, signed.ErrForeign, "another key")
		changed := []byte(sealed)
		i := rapid.IntRange(0, len(changed)-1).Draw(t, "place")
		changed[i] = rapid.SampledFrom([]byte("ABab01-_")).Filter(func(b byte) bool { return b != sealed[i] }).Draw(t, "letter")
		_, err = k.Open(form, string(changed))
		require.ErrorIs(t, err, signed.ErrForeign, "a letter changed")
	})
}

func TestTheNameOfTheFormIsNoPartOfTheContent(t *testing.T) {
	k := key(t, 1)
	sealed := k.Seal("pledge", url.Values{"a": {"b"}})
	_, err := k.Open("pledgea=b", sealed)
	require.ErrorIs(t, err, signed.ErrForeign)
}

func TestKeys(t *testing.T) {
	_, err := signed.NewKey(make([]byte, 31))
	require.EqualError(t, err, "the key of forms has 31 bytes and needs 32")
	require.Panics(t, func() { signed.Key{}.Seal("pledge", nil) })
}

func FuzzOpen(f *testing.F) {
	k := key(f, 1)
	f.Add("")
	f.Add("AAAA")
	f.Add(k.Seal("pledge", url.Values{"organisation": {"RXX"}}))
	f.Fuzz(func(t *testing.T, sealed string) {
		values, err := k.Open("pledge", sealed)
		if err == nil {
			require.Equal(t, sealed, k.Seal("pledge", values), "nothing else is taken for what was sealed")
			return
		}
		require.ErrorIs(t, err, signed.ErrForeign)
	})
}
