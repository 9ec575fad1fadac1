package aggregate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign/campaigntest"
)

func TestWhatIsToldOfARun(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	s.respond(t, 20, "before", "RXX", mixed...)
	var a aggregation.Aggregator = s.aggregator(t, nil)
	for _, want := range []aggregation.Outcome{{Release: 1}, {Why: "no figure would change"}} {
		request := fresh()
		want.Run = request.Run
		told, err := a.Aggregate(t.Context(), request)
		require.NoError(t, err)
		require.Equal(t, want, told)
		told, err = a.Outcome(t.Context(), request.Run)
		require.NoError(t, err)
		require.Equal(t, want, told, "and the same later")
	}
	_, err := a.Outcome(t.Context(), "none")
	require.ErrorIs(t, err, aggregation.ErrNoRun)
	wrong := fresh()
	wrong.Corrects = 7
	told, err := a.Aggregate(t.Context(), wrong)
	require.ErrorIs(t, err, aggregation.ErrNoCorrection)
	require.Zero(t, told)
}
