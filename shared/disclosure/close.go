package disclosure

import (
	"maps"
	"slices"

	"learningforlife/shared/day"
	"learningforlife/shared/score"
)

// fillable returns the tables so that pools can be filled in: those that they were stay as they are.
func fillable(t score.Tables) score.Tables {
	t.Tables = slices.Clone(t.Tables)
	for i := range t.Tables {
		of := &t.Tables[i]
		of.Atoms, of.Parts = slices.Clone(of.Atoms), slices.Clone(of.Parts)
		for region := range of.Parts {
			for wave, cells := range of.Parts[region].Counts {
				of.Parts[region].Counts[wave] = maps.Clone(cells)
			}
		}
	}
	return t
}

// pools fills in how many of those in each pool there are now.
func (a *admission) pools() {
	if len(a.last.Pooled) == 0 {
		return
	}
	for table := range a.current.Tables {
		cells := map[string]int{}
		for cell := range a.current.Tables[table].Atoms {
			cells[a.cell(table, cell)] = cell
		}
		for cell := range a.current.Tables[table].Atoms {
			for wave := range a.last.Closed {
				for _, member := range a.last.Pooled[a.wave(a.cell(table, cell), wave)] {
					a.pour(table, wave, cells[member], cell)
				}
			}
		}
	}
}

// pour adds the current people of a cell to a pool's.
func (a *admission) pour(table, wave, cell, pool int) {
	t := &a.current.Tables[table]
	t.Atoms[pool].Counts[wave] = plus(t.Atoms[pool].Counts[wave], t.Atoms[cell].Counts[wave])
	t.Atoms[pool].Answers[wave] = plus(t.Atoms[pool].Answers[wave], t.Atoms[cell].Answers[wave])
	if !a.current.Scored(table) {
		return
	}
	from, _ := a.current.Of(cell)
	to, _ := a.current.Of(pool)
	if region := a.current.Region(to); region >= 0 {
		parts := &t.Parts[region]
		parts.Set(wave, pool, plus(parts.Counts[wave][pool], t.Parts[a.current.Region(from)].Counts[wave][cell]))
	}
}

// close makes the pools of every wave that is closed on the day and was not at the last
// release: of those that were not admitted, by region and group, and of pools that are too small or all agree
// by group for the nation. Whoever is not in one then stays out for good.
func (a *admission) close(on day.Day) {
	for wave, index := range a.current.Waves() {
		if a.last.Closed[wave] || !a.c.Waves[index].Closed(on) {
			continue
		}
		a.next.Closed[wave] = true
		for table := range a.current.Tables {
			a.pool(table, wave)
			n := a.leftOut(table, wave)
			a.next.Tables.Tables[table].LeftOut[wave] = &n
		}
	}
}

func (a *admission) pool(table, wave int) {
	for group := range a.c.Weighting.Groups {
		var others []int // cells of pools that were too small
		for region := range a.current.Frame.Regions {
			pool := a.current.Cell(a.current.Pool(region), group)
			members := a.unadmitted(table, wave, region, group)
			if !a.open(table, wave, pool, members) {
				others = append(others, members...)
			}
		}
		a.open(table, wave, a.current.Cell(a.current.Pool(len(a.current.Frame.Regions)), group), others)
	}
}

// unadmitted are the cells of a region and group with people, of organisations of which nothing of the group is
// admitted: where something is, it has the weight of all. Without a size nobody counts in a region or the nation,
// where pools do.
func (a *admission) unadmitted(table, wave, region, group int) (cells []int) {
	f, admitted := a.current.Frame, map[int]bool{}
	for unit, standing := range f.Standing {
		if a.next.Tables.Tables[table].Atoms[a.current.Cell(unit, group)].Counts[wave] != nil {
			admitted[standing] = true
		}
	}
	for unit, standing := range f.Standing {
		cell := a.current.Cell(unit, group)
		if f.Region[unit] == region && (f.Empty || f.Sizes[standing][group] > 0) &&
			total(a.current.Tables[table].Atoms[cell].Counts[wave]) > 0 && !admitted[standing] {
			cells = append(cells, cell)
		}
	}
	return cells
}

// open admits a pool of the cells, and reports whether it could.
func (a *admission) open(table, wave, pool int, members []int) bool {
	var all []int
	for _, cell := range members {
		all = plus(all, a.current.Tables[table].Atoms[cell].Counts[wave])
	}
	unit, _ := a.current.Of(pool)
	if total(all) < a.c.Minimum || !mixed(all, nil, a.values(table)) || a.holds(unit) {
		return false
	}
	key := a.wave(a.cell(table, pool), wave)
	pooled := map[string][]string{key: nil}
	for _, cell := range members {
		a.pour(table, wave, cell, pool)
		pooled[key] = append(pooled[key], a.cell(table, cell))
	}
	for of, list := range a.next.Pooled {
		pooled[of] = list
	}
	a.next.Pooled = pooled
	to, from := &a.next.Tables.Tables[table].Atoms[pool], &a.current.Tables[table].Atoms[pool]
	to.Counts[wave], to.Answers[wave] = from.Counts[wave], from.Answers[wave]
	a.next.History.add(key, total(all))
	if a.current.Scored(table) {
		a.back(table, pool, wave)
	}
	return true
}

// leftOut is how many people answered and count nowhere.
func (a *admission) leftOut(table, wave int) (n int) {
	pooled := map[string]bool{}
	for pool := range a.current.Tables[table].Atoms {
		for _, member := range a.next.Pooled[a.wave(a.cell(table, pool), wave)] {
			pooled[member] = true
		}
	}
	for cell := range a.current.Tables[table].Atoms {
		unit, _ := a.current.Of(cell)
		if a.current.IsPool(unit) || pooled[a.cell(table, cell)] {
			continue
		}
		now := total(a.current.Tables[table].Atoms[cell].Counts[wave])
		n += max(now-total(a.next.Tables.Tables[table].Atoms[cell].Counts[wave]), 0)
	}
	return n
}
