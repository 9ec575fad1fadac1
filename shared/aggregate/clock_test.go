package aggregate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/day"
	"learningforlife/shared/seal"
	"learningforlife/shared/submission"
)

// scheduled asks for the run of a schedule's time.
func scheduled(at time.Time) aggregation.Request {
	return aggregation.Request{Run: aggregation.ID(at, ""), Scheduled: at}
}

// TestAClockFarFromTheSchedulesTimeSealsNothing: the figures are right, and once it is near again sealing goes on.
func TestAClockFarFromTheSchedulesTimeSealsNothing(t *testing.T) {
	week := newWeek(t)
	for name, test := range map[string]struct {
		off   time.Duration
		seals bool
	}{
		"an hour ahead":              {time.Hour, true},
		"an hour behind":             {-time.Hour, true},
		"an hour and a bit ahead":    {time.Hour + time.Second, false},
		"an hour and a bit behind":   {-time.Hour - time.Second, false},
		"ten years ahead":            {3652 * 24 * time.Hour, false},
		"ten years behind":           {-3652 * 24 * time.Hour, false},
		"a day ahead, or a day late": {24 * time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := week.open(t)
			a := w.aggregator(t, nil)
			w.days(2)
			before := w.sealed(t)
			w.add(t, day.Of(w.now)-4, w.row(t, w.before[0]))
			right := w.now
			w.now = right.Add(test.off)
			w.right(t, a, scheduled(right))
			w.now = right
			if test.seals {
				require.Greater(t, w.sealed(t).Through, before.Through)
			} else {
				require.LessOrEqual(t, w.book(t).Through, before.Through)
			}
			w.now = right.Add(2 * time.Hour)
			w.right(t, a, scheduled(w.now))
			w.now = right.Add(3 * time.Hour)
			w.right(t, a, scheduled(w.now))
			require.Equal(t, seal.Due(day.Of(w.now)), w.sealed(t).Through)
			w.proven(t, a)
		})
	}
}

// TestAClockThatWasAhead seals days that a receipt can still come to. Nobody relies on that once it is right again, however little it was ahead.
func TestAClockThatWasAhead(t *testing.T) {
	week := newWeek(t)
	for name, ahead := range map[string]time.Duration{
		"an hour": time.Hour, "a day": 24 * time.Hour, "two days less an hour": 47 * time.Hour, "two days": 48 * time.Hour, "a week": 7 * 24 * time.Hour, "ten years": 3652 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := week.open(t)
			a := w.aggregator(t, nil)
			w.days(5)
			w.now = w.now.Truncate(24 * time.Hour).Add(23*time.Hour + 15*time.Minute)
			late := day.Of(w.now) - 2 // the first day of which a receipt is taken
			row := w.row(t, w.before[0])
			w.add(t, late, row)
			right := w.now
			w.now = right.Add(ahead)
			w.right(t, a, manual())
			w.now = right.Add(time.Minute)
			w.add(t, late, row)
			for range 4 { // days with two runs each
				w.right(t, a, manual())
				require.LessOrEqual(t, w.book(t).Through, seal.Due(day.Of(w.now)))
				w.right(t, a, manual())
				w.days(1)
			}
			require.Equal(t, seal.Due(day.Of(w.now)-1), w.sealed(t).Through)
			w.proven(t, a)
		})
	}
}

// TestAClockThatWasAheadAndRunsOnceADay has a run that trusts the clock for the first time on the day that the wrong clock showed.
func TestAClockThatWasAheadAndRunsOnceADay(t *testing.T) {
	w := newWeek(t)
	a := w.aggregator(t, nil)
	w.days(5)
	w.now = w.now.Truncate(24 * time.Hour).Add(23*time.Hour + 15*time.Minute)
	late := day.Of(w.now) - 2
	row := w.row(t, w.before[0])
	w.add(t, late, row)
	right := w.now
	w.now = right.Add(47 * time.Hour)
	w.right(t, a, manual())
	w.now = right.Add(time.Minute)
	w.add(t, late, row)
	for range 4 {
		w.days(1)
		w.right(t, a, manual())
	}
	require.Equal(t, seal.Due(day.Of(w.now)), w.sealed(t).Through)
	w.proven(t, a)
}

// TestAClockThatIsBehind, and stays so, sees what others send and withdraw by the right one.
func TestAClockThatIsBehind(t *testing.T) {
	week := newWeek(t)
	for name, behind := range map[string]int{"a day": 1, "two days": 2, "five days": 5, "ten years": 3652} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := week.open(t)
			a := w.aggregator(t, nil)
			row := w.row(t, w.before[0])
			wrong := func() {
				w.days(-behind)
				w.right(t, a, manual())
				w.days(behind)
			}
			for i := range 5 {
				w.days(1)
				w.add(t, day.Of(w.now)+1, row) // by a server that is a little ahead
				wrong()
				require.NoError(t, w.register.Withdraw(t.Context(), day.Of(w.now), submission.KindResponse, w.before[i]))
				wrong()
				require.LessOrEqual(t, w.book(t).Through, seal.Due(day.Of(w.now)))
			}
			for range 2 {
				w.days(1)
				w.right(t, a, manual())
			}
			require.Equal(t, seal.Due(day.Of(w.now)), w.sealed(t).Through)
			w.proven(t, a)
		})
	}
}

// TestAServerThatIsAheadWhileItMarks puts the mark on a day to come.
func TestAServerThatIsAheadWhileItMarks(t *testing.T) {
	for name, first := range map[string]bool{"withdrawn before a run": false, "a run between the mark and the withdrawal": true} {
		t.Run(name, func(t *testing.T) {
			w := newWeek(t)
			a := w.aggregator(t, nil)
			today := day.Of(w.now)
			if first {
				require.NoError(t, w.Mark(t.Context(), submission.Mark{On: today + 1, Key: w.before[0].Key(submission.KindResponse), Change: submission.Withdrawal}))
				w.right(t, a, manual())
				w.replace(t, w.before[0], submission.Tombstone)
			} else {
				require.NoError(t, w.register.Withdraw(t.Context(), today+1, submission.KindResponse, w.before[0]))
			}
			for range 8 {
				w.right(t, a, manual())
				w.days(1)
			}
			w.proven(t, a)
		})
	}
}
