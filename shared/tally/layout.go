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
	"math/bits"
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
	paired     []int   // the tables with classes
	pairing    []pairing
	cellsOf    []cell  // by number
	piles      []uint8 // by organisation, see heap

	// How a response is packed, see packed: the fields of the tables asked, and the bits of all others, by wave × audience.
	fields    [][]field
	unasked   []packed
	cellShift int

	of    struct{ bandGroups, audiences, waves int } // how many the campaign has
	first []bool                                     // by wave × audience: it follows no other wave

	// what stored numbers mean: the campaign's own, an index into the campaign's list, and −1 for nothing
	campaign      byte
	organisations codes
	waves         [256]int32
	audiences     [256]int32
	bandGroups    [256]int32
	answers       [][256]packed // by question number − 1: what the answer adds, or unknown
}

// cell is what is looked up of a cell again and again.
type cell struct {
	batch   uint32 // see Layout.batch
	earlier int32  // the cell of the same people in the wave that its own follows, or −1
	group   uint16 // wave × audience
	wave    uint16
	pile    uint8 // of its organisation, see heap
}

// pairing is what is looked up of a table with classes again and again, see Table.
type pairing struct {
	field           field
	class           []uint8
	classes, offset int
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

	field      field
	offset     int // of the table in a cell
	pairOffset int // of the table in a cell's pairs
}

// NewLayout returns the layout of a campaign. It fails if a table is too large to be counted densely.
func NewLayout(c *campaign.Campaign) (*Layout, error) {
	l := &Layout{Campaign: c, stride: 1, campaign: byte(c.Number), organisations: newCodes(c.Organisations.All())}
	l.of.bandGroups, l.of.audiences, l.of.waves = len(c.BandGroups), len(c.Audiences), len(c.Waves)
	for i := range l.waves {
		l.waves[i], l.audiences[i], l.bandGroups[i] = -1, -1, -1
	}
	for i, w := range c.Waves {
		l.waves[w.Number] = int32(i)
	}
	for i, a := range c.Audiences {
		l.audiences[a.Number] = int32(i)
	}
	for i, b := range c.BandGroups {
		l.bandGroups[b.Number] = int32(i)
	}
	for _, q := range c.Questions {
		for len(l.answers) < q.Number {
			l.answers = append(l.answers, noAnswers)
		}
	}
	for t := range c.Tables {
		if err := l.table(t); err != nil {
			return nil, err
		}
	}
	for w := range c.Waves {
		for a := range c.Audiences {
			l.group(w, a)
		}
	}
	if used := l.cellShift + bits.Len(uint(l.cells())); used > packedBits {
		return nil, fmt.Errorf("laying out the campaign: a response takes %d bits, more than %d", used, packedBits)
	}
	organisations := len(c.Organisations.All())
	for o := range organisations {
		l.piles = append(l.piles, uint8(o*piles/organisations))
	}
	for number := range l.cells() {
		l.cellsOf = append(l.cellsOf, l.describe(number))
	}
	return l, nil
}

// group notes which tables are asked of an audience in a wave.
func (l *Layout) group(wave, audience int) {
	var asked []int
	var fields []field
	var unasked packed
	for t := range l.Tables {
		table := &l.Tables[t]
		if slices.ContainsFunc(table.Questions, func(q int) bool { return l.Campaign.Asked(q, wave, audience) }) {
			asked = append(asked, t)
			fields = append(fields, table.field)
		} else {
			unasked |= packed(table.field.mask) << table.field.shift
		}
	}
	l.asked, l.fields, l.unasked = append(l.asked, asked), append(l.fields, fields), append(l.unasked, unasked)
	l.first = append(l.first, l.Campaign.Waves[wave].Follows < 0)
}

// describe works out what is looked up of a cell.
func (l *Layout) describe(number int) cell {
	c := l.Campaign
	wave, audience := number%len(c.Waves), number/len(c.Waves)%len(c.Audiences)
	organisation := number / l.cell(1, 0, 0, 0)
	d := cell{
		batch: uint32(organisation*len(c.Waves) + wave), earlier: -1,
		group: uint16(wave*len(c.Audiences) + audience), wave: uint16(wave), pile: l.piles[organisation],
	}
	if follows := c.Waves[wave].Follows; follows >= 0 {
		d.earlier = int32(number - wave + follows)
	}
	return d
}

const (
	maxSlots  = 1 << 14 // of a table: a hundred times the largest that is sensible
	maxItems  = 7       // of a table: classes are kept in bytes
	maxPaired = 8       // tables with classes: responses that name others keep a class for each
)

func (l *Layout) table(index int) error {
	c := l.Campaign
	t := Table{ID: c.Tables[index].ID, Questions: c.Tables[index].Questions, Slots: 1, offset: l.stride, pairOffset: l.pairStride}
	for _, q := range t.Questions {
		t.Radix = append(t.Radix, t.Slots)
		for a, answer := range c.Answers(q) {
			l.answers[c.Questions[q].Number-1][answer.Number] = packed((a+1)*t.Slots) << l.cellShift
		}
		if t.Slots *= len(c.Answers(q)) + 1; t.Slots > maxSlots {
			return fmt.Errorf("laying out table %s: it has more than %d combinations of answers", t.ID, maxSlots)
		}
	}
	t.field = field{shift: uint8(l.cellShift), mask: uint32(1)<<bits.Len(uint(t.Slots-1)) - 1, offset: uint32(t.offset)}
	if l.cellShift += bits.Len(uint(t.Slots - 1)); l.cellShift > packedBits {
		return fmt.Errorf("laying out table %s: what a response answers takes more than %d bits", t.ID, packedBits)
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
		l.pairing = append(l.pairing, pairing{t.field, t.Class, t.Classes, t.pairOffset})
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
	return ((organisation*l.of.bandGroups+bandGroup)*l.of.audiences+audience)*l.of.waves + wave
}

func (l *Layout) cells() int { return l.cell(len(l.Campaign.Organisations.All()), 0, 0, 0) }

// The places of all counts: those of the cells, each with its respondents and then its tables, and then the pledges.
func (l *Layout) places() int { return l.pledge(len(l.Campaign.Organisations.All()), 0, 0, 1) }

// pledge returns the place of the pledges of an organisation, band group, audience and status.
func (l *Layout) pledge(organisation, bandGroup, audience int, status submission.Status) int {
	c := l.Campaign
	return l.cells()*l.stride + ((organisation*len(c.BandGroups)+bandGroup)*len(c.Audiences)+audience)*len(submission.Statuses) + int(status) - 1
}
