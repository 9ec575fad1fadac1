package disclosure

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"learningforlife/shared/score"
)

// The kinds of splits.
const (
	byPart   = "parts"
	byOpener = "opened"
)

// splits decides about the splits of a region's admitted people. One is renewed only as a whole: if
// every class has nobody or the minimum, and against every version that was admitted before the same people or a
// number that differs by the minimum.
func (a *admission) splits(table, region int) {
	now, was, to := &a.next.Backing.Tables[table], &a.last.Tables.Tables[table], &a.next.Tables.Tables[table]
	classes := a.current.Layout.Tables[table].Classes
	for wave := range to.Parts[region].Counts {
		a.split(a.names.split(table, region, byPart), table, region, wave,
			now.Parts[region].Counts[wave], &was.Parts[region], &to.Parts[region],
			func(counts []int) [][]int { return slices.Collect(slices.Chunk(counts, classes)) })
		for _, opener := range a.openers(table) {
			a.split(a.names.split(table, region, byOpener), table, region, wave,
				a.atoms(table, region, wave), &was.Opened[region], &to.Opened[region],
				func(counts []int) [][]int { return tell(counts, opener) })
		}
	}
}

// atoms are the admitted counts of a region's cells.
func (a *admission) atoms(table, region, wave int) map[int][]int {
	cells := map[int][]int{}
	for cell := range a.next.Tables.Tables[table].Atoms {
		unit, _ := a.current.Of(cell)
		if counts := a.next.Tables.Tables[table].Atoms[cell].Counts[wave]; counts != nil && a.current.Region(unit) == region {
			cells[cell] = counts
		}
	}
	return cells
}

// tell takes counts apart by whether a class opened a question.
func tell(counts, opener []int) [][]int {
	told := [][]int{make([]int, len(counts)), make([]int, len(counts))}
	for class, n := range counts {
		told[opener[class]][class] = n
	}
	return told
}

func (a *admission) split(key string, table, region, wave int, cells map[int][]int, was, to *score.Split, classes func(counts []int) [][]int) {
	key = a.wave(key, wave)
	to.Counts[wave] = was.Counts[wave]
	if a.held(region) {
		return
	}
	if len(cells) == 0 {
		to.Counts[wave] = nil
		return
	}
	version := versionOf(cells, func(cell int) string { return a.cell(table, cell) }, classes)
	for i, class := range version {
		if class.Size != 0 && class.Size < a.c.Minimum {
			return
		}
		for _, old := range a.next.History.Splits[key] {
			if class != old[i] && abs(class.Size-old[i].Size) < a.c.Minimum {
				return
			}
		}
	}
	if history := a.next.History.Splits[key]; len(history) == 0 || !slices.Equal(history[len(history)-1], version) {
		a.next.History.Splits[key] = append(slices.Clip(history), version)
	}
	to.Counts[wave] = cells
}

// versionOf sums up the classes of a split. The digest tells whether they are the same people, cell by cell, as far as counts can tell.
func versionOf(cells map[int][]int, name func(cell int) string, classes func(counts []int) [][]int) (version []Class) {
	var digests [][]byte
	for _, cell := range slices.Sorted(maps.Keys(cells)) {
		for i, counts := range classes(cells[cell]) {
			if i == len(version) {
				version, digests = append(version, Class{}), append(digests, nil)
			}
			if n := total(counts); n > 0 {
				version[i].Size += n
				digests[i] = fmt.Append(digests[i], name(cell), counts, "\n")
			}
		}
	}
	for i := range version {
		sum := sha256.Sum256(digests[i])
		version[i].Digest = hex.EncodeToString(sum[:8])
	}
	return version
}
