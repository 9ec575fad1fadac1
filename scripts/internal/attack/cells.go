package attack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// The levels.
const (
	nation       = "nation"
	region       = "region"
	kind         = "type"
	organisation = "organisation"
)

// Cell is a group of a node's people in one wave, counted in one table.
type Cell struct {
	Table, Level, Code, Group string
	Wave                      int
}

// String names the cell for people.
func (c Cell) String() string {
	return fmt.Sprintf("%s %s, %s, wave %s, table %s", c.Level, c.Code, c.Group, []string{"before", "after"}[c.Wave], c.Table)
}

// series is how a cell looks in each release; nil where nothing is shown.
type series struct {
	cell  Cell
	atom  bool // one cell, as far as is known: see the package
	looks []*look
}

// look is what is printed of a cell, and what that leaves possible.
type look struct {
	objectives []int
	figures    []Figure
	sizes      []int     // how many people, in order
	sums       [][]count // by figure; nil where that is not known
	since      int       // the first release in a row that it is in
	unit       int       // that numbers of people are rounded to
}

// count is so many people, by the steps that their values are above 0: sum of the steps, and how many have just one of
// two. Where it is not known how many, or there is but one step, ones is the sum.
type count struct{ n, x, ones int }

// by are the people by value, of 0 to so many steps.
func (c count) by(steps int) []int {
	if steps == 1 {
		return []int{c.n - c.x, c.x}
	}
	twos := (c.x - c.ones) / 2
	return []int{c.n - c.ones - twos, c.ones, twos}
}

// span is a number that is at least low and at most high.
type span struct{ low, high int }

func (s span) minus(o span) span { return span{s.low - o.high, s.high - o.low} }

// few reports whether it is certainly somebody, on either side of 0, and fewer than k.
func (s span) few(k int) bool { return s.low > 0 && s.high < k || s.high < 0 && s.low > -k }

// people is the absolute range of what few found.
func (s span) people() string {
	if s.high < 0 {
		s = span{-s.high, -s.low}
	}
	if s.low == s.high {
		return fmt.Sprint(s.low)
	}
	return fmt.Sprintf("%d to %d", s.low, s.high)
}

// most says by how many people at most, and at least, something differs.
func (s span) most() string {
	switch {
	case s.low == 0 && s.high == 0:
		return "none"
	case s.low > 0 || s.high < 0:
		return s.people()
	}
	return fmt.Sprintf("at most %d", max(-s.low, s.high))
}

// size is what is known of the size of a cell; nobody where nothing is shown of it.
func (s *series) size(release int) span {
	if s == nil || release < 0 || s.looks[release] == nil {
		return span{}
	}
	sizes := s.looks[release].sizes
	if len(sizes) == 0 { // the figures contradict each other, which is reported elsewhere
		return rounded(s.looks[release].figures[0], s.looks[release].unit)
	}
	return span{sizes[0], sizes[len(sizes)-1]}
}

// same reports whether the cell looks the same in both releases.
func (s *series) same(one, other int) bool {
	if s == nil {
		return true
	}
	var a, b *look
	if one >= 0 {
		a = s.looks[one]
	}
	if other >= 0 {
		b = s.looks[other]
	}
	return a == b || a != nil && b != nil && slices.Equal(a.figures, b.figures) && slices.Equal(a.objectives, b.objectives)
}

// change is by how many people a cell differs between two releases: by none if it is one and all that is printed of it is the same.
// Of more than one, some may have grown as others shrank.
func (a *attack) change(s *series, from, to int) span {
	if s.same(from, to) && (from < 0 || a.whole(s, to)) {
		return span{}
	}
	return s.size(to).minus(s.size(from))
}

// rounded are the numbers of people that are printed so.
func rounded(f Figure, unit int) span {
	return span{max(f.Respondents-unit/2, 0), f.Respondents + unit/2}
}

// follow gathers how each cell looks from release to release.
func (a *attack) follow() {
	a.mergers()
	a.series = map[Cell]*series{}
	for r, release := range a.releases {
		looks := map[Cell]*look{}
		for _, at := range inOrder(release.Figures) {
			f := release.Figures[at]
			cell := Cell{release.Measures[Row{at.Objective, at.Group}].Table, at.Level, at.Code, at.Group, at.Wave}
			if looks[cell] == nil {
				looks[cell] = &look{since: r, unit: release.Rules.PeopleUnit}
			}
			looks[cell].objectives = append(looks[cell].objectives, at.Objective)
			looks[cell].figures = append(looks[cell].figures, f)
		}
		for cell, l := range looks {
			s := a.series[cell]
			if s == nil {
				s = &series{cell: cell, atom: a.isAtom(cell), looks: make([]*look, len(a.releases))}
				a.series[cell] = s
			}
			s.looks[r] = l
			if r > 0 && s.same(r-1, r) {
				s.looks[r] = s.looks[r-1]
				continue
			}
			a.possible(s, l, r)
		}
	}
}

// mergers finds out which organisations may have taken the place of others: those that are new, and those that
// have become larger.
func (a *attack) mergers() {
	a.joined = map[string]int{}
	for r := 1; r < len(a.releases); r++ {
		last, next := a.releases[r-1], a.releases[r]
		for code := range next.Listed {
			was, is := last.Frame[code].Sizes, next.Frame[code].Sizes
			grown := slices.ContainsFunc(next.Groups, func(g string) bool { return was[g] != is[g] })
			if _, known := a.joined[code]; !known && (!last.Listed[code] || grown) {
				a.joined[code] = r
			}
		}
	}
}

// isAtom reports whether a cell is of one weighting group of one organisation, or stands apart in one region.
func (a *attack) isAtom(c Cell) bool {
	weighs := slices.Contains(a.releases[0].Groups, c.Group)
	return c.Level == organisation && weighs || c.Level == region && slices.Contains(a.releases[0].Apart, c.Group)
}

// whole reports whether the cell is one in the release: nobody has joined it from another organisation.
func (a *attack) whole(s *series, release int) bool {
	from, joined := a.joined[s.cell.Code]
	return s.atom && (s.cell.Level != organisation || !joined || release < from)
}

// possible finds the sizes and sums that a look leaves possible. Of more than a cell only the sizes are known, by how they are rounded.
func (a *attack) possible(s *series, l *look, r int) {
	unit := l.unit
	for n := rounded(l.figures[0], unit).low; n <= rounded(l.figures[0], unit).high; n++ {
		l.sizes = append(l.sizes, n)
	}
	l.sums = make([][]count, len(l.figures))
	for i, f := range l.figures {
		in := rounded(f, unit)
		l.sizes = slices.DeleteFunc(l.sizes, func(n int) bool { return n < in.low || n > in.high })
		if !a.whole(s, r) {
			continue
		}
		if f.Bound != "" {
			l.sizes = slices.DeleteFunc(l.sizes, func(n int) bool { return max(unit, n/unit*unit) != f.Effective })
			continue
		}
		steps := len(a.releases[r].Measures[Row{l.objectives[i], s.cell.Group}].Items)
		l.sums[i] = []count{}
		for _, n := range l.sizes {
			l.sums[i] = append(l.sums[i], sums(f, n, steps, unit)...)
		}
		l.sizes = slices.DeleteFunc(l.sizes, func(n int) bool {
			return !slices.ContainsFunc(l.sums[i], func(c count) bool { return c.n == n })
		})
	}
	for i := range l.sums {
		l.sums[i] = slices.DeleteFunc(l.sums[i], func(c count) bool { return !slices.Contains(l.sizes, c.n) })
	}
}

// sums are those of n people's values, of 0 to so many steps each, whose mean and effective size are printed so.
func sums(f Figure, n, steps, unit int) (list []count) {
	if n == 0 {
		return nil
	}
	most := n * steps
	// x/most·1000 tenths is at least the value less half its unit, and below as much more: halves are rounded away from 0.
	low, high := 2*f.Value-f.Unit, 2*f.Value+f.Unit
	for x := max(0, low*most/2000-1); x <= min(most, high*most/2000+1); x++ {
		if 2000*x < low*most || 2000*x >= high*most {
			continue
		}
		if steps != 2 {
			if c := (count{n, x, x}); steps > 2 || c.precise(f, x, steps, unit) {
				list = append(list, c)
			}
			continue
		}
		for ones := x % 2; ones <= min(x, 2*n-x); ones += 2 {
			if c := (count{n, x, ones}); c.precise(f, 2*x-ones, steps, unit) { // ones + 4·(x−ones)/2
				list = append(list, c)
			}
		}
	}
	return list
}

// precise reports whether values with the sum of squares, in steps, give the effective size that is printed:
// p(1−p)/(s²/n+u²/12), down to the unit. It allows for what a float can be off by.
func (c count) precise(f Figure, squares, steps, unit int) bool {
	n := float64(c.n)
	p, u := float64(c.x)/float64(c.n*steps), float64(f.Unit)/1000
	spread := 0.0
	if c.n > 1 {
		spread = (float64(squares)/float64(steps*steps) - n*p*p) / (n - 1)
	}
	size := p * (1 - p) / (spread/n + u*u/12)
	return (size >= float64(f.Effective)-1e-6 || f.Effective == unit) && size < float64(f.Effective+unit)+1e-6
}

// inOrder are the keys of figures, sorted.
func inOrder[V any](of map[Figured]V) []Figured {
	keys := make([]Figured, 0, len(of))
	for at := range of {
		keys = append(keys, at)
	}
	slices.SortFunc(keys, func(a, b Figured) int {
		return cmp.Or(cmp.Compare(a.Objective, b.Objective), strings.Compare(a.Level, b.Level), strings.Compare(a.Code, b.Code),
			strings.Compare(a.Group, b.Group), cmp.Compare(a.Wave, b.Wave))
	})
	return keys
}

// all are the series in an order that does not change.
func (a *attack) all() []*series {
	list := make([]*series, 0, len(a.series))
	for _, s := range a.series {
		list = append(list, s)
	}
	slices.SortFunc(list, func(x, y *series) int { return strings.Compare(x.cell.String(), y.cell.String()) })
	return list
}

// versions are the releases in which a cell begins to look as it does; those in which nothing is shown are not among them.
func (s *series) versions() (releases []int) {
	for r, l := range s.looks {
		if l != nil && l.since == r {
			releases = append(releases, r)
		}
	}
	return releases
}
