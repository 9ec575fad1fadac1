package attack

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// pairs compares the numbers of linked people with those of the waves, and with each other: who is not linked, or
// newly is, can be few.
func (a *attack) pairs() {
	last := map[Figured][]int{} // the releases in which a cell's number changed
	for r, release := range a.releases {
		for _, at := range inOrder(release.Changes) {
			c := release.Changes[at]
			if c.Pairs == nil {
				continue
			}
			linked := rounded(Figure{Respondents: *c.Pairs}, release.Rules.PeopleUnit)
			if linked.high < a.k {
				a.find("pairs", place(at), "%d people at most are linked", []int{r}, linked.high)
			}
			if c.Rho != nil && *c.Rho >= 1 {
				a.find("pairs", place(at), "everybody who is linked answered the same twice", []int{r})
			}
			for wave := range 2 {
				one := at
				one.Wave = wave
				f, shown := release.Figures[one]
				rest := rounded(f, release.Rules.PeopleUnit).minus(linked)
				if shown && rest.high < a.k {
					a.find("pairs", place(one), "%d people at most are not linked", []int{r}, max(rest.high, 0))
				}
			}
			a.relinked(at, r, last, linked)
		}
	}
}

// relinked compares a cell's linked people with those of all earlier releases in which they were others.
func (a *attack) relinked(at Figured, r int, last map[Figured][]int, linked span) {
	cell := Cell{a.releases[r].Measures[Row{at.Objective, at.Group}].Table, at.Level, at.Code, at.Group, at.Wave}
	if s := a.series[cell]; s == nil || !a.whole(s, r) {
		return
	}
	for _, from := range last[at] {
		was := rounded(Figure{Respondents: *a.releases[from].Changes[at].Pairs}, a.releases[from].Rules.PeopleUnit)
		if d := linked.minus(was); d.few(a.k) {
			a.find("pairs", place(at), "%s people are newly linked, or no more", []int{from, r}, d.people())
		}
	}
	if list := last[at]; len(list) == 0 || *a.releases[list[len(list)-1]].Changes[at].Pairs != *a.releases[r].Changes[at].Pairs {
		last[at] = append(list, r)
	}
}

// pledges compares the pledges of every organisation with those of all earlier releases: if they changed, then by the
// minimum, in number or by status.
func (a *attack) pledges() {
	for r, release := range a.releases {
		for _, at := range inOrder(release.Pledges) {
			now := release.Pledges[at]
			if now.All+release.Rules.PeopleUnit/2 < a.k {
				a.find("pledges", at.Level+" "+at.Code, "%d pledges at most are shown", []int{r}, now.All+release.Rules.PeopleUnit/2)
			}
			if from, joined := a.joined[at.Code]; at.Level != organisation || joined && r >= from {
				continue
			}
			if r > 0 && now.same(a.releases[r-1].Pledges[at]) {
				continue
			}
			for from := range r {
				if then, shown := a.releases[from].Pledges[at]; shown && !now.same(then) && now.near(then, release.Rules.PeopleUnit, a.k) {
					a.find("pledges", at.Level+" "+at.Code, "certainly fewer than %d pledges were made, withdrawn or changed", []int{from, r}, a.k)
				}
			}
		}
	}
}

func (p Promises) same(o Promises) bool { return p.All == o.All && maps.Equal(p.Statuses, o.Statuses) }

// near reports whether certainly fewer than k pledges make the difference, in number and by status.
func (p Promises) near(o Promises, unit, k int) bool {
	off := unit / 2 * 2
	apart := 0
	for status := range p.Statuses {
		apart += abs(p.Statuses[status]-o.Statuses[status]) + off
	}
	return abs(p.All-o.All)+off < k && apart < 2*k
}

// most is up to which number those are tried that a hash can be of.
const most = 2000

// digests looks for what looks like a hash. One of a few small numbers can be guessed.
func (a *attack) digests() {
	var guessed map[string]string
	for r, release := range a.releases {
		seen := map[string]bool{}
		for _, h := range release.Hashes {
			h = strings.ToLower(h)
			if seen[h] {
				continue
			}
			seen[h] = true
			if guessed == nil {
				guessed = guesses()
			}
			if text, ok := guessed[h]; ok {
				a.find("digest", h, "it is the SHA-256 of %s", []int{r}, text)
				continue
			}
			a.find("digest", h, "a digest is there, of what can perhaps be guessed", []int{r})
		}
	}
}

// guesses are hashes of small numbers, by themselves or up to three in a list.
func guesses() map[string]string {
	by := map[string]string{}
	try := func(text string) {
		sum := sha256.Sum256([]byte(text))
		by[hex.EncodeToString(sum[:])] = text
	}
	const few = 40 // of each in a list
	for n := range most {
		try(fmt.Sprint(n))
		try(fmt.Sprintf("[%d]", n))
	}
	for i := range few {
		for j := range few {
			try(fmt.Sprintf("[%d,%d]", i, j))
			try(fmt.Sprintf("%d,%d", i, j))
			for l := range few {
				try(fmt.Sprintf("[%d,%d,%d]", i, j, l))
			}
		}
	}
	return by
}

// Kinds are the lines of attack that found something, in order.
func Kinds(findings []Finding) (kinds []string) {
	for _, f := range findings {
		kinds = append(kinds, f.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
