package tally

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
)

// TestTotalsThatDoNotAgree: a count that is off by one anywhere is found.
func TestTotalsThatDoNotAgree(t *testing.T) {
	layout, err := NewLayout(campaigntest.FewTrusts(t))
	require.NoError(t, err)
	table := layout.asked[0][0]
	for name, spoil := range map[string]func(*Tally){
		"a respondent too many": func(t *Tally) { t.counts[0]++ },
		"an answer too many":    func(t *Tally) { t.counts[layout.Tables[table].offset]++ },
		"a pledge too many":     func(t *Tally) { t.pledges[0]++ },
		"a response lost":       func(t *Tally) { t.Totals.Responses[0]++ },
		"a pledge lost":         func(t *Tally) { t.Totals.Pledges++ },
		"superseded twice":      func(t *Tally) { t.Totals.Superseded++ },
		"quarantined, counted":  func(t *Tally) { t.Totals.Quarantined, t.Totals.Superseded = 1, -1 },
		"in no batch":           func(t *Tally) { t.Totals.Responses[0], t.Totals.Superseded = 1, 1 },
		"a batch too large":     func(t *Tally) { layout.daily(&t.batches, 1).counts[0]++ },
	} {
		counted, err := Resolve([]*Counter{layout.Counter()})
		require.NoError(t, err)
		spoil(counted)
		require.ErrorIs(t, counted.check(), ErrTotals, name)
	}
}
