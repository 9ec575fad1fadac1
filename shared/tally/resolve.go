package tally

import (
	"bytes"
	"encoding/binary"
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
	deal(len(work), len(adders), func(worker, i int) { adders[worker].link(r, work[i].day, work[i].shard) })
	deal(piles, len(adders), func(_, pile int) {
		for _, k := range r.counters {
			l.add(t.counts, &k.piles[pile])
		}
		for _, a := range adders {
			l.add(t.counts, &a.piles[pile])
			l.addPairs(t.pairs, &a.pairs[pile])
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

// addPairs adds up a pile of pairs.
func (l *Layout) addPairs(pairs []uint32, pile *list[pair]) {
	for _, chunk := range pile.chunks() {
		for i := range chunk {
			p := &chunk[i]
			pairs := pairs[l.cellOf(p.after)*l.pairStride:][:l.pairStride]
			for i, t := range l.paired {
				table := &l.Tables[t]
				pairs[table.pairOffset+int(p.before[i])*table.Classes+int(table.Class[table.field.slot(p.after)])]++
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

// bucket is where a response stands that is named: what others name there is decided about without the rest.
type bucket struct {
	day   day.Day
	shard int
}

// work lists the buckets that are named.
func (r *Reading) work() (work []bucket) {
	days := r.namedDays()
	for _, sealed := range r.sealed.Links {
		sealed.links.days(days)
	}
	for _, on := range slices.Sorted(maps.Keys(days)) {
		for shard := range submission.Shards {
			work = append(work, bucket{on, shard})
		}
	}
	return work
}

// adder is what one goroutine adds up.
type adder struct {
	layout             *Layout
	holds              holds
	piles              heap // responses that name another, and count
	pairs              [piles]list[pair]
	superseded, paired int

	// of the bucket at hand
	links []link
	table []uint64 // open addressing by the id that is named: half of a hash of it, and 1 + the number of the first link that names it
	heads []int32  // the first link of each that is named
	least []int32  // by wave, of those that name the same one
}

// link is a response among others that name the same one.
type link struct {
	*response
	sealed *Links // that it stands in, or nil if it was read
	state  state  // of the one that it names
	next   int32
}

const none = -1

// adders returns one for each goroutine.
func (r *Reading) adders(holds holds) []*adder {
	l := r.layout
	adders := make([]*adder, runtime.GOMAXPROCS(0))
	for i := range adders {
		adders[i] = &adder{layout: l, holds: holds, least: make([]int32, len(l.Campaign.Waves))}
	}
	return adders
}

// link decides about the responses that name one of the day and shard. Those of a shard are so few that all this stays in the processor's cache.
func (a *adder) link(r *Reading, on day.Day, shard int) {
	a.gather(r, on, shard)
	if len(a.links) == 0 {
		return
	}
	a.group()
	if r.read(on) {
		for _, k := range r.counters {
			if d := k.drafts[submission.Part{Kind: submission.KindResponse, Day: on}]; d != nil {
				for _, chunk := range d.named[shard].chunks() {
					a.find(chunk)
				}
			}
		}
	}
	for _, head := range a.heads {
		a.judge(on, head)
	}
	for i := range a.links {
		a.links[i].keep()
	}
}

// gather lists the links, each with what is known of the one it names, if that was not read.
func (a *adder) gather(r *Reading, on day.Day, shard int) {
	a.links = a.links[:0]
	read := r.read(on)
	for _, k := range r.counters {
		if shards := k.links.at(on); shards != nil {
			for _, chunk := range shards[shard].chunks() {
				for i := range chunk {
					g := link{response: &chunk[i]}
					if !read {
						g.state = r.known[chunk[i].names]
					}
					a.links = append(a.links, g)
				}
			}
		}
	}
	for _, sealed := range r.sealed.Links {
		if shards := sealed.links.at(on); shards != nil {
			for i := range shards[shard] {
				g := link{response: &shards[shard][i], sealed: sealed}
				if !read {
					g.state = g.response.state
				}
				a.links = append(a.links, g)
			}
		}
	}
}

// group brings those together that name the same one. Those who name are few, so the table is
// small; the many that could be named only look in it.
func (a *adder) group() {
	size := 2 << bits.Len(uint(len(a.links)))
	if size > cap(a.table) {
		a.table = make([]uint64, size)
	}
	a.table = a.table[:size]
	clear(a.table)
	a.heads = a.heads[:0]
	for i := range a.links {
		g := &a.links[i]
		g.next = none
		at, first := a.search(g.names.ID())
		if first == none {
			a.table[at] = tag(g.names.ID())<<32 | uint64(i+1)
			a.heads = append(a.heads, int32(i))
			continue
		}
		g.next, a.links[first].next = a.links[first].next, int32(i)
	}
}

// tag is a part of an id, which is a hash already, that search does not start from.
func tag(id *[submission.IDSize]byte) uint64 { return uint64(binary.LittleEndian.Uint32(id[24:])) }

// search returns the first link that names the id and its place in the table, or none and where it would be.
func (a *adder) search(id *[submission.IDSize]byte) (at int, first int32) {
	mask := len(a.table) - 1
	at = int(binary.LittleEndian.Uint32(id[28:])) & mask
	for tag := tag(id); a.table[at&mask] != 0; at++ {
		if entry := a.table[at&mask]; entry>>32 == tag {
			first = int32(uint32(entry)) - 1
			if *a.links[first].names.ID() == *id {
				return at & mask, first
			}
		}
	}
	return at & mask, none
}

// find tells those that name one of the responses what it is.
func (a *adder) find(chunk []named) {
	for i := range chunk {
		if _, at := a.search(&chunk[i].id); at != none {
			for state := a.layout.state(chunk[i].packed); at != none; at = a.links[at].next {
				a.links[at].state = state
			}
		}
	}
}

// judge counts, of those that name the same one of the day, the one in each wave that counts.
func (a *adder) judge(on day.Day, head int32) {
	l := a.layout
	for i := range a.least {
		a.least[i] = none
	}
	for at := head; at != none; at = a.links[at].next {
		g := &a.links[at]
		cell := l.cellOf(g.packed)
		if a.holds.holds(l, g.own.Day(), cell) {
			continue
		}
		least := &a.least[l.cellsOf[cell].wave]
		if *least != none {
			a.superseded++
		}
		if *least == none || bytes.Compare(g.own[:], a.links[*least].own[:]) < 0 {
			*least = at
		}
	}
	for _, at := range a.least {
		if at != none {
			a.count(on, &a.links[at])
		}
	}
}

// count adds a response that names another of the day, and the pair that they make if they do.
func (a *adder) count(on day.Day, g *link) {
	l := a.layout
	at := &l.cellsOf[l.cellOf(g.packed)]
	*a.piles[at.pile].next() = g.packed
	if g.state.is != live || at.earlier != int32(g.state.cell) || a.holds.holds(l, on, int(g.state.cell)) {
		return
	}
	a.paired++
	next := a.pairs[at.pile].next()
	next.after, next.before = g.packed, g.state.classes
}

// keep notes what the response names.
func (g *link) keep() {
	if g.state != g.response.state {
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
