package storetest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/document"
)

var documents = []test{
	{"are kept under their digest", keepsDocuments},
	{"may be put again", putsAgain},
	{"of one table are not in the other", separatesTables},
}

var records = []test{
	{"stand as they were created", createsRecords},
	{"are listed by list, in order", listsRecords},
	{"of any size up to the largest are listed", listsLargeRecords},
	{"are won by one", createsOnce},
	{"of numbered lists are numbered from 1, by whom ever", appends},
}

// tables names the tables of documents.
func (s *trial) tables() map[string]document.Store {
	return map[string]document.Store{"releases": s.Releases(), "workings": s.Workings(), "settings": s.Settings()}
}

// noise is content that cannot be compressed.
func (m *maker) noise(size int) []byte {
	content := make([]byte, size)
	_, _ = m.bytes.Read(content) // never fails
	return content
}

func keepsDocuments(t *testing.T, s *trial) {
	for name, table := range s.tables() {
		t.Run(name, func(t *testing.T) {
			for _, content := range [][]byte{
				{},
				[]byte("a"),
				bytes.Repeat([]byte("learning for life "), 10_000),
				s.noise(document.MaxPart - 1<<10), // one part
				s.noise(document.MaxPart),         // and a little over
			} {
				requireKept(t, table, content)
			}
			for _, digest := range []string{document.Digest([]byte("never stored")), "nonsense"} {
				_, err := table.Document(context.Background(), digest)
				require.ErrorIs(t, err, document.ErrNone)
			}
		})
	}
	requireKept(t, s.Workings(), s.noise(1_300_000)) // five parts, more than a page of DynamoDB's
}

// requireKept puts the content and requires that it comes back.
func requireKept(t *testing.T, table document.Store, content []byte) {
	digest, err := table.Put(context.Background(), content)
	require.NoError(t, err)
	require.Equal(t, document.Digest(content), digest)
	got, err := table.Document(context.Background(), digest)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got), "other content came back than was put")
}

func putsAgain(t *testing.T, s *trial) {
	content := s.noise(document.MaxPart)
	var group errgroup.Group
	for range 4 {
		group.Go(func() error {
			_, err := s.Workings().Put(context.Background(), content)
			return err
		})
	}
	require.NoError(t, group.Wait())
	requireKept(t, s.Workings(), content)
}

func separatesTables(t *testing.T, s *trial) {
	digest, err := s.Workings().Put(context.Background(), []byte("a snapshot"))
	require.NoError(t, err)
	require.NoError(t, s.Workings().Create(context.Background(), "runs", "1", []byte("a run")))

	for _, other := range []document.Store{s.Releases(), s.Settings()} {
		_, err = other.Document(context.Background(), digest)
		require.ErrorIs(t, err, document.ErrNone)
		_, err = other.Record(context.Background(), "runs", "1")
		require.ErrorIs(t, err, document.ErrNone)
		_, _, err = other.Last(context.Background(), "runs")
		require.ErrorIs(t, err, document.ErrNone)
		require.NoError(t, other.Create(context.Background(), "runs", "1", []byte("another")))
	}

	record, err := s.Workings().Record(context.Background(), "runs", "1")
	require.NoError(t, err)
	require.Equal(t, "a run", string(record))
}

func createsRecords(t *testing.T, s *trial) {
	table := s.Releases()
	for name, record := range map[string][]byte{
		"empty":   {},
		"small":   []byte(`{"seq":1}`),
		"largest": s.noise(document.MaxRecord),
	} {
		require.NoError(t, table.Create(context.Background(), "manifests", name, record))
		for _, other := range [][]byte{record, []byte("another"), {}} {
			require.ErrorIs(t, table.Create(context.Background(), "manifests", name, other), document.ErrTaken)
		}
		got, err := table.Record(context.Background(), "manifests", name)
		require.NoError(t, err)
		require.True(t, bytes.Equal(record, got), "the record %s was changed", name)
	}
	require.Error(t, table.Create(context.Background(), "manifests", "too large", s.noise(document.MaxRecord+1)))
	for _, absent := range []struct{ list, name string }{{"manifests", "too large"}, {"manifests", "smal"}, {"manifest", "small"}, {"other", "small"}} {
		_, err := table.Record(context.Background(), absent.list, absent.name)
		require.ErrorIs(t, err, document.ErrNone, "%s of %s", absent.name, absent.list)
	}
}

func listsRecords(t *testing.T, s *trial) {
	table := s.Workings()
	// Lists whose names begin alike, or would with a name added, must not mix.
	lists := map[string][]string{
		"run":  {"000000000009", "000000000010", "000000000100"},
		"runs": {"2026-11-22", "2026-11-21", "2026-11-23", "s"},
		"r":    {"uns", "un"},
		"seal": {"z", "A", "a", "Z", "é", "€", "0"},
	}
	for list, names := range lists {
		for _, name := range names {
			require.NoError(t, table.Create(context.Background(), list, name, []byte(list+" "+name)))
		}
	}
	for list, want := range map[string][]string{
		"run":  {"000000000009", "000000000010", "000000000100"},
		"runs": {"2026-11-21", "2026-11-22", "2026-11-23", "s"},
		"r":    {"un", "uns"},
		"seal": {"0", "A", "Z", "a", "z", "é", "€"}, // by bytes
	} {
		names, err := table.Names(context.Background(), list)
		require.NoError(t, err)
		require.Equal(t, want, names)
		name, record, err := table.Last(context.Background(), list)
		require.NoError(t, err)
		require.Equal(t, want[len(want)-1], name)
		require.Equal(t, list+" "+name, string(record))
	}
	for _, list := range []string{"ru", "a", "zzz"} { // before, between and after the others
		names, err := table.Names(context.Background(), list)
		require.NoError(t, err)
		require.Empty(t, names)
		_, _, err = table.Last(context.Background(), list)
		require.ErrorIs(t, err, document.ErrNone)
	}
}

// listsLargeRecords makes a list of more than a megabyte, which DynamoDB returns in several pages.
func listsLargeRecords(t *testing.T, s *trial) {
	var want []string
	for i := range 20 {
		name := fmt.Sprintf("%04d", i)
		want = append(want, name)
		require.NoError(t, s.Workings().Create(context.Background(), "large", name, s.noise(document.MaxRecord)))
	}
	names, err := s.Workings().Names(context.Background(), "large")
	require.NoError(t, err)
	require.Equal(t, want, names)
	name, _, err := s.Workings().Last(context.Background(), "large")
	require.NoError(t, err)
	require.Equal(t, "0019", name)
}

func createsOnce(t *testing.T, s *trial) {
	const rivals = 32
	won := make([]bool, rivals)
	var group errgroup.Group
	for i := range rivals {
		group.Go(func() error {
			err := s.Releases().Create(context.Background(), "manifests", "7", []byte(strings.Repeat("x", i)))
			won[i] = err == nil
			if err != nil && !isTaken(err) {
				return err
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	winner := only(t, won)
	record, err := s.Releases().Record(context.Background(), "manifests", "7")
	require.NoError(t, err)
	require.Len(t, record, winner)
}

// appends has several add to one list at once: none is lost and none comes twice.
func appends(t *testing.T, s *trial) {
	const writers, each = 4, 5
	table := s.Settings()
	number, record, err := document.Newest(context.Background(), table, "decisions")
	require.NoError(t, err)
	require.Zero(t, number)
	require.Nil(t, record)
	var group errgroup.Group
	for w := range writers {
		group.Go(func() error {
			for i := range each {
				for {
					_, err := document.Append(context.Background(), table, "decisions", []byte(fmt.Sprint(w, " ", i)))
					if err == nil {
						break
					}
					if !isTaken(err) {
						return err
					}
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	names, err := table.Names(context.Background(), "decisions")
	require.NoError(t, err)
	require.Len(t, names, writers*each)
	var next [writers]int
	for i, name := range names {
		require.Equal(t, document.Numbered(i+1), name)
		record, err := table.Record(context.Background(), "decisions", name)
		require.NoError(t, err)
		var w, n int
		_, err = fmt.Sscan(string(record), &w, &n)
		require.NoError(t, err)
		require.Equal(t, next[w], n, "each writer's own come in its order")
		next[w]++
	}
	number, _, err = document.Newest(context.Background(), table, "decisions")
	require.NoError(t, err)
	require.Equal(t, writers*each, number)
}
