package coverage

import (
	"math/rand/v2"

	"learningforlife/shared/score"
)

// How people answer, in parts of 1.
const (
	returning = 0.4 // of those who answer a wave, if there are as many in the other: they answer both
	keeping   = 0.5 // of these, the receipt
	steady    = 0.5 // of these, what decided an answer before decides it again
)

// sample is what the people of a world answered.
type sample struct {
	*world
	random *rand.Rand
	tables score.Tables
	// expected are counts in proportion to what as many people of each kind could be expected to answer: scored in
	// place of the tables, they give what the figures would be without the chance of who answered what.
	expected score.Tables
}

// precise is what a person counts for among expected counts, so that these can be integers.
const precise = 1_000_000

// draw plays the answers of a world.
func (w *world) draw(r *rand.Rand) *sample {
	s := &sample{world: w, random: r, tables: score.New(w.layout, w.frame), expected: score.New(w.layout, w.frame)}
	for place := range w.places {
		for k := range w.kinds {
			s.answer(place, k)
		}
	}
	return s
}

// answer plays the people of a kind in one organisation.
func (s *sample) answer(place, kind int) {
	p := s.at(place, kind)
	n := [2]int{s.poisson(p.answers[before]), s.poisson(p.answers[after])}
	both := 0
	if !s.Strangers {
		both = s.of(min(n[before], n[after]), returning)
	}
	linked := s.of(both, keeping)
	for _, f := range s.kinds[kind].forms {
		from := shared{n: n}
		classes := s.layout.Tables[s.forms[f].table].Classes
		share := func(chances []float64) []float64 { return s.forms[f].shares(chances, classes) }
		first, second := share(p.chances[f][before]), share(p.chances[f][after])
		keep, others := second, second
		if s.Selected != 0 && linked > 0 && linked < n[after] {
			by := make([]float64, len(s.forms[f].sets))
			part := float64(linked) / float64(n[after])
			set := func(points float64) []float64 {
				for i := range by {
					by[i] = s.points(points)
				}
				return share(s.forms[f].move(p.chances[f][after], by))
			}
			keep, others = set(s.Selected*(1-part)), set(-s.Selected*part)
		}
		from.counts = [2][]int{make([]int, classes), make([]int, classes)}
		for i := range both {
			likely := others
			if i < linked {
				likely = keep
			}
			one := s.pick(first)
			two := s.again(one, first, likely)
			from.counts[before][one]++
			from.counts[after][two]++
			if i < linked {
				from.pair(one, two)
			}
		}
		for range n[before] - both {
			from.counts[before][s.pick(first)]++
		}
		for range n[after] - both {
			from.counts[after][s.pick(others)]++
		}
		from.expected = [2][]int{expect(first, n[before]), expect(second, n[after])}
		s.count(place, kind, f, from)
	}
}

// shared is what some people answered in both waves.
type shared struct {
	n                [2]int
	counts, expected [2][]int
	pairs            [][]int
}

func (s *shared) pair(one, two int) {
	if s.pairs == nil {
		s.pairs = square(len(s.counts[before]))
	}
	s.pairs[one][two]++
}

func expect(shares []float64, n int) []int {
	counts := make([]int, len(shares))
	for class, share := range shares {
		counts[class] = int(share*float64(n)*precise + 0.5)
	}
	return counts
}

// again draws the answer of somebody who answered before.
func (s *sample) again(one int, first, second []float64) int {
	if s.random.Float64() >= steady {
		return s.pick(second)
	}
	// The same answer as often as both waves' chances allow, else one that became likelier.
	if s.random.Float64()*first[one] < second[one] {
		return one
	}
	gained := 0.0
	for class := range second {
		gained += max(second[class]-first[class], 0)
	}
	at, last := s.random.Float64()*gained, one
	for class := range second {
		if more := second[class] - first[class]; more > 0 {
			last = class
			if at -= more; at < 0 {
				break
			}
		}
	}
	return last
}

func (s *sample) pick(shares []float64) int {
	at, last := s.random.Float64(), 0
	for class, share := range shares {
		if share > 0 {
			last = class
			if at -= share; at < 0 {
				break
			}
		}
	}
	return last
}

// of draws how many of n do what one does with a chance.
func (s *sample) of(n int, chance float64) (some int) {
	for range n {
		if s.random.Float64() < chance {
			some++
		}
	}
	return some
}

// poisson draws a number of people, so many on average.
func (s *sample) poisson(mean float64) (n int) {
	for at := s.random.ExpFloat64(); at < mean; at += s.random.ExpFloat64() {
		n++
	}
	return n
}

// count adds answers to the tables.
func (s *sample) count(place, kind, form int, from shared) {
	o, k, table := s.places[place], s.kinds[kind], s.forms[form].table
	region := s.frame.Region[o]
	for _, to := range []struct {
		tables score.Tables
		counts [2][]int
		pairs  [][]int
	}{{s.tables, from.counts, from.pairs}, {s.expected, from.expected, nil}} {
		t := &to.tables.Tables[table]
		atom := &t.Apart[to.tables.ApartCell(region, s.board)]
		if k.group != apart {
			atom = &t.Atoms[to.tables.Cell(o, k.group)]
		}
		for wave, counts := range to.counts {
			if from.n[wave] == 0 {
				continue
			}
			atom.Counts[wave] = added(atom.Counts[wave], 0, len(counts), counts)
			if k.group == apart {
				if atom.From[wave] == nil {
					atom.From[wave] = map[int]int{}
				}
				atom.From[wave][o] += from.n[wave]
				continue
			}
			parts := len(to.tables.Parts(k.group))
			split(&t.Opened[region], wave, to.tables.Cell(o, k.group), 0, len(counts), counts)
			if parts > 0 {
				split(&t.Parts[region], wave, to.tables.Cell(o, k.group), k.part*len(counts), (parts+1)*len(counts), counts)
			}
		}
		for one, row := range to.pairs {
			if atom.Pairs == nil {
				atom.Pairs = square(len(to.pairs))
			}
			added(atom.Pairs[one], 0, len(row), row)
		}
	}
}

// split adds counts to a cell of a split.
func split(to *score.Split, wave, cell, from, size int, counts []int) {
	if to.Counts[wave] == nil {
		to.Counts[wave] = map[int][]int{}
	}
	to.Counts[wave][cell] = added(to.Counts[wave][cell], from, size, counts)
}

// added adds counts from a place on to those there are, of which there are so many.
func added(to []int, from, size int, counts []int) []int {
	if to == nil {
		to = make([]int, size)
	}
	for class, n := range counts {
		to[from+class] += n
	}
	return to
}

func square(classes int) [][]int {
	pairs, all := make([][]int, classes), make([]int, classes*classes)
	for i := range pairs {
		pairs[i] = all[i*classes : (i+1)*classes]
	}
	return pairs
}

// masked returns the expected counts of what was admitted of the tables.
func (s *sample) masked(admitted score.Tables) score.Tables {
	s.pool(admitted)
	m := score.New(s.layout, s.frame)
	for i := range m.Tables {
		a, e, to := &admitted.Tables[i], &s.expected.Tables[i], &m.Tables[i]
		for wave := range 2 {
			for cell := range to.Atoms {
				if a.Atoms[cell].Counts[wave] != nil {
					to.Atoms[cell].Counts[wave] = e.Atoms[cell].Counts[wave]
				}
			}
			for cell := range to.Apart {
				if a.Apart[cell].Counts[wave] != nil {
					to.Apart[cell].Counts[wave] = e.Apart[cell].Counts[wave]
				}
			}
			for region := range to.Parts {
				to.Parts[region].Counts[wave] = those(e.Parts[region].Counts[wave], a.Parts[region].Counts[wave])
				to.Opened[region].Counts[wave] = those(e.Opened[region].Counts[wave], a.Opened[region].Counts[wave])
			}
		}
	}
	return m
}

// pool puts the expected counts of those who are in an admitted pool into it.
func (s *sample) pool(admitted score.Tables) {
	for i := range admitted.Tables {
		e, a := &s.expected.Tables[i], &admitted.Tables[i]
		for unit, region := range s.frame.Region {
			for group := range s.layout.Campaign.Weighting.Groups {
				cell := admitted.Cell(unit, group)
				for wave := range 2 {
					pool := admitted.Cell(admitted.Pool(max(region, 0)), group)
					if region < 0 || a.Atoms[cell].Counts[wave] != nil || e.Atoms[cell].Counts[wave] == nil {
						continue
					}
					if a.Atoms[pool].Counts[wave] == nil {
						pool = admitted.Cell(admitted.Pool(len(s.frame.Regions)), group)
					}
					if a.Atoms[pool].Counts[wave] == nil {
						continue
					}
					e.Atoms[pool].Counts[wave] = added(e.Atoms[pool].Counts[wave], 0, len(e.Atoms[cell].Counts[wave]), e.Atoms[cell].Counts[wave])
					for _, split := range [][]score.Split{e.Parts, e.Opened} {
						if len(split) > 0 && split[region].Counts[wave][cell] != nil {
							counts := split[region].Counts[wave][cell]
							split[region].Set(wave, pool, added(split[region].Counts[wave][pool], 0, len(counts), counts))
						}
					}
				}
			}
		}
	}
}

// those keeps of cells those that are among others.
func those(cells, others map[int][]int) map[int][]int {
	var kept map[int][]int
	for cell := range others {
		if kept == nil {
			kept = map[int][]int{}
		}
		kept[cell] = cells[cell]
	}
	return kept
}
