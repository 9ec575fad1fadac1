package tally

import (
	"fmt"

	"learningforlife/shared/submission"
)

// Counter counts the rows that one goroutine reads. Responses that name another
// one are set aside, because which of them count is known only when all are read.
type Counter struct {
	layout  *Layout
	counts  []uint32 // see Layout.cell
	pairs   []uint32 // see Layout.pairGroup
	pledges []uint32 // see Layout.pledge
	batches batches
	totals  Totals

	named  [submission.Shards][]named  // responses that others may name, by shard of their id
	naming [submission.Shards][]naming // responses that name one, by shard of the id they name
	// what the responses in named and naming answered: a slot for each table
	namedSlots  [submission.Shards][]uint16
	namingSlots [submission.Shards][]uint16

	slots []uint16 // of the response at hand, by table
}

// named is a response that others may name.
type named struct {
	link  submission.Link
	place where
}

// naming is a response that names another.
type naming struct {
	names submission.Link
	own   submission.Link
	place where
}

// where is the cell of a response.
type where struct {
	organisation int32
	bandGroup    uint8
	audience     uint8
	wave         uint8
}

// Counter returns a counter with nothing in it. Responses of the held batches are quarantined: none of them is counted,
// names another or can be named. All counters of one tally must be given the same ones.
func (l *Layout) Counter(held ...Batch) *Counter {
	return &Counter{
		layout:  l,
		counts:  make([]uint32, l.cells()*l.stride),
		pairs:   make([]uint32, l.cells()*l.pairStride),
		pledges: make([]uint32, l.cells()/len(l.Campaign.Waves)*len(submission.Statuses)),
		batches: l.batches(held),
		totals:  Totals{Responses: make([]int, len(l.Campaign.Waves))},
		slots:   make([]uint16, len(l.Tables)),
	}
}

// Visit counts one stored item. An item that does not fit the campaign is an
// error: leaving it out would be a wrong figure that nobody sees.
func (k *Counter) Visit(key *submission.Key, row submission.Row) error {
	if row.Withdrawn() {
		k.totals.Withdrawn++
		return nil
	}
	var err error
	switch key.Kind() {
	case submission.KindResponse:
		err = k.response(key, row)
	case submission.KindPledge:
		err = k.pledge(row)
	default:
		err = fmt.Errorf("of unknown kind")
	}
	if err != nil {
		return fmt.Errorf("counting the item of %s: %w", key.Day(), err)
	}
	return nil
}

func (k *Counter) response(key *submission.Key, row submission.Row) error {
	v, err := row.View()
	if err != nil {
		return err
	}
	l := k.layout
	place, err := l.where(v.Campaign, v.Organisation, v.BandGroup, v.Audience, v.Wave)
	if err != nil {
		return err
	}
	clear(k.slots)
	for i, number := range v.Answers {
		if number == 0 {
			continue
		}
		if i >= len(l.answers) || int(number) >= len(l.answers[i]) || !l.answers[i][number].known {
			return fmt.Errorf("answer %d to question number %d is not in the campaign", number, i+1)
		}
		p := l.answers[i][number]
		k.slots[p.table] += p.add
	}
	k.totals.Responses[place.wave]++
	if k.receive(key.Day(), place) {
		k.totals.Quarantined++
		return nil
	}
	own := key.Link()
	if l.Campaign.Waves[place.wave].Follows < 0 {
		shard := own[2] % submission.Shards
		k.named[shard] = append(k.named[shard], named{link: own, place: place})
		k.namedSlots[shard] = append(k.namedSlots[shard], k.slots...)
	} else if v.HasLink() {
		link := v.Link()
		// A receipt minted after the response was can have been named only by guessing ahead: it links nothing.
		if link.Day() <= key.Day() {
			shard := link[2] % submission.Shards
			k.naming[shard] = append(k.naming[shard], naming{names: link, own: own, place: place})
			k.namingSlots[shard] = append(k.namingSlots[shard], k.slots...)
			return nil
		}
	}
	return k.count(place, k.slots)
}

// count adds one response to its cell.
func (k *Counter) count(place where, slots []uint16) error {
	l := k.layout
	at := l.cell(int(place.organisation), int(place.bandGroup), int(place.audience), int(place.wave))
	cell := k.counts[at : at+l.stride]
	cell[0]++
	counted := 0
	for _, t := range l.asked[int(place.wave)*len(l.Campaign.Audiences)+int(place.audience)] {
		cell[l.Tables[t].offset+int(slots[t])]++
		if slots[t] != 0 {
			counted++
		}
	}
	for _, slot := range slots {
		if slot != 0 {
			counted--
		}
	}
	if counted != 0 {
		return fmt.Errorf("an answer is to a question that is not asked of its audience in its wave")
	}
	return nil
}

func (k *Counter) pledge(row submission.Row) error {
	v, err := row.PledgeView()
	if err != nil {
		return err
	}
	place, err := k.layout.where(v.Campaign, v.Organisation, v.BandGroup, v.Audience, byte(k.layout.Campaign.Waves[0].Number))
	if err != nil {
		return err
	}
	k.totals.Pledges++
	k.pledges[k.layout.pledge(int(place.organisation), int(place.bandGroup), int(place.audience), v.Status)]++
	return nil
}

func (l *Layout) where(campaign byte, organisation [5]byte, bandGroup, audience, wave byte) (where, error) {
	o, known := l.organisations[organisation]
	b, a, w := l.bandGroups[bandGroup], l.audiences[audience], l.waves[wave]
	switch {
	case int(campaign) != l.Campaign.Number:
		return where{}, fmt.Errorf("it is of campaign number %d, not of %d", campaign, l.Campaign.Number)
	case !known:
		return where{}, fmt.Errorf("organisation %q is not on the list", organisation)
	case b < 0 || a < 0 || w < 0:
		return where{}, fmt.Errorf("wave %d, audience %d or band group %d is not in the campaign", wave, audience, bandGroup)
	}
	return where{organisation: o, bandGroup: uint8(b), audience: uint8(a), wave: uint8(w)}, nil
}
