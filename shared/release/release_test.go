package release_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/release"
	"learningforlife/shared/store/embedded"
)

var today = day.Must("2026-11-22")

func newStore(t *testing.T) document.Store {
	t.Helper()
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store.Releases()
}

func ptr[T any](v T) *T { return &v }

// numbered is a release that shows a value, and so differs from one with another.
func numbered(seq int, value float64) release.Release {
	return release.Release{
		Head: &release.Head{Seq: seq, PublishedAt: today + day.Day(seq), Campaign: "learning-for-life", Method: "0"},
		Scores: []release.Score{{
			Objective: 1, Level: "nation", Code: "ENG", Group: "all", AsOf: ptr(seq),
			Before: release.Wave{Value: &value, Low: ptr(value - 1.5), High: ptr(value + 1.5), Respondents: ptr(6000), Effective: ptr(4900)},
			After:  release.Wave{Value: &value},
			Change: &release.Change{Value: 0, Low: -2.1, High: 2.1, Pairs: ptr(320)},
			Target: &release.Target{Change: 3, By: today},
			Notes:  []string{release.SelfSelected, release.Unweighted},
		}, {
			Objective: 1, Level: "region", Code: "North East & Yorkshire <1>", Group: "all", AsOf: ptr(seq),
			Withheld: ptr(release.WaitsForMore), Notes: []string{release.SelfSelected},
		}},
	}
}

// publish stores the release and makes it public.
func publish(ctx context.Context, to document.Store, r release.Release) error {
	m, err := release.Store(ctx, to, r)
	if err != nil {
		return err
	}
	return release.Publish(ctx, to, m)
}

func TestBeforeTheFirstThereIsNone(t *testing.T) {
	store := newStore(t)
	_, err := release.Newest(t.Context(), store)
	require.ErrorIs(t, err, release.ErrNone)
	heads, err := release.Heads(t.Context(), store)
	require.NoError(t, err)
	require.Empty(t, heads)
	require.NotNil(t, heads, "a list, if an empty one")

	require.NoError(t, publish(t.Context(), store, numbered(1, 50)))
	for _, seq := range []int{-1, 0, 2} {
		_, err := release.Get(t.Context(), store, seq)
		require.ErrorIs(t, err, release.ErrNone, seq)
	}
}

// TestTheNewestIsTheOneWithTheGreatestNumber, also past the places where a number gains a digit.
func TestTheNewestIsTheOneWithTheGreatestNumber(t *testing.T) {
	store := newStore(t)
	const n = 11
	for seq := 1; seq <= n; seq++ {
		r := numbered(seq, float64(seq))
		if seq == n {
			r.Head.Corrects = ptr(2)
		}
		require.NoError(t, publish(t.Context(), store, r))
		newest, err := release.Newest(t.Context(), store)
		require.NoError(t, err)
		require.Equal(t, r, newest)
	}
	heads, err := release.Heads(t.Context(), store)
	require.NoError(t, err)
	require.Len(t, heads, n)
	for i, head := range heads {
		got, err := release.Get(t.Context(), store, i+1)
		require.NoError(t, err)
		require.Equal(t, *got.Head, head, "oldest first")
		require.Equal(t, float64(i+1), *got.Scores[0].Before.Value, "what was published stays as it was")
	}
	require.Equal(t, ptr(2), heads[n-1].Corrects)
}

func TestOfTwoPublishersOfOneNumberOneWins(t *testing.T) {
	store := newStore(t)
	require.NoError(t, publish(t.Context(), store, numbered(1, 10)))
	const publishers = 8
	var errs [publishers]error
	var wait sync.WaitGroup
	for i := range publishers {
		wait.Go(func() { errs[i] = publish(t.Context(), store, numbered(2, float64(i))) })
	}
	wait.Wait()
	winner := -1
	for i, err := range errs {
		if err == nil {
			require.Negative(t, winner, "%d and %d both won", winner, i)
			winner = i
			continue
		}
		require.ErrorIs(t, err, document.ErrTaken)
	}
	require.GreaterOrEqual(t, winner, 0, "somebody won")
	newest, err := release.Newest(t.Context(), store)
	require.NoError(t, err)
	require.Equal(t, numbered(2, float64(winner)), newest)
	require.ErrorIs(t, publish(t.Context(), store, newest), document.ErrTaken, "not even the same one again")
}

// without is a store that lost its documents, and kept the records.
type without struct{ document.Store }

func (without) Document(context.Context, string) ([]byte, error) { return nil, document.ErrNone }

func TestAManifestWithoutItsDocumentIsDamageAndNotAbsence(t *testing.T) {
	store := without{newStore(t)}
	require.NoError(t, publish(t.Context(), store, numbered(1, 50)))
	for _, read := range []func() error{
		func() error { _, err := release.Newest(t.Context(), store); return err },
		func() error { _, err := release.Get(t.Context(), store, 1); return err },
	} {
		err := read()
		require.Error(t, err)
		require.NotErrorIs(t, err, release.ErrNone)
		require.ErrorContains(t, err, "release 1")
	}
}

// refusing is a store that takes no documents.
type refusing struct{ document.Store }

var errRefused = errors.New("refused")

func (refusing) Put(context.Context, []byte) (string, error) { return "", errRefused }

func TestNothingIsPublicWhoseDocumentWasNotStored(t *testing.T) {
	store := newStore(t)
	require.ErrorIs(t, publish(t.Context(), refusing{store}, numbered(1, 50)), errRefused)
	_, err := release.Newest(t.Context(), store)
	require.ErrorIs(t, err, release.ErrNone)
	require.NoError(t, publish(t.Context(), store, numbered(1, 50)), "the number is free still")
}

func TestAStoredReleaseIsNotPublicUntilItIsPublished(t *testing.T) {
	store := newStore(t)
	m, err := release.Store(t.Context(), store, numbered(1, 50))
	require.NoError(t, err)
	_, err = release.Newest(t.Context(), store)
	require.ErrorIs(t, err, release.ErrNone)
	_, err = release.Find(t.Context(), store, 1)
	require.ErrorIs(t, err, release.ErrNone)

	other, err := release.Store(t.Context(), store, numbered(1, 51))
	require.NoError(t, err, "storing takes no number")
	require.NoError(t, release.Publish(t.Context(), store, other))
	require.ErrorIs(t, release.Publish(t.Context(), store, m), document.ErrTaken)
	found, err := release.Find(t.Context(), store, 1)
	require.NoError(t, err)
	require.Equal(t, other, found)
	content, err := store.Document(t.Context(), found.Document)
	require.NoError(t, err)
	want, err := release.Encode(numbered(1, 51))
	require.NoError(t, err)
	require.Equal(t, string(want), string(content))
}

func TestEqualReleasesHaveEqualBytes(t *testing.T) {
	c := campaigntest.Load(t)
	for _, build := range []func() release.Release{
		func() release.Release { return numbered(3, 53.6) },
		func() release.Release { return release.Waiting(c, today) },
	} {
		first, err := release.Encode(build())
		require.NoError(t, err)
		for range 3 {
			again, err := release.Encode(build())
			require.NoError(t, err)
			require.Equal(t, string(first), string(again))
		}
	}
	other, err := release.Encode(numbered(3, 53.7))
	require.NoError(t, err)
	require.Contains(t, string(other), `"value":53.7`)
	require.NotContains(t, string(other), "<", "it may stand inside a page")
	require.NotContains(t, string(other), "&")
}

func TestWaitingShowsEveryRowAndNoFigure(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	r := release.Waiting(c, today)
	require.Nil(t, r.Head)
	nodes := c.Nodes(today)
	rows := c.Rows(nodes)
	require.Len(t, r.Scores, len(rows))
	for i, s := range r.Scores {
		require.Equal(t, release.Score{Objective: rows[i].Objective, Level: string(nodes[rows[i].Node].Level), Code: nodes[rows[i].Node].Code,
			Group: c.Groups[rows[i].Group].ID, Withheld: ptr(release.WaitsForMore), Notes: []string{release.SelfSelected}}, s)
	}
}
