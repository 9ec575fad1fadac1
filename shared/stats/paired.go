package stats

import "math"

// Paired counts people who answered yes or no in both waves; no count is negative.
type Paired struct {
	YesYes int // a
	YesNo  int // b: yes before, no after
	NoYes  int // c: no before, yes after
	NoNo   int // d
}

// N is how many people there are.
func (p Paired) N() int { return p.YesYes + p.YesNo + p.NoYes + p.NoNo }

// Change returns the paired difference after − before = (c−b)/n, on the scale −1 to 1, and
// its interval at z standard errors: the correlated difference of the two Wilson
// intervals with φ = C/√(product of the four margins), where for A = ad−bc C is
// A−n/2 if A > n/2, 0 if 0 ≤ A ≤ n/2, and A if A < 0. φ is 0 where a margin is empty.
// The margins enter by the square roots of the factors: their product passes int64
// from about 110,000 people. It reports false if there are no pairs.
//
// Source: Newcombe (1998), Stat. Med. 17, 2635–2650, method 10.
func (p Paired) Change(z float64) (difference float64, i Interval, ok bool) {
	n := float64(p.N())
	if n <= 0 {
		return 0, Interval{}, false
	}
	a, b, c, d := float64(p.YesYes), float64(p.YesNo), float64(p.NoYes), float64(p.NoNo)
	before, after := (a+b)/n, (a+c)/n
	i1, ok1 := Wilson(before, n, z)
	i2, ok2 := Wilson(after, n, z)
	if !ok1 || !ok2 {
		return 0, Interval{}, false
	}
	var phi float64
	// Grouped so that swapping the waves, b with c, changes no digit.
	if root := (math.Sqrt(a+b) * math.Sqrt(a+c)) * (math.Sqrt(c+d) * math.Sqrt(b+d)); root > 0 {
		association := a*d - b*c
		if association > 0 {
			association = max(association-n/2, 0)
		}
		phi = association / root
	}
	difference = (c - b) / n
	i = CorrelatedDifference(before, i1, after, i2, phi)
	// (c−b)/n and after − before may differ in the last digit.
	return difference, Interval{Low: min(i.Low, difference), High: max(i.High, difference)}, true
}

// McNemar is the mid-p value of no change, in (0, 1]: SignTest of the discordant pairs.
func (p Paired) McNemar() float64 { return SignTest(p.YesNo, p.NoYes) }

// CohenG is the effect size of the discordant pairs, in [0, ½]: max(b,c)/(b+c) − ½.
// It reports false if there are none.
//
// Source: Cohen (1988), Statistical Power Analysis, 2nd ed., chapter 5.
func (p Paired) CohenG() (g float64, ok bool) {
	discordant := p.YesNo + p.NoYes
	if discordant <= 0 {
		return 0, false
	}
	return float64(max(p.YesNo, p.NoYes))/float64(discordant) - 0.5, true
}

// SignTest is the two-sided mid-p value of the hypothesis that b and c, both ≥ 0, are
// equally likely: 2·F(m) − f(m) for m = min(b, c), F and f of the binomial
// distribution of b+c trials at ½; 1 − ½·f(m) if b = c; and 1 if b+c = 0.
//
// Source: Fagerland, Lydersen and Laake (2013), BMC Med. Res. Methodol. 13:91.
func SignTest(b, c int) float64 {
	if b+c <= 0 {
		return 1
	}
	n, m := float64(b+c), float64(min(b, c))
	// C(n, m) = 1/((n+1)·B(m+1, n−m+1)).
	point := math.Exp(-n*math.Ln2 - math.Log(n+1) - logBeta(m+1, n-m+1))
	if b == c {
		return 1 - point/2
	}
	// The terms below m fall ever faster, so that the sum ends long before nought.
	cumulated, term := point, point
	for k := m; k > 0 && term > cumulated*1e-18; k-- {
		term *= k / (n - k + 1)
		cumulated += term
	}
	return min(2*cumulated-point, 1)
}
