package aggregate_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/seal"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

// week is a site with some sealed days, each with a response to both surveys, the later naming the
// earlier, and a pledge; one response more names what is not there.
type week struct {
	*site
	path                   string
	before, after, pledges []submission.Receipt
	unsent                 submission.Receipt // named by a response, in some
}

// open opens a store that is a copy of the week's.
func (w *week) open(t *testing.T) *week {
	path := filepath.Join(t.TempDir(), "store")
	if w.path != "" {
		content, err := os.ReadFile(w.path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, bytes.TrimRight(content, "\x00"), 0o600)) // much of it is room to grow
		require.NoError(t, os.Truncate(path, int64(len(content))))
	}
	store, err := embedded.Open(path, embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s := *w.site
	s.Store, s.register = store, submission.NewRegister(store, s.campaign)
	again := *w
	again.site, again.path = &s, path
	return &again
}

// newWeek has five days, so that their ten parts are summed.
func newWeek(t *testing.T) *week { return sealedWeek(t, 5) }

func sealedWeek(t *testing.T, days int) *week {
	w := unsealedWeek(t, days)
	w.right(t, w.aggregator(t, nil), manual())
	require.Len(t, w.sealed(t).Parts, 2*days)
	return w
}

// unsealedWeek is a week that no run has seen, when it is over.
func unsealedWeek(t *testing.T, days int) *week {
	w := (&week{site: &site{campaign: campaigntest.FewTrusts(t), now: noon}}).open(t)
	s := w.site
	mint := func() submission.Receipt {
		receipt, err := submission.Mint(day.Of(s.now), rand.Reader)
		require.NoError(t, err)
		return receipt
	}
	for i := range days {
		before, after, pledge := mint(), mint(), mint()
		s.send(t, before, "before", "RXX", "", mixed[i%2])
		s.send(t, after, "after", "RXX", before.String(), learned)
		s.pledge(t, pledge)
		w.before, w.after, w.pledges = append(w.before, before), append(w.after, after), append(w.pledges, pledge)
		s.days(1)
	}
	s.days(-1)
	w.name(t)
	s.days(4)
	return w
}

// name sends a response that names what is not there, and returns that.
func (w *week) name(t *testing.T) submission.Receipt {
	unsent, err := submission.Mint(day.Of(w.now), rand.Reader)
	require.NoError(t, err)
	after, err := submission.Mint(day.Of(w.now), rand.Reader)
	require.NoError(t, err)
	w.send(t, after, "after", "R0A", unsent.String(), learned)
	return unsent
}

// sealed is the newest book, which seals something.
func (s *site) sealed(t tester) seal.Book {
	t.Helper()
	b := s.book(t)
	require.NotZero(t, b.Through)
	return b
}

// forge makes a changed book the newest.
func (w *week) forge(t *testing.T, change func(b *seal.Book)) {
	b := w.sealed(t)
	next := b
	next.Parts = append([]seal.Part(nil), b.Parts...)
	change(&next)
	require.NoError(t, b.Follow(t.Context(), w.Workings(), next))
}

// rewrite stores another content in place of a document, and returns its digest.
func (w *week) rewrite(t *testing.T, digest string, change func(content []byte) []byte) string {
	require.NotEmpty(t, digest)
	content, err := w.Workings().Document(t.Context(), digest)
	require.NoError(t, err)
	again, err := w.Workings().Put(t.Context(), change(bytes.Clone(content)))
	require.NoError(t, err)
	require.NotEqual(t, digest, again)
	return again
}

// part is where the part stands in a book.
func (w *week) part(t *testing.T, b *seal.Book, kind submission.Kind, on day.Day) *seal.Part {
	for i := range b.Parts {
		if b.Parts[i].Part() == (submission.Part{Kind: kind, Day: on}) {
			return &b.Parts[i]
		}
	}
	require.Fail(t, "no such part")
	return nil
}

// What can be done to the bytes of a document. The last number of a sheet or a sum is a count; that
// of a link is a class of the one it names, or that it is not there.
var (
	more    = func(content []byte) []byte { content[len(content)-1]++; return content }
	less    = func(content []byte) []byte { content[len(content)-1]--; return content }
	flipped = func(content []byte) []byte { content[len(content)-1] ^= 1; return content }
	cut     = func(content []byte) []byte { return content[:len(content)-1] }
	emptied = func([]byte) []byte { return nil }
	noise   = func(content []byte) []byte { return bytes.Repeat([]byte{0xff}, len(content)) }
	moved   = func(content []byte) []byte { content[len(content)-2]--; return content } // the place of the last count, so that its total stays
	missing = document.Digest([]byte("never stored"))
)

// damages are what can become of what is sealed, and of what was sealed.
func (w *week) damages(t *testing.T) map[string]func() {
	sheet := func(kind submission.Kind, change func([]byte) []byte) func() {
		return func() {
			w.forge(t, func(b *seal.Book) {
				p := w.part(t, b, kind, w.before[2].Day())
				p.Sheet = w.rewrite(t, p.Sheet, change)
			})
		}
	}
	links := func(i int, change func([]byte) []byte) func() {
		return func() {
			w.forge(t, func(b *seal.Book) {
				p := w.part(t, b, submission.KindResponse, w.before[i].Day())
				p.Links = w.rewrite(t, p.Links, change)
			})
		}
	}
	sum := func(change func([]byte) []byte) func() {
		return func() {
			w.forge(t, func(b *seal.Book) { b.Sum.Document = w.rewrite(t, b.Sum.Document, change) })
		}
	}
	book := func(change func(b *seal.Book)) func() { return func() { w.forge(t, change) } }
	record := func(content string) func() {
		return func() {
			number, _, err := document.Newest(t.Context(), w.Workings(), "seal")
			require.NoError(t, err)
			require.NoError(t, w.Workings().Create(t.Context(), "seal", document.Numbered(number+1), []byte(content)))
		}
	}
	put := func(content string) string {
		digest, err := w.Workings().Put(t.Context(), []byte(content))
		require.NoError(t, err)
		return digest
	}
	return map[string]func(){
		"a count of answers too many":      sheet(submission.KindResponse, more),
		"a count of pledges too many":      sheet(submission.KindPledge, more),
		"a count of answers too few":       sheet(submission.KindResponse, less),
		"a pledge in another place":        sheet(submission.KindPledge, moved),
		"a sheet cut short":                sheet(submission.KindResponse, cut),
		"a sheet of nothing":               sheet(submission.KindResponse, emptied),
		"a sheet of noise":                 sheet(submission.KindPledge, noise),
		"another class before":             links(2, flipped),
		"what is named is said to be gone": links(4, flipped),
		"links cut short":                  links(2, cut),
		"links of nothing":                 links(2, emptied),
		"links of noise":                   links(2, noise),
		"a sum with one too many":          sum(more),
		"a sum with one too few":           sum(less),
		"a sum cut short":                  sum(cut),
		"a sum of noise":                   sum(noise),
		"a sheet that is missing":          book(func(b *seal.Book) { b.Parts[3].Sheet = missing }),
		"links that are missing":           book(func(b *seal.Book) { b.Parts[9].Links = missing }),
		"a sum that is missing":            book(func(b *seal.Book) { b.Sum.Document = missing }),
		"no links":                         book(func(b *seal.Book) { b.Parts[9].Links = "" }),
		"no sum, and said to be of all":    book(func(b *seal.Book) { b.Sum.Document = "" }),
		"a sum of fewer parts":             book(func(b *seal.Book) { b.Sum.Sheets = b.Sum.Sheets[1:] }),
		"a part left out":                  book(func(b *seal.Book) { b.Parts = b.Parts[1:] }),
		"a part left out, of the sum too":  book(func(b *seal.Book) { b.Parts, b.Sum = b.Parts[1:], seal.Sum{} }),
		"no part":                          book(func(b *seal.Book) { b.Parts, b.Sum = nil, seal.Sum{} }),
		"a part twice":                     book(func(b *seal.Book) { b.Parts = append(b.Parts, b.Parts[9]) }),
		"a part of pledges twice":          book(func(b *seal.Book) { b.Parts = append(b.Parts[:1:1], b.Parts...) }),
		"a part too many": book(func(b *seal.Book) {
			b.Parts = append(b.Parts, seal.Part{Kind: submission.KindResponse, Day: b.Through - 20, Sheet: b.Parts[9].Sheet})
		}),
		"a part in place of another":           book(func(b *seal.Book) { b.Parts[0].Sheet = b.Parts[1].Sheet }),
		"a book that is missing":               record(`{"document":"` + missing + `"}`),
		"a book that is none":                  record(`{"document":"` + put("no book") + `"}`),
		"a book of other kinds":                record(`{"document":"` + put(`{"format":1,"parts":7}`) + `"}`),
		"a record that is none":                record("no record"),
		"an item that came late by hand":       func() { w.add(t, w.before[2].Day(), w.row(t, w.before[2])) },
		"an item of a day that was empty":      func() { w.add(t, w.before[0].Day()-3, w.row(t, w.before[2])) },
		"a withdrawal without a mark":          func() { w.replace(t, w.before[2], submission.Tombstone) },
		"a withdrawn after-response, likewise": func() { w.replace(t, w.after[1], submission.Tombstone) },
		"other answers without a mark":         func() { w.replace(t, w.before[2], w.row(t, w.before[1])) },
	}
}

// row is the response under a receipt.
func (w *week) row(t *testing.T, receipt submission.Receipt) submission.Row {
	row, err := w.Get(t.Context(), receipt.Key(submission.KindResponse))
	require.NoError(t, err)
	return row
}

// add stores a response by hand, under a fresh receipt of a day.
func (w *week) add(t *testing.T, on day.Day, row submission.Row) {
	receipt, err := submission.Mint(on, rand.Reader)
	require.NoError(t, err)
	_, created, err := w.Add(t.Context(), receipt.Key(submission.KindResponse), row)
	require.NoError(t, err)
	require.True(t, created)
}

// replace changes a response by hand.
func (w *week) replace(t *testing.T, receipt submission.Receipt, row submission.Row) {
	key := receipt.Key(submission.KindResponse)
	old, err := w.Get(t.Context(), key)
	require.NoError(t, err)
	require.NoError(t, w.Replace(t.Context(), key, old, row))
}

// loud is an aggregator with what it logs.
func (s *site) loud(t *testing.T) (*aggregate.Aggregator, *bytes.Buffer) {
	var said bytes.Buffer
	return s.aggregator(t, func(c *aggregate.Config) { c.Log = slog.New(slog.NewJSONHandler(&said, nil)) }), &said
}

// TestARecountFindsWhatIsWrong: and voids what is sealed, so that the next run is right.
func TestARecountFindsWhatIsWrong(t *testing.T) {
	week := newWeek(t)
	for name := range week.damages(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := week.open(t)
			w.damages(t)[name]()
			a, said := w.loud(t)
			require.ErrorIs(t, a.Recount(t.Context(), w.now), aggregate.ErrUnproven)
			require.Contains(t, said.String(), `"SealFaults":`)
			require.NotEmpty(t, w.proof(t).Faults)
			require.Zero(t, w.book(t).Through, "it is void")

			said.Reset()
			w.right(t, a, manual())
			require.NotContains(t, said.String(), "SealFaults")
			require.Len(t, w.sealed(t).Parts, len(w.parts(t)))
			w.proven(t, a)
		})
	}
}

// parts are those that an item is stored in and that are due.
func (w *week) parts(t *testing.T) map[submission.Part]bool {
	parts := map[submission.Part]bool{}
	require.NoError(t, w.Scan(t.Context(), func(key *submission.Key, _ submission.Row) error {
		parts[key.Part()] = true
		return nil
	}))
	return parts
}

// TestARunThatMeetsDamageGoesOn: it voids what is sealed, and reads everything.
func TestARunThatMeetsDamageGoesOn(t *testing.T) {
	week := newWeek(t)
	for _, name := range []string{"a sheet of noise", "a sheet that is missing", "links cut short", "links that are missing", "a sum cut short", "a sum that is missing",
		"a part in place of another", "a book that is missing", "a book that is none", "a book of other kinds", "a record that is none"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := week.open(t)
			w.damages(t)[name]()
			a, said := w.loud(t)
			w.right(t, a, manual())
			require.Contains(t, said.String(), `"SealFaults":1`)
			require.Len(t, w.sealed(t).Parts, 10)
			w.proven(t, a)
		})
	}
}

// TestWhatNoRunReadsIsFound: an item of a day on which the campaign takes nothing is nobody's figure, and cannot stay unseen.
func TestWhatNoRunReadsIsFound(t *testing.T) {
	w := newWeek(t)
	w.add(t, w.campaign.Opens-30, w.row(t, w.before[0]))
	a, said := w.loud(t)
	for range 2 {
		require.ErrorIs(t, a.Recount(t.Context(), w.now), aggregate.ErrUnproven)
		require.Contains(t, said.String(), `"SealFaults":`)
		require.Contains(t, w.proof(t).Faults, "there are responses of 2025-12-02, when the campaign takes none")
		w.right(t, a, manual())
		said.Reset()
	}
}

// hasty is a store whose documents cannot be read any more once the run is told to stop.
type hasty struct {
	document.Store
	stop context.CancelFunc
}

func (h hasty) Document(ctx context.Context, digest string) ([]byte, error) {
	if len(digest) > 0 {
		h.stop()
	}
	return h.Store.Document(ctx, digest)
}

// TestBeingStoppedIsNoDamage: a run that is told to stop while it reads what is sealed neither voids it nor raises an alarm.
func TestBeingStoppedIsNoDamage(t *testing.T) {
	w := newWeek(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, said := w.loud(t)
	a := w.aggregator(t, func(c *aggregate.Config) {
		c.Log, c.Workings = slog.New(slog.NewJSONHandler(said, nil)), hasty{c.Workings, cancel}
	})
	_, err := a.Run(ctx, fresh())
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, seal.ErrDamaged)
	require.NotContains(t, said.String(), "SealFaults")
	require.Len(t, w.sealed(t).Parts, 10)
}
