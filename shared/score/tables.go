package score

import (
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/parallel"
	"learningforlife/shared/tally"
)

// The two waves that are compared, as positions in pairs of values.
const (
	Before = iota
	After
)

// Tables are the counts that scores are computed from, by weighting cell: people
// who weigh the same. What they hold is for their maker to decide. [Gather] fills
// them with all there is; disclosure keeps what may be used, and scores cannot tell the difference.
//
// A unit is an organisation by the code that was submitted, or a pool: the people
// of one region's organisations, or of all, that could not be used one by one. Units are numbered:
// the organisations in the order of the list, then a pool for each region of the frame, then the nation's.
type Tables struct {
	Layout  *tally.Layout
	Frame   campaign.Frame
	Tables  []Table // by the layout's tables
	Pledges Pledges
	Held    []bool // by region: nothing of it changes, because showing it would give somebody away
}

// Table is one table's counts. A base count is a respondent in the table's base.
type Table struct {
	Atoms []Atom // by cell: see Tables.Cell
	// Parts are, by region, the people of its atoms told apart by the groups that are parts of a weighting
	// group; Opened are its atoms once more, to be told apart by what opens a question.
	Parts, Opened []Split
	Apart         []Atom // by region and group that stands apart: see Tables.ApartCell
	// LeftOut is, by wave, how many people count nowhere, in a cell or a pool; nil for a wave that is not closed.
	LeftOut [2]*int
}

// Atom is the respondents of a weighting cell.
type Atom struct {
	// Counts are, by wave and class of the table, base counts; nil for a wave of which nothing may be used.
	Counts [2][]int
	// Answers are how the same people answered each of the table's questions, one after the other: see Tables.Answers.
	Answers [2][]int
	Pairs   [][]int // linked people by class before and after, those in the base of both alone; nil if none may be used
	// From are, of groups that stand apart, the respondents by organisation that sent them.
	From [2]map[int]int
}

// Split is a region's people told apart by classes. It can be older than its atoms.
type Split struct {
	// Counts are, by wave, of each cell that has any, the base counts; nil for a wave that may not be told apart.
	// Those of Parts are by part and then class, the people in no part last.
	Counts [2]map[int][]int
}

// Set puts a cell's counts of a wave in place of those it had.
func (s *Split) Set(wave, cell int, counts []int) {
	if s.Counts[wave] == nil {
		s.Counts[wave] = map[int][]int{}
	}
	s.Counts[wave][cell] = counts
}

// Cell returns the number of the weighting cell of the unit and the weighting group.
func (t Tables) Cell(unit, group int) int { return unit*t.groups() + group }

// Of is the inverse of Cell.
func (t Tables) Of(cell int) (unit, group int) { return cell / t.groups(), cell % t.groups() }

// UnitName names the unit: an organisation by its code, a pool by its region.
func (t Tables) UnitName(unit int) string {
	if !t.IsPool(unit) {
		return t.Layout.Campaign.Organisations.All()[unit].Code
	}
	if region := t.Region(unit); region >= 0 {
		return "pool of " + t.Frame.Regions[region]
	}
	return "pool of the nation"
}

func (t Tables) groups() int { return len(t.Layout.Campaign.Weighting.Groups) }

// Pool returns the unit that is the pool of the region, or of the nation for len(Frame.Regions).
func (t Tables) Pool(region int) int { return len(t.Frame.Standing) + region }

// Units is how many there are.
func (t Tables) Units() int { return t.Pool(len(t.Frame.Regions)) + 1 }

// IsPool reports whether the unit is a pool.
func (t Tables) IsPool(unit int) bool { return unit >= len(t.Frame.Standing) }

// Region returns the region of the unit, an index into Frame.Regions; -1 for the nation's pool and where it is not known.
func (t Tables) Region(unit int) int {
	switch pool := unit - len(t.Frame.Standing); {
	case pool < 0:
		return t.Frame.Region[unit]
	case pool < len(t.Frame.Regions):
		return pool
	}
	return -1
}

// ApartCell returns the number of the cell of a group that stands apart, in the region.
func (t Tables) ApartCell(region, group int) int {
	return region*len(t.Layout.Campaign.Groups) + group
}

// Parts returns the groups that are parts of the weighting group.
func (t Tables) Parts(group int) (parts []int) {
	for g, of := range t.Layout.Campaign.Groups {
		if of.Part && of.Cells[0] == group {
			parts = append(parts, g)
		}
	}
	return parts
}

// Waves returns the campaign's indexes of the waves at Before and After.
func (t Tables) Waves() [2]int {
	return [2]int{t.Layout.Campaign.Baseline(), t.Layout.Campaign.FollowUp()}
}

// New returns tables of which nothing may be used.
func New(l *tally.Layout, f campaign.Frame) Tables {
	t := Tables{Layout: l, Frame: f, Tables: make([]Table, len(l.Tables)), Held: make([]bool, len(f.Regions)),
		Pledges: Pledges{Statuses: make([][]int, len(f.Standing))}}
	for i := range t.Tables {
		t.Tables[i] = Table{
			Atoms: make([]Atom, t.Units()*t.groups()),
			Apart: make([]Atom, len(f.Regions)*len(l.Campaign.Groups)),
		}
		if t.Scored(i) {
			t.Tables[i].Parts = make([]Split, len(f.Regions))
			t.Tables[i].Opened = make([]Split, len(f.Regions))
		}
	}
	return t
}

// Scored reports whether a measure uses the table. One that none uses is of a single question, and its classes
// are the answers to that: 0 for a blank, otherwise 1 + its index.
func (t Tables) Scored(table int) bool { return t.Layout.Tables[table].Class != nil }

// Classes is how many classes the table has.
func (t Tables) Classes(table int) int {
	if !t.Scored(table) {
		return t.Layout.Tables[table].Slots
	}
	return t.Layout.Tables[table].Classes
}

// Answers returns where in an atom's Answers those to the i-th question of the table begin, in the order of the
// campaign's answers, and how many there are.
func (t Tables) Answers(table, i int) (from, n int) {
	questions := t.Layout.Tables[table].Questions
	for _, q := range questions[:i] {
		from += len(t.Layout.Campaign.Answers(q))
	}
	return from, len(t.Layout.Campaign.Answers(questions[i]))
}

// Gather returns all that was counted. Organisations whose region is not known are left out: nobody can answer for one.
func Gather(counted *tally.Tally, f campaign.Frame) Tables {
	t := New(counted.Layout, f)
	g := gathering{Tables: t, counted: counted, waves: t.Waves()}
	parallel.Each(len(t.Tables), g.table)
	g.Pledges = g.gatherPledges()
	return g.Tables
}

type gathering struct {
	Tables
	counted *tally.Tally
	waves   [2]int
}

// table gathers the people of a table by who they say they are.
func (g gathering) table(table int) {
	c := g.Layout.Campaign
	for a := range c.Audiences {
		for b := range c.BandGroups {
			for i, w := range c.Weighting.Groups {
				if c.Groups[w.Group].Has(a, b) {
					g.people(table, a, b, i)
				}
			}
			for group, of := range c.Groups {
				if !of.Weighted() && of.Has(a, b) {
					g.apart(table, a, b, group)
				}
			}
		}
	}
}

// people adds those of an audience and band group to their weighting group.
func (g gathering) people(table, audience, bandGroup, group int) {
	parts := g.Parts(group)
	part := len(parts)
	for i, p := range parts {
		if g.Layout.Campaign.Groups[p].Has(audience, bandGroup) {
			part = i
		}
	}
	t, classes := &g.Tables.Tables[table], g.Classes(table)
	for o, region := range g.Frame.Region {
		if region < 0 {
			continue
		}
		cell := g.Cell(o, group)
		for w, wave := range g.waves {
			if g.counted.Respondents(o, bandGroup, audience, wave) == 0 {
				continue
			}
			counts := g.fold(&t.Atoms[cell], table, w, g.counted.Counts(table, o, bandGroup, audience, wave))
			if sum(counts) == 0 || !g.Scored(table) {
				continue
			}
			add(&t.Opened[region], w, cell, 0, classes, counts)
			if len(parts) > 0 {
				add(&t.Parts[region], w, cell, part*classes, (len(parts)+1)*classes, counts)
			}
		}
		g.pairs(&t.Atoms[cell], table, o, bandGroup, audience)
	}
}

// apart adds those of an audience and band group to a group that stands apart, by region.
func (g gathering) apart(table, audience, bandGroup, group int) {
	t := &g.Tables.Tables[table]
	for o, region := range g.Frame.Region {
		if region < 0 {
			continue
		}
		atom := &t.Apart[g.ApartCell(region, group)]
		for w, wave := range g.waves {
			if g.counted.Respondents(o, bandGroup, audience, wave) == 0 {
				continue
			}
			if counts := g.fold(atom, table, w, g.counted.Counts(table, o, bandGroup, audience, wave)); sum(counts) > 0 {
				if atom.From[w] == nil {
					atom.From[w] = map[int]int{}
				}
				atom.From[w][g.Frame.Standing[o]] += sum(counts)
			}
		}
		g.pairs(atom, table, o, bandGroup, audience)
	}
}

// fold adds the people of a table's slots who are in its base to an atom, and returns them by class.
func (g gathering) fold(atom *Atom, table, wave int, slots []uint32) []int {
	t := &g.Layout.Tables[table]
	counts := make([]int, g.Classes(table))
	for slot, n := range slots {
		class := slot
		if t.Class != nil {
			class = int(t.Class[slot])
		}
		if n == 0 || class == 0 {
			continue
		}
		counts[class] += int(n)
		if atom.Answers[wave] == nil {
			from, length := g.Answers(table, len(t.Questions)-1)
			atom.Answers[wave] = make([]int, from+length)
		}
		for i := range t.Questions {
			if answer := t.Answer(slot, i); answer > 0 {
				from, _ := g.Answers(table, i)
				atom.Answers[wave][from+answer-1] += int(n)
			}
		}
	}
	if sum(counts) > 0 {
		atom.Counts[wave] = plus(atom.Counts[wave], slices.Clone(counts))
	}
	return counts
}

// pairs adds linked people to an atom that has people in both waves: others have none.
func (g gathering) pairs(atom *Atom, table, organisation, bandGroup, audience int) {
	if !g.Scored(table) || atom.Counts[Before] == nil || atom.Counts[After] == nil {
		return
	}
	classes := g.Layout.Tables[table].Classes
	linked := g.counted.Pairs(table, organisation, bandGroup, audience, g.waves[After])
	for before := 1; before < classes; before++ {
		for after, n := range linked[before*classes : (before+1)*classes] {
			if n == 0 || after == 0 {
				continue
			}
			if atom.Pairs == nil {
				atom.Pairs = square(classes)
			}
			atom.Pairs[before][after] += int(n)
		}
	}
}

func square(classes int) [][]int {
	pairs, all := make([][]int, classes), make([]int, classes*classes)
	for i := range pairs {
		pairs[i] = all[i*classes : (i+1)*classes]
	}
	return pairs
}

// plus adds counts to those there are.
func plus(to, counts []int) []int {
	if to == nil {
		return counts
	}
	for class, n := range counts {
		to[class] += n
	}
	return to
}

// add adds counts to a cell of a split that has the given size, from a place on.
func add(to *Split, wave, cell, from, size int, counts []int) {
	if to.Counts[wave] == nil {
		to.Counts[wave] = map[int][]int{}
	}
	if to.Counts[wave][cell] == nil {
		to.Counts[wave][cell] = make([]int, size)
	}
	plus(to.Counts[wave][cell][from:from+len(counts)], counts)
}

func sum(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}
