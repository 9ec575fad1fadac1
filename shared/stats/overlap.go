package stats

import (
	"math"
	"slices"
)

// Scale gives the value of each category of an answer.
type Scale []float64

// EvenScale has n categories from 0 to 1 in equal steps: no and yes for 2, and 0, ½
// and 1 for 3. It is nil for fewer than 2.
func EvenScale(n int) Scale {
	if n < 2 {
		return nil
	}
	scale := make(Scale, n)
	for k := range scale {
		scale[k] = float64(k) / float64(n-1)
	}
	return scale
}

// Divisor is what a sum of squares about the mean of n values is divided by.
type Divisor int

// The two divisors in use. Scores take Sample.
const (
	Sample     Divisor = iota // n−1; a single value then has variance 0
	Population                // n
)

func (d Divisor) of(n float64) float64 {
	if d == Sample {
		return n - 1
	}
	return n
}

// Stratum is a weighting cell: the people of one wave whose answers weigh the same.
type Stratum struct {
	Weight float64 // ≥ 0; its share of the population, in any unit: weights are divided by their sum
	Counts []int   // respondents by category, as many as the scale has
}

// Estimate is the mean of a wave.
type Estimate struct {
	Mean     float64 // on the scale's units
	Variance float64 // of the mean, by strata
	Floor    float64 // s²/2n with s² the unweighted variance of all values on n−1: what Effective takes at least
	N        int     // respondents
	Kish     float64 // (Σw)²/Σw² over respondents, the effective size that weights alone leave
}

// Effective is the size of a simple random sample as precise as the estimate:
// p(1−p)/v with v = max(Variance, Floor). It may exceed N for values between 0 and 1.
// Where p is 0 or 1 (or outside), or v is 0, it is Kish: a sample without spread tells nothing of its precision.
//
// Source: Franco, Little, Louis and Slud (2019), J. Surv. Stat. Methodol. 7, 334–364.
func (e Estimate) Effective() float64 {
	v := max(e.Variance, e.Floor)
	if spread := e.Mean * (1 - e.Mean); spread > 0 && v > 0 {
		return spread / v
	}
	return e.Kish
}

// DesignEffect is Kish's: n·Σw²/(Σw)², at least 1 but for rounding. It reports
// false for the estimate of nobody.
func (e Estimate) DesignEffect() (float64, bool) {
	if !(e.Kish > 0) {
		return 0, false
	}
	return float64(e.N) / e.Kish, true
}

// Interval is the Wilson interval of the mean on the effective size, at z
// standard errors. It reports false for a mean outside [0, 1].
func (e Estimate) Interval(z float64) (Interval, bool) { return Wilson(e.Mean, e.Effective(), z) }

// sample is what the counts of a stratum say of its values.
type sample struct{ n, mean, squares float64 }

// summarise reports false for no respondents, and for counts that do not fit the scale.
func summarise(counts []int, scale Scale) (sample, bool) {
	if len(counts) != len(scale) {
		return sample{}, false
	}
	var s sample
	for k, count := range counts {
		s.n += float64(count)
		s.mean += float64(count) * scale[k]
	}
	if !(s.n > 0) {
		return sample{}, false
	}
	s.mean /= s.n
	for k, count := range counts {
		s.squares += float64(count) * (scale[k] - s.mean) * (scale[k] - s.mean)
	}
	return s, true
}

// variance is that of the mean, 0 for a single value on n−1.
func (s sample) variance(d Divisor) float64 {
	if !(d.of(s.n) > 0) {
		return 0
	}
	return s.squares / d.of(s.n) / s.n
}

// weighed is a stratum summarised.
type weighed struct {
	sample
	weight float64
}

// wave is what strata are added up to.
type wave struct {
	parts  []weighed
	weight float64
}

func newWave(strata int) wave { return wave{parts: make([]weighed, 0, strata)} }

func (w *wave) add(s sample, weight float64) {
	w.parts = append(w.parts, weighed{s, weight})
	w.weight += weight
}

// Level is the weighted mean of a wave: p = ΣW_h·p_h and v = ΣW_h²·s_h²/n_h, with
// W_h the weights over their sum. Strata without respondents or weight are left out.
// Without a frame the weights are the strata's numbers of respondents. It reports false if no stratum is left.
//
// Source: Cochran (1977), Sampling Techniques, 3rd ed., section 5A.9 (post-stratification).
func Level(strata []Stratum, scale Scale, d Divisor) (Estimate, bool) {
	w := newWave(len(strata))
	for _, stratum := range strata {
		if s, ok := summarise(stratum.Counts, scale); ok && stratum.Weight > 0 {
			w.add(s, stratum.Weight)
		}
	}
	return w.estimate(d)
}

// estimate reports false if there are no parts.
func (w *wave) estimate(d Divisor) (e Estimate, ok bool) {
	if len(w.parts) == 0 || math.IsInf(w.weight, 1) {
		return Estimate{}, false
	}
	// From the first mean on, so that equal means have exactly that mean.
	first := w.parts[0].mean
	e.Mean = first
	var reciprocal float64
	for _, p := range w.parts {
		share := p.weight / w.weight
		e.Mean += share * (p.mean - first)
		e.Variance += share * share * p.variance(d)
		reciprocal += share * share / p.n
	}
	e.Kish = 1 / reciprocal
	all := w.unweighted()
	e.Floor = all.variance(Sample) / 2
	e.N = int(all.n)
	return e, true
}

// unweighted takes the respondents of all parts as one sample: its squares are those within the parts and those
// between them.
func (w *wave) unweighted() (all sample) {
	first := w.parts[0].mean
	for _, p := range w.parts {
		all.n += p.n
		all.mean += p.n * (p.mean - first)
	}
	all.mean = first + all.mean/all.n
	for _, p := range w.parts {
		all.squares += p.squares + p.n*(p.mean-all.mean)*(p.mean-all.mean)
	}
	return all
}

// Linearised makes a ratio ΣW_h·ȳ_h/ΣW_h·l̄_h a mean: of each category k the value
// z_k = R + (y_k − R·l_k)/l̄, with R the ratio and l̄ = ΣW_h·l̄_h. Level of the result
// has the ratio as its mean and the variance of Taylor's linearisation, and so has Overlap with
// each wave's own. l is 1 for those the ratio is about and 0 for others, who
// have y = 0. N and Kish of such a level count the others too. It reports false if nobody has l > 0.
//
// Source: Woodruff (1971), J. Am. Stat. Assoc. 66, 411–414.
func Linearised(strata []Stratum, y, l Scale) (Scale, bool) {
	over, okOver := Level(strata, y, Sample)
	base, okBase := Level(strata, l, Sample)
	if !okOver || !okBase || !(base.Mean > 0) {
		return nil, false
	}
	ratio := over.Mean / base.Mean
	z := make(Scale, len(y))
	for k := range z {
		z[k] = ratio + (y[k]-ratio*l[k])/base.Mean
	}
	return z, true
}

// Cell is a weighting cell in both waves.
type Cell struct {
	Weight        float64 // ≥ 0, the same for both waves, in any unit
	Before, After []int   // respondents by category, those in Pairs included
	Pairs         [][]int // linked people, Pairs[i][j] with i before and j after; nil for none
}

// Overlap is the change between two waves of which some respondents are in both.
type Overlap struct {
	Before, After Estimate // on the cells that have respondents in both waves
	Difference    float64  // after − before
	Covariance    float64  // of the two means, from the pairs
	Variance      float64  // of Difference
	Correlation   float64  // of the two means, in [−1, 1]; 0 where either has variance 0
	Pairs         int      // linked people
}

// Compare estimates a change cell by cell, then weighted: Δ = ΣW_h(p2h−p1h) with
// W_h the weights over their sum, Var = ΣW_h²(v1h+v2h−2cov_h), ρ = ΣW_h²cov_h/√(V1·V2),
// where cov_h = n_p·s12_h/(n1h·n2h) and s12_h is the covariance of the pairs'
// values with the same divisor as the variances; 0 with fewer than 2 pairs. Cells
// without respondents in either wave, or without weight, are left out. It
// reports false if no cell is left. It assumes nothing of people who can be
// linked being like those who cannot.
//
// Source: Derrick, Dobson-Mckittrick, Toher and White (2015), J. Appl. Quant. Methods 10(3), per stratum.
func Compare(cells []Cell, before, after Scale, d Divisor) (Overlap, bool) {
	first, second := newWave(len(cells)), newWave(len(cells))
	kept := make([]int, 0, len(cells))
	for i, c := range cells {
		s1, ok1 := summarise(c.Before, before)
		s2, ok2 := summarise(c.After, after)
		if ok1 && ok2 && c.Weight > 0 {
			first.add(s1, c.Weight)
			second.add(s2, c.Weight)
			kept = append(kept, i)
		}
	}
	var o Overlap
	var okBefore, okAfter bool
	o.Before, okBefore = first.estimate(d)
	o.After, okAfter = second.estimate(d)
	if !okBefore || !okAfter {
		return Overlap{}, false
	}
	for k, i := range kept {
		p, ok := pairing(cells[i].Pairs, before, after)
		if !ok {
			continue
		}
		o.Pairs += int(p.before.n)
		share := cells[i].Weight / first.weight
		o.Covariance += share * share * p.before.n * p.covariance(d) / first.parts[k].n / second.parts[k].n
	}
	o.Difference = o.After.Mean - o.Before.Mean
	o.Variance = max(o.Before.Variance+o.After.Variance-2*o.Covariance, 0)
	if root := math.Sqrt(o.Before.Variance) * math.Sqrt(o.After.Variance); root > 0 {
		o.Correlation = min(max(o.Covariance/root, -1), 1)
	}
	return o, true
}

// Interval is the correlated difference of the two means' Wilson intervals on
// their effective sizes, at z standard errors; with no pairs Newcombe's. It
// reports false for a mean outside [0, 1].
func (o Overlap) Interval(z float64) (Interval, bool) {
	i1, ok1 := o.Before.Interval(z)
	i2, ok2 := o.After.Interval(z)
	if !ok1 || !ok2 {
		return Interval{}, false
	}
	return CorrelatedDifference(o.Before.Mean, i1, o.After.Mean, i2, o.Correlation), true
}

func sum(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

// linked is what a table of pairs says.
type linked struct {
	before, after sample
	products      float64 // sum of products about the means
}

// covariance is that of the pairs' values, 0 for fewer than 2 pairs.
func (l linked) covariance(d Divisor) float64 {
	if l.before.n < 2 {
		return 0
	}
	return l.products / d.of(l.before.n)
}

// pairing reports false for no pairs, and for a table that does not fit the scales.
func pairing(pairs [][]int, before, after Scale) (l linked, ok bool) {
	if len(pairs) != len(before) {
		return linked{}, false
	}
	var n float64
	for i, row := range pairs {
		if len(row) != len(after) {
			return linked{}, false
		}
		for j, count := range row {
			n += float64(count)
			l.before.mean += float64(count) * before[i]
			l.after.mean += float64(count) * after[j]
		}
	}
	if !(n > 0) {
		return linked{}, false
	}
	l.before.n, l.before.mean = n, l.before.mean/n
	l.after.n, l.after.mean = n, l.after.mean/n
	for i, row := range pairs {
		x := before[i] - l.before.mean
		for j, count := range row {
			y := after[j] - l.after.mean
			l.before.squares += float64(count) * x * x
			l.after.squares += float64(count) * y * y
			l.products += float64(count) * x * y
		}
	}
	return l, true
}

// Selection compares the change of those who can be linked with that of the others.
type Selection struct {
	Paired, Unpaired                 float64 // changes, after − before
	PairedVariance, UnpairedVariance float64
	Z                                float64 // (Paired − Unpaired)/√(sum of the variances)
	P                                float64 // two-sided, in [0, 1]
}

// CompareSelection checks whether people in both waves changed otherwise than those in
// one: both changes weighted over the cells that have pairs and, in each
// wave, people outside them, with no category holding fewer people than its pairs.
// It reports false if there is no such cell or both variances are 0.
//
// Source: a standard comparison of two independent estimates; as Cochran's Q
// (Z²) Cochran (1954), Biometrics 10, 101–129.
func CompareSelection(cells []Cell, before, after Scale, d Divisor) (Selection, bool) {
	type part struct{ weight, paired, pairedVariance, unpaired, unpairedVariance float64 }
	parts := make([]part, 0, len(cells))
	rest := [2][]int{make([]int, len(before)), make([]int, len(after))}
	var total float64
	for _, c := range cells {
		l, ok := pairing(c.Pairs, before, after)
		if !ok || !(c.Weight > 0) {
			continue
		}
		if !remainder(rest, c) {
			continue
		}
		first, ok1 := summarise(rest[0], before)
		second, ok2 := summarise(rest[1], after)
		if !ok1 || !ok2 {
			continue
		}
		total += c.Weight
		parts = append(parts, part{
			weight:           c.Weight,
			paired:           l.after.mean - l.before.mean,
			pairedVariance:   max(l.before.variance(d)+l.after.variance(d)-2*l.covariance(d)/l.before.n, 0),
			unpaired:         second.mean - first.mean,
			unpairedVariance: first.variance(d) + second.variance(d),
		})
	}
	var s Selection
	for _, p := range parts {
		w := p.weight / total
		s.Paired += w * p.paired
		s.Unpaired += w * p.unpaired
		s.PairedVariance += w * w * p.pairedVariance
		s.UnpairedVariance += w * w * p.unpairedVariance
	}
	v := s.PairedVariance + s.UnpairedVariance
	if !(v > 0) {
		return Selection{}, false
	}
	s.Z = (s.Paired - s.Unpaired) / math.Sqrt(v)
	s.P = min(2*upperTail(math.Abs(s.Z)), 1)
	return s, true
}

// remainder fills in both waves less their pairs. It reports false if that is less than nobody anywhere, and
// for waves that do not fit.
func remainder(rest [2][]int, c Cell) bool {
	if len(c.Before) != len(rest[0]) || len(c.After) != len(rest[1]) {
		return false
	}
	copy(rest[0], c.Before)
	copy(rest[1], c.After)
	for i, row := range c.Pairs {
		for j, count := range row {
			rest[0][i] -= count
			rest[1][j] -= count
		}
	}
	less := func(count int) bool { return count < 0 }
	return !slices.ContainsFunc(rest[0], less) && !slices.ContainsFunc(rest[1], less)
}
