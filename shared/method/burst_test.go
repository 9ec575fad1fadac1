package method_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/method"
)

// TestBurst: more than the greater of 500 and a tenth of the staff.
func TestBurst(t *testing.T) {
	for _, row := range []struct {
		responses, staff int
		want             bool
	}{
		{500, 0, false}, {501, 0, true},
		{500, 11, false}, {501, 11, true},
		{501, 5000, true}, {501, 5009, true}, {501, 5010, false}, {502, 5010, true},
		{1800, 18_000, false}, {1801, 18_000, true},
		{1800, 18_009, false}, {1801, 18_009, true}, {1801, 18_010, false},
	} {
		require.Equal(t, row.want, method.Burst(row.responses, row.staff), "%d of %d", row.responses, row.staff)
	}
}
