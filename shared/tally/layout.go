// Package tally counts stored items: integers only, in dense arrays whose places
// follow from the campaign file. A tally is a pure function of the items: any
// order, sharding or page size gives the same one, and its snapshot the same bytes.
//
//	a goroutine's rows → Counter ┐
//	a goroutine's rows → Counter ┼ Reading (links, supersession) → Tally → Snapshot
//	sealed days → Sum, Links ────┘       └→ Sheet, Links: what the items of one part come to
//
// What the items of a day come to can be kept, in place of reading them again: as a Sheet, its
// plain counts, and as Links, the responses that name another one, which count only with all others at hand.
//
// A cell is organisation × band group × audience × wave, by the code that was
// submitted. Within a cell each table of the campaign has a joint histogram of the
// answers to its questions, blanks included, so every figure can be told from it.
package tally

import (
	"fmt"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
)

// Layout says where in the arrays a count has its place.
type Layout struct {
	Campaign *campaign.Campaign
	Tables   []Table

	stride     int     // places of a cell: the respondents, and then every table's slots
	pairStride int     // places of a pair group: every table's classes before × classes after
	asked      [][]int // by wave × audience: the tables with a question asked of it
	unasked    [][]int // by wave × audience: the others
	paired     []int   // the tables with classes

	// what stored numbers mean; index 0 stands for numbers that mean nothing
	organisations map[[campaign.MaxCode]byte]int32
	waves         [256]int16
	audiences     [256]int16
	bandGroups    [256]int16
	answers       [campaign.MaxNumber][campaign.MaxNumber + 1]place
}

// Table is a campaign's table as it is counted. A slot is one combination of
// answers: the sum over the table's questions of (0 for a blank, 1 + the answer's index) × Radix.
type Table struct {
	ID        string
	Questions []int // indexes into the campaign's questions
	Radix     []int // by question
	Slots     int

	// Items are the things that measures ask of this table, and what opens the questions among them, each once.
	Items []campaign.Item
	// Class tells by slot what counts for scores: 0 for respondents outside the
	// table's base, otherwise 1 + the sum of 1<<i over the items i answered favourably.
	// It is nil for a table that no measure uses.
	Class   []uint8
	Classes int

	offset     int // of the table in a cell
	pairOffset int // of the table in a cell's pairs
}

// place is what an answer adds to its table's slot.
type place struct {
	known bool
	table uint8
	add   uint16
}

// NewLayout returns the layout of a campaign. It fails if a table is too large to be counted densely.
func NewLayout(c *campaign.Campaign) (*Layout, error) {
	l := &Layout{Campaign: c, organisations: map[[campaign.MaxCode]byte]int32{}, stride: 1}
	for i := range l.waves {
		l.waves[i], l.audiences[i], l.bandGroups[i] = -1, -1, -1
	}
	for i, t := range c.Organisations.All() {
		l.organisations[[campaign.MaxCode]byte(append([]byte(t.Code), 0, 0, 0, 0, 0)[:campaign.MaxCode])] = int32(i)
	}
	for i, w := range c.Waves {
		l.waves[w.Number] = int16(i)
	}
	for i, a := range c.Audiences {
		l.audiences[a.Number] = int16(i)
	}
	for i, b := range c.BandGroups {
		l.bandGroups[b.Number] = int16(i)
	}
	for t := range c.Tables {
		if err := l.table(t); err != nil {
			return nil, err
		}
	}
	for w := range c.Waves {
		for a := range c.Audiences {
			var asked, unasked []int
			for t, table := range l.Tables {
				if slices.ContainsFunc(table.Questions, func(q int) bool { return c.Asked(q, w, a) }) {
					asked = append(asked, t)
				} else {
					unasked = append(unasked, t)
				}
			}
			l.asked, l.unasked = append(l.asked, asked), append(l.unasked, unasked)
		}
	}
	return l, nil
}

const (
	maxSlots  = 1 << 14 // of a table: a hundred times the largest that is sensible
	maxItems  = 7       // of a table: classes are kept in bytes
	maxTables = 16      // of a campaign: responses that name others keep a slot for each
	maxPaired = 8       // tables with classes, likewise
)

func (l *Layout) table(index int) error {
	c := l.Campaign
	if index >= maxTables {
		return fmt.Errorf("laying out table %s: there are more than %d", c.Tables[index].ID, maxTables)
	}
	t := Table{ID: c.Tables[index].ID, Questions: c.Tables[index].Questions, Slots: 1, offset: l.stride, pairOffset: l.pairStride}
	for _, q := range t.Questions {
		t.Radix = append(t.Radix, t.Slots)
		for a, answer := range c.Answers(q) {
			l.answers[c.Questions[q].Number-1][answer.Number] = place{known: true, table: uint8(index), add: uint16((a + 1) * t.Slots)}
		}
		if t.Slots *= len(c.Answers(q)) + 1; t.Slots > maxSlots {
			return fmt.Errorf("laying out table %s: it has more than %d combinations of answers", t.ID, maxSlots)
		}
	}
	for _, o := range c.Objectives {
		for _, m := range o.Measures {
			if m.Table == index {
				for _, item := range m.Items {
					t.add(item)
					if opener, ok := c.Opener(item.Question); ok {
						t.add(opener)
					}
				}
			}
		}
	}
	if len(t.Items) > maxItems {
		return fmt.Errorf("laying out table %s: it has more than %d scored items", t.ID, maxItems)
	}
	if len(t.Items) > 0 {
		t.Classes = 1 + 1<<len(t.Items)
		t.Class = make([]uint8, t.Slots)
		for slot := range t.Class {
			t.Class[slot] = t.class(c, slot)
		}
		if l.paired = append(l.paired, index); len(l.paired) > maxPaired {
			return fmt.Errorf("laying out table %s: there are more than %d tables with scored items", t.ID, maxPaired)
		}
	}
	l.Tables = append(l.Tables, t)
	l.stride += t.Slots
	l.pairStride += t.Classes * t.Classes
	return nil
}

func (t *Table) add(item campaign.Item) {
	if t.item(item) < 0 {
		t.Items = append(t.Items, item)
	}
}

func (t *Table) item(item campaign.Item) int {
	return slices.IndexFunc(t.Items, func(o campaign.Item) bool {
		return o.Question == item.Question && slices.Equal(o.Favourable, item.Favourable)
	})
}

// Favourable returns by class how many of the items are answered favourably, each of which is one of the table's.
func (t *Table) Favourable(items ...campaign.Item) []int {
	number := make([]int, t.Classes)
	for class := 1; class < t.Classes; class++ {
		for _, item := range items {
			number[class] += (class - 1) >> t.item(item) & 1
		}
	}
	return number
}

// Answer returns the answer to the i-th question of the table in the slot: 0 for a blank, otherwise 1 + its index.
func (t *Table) Answer(slot, i int) int {
	next := t.Slots
	if i+1 < len(t.Radix) {
		next = t.Radix[i+1]
	}
	return slot % next / t.Radix[i]
}

// class applies the base rule: a respondent is in the base if every question of
// the table that was put to them is answered. A question that the branch did not
// open was not put, and counts as answered unfavourably.
func (t *Table) class(c *campaign.Campaign, slot int) uint8 {
	answer := func(q int) int { return t.Answer(slot, slices.Index(t.Questions, q)) }
	open := func(q int) bool {
		b := c.Questions[q].AskedIf
		return b == nil || answer(b.Question) == b.Answer+1
	}
	for _, q := range t.Questions {
		if open(q) && answer(q) == 0 {
			return 0
		}
	}
	class := uint8(1)
	for i, item := range t.Items {
		if a := answer(item.Question); a > 0 && open(item.Question) && item.Favourable[a-1] {
			class += 1 << i
		}
	}
	return class
}

// cell returns the number of a cell.
func (l *Layout) cell(organisation, bandGroup, audience, wave int) int {
	c := l.Campaign
	return ((organisation*len(c.BandGroups)+bandGroup)*len(c.Audiences)+audience)*len(c.Waves) + wave
}

func (l *Layout) cells() int { return l.cell(len(l.Campaign.Organisations.All()), 0, 0, 0) }

// wave and organisation tell what a cell is of.
func (l *Layout) wave(cell int) int { return cell % len(l.Campaign.Waves) }
func (l *Layout) organisation(cell int) int {
	return cell / l.cell(1, 0, 0, 0)
}

// group returns wave × audience of a cell.
func (l *Layout) group(cell int) int {
	c := l.Campaign
	return l.wave(cell)*len(c.Audiences) + cell/len(c.Waves)%len(c.Audiences)
}

// The places of all counts: those of the cells, each with its respondents and then its tables, and then the pledges.
func (l *Layout) places() int { return l.pledge(len(l.Campaign.Organisations.All()), 0, 0, 1) }

// pledge returns the place of the pledges of an organisation, band group, audience and status.
func (l *Layout) pledge(organisation, bandGroup, audience int, status submission.Status) int {
	c := l.Campaign
	return l.cells()*l.stride + ((organisation*len(c.BandGroups)+bandGroup)*len(c.Audiences)+audience)*len(submission.Statuses) + int(status) - 1
}
