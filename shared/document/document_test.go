package document_test

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/document"
	_ "learningforlife/shared/seeded"
)

func TestDigest(t *testing.T) {
	// FIPS 180-4's examples of SHA-256.
	require.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", document.Digest([]byte("abc")))
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", document.Digest(nil))
}

// noise cannot be compressed.
func noise(size int) []byte {
	content := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{}).Read(content) // never fails
	return content
}

func TestPack(t *testing.T) {
	for _, c := range []struct {
		name    string
		content []byte
		parts   int
	}{
		{"nothing", nil, 1},
		{"a little", []byte("a"), 1},
		{"much that repeats itself", bytes.Repeat([]byte("learning for life "), 1<<16), 1},
		{"nearly a part", noise(document.MaxPart - 1<<10), 1},
		{"a part and the form around it", noise(document.MaxPart), 2},
		{"several parts", noise(5*document.MaxPart - 1<<10), 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			parts, err := document.Pack(c.content)
			require.NoError(t, err)
			require.Len(t, parts, c.parts)
			for _, part := range parts {
				require.NotEmpty(t, part)
				require.LessOrEqual(t, len(part), document.MaxPart)
			}
			content, err := document.Unpack(document.Digest(c.content), parts)
			require.NoError(t, err)
			require.True(t, bytes.Equal(c.content, content))
		})
	}
}

// TestPackCompressesWhatShrinks packs random bytes below a limit, of which each has the limit's logarithm of bits.
func TestPackCompressesWhatShrinks(t *testing.T) {
	const size = 1 << 20
	for limit, compressed := range map[int]bool{
		2:   true,  // 1 bit
		64:  true,  // 6 bits: a quarter less
		140: false, // 7.1 bits: a tenth less
		256: false,
	} {
		random := rand.New(rand.NewChaCha8([32]byte{}))
		content := make([]byte, size)
		for i := range content {
			content[i] = byte(random.IntN(limit))
		}
		parts, err := document.Pack(content)
		require.NoError(t, err)
		packed := len(bytes.Join(parts, nil))
		if compressed {
			require.Less(t, packed, size-size/8, "bytes below %d", limit)
		} else {
			require.Greater(t, packed, size, "bytes below %d", limit)
			require.Less(t, packed, size+size/1000, "bytes below %d", limit)
		}
		got, err := document.Unpack(document.Digest(content), parts)
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, got))
	}
}

func TestUnpackRefuses(t *testing.T) {
	content := noise(3 * document.MaxPart)
	digest := document.Digest(content)
	parts, err := document.Pack(content)
	require.NoError(t, err)
	require.Len(t, parts, 4)
	other, err := document.Pack([]byte("another"))
	require.NoError(t, err)
	flipped := slices.Clone(parts[1])
	flipped[1000] ^= 1

	for name, damaged := range map[string][][]byte{
		"no part":                 {},
		"an empty part":           {nil},
		"the first part missing":  parts[1:],
		"the last part missing":   parts[:3],
		"a part missing":          {parts[0], parts[2], parts[3]},
		"a part twice":            {parts[0], parts[1], parts[1], parts[2], parts[3]},
		"parts in another order":  {parts[0], parts[2], parts[1], parts[3]},
		"a bit changed":           {parts[0], flipped, parts[2], parts[3]},
		"bytes after the end":     append(slices.Clone(parts), []byte("x")),
		"a document after it":     append(slices.Clone(parts), other...),
		"another document":        other,
		"not a document":          {content},
		"the content uncompacted": {content[:document.MaxPart]},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := document.Unpack(digest, damaged)
			require.ErrorContains(t, err, digest)
		})
	}
}

func TestUnpackIsTheInverseOfPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := bytes.Repeat(rapid.SliceOf(rapid.Byte()).Draw(t, "content"), rapid.IntRange(0, 1000).Draw(t, "times"))
		parts, err := document.Pack(content)
		require.NoError(t, err)
		again, err := document.Pack(content)
		require.NoError(t, err)
		require.Equal(t, parts, again, "the same content has the same parts")
		got, err := document.Unpack(document.Digest(content), parts)
		require.NoError(t, err)
		require.True(t, bytes.Equal(content, got))
	})
}

// FuzzUnpack holds that what is unpacked is what was asked for, whatever the store returns.
func FuzzUnpack(f *testing.F) {
	for _, content := range []string{"", "a", "a release"} {
		parts, err := document.Pack([]byte(content))
		require.NoError(f, err)
		f.Add(document.Digest([]byte(content)), parts[0], []byte(nil))
		f.Add(document.Digest([]byte(content)), parts[0][:10], parts[0][10:])
	}
	f.Fuzz(func(t *testing.T, digest string, first, second []byte) {
		content, err := document.Unpack(digest, [][]byte{first, second})
		if err == nil {
			require.Equal(t, digest, document.Digest(content))
		}
	})
}

// TestUnpackReadsAnyLevel holds that documents stay readable when the way they are compressed changes.
func TestUnpackReadsAnyLevel(t *testing.T) {
	content := bytes.Repeat([]byte("learning for life "), 1000)
	for _, level := range []int{gzip.NoCompression, gzip.BestSpeed, gzip.BestCompression, gzip.HuffmanOnly} {
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, level)
		require.NoError(t, err)
		_, err = w.Write(content)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		got, err := document.Unpack(document.Digest(content), [][]byte{packed.Bytes()})
		require.NoError(t, err)
		require.Equal(t, content, got)
	}
}
