package coverage

import (
	"fmt"
	"math"
)

// Share is how many of some figures are so. Figures of one replicate depend on each other, so
// its standard error is that of replicates.
type Share struct {
	Figures, Hits           int
	squared, crossed, hits2 int // over replicates: ΣN², ΣNH, ΣH²
	figures, hits           int // of the replicate that is being counted
}

func (s *Share) count(hit bool) {
	s.figures++
	if hit {
		s.hits++
	}
}

// settle ends a replicate.
func (s *Share) settle() {
	s.Figures, s.Hits = s.Figures+s.figures, s.Hits+s.hits
	s.squared, s.crossed, s.hits2 = s.squared+s.figures*s.figures, s.crossed+s.figures*s.hits, s.hits2+s.hits*s.hits
	s.figures, s.hits = 0, 0
}

func (s *Share) add(o Share) {
	s.Figures, s.Hits = s.Figures+o.Figures, s.Hits+o.Hits
	s.squared, s.crossed, s.hits2 = s.squared+o.squared, s.crossed+o.crossed, s.hits2+o.hits2
}

// MarshalJSON implements json.Marshaler.
func (s Share) MarshalJSON() ([]byte, error) {
	p, se, _ := s.Of()
	return fmt.Appendf(nil, `{"figures":%d,"hits":%d,"share":%.6f,"standardError":%.6f}`, s.Figures, s.Hits, p, se), nil
}

// Of returns the share, 0 to 1, and its Monte Carlo standard error; false if there are no figures.
func (s Share) Of() (share, standardError float64, ok bool) {
	if s.Figures == 0 {
		return 0, 0, false
	}
	p := float64(s.Hits) / float64(s.Figures)
	v := float64(s.hits2) - 2*p*float64(s.crossed) + p*p*float64(s.squared)
	return p, math.Sqrt(max(v, 0)) / float64(s.Figures), true
}
