package interval

// Verdict is how well a target is hidden.
type Verdict string

// The verdicts, from the worst for whoever is counted.
const (
	Exact     Verdict = "EXACT"     // one value is possible
	Narrow    Verdict = "NARROW"    // fewer than k people for certain, or fewer than k values are possible
	Unsolved  Verdict = "UNSOLVED"  // it may be any of these
	Protected Verdict = "PROTECTED" // neither
)

// Verdict judges a target for groups of at least k people. What is proven condemns, and
// only solutions that were found acquit, so a search that gave up never says Protected for want of proof.
func (b Bounds) Verdict(k int64) Verdict {
	switch {
	case b.Min == b.Max:
		return Exact
	case Range{b.Min, b.Max}.narrow(k):
		return Narrow
	case !b.Attained.narrow(k):
		return Protected
	}
	return Unsolved
}

// narrow reports whether a value in the range is certainly of fewer than k people, or among fewer than k values.
func (r Range) narrow(k int64) bool {
	return r.Max < k || r.Max != Infinite && r.Min != -Infinite && r.Max-r.Min < k-1
}
