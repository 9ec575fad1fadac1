package tally

import (
	"bytes"
	"fmt"
	"slices"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Links are the responses of one part that name another one, each with what it names as it was
// found. Whether one counts, and makes a pair, is known only with all others at hand.
type Links struct {
	Day     day.Day
	shards  [submission.Shards][]response
	changed [submission.Shards]bool // since they were read
}

// Len is how many there are.
func (l *Links) Len() (n int) {
	for _, shard := range l.shards {
		n += len(shard)
	}
	return n
}

// Changed reports whether one of them names what is no longer as it was.
func (l *Links) Changed() bool { return slices.Contains(l.changed[:], true) }

// Name reports whether one of them names one of the keys.
func (l *Links) Name(keys map[submission.Key]bool) bool {
	if len(keys) == 0 {
		return false
	}
	for _, shard := range l.shards {
		for i := range shard {
			if keys[shard[i].names.Key()] {
				return true
			}
		}
	}
	return false
}

// linksFormat changes whenever the bytes for the same links do.
const linksFormat = 1

// Encode returns the links as they are stored: equal ones have equal bytes. Numbers are varints:
//
//	format, day, how many, and for each, in the order of the ids:
//	its id, the link it names, its cell, a slot for each table asked of it,
//	what it names is: 0 absent, 1 withdrawn, 2 live, and then its cell, and its class in each table that has any (a byte)
func (l *Links) Encode(layout *Layout) []byte {
	w := writer{}
	w.number(linksFormat)
	w.number(int(l.Day))
	w.number(l.Len())
	all := slices.Concat(l.shards[:]...)
	slices.SortFunc(all, func(a, b response) int { return bytes.Compare(a.own[:], b.own[:]) })
	for i := range all {
		r := &all[i]
		w.bytes = append(w.bytes, r.own.ID()[:]...)
		w.bytes = append(w.bytes, r.names[:]...)
		w.number(int(r.cell))
		for _, t := range layout.asked[layout.group(int(r.cell))] {
			w.number(int(r.slots[t]))
		}
		w.number(int(r.state.is))
		if r.state.is == live {
			w.number(int(r.state.cell))
			w.bytes = append(w.bytes, r.state.classes[:len(layout.paired)]...)
		}
	}
	return w.bytes
}

// DecodeLinks is the inverse of Encode, for links of the same campaign file. It fails on anything else.
func (l *Layout) DecodeLinks(content []byte) (*Links, error) {
	r := reader{bytes: content}
	if format := r.number(); format != linksFormat {
		return nil, fmt.Errorf("reading links: they are of format %d, not of %d", format, linksFormat)
	}
	links := &Links{Day: day.Day(r.number())}
	var last []byte
	for left := r.number(); left > 0 && !r.failed; left-- {
		id := r.take(submission.IDSize)
		if bytes.Compare(last, id) >= 0 {
			r.fail()
			break
		}
		last = id
		next := l.decodeLink(&r, links.Day, id)
		shard := next.names.Shard()
		links.shards[shard] = append(links.shards[shard], next)
	}
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("reading the links of %s: %w", links.Day, err)
	}
	return links, nil
}

func (l *Layout) decodeLink(r *reader, on day.Day, id []byte) (next response) {
	next.own = submission.LinkTo(on, id)
	copy(next.names[:], r.take(len(next.names)))
	next.cell = l.decodeCell(r)
	for _, t := range l.asked[l.group(int(next.cell))] {
		slot := r.number()
		if slot >= l.Tables[t].Slots {
			r.fail()
			slot = 0
		}
		next.slots[t] = uint16(slot)
	}
	switch next.state.is = standing(r.number()); next.state.is {
	case absent, withdrawn:
	case live:
		next.state.cell = l.decodeCell(r)
		for i, class := range r.take(len(l.paired)) {
			if int(class) >= l.Tables[l.paired[i]].Classes {
				r.fail()
				class = 0
			}
			next.state.classes[i] = class
		}
	default:
		r.fail()
	}
	return next
}

func (l *Layout) decodeCell(r *reader) uint32 {
	cell := r.number()
	if cell >= l.cells() {
		r.fail()
		return 0
	}
	return uint32(cell)
}
