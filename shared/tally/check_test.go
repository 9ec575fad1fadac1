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
		"a pledge too many":     func(t *Tally) { t.counts[len(t.counts)-1]++ },
		"a response lost":       func(t *Tally) { t.Totals.Responses[0]++ },
		"a pledge lost":         func(t *Tally) { t.read.pledges++ },
		"superseded twice":      func(t *Tally) { t.Totals.Superseded++ },
		"quarantined, counted":  func(t *Tally) { t.Totals.Quarantined++ },
		"read and in no batch":  func(t *Tally) { t.read.responses++ },
	} {
		counted, err := Resolve([]*Counter{layout.Counter()})
		require.NoError(t, err)
		spoil(counted)
		require.ErrorIs(t, counted.check(), ErrTotals, name)
	}
}
