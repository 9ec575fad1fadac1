package tally

import (
	"errors"
	"fmt"

	"learningforlife/shared/submission"
)

// Counter counts the rows that one goroutine reads. Responses that name another
// one are set aside, because which of them count is known only when all are read.
type Counter struct {
	layout *Layout
	drafts map[submission.Part]*draft
	part   submission.Part // whose draft is at hand; rows come part by part, mostly
	draft  *draft

	named [submission.Shards]list[named]    // responses that others may name, by shard of their id
	links [submission.Shards]list[response] // responses that name one, by shard of the id they name
}

// draft is what a counter has counted of one part.
type draft struct {
	items, withdrawn int
	places           list[uint32] // each count's place, as often as it was counted
	batches          []uint32     // live responses by organisation × wave
}

// named is a response that others may name.
type named struct {
	link  submission.Link
	state state
}

// response is one that names another.
type response struct {
	own   submission.Link
	names submission.Link
	cell  uint32
	slots [maxTables]uint16
	state state // of the one it names
}

// state is what a response that is named is known to be.
type state struct {
	is      standing
	classes [maxPaired]uint8 // of a live one, by paired table
	cell    uint32           // of a live one
}

// standing is what stands under the key that is named. The numbers are stored.
type standing uint8

const (
	absent standing = iota
	withdrawn
	live
)

// Counter returns a counter with nothing in it.
func (l *Layout) Counter() *Counter {
	return &Counter{layout: l, drafts: map[submission.Part]*draft{}}
}

// Visit counts one stored item. An item that does not fit the campaign is an
// error: leaving it out would be a wrong figure that nobody sees.
func (k *Counter) Visit(key *submission.Key, row submission.Row) error {
	if part := key.Part(); k.draft == nil || k.part != part {
		k.open(part)
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

// open takes the part's draft to hand.
func (k *Counter) open(part submission.Part) {
	k.part, k.draft = part, k.drafts[part]
	if k.draft == nil {
		k.draft = &draft{batches: make([]uint32, k.layout.batch(k.layout.cells()))}
		k.drafts[part] = k.draft
	}
}

func (k *Counter) response(key *submission.Key, row submission.Row) error {
	l := k.layout
	if row.Withdrawn() {
		k.draft.withdrawn++
		k.mayBeNamed(key, state{is: withdrawn})
		return nil
	}
	v, cell, slots, err := l.read(row)
	if err != nil {
		return err
	}
	k.draft.batches[l.batch(cell)]++
	if l.nameable(cell) {
		k.mayBeNamed(key, l.state(cell, &slots))
	} else if v.HasLink() {
		// A receipt minted after the response was can have been named only by guessing ahead: it links nothing.
		if link := v.Link(); link.Day() <= key.Day() {
			r := k.links[link.Shard()].next()
			r.own, r.names, r.cell, r.slots = key.Link(), link, uint32(cell), slots
			return nil
		}
	}
	base := uint32(cell * l.stride)
	*k.draft.places.next() = base
	for _, t := range l.asked[l.group(cell)] {
		*k.draft.places.next() = base + uint32(l.Tables[t].offset) + uint32(slots[t])
	}
	return nil
}

func (k *Counter) mayBeNamed(key *submission.Key, s state) {
	link := key.Link()
	n := k.named[link.Shard()].next()
	n.link, n.state = link, s
}

// read reads a live response: its cell, and a slot for each table.
func (l *Layout) read(row submission.Row) (v submission.ResponseView, cell int, slots [maxTables]uint16, err error) {
	if v, err = row.View(); err != nil {
		return v, 0, slots, err
	}
	if cell, err = l.where(v.Campaign, v.Organisation, v.BandGroup, v.Audience, v.Wave); err != nil {
		return v, 0, slots, err
	}
	slots, err = l.slots(v.Answers, cell)
	return v, cell, slots, err
}

// nameable reports whether a response of the cell can make a pair with one that names it.
func (l *Layout) nameable(cell int) bool { return l.Campaign.Waves[l.wave(cell)].Follows < 0 }

// named returns what others who name the row of a response find.
func (l *Layout) named(row submission.Row) (state, error) {
	if row.Withdrawn() {
		return state{is: withdrawn}, nil
	}
	_, cell, slots, err := l.read(row)
	if err != nil || !l.nameable(cell) {
		return state{}, err
	}
	return l.state(cell, &slots), nil
}

// state is what others who name the response find.
func (l *Layout) state(cell int, slots *[maxTables]uint16) state {
	s := state{is: live, cell: uint32(cell)}
	for i, t := range l.paired {
		s.classes[i] = l.Tables[t].Class[slots[t]]
	}
	return s
}

// slots returns what was answered: a slot for each table.
func (l *Layout) slots(answers []byte, cell int) (slots [maxTables]uint16, err error) {
	for i, number := range answers {
		if number == 0 {
			continue
		}
		if i >= len(l.answers) || int(number) >= len(l.answers[i]) || !l.answers[i][number].known {
			return slots, fmt.Errorf("answer %d to question number %d is not in the campaign", number, i+1)
		}
		p := l.answers[i][number]
		slots[p.table] += p.add
	}
	for _, t := range l.unasked[l.group(cell)] {
		if slots[t] != 0 {
			return slots, errors.New("an answer is to a question that is not asked of its audience in its wave")
		}
	}
	return slots, nil
}

func (k *Counter) pledge(row submission.Row) error {
	v, err := row.PledgeView()
	if err != nil {
		return err
	}
	l := k.layout
	cell, err := l.where(v.Campaign, v.Organisation, v.BandGroup, v.Audience, byte(l.Campaign.Waves[0].Number))
	if err != nil {
		return err
	}
	*k.draft.places.next() = uint32(l.pledge(0, 0, 0, v.Status) + cell/len(l.Campaign.Waves)*len(submission.Statuses))
	return nil
}

// where returns the cell of stored numbers.
func (l *Layout) where(campaign byte, organisation [5]byte, bandGroup, audience, wave byte) (cell int, err error) {
	o, known := l.organisations[organisation]
	b, a, w := l.bandGroups[bandGroup], l.audiences[audience], l.waves[wave]
	switch {
	case int(campaign) != l.Campaign.Number:
		return 0, fmt.Errorf("it is of campaign number %d, not of %d", campaign, l.Campaign.Number)
	case !known:
		return 0, fmt.Errorf("organisation %q is not on the list", organisation)
	case b < 0 || a < 0 || w < 0:
		return 0, fmt.Errorf("wave %d, audience %d or band group %d is not in the campaign", wave, audience, bandGroup)
	}
	return l.cell(int(o), int(b), int(a), int(w)), nil
}
