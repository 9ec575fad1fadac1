package tally

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Counter counts the rows that one goroutine reads. Responses that name another
// one are set aside, because which of them count is known only when all are read.
type Counter struct {
	layout *Layout
	drafts map[submission.Part]*draft
	piles  heap                  // responses that name none
	links  byDay[list[response]] // responses that name one, by day and shard of the one they name
	brief  bool                  // whether they are among these instead, for a tally only
	briefs briefs                // by day of the one they name

	partition [submission.PartitionSize]byte // whose draft is at hand; rows come partition by partition
	draft     *draft
	named     *list[named] // of the draft and the shard at hand
}

// heap is responses in piles of neighbouring cells. The counts of all cells are many times what a processor has
// for a cache of its own, and those of a pile fit: added up as they come, responses miss it again and again.
type heap [piles]list[packed]

const piles = 64

// draft is what a counter has read of one part. It keeps what every item counts as, because what a part comes to is asked for, and
// what is held back of it is known, only when all is read.
type draft struct {
	items, withdrawn int
	batches          []uint32                       // live responses by number, see Layout.batches
	named            [submission.Shards]list[named] // responses that others may name
	plain            list[packed]                   // responses that neither name one nor can be named
	pledges          list[uint32]                   // their places
}

// each hands over the live responses that name no other.
func (d *draft) each(do func(packed)) {
	for shard := range d.named {
		for _, chunk := range d.named[shard].chunks() {
			for i := range chunk {
				if chunk[i].packed != unknown {
					do(chunk[i].packed)
				}
			}
		}
	}
	for _, chunk := range d.plain.chunks() {
		for _, p := range chunk {
			do(p)
		}
	}
}

// named is a response that others may name.
type named struct {
	half   half
	packed packed // or unknown if it was withdrawn
}

// half is the first half of an id, which tells responses apart: ids are hashes, of which half is
// too long to be met by chance or by search.
type half struct{ high, low uint64 }

func halfOf(id *[submission.IDSize]byte) half {
	return half{binary.BigEndian.Uint64(id[:]), binary.BigEndian.Uint64(id[8:])}
}

// own orders responses by day and id: it is the day, in its upper 16 bits, and what there is room for of the id.
type own half

func ownOf(on day.Day, id *[submission.IDSize]byte) own {
	return own{uint64(on-submission.FirstDay)<<48 | binary.BigEndian.Uint64(id[:])>>16, binary.BigEndian.Uint64(id[6:])}
}

func (o own) compare(other own) int { return half(o).compare(half(other)) }

func (o own) day() day.Day { return submission.FirstDay + day.Day(o.high>>48) }

func (h half) compare(o half) int {
	return cmp.Or(cmp.Compare(h.high, o.high), cmp.Compare(h.low, o.low))
}

// naming is what a tally needs of a response that names another.
type naming struct {
	names  half
	own    own
	packed packed
}

// response is one that names another, with all that is sealed of it.
type response struct {
	packed packed
	names  submission.Link
	own    submission.Link
	state  state // of the one it names
}

// state is what a response that is named is known to be.
type state struct {
	cell    uint32 // of a live one
	is      standing
	classes [maxPaired]uint8 // of a live one, by paired table
}

// standing is what stands under the key that is named. The numbers are stored.
type standing uint8

const (
	absent standing = iota
	withdrawn
	live
)

// byDay holds something for days, by how many days after submission.FirstDay they are, and shards.
type byDay[T any] []*[submission.Shards]T

// at returns that of the day, or nil if there is none.
func (d byDay[T]) at(on day.Day) *[submission.Shards]T {
	if at := int(on - submission.FirstDay); at >= 0 && at < len(d) {
		return d[at]
	}
	return nil
}

// make returns that of the day, which is a receipt's.
func (d *byDay[T]) make(on day.Day) *[submission.Shards]T {
	at := int(on - submission.FirstDay)
	for len(*d) <= at {
		*d = append(*d, nil)
	}
	if (*d)[at] == nil {
		(*d)[at] = new([submission.Shards]T)
	}
	return (*d)[at]
}

// briefs are by the day of what they name, as in byDay. By shard as well they would be in so many lists that
// whatever is added misses the processor's first cache.
type briefs []list[naming]

// at returns those of the day.
func (b briefs) at(on day.Day) [][]naming {
	if at := int(on - submission.FirstDay); at >= 0 && at < len(b) {
		return b[at].chunks()
	}
	return nil
}

// make returns the list of the day, which is a receipt's.
func (b *briefs) make(on day.Day) *list[naming] {
	at := int(on - submission.FirstDay)
	for len(*b) <= at {
		*b = append(*b, list[naming]{})
	}
	return &(*b)[at]
}

// days adds the days for which there is anything.
func (b briefs) days(days map[day.Day]bool) {
	for at := range b {
		if b[at].last != nil {
			days[submission.FirstDay+day.Day(at)] = true
		}
	}
}

// days adds the days for which there is anything.
func (d byDay[T]) days(days map[day.Day]bool) {
	for at, shards := range d {
		if shards != nil {
			days[submission.FirstDay+day.Day(at)] = true
		}
	}
}

// Counter returns a counter with nothing in it.
func (l *Layout) Counter() *Counter {
	return &Counter{layout: l, drafts: map[submission.Part]*draft{}}
}

// BriefCounter returns one of whose reading a tally can be made, and nothing else: it takes less memory, and so less
// time. Unknown and Seal panic if it has what they would ask for.
func (l *Layout) BriefCounter() *Counter {
	k := l.Counter()
	k.brief = true
	return k
}

// Visit counts one stored item. An item that does not fit the campaign is an
// error: leaving it out would be a wrong figure that nobody sees.
func (k *Counter) Visit(key *submission.Key, row submission.Row) error {
	if partition := [submission.PartitionSize]byte(key[:]); k.draft == nil || k.partition != partition {
		k.open(key)
	}
	k.draft.items++
	var err error
	switch {
	case key.Kind() == submission.KindResponse:
		err = k.response(key, row)
	case key.Kind() != submission.KindPledge:
		err = errors.New("of unknown kind")
	case row.Withdrawn():
		k.draft.withdrawn++
	default:
		err = k.pledge(row)
	}
	if err != nil {
		return fmt.Errorf("counting the item of %s: %w", key.Day(), err)
	}
	return nil
}

// open takes the draft of the key's part to hand.
func (k *Counter) open(key *submission.Key) {
	k.partition = [submission.PartitionSize]byte(key[:])
	if k.draft = k.drafts[key.Part()]; k.draft == nil {
		k.draft = &draft{batches: make([]uint32, k.layout.batches())}
		k.drafts[key.Part()] = k.draft
	}
	link := key.Link()
	k.named = &k.draft.named[link.Shard()]
}

func (k *Counter) response(key *submission.Key, row submission.Row) error {
	l := k.layout
	if row.Withdrawn() {
		k.draft.withdrawn++
		n := k.named.next()
		n.half, n.packed = halfOf(key.ID()), unknown
		return nil
	}
	v, err := row.View()
	if err != nil {
		return err
	}
	p, at, err := l.pack(v)
	if err != nil {
		return err
	}
	k.draft.batches[at.batch]++
	if l.first[at.group] {
		n := k.named.next()
		n.half, n.packed = halfOf(key.ID()), p
	} else {
		if v.HasLink() {
			// A receipt minted after the response was can have been named only by guessing ahead: it links nothing.
			if names := v.Names(); names.Day() <= key.Day() {
				k.link(key, names, p)
				return nil
			}
		}
		*k.draft.plain.next() = p
	}
	*k.piles[l.piles[at.organisation]].next() = p
	return nil
}

// link notes that what stands under the key names another.
func (k *Counter) link(key *submission.Key, names *submission.Link, p packed) {
	if k.brief {
		n := k.briefs.make(names.Day()).next()
		n.names, n.own, n.packed = halfOf(names.ID()), ownOf(key.Day(), key.ID()), p
		return
	}
	r := k.links.make(names.Day())[names.Shard()].next()
	r.packed, r.names, r.own = p, *names, key.Link()
}

// named returns what others who name the row of a response find.
func (l *Layout) named(row submission.Row) (state, error) {
	if row.Withdrawn() {
		return state{is: withdrawn}, nil
	}
	v, err := row.View()
	if err != nil {
		return state{}, err
	}
	p, at, err := l.pack(v)
	if err != nil || !l.first[at.group] {
		return state{}, err
	}
	return l.state(p), nil
}

// state is what others who name the response find.
func (l *Layout) state(p packed) state {
	if p == unknown {
		return state{is: withdrawn}
	}
	s := state{is: live, cell: uint32(l.cellOf(p))}
	for i := range l.pairing {
		s.classes[i] = l.pairing[i].class[l.pairing[i].field.slot(p)]
	}
	return s
}

func (k *Counter) pledge(row submission.Row) error {
	v, err := row.PledgeView()
	if err != nil {
		return err
	}
	l := k.layout
	at, err := l.where(v.Campaign, &v.Organisation, v.BandGroup, v.Audience, byte(l.Campaign.Waves[0].Number))
	if err != nil {
		return err
	}
	*k.draft.pledges.next() = uint32(l.pledge(0, 0, 0, v.Status) + at.cell/l.of.waves*len(submission.Statuses))
	return nil
}

// spot is a cell and some of what it is of. To look that up by the cell would be a cache miss for each response.
type spot struct{ cell, organisation, batch, group int }

// where returns what the stored numbers stand for.
func (l *Layout) where(campaign byte, organisation *[5]byte, bandGroup, audience, wave byte) (spot, error) {
	o, b, a, w := l.organisations.index(number(organisation)), int(l.bandGroups[bandGroup]), int(l.audiences[audience]), int(l.waves[wave])
	if campaign != l.campaign || o < 0 || b < 0 || a < 0 || w < 0 {
		return spot{}, l.nowhere(campaign, organisation, bandGroup, audience, wave)
	}
	return spot{l.cell(o, b, a, w), o, o*l.of.waves + w, w*l.of.audiences + a}, nil
}

// nowhere says why there is no such cell.
func (l *Layout) nowhere(campaign byte, organisation *[5]byte, bandGroup, audience, wave byte) error {
	switch {
	case campaign != l.campaign:
		return fmt.Errorf("it is of campaign number %d, not of %d", campaign, l.Campaign.Number)
	case l.organisations.index(number(organisation)) < 0:
		return fmt.Errorf("organisation %q is not on the list", *organisation)
	default:
		return fmt.Errorf("wave %d, audience %d or band group %d is not in the campaign", wave, audience, bandGroup)
	}
}
