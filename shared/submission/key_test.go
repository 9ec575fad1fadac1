package submission_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

func TestKeysAreWhatTheyAlwaysWere(t *testing.T) {
	for _, v := range vectors { // where they come from stands beside them
		r := parse(t, pledge, v.wire)
		for kind, want := range map[submission.Kind]string{pledge: v.pledgeKey, response: v.responseKey} {
			key := r.Key(kind)
			require.Equal(t, want, hex.EncodeToString(key[:]), "%s %s", kind, v.wire)
		}
	}
}

func TestAnIDIsTheHashOfDomainKindAndReceipt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, kind := drawReceipt(t), drawKind(t)
		var preimage []byte
		for _, part := range []string{"learning-for-life/submission/1", map[submission.Kind]string{pledge: "pledge", response: "response"}[kind], r.String()} {
			preimage = binary.BigEndian.AppendUint32(preimage, uint32(len(part)))
			preimage = append(preimage, part...)
		}
		key := r.Key(kind)
		if *key.ID() != sha256.Sum256(preimage) {
			t.Fatalf("the %s under %s has id %x", kind, r, key.ID())
		}
	})
}

func TestAKeyNamesItsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, kind := drawReceipt(t), drawKind(t)
		key := r.Key(kind)
		shard := int(key[3])
		partition := submission.Partition(kind, r.Day(), shard)
		if key.Kind() != kind || key.Day() != r.Day() || shard >= submission.Shards || !bytes.Equal(partition[:], key.Partition()) {
			t.Fatalf("the %s under %s is at %x", kind, r, key)
		}
	})
}

// TestKeysSort holds that keys compare as bytes by kind, day, shard and id: a
// store that reads them in order reads partition after partition.
func TestKeysSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawReceipt(t).Key(drawKind(t)), drawReceipt(t).Key(drawKind(t))
		want := func() int {
			for _, pair := range [][2]int{{int(a.Kind()), int(b.Kind())}, {int(a.Day()), int(b.Day())}, {int(a[3]), int(b[3])}} {
				if pair[0] != pair[1] {
					return map[bool]int{true: -1, false: 1}[pair[0] < pair[1]]
				}
			}
			return bytes.Compare(a.ID()[:], b.ID()[:])
		}()
		if got := bytes.Compare(a[:], b[:]); got != want {
			t.Fatalf("%x and %x compare as %d, not %d", a, b, got, want)
		}
	})
}

func TestShardsShareTheLoad(t *testing.T) {
	var perShard [submission.Shards]int
	for i := range 8000 {
		var random [16]byte
		binary.BigEndian.PutUint64(random[:], uint64(i)<<16)
		r, err := submission.Mint(day.Must("2026-11-22"), bytes.NewReader(random[:]))
		require.NoError(t, err)
		key := r.Key(response)
		perShard[key[3]]++
	}
	for shard, n := range perShard {
		require.InDelta(t, 1000, n, 150, "shard %d", shard) // five standard deviations
	}
}

func TestALinkNamesAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, other := drawReceipt(t), drawReceipt(t)
		key, otherKey := r.Key(response), other.Key(response)
		link, otherLink := key.Link(), otherKey.Link()
		if link.IsZero() || link.Day() != r.Day() || (link == otherLink) != (key == otherKey) {
			t.Fatalf("%x links as %x", key, link)
		}
	})
	var none submission.Link
	require.True(t, none.IsZero())
}

func TestMarksReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := submission.Mark{
			On:     drawReceipt(t).Day(),
			Key:    drawReceipt(t).Key(drawKind(t)),
			Change: rapid.SampledFrom([]submission.Change{submission.Withdrawal, submission.StatusChange}).Draw(t, "change"),
		}
		packed := m.Pack()
		back, ok := submission.UnpackMark(packed[:])
		if !ok || back != m {
			t.Fatalf("%+v reads back as %+v, %v", m, back, ok)
		}
	})
}

func TestMarksOfADayAndShardLieTogether(t *testing.T) {
	on := day.Must("2026-11-22")
	key := parse(t, pledge, vectors[0].wire).Key(pledge)
	packed := (&submission.Mark{On: on, Key: key, Change: submission.Withdrawal}).Pack()
	days := uint16(on - submission.FirstDay)
	require.Equal(t, []byte{byte(days >> 8), byte(days), key[3]}, packed[:submission.MarkPartitionSize])
}

func FuzzUnpackMark(f *testing.F) {
	for _, change := range []submission.Change{submission.Withdrawal, submission.StatusChange, 'x'} {
		packed := (&submission.Mark{On: day.Must("2026-11-22"), Key: parse(f, pledge, vectors[0].wire).Key(pledge), Change: change}).Pack()
		f.Add(packed[:])
		packed[2]++ // of another shard than its item
		f.Add(packed[:])
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, packed []byte) {
		m, ok := submission.UnpackMark(packed)
		if !ok {
			return
		}
		if again := m.Pack(); !bytes.Equal(again[:], packed) {
			t.Fatalf("%x reads as %+v, which is written %x", packed, m, again)
		}
	})
}
