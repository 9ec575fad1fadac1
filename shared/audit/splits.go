package audit

import (
	"fmt"
	"maps"
	"slices"

	"learningforlife/shared/audit/interval"
)

// The kinds of splits.
const (
	byPart   = "parts"
	byOpener = "opened"
)

// checkSplits checks a table's splits in every region.
func (c *checking) checkSplits(table int) {
	t := c.next.Tables
	classes := t.Classes(table)
	for region, name := range t.Frame.Regions {
		for wave := range c.next.Closed {
			p := place{region, fmt.Sprintf("table %s, parts of %s, wave %d", c.c.Tables[table].ID, name, wave)}
			c.split(p, t.Tables[table].Parts[region].Counts[wave], c.splits[splitKey{table, region, wave, byPart}],
				func(counts []int) [][]int { return slices.Collect(slices.Chunk(counts, classes)) })
			for _, opener := range c.openers(table) {
				p.what = fmt.Sprintf("table %s, who was asked on in %s, wave %d", c.c.Tables[table].ID, name, wave)
				c.split(p, t.Tables[table].Opened[region].Counts[wave], c.splits[splitKey{table, region, wave, byOpener}],
					func(counts []int) [][]int { return told(counts, opener) })
			}
		}
	}
}

// openers tell by class whether the answer was given that opens a question of a measure of the table.
func (c *checking) openers(table int) (openers [][]int) {
	for _, o := range c.c.Objectives {
		for _, m := range o.Measures {
			if opener, ok := c.c.Opener(m.Items[0].Question); ok && m.Table == table {
				openers = append(openers, c.next.Tables.Layout.Tables[table].Favourable(opener))
			}
		}
	}
	return openers
}

func told(counts, opener []int) [][]int {
	told := [][]int{make([]int, len(counts)), make([]int, len(counts))}
	for class, n := range counts {
		told[opener[class]][class] = n
	}
	return told
}

// split checks the classes of a region's people against every earlier version, and the sets that lie both in a
// class and in a cell.
func (c *checking) split(p place, now map[int][]int, versions []map[int][]int, classes func([]int) [][]int) {
	if now == nil || len(versions) > 0 && equal(now, versions[len(versions)-1]) {
		return
	}
	for _, then := range append(versions[:len(versions):len(versions)], nil) {
		if !equal(now, then) {
			c.classes(p, now, then, classes)
			c.frechet(p, now, then, classes)
		}
	}
}

// classes checks that every class is the same people in both versions, or differs by the minimum.
func (c *checking) classes(p place, now, then map[int][]int, classes func([]int) [][]int) {
	sizes, same := map[int]int{}, map[int]bool{}
	for cell := range cells(now, then) {
		for class := range classes(widest(now[cell], then[cell])) {
			a, b := block(now[cell], class, classes), block(then[cell], class, classes)
			sizes[class] += sum(a) - sum(b)
			if _, ok := same[class]; !ok {
				same[class] = true
			}
			same[class] = same[class] && (slices.Equal(a, b) || sum(a) == 0 && sum(b) == 0)
		}
	}
	for class, n := range sizes {
		if !same[class] && distance(n, 0) < c.k() {
			c.find(p, "class %d differs by %d people from an earlier version", class, n)
		}
	}
}

// frechet checks the sets of fewer than the minimum that are of one cell and one class, among those by whom two versions differ: how
// many they are can be told from the sizes of the cells and of the classes alone.
func (c *checking) frechet(p place, now, then map[int][]int, classes func([]int) [][]int) {
	var rows, columns []int
	var table [][]int
	positive, negative := false, false
	for _, cell := range slices.Sorted(cells(now, then)) {
		row := []int{}
		for class := range classes(widest(now[cell], then[cell])) {
			d := sum(block(now[cell], class, classes)) - sum(block(then[cell], class, classes))
			positive, negative = positive || d > 0, negative || d < 0
			row = append(row, distance(d, 0))
			if class == len(columns) {
				columns = append(columns, 0)
			}
			columns[class] += row[class]
		}
		table, rows = append(table, row), append(rows, sum(row))
	}
	if positive && negative {
		return // gains and losses cannot be told apart by sizes
	}
	all := sum(rows)
	for i, row := range table {
		for j, n := range row {
			bounds := interval.Range{Min: int64(max(0, rows[i]+columns[j]-all)), Max: int64(min(rows[i], columns[j]))}
			verdict := interval.Bounds{Min: bounds.Min, Max: bounds.Max, Attained: bounds}.Verdict(int64(c.k()))
			if n > 0 && n < c.k() && verdict != interval.Protected {
				c.find(p, "a set of %d is known to be from %d to %d", n, bounds.Min, bounds.Max)
			}
		}
	}
}

// cells are those of either version.
func cells(a, b map[int][]int) func(yield func(int) bool) {
	all := map[int]bool{}
	for cell := range a {
		all[cell] = true
	}
	for cell := range b {
		all[cell] = true
	}
	return maps.Keys(all)
}

func widest(a, b []int) []int {
	if a == nil {
		return b
	}
	return a
}

func block(counts []int, class int, classes func([]int) [][]int) []int {
	if counts == nil {
		return nil
	}
	return classes(counts)[class]
}
