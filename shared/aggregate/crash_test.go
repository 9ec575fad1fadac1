package aggregate_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// frail is a store of submissions that fails at the step whose turn it is, as broken does.
type frail struct {
	broken
	aggregate.Submissions
	submission.Store
}

func (f frail) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	return f.fail(func() error { return f.Submissions.Read(ctx, parts, open) })
}

func (f frail) Find(ctx context.Context, keys []submission.Key, visit submission.Visit) error {
	return f.fail(func() error { return f.Submissions.Find(ctx, keys, visit) })
}

func (f frail) Marks(ctx context.Context, on day.Day, visit func(submission.Mark) error) error {
	return f.fail(func() error { return f.Submissions.Marks(ctx, on, visit) })
}

func (f frail) Scan(ctx context.Context, visit submission.Visit) error {
	return f.fail(func() error { return f.Submissions.Scan(ctx, visit) })
}

func (f frail) Add(ctx context.Context, key submission.Key, row submission.Row) (stored submission.Row, created bool, err error) {
	err = f.fail(func() (err error) { stored, created, err = f.Store.Add(ctx, key, row); return err })
	return stored, created, err
}

func (f frail) Get(ctx context.Context, key submission.Key) (row submission.Row, err error) {
	err = f.fail(func() (err error) { row, err = f.Store.Get(ctx, key); return err })
	return row, err
}

func (f frail) Replace(ctx context.Context, key submission.Key, old, next submission.Row) error {
	return f.fail(func() error { return f.Store.Replace(ctx, key, old, next) })
}

func (f frail) Mark(ctx context.Context, mark submission.Mark) error {
	return f.fail(func() error { return f.Store.Mark(ctx, mark) })
}

// fallible is a store of workings whose readings fail as its writes do, with an error that passes. Some are made side by side.
type fallible struct {
	broken
	mutex *sync.Mutex
}

func (f fallible) read(do func() error) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if err := f.fail(do); errors.Is(err, errCrash) {
		return fmt.Errorf("%w: %w", submission.ErrUnavailable, err)
	} else if err != nil {
		return err
	}
	return nil
}

func (f fallible) Document(ctx context.Context, digest string) (content []byte, err error) {
	err = f.read(func() (err error) { content, err = f.Store.Document(ctx, digest); return err })
	return content, err
}

func (f fallible) Record(ctx context.Context, list, name string) (record []byte, err error) {
	err = f.read(func() (err error) { record, err = f.Store.Record(ctx, list, name); return err })
	return record, err
}

func (f fallible) Last(ctx context.Context, list string) (name string, record []byte, err error) {
	err = f.read(func() (err error) { name, record, err = f.Store.Last(ctx, list); return err })
	return name, record, err
}

// crash is what is going on when the machine stops.
type crash struct {
	name string
	week func(t *testing.T) *week // as it is before
	do   func(t *testing.T, w *week, a *aggregate.Aggregator, r *submission.Register) error
	then func(t *testing.T, w *week, a *aggregate.Aggregator) // besides what is required of every crash; may be nil
}

func crashes() []crash {
	short := func(t *testing.T) *week { return sealedWeek(t, 3) }
	aggregates := func(t *testing.T, _ *week, a *aggregate.Aggregator, _ *submission.Register) error {
		_, err := a.Run(t.Context(), manual())
		return err
	}
	recounts := func(t *testing.T, w *week, a *aggregate.Aggregator, _ *submission.Register) error {
		return a.Recount(t.Context(), w.now)
	}
	// changed has every sort of change in sealed days.
	changed := func(t *testing.T) *week {
		w := short(t)
		today := day.Of(w.now)
		require.NoError(t, w.register.Withdraw(t.Context(), today, submission.KindResponse, w.before[0]))
		require.NoError(t, w.register.Withdraw(t.Context(), today, submission.KindResponse, w.after[1]))
		require.NoError(t, w.register.Withdraw(t.Context(), today, submission.KindPledge, w.pledges[2]))
		_, err := w.register.SetStatus(t.Context(), today, w.pledges[1], submission.Kept)
		require.NoError(t, err)
		return w
	}
	// proves recounts until what is wrong was found.
	proves := func(t *testing.T, w *week, a *aggregate.Aggregator) {
		if err := a.Recount(t.Context(), w.now); err != nil {
			require.ErrorIs(t, err, aggregate.ErrUnproven)
		}
	}
	// late lets a withdrawal whose mark was put be done on a later day.
	late := func(days int) func(t *testing.T, w *week, a *aggregate.Aggregator) {
		return func(t *testing.T, w *week, a *aggregate.Aggregator) {
			marked := len(w.marks(t, day.Of(w.now), day.Of(w.now))) > 0
			for range days {
				w.right(t, a, manual())
				w.days(1)
			}
			if marked && !w.row(t, w.before[1]).Withdrawn() {
				w.replace(t, w.before[1], submission.Tombstone)
			}
		}
	}
	withdraws := func(t *testing.T, w *week, _ *aggregate.Aggregator, r *submission.Register) error {
		return r.Withdraw(t.Context(), day.Of(w.now), submission.KindResponse, w.before[1])
	}
	return []crash{
		{"the first sealing", func(t *testing.T) *week { return unsealedWeek(t, 3) }, aggregates, nil},
		{"sealing the next day", func(t *testing.T) *week {
			w := short(t)
			w.respond(t, 1, "before", "RXX", learned)
			w.days(4)
			return w
		}, aggregates, nil},
		{"withdrawing, and never again", short, withdraws, nil},
		{"withdrawing, and done at last", short, withdraws, late(0)},
		{"withdrawing, and done the next day", short, withdraws, late(1)},
		{"withdrawing, and done three days later", short, withdraws, late(3)},
		{"withdrawing, and done four days later", short, withdraws, late(4)},
		{"withdrawing what was never sent, in a sealed day", func(t *testing.T) *week {
			w := short(t)
			w.unsent = w.name(t)
			w.days(4) // by the clock of runs
			w.right(t, w.aggregator(t, nil), manual())
			return w
		}, func(t *testing.T, w *week, _ *aggregate.Aggregator, r *submission.Register) error {
			return r.Withdraw(t.Context(), day.Of(w.now)-1, submission.KindResponse, w.unsent)
		}, nil},
		{"a status", short, func(t *testing.T, w *week, _ *aggregate.Aggregator, r *submission.Register) error {
			_, err := r.SetStatus(t.Context(), day.Of(w.now), w.pledges[0], submission.Kept)
			return err
		}, nil},
		{"sealing again", changed, aggregates, nil},
		{"lapsing", func(t *testing.T) *week {
			w := changed(t)
			w.right(t, w.aggregator(t, nil), manual())
			w.days(4)
			return w
		}, aggregates, nil},
		{"voiding by a recount", func(t *testing.T) *week {
			w := short(t)
			w.damages(t)["a part left out, of the sum too"]()
			return w
		}, recounts, proves},
		{"voiding by a recount that cannot count", func(t *testing.T) *week {
			w := short(t)
			w.damages(t)["a count of pledges too many"]()
			return w
		}, recounts, proves},
		{"voiding by a run", func(t *testing.T) *week {
			w := short(t)
			w.damages(t)["a book that is missing"]()
			return w
		}, aggregates, nil},
		{"recounting", changed, recounts, nil},
	}
}

// TestACrashLeavesNoWrongFigure: whatever was lost, the next run is right, and the one after it.
func TestACrashLeavesNoWrongFigure(t *testing.T) {
	for _, c := range crashes() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base := c.week(t)
			require.Positive(t, c.everywhere(t, base, func(w *week, turn *int) (*aggregate.Aggregator, *submission.Register) {
				b := broken{w.Workings(), turn, true, nil} // what is stored then is what is stored before the next
				return w.aggregator(t, func(c *aggregate.Config) { c.Workings = b }), submission.NewRegister(frail{b, w.Store, w.Store}, w.campaign)
			}))
		})
	}
}

// TestAnErrorInReadingLeavesNoWrongFigure is the same for what is read.
func TestAnErrorInReadingLeavesNoWrongFigure(t *testing.T) {
	for _, c := range crashes() {
		if c.name != "recounting" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Greater(t, c.everywhere(t, c.week(t), func(w *week, turn *int) (*aggregate.Aggregator, *submission.Register) {
				b := broken{w.Workings(), turn, false, nil}
				return w.aggregator(t, func(c *aggregate.Config) {
					c.Workings, c.Submissions = fallible{b, &sync.Mutex{}}, frail{b, w.Store, w.Store}
				}), w.register
			}), 15)
		})
	}
}

// everywhere stops at each step in turn, and returns how many there are.
func (c crash) everywhere(t *testing.T, base *week, fragile func(w *week, turn *int) (*aggregate.Aggregator, *submission.Register)) int {
	for step := 1; ; step++ {
		done := false
		t.Run(fmt.Sprintf("step %d", step), func(t *testing.T) {
			w := base.open(t)
			turn := step
			a, r := fragile(w, &turn)
			err := c.do(t, w, a, r)
			if turn > 0 {
				done = true
				return
			}
			require.ErrorIs(t, err, errCrash)
			if a = w.aggregator(t, nil); c.then != nil {
				c.then(t, w, a)
			}
			w.right(t, a, manual())
			w.right(t, a, manual())
			w.proven(t, a)
		})
		if done || t.Failed() {
			return step - 1
		}
	}
}
