package aggregation_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregation"
)

func TestIDsSortByTime(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 5e6, time.FixedZone("", 3600))
	require.Equal(t, "20261122T110000.005Z", aggregation.ID(noon, ""))
	require.Equal(t, "20261122T110000.005Z-a", aggregation.ID(noon, "a"))
	require.Less(t, aggregation.ID(noon, "z"), aggregation.ID(noon.Add(time.Millisecond), ""))
}

func TestIDsDiffer(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }
	first, err := aggregation.IDs(now, bytes.NewReader([]byte("process1")))
	require.NoError(t, err)
	second, err := aggregation.IDs(now, bytes.NewReader([]byte("process2")))
	require.NoError(t, err)
	ids := []string{first(), first(), second()}
	require.Equal(t, "20261122T120000.000Z-70726f6365737331-1", ids[0])
	require.NotEqual(t, ids[0], ids[1])
	require.NotEqual(t, ids[0], ids[2])

	_, err = aggregation.IDs(now, bytes.NewReader([]byte("short")))
	require.ErrorContains(t, err, "naming the process")
}
