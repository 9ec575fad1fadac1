package disclosure

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFractionsRoundExactly(t *testing.T) {
	for _, c := range []struct {
		numerator, denominator int64
		unit, want             float64
	}{
		{100 * 1, 8, 1, 13}, // 12.5: halves go away from zero
		{-100 * 1, 8, 1, -13},
		{100 * 1, 8, 0.1, 12.5},
		{100 * 1, 3, 1, 33},
		{100 * 2, 3, 0.1, 66.7},
		{-100 * 2, 3, 0.1, -66.7},
		{0, 7, 1, 0},
		{1005, 1000, 0.1, 1}, // 1.005 stays below 1.05
		{1050, 1000, 0.1, 1.1},
		{-1050, 1000, 0.1, -1.1},
		{1049, 1000, 0.1, 1},
	} {
		require.Equal(t, c.want, fraction{c.numerator, c.denominator}.round(c.unit), "%d/%d", c.numerator, c.denominator)
	}
}

func TestLimitsRoundOutward(t *testing.T) {
	require.Equal(t, 35.0, outward(math.Floor, 35.99, 1))
	require.Equal(t, 35.9, outward(math.Floor, 35.99, 0.1))
	require.Equal(t, 36.0, outward(math.Floor, 36-1e-12, 1), "a whole number but for the last bit")
	require.Equal(t, 36.0, outward(math.Ceil, 36+1e-12, 1))
	require.Equal(t, 37.0, outward(math.Ceil, 36.01, 1))
	require.Equal(t, -4.2, outward(math.Floor, -4.11, 0.1))
	require.Equal(t, 0.0, outward(math.Floor, 0, 1))
	require.False(t, math.Signbit(outward(math.Ceil, -0.4, 1)), "never −0")
}

func TestPeopleRoundToFive(t *testing.T) {
	for n, want := range map[int]int{0: 0, 11: 10, 12: 10, 13: 15, 17: 15, 18: 20, 397: 395, 398: 400} {
		require.Equal(t, want, toFive(n))
	}
	require.Equal(t, 1.0, unitFor(toFive(397)))
	require.Equal(t, 0.1, unitFor(toFive(398)))
}
