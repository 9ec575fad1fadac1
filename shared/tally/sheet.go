package tally

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Sheet is what the items of one part come to, but for the responses that name another (see Links), of which it
// has the number only. It holds every batch, whatever was decided about it.
type Sheet struct {
	Part      submission.Part
	Items     int // read, tombstones and responses that name another included
	Withdrawn int // tombstones

	counts  []count  // by place
	batches []uint32 // live responses by organisation × wave
}

// count is a number other than zero and its place.
type count struct{ place, n uint32 }

// scratch is a dense array that is used for one sheet after another. A bit for every place tells
// which are not zero, so that the few that one part has are found in order without sorting them.
type scratch struct {
	counts []uint32
	some   []uint64
}

// sheet makes the sheet of what the counters counted of a part.
func (l *Layout) sheet(part submission.Part, drafts []*draft, with *scratch) *Sheet {
	if with.counts == nil {
		with.counts, with.some = make([]uint32, l.places()), make([]uint64, l.places()/64+1)
	}
	s := &Sheet{Part: part, batches: make([]uint32, l.batches())}
	for _, d := range drafts {
		s.Items += d.items
		s.Withdrawn += d.withdrawn
		add(s.batches, d.batches)
		for _, chunk := range d.pledges.chunks() {
			for _, place := range chunk {
				with.add(place)
			}
		}
		d.each(func(p packed) {
			cell := l.cellOf(p)
			base := uint32(cell * l.stride)
			with.add(base)
			for _, f := range l.fields[l.cellsOf[cell].group] {
				with.add(base + f.offset + f.slot(p))
			}
		})
	}
	s.counts = with.take()
	return s
}

func (s *scratch) add(place uint32) {
	s.counts[place]++
	s.some[place/64] |= 1 << (place % 64)
}

// take returns the counts in order, and leaves zeros.
func (s *scratch) take() []count {
	n := 0
	for _, some := range s.some {
		n += bits.OnesCount64(some)
	}
	taken := make([]count, 0, n)
	for at, some := range s.some {
		for ; some != 0; some &= some - 1 {
			place := uint32(at*64 + bits.TrailingZeros64(some))
			taken = append(taken, count{place, s.counts[place]})
			s.counts[place] = 0
		}
		s.some[at] = 0
	}
	return taken
}

// sheetFormat changes whenever the bytes for the same sheet do.
const sheetFormat = 1

// Encode returns the sheet as it is stored: equal sheets have equal bytes. All numbers are varints:
//
//	format, kind, day, items, withdrawn, then of the batches and of the counts that are not zero: how many, and
//	for each how far it is from the one before it, and the count
func (s *Sheet) Encode() []byte {
	w := writer{}
	w.number(sheetFormat)
	w.number(int(s.Part.Kind))
	w.number(int(s.Part.Day))
	w.number(s.Items)
	w.number(s.Withdrawn)
	w.dense(s.batches)
	w.sparse(s.counts)
	return w.bytes
}

// DecodeSheet is the inverse of Encode, for a sheet of the same campaign file. It fails on anything else.
func (l *Layout) DecodeSheet(content []byte) (*Sheet, error) {
	r := reader{bytes: content}
	if format := r.number(); format != sheetFormat {
		return nil, fmt.Errorf("reading a sheet: it is of format %d, not of %d", format, sheetFormat)
	}
	kind, on := r.number(), r.number()
	s := &Sheet{Part: submission.Part{Kind: submission.Kind(kind), Day: day.Day(on)}, Items: r.number(), Withdrawn: r.number()}
	if kind != int(s.Part.Kind) || on != int(s.Part.Day) || s.Items < s.Withdrawn {
		r.fail()
	}
	s.batches = make([]uint32, l.batches())
	r.each(len(s.batches), func(place int, n uint32) { s.batches[place] = n })
	r.each(l.places(), func(place int, n uint32) { s.counts = append(s.counts, count{uint32(place), n}) })
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("reading the sheet of %s: %w", s.Part.Day, err)
	}
	return s, nil
}

// read is how many items were read. It is counted apart from what they come to, which it checks.
type read struct{ responses, pledges, withdrawn int }

func (r *read) add(o read, times int) {
	r.responses += times * o.responses
	r.pledges += times * o.pledges
	r.withdrawn += times * o.withdrawn
}

// readOf tells items of a part by what they are.
func readOf(part submission.Part, items, withdrawn int) read {
	r := read{responses: items - withdrawn, withdrawn: withdrawn}
	if part.Kind == submission.KindPledge {
		r.responses, r.pledges = 0, r.responses
	}
	return r
}

func (s *Sheet) read() read { return readOf(s.Part, s.Items, s.Withdrawn) }

// Sum is many sheets together.
type Sum struct {
	layout  *Layout
	read    read
	counts  []uint32 // by place
	batches batches
}

// Sum returns the sum of no sheet.
func (l *Layout) Sum() *Sum {
	return &Sum{layout: l, counts: make([]uint32, l.places()), batches: batches{}}
}

// Add adds a sheet.
func (s *Sum) Add(sheet *Sheet) {
	s.read.add(sheet.read(), 1)
	for _, c := range sheet.counts {
		s.counts[c.place] += c.n
	}
	s.batches.add(sheet.Part.Day, sheet.batches)
}

// Subtract takes a sheet away that was added.
func (s *Sum) Subtract(sheet *Sheet) {
	s.read.add(sheet.read(), -1)
	for _, c := range sheet.counts {
		s.counts[c.place] -= c.n
	}
	s.batches.subtract(sheet.Part.Day, sheet.batches)
}

// hold takes the plain responses of the sheet's held batches out of the counts. They stay in the batches.
func (s *Sum) hold(sheet *Sheet, held holds) {
	if held[sheet.Part.Day] == nil {
		return
	}
	for _, c := range sheet.counts {
		if cell := int(c.place) / s.layout.stride; cell < s.layout.cells() && held.holds(s.layout, sheet.Part.Day, cell) {
			s.counts[c.place] -= c.n
		}
	}
}

// Encode returns the sum as it is stored: equal sums have equal bytes. All numbers are varints, as in a sheet; the batches stand day by day.
func (s *Sum) Encode() []byte {
	w := writer{}
	w.number(sheetFormat)
	w.number(s.read.responses)
	w.number(s.read.pledges)
	w.number(s.read.withdrawn)
	var days []day.Day
	for on, counts := range s.batches {
		if slices.ContainsFunc(counts, func(n uint32) bool { return n > 0 }) {
			days = append(days, on)
		}
	}
	slices.Sort(days)
	w.number(len(days))
	for _, on := range days {
		w.number(int(on))
		w.dense(s.batches[on])
	}
	w.dense(s.counts)
	return w.bytes
}

// DecodeSum is the inverse of Encode, for a sum of the same campaign file. It fails on anything else.
func (l *Layout) DecodeSum(content []byte) (*Sum, error) {
	r := reader{bytes: content}
	if format := r.number(); format != sheetFormat {
		return nil, fmt.Errorf("reading a sum: it is of format %d, not of %d", format, sheetFormat)
	}
	s := l.Sum()
	s.read = read{responses: r.number(), pledges: r.number(), withdrawn: r.number()}
	last := -1
	for left := r.number(); left > 0 && !r.failed; left-- {
		on := r.number()
		counts := make([]uint32, l.batches())
		if on <= last || on != int(day.Day(on)) || r.each(len(counts), func(place int, n uint32) { counts[place] = n }) == 0 {
			r.fail()
		}
		s.batches[day.Day(on)], last = counts, on
	}
	r.each(len(s.counts), func(place int, n uint32) { s.counts[place] = n })
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("reading a sum: %w", err)
	}
	return s, nil
}

var errDamaged = errors.New("it is damaged, or of another campaign file")
