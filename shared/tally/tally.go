package tally

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"learningforlife/shared/submission"
)

// ErrTotals says that the control totals do not agree: something was read and not counted, or counted twice.
var ErrTotals = errors.New("the control totals do not agree")

// Totals are the control totals of a tally.
type Totals struct {
	Pledges     int   // live pledges read
	Responses   []int // live responses read, by wave
	Withdrawn   int   // tombstones read, of pledges and responses
	Superseded  int   // live responses not counted because an earlier one names the same response
	Quarantined int   // live responses of batches that are held back
	Pairs       int   // counted responses that are linked to a counted one of the earlier wave
}

// Tally is what was counted. It is immutable.
type Tally struct {
	Layout *Layout
	Totals Totals

	counts  []uint32
	pairs   []uint32
	pledges []uint32
	batches batches
}

// Resolve decides about the responses that were set aside, adds everything up
// and checks the control totals. The counters, at least one, must not be used again.
//
// Of several responses of a wave, none of them held back, that name the same one, the least by (day, id)
// counts and the others are superseded, whether or not the named one exists. A
// counted response makes a pair if the one it names is a live response, not held back, of the wave that
// its own wave follows, of the same organisation as submitted, band group and audience.
func Resolve(counters []*Counter) (*Tally, error) {
	work := make(chan int, submission.Shards)
	for shard := range submission.Shards {
		work <- shard
	}
	close(work)
	var group errgroup.Group
	for _, own := range counters {
		group.Go(func() error {
			for shard := range work {
				if err := own.resolve(shard, counters); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("linking responses: %w", err)
	}
	first := counters[0]
	t := &Tally{Layout: first.layout, Totals: first.totals, counts: first.counts, pairs: first.pairs, pledges: first.pledges, batches: first.batches}
	for _, k := range counters[1:] {
		t.Totals.add(k.totals)
		add(t.counts, k.counts)
		add(t.pairs, k.pairs)
		add(t.pledges, k.pledges)
		t.batches.add(k.batches)
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

// resolve decides about the responses that name one of the shard, of all
// counters, and counts them in k.
func (k *Counter) resolve(shard int, counters []*Counter) error {
	l := k.layout
	tables := len(l.Tables)
	total := 0
	for _, from := range counters {
		total += len(from.naming[shard])
	}
	if total == 0 {
		return nil
	}
	// An open-addressing table of the named responses: those who name them are
	// few, so it is small; the many that could be named only look in it.
	size := 1
	for size < 2*total {
		size *= 2
	}
	winners := make([]winner, size)
	for _, from := range counters {
		for i := range from.naming[shard] {
			n := &from.naming[shard][i]
			candidate := winner{naming: n, slots: from.namingSlots[shard][i*tables : (i+1)*tables]}
			at := int(hash(&n.names)) & (size - 1)
			for ; winners[at].naming != nil; at = (at + 1) & (size - 1) {
				if o := winners[at].naming; o.names == n.names && o.place.wave == n.place.wave {
					break
				}
			}
			if o := winners[at].naming; o != nil {
				k.totals.Superseded++
				if bytes.Compare(o.own[:], n.own[:]) < 0 {
					continue
				}
			}
			winners[at] = candidate
		}
	}
	for _, w := range winners {
		if w.naming != nil {
			if err := k.count(w.naming.place, w.slots); err != nil {
				return err
			}
		}
	}
	for _, from := range counters {
		for i := range from.named[shard] {
			n := &from.named[shard][i]
			for at := int(hash(&n.link)) & (size - 1); winners[at].naming != nil; at = (at + 1) & (size - 1) {
				if w := winners[at]; w.naming.names == n.link && l.pairs(w.naming.place, n.place) {
					k.pair(w.naming.place, from.namedSlots[shard][i*tables:(i+1)*tables], w.slots)
				}
			}
		}
	}
	return nil
}

type winner struct {
	naming *naming
	slots  []uint16
}

// hash spreads links; ids are hashes already.
func hash(l *submission.Link) uint64 { return binary.LittleEndian.Uint64(l[len(l)-8:]) }

// pairs reports whether a response in the place after may make a pair with one in the place before.
func (l *Layout) pairs(after, before where) bool {
	return l.Campaign.Waves[after.wave].Follows == int(before.wave) &&
		after.organisation == before.organisation && after.bandGroup == before.bandGroup && after.audience == before.audience
}

func (k *Counter) pair(place where, before, after []uint16) {
	k.totals.Pairs++
	at := k.layout.pairGroup(int(place.organisation), int(place.bandGroup), int(place.audience), int(place.wave))
	for i := range k.layout.Tables {
		if t := &k.layout.Tables[i]; t.Class != nil {
			k.pairs[at+t.pairOffset+int(t.Class[before[i]])*t.Classes+int(t.Class[after[i]])]++
		}
	}
}

func add(to, from []uint32) {
	for i, n := range from {
		if n != 0 {
			to[i] += n
		}
	}
}

func (t *Totals) add(o Totals) {
	t.Pledges += o.Pledges
	t.Withdrawn += o.Withdrawn
	t.Superseded += o.Superseded
	t.Quarantined += o.Quarantined
	t.Pairs += o.Pairs
	for w, n := range o.Responses {
		t.Responses[w] += n
	}
}

// check proves that counted + superseded + quarantined = live items read, that the batches
// add up to the same and the held ones to what is quarantined, and that every table of a cell counts each of its respondents once.
func (t *Tally) check() error {
	counted := 0
	l, c := t.Layout, t.Layout.Campaign
	for o := range c.Organisations.All() {
		for b := range c.BandGroups {
			for a := range c.Audiences {
				for w := range c.Waves {
					n := t.Respondents(o, b, a, w)
					counted += n
					for _, table := range l.asked[w*len(c.Audiences)+a] {
						sum := 0
						for _, count := range t.Counts(table, o, b, a, w) {
							sum += int(count)
						}
						if sum != n {
							return fmt.Errorf("%w: table %s of %s counts %d of %d respondents", ErrTotals, l.Tables[table].ID, c.Organisations.All()[o].Code, sum, n)
						}
					}
				}
			}
		}
	}
	read := 0
	for _, n := range t.Totals.Responses {
		read += n
	}
	if counted+t.Totals.Superseded+t.Totals.Quarantined != read {
		return fmt.Errorf("%w: %d responses counted, %d superseded, %d quarantined, of %d read", ErrTotals, counted, t.Totals.Superseded, t.Totals.Quarantined, read)
	}
	received, held := t.batches.received(len(c.Waves))
	if !slices.Equal(received, t.Totals.Responses) || held != t.Totals.Quarantined {
		return fmt.Errorf("%w: of %d responses read and %d quarantined, %d and %d are in batches", ErrTotals, t.Totals.Responses, t.Totals.Quarantined, received, held)
	}
	pledges := 0
	for _, n := range t.pledges {
		pledges += int(n)
	}
	if pledges != t.Totals.Pledges {
		return fmt.Errorf("%w: %d pledges counted of %d read", ErrTotals, pledges, t.Totals.Pledges)
	}
	return nil
}

// Respondents returns how many responses are counted in a cell. All arguments
// of this and the following methods are indexes into the campaign's lists.
func (t *Tally) Respondents(organisation, bandGroup, audience, wave int) int {
	return int(t.counts[t.Layout.cell(organisation, bandGroup, audience, wave)])
}

// Counts returns the joint histogram of a table in a cell, by slot. The caller must not change it.
func (t *Tally) Counts(table, organisation, bandGroup, audience, wave int) []uint32 {
	at := t.Layout.cell(organisation, bandGroup, audience, wave) + t.Layout.Tables[table].offset
	return t.counts[at : at+t.Layout.Tables[table].Slots]
}

// Pairs returns the table of the linked pairs of an organisation, band group and
// audience whose later response is of the wave: by class before × number of classes + class after. It is empty for a table without classes.
func (t *Tally) Pairs(table, organisation, bandGroup, audience, wave int) []uint32 {
	classes := t.Layout.Tables[table].Classes
	at := t.Layout.pairGroup(organisation, bandGroup, audience, wave) + t.Layout.Tables[table].pairOffset
	return t.pairs[at : at+classes*classes]
}

// Statuses names the statuses of pledges, in the order of submission.Statuses.
func Statuses() (names []string) {
	for _, s := range submission.Statuses {
		names = append(names, s.String())
	}
	return names
}

// PledgesOf returns an organisation's and audience's pledges by status, in the order of submission.Statuses.
func (t *Tally) PledgesOf(organisation, audience int) []int {
	counts := make([]int, len(submission.Statuses))
	for b := range t.Layout.Campaign.BandGroups {
		for i, status := range submission.Statuses {
			counts[i] += t.Pledges(organisation, b, audience, status)
		}
	}
	return counts
}

// Pledges returns how many pledges an organisation's band group and audience has with the status.
func (t *Tally) Pledges(organisation, bandGroup, audience int, status submission.Status) int {
	return int(t.pledges[t.Layout.pledge(organisation, bandGroup, audience, status)])
}
