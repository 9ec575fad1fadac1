package method_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/method"
)

func TestLeast(t *testing.T) {
	c := campaigntest.Load(t)
	staff, part, board := c.Groups[c.Group("all")], c.Groups[c.Group("bands_5_7")], c.Groups[c.Group("board")]
	for _, row := range []struct {
		level campaign.Level
		group campaign.Group
		want  int
	}{
		{campaign.Nation, staff, 100},
		{campaign.Nation, part, 100},
		{campaign.Region, staff, 100},
		{campaign.Type, staff, 100},
		{campaign.Organisation, staff, 30},
		{campaign.Nation, board, 50},
		{campaign.Region, board, 50},
	} {
		require.Equal(t, row.want, method.Least(row.level, row.group), "%s, %s", row.level, row.group.ID)
	}
}

// TestTheRulesOfARelease: each number stands under its own name, whatever order the fields are in.
func TestTheRulesOfARelease(t *testing.T) {
	got, err := json.Marshal(method.Numbers())
	require.NoError(t, err)
	require.JSONEq(t, `{"peopleUnit": 5, "fineFrom": 400, "coarse": 1, "fine": 0.1, "step": 0.05, "coverageUnit": 0.01, "forgiven": 1e-9,
		"nearExtreme": 3, "boundStep": 5, "boundMost": 95, "intervalZ": 1.96, "sequenceAlpha": 0.05, "familyAlpha": 0.025,
		"likely": 0.8, "unlikely": 0.2, "settleZ": 0.8416, "settleMost": 100000, "leastCoverage": 0.6, "selectionZ": 2.64,
		"least": {"nation": 100, "region": 100, "type": 100, "organisation": 30, "apart": 50}}`, string(got))
}
