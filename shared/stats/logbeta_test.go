package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
)

// TestLogBetaIsStable holds it to an identity that differences of large log-gammas
// break: B(a+1, b)/B(a, b) = a/(a+b).
func TestLogBetaIsStable(t *testing.T) {
	worst, naive := 0.0, 0.0
	for _, a := range []float64{0.5, 3, 9.9, 10, 123.5, 1e4, 1e6, 3e6, 1e8} {
		for _, b := range []float64{0.5, 7, 10, 11, 1e3, 1e6, 1e8} {
			require.Equal(t, logBeta(a, b), logBeta(b, a))
			want := math.Log(a / (a + b))
			scale := 1 + math.Abs(logBeta(a, b))
			worst = max(worst, math.Abs(logBeta(a+1, b)-logBeta(a, b)-want)/scale)
			naive = max(naive, math.Abs(mathext.Lbeta(a+1, b)-mathext.Lbeta(a, b)-want)/scale)
		}
	}
	require.Less(t, worst, 1e-14)
	require.Greater(t, naive, 1e-9, "gonum's is as good: use it")
	require.InDelta(t, math.Log(math.Pi), logBeta(0.5, 0.5), 1e-15)
}

// TestTheInverseBetaIsAccurate holds gonum's quantiles to its own distribution, at sizes of a service.
func TestTheInverseBetaIsAccurate(t *testing.T) {
	for _, a := range []float64{0.01, 0.5, 8, 300, 2e4} {
		for _, b := range []float64{0.5, 12, 5e3, 1e5} {
			for _, p := range []float64{0.025, 0.975} {
				q := mathext.InvRegIncBeta(a, b, p)
				require.InDelta(t, p, mathext.RegIncBeta(a, b, q), 1e-6, "%v %v", a, b)
			}
		}
	}
}
