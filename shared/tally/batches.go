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

// batches is how many batches a day can have: they are numbered by organisation × wave.
func (l *Layout) batches() int { return len(l.Campaign.Organisations.All()) * len(l.Campaign.Waves) }

// batches is how many live responses each batch has, by day and number.
type batches map[day.Day][]uint32

// add adds those of a day.
func (b batches) add(on day.Day, counts []uint32) {
	sums := b.of(on, len(counts))
	for at, n := range counts {
		sums[at] += n
	}
}

// subtract takes those of a day away.
func (b batches) subtract(on day.Day, counts []uint32) {
	sums := b.of(on, len(counts))
	for at, n := range counts {
		sums[at] -= n
	}
}

// of returns those of a day, of which nothing may be there yet: days without a response are not stored.
func (b batches) of(on day.Day, size int) []uint32 {
	if b[on] == nil {
		b[on] = make([]uint32, size)
	}
	return b[on]
}

// list lists those that the function picks, in order.
func (b batches) list(l *Layout, pick func(Received) bool) (list []Received) {
	waves := len(l.Campaign.Waves)
	for on, counts := range b {
		for at, n := range counts {
			r := Received{Batch{Day: on, Organisation: at / waves, Wave: at % waves}, int(n)}
			if n > 0 && pick(r) {
				list = append(list, r)
			}
		}
	}
	slices.SortFunc(list, func(a, b Received) int { return a.Compare(b.Batch) })
	return list
}

// responses adds the batches up, by wave.
func (b batches) responses(waves int) []int {
	all := make([]int, waves)
	for _, counts := range b {
		for at, n := range counts {
			all[at%waves] += int(n)
		}
	}
	return all
}

// holds are batches that are held back: none of their responses is counted, names another or can be named.
type holds map[day.Day][]bool

func (l *Layout) holds(held []Batch) holds {
	h := holds{}
	for _, b := range held {
		if h[b.Day] == nil {
			h[b.Day] = make([]bool, l.batches())
		}
		h[b.Day][b.Organisation*len(l.Campaign.Waves)+b.Wave] = true
	}
	return h
}

// holds reports whether what has the cell on the day is held back.
func (h holds) holds(l *Layout, on day.Day, cell int) bool {
	if len(h) == 0 { // nearly always
		return false
	}
	day := h[on]
	return day != nil && day[l.cellsOf[cell].batch]
}

// held adds up those that are held back.
func (b batches) held(h holds) (sum int) {
	for on, counts := range b {
		if held := h[on]; held != nil {
			for at, n := range counts {
				if held[at] {
					sum += int(n)
				}
			}
		}
	}
	return sum
}
