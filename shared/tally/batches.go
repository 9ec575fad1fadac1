package tally

import (
	"cmp"
	"slices"

	"learningforlife/shared/day"
)

// Batch is the live responses of one organisation, as submitted, and one wave
// whose receipts are of one day: what is held back, or counted, as a whole.
type Batch struct {
	Day          day.Day
	Organisation int // index into the campaign's list
	Wave         int // index into the campaign's list
}

// Compare orders batches by day, organisation and wave.
func (b Batch) Compare(o Batch) int {
	return cmp.Or(cmp.Compare(b.Day, o.Day), cmp.Compare(b.Organisation, o.Organisation), cmp.Compare(b.Wave, o.Wave))
}

// Received is how many live responses a batch has, superseded and quarantined ones included.
type Received struct {
	Batch
	Responses int
}

// batches counts the responses of each batch. Rows come day by day, mostly, so the last day is kept at hand.
type batches struct {
	days map[day.Day]*daily
	day  day.Day
	last *daily
}

// daily is the batches of one day, by organisation × wave.
type daily struct {
	counts []uint32
	held   []bool // those that are not counted
}

func (l *Layout) batches(held []Batch) batches {
	b := batches{days: map[day.Day]*daily{}}
	for _, h := range held {
		l.daily(&b, h.Day).held[l.batch(h.Organisation, h.Wave)] = true
	}
	return b
}

func (l *Layout) batch(organisation, wave int) int { return organisation*len(l.Campaign.Waves) + wave }

// daily returns the batches of the day.
func (l *Layout) daily(b *batches, on day.Day) *daily {
	if b.last != nil && b.day == on {
		return b.last
	}
	d := b.days[on]
	if d == nil {
		n := l.batch(len(l.Campaign.Organisations.All()), 0)
		d = &daily{counts: make([]uint32, n), held: make([]bool, n)}
		b.days[on] = d
	}
	b.day, b.last = on, d
	return d
}

// receive counts a live response in its batch, and reports whether that is held back.
func (k *Counter) receive(on day.Day, place where) (held bool) {
	d := k.layout.daily(&k.batches, on)
	at := k.layout.batch(int(place.organisation), int(place.wave))
	d.counts[at]++
	return d.held[at]
}

// add adds what others counted.
func (b *batches) add(o batches) {
	for on, d := range o.days {
		if mine := b.days[on]; mine != nil {
			add(mine.counts, d.counts)
		} else {
			b.days[on] = d
		}
	}
}

// Received lists the batches with a response that the function picks, in order.
func (t *Tally) Received(pick func(Received) bool) []Received {
	var list []Received
	waves := len(t.Layout.Campaign.Waves)
	for on, d := range t.batches.days {
		for at, n := range d.counts {
			r := Received{Batch{Day: on, Organisation: at / waves, Wave: at % waves}, int(n)}
			if n > 0 && pick(r) {
				list = append(list, r)
			}
		}
	}
	slices.SortFunc(list, func(a, b Received) int { return a.Compare(b.Batch) })
	return list
}

// received adds the batches up: by wave, and those that are held back.
func (b *batches) received(waves int) (all []int, held int) {
	all = make([]int, waves)
	for _, d := range b.days {
		for at, n := range d.counts {
			all[at%waves] += int(n)
			if d.held[at] {
				held += int(n)
			}
		}
	}
	return all, held
}
