package e2e

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/infra"
	"learningforlife/infra/infratest"
	"learningforlife/scripts/internal/simulation"
)

var dynamoStaff = flag.Int("dynamo.staff", 300, "how many people are simulated over DynamoDB's protocol")

// TestCampaignOverDynamoDB plays a whole campaign to a server whose store is
// behind DynamoDB's protocol, and counts what it left there.
func TestCampaignOverDynamoDB(t *testing.T) {
	api, endpoint := infratest.Client(t), infratest.Endpoint(t)
	tables, err := infra.Tables(infratest.Template(t), infra.LocalPrefix)
	require.NoError(t, err)
	require.NoError(t, infra.Create(t.Context(), api, tables))

	s := start(t, "", "-endpoint", endpoint)
	result, err := simulation.Run(t.Context(), simulated(t, s, *dynamoStaff, 3))
	require.NoError(t, err)
	require.Zero(t, result.Violations.Count, result.Violations.First)
	s.stop(t)

	want, err := result.Expected(t.Context())
	require.NoError(t, err)
	report, status := recounted(t, "-endpoint", endpoint)
	require.Zero(t, status)
	require.True(t, report.Equal)
	require.Equal(t, want, report.Recount)
}
