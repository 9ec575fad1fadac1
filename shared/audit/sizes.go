package audit

import (
	"fmt"
	"slices"

	"learningforlife/shared/audit/interval"
)

// rounding is by how much a printed number of people can be off.
const rounding = 2

// checkSizes looks at every organisation's numbers of respondents in all releases at once: those of its weighting
// groups and of all together, each printed to the nearest 5. Where some change is of fewer people than the minimum, it
// must not follow from them how many. By the rules there is no such change: this finds what they would miss.
func (c *checking) checkSizes(table int) {
	t := c.next.Tables
	codes := make([][]int, len(t.Frame.Standing)) // by who stands for them
	for code, standing := range t.Frame.Standing {
		codes[standing] = append(codes[standing], code)
	}
	releases := append(c.releases[:len(c.releases):len(c.releases)], sizesOf(t))
	for standing, list := range codes {
		for wave := range c.next.Closed {
			s := series{groups: len(c.c.Weighting.Groups)}
			for _, release := range releases {
				s.add(release, [2]int{table, wave}, list)
			}
			if len(list) > 0 && s.renewed {
				c.series(place{t.Region(standing), fmt.Sprintf("table %s, %s, wave %d", c.c.Tables[table].ID, t.UnitName(standing), wave)}, s)
			}
		}
	}
}

// series is what was told, release by release, of the codes that one organisation stands for now.
type series struct {
	groups  int
	told    []numbers
	renewed bool // by the last release
}

type numbers struct {
	standing []int // by code: with whose people its own were told
	people   []int // by code and weighting group
}

// add takes in a release that tells something new.
func (s *series) add(release sizes, key [2]int, codes []int) {
	var now numbers
	for _, code := range codes {
		now.standing = append(now.standing, release.standing[code])
		now.people = append(now.people, release.people[key][code*s.groups:(code+1)*s.groups]...)
	}
	last := numbers{people: make([]int, len(now.people))}
	if len(s.told) > 0 {
		last = s.told[len(s.told)-1]
	}
	s.renewed = !slices.Equal(now.people, last.people)
	if s.renewed || len(s.told) > 0 && !slices.Equal(now.standing, last.standing) {
		s.told = append(s.told, now)
	}
}

// people is how many there are at a release; release 0 is before all, when there was nobody.
func (s *series) people(i, release int) int {
	if release == 0 {
		return 0
	}
	return s.told[release-1].people[i]
}

// variable is the unknown number of people of a code and group at a release.
func (s *series) variable(i, release int) int { return i*(len(s.told)+1) + release }

// series attacks the changes of fewer people than the minimum between any two releases.
func (c *checking) series(p place, s series) {
	var targets []interval.Target
	var changes []int
	for i := range s.told[0].people {
		for to := 1; to <= len(s.told); to++ {
			for from := range to {
				if d := distance(s.people(i, to), s.people(i, from)); d > 0 && d < c.k() {
					targets = append(targets, interval.Target{{Cell: s.variable(i, to), Coefficient: 1}, {Cell: s.variable(i, from), Coefficient: -1}})
					changes = append(changes, d)
				}
			}
		}
	}
	if len(targets) == 0 {
		return
	}
	bounds, err := s.system().Attack(targets, interval.Budget)
	if err != nil {
		c.find(p, "its sizes cannot be judged: %v", err)
		return
	}
	for i, b := range bounds {
		if b.Verdict(int64(c.k())) != interval.Protected {
			c.find(p, "a change of %d people is known to be from %d to %d", changes[i], b.Min, b.Max)
		}
	}
}

// system is what an outsider is told: nobody before the first release, and then every size and their sum to the
// nearest 5, of each organisation as it stood.
func (s *series) system() interval.System {
	system := interval.System{Cells: len(s.told[0].people) * (len(s.told) + 1)}
	know := func(n, off int, cells []interval.Term) {
		printed := (n + rounding) / 5 * 5
		if n == 0 {
			off, printed = 0, 0 // not shown, because nobody is in it
		}
		system.Statements = append(system.Statements, interval.Statement{Terms: cells, Low: int64(max(printed-off, 0)), High: int64(printed + off)})
	}
	for i := range s.told[0].people {
		know(0, 0, []interval.Term{{Cell: s.variable(i, 0), Coefficient: 1}})
	}
	for release := 1; release <= len(s.told); release++ {
		standing := s.told[release-1].standing
		for _, organisation := range slices.Compact(slices.Sorted(slices.Values(standing))) {
			all, cells := 0, []interval.Term{}
			for group := range s.groups {
				n, own := 0, []interval.Term{}
				for code, of := range standing {
					if i := code*s.groups + group; of == organisation {
						n, own = n+s.people(i, release), append(own, interval.Term{Cell: s.variable(i, release), Coefficient: 1})
					}
				}
				know(n, rounding, own)
				all, cells = all+n, append(cells, own...)
			}
			know(all, rounding, cells)
		}
	}
	return system
}
