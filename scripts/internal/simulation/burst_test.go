package simulation

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
)

// TestABurstIsInNoTruth: what the server would hold back is no part of what its figures are compared with.
func TestABurstIsInNoTruth(t *testing.T) {
	c := campaigntest.Trusts(t, "RXA,A,acute,London,,\nRXB,B,acute,London,,\n", "", "RXA,4000\nRXB,1000\n")
	result, _ := played(t, c, 1, 1000) // some 800 of the first trust in each survey, nine in ten of them on one day
	expected, err := result.Expected(t.Context())
	require.NoError(t, err)
	require.Greater(t, expected.Quarantined, 2*500)
	counted := map[string]int{}
	for _, item := range result.counted() {
		counted[item.Response.Organisation]++
	}
	require.Equal(t, expected.Responses["before"]+expected.Responses["after"],
		counted["RXA"]+counted["RXB"]+expected.Superseded+expected.Quarantined)
	require.Less(t, counted["RXA"], counted["RXB"], "of the first trust only those with receipts of the days around are left")
}
