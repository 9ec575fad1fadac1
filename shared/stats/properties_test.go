package stats_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "learningforlife/shared/seeded"
	"learningforlife/shared/stats"
)

// number fails the test for a NaN or an infinity anywhere in what was returned.
func number(t require.TestingT, returned ...any) {
	var walk func(v reflect.Value) bool
	walk = func(v reflect.Value) bool {
		switch v.Kind() {
		case reflect.Float64:
			return v.Float()-v.Float() == 0
		case reflect.Struct:
			for i := range v.NumField() {
				if !walk(v.Field(i)) {
					return false
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				if !walk(v.Index(i)) {
					return false
				}
			}
		}
		return true
	}
	for _, v := range returned {
		if !walk(reflect.ValueOf(v)) {
			require.Fail(t, "not a number", "%+v", returned)
		}
	}
}

// inside fails the test unless low ≤ value ≤ high within the bounds.
func inside(t require.TestingT, value float64, i stats.Interval, least, most float64) {
	if !(least <= i.Low && i.Low <= value && value <= i.High && i.High <= most) {
		require.Fail(t, "outside", "%v in %v", value, i)
	}
}

var yesNo = stats.EvenScale(2)

func binary(weight float64, p stats.Paired, beforeYes, beforeNo, afterYes, afterNo int) stats.Cell {
	return stats.Cell{
		Weight: weight,
		Before: []int{p.NoYes + p.NoNo + beforeNo, p.YesYes + p.YesNo + beforeYes},
		After:  []int{p.YesNo + p.NoNo + afterNo, p.YesYes + p.NoYes + afterYes},
		Pairs:  [][]int{{p.NoNo, p.NoYes}, {p.YesNo, p.YesYes}},
	}
}

// TestEverySmallTable holds that no table of up to 4 in each count leads to a NaN or an infinity.
func TestEverySmallTable(t *testing.T) {
	const most = 4
	for code := range (most + 1) * (most + 1) * (most + 1) * (most + 1) {
		digit := func(i int) int { return code / int(math.Pow(most+1, float64(i))) % (most + 1) }
		p := stats.Paired{YesYes: digit(0), YesNo: digit(1), NoYes: digit(2), NoNo: digit(3)}
		mirror := stats.Paired{YesYes: p.YesYes, YesNo: p.NoYes, NoYes: p.YesNo, NoNo: p.NoNo}
		d, i, ok := p.Change(stats.Z95)
		require.Equal(t, p.N() > 0, ok)
		g, _ := p.CohenG()
		number(t, d, i, g, p.McNemar())
		if m := p.McNemar(); !(m > 0 && m <= 1) || m != mirror.McNemar() {
			t.Fatalf("%+v: p = %v", p, m)
		}
		if ok {
			inside(t, d, i, -1, 1)
			back, j, _ := mirror.Change(stats.Z95)
			require.Equal(t, stats.Interval{Low: -j.High, High: -j.Low}, i, "%+v swapped", p)
			require.Equal(t, d, 0-back)
		}
		table := [][]int{{p.NoNo, p.NoYes}, {p.YesNo, p.YesYes}}
		shift, _ := stats.CompareLinked(table)
		margins, _ := stats.StuartMaxwell(table)
		number(t, shift, margins)

		// The same four as counts of two waves without pairs, and as a wave that consists of pairs.
		s, ok := stats.CompareOrdinal([]int{digit(0), digit(1)}, []int{digit(2), digit(3)})
		logit, some := s.Interval(stats.Z95)
		number(t, s, logit)
		if ok && some {
			inside(t, s.Theta, logit, 0, 1)
		}
		r, _ := stats.Representativity([]int{digit(0), digit(1)}, []int{digit(2), digit(3)})
		number(t, r)
		levels, _ := stats.ShrinkLevels([]int{digit(0), digit(1)}, []int{digit(0) + digit(2), digit(1) + digit(3)})
		number(t, levels)
		deff, effective, _ := stats.Kish([]float64{float64(digit(0)), float64(digit(1)), float64(digit(2))})
		number(t, deff, effective)
		for _, divisor := range []stats.Divisor{stats.Sample, stats.Population} {
			for _, c := range [][]stats.Cell{
				{binary(1, p, 0, 0, 0, 0)},
				{binary(1, stats.Paired{}, digit(0), digit(1), digit(2), digit(3))},
				{binary(2, p, digit(1), digit(2), digit(3), digit(0)), binary(1, mirror, 0, 3, 1, 0)},
			} {
				o, ok := stats.Compare(c, yesNo, yesNo, divisor)
				i, okInterval := o.Interval(stats.Z95)
				deff, _ := o.Before.DesignEffect()
				selection, _ := stats.CompareSelection(c, yesNo, yesNo, divisor)
				clusters, _, _ := stats.ClusterVariance(c, []int{1, 2}[:len(c)], yesNo, yesNo)
				number(t, o, i, deff, selection, clusters)
				require.Equal(t, ok, okInterval)
				if ok {
					inside(t, o.Difference, i, -1, 1)
				}
			}
		}
	}
}

// drawCells draws up to 5 cells with three values, of which some are empty.
func drawCells(t *rapid.T, most int) []stats.Cell {
	cells := make([]stats.Cell, rapid.IntRange(1, 5).Draw(t, "cells"))
	count := rapid.IntRange(0, most)
	for i := range cells {
		c := stats.Cell{
			Weight: float64(rapid.IntRange(0, 1000).Draw(t, "weight")),
			Before: rapid.SliceOfN(count, 3, 3).Draw(t, "before"),
			After:  rapid.SliceOfN(count, 3, 3).Draw(t, "after"),
		}
		for j := range 3 {
			c.Pairs = append(c.Pairs, rapid.SliceOfN(count, 3, 3).Draw(t, "pairs"))
			for k, n := range c.Pairs[j] {
				c.Before[j] += n
				c.After[k] += n
			}
		}
		cells[i] = c
	}
	return cells
}

func swapped(cells []stats.Cell) []stats.Cell {
	back := make([]stats.Cell, len(cells))
	for i, c := range cells {
		back[i] = stats.Cell{Weight: c.Weight, Before: c.After, After: c.Before, Pairs: [][]int{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}}
		for j, row := range c.Pairs {
			for k, n := range row {
				back[i].Pairs[k][j] = n
			}
		}
	}
	return back
}

var three = stats.EvenScale(3)

func TestComparing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := drawCells(t, rapid.SampledFrom([]int{1, 20, 3_000_000 / 6}).Draw(t, "most"))
		o, ok := stats.Compare(cells, three, three, stats.Sample)
		if !ok {
			return
		}
		i, ok := o.Interval(stats.Z95)
		require.True(t, ok)
		inside(t, o.Difference, i, -1, 1)
		number(t, o)

		// Swapping the waves negates the change and its interval.
		back, _ := stats.Compare(swapped(cells), three, three, stats.Sample)
		j, _ := back.Interval(stats.Z95)
		require.Equal(t, o.Difference, 0-back.Difference)
		require.InDelta(t, i.Low, -j.High, 1e-12)
		require.InDelta(t, i.High, -j.Low, 1e-12)
		require.InDelta(t, o.Variance, back.Variance, 1e-12)

		// Cells of nobody add nothing, and the unit of weights is none.
		more := append([]stats.Cell{{Weight: 7, Before: []int{0, 0, 0}, After: []int{1, 2, 3}}}, cells...)
		for k := range more {
			more[k].Weight *= 8
		}
		same, _ := stats.Compare(more, three, three, stats.Sample)
		require.Equal(t, o, same)

		// Without pairs it is Newcombe's interval on the effective sizes.
		for k := range cells {
			cells[k].Pairs = nil
		}
		apart, _ := stats.Compare(cells, three, three, stats.Sample)
		i1, _ := apart.Before.Interval(stats.Z95)
		i2, _ := apart.After.Interval(stats.Z95)
		i, _ = apart.Interval(stats.Z95)
		require.Equal(t, stats.Difference(apart.Before.Mean, i1, apart.After.Mean, i2), i)
		require.Zero(t, apart.Correlation)
		_, ok = stats.CompareSelection(cells, three, three, stats.Sample)
		require.False(t, ok)
	})
}

// TestAProportionalFrameIsNoFrame holds that weights by the sample itself give the plain mean.
func TestAProportionalFrameIsNoFrame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var strata []stats.Stratum
		all, respondents := []int{0, 0, 0}, 0
		for range rapid.IntRange(1, 4).Draw(t, "strata") {
			counts := rapid.SliceOfN(rapid.IntRange(0, 500), 3, 3).Draw(t, "counts")
			n := counts[0] + counts[1] + counts[2]
			strata = append(strata, stats.Stratum{Weight: float64(n) * 3, Counts: counts})
			respondents += n
			for k, n := range counts {
				all[k] += n
			}
		}
		e, ok := stats.Level(strata, three, stats.Sample)
		require.Equal(t, respondents > 0, ok)
		if !ok {
			return
		}
		n, mean := float64(respondents), float64(all[1]+2*all[2])/float64(2*respondents)
		require.InDelta(t, mean, e.Mean, 1e-12)
		require.InDelta(t, n, e.Kish, 1e-6)
		require.Equal(t, respondents, e.N)
		if len(strata) == 1 {
			// The textbook's s²/n by sums of squares, not about the mean.
			v := (float64(all[1])/4 + float64(all[2]) - n*mean*mean) / (n - 1) / n
			if spread := mean * (1 - mean); spread > 1e-9 && v > 1e-12 {
				require.InEpsilon(t, spread/v, e.Effective(), 1e-6)
			}
		}
	})
}

func TestLinearised(t *testing.T) {
	// Not a learner, a learner who disagrees, one who agrees.
	y, l := stats.Scale{0, 0, 1}, stats.Scale{0, 1, 1}
	strata := []stats.Stratum{{Weight: 2, Counts: []int{10, 5, 15}}, {Weight: 1, Counts: []int{20, 20, 0}}}
	z, ok := stats.Linearised(strata, y, l)
	require.True(t, ok)
	e, _ := stats.Level(strata, z, stats.Population)
	require.InDelta(t, (2*0.5)/(2*2./3+0.5), e.Mean, 1e-12)
	// With everybody a learner it is a plain mean.
	strata = []stats.Stratum{{Weight: 1, Counts: []int{0, 30, 70}}}
	z, _ = stats.Linearised(strata, y, l)
	e, _ = stats.Level(strata, z, stats.Population)
	require.InDelta(t, 0.7, e.Mean, 1e-12)
	require.InDelta(t, 0.7*0.3/100, e.Variance, 1e-12)
	_, ok = stats.Linearised([]stats.Stratum{{Weight: 1, Counts: []int{9, 0, 0}}}, y, l)
	require.False(t, ok, "nobody is a learner")
}

func TestClusterVariance(t *testing.T) {
	cells := []stats.Cell{
		{Weight: 1, Before: []int{5, 5}, After: []int{4, 6}},
		{Weight: 1, Before: []int{5, 5}, After: []int{2, 8}},
		{Weight: 2, Before: []int{5, 5}, After: []int{3, 7}},
		{Weight: 9, Before: []int{0, 0}, After: []int{3, 7}},
	}
	// Changes .1, .3 and .2 about .2: u = −.025, .025 and 0.
	v, clusters, ok := stats.ClusterVariance(cells, []int{4, 2, 9, 1}, yesNo, yesNo)
	require.True(t, ok)
	require.Equal(t, 3, clusters)
	require.InDelta(t, 1.5*2*0.025*0.025, v, 1e-15)
	v, clusters, ok = stats.ClusterVariance(cells, []int{4, 4, 9, 1}, yesNo, yesNo)
	require.True(t, ok)
	require.Equal(t, 2, clusters)
	require.InDelta(t, 0, v, 1e-15)
	_, clusters, ok = stats.ClusterVariance(cells, []int{1, 1, 1, 2}, yesNo, yesNo)
	require.False(t, ok, "one organisation only")
	require.Equal(t, 1, clusters)
	// Tables of Student's t.
	for degrees, want := range map[int]float64{1: 12.7062047362, 2: 4.3026527297, 10: 2.2281388520, 201: 1.9718366} {
		q, ok := stats.StudentTwoSided(0.95, degrees)
		require.True(t, ok)
		require.InDelta(t, want, q, 1e-6, "%d degrees", degrees)
	}
	_, ok = stats.StudentTwoSided(0.95, 0)
	require.False(t, ok)
}

// TestThreeMillion holds that nothing overflows at the size of the whole service.
func TestThreeMillion(t *testing.T) {
	const n = 3_000_000
	p := stats.Paired{YesYes: n / 4, YesNo: n / 4, NoYes: n / 4, NoNo: n / 4}
	d, i, ok := p.Change(stats.Z95)
	require.True(t, ok)
	require.Zero(t, d)
	small, j, _ := stats.Paired{YesYes: 750, YesNo: 750, NoYes: 750, NoNo: 750}.Change(stats.Z95)
	require.Zero(t, small)
	require.InEpsilon(t, j.High, i.High*math.Sqrt(1000), 1e-3, "as for 3,000 people, by the root of the size")
	p = stats.Paired{YesYes: n / 2, NoNo: n / 2}
	_, i, _ = p.Change(stats.Z95)
	require.Less(t, i.High, 2e-6, "the two answers are the same person's") // φ is 1 less n/2 over n²/4
	// Against the normal approximation with the same continuity.
	require.InEpsilon(t, math.Erfc(2000/math.Sqrt(n)/math.Sqrt2), stats.SignTest(n/2-1000, n/2+1000), 1e-4)
	require.InDelta(t, 1-math.Sqrt(2/(math.Pi*n))/2, stats.SignTest(n/2, n/2), 1e-9)
	require.Positive(t, stats.SignTest(0, 1000))
	number(t, stats.SignTest(0, n))
	live, ok := stats.BernoulliSequence(n/3, n, 0.05)
	require.True(t, ok)
	inside(t, 1./3, live, 0.331, 0.336)
}

func TestSignTestSumsTheBinomial(t *testing.T) {
	for n := 1; n <= 40; n++ {
		point, cumulated := math.Pow(0.5, float64(n)), 0.0
		for m := 0; 2*m <= n; m++ {
			cumulated += point
			want := 2*cumulated - point
			if 2*m == n {
				want = 1 - point/2
			}
			require.InEpsilon(t, want, stats.SignTest(m, n-m), 1e-12)
			require.Equal(t, stats.SignTest(m, n-m), stats.SignTest(n-m, m))
			point *= float64(n-m) / float64(m+1)
		}
	}
}

func TestSequences(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Float64Range(0.01, 1e6).Draw(t, "n")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		s := min(p*n, n)
		i, ok := stats.BernoulliSequence(s, n, 0.05)
		require.True(t, ok)
		inside(t, s/n, i, 0, 1)
		wilson, _ := stats.Wilson(s/n, n, stats.Z95)
		if n >= 11 && (i.Low > wilson.Low+1e-12 || i.High < wilson.High-1e-12) && s > 1 && n-s > 1 {
			t.Fatalf("%v of %v: watched all along %v, once %v", s, n, i, wilson)
		}
		se := rapid.Float64Range(1e-5, 1).Draw(t, "se")
		half, ok := stats.SequenceHalf(se, 0.0004, 0.05)
		require.True(t, ok)
		require.Greater(t, half, stats.Z95*se)
	})
	i, _ := stats.BernoulliSequence(0, 40, 0.05)
	require.Zero(t, i.Low)
	i, _ = stats.BernoulliSequence(40, 40, 0.05)
	require.Equal(t, 1.0, i.High)
	for _, bad := range [][3]float64{{0, 0, 0.05}, {2, 1, 0.05}, {-1, 1, 0.05}, {1, 2, 0}, {1, 2, 1}, {math.NaN(), 2, 0.05}} {
		_, ok := stats.BernoulliSequence(bad[0], bad[1], bad[2])
		require.False(t, ok, "%v", bad)
	}
	for _, se := range []float64{0, -1, math.NaN(), math.Inf(1), 1e-300} {
		_, ok := stats.SequenceHalf(se, 0.0004, 0.05)
		require.False(t, ok, "%v", se)
	}
}

func TestStuartMaxwellOfSeparateAndEmptyCategories(t *testing.T) {
	two := [][]int{{10, 8}, {3, 20}}
	want, ok := stats.StuartMaxwell(two)
	require.True(t, ok)
	require.InDelta(t, 25./11, want.ChiSquared, 1e-12, "McNemar's (b−c)²/(b+c)")
	require.Equal(t, 1, want.Degrees)
	got, _ := stats.StuartMaxwell([][]int{{10, 0, 8, 0}, {0, 7, 0, 0}, {3, 0, 20, 0}, {0, 0, 0, 0}})
	require.Equal(t, want, got, "categories that nobody left or came to")
	apart, _ := stats.StuartMaxwell([][]int{{0, 8, 0, 0}, {3, 0, 0, 0}, {0, 0, 0, 8}, {0, 0, 3, 0}})
	require.InDelta(t, 50./11, apart.ChiSquared, 1e-12)
	require.Equal(t, 2, apart.Degrees)
	_, ok = stats.StuartMaxwell([][]int{{4, 0}, {0, 5}})
	require.False(t, ok, "nobody moved")
	_, ok = stats.StuartMaxwell([][]int{{4, 0}, {0}})
	require.False(t, ok)
}

func TestMultiplicity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		holm, ok1 := stats.Holm(p)
		bh, ok2 := stats.BenjaminiHochberg(p)
		require.True(t, ok1 && ok2)
		for i := range p {
			require.True(t, p[i] <= bh[i]*(1+1e-15) && bh[i] <= holm[i]*(1+1e-15) && holm[i] <= 1)
			for j := range p {
				if p[i] < p[j] {
					require.True(t, holm[i] <= holm[j] && bh[i] <= bh[j])
				}
			}
		}
	})
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		_, ok := stats.Holm([]float64{0.5, bad})
		require.False(t, ok)
		_, ok = stats.BenjaminiHochberg([]float64{bad})
		require.False(t, ok)
	}
	p, ok := stats.Exceedance(5, 3, 1)
	require.True(t, ok)
	require.InDelta(t, 0.0227501319, p, 1e-9)
	_, ok = stats.Exceedance(5, 3, 0)
	require.False(t, ok)
}

func TestFunnel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := make([]stats.Unit, rapid.IntRange(0, 12).Draw(t, "units"))
		for i := range units {
			n := rapid.IntRange(1, 5000).Draw(t, "n")
			units[i] = stats.Unit{Value: float64(rapid.IntRange(0, n).Draw(t, "yes")) / float64(n), Size: float64(n)}
		}
		f, ok := stats.NewFunnel(units, 0.1)
		require.Equal(t, len(units) >= 2, ok)
		number(t, f)
		for i := range f.Z {
			inside(t, f.Target, f.Limits(i, stats.Z95), -1e-15, 1+1e-15)
			wide := f.Limits(i, stats.Z998)
			number(t, wide)
			require.False(t, f.Outside(i, stats.Z998) && wide.Low <= units[i].Value && units[i].Value <= wide.High)
		}
	})
	for _, bad := range []stats.Unit{{Value: 1.1, Size: 9}, {Value: 0.5}, {Value: math.NaN(), Size: 9}, {Value: 0.5, Size: math.Inf(1)}} {
		_, ok := stats.NewFunnel([]stats.Unit{{Value: 0.5, Size: 10}, bad}, 0.1)
		require.False(t, ok, "%v", bad)
	}
}

func TestShrinking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(2, 8).Draw(t, "units")
		yes, n := make([]int, count), make([]int, count)
		estimates, variances := make([]float64, count), make([]float64, count)
		for i := range count {
			n[i] = rapid.IntRange(0, 400).Draw(t, "n")
			yes[i] = rapid.IntRange(0, n[i]).Draw(t, "yes")
			estimates[i] = rapid.Float64Range(-1, 1).Draw(t, "change")
			variances[i] = rapid.Float64Range(1e-6, 1).Draw(t, "variance")
		}
		levels, ok := stats.ShrinkLevels(yes, n)
		number(t, levels)
		for i, unit := range levels.Units {
			inside(t, unit.Mean, stats.Interval{Low: min(unit.Low, unit.Mean), High: max(unit.High, unit.Mean)}, 0, 1)
			require.LessOrEqual(t, unit.Low, unit.High)
			if n[i] > 0 { // between its own value and all units'
				own := float64(yes[i]) / float64(n[i])
				require.True(t, min(own, levels.Mu)-1e-12 <= unit.Mean && unit.Mean <= max(own, levels.Mu)+1e-12)
			}
		}
		require.Equal(t, ok, levels.Units != nil)

		changes, ok := stats.ShrinkChanges(estimates, variances)
		require.True(t, ok)
		number(t, changes)
		for i, unit := range changes.Units {
			require.True(t, unit.Low <= unit.Mean && unit.Mean <= unit.High)
			require.True(t, min(estimates[i], changes.Mu)-1e-12 <= unit.Mean && unit.Mean <= max(estimates[i], changes.Mu)+1e-12)
		}
	})

	alike, ok := stats.ShrinkLevels([]int{5, 10, 50}, []int{10, 20, 100})
	require.True(t, ok)
	require.True(t, alike.One)
	require.Equal(t, stats.Shrunk{Mean: 0.5, Low: 0.5, High: 0.5}, alike.Units[0])
	_, ok = stats.ShrinkLevels([]int{0, 10}, []int{10, 10})
	require.False(t, ok, "all or nothing")
	_, ok = stats.ShrinkLevels([]int{3, 0}, []int{10, 0})
	require.False(t, ok, "one unit")
	_, ok = stats.ShrinkLevels([]int{11, 0}, []int{10, 5})
	require.False(t, ok)

	// Two with the same variance: Q = (d1−d2)²/2v, τ² = (Q−1)·v.
	changes, ok := stats.ShrinkChanges([]float64{0, 0.4}, []float64{0.01, 0.01})
	require.True(t, ok)
	require.InDelta(t, 0.07, changes.Between, 1e-12)
	require.InDelta(t, 0.2, changes.Mu, 1e-12)
	require.InDelta(t, 0.2-0.2*7./8, changes.Units[0].Mean, 1e-12)
	_, ok = stats.ShrinkChanges([]float64{0, 0.4}, []float64{0.01, 0})
	require.False(t, ok)
}

func TestRepresentativityOfLikeGroups(t *testing.T) {
	r, ok := stats.Representativity([]int{100, 200, 0}, []int{30, 60, 0})
	require.True(t, ok)
	require.InDelta(t, 1, r.R, 1e-12)
	require.InDelta(t, 0, r.Variation, 1e-12)
	require.Len(t, r.Partial, 3)
	_, ok = stats.Representativity([]int{100, 200}, []int{0, 0})
	require.False(t, ok, "nobody answered")
	_, ok = stats.Representativity(nil, nil)
	require.False(t, ok)
}

func TestTwoSided(t *testing.T) {
	z, ok := stats.TwoSided(0.95)
	require.True(t, ok)
	require.InDelta(t, stats.Z95, z, 1e-14)
	for _, level := range []float64{0, 1, -1, math.NaN()} {
		_, ok := stats.TwoSided(level)
		require.False(t, ok)
	}
	for _, z := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, ok := stats.Wilson(0.5, 10, z)
		require.False(t, ok, "%v", z)
	}
}
