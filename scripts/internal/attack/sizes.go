package attack

import (
	"fmt"
	"slices"
	"strings"
)

// few looks for figures of fewer people than any may be shown for.
func (a *attack) few() {
	for r, release := range a.releases {
		for _, at := range inOrder(release.Figures) {
			if f := release.Figures[at]; rounded(f, release.Rules.PeopleUnit).high < a.k {
				a.find("size", place(at), "a figure of %d people at most is shown", []int{r}, rounded(f, release.Rules.PeopleUnit).high)
			}
		}
	}
}

// place names where a figure stands.
func place(at Figured) string {
	return fmt.Sprintf("%s %s, %s, wave %s, objective %d", at.Level, at.Code, at.Group, []string{"before", "after"}[at.Wave], at.Objective)
}

// cells compares every two ways that a cell has looked. Something in it changed between them; if certainly fewer people than
// the minimum more or less are in it, what they answered can be told apart from the others'. And if as many more or
// fewer are of one opinion as there are more or fewer, all of them are.
func (a *attack) cells() {
	for _, s := range a.all() {
		versions := s.versions()
		for i, to := range versions {
			if !a.whole(s, to) {
				break
			}
			for _, from := range versions[:i] {
				if s.same(from, to) {
					continue
				}
				if d := s.size(to).minus(s.size(from)); d.low > -a.k && d.high < a.k {
					a.find("change", s.cell.String(), "its figures changed, and its size by %s people", []int{from, to}, d.most())
				}
				if s.oneWay(versions[slices.Index(versions, from) : i+1]) {
					a.uniform(s, from, to)
				}
			}
		}
	}
}

// oneWay reports whether a cell only grew, or only shrank, over versions of it, and was shown all the time. Where some
// joined and others left in between, those by whom the first and the last differ are no people that anybody could name.
func (s *series) oneWay(versions []int) bool {
	up, down := true, true
	for r := versions[0]; r <= versions[len(versions)-1]; r++ {
		if s.looks[r] == nil {
			return false
		}
	}
	for i, to := range versions[1:] {
		d := s.size(to).minus(s.size(versions[i]))
		up, down = up && d.low > 0, down && d.high < 0
	}
	return up || down
}

// uniform looks for people who joined or left and all gave the same answers.
func (a *attack) uniform(s *series, from, to int) {
	was, is := s.looks[from], s.looks[to]
	for i := range is.sums {
		if i >= len(was.sums) || len(was.sums[i]) == 0 || len(is.sums[i]) == 0 || was.objectives[i] != is.objectives[i] {
			continue
		}
		steps := len(a.releases[to].Measures[Row{is.objectives[i], s.cell.Group}].Items)
		if steps > 2 || slices.ContainsFunc(is.sums[i], func(b count) bool {
			return slices.ContainsFunc(was.sums[i], func(c count) bool { return a.mixed(c, b, steps) })
		}) {
			continue
		}
		a.find("answers", fmt.Sprintf("%s, objective %d", s.cell, is.objectives[i]),
			"the %s people by whom it changed all answered alike", []int{from, to}, s.size(to).minus(s.size(from)).people())
	}
}

// mixed reports whether those who joined, if there are more people now, or left, if there are fewer, may have two
// values. If nobody both joined and left, their values alone make the difference of the sums.
func (a *attack) mixed(was, is count, steps int) bool {
	sign := 1
	if is.n < was.n {
		sign = -1
	}
	if a.stays {
		n, x := sign*(is.n-was.n), sign*(is.x-was.x)
		return n == 0 || x != 0 && x != n*steps
	}
	values := 0
	before := was.by(steps)
	for value, n := range is.by(steps) {
		if sign*(n-before[value]) > 0 {
			values++
		}
	}
	return is.n == was.n || values > 1
}

// sum is a cell that others add up to, but for people who are counted in it alone.
type sum struct {
	what  string
	whole *series
	parts []*series
}

// sums takes the parts of the lattice from its wholes, in every release and between every two. What remains are
// people who are counted in the whole alone, such as those of a pool: certainly nobody, or never fewer than the minimum.
func (a *attack) sums() {
	for _, s := range a.lattice() {
		for to := range a.releases {
			for from := -1; from < to; from++ { // −1: before all, when there was nobody
				if s.whole.same(from, to) && !slices.ContainsFunc(s.parts, func(p *series) bool { return !p.same(from, to) }) {
					continue
				}
				rest := s.whole.size(to).minus(s.whole.size(from))
				for _, part := range s.parts {
					rest = rest.minus(a.change(part, from, to))
				}
				if rest.few(a.k) {
					a.find("size", s.whole.cell.String(), "%s: %s people", []int{from, to}, s.what, rest.people())
				}
			}
		}
	}
}

// lattice lists the wholes with their parts.
func (a *attack) lattice() (sums []sum) {
	for _, s := range a.all() {
		c := s.cell
		of := func(level, code, group string) (parts []*series) {
			if part := a.series[Cell{c.Table, level, code, group, c.Wave}]; part != nil {
				parts = append(parts, part)
			}
			return parts
		}
		if c.Group == a.releases[0].Whole {
			groups := sum{what: "in no band group that is shown", whole: s}
			for _, g := range a.releases[0].Groups {
				groups.parts = append(groups.parts, of(c.Level, c.Code, g)...)
			}
			if c.Level != kind {
				sums = append(sums, groups)
			}
		}
		places := sum{what: "in no place within it that is shown", whole: s}
		switch groups := a.within(c.Group); {
		case c.Level == nation:
			for other := range a.series {
				if other.Level == region && other.Table == c.Table && other.Group == c.Group && other.Wave == c.Wave {
					places.parts = append(places.parts, a.series[other])
				}
			}
			places.parts = append(places.parts, a.placed(groups, c, func(p Place) bool { return !a.isRegion(p.Region) })...)
		case c.Level == region && groups != nil:
			places.parts = a.placed(groups, c, func(p Place) bool { return p.Region == c.Code })
		case c.Level == kind && groups != nil:
			places.parts = a.placed(groups, c, func(p Place) bool { return p.Type == c.Code && a.isRegion(p.Region) })
		}
		if len(places.parts) > 0 {
			sums = append(sums, places)
		}
	}
	slices.SortFunc(sums, func(x, y sum) int {
		return strings.Compare(x.whole.cell.String()+x.what, y.whole.cell.String()+y.what)
	})
	return sums
}

// within are the weighting groups that a group is made of; none of one that is no sum of any.
func (a *attack) within(group string) []string {
	switch {
	case group == a.releases[0].Whole:
		return a.releases[0].Groups
	case slices.Contains(a.releases[0].Groups, group):
		return []string{group}
	}
	return nil
}

func (a *attack) isRegion(name string) bool {
	for c := range a.series {
		if c.Level == region && c.Code == name {
			return true
		}
	}
	return false
}

// placed are the cells of the organisations of some place, those that count there: of a group of which the frame has nobody,
// nobody counts anywhere but in the organisation.
func (a *attack) placed(groups []string, c Cell, in func(Place) bool) (parts []*series) {
	for _, g := range groups {
		seen := map[string]bool{}
		for _, r := range a.releases {
			for code, p := range r.Frame {
				if part := a.series[Cell{c.Table, organisation, code, g, c.Wave}]; part != nil && !seen[code] && in(p) && p.Sizes[g] > 0 {
					seen[code] = true
					parts = append(parts, part)
				}
			}
		}
	}
	return parts
}
