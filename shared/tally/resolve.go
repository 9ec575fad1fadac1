package tally

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"sync"
	"sync/atomic"

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
	first := l.Sum()
	if r.sealed.Sum != nil {
		first = r.sealed.Sum
	}
	for _, sheet := range sheets {
		first.hold(sheet, holds)
	}
	t.read = first.read
	work := r.work()
	adders := make([]*adder, min(runtime.GOMAXPROCS(0), len(work)))
	var next atomic.Int64
	var wait sync.WaitGroup
	for i := range adders {
		adders[i] = &adder{layout: l, holds: holds, counts: first.counts, pairs: make([]uint32, l.cells()*l.pairStride), least: make([]*group, len(l.Campaign.Waves))}
		if i > 0 {
			adders[i].counts = make([]uint32, l.places())
		}
		wait.Go(func() {
			for at := int(next.Add(1)) - 1; at < len(work); at = int(next.Add(1)) - 1 {
				work[at](adders[i])
			}
		})
	}
	wait.Wait()
	t.counts, t.pairs = adders[0].counts, adders[0].pairs
	for i, a := range adders {
		t.Totals.Superseded += a.superseded
		t.Totals.Pairs += a.paired
		if i > 0 {
			add(t.counts, a.counts)
			add(t.pairs, a.pairs)
		}
	}
	for _, k := range r.counters {
		for part, d := range k.drafts {
			t.read.add(readOf(part, d.items, d.withdrawn), 1)
		}
	}
	t.Totals.Pledges, t.Totals.Withdrawn = t.read.pledges, t.read.withdrawn
	t.Totals.Responses = t.batches.responses(len(l.Campaign.Waves))
	t.Totals.Quarantined = t.batches.held(holds)
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// adder is what one goroutine adds up.
type adder struct {
	layout             *Layout
	holds              holds
	counts, pairs      []uint32
	superseded, paired int
	least              []*group // by wave, of those that name the same one
}

// work is what is to be added up, in pieces: the links by shard, and the plain counts by counter and part.
func (r *Reading) work() (work []func(*adder)) {
	for shard := range submission.Shards {
		work = append(work, func(a *adder) { a.link(r, shard) })
	}
	for _, k := range r.counters {
		for part, d := range k.drafts {
			work = append(work, func(a *adder) { a.add(part, d) })
		}
	}
	return work
}

// add adds plain counts, but those of held batches.
func (a *adder) add(part submission.Part, d *draft) {
	l := a.layout
	plain := a.holds[part.Day] == nil
	for _, chunk := range d.places.chunks {
		if plain {
			for _, place := range chunk {
				a.counts[place]++
			}
			continue
		}
		for _, place := range chunk {
			if cell := int(place) / l.stride; cell >= l.cells() || !a.holds.holds(l, part.Day, uint32(cell)) {
				a.counts[place]++
			}
		}
	}
}

// group is a response among others that name the same one.
type group struct {
	*response
	state  state // of the one they name
	sealed *Links
	at     int // of a sealed one: its number in the shard
	next   int32
}

const none = -1

// link decides about the responses that name one of the shard.
func (a *adder) link(r *Reading, shard int) {
	var groups []group
	for response := range r.links(shard) {
		g := group{response: response}
		if !r.read(response.names.Day()) {
			g.state = r.known[response.names]
		}
		groups = append(groups, g)
	}
	for _, sealed := range r.sealed.Links {
		for i := range sealed.shards[shard] {
			g := group{response: &sealed.shards[shard][i], sealed: sealed, at: i}
			if !r.read(g.names.Day()) {
				g.state = g.response.state
			}
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 {
		return
	}
	// An open-addressing table of what is named: those who name are few, so it is
	// small; the many that could be named only look in it.
	size := 1
	for size < 2*len(groups) {
		size *= 2
	}
	heads := make([]int32, size)
	for i := range heads {
		heads[i] = none
	}
	find := func(link *submission.Link) *int32 {
		at := int(binary.LittleEndian.Uint64(link[len(link)-8:])) & (size - 1) // ids are hashes already
		for heads[at] != none && groups[heads[at]].names != *link {
			at = (at + 1) & (size - 1)
		}
		return &heads[at]
	}
	for i := range groups {
		head := find(&groups[i].names)
		groups[i].next, *head = *head, int32(i)
	}
	for _, k := range r.counters {
		for _, chunk := range k.named[shard].chunks {
			for i := range chunk {
				for at := *find(&chunk[i].link); at != none; at = groups[at].next {
					groups[at].state = chunk[i].state
				}
			}
		}
	}
	for _, head := range heads {
		if head != none {
			a.judge(groups, head)
		}
	}
	for i := range groups {
		groups[i].keep(shard)
	}
}

// judge counts, of those that name the same one, the one in each wave that counts.
func (a *adder) judge(groups []group, head int32) {
	l := a.layout
	clear(a.least)
	for at := head; at != none; at = groups[at].next {
		g := &groups[at]
		if a.holds.holds(l, g.own.Day(), g.cell) {
			continue
		}
		least := &a.least[l.wave(int(g.cell))]
		if *least != nil {
			a.superseded++
		}
		if *least == nil || bytes.Compare(g.own[:], (*least).own[:]) < 0 {
			*least = g
		}
	}
	for _, g := range a.least {
		if g != nil {
			a.count(g)
		}
	}
}

// count adds a response that names another, and the pair that they make if they do.
func (a *adder) count(g *group) {
	l := a.layout
	base := int(g.cell) * l.stride
	a.counts[base]++
	for _, t := range l.asked[l.group(int(g.cell))] {
		a.counts[base+l.Tables[t].offset+int(g.slots[t])]++
	}
	if g.state.is != live || !l.pair(g.cell, g.state.cell) || a.holds.holds(l, g.names.Day(), g.state.cell) {
		return
	}
	a.paired++
	after := l.state(int(g.cell), &g.slots)
	base = int(g.cell) * l.pairStride
	for i, t := range l.paired {
		table := &l.Tables[t]
		a.pairs[base+table.pairOffset+int(g.state.classes[i])*table.Classes+int(after.classes[i])]++
	}
}

// pair reports whether a response of the cell after may make a pair with one of the cell before.
func (l *Layout) pair(after, before uint32) bool {
	waves := uint32(len(l.Campaign.Waves))
	return after/waves == before/waves && l.Campaign.Waves[after%waves].Follows == int(before%waves)
}

// keep notes what the response names: in place if it was read, and otherwise in a copy, because others may be reading its links.
func (g *group) keep(shard int) {
	if g.state == g.response.state {
		return
	}
	if g.sealed == nil {
		g.response.state = g.state
		return
	}
	if !g.sealed.changed[shard] {
		g.sealed.shards[shard] = append([]response(nil), g.sealed.shards[shard]...)
		g.sealed.changed[shard] = true
	}
	g.sealed.shards[shard][g.at].state = g.state
}

func add(to, from []uint32) {
	for i, n := range from {
		if n != 0 {
			to[i] += n
		}
	}
}
