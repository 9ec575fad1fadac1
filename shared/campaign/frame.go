package campaign

import (
	"slices"

	"learningforlife/shared/day"
)

// Frame is how many people work where on a day: what answers are weighted by. It is immutable.
type Frame struct {
	// Sizes are the staff of each organisation, by position in the list and weighting group. They stand
	// with those open on the day, with the figures of all that they took the place of; 0 where there is none.
	Sizes [][]int
	// Standing is, by organisation, the one that stands in its place on the day.
	Standing []int
	// Own is, by organisation, its staff when the campaign opened: among the codes that one organisation's
	// answers came in under, its size is divided in these proportions.
	Own []int
	// Regions are those of the organisations, NationalRegion among them, in alphabetical order, and Region is, by
	// organisation, the one of what stands in its place: an index into Regions, or -1 if that is not known.
	Regions []string
	Region  []int
	// Empty says that there is no figure at all.
	Empty bool
}

// Frame returns the frame of the day. A trust that split, or closed with no
// successor, has no size: its staff cannot be told apart from those of others.
func (c *Campaign) Frame(on day.Day) Frame {
	trusts := c.Organisations.All()
	f := Frame{Own: c.Organisations.Workforce(c.Opens), Empty: true}
	for _, t := range trusts {
		if t.Region != "" {
			f.Regions = append(f.Regions, t.Region)
		}
	}
	slices.Sort(f.Regions)
	f.Regions = slices.Compact(f.Regions)
	for i, staff := range c.Organisations.Workforce(on) {
		standing := c.Organisations.Successor(i, on)
		f.Standing = append(f.Standing, standing)
		f.Region = append(f.Region, slices.Index(f.Regions, trusts[standing].Region))
		if !trusts[i].Open(on) {
			staff = 0
		}
		f.Sizes = append(f.Sizes, c.Weighting.split(staff))
		f.Empty = f.Empty && staff == 0
	}
	return f
}

// Staff returns the staff of what stands in the organisation's place, all groups together; 0 if there is no figure.
func (f Frame) Staff(organisation int) int {
	staff := 0
	for _, size := range f.Sizes[f.Standing[organisation]] {
		staff += size
	}
	return staff
}

// split divides an organisation's staff among the groups, by rounding to the nearest person.
func (w Weighting) split(staff int) []int {
	sizes := make([]int, len(w.Groups))
	rest := staff
	for i, g := range w.Groups {
		sizes[i] = rest
		if i < len(w.Groups)-1 {
			sizes[i] = min((2*staff*g.Share[0]+g.Share[1])/(2*g.Share[1]), rest)
		}
		rest -= sizes[i]
	}
	return sizes
}
