package audit

import (
	"maps"
	"slices"

	"learningforlife/shared/disclosure"
	"learningforlife/shared/score"
)

// History is every version of everything that was ever admitted, oldest first. Its zero value is that before the first release.
type History struct {
	releases []sizes
	closed   [2]bool                 // as of the last release
	atoms    map[[2]int][]score.Atom // by table and cell
	apart    map[[2]int][]score.Atom // by table and cell
	splits   map[splitKey][]map[int][]int
	statuses map[int][][]int // by organisation
	board    []int
}

// sizes are those of one release.
type sizes struct {
	standing []int            // in whose place each organisation's answers counted
	people   map[[2]int][]int // by table and wave: by cell of an organisation
}

type splitKey struct {
	table, region, wave int
	kind                string
}

// Add takes the state of one more release into the history.
func (h *History) Add(s disclosure.State) {
	if h.releases == nil {
		*h = History{atoms: map[[2]int][]score.Atom{}, apart: map[[2]int][]score.Atom{}, splits: map[splitKey][]map[int][]int{},
			statuses: map[int][][]int{}}
	}
	h.releases = append(h.releases, sizesOf(s.Tables))
	h.closed = s.Closed
	t := s.Tables
	for table := range t.Tables {
		addAtoms(h.atoms, table, t.Tables[table].Atoms)
		addAtoms(h.apart, table, t.Tables[table].Apart)
		for region := range t.Tables[table].Parts {
			for wave := range s.Closed {
				addSplit(h.splits, splitKey{table, region, wave, byPart}, t.Tables[table].Parts[region].Counts[wave])
				addSplit(h.splits, splitKey{table, region, wave, byOpener}, t.Tables[table].Opened[region].Counts[wave])
			}
		}
	}
	for o, counts := range t.Pledges.Statuses {
		if list := h.statuses[o]; len(list) == 0 && counts != nil || len(list) > 0 && !slices.Equal(list[len(list)-1], counts) {
			h.statuses[o] = append(list, counts)
		}
	}
	if b := t.Pledges.Board; b != nil && (len(h.board) == 0 || h.board[len(h.board)-1] != *b) {
		h.board = append(h.board, *b)
	}
}

// addAtoms adds those that are not as they were.
func addAtoms(to map[[2]int][]score.Atom, table int, atoms []score.Atom) {
	for cell, a := range atoms {
		key := [2]int{table, cell}
		list := to[key]
		if len(list) == 0 && a.Counts[score.Before] == nil && a.Counts[score.After] == nil {
			continue
		}
		if len(list) == 0 || !equalAtoms(list[len(list)-1], a) {
			to[key] = append(list, a)
		}
	}
}

func equalAtoms(a, b score.Atom) bool {
	return slices.Equal(a.Counts[0], b.Counts[0]) && slices.Equal(a.Counts[1], b.Counts[1]) && slices.EqualFunc(a.Pairs, b.Pairs, slices.Equal[[]int])
}

func addSplit(to map[splitKey][]map[int][]int, key splitKey, counts map[int][]int) {
	if list := to[key]; counts != nil && !slices.ContainsFunc(list, func(v map[int][]int) bool { return equal(v, counts) }) {
		to[key] = append(list, counts)
	}
}

func equal(a, b map[int][]int) bool { return maps.EqualFunc(a, b, slices.Equal[[]int]) }

// sizesOf are how many people are admitted where scores tell how many they are of.
func sizesOf(t score.Tables) sizes {
	s := sizes{standing: t.Frame.Standing, people: map[[2]int][]int{}}
	for table := range t.Tables {
		if !t.Scored(table) {
			continue
		}
		for cell, a := range t.Tables[table].Atoms[:t.Cell(t.Pool(0), 0)] {
			for wave, counts := range a.Counts {
				if s.people[[2]int{table, wave}] == nil {
					s.people[[2]int{table, wave}] = make([]int, t.Cell(t.Pool(0), 0))
				}
				s.people[[2]int{table, wave}][cell] = sum(counts)
			}
		}
	}
	return s
}
