// Package attack is an outsider. It knows what everybody can: the published releases with the public rules they
// carry. From them it finds out what it can about few people, and shares no code with what
// makes releases or audits them, so that it does not repeat their mistakes.
//
// A cell is a group of people that nothing published takes apart further: the people of one weighting group of
// one organisation, or the board members of a region. Of each the printed figures leave a few sizes
// and sums of answers possible. What all that are possible have in common is certain, and only that is reported.
//
//	documents (source.go, document.go) → releases → cells (cells.go) → findings
package attack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Finding is something that is certain about fewer people than the minimum, or that a release tells
// though it should not.
type Finding struct {
	Kind     string `json:"kind"`     // which line of attack found it
	Releases []int  `json:"releases"` // it takes
	Where    string `json:"where"`    // node, group, wave and objectives or table
	What     string `json:"what"`     // is known, and from which figures
}

// String is the finding in a line.
func (f Finding) String() string {
	var numbers []string
	for _, n := range f.Releases {
		numbers = append(numbers, fmt.Sprint(n))
	}
	return fmt.Sprintf("%s: release %s: %s: %s", f.Kind, strings.Join(numbers, " and "), f.Where, f.What)
}

// Releases attacks the releases, all together. They are in the order of their numbers afterwards. If stays, nobody is
// taken to have left while others joined, nor the other way round: what is found then is likely, and certain only if that is so.
func Releases(releases []Release, stays bool) []Finding {
	slices.SortFunc(releases, func(a, b Release) int { return cmp.Compare(a.Seq, b.Seq) })
	a := &attack{releases: releases, stays: stays}
	if len(releases) == 0 {
		return nil
	}
	a.k = releases[len(releases)-1].Minimum
	a.follow()
	a.few()
	a.bases()
	a.extremes()
	a.weights()
	a.cells()
	a.sums()
	a.splits()
	a.pairs()
	a.pledges()
	a.digests()
	return a.findings
}

type attack struct {
	releases []Release
	k        int // fewest people that a figure may tell anything of
	stays    bool
	series   map[Cell]*series
	// joined say, by organisation, from which release on several may have become one there: its people are then no longer one cell.
	joined   map[string]int
	findings []Finding
}

func (a *attack) find(kind, where, format string, of []int, args ...any) {
	var numbers []int
	for _, r := range of {
		if r >= 0 {
			numbers = append(numbers, a.releases[r].Seq)
		}
	}
	a.findings = append(a.findings, Finding{Kind: kind, Releases: numbers, Where: where, What: fmt.Sprintf(format, args...)})
}
