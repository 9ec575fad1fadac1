package method_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/method"
)

func TestStatusesAndTheOrderInWhichTheyAreDecided(t *testing.T) {
	require.Equal(t, []string{"achieved", "on_track", "too_close_to_call", "off_track", "not_enough_data"}, method.Statuses)
	require.Equal(t, []method.Ruling{
		{Finding: "too_few", Status: "not_enough_data"},
		{Finding: "surely_reached", Status: "achieved"},
		{Finding: "surely_missed", Status: "off_track"},
		{Finding: "too_wide", Status: "not_enough_data"},
		{Finding: "likely_reached", Status: "on_track"},
		{Finding: "likely_missed", Status: "off_track"},
		{Finding: "open", Status: "too_close_to_call"},
	}, method.Rulings)
}
