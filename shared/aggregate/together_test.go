package aggregate_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/day"
	"learningforlife/shared/release"
	"learningforlife/shared/seal"
	"learningforlife/shared/submission"
)

// between does something before each step of a run in turn, and returns how many steps there are. What it does must not
// be done by the aggregator that it interrupts.
func between(t *testing.T, base *week, reads bool, do func(t *testing.T, w *week), request func() aggregation.Request, then func(t *testing.T, w *week, r aggregate.Run)) int {
	for step := 1; ; step++ {
		done := false
		t.Run(fmt.Sprintf("step %d", step), func(t *testing.T) {
			w := base.open(t)
			turn := step
			b := broken{w.Workings(), &turn, false, func() { do(t, w) }}
			r, err := w.aggregator(t, func(c *aggregate.Config) {
				if c.Workings, c.Submissions = b, (frail{b, w.Store, w.Store}); reads {
					c.Workings = fallible{b, &sync.Mutex{}}
				}
			}).Run(t.Context(), request())
			require.NoError(t, err)
			if done = turn > 0; !done {
				then(t, w, r)
			}
		})
		if done || t.Failed() {
			return step - 1
		}
	}
}

// TestTheBookOfTheLaterRunStands: whatever the earlier one had read by then. The later one is of the next day and seals more.
func TestTheBookOfTheLaterRunStands(t *testing.T) {
	base := sealedWeek(t, 3)
	base.unsent = base.name(t)
	base.send(t, base.unsent, "before", "R0A", "", learned)
	base.days(1)
	base.pledge(t, base.unsent)
	base.days(3)
	var book seal.Book
	steps := between(t, base, true, func(t *testing.T, w *week) {
		today := day.Of(w.now)
		require.NoError(t, w.register.Withdraw(t.Context(), today, submission.KindResponse, w.before[0]))
		require.NoError(t, w.register.Withdraw(t.Context(), today, submission.KindResponse, w.unsent))
		_, err := w.register.SetStatus(t.Context(), today, w.pledges[1], submission.Kept)
		require.NoError(t, err)
		w.days(1)
		w.right(t, w.aggregator(t, nil), manual())
		book = w.sealed(t)
		require.Equal(t, seal.Due(today+1), book.Through)
	}, manual, func(t *testing.T, w *week, _ aggregate.Run) {
		if now := w.sealed(t); now.Through != book.Through || now.Lapsed != book.Lapsed {
			require.Equal(t, book, now)
		}
		w.right(t, w.aggregator(t, nil), manual())
		w.right(t, w.aggregator(t, nil), manual())
		w.proven(t, w.aggregator(t, nil))
	})
	require.Greater(t, steps, 20)
}

// TestWhatWasCountedWithAVoidedBookIsNotPublished: a part was left out of it, which no control total tells.
func TestWhatWasCountedWithAVoidedBookIsNotPublished(t *testing.T) {
	base := newWeek(t)
	base.respond(t, 24, "before", "RXX", mixed...)
	base.damages(t)["a part left out, of the sum too"]()
	published, saved := false, 0
	between(t, base, false, func(t *testing.T, w *week) {
		heads, err := release.Heads(t.Context(), w.Releases())
		require.NoError(t, err)
		published = len(heads) > 0
		require.ErrorIs(t, w.aggregator(t, nil).Recount(t.Context(), w.now), aggregate.ErrUnproven)
	}, fresh, func(t *testing.T, w *week, r aggregate.Run) {
		require.Equal(t, 1, *r.Release)
		a := w.aggregator(t, nil)
		if !published {
			saved++
			require.Equal(t, w.full(t, a), r.Snapshot)
		}
		w.right(t, a, fresh())
		w.proven(t, a)
	})
	require.Greater(t, saved, 5)
}

// TestAMarkedItemChangesWhileARunSeals: the mark was put before, so what the book says of it must be what was counted.
func TestAMarkedItemChangesWhileARunSeals(t *testing.T) {
	base := sealedWeek(t, 3)
	require.NoError(t, base.Mark(t.Context(), submission.Mark{On: day.Of(base.now), Key: base.before[0].Key(submission.KindResponse), Change: submission.Withdrawal}))
	steps := between(t, base, true, func(t *testing.T, w *week) { w.replace(t, w.before[0], submission.Tombstone) }, manual, func(t *testing.T, w *week, _ aggregate.Run) {
		w.right(t, w.aggregator(t, nil), manual())
		w.proven(t, w.aggregator(t, nil))
	})
	require.Greater(t, steps, 20)
}
