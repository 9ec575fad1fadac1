package tally

import (
	"fmt"
	"iter"
	"runtime"
	"slices"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Reading is all that a tally is made of: what was read, and what stands in place of the parts that were not.
type Reading struct {
	layout   *Layout
	counters []*Counter
	sealed   Sealed
	known    map[submission.Link]state // what is named by what was read, in parts that were not
	own      map[day.Day][]*response   // links that were read, by the day of their own; for Seal

	scratches []scratch // by goroutine, for Seal
}

// Sealed stands in place of parts that are not read. The zero value stands for none.
type Sealed struct {
	Through day.Day           // all parts of days up to this one are sealed,
	Reread  []submission.Part // but these were read all the same
	Sum     *Sum              // of the sheets of the sealed parts that were not read; the tally takes it over
	Links   []*Links          // of the sealed parts that were not read; the tally notes what changed of them
}

// Reading returns what the counters counted, and what stands in place of what was not read.
func (l *Layout) Reading(counters []*Counter, sealed Sealed) *Reading {
	return &Reading{layout: l, counters: counters, sealed: sealed, known: map[submission.Link]state{}}
}

// read reports whether the responses of the day were read.
func (r *Reading) read(on day.Day) bool {
	return on > r.sealed.Through || slices.Contains(r.sealed.Reread, submission.Part{Kind: submission.KindResponse, Day: on})
}

// Unknown lists the keys that are named by what was read, in parts that were not: see Learn.
func (r *Reading) Unknown() []submission.Key {
	wanted := map[submission.Link]bool{}
	for on := range r.namedDays() {
		if !r.read(on) {
			for link := range r.links(on) {
				wanted[link.names] = true
			}
		}
	}
	keys := make([]submission.Key, 0, len(wanted))
	for link := range wanted {
		keys = append(keys, link.Key())
	}
	return keys
}

// Learn tells what stands under one of the unknown keys. Keys that it is not told of have nothing.
func (r *Reading) Learn(key *submission.Key, row submission.Row) error {
	s, err := r.layout.named(row)
	if err != nil {
		return fmt.Errorf("reading the item of %s that is named: %w", key.Day(), err)
	}
	r.known[key.Link()] = s
	return nil
}

// Received lists the batches with a response that the function picks, in order.
func (r *Reading) Received(pick func(Received) bool) []Received {
	return r.batches().list(r.layout, pick)
}

func (r *Reading) batches() batches {
	all := batches{}
	if r.sealed.Sum != nil {
		for on, counts := range r.sealed.Sum.batches {
			all.add(on, counts)
		}
	}
	for _, k := range r.counters {
		for part, d := range k.drafts {
			all.add(part.Day, d.batches)
		}
	}
	return all
}

// Seal is what the items of a part come to.
type Seal struct {
	Sheet *Sheet
	Links *Links // nil if the part is of pledges
}

// Seal returns what the items of parts that were read come to, which are in order. It must be asked after Tally, which finds out what links name.
func (r *Reading) Seal(parts []submission.Part) []Seal {
	if r.own == nil {
		r.own = map[day.Day][]*response{}
		for on := range r.namedDays() {
			for link := range r.links(on) {
				r.own[link.own.Day()] = append(r.own[link.own.Day()], link)
			}
		}
	}
	seals := make([]Seal, len(parts))
	if r.scratches == nil { // kept, because parts are sealed a few at a time
		r.scratches = make([]scratch, runtime.GOMAXPROCS(0))
	}
	deal(len(parts), len(r.scratches), func(worker, i int) {
		var drafts []*draft
		for _, k := range r.counters {
			if d := k.drafts[parts[i]]; d != nil {
				drafts = append(drafts, d)
			}
		}
		seals[i].Sheet = r.layout.sheet(parts[i], drafts, &r.scratches[worker])
		if parts[i].Kind == submission.KindResponse {
			seals[i].Links = linksOf(parts[i].Day, r.own[parts[i].Day])
		}
	})
	return seals
}

// linksOf makes the links of a day.
func linksOf(on day.Day, own []*response) *Links {
	l := &Links{Day: on, len: len(own)}
	for _, link := range own {
		shard := &l.links.make(link.names.Day())[link.names.Shard()]
		*shard = append(*shard, *link)
	}
	return l
}

// namedDays are the days of what is named by what was read.
func (r *Reading) namedDays() map[day.Day]bool {
	days := map[day.Day]bool{}
	for _, k := range r.counters {
		k.links.days(days)
		k.briefs.days(days)
	}
	return days
}

// links are the links of what was read that name one of the day. Those of a brief counter would be missing.
func (r *Reading) links(on day.Day) iter.Seq[*response] {
	return func(yield func(*response) bool) {
		for _, k := range r.counters {
			if k.brief {
				panic("tally: of a brief counter nothing but a tally can be made")
			}
			shards := k.links.at(on)
			for shard := 0; shards != nil && shard < len(shards); shard++ {
				for _, chunk := range shards[shard].chunks() {
					for i := range chunk {
						if !yield(&chunk[i]) {
							return
						}
					}
				}
			}
		}
	}
}

// Parts lists the parts that an item was read of, in order.
func (r *Reading) Parts() (parts []submission.Part) {
	for _, k := range r.counters {
		for part := range k.drafts {
			parts = append(parts, part)
		}
	}
	slices.SortFunc(parts, submission.Part.Compare)
	return slices.Compact(parts)
}
