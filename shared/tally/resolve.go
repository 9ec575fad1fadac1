package tally

import (
	"cmp"
	"maps"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Resolve tallies what the counters, at least one, counted of all items there are.
func Resolve(counters []*Counter) (*Tally, error) {
	return counters[0].layout.Reading(counters, Sealed{}).Tally(nil)
}

// Tally decides about the responses that name others, adds everything up but the batches
// that are held back, and checks the control totals. sheets are those of the sealed parts with a batch that is
// held back, and may be more. It must be called once.
//
// Of several responses of a wave, none of them held back, that name the same one, the least by (day, id)
// counts and the others are superseded, whether or not the named one exists. A
// counted response makes a pair if the one it names is a live response, not held back, of the wave that
// its own wave follows, of the same organisation as submitted, band group and audience.
func (r *Reading) Tally(held []Batch, sheets ...*Sheet) (*Tally, error) {
	l := r.layout
	t := &Tally{Layout: l, batches: r.batches()}
	holds := l.holds(held)
	sum := r.sealed.Sum
	if sum == nil {
		sum = l.Sum()
	}
	for _, sheet := range sheets {
		sum.hold(sheet, holds)
	}
	t.read, t.counts, t.pairs = sum.read, sum.counts, make([]uint32, l.cells()*l.pairStride)
	adders := r.adders(holds)
	work := r.work()
	deal(len(work), len(adders), func(worker, i int) { adders[worker].link(r, work[i]) })
	deal(piles, len(adders), func(_, pile int) {
		for _, k := range r.counters {
			l.add(t.counts, &k.piles[pile])
		}
		for _, a := range adders {
			l.add(t.counts, &a.piles[pile])
			l.addPairs(t.counts, t.pairs, &a.pairs[pile])
		}
	})
	for _, k := range r.counters {
		for part, d := range k.drafts {
			t.read.add(readOf(part, d.items, d.withdrawn), 1)
			l.addPart(t.counts, part, d, holds)
		}
	}
	for _, a := range adders {
		t.Totals.Superseded += a.superseded
		t.Totals.Pairs += a.paired
	}
	t.Totals.Pledges, t.Totals.Withdrawn = t.read.pledges, t.read.withdrawn
	t.Totals.Responses = t.batches.responses(len(l.Campaign.Waves))
	t.Totals.Quarantined = t.batches.held(holds)
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// add adds up a pile.
func (l *Layout) add(counts []uint32, pile *list[packed]) {
	for _, chunk := range pile.chunks() {
		for _, p := range chunk {
			l.count(counts, p)
		}
	}
}

// pair is a response, and the classes of the one that it names.
type pair struct {
	after  packed
	before [maxPaired]uint8
}

// addPairs adds up a pile of pairs, and the responses that make them.
func (l *Layout) addPairs(counts, pairs []uint32, pile *list[pair]) {
	for _, chunk := range pile.chunks() {
		for i := range chunk {
			p := &chunk[i]
			l.count(counts, p.after)
			pairs := pairs[l.cellOf(p.after)*l.pairStride:][:l.pairStride]
			for i := range l.pairing {
				table := &l.pairing[i]
				pairs[table.offset+int(p.before[i])*table.classes+int(table.class[table.field.slot(p.after)])]++
			}
		}
	}
}

// addPart adds what is in no pile, and takes out what is held back, which was in one. That stays in the batches.
func (l *Layout) addPart(counts []uint32, part submission.Part, d *draft, holds holds) {
	for _, chunk := range d.pledges.chunks() {
		for _, place := range chunk {
			counts[place]++
		}
	}
	if holds[part.Day] == nil {
		return
	}
	d.each(func(p packed) {
		if holds.holds(l, part.Day, l.cellOf(p)) {
			l.uncount(counts, p)
		}
	})
}

// deal hands the numbers from 0 to n−1 out to workers, each of which is one goroutine.
func deal(n, workers int, do func(worker, i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(worker, i)
			}
		})
	}
	wait.Wait()
}

// work lists the days of which something is named: what others name of one is decided about without the rest.
func (r *Reading) work() []day.Day {
	days := r.namedDays()
	for _, sealed := range r.sealed.Links {
		sealed.links.days(days)
	}
	return slices.Sorted(maps.Keys(days))
}

// adder is what one goroutine adds up.
type adder struct {
	layout             *Layout
	holds              holds
	piles              heap // responses that name another, and count, and make no pair
	pairs              [piles]list[pair]
	superseded, paired int

	// of the day at hand
	found  []found
	links  []link   // by the place of the id that they name
	starts []uint32 // by place, where its links start; those of the last end with the list
	shift  int      // of an id to its place
}

// link is a response among others that name one of the same day.
type link struct {
	naming
	state    state     // of the one that it names
	response *response // to note that in, or nil if it is a brief one
	sealed   *Links    // that it stands in, or nil if it was read
}

// adders returns one for each goroutine.
func (r *Reading) adders(holds holds) []*adder {
	l := r.layout
	adders := make([]*adder, runtime.GOMAXPROCS(0))
	for i := range adders {
		adders[i] = &adder{layout: l, holds: holds}
	}
	return adders
}

// link decides about the responses that name one of the day.
func (a *adder) link(r *Reading, on day.Day) {
	a.gather(r, on)
	if len(a.links) == 0 {
		return
	}
	if r.read(on) {
		for _, k := range r.counters {
			if d := k.drafts[submission.Part{Kind: submission.KindResponse, Day: on}]; d != nil {
				for shard := range d.named {
					for _, chunk := range d.named[shard].chunks() {
						a.find(chunk)
					}
				}
			}
		}
	}
	for place := range len(a.starts) - 1 {
		if from, to := a.starts[place], a.starts[place+1]; from < to {
			a.judge(on, a.links[from:to])
		}
	}
	for i := range a.links {
		a.links[i].keep()
	}
}

// gather lists the links by place, each with what is known of the one it names, if that was not read. Two passes,
// one to count and one to fill in, leave those that name the same one side by side.
func (a *adder) gather(r *Reading, on day.Day) {
	a.found = r.naming(a.found[:0], on)
	n := 0
	for i := range a.found {
		n += len(a.found[i].briefs) + len(a.found[i].responses)
	}
	a.links = slices.Grow(a.links[:0], n)[:n]
	a.shift = 64 - bits.Len(uint(n))
	a.starts = slices.Grow(a.starts[:0], 1<<bits.Len(uint(n))+1)[:1<<bits.Len(uint(n))+1]
	clear(a.starts)
	for _, found := range a.found {
		for i := range found.briefs {
			a.starts[place(found.briefs[i].names)>>a.shift]++
		}
		for i := range found.responses {
			a.starts[place(halfOf(found.responses[i].names.ID()))>>a.shift]++
		}
	}
	end := uint32(0)
	for i := range a.starts {
		end += a.starts[i]
		a.starts[i] = end
	}
	read := r.read(on)
	for _, found := range a.found {
		for i := range found.briefs {
			a.put(&found.briefs[i], nil, nil, state{})
		}
		for i := range found.responses {
			l := &found.responses[i]
			known := state{}
			switch {
			case read:
			case found.sealed != nil:
				known = l.state
			default:
				known = r.known[l.names]
			}
			a.put(&naming{halfOf(l.names.ID()), ownOf(l.own.Day(), l.own.ID()), l.packed}, l, found.sealed, known)
		}
	}
}

// put puts a link in its place, which starts before those that were put there already.
func (a *adder) put(n *naming, response *response, sealed *Links, known state) {
	start := &a.starts[place(n.names)>>a.shift]
	*start--
	g := &a.links[*start]
	g.naming, g.state, g.response, g.sealed = *n, known, response, sealed
}

// found are links as they were found: of one form or the other.
type found struct {
	briefs    []naming
	responses []response
	sealed    *Links // that the responses stand in, or nil if they were read
}

// naming appends the links that name one of the day.
func (r *Reading) naming(list []found, on day.Day) []found {
	for _, k := range r.counters {
		for _, chunk := range k.briefs.at(on) {
			list = append(list, found{briefs: chunk})
		}
		if shards := k.links.at(on); shards != nil {
			for shard := range shards {
				for _, chunk := range shards[shard].chunks() {
					list = append(list, found{responses: chunk})
				}
			}
		}
	}
	for _, sealed := range r.sealed.Links {
		if shards := sealed.links.at(on); shards != nil {
			for shard := range shards {
				list = append(list, found{responses: shards[shard], sealed: sealed})
			}
		}
	}
	return list
}

// place is the start of the key that has the id, without its kind and day. Stores hand items over in the order of
// keys mostly, and so the table is walked rather than leapt about in.
func place(id half) uint64 {
	first := id.high >> 56
	return (first%submission.Shards*(256/submission.Shards)+first/submission.Shards)<<56 | id.high<<8>>8
}

// find tells those that name one of the responses what it is.
func (a *adder) find(chunk []named) {
	for i := range chunk {
		n := &chunk[i]
		place := place(n.half) >> a.shift
		for at, end := a.starts[place], a.starts[place+1]; at < end; at++ {
			if a.links[at].names == n.half {
				a.links[at].state = a.layout.state(n.packed)
			}
		}
	}
}

// judge counts, of the links of a place, for each that is named the one in each wave that counts.
func (a *adder) judge(on day.Day, links []link) {
	l := a.layout
	switch {
	case len(links) > 2:
		slices.SortFunc(links, compareLinks)
	case len(links) == 2 && compareLinks(links[1], links[0]) < 0:
		links[0], links[1] = links[1], links[0]
	}
	counted := uint64(0) // the waves, of which there are fewer than campaign.MaxNumber + 1
	for i := range links {
		g := &links[i]
		if i > 0 && g.names != links[i-1].names {
			counted = 0
		}
		cell := l.cellOf(g.packed)
		if a.holds.holds(l, g.own.day(), cell) {
			continue
		}
		wave := uint64(1) << l.cellsOf[cell].wave
		if counted&wave != 0 {
			a.superseded++
			continue
		}
		counted |= wave
		a.count(on, g)
	}
}

// compareLinks orders links by what they name and then by their own day and id. Who searches for years may mint two whose
// ids begin alike: of those the order does not depend on which was read first either.
func compareLinks(a, b link) int {
	return cmp.Or(a.names.compare(b.names), a.own.compare(b.own), cmp.Compare(a.packed, b.packed))
}

// count adds a response that names another of the day, and the pair that they make if they do.
func (a *adder) count(on day.Day, g *link) {
	l := a.layout
	at := &l.cellsOf[l.cellOf(g.packed)]
	if g.state.is != live || at.earlier != int32(g.state.cell) || a.holds.holds(l, on, int(g.state.cell)) {
		*a.piles[at.pile].next() = g.packed
		return
	}
	a.paired++
	next := a.pairs[at.pile].next()
	next.after, next.before = g.packed, g.state.classes
}

// keep notes what the response names.
func (g *link) keep() {
	if g.response != nil && g.state != g.response.state {
		g.response.state = g.state
		if g.sealed != nil {
			g.sealed.changed.Store(true)
		}
	}
}

func add(to, from []uint32) {
	for i, n := range from {
		if n != 0 {
			to[i] += n
		}
	}
}
