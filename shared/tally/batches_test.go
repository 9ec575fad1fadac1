package tally_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// TestWhatIsHeldBackTakesNoPart: of linked responses and their rivals, those of a held batch neither name, nor are named, nor count.
func TestWhatIsHeldBackTakesNoPart(t *testing.T) {
	c, layout := fewTrusts(t)
	receipt := func(on string, n byte) submission.Key {
		r, err := submission.Mint(day.Must(on), bytes.NewReader(bytes.Repeat([]byte{n}, 16)))
		require.NoError(t, err)
		return r.Key(submission.KindResponse)
	}
	response := func(key submission.Key, wave int, organisation string, names submission.Link) item {
		s := submission.Response{Wave: wave, Organisation: organisation, Answers: make([]int, len(c.Questions)), Before: names}
		s.Answers[c.Question("A1")] = 1
		return item{key, s.Pack(c)}
	}
	baseline, followUp := c.Baseline(), c.FollowUp()
	first := receipt("2026-11-20", 1)
	before := response(first, baseline, "RXX", submission.Link{})
	early := response(receipt("2026-11-21", 2), followUp, "RXX", first.Link()) // the least of those that name the first
	late := response(receipt("2026-11-22", 3), followUp, "RXX", first.Link())
	elsewhere := response(receipt("2026-11-20", 4), followUp, "RXX", submission.Link{}) // the first's day, and another wave
	items := []item{before, early, late, elsewhere}
	batch := func(on string, wave int) tally.Batch {
		return tally.Batch{Day: day.Must(on), Organisation: c.Organisations.Index("RXX"), Wave: wave}
	}
	for _, test := range []struct {
		name                            string
		held                            []tally.Batch
		superseded, quarantined, paired int
		before, after                   int // counted
	}{
		{"nothing", nil, 1, 0, 1, 1, 2},
		{"the one named", []tally.Batch{batch("2026-11-20", baseline)}, 1, 1, 0, 0, 2},
		{"the least that names it", []tally.Batch{batch("2026-11-21", followUp)}, 0, 1, 1, 1, 2},
		{"the other that names it", []tally.Batch{batch("2026-11-22", followUp)}, 0, 1, 1, 1, 2},
		{"both that name it", []tally.Batch{batch("2026-11-22", followUp), batch("2026-11-21", followUp)}, 0, 2, 0, 1, 1},
		{"another wave of its day", []tally.Batch{batch("2026-11-20", followUp)}, 1, 1, 1, 1, 1},
		{"a day without any", []tally.Batch{batch("2026-11-23", baseline)}, 1, 0, 1, 1, 2},
		{"the same twice", []tally.Batch{batch("2026-11-20", baseline), batch("2026-11-20", baseline)}, 1, 1, 0, 0, 2},
		{"everything", []tally.Batch{batch("2026-11-20", baseline), batch("2026-11-20", followUp), batch("2026-11-21", followUp), batch("2026-11-22", followUp)}, 0, 4, 0, 0, 0},
	} {
		for counters := 1; counters <= 3; counters++ {
			t.Run(fmt.Sprintf("%s, by %d", test.name, counters), func(t *testing.T) {
				got := count(t, layout, items, counters, test.held...)
				require.Equal(t, tally.Totals{Responses: []int{1, 3}, Superseded: test.superseded, Quarantined: test.quarantined, Pairs: test.paired}, got.Totals)
				at := c.Organisations.Index("RXX")
				require.Equal(t, test.before, got.Respondents(at, 0, 0, baseline))
				require.Equal(t, test.after, got.Respondents(at, 0, 0, followUp))
				require.Equal(t, []tally.Received{{batch("2026-11-20", baseline), 1}, {batch("2026-11-20", followUp), 1},
					{batch("2026-11-21", followUp), 1}, {batch("2026-11-22", followUp), 1}},
					got.Received(func(tally.Received) bool { return true }), "it was received all the same")
			})
		}
	}
}
