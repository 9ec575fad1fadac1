package figures

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/stats"
)

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		respondents       int
		value             float64
		offTop, offBottom int
		kind              string
		want              float64
	}{
		// 5⌊20 − 60/n⌋ by hand: 10 → 70, 15 → 80, 20 → 85, 30 → 90, 60 → 95, 1000 → 95
		{10, 1, 0, 11, atLeast, 70},
		{15, 1, 0, 15, atLeast, 80},
		{20, 1, 0, 20, atLeast, 85},
		{30, 0.98, 1, 30, atLeast, 90},
		{55, 1, 2, 55, atLeast, 90},
		{60, 1, 2, 60, atLeast, 95},
		{1000, 0.999, 2, 1000, atLeast, 95},
		{60, 0.94, 2, 60, atLeast, 90}, // 5⌊94/5⌋
		{60, 0.9, 2, 60, atLeast, 90},  // 90 exactly
		{60, 0.3, 2, 60, atLeast, 30},  // two who weigh a lot
		{60, 0.002, 2, 60, atLeast, 0}, //
		{1000, 1, 3, 1000, "", 0},      // three are enough to be shown
		{10, 0, 11, 0, atMost, 30},     //
		{60, 0.01, 60, 2, atMost, 5},   //
		{60, 0.07, 60, 1, atMost, 10},  // 100 − 5⌊93/5⌋
		{1000, 0.001, 1000, 2, atMost, 5},
		{60, 0.5, 2, 2, atLeast, 50}, // both: at least
		{1000, 0.5, 500, 500, "", 0},
	} {
		kind, value, ok := bound(&score.Level{OffTop: c.offTop, OffBottom: c.offBottom, Value: score.Value{Float: c.value}}, c.respondents)
		require.Equal(t, c.kind != "", ok, "%+v", c)
		require.Equal(t, c.kind, kind, "%+v", c)
		require.Equal(t, c.want, value, "%+v", c)
	}
}

func TestEffectiveSizesRoundDownToFiveAndAreFiveAtLeast(t *testing.T) {
	for n, want := range map[float64]int{0: 5, 0.3: 5, 4.999: 5, 5: 5, 9.99: 5, 10: 10, 10 - 1e-10: 10, 38.95: 35, 1234: 1230} {
		require.Equal(t, want, *effective(n), "%v", n)
	}
}

func TestAWave(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	require.Equal(t, release.Wave{}, wave(c, nil))
	s := scored(t, [2][2]int{{5, 10}, {20, 40}})
	require.Equal(t, release.Wave{}, wave(c, s.Waves[score.Before]), "ten people")
	w := wave(c, s.Waves[score.After])
	require.Equal(t, 40, *w.Respondents)
	require.Equal(t, 50.0, *w.Value)
	require.Nil(t, w.Bound)
	// ¼/(¼/39 + .01²/12) is 38.95; without what rounding adds it would be 39.
	require.Equal(t, 35, *w.Effective)

	// From 400 printed people on a value has one decimal, and rounding adds less: ¼/(¼/399 + .001²/12) = 398.9….
	w = wave(c, scored(t, [2][2]int{{200, 400}, {200, 400}}).Waves[0])
	require.Equal(t, 395, *w.Effective)
	w = wave(c, scored(t, [2][2]int{{199, 397}, {133, 398}}).Waves[0])
	require.Equal(t, 50.0, *w.Value)
	w = wave(c, scored(t, [2][2]int{{199, 397}, {133, 398}}).Waves[1])
	require.Equal(t, 33.4, *w.Value)

	// Nearly everybody: the effective size is what the weights leave.
	w = wave(c, scored(t, [2][2]int{{39, 41}, {2, 41}}).Waves[0])
	require.Equal(t, []any{atLeast, 90.0, 40}, []any{*w.Bound, *w.Value, *w.Effective})
	w = wave(c, scored(t, [2][2]int{{39, 41}, {2, 41}}).Waves[1])
	require.Equal(t, []any{atMost, 10.0, 40}, []any{*w.Bound, *w.Value, *w.Effective})

	// A value that rounds to 100 is shown like any other.
	w = wave(c, scored(t, [2][2]int{{390, 393}, {1, 2}}).Waves[0])
	require.Equal(t, 99.0, *w.Value)
}

// shown is a wave with a value, an effective size and as many respondents.
func shown(value float64, n int) release.Wave {
	return release.Wave{Value: &value, Respondents: &n, Effective: ptr(n)}
}

func TestThereIsNoChangeWithoutTwoValues(t *testing.T) {
	round := &rounding{Campaign: campaigntest.FewTrusts(t)}
	ch := scored(t, [2][2]int{{20, 40}, {30, 40}}).Change
	bounded := shown(95, 40)
	bounded.Bound = ptr(atLeast)
	require.Nil(t, round.change(shown(50, 40), shown(75, 40), nil, false))
	require.Nil(t, round.change(release.Wave{}, shown(75, 40), ch, false))
	require.Nil(t, round.change(shown(50, 40), release.Wave{}, ch, false))
	require.Nil(t, round.change(bounded, shown(75, 40), ch, false))
	require.Nil(t, round.change(shown(50, 40), bounded, ch, false))
	require.Equal(t, 25.0, round.change(shown(50, 40), shown(75, 40), ch, false).Value)
}

func TestAChangeIsRounded(t *testing.T) {
	round := &rounding{Campaign: campaigntest.FewTrusts(t)}
	differs := true
	ch := scored(t, [2][2]int{{200, 401}, {300, 500}}).Change // 10.12… points
	ch.Correlation, ch.Pairs, ch.Selection, ch.Coverage = 0.349, 13, &differs, ptr(0.5999)
	r := round.change(shown(50, 400), shown(60, 500), ch, false)
	require.Equal(t, []any{10.1, 0.3, 15, true, 0.59}, []any{r.Value, *r.Rho, *r.Pairs, *r.Selection, *r.Coverage})
	require.Equal(t, 10.0, round.change(shown(50, 395), shown(60, 500), ch, false).Value, "the coarser unit")
	ch.Pairs, ch.Correlation = 10, -0.01
	r = round.change(shown(50, 400), shown(60, 500), ch, false)
	require.Nil(t, r.Pairs, "ten are too few to be told")
	require.Equal(t, -0.05, *r.Rho)
	ch.Variance = 1
	require.Greater(t, *round.change(shown(50, 400), shown(60, 500), ch, false).Widening, 1.0)
	require.Equal(t, 1.0, *round.change(shown(50, 400), shown(60, 500), ch, true).Widening, "a board's is not widened")
}

// TestWidening: released are two halves on 100, so V′ = ¼/100·2·(1−ρ).
func TestWidening(t *testing.T) {
	for _, c := range []struct {
		name   string
		rho    float64
		change score.Change
		want   float64
	}{
		{"as precise as what is released", 0, score.Change{Variance: 0.005}, 1},
		{"more precise", 0, score.Change{Variance: 0.001}, 1},
		{"twice the variance: 1.414…", 0, score.Change{Variance: 0.01}, 1.45},
		{"with a correlation: 2", 0.5, score.Change{Variance: 0.01}, 2},
		{"one organisation", 0, score.Change{Variance: 0.005, ClusterVariance: 1, Clusters: 1}, 1},
		// t on one degree of freedom is 12.706: 12.706/1.96 = 6.48…
		{"two organisations", 0, score.Change{Variance: 0.005, ClusterVariance: 0.005, Clusters: 2}, 6.5},
		// t on 200 degrees is 1.972: 1.0061…
		{"many organisations", 0, score.Change{Variance: 0.005, ClusterVariance: 0.005, Clusters: 201}, 1.05},
		{"organisations that are alike", 0, score.Change{Variance: 0.005, ClusterVariance: 0.0001, Clusters: 30}, 1},
	} {
		require.Equal(t, c.want, new(rounding).widening(shown(50, 100), shown(50, 100), c.rho, &c.change), c.name)
	}
	require.Equal(t, 1.0, new(rounding).widening(shown(100, 100), shown(0, 100), 0, &score.Change{Variance: 0.1}), "both at an extreme")
	require.False(t, math.IsInf(new(rounding).widening(shown(100, 100), shown(50, 100), 0, &score.Change{Variance: 0.1}), 0))
}

// TestMover: with no pairs and no widening it is Newcombe's interval of two independent values on their effective
// sizes, and swapping the waves negates it.
func TestMover(t *testing.T) {
	for _, n := range []int{5, 30, 400} {
		for before := 0.0; before <= 100; before += 10 {
			for after := 0.0; after <= 100; after += 12.5 {
				i1, _ := stats.Wilson(before/100, float64(n), stats.Z95)
				i2, _ := stats.Wilson(after/100, float64(2*n), stats.Z95)
				want := stats.Difference(before/100, i1, after/100, i2)
				c := &release.Change{Value: after - before, Rho: ptr(0.0), Widening: ptr(1.0)}
				got := mover(shown(before, n), shown(after, 2*n), c, stats.Z95)
				require.InDelta(t, 100*want.Low, max(got.Low, -100), 1e-9)
				require.InDelta(t, 100*want.High, min(got.High, 100), 1e-9)

				for _, rho := range []float64{-0.35, 0.6, 1} {
					c.Rho, c.Widening = &rho, ptr(1.3)
					one := mover(shown(before, n), shown(after, 2*n), c, stats.Z95)
					back := &release.Change{Value: before - after, Rho: &rho, Widening: c.Widening}
					other := mover(shown(after, 2*n), shown(before, n), back, stats.Z95)
					require.Equal(t, one, stats.Interval{Low: -other.High, High: -other.Low})
					require.True(t, one.Low <= c.Value && c.Value <= one.High)
				}
			}
		}
	}
}
