package tally

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"sync/atomic"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Links are the responses of one part that name another one, each with what it names as it was
// found. Whether one counts, and makes a pair, is known only with all others at hand.
type Links struct {
	Day     day.Day
	links   byDay[[]response] // by day and shard of what they name
	len     int
	changed atomic.Bool // since they were read
}

// Len is how many there are.
func (l *Links) Len() int { return l.len }

// Changed reports whether one of them names what is no longer as it was.
func (l *Links) Changed() bool { return l.changed.Load() }

// Name reports whether one of them names one of the keys.
func (l *Links) Name(keys map[submission.Key]bool) bool {
	if len(keys) == 0 {
		return false
	}
	for key := range keys {
		if shards := l.links.at(key.Day()); shards != nil {
			link := key.Link()
			if slices.ContainsFunc(shards[link.Shard()], func(r response) bool { return r.names == link }) {
				return true
			}
		}
	}
	return false
}

// linksFormat changes whenever the bytes for the same links do.
const linksFormat = 1

// Encode returns the links as they are stored: equal ones have equal bytes. Numbers are varints, but for the first in each:
//
//	format, day, how many, and for each, in the order of the day and shard of what they name and of their ids:
//	what it counts as (8 bytes, see packed), the link it names, its id,
//	what it names is: 0 absent, 1 withdrawn, 2 live, and then its cell, and its class in each table that has any (a byte)
func (l *Links) Encode(layout *Layout) []byte {
	w := writer{}
	w.number(linksFormat)
	w.number(int(l.Day))
	w.number(l.Len())
	for _, shards := range l.links {
		for shard := 0; shards != nil && shard < len(shards); shard++ {
			slices.SortFunc(shards[shard], func(a, b response) int { return bytes.Compare(a.own[:], b.own[:]) })
			for i := range shards[shard] {
				layout.encodeLink(&w, &shards[shard][i])
			}
		}
	}
	return w.bytes
}

func (l *Layout) encodeLink(w *writer, r *response) {
	w.bytes = binary.LittleEndian.AppendUint64(w.bytes, uint64(r.packed))
	w.bytes = append(w.bytes, r.names[:]...)
	w.bytes = append(w.bytes, r.own.ID()[:]...)
	w.number(int(r.state.is))
	if r.state.is == live {
		w.number(int(r.state.cell))
		w.bytes = append(w.bytes, r.state.classes[:len(l.paired)]...)
	}
}

// DecodeLinks is the inverse of Encode, for links of the same campaign file. It fails on anything else.
func (l *Layout) DecodeLinks(content []byte) (*Links, error) {
	r := reader{bytes: content}
	if format := r.number(); format != linksFormat {
		return nil, fmt.Errorf("reading links: they are of format %d, not of %d", format, linksFormat)
	}
	links := &Links{Day: day.Day(r.number()), len: r.number()}
	if links.Day < submission.FirstDay || links.Day > submission.LastDay || links.len > len(r.bytes)/minLink {
		r.fail()
		links.len = 0
	}
	all := make([]response, links.len)
	from := 0
	for i := range all {
		l.decodeLink(&r, links.Day, &all[i])
		order := 1
		if i > 0 {
			order = comparePlace(&all[i].names, &all[i-1].names)
		}
		if order < 0 || order == 0 && bytes.Compare(all[i].own[:], all[i-1].own[:]) <= 0 || all[i].names.Day() > links.Day {
			r.fail()
		}
		if r.failed {
			break
		}
		if order > 0 {
			from = i
		}
		links.links.make(all[i].names.Day())[all[i].names.Shard()] = all[from : i+1 : i+1]
	}
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("reading the links of %s: %w", links.Day, err)
	}
	return links, nil
}

// comparePlace orders links by the day and shard of what they name.
func comparePlace(a, b *submission.Link) int {
	return cmp.Or(cmp.Compare(a.Day(), b.Day()), cmp.Compare(a.Shard(), b.Shard()))
}

// minLink is the least that a link takes.
const minLink = 8 + len(submission.Link{}) + submission.IDSize + 1

func (l *Layout) decodeLink(r *reader, on day.Day, next *response) {
	head := r.take(minLink - 1)
	if head == nil {
		return
	}
	next.packed = packed(binary.LittleEndian.Uint64(head))
	next.names = submission.Link(head[8:])
	next.own = submission.LinkTo(on, head[8+len(next.names):])
	if !l.valid(next.packed) {
		r.fail()
	}
	is := r.number()
	switch next.state.is = standing(is); is {
	case int(absent), int(withdrawn):
	case int(live):
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
}

func (l *Layout) decodeCell(r *reader) uint32 {
	cell := r.number()
	if cell >= l.cells() {
		r.fail()
		return 0
	}
	return uint32(cell)
}
