package stats

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"
)

// Superiority is how often somebody after answers higher than somebody before.
type Superiority struct {
	Theta float64 // P(after > before) + ½·P(equal), in [0, 1]; ½ is no difference
	SE    float64 // DeLong's standard error
}

// CompareOrdinal compares two independent waves by their counts of ordered
// categories, lowest first: θ = Σ_k y_k(F_{k−1}+x_k/2)/(n1·n2), with F the cumulated counts before.
// The variance is that of the placements, S10/n1 + S01/n2 on n−1. It reports false
// for fewer than 2 people in a wave, or other categories.
//
// Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837–845.
func CompareOrdinal(before, after []int) (Superiority, bool) {
	n1, n2 := float64(sum(before)), float64(sum(after))
	if len(before) != len(after) || n1 < 2 || n2 < 2 {
		return Superiority{}, false
	}
	// The placement of each category among the other wave's people.
	abovePlaces, belowPlaces := make(Scale, len(before)), make(Scale, len(after))
	var below, upTo float64
	for k := range before {
		x, y := float64(before[k]), float64(after[k])
		belowPlaces[k] = (below + x/2) / n1
		abovePlaces[k] = (n2 - upTo - y/2) / n2
		below, upTo = below+x, upTo+y
	}
	first, ok1 := summarise(before, abovePlaces)
	second, ok2 := summarise(after, belowPlaces)
	return Superiority{
		Theta: min(second.mean, 1),
		SE:    math.Sqrt(first.variance(Sample) + second.variance(Sample)),
	}, ok1 && ok2
}

// Interval is that of θ on the logit scale, at z standard errors. It reports
// false for θ of 0 or 1, which have no logit, and for SE 0: answers without spread tell nothing of their precision.
func (s Superiority) Interval(z float64) (Interval, bool) {
	spread := s.Theta * (1 - s.Theta)
	if !(spread > 0) || !(s.SE > 0) {
		return Interval{}, false
	}
	logit, half := math.Log(s.Theta/(1-s.Theta)), z*s.SE/spread
	expit := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	return Interval{Low: min(expit(logit-half), s.Theta), High: max(expit(logit+half), s.Theta)}, true
}

// Shift is what linked people's answers on an ordered scale did.
type Shift struct {
	Improved, Worsened, Unchanged int
	Superiority                   float64 // (improved + unchanged/2)/n, in [0, 1]
	SignTest                      float64 // mid-p value of improved and worsened being equally likely
}

// CompareLinked reads a square table of linked people, rows before and columns
// after, lowest category first. It reports false if there are none, or the table is not square.
func CompareLinked(table [][]int) (Shift, bool) {
	var s Shift
	for i, row := range table {
		if len(row) != len(table) {
			return Shift{}, false
		}
		for j, count := range row {
			switch {
			case j > i:
				s.Improved += count
			case j < i:
				s.Worsened += count
			default:
				s.Unchanged += count
			}
		}
	}
	n := s.Improved + s.Worsened + s.Unchanged
	if n <= 0 {
		return Shift{}, false
	}
	s.Superiority = (float64(s.Improved) + float64(s.Unchanged)/2) / float64(n)
	s.SignTest = SignTest(s.Improved, s.Worsened)
	return s, true
}

// Homogeneity is a test of equal margins.
type Homogeneity struct {
	ChiSquared float64
	Degrees    int
	P          float64
}

// StuartMaxwell tests whether a square table of linked people has the same margins
// before and after: d′S⁻¹d with d_i = n_i· − n_·i, S_ii = n_i· + n_·i − 2n_ii and S_ij = −(n_ij+n_ji).
// Of categories among which nobody moved to or from the others one is left out, because
// its d follows: of a whole table one, and of an empty or constant category
// itself. It reports false if nobody moved, or the table is not square.
//
// Source: Stuart (1955), Biometrika 42, 412–416; Maxwell (1970), Br. J. Psychiatry 116, 651–655.
func StuartMaxwell(table [][]int) (Homogeneity, bool) {
	for _, row := range table {
		if len(row) != len(table) {
			return Homogeneity{}, false
		}
	}
	kept := independent(table)
	if len(kept) == 0 {
		return Homogeneity{}, false
	}
	d, s := mat.NewVecDense(len(kept), nil), mat.NewSymDense(len(kept), nil)
	for a, i := range kept {
		var difference, moved float64
		for j := range table {
			if j != i {
				difference += float64(table[i][j]) - float64(table[j][i])
				moved += float64(table[i][j]) + float64(table[j][i])
			}
		}
		d.SetVec(a, difference)
		s.SetSym(a, a, moved)
		for b, j := range kept[:a] {
			s.SetSym(a, b, -float64(table[i][j])-float64(table[j][i]))
		}
	}
	var solved mat.VecDense
	if solved.SolveVec(s, d) != nil {
		return Homogeneity{}, false
	}
	chi := max(mat.Dot(d, &solved), 0)
	return Homogeneity{ChiSquared: chi, Degrees: len(kept), P: mathext.GammaIncRegComp(float64(len(kept))/2, chi/2)}, true
}

// independent lists the categories of a square table but for the first of each set
// between which people moved.
func independent(table [][]int) (kept []int) {
	reached := make([]bool, len(table))
	var visit func(i int)
	visit = func(i int) {
		reached[i] = true
		for j := range table {
			if !reached[j] && table[i][j]+table[j][i] > 0 {
				kept = append(kept, j)
				visit(j)
			}
		}
	}
	for i := range table {
		if !reached[i] {
			visit(i)
		}
	}
	return kept
}
