package tally

import (
	"fmt"
	"iter"
	"slices"

	"learningforlife/shared/day"
	"learningforlife/shared/parallel"
	"learningforlife/shared/submission"
)

// Reading is all that a tally is made of: what was read, and what stands in place of the parts that were not.
type Reading struct {
	layout   *Layout
	counters []*Counter
	sealed   Sealed
	known    map[submission.Link]state // what is named by what was read, in parts that were not
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
	for shard := range submission.Shards {
		for link := range r.links(shard) {
			if !r.read(link.names.Day()) {
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
	links := map[day.Day]*Links{}
	for _, p := range parts {
		if p.Kind == submission.KindResponse {
			links[p.Day] = &Links{Day: p.Day}
		}
	}
	for shard := range submission.Shards {
		for link := range r.links(shard) {
			if of := links[link.own.Day()]; of != nil {
				of.shards[shard] = append(of.shards[shard], *link)
			}
		}
	}
	seals := make([]Seal, len(parts))
	parallel.Each(len(parts), func(i int) {
		var drafts []*draft
		for _, k := range r.counters {
			if d := k.drafts[parts[i]]; d != nil {
				drafts = append(drafts, d)
			}
		}
		seals[i].Sheet = r.layout.sheet(parts[i], drafts)
		if parts[i].Kind == submission.KindResponse {
			seals[i].Links = links[parts[i].Day]
		}
	})
	return seals
}

// links are the links of what was read that name one of the shard.
func (r *Reading) links(shard int) iter.Seq[*response] {
	return func(yield func(*response) bool) {
		for _, k := range r.counters {
			for _, chunk := range k.links[shard].chunks {
				for i := range chunk {
					if !yield(&chunk[i]) {
						return
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
