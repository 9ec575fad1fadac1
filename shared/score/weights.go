package score

import (
	"math/big"

	"learningforlife/shared/campaign"
	"learningforlife/shared/stats"
)

// weight is what a weighting cell weighs: size·part[0]/part[1]·(1 + the sum of its
// gains), or 0 gains. It is kept as integers, so that a value can be had exactly.
type weight struct {
	cell  int
	size  int      // of the frame, or respondents where there is none
	part  [2]int   // the share of size that falls to this code of its organisation
	gains [3]ratio // what is carried over from cells of which nothing may be used: by region and group, by group alone, and by the other groups
}

// ratio is what is carried over, and the size of those it is carried over to; zero for nothing.
type ratio struct{ over, to int }

func (w weight) float() float64 {
	factor := 1.0
	for _, g := range w.gains {
		if g.over != 0 {
			factor += float64(g.over) / float64(g.to)
		}
	}
	return float64(w.size) * float64(w.part[0]) / float64(w.part[1]) * factor
}

func (w weight) exact() *big.Rat {
	factor := big.NewRat(1, 1)
	for _, g := range w.gains {
		if g.over != 0 {
			factor.Add(factor, big.NewRat(int64(g.over), int64(g.to)))
		}
	}
	factor.Mul(factor, big.NewRat(int64(w.part[0]), int64(w.part[1])))
	return factor.Mul(factor, new(big.Rat).SetInt64(int64(w.size)))
}

// place is a node with what belongs to it.
type place struct {
	level campaign.Level
	// regions are the standing organisations of the node by region, those of a known region alone; pools are only of nation and region.
	regions []regional
	framed  bool // weighted by the frame
	most    int  // cells that a group can have there
}

// pools reports whether pools count in the node.
func (p place) pools() bool { return p.level == campaign.Nation || p.level == campaign.Region }

type regional struct {
	region        int
	organisations []int // standing
}

// places returns what belongs to each node.
func (t Tables) places(nodes []campaign.Node) []place {
	places := make([]place, len(nodes))
	for i, node := range nodes {
		p := place{level: node.Level, framed: !t.Frame.Empty}
		size := 0
		seen := map[int]bool{}
		for _, code := range node.Members {
			standing, region := t.Frame.Standing[code], t.Frame.Region[code]
			p.most++
			if seen[standing] || region < 0 {
				continue
			}
			seen[standing] = true
			at := -1
			for j := range p.regions {
				if p.regions[j].region == region {
					at = j
				}
			}
			if at < 0 {
				at = len(p.regions)
				p.regions = append(p.regions, regional{region: region})
			}
			p.regions[at].organisations = append(p.regions[at].organisations, standing)
			size += sum(t.Frame.Sizes[standing])
		}
		// An organisation without a size is shown as it answered.
		if node.Level == campaign.Organisation && size == 0 {
			p.framed = false
		}
		if p.pools() {
			p.most += len(p.regions) + 1
		}
		places[i] = p
	}
	return places
}

// members returns by standing organisation the codes that its answers came in under.
func (t Tables) members() [][]int {
	members := make([][]int, len(t.Frame.Standing))
	for code, standing := range t.Frame.Standing {
		members[standing] = append(members[standing], code)
	}
	return members
}

// weighing divides a node's weights among the cells that have people in all of the waves.
type weighing struct {
	Tables
	members [][]int
	from    *source
	waves   []int
	place   *place
	groups  []int // weighting groups
	drawn   []int // by cell; nil where the organisations are not drawn from any others

	weights []weight
	// covered and size are the frame's people in organisations of which something may be used, and in all of the node.
	covered, size int
	partial       bool // one group stands for another too
}

// balance is the size of a group's organisations of which nothing may be used and
// is not in a pool, of those of which something may be, and of pools.
type balance struct{ lost, own, pooled int }

// weigh fills in the weights. The weight of an organisation of which nothing may
// be used goes to the pool of its region and group, else in the nation to the group's
// pool; else to the region's organisations of the group in proportion to their
// sizes, else to the node's, else to those of the other groups.
func (w *weighing) weigh() {
	w.weights = make([]weight, 0, w.place.most*len(w.groups))
	if !w.place.framed {
		w.unframed()
		return
	}
	type answered struct {
		balance
		from, to int // its weights
	}
	groups := make([]answered, 0, 4) // constant, so that it costs no allocation: there are a handful at most
	var left, reached int            // the size of groups without anybody, and of the others
	for _, group := range w.groups {
		from := len(w.weights)
		b := w.group(group)
		if b.own+b.pooled == 0 {
			left += b.lost
			continue
		}
		groups = append(groups, answered{b, from, len(w.weights)})
		reached += b.base()
		w.gain(from, len(w.weights), b, 1, b.lost)
	}
	if left == 0 || reached == 0 {
		return
	}
	w.partial = true
	for _, g := range groups {
		w.carry(g.from, g.to, g.balance, 2, ratio{left, reached})
	}
}

// base is the size that gains are in proportion to: the organisations', or the pools' where there are only pools.
func (b balance) base() int {
	if b.own == 0 {
		return b.pooled
	}
	return b.own
}

func (w *weighing) gain(from, to int, b balance, which, lost int) {
	w.carry(from, to, b, which, ratio{lost, b.base()})
}

// carry gives the organisations among some weights, or the pools where there are only pools, what is carried over.
func (w *weighing) carry(from, to int, b balance, which int, r ratio) {
	if r.over == 0 {
		return
	}
	for j := from; j < to; j++ {
		if unit, _ := w.Of(w.weights[j].cell); w.IsPool(unit) == (b.own == 0) {
			w.weights[j].gains[which] = r
		}
	}
}

// group adds the weights of a group, and returns what is lost to all its cells.
func (w *weighing) group(group int) (all balance) {
	nation := w.place.level == campaign.Nation
	national, lostToNational := w.Cell(w.Pool(len(w.Frame.Regions)), group), 0
	for _, r := range w.place.regions {
		from := len(w.weights)
		b := w.own(r, group)
		all.own += b.own
		w.covered += b.own
		w.size += b.own + b.lost
		pool := w.Cell(w.Pool(r.region), group)
		switch {
		case b.lost == 0:
		case w.place.pools() && w.has(pool):
			w.weights = append(w.weights, weight{cell: pool, size: b.lost, part: [2]int{1, 1}})
			all.pooled += b.lost
		case nation && w.has(national):
			lostToNational += b.lost
			all.pooled += b.lost
		case b.own > 0:
			w.gain(from, len(w.weights), b, 0, b.lost)
		default:
			all.lost += b.lost
		}
	}
	if lostToNational > 0 {
		w.weights = append(w.weights, weight{cell: national, size: lostToNational, part: [2]int{1, 1}})
	}
	return all
}

// own adds the weights of a region's organisations of a group.
func (w *weighing) own(r regional, group int) (b balance) {
	for _, standing := range r.organisations {
		size := w.Frame.Sizes[standing][group]
		if size == 0 {
			continue
		}
		from := len(w.weights)
		for _, code := range w.members[standing] {
			if cell := w.Cell(code, group); w.has(cell) {
				w.weights = append(w.weights, weight{cell: cell, size: size})
			}
		}
		if len(w.weights) == from {
			b.lost += size
			continue
		}
		b.own += size
		w.divide(w.weights[from:])
	}
	return b
}

// divide shares an organisation's size out among its codes, by their staff when
// the campaign opened, or by their respondents if one of them came later.
func (w *weighing) divide(codes []weight) {
	staff, later := 0, false
	for i, of := range codes {
		code, _ := w.Of(of.cell)
		codes[i].part[0] = w.Frame.Own[code]
		staff += w.Frame.Own[code]
		later = later || w.Frame.Own[code] == 0
	}
	if later {
		staff = 0
		for i, of := range codes {
			codes[i].part[0] = w.respondents(of.cell)
			staff += codes[i].part[0]
		}
	}
	for i := range codes {
		codes[i].part[1] = staff
	}
}

// unframed counts every respondent the same.
func (w *weighing) unframed() {
	for _, group := range w.groups {
		for _, r := range w.place.regions {
			for _, standing := range r.organisations {
				for _, code := range w.members[standing] {
					w.count(w.Cell(code, group))
				}
			}
			if w.place.pools() {
				w.count(w.Cell(w.Pool(r.region), group))
			}
		}
		if w.place.level == campaign.Nation {
			w.count(w.Cell(w.Pool(len(w.Frame.Regions)), group))
		}
	}
}

func (w *weighing) count(cell int) {
	if w.has(cell) {
		w.weights = append(w.weights, weight{cell: cell, size: w.respondents(cell), part: [2]int{1, 1}})
	}
}

// has reports whether a cell may be used.
func (w *weighing) has(cell int) bool {
	for _, wave := range w.waves {
		if w.from.cells[cell].totals[wave] == 0 {
			return false
		}
	}
	return true
}

// respondents is how many people a cell has, for where the frame does not tell.
func (w *weighing) respondents(cell int) (n int) {
	for _, wave := range w.waves {
		n += w.from.cells[cell].totals[wave]
	}
	return n
}

// cells are the weighted cells of both waves.
func (w *weighing) cells() []stats.Cell {
	cells := make([]stats.Cell, len(w.weights))
	for i, of := range w.weights {
		p := &w.from.cells[of.cell]
		cells[i] = stats.Cell{Weight: of.float(), Before: p.counts[Before], After: p.counts[After], Pairs: p.pairs}
	}
	return cells
}
