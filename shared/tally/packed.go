package tally

import (
	"errors"
	"fmt"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
)

// packed is what a live response counts as, in one word: from the lowest bit on the slot of each of the
// campaign's tables, and then its cell. An item is kept in eight bytes until it is known what it counts for.
type packed uint64

const (
	// packedBits is how many bits of the word there are for slots and the cell.
	packedBits = 63
	// unknown marks an answer that is not in the campaign, and what was withdrawn.
	unknown packed = 1 << packedBits
)

// noAnswers is a question without answers, but for a blank.
var noAnswers = func() (answers [256]packed) {
	for i := range answers[1:] {
		answers[i+1] = unknown
	}
	return answers
}()

// field is where a table's slot stands in the word, and where its counts stand in a cell.
type field struct {
	offset uint32
	mask   uint32
	shift  uint8
}

func (f *field) slot(p packed) uint32 { return uint32(p>>f.shift) & f.mask }

func (l *Layout) cellOf(p packed) int { return int(p >> l.cellShift) }

// pack returns what a live response counts as, and where.
func (l *Layout) pack(v submission.ResponseView) (packed, spot, error) {
	at, err := l.where(v.Campaign(), v.Organisation(), v.BandGroup(), v.Audience(), v.Wave())
	if err != nil {
		return 0, at, err
	}
	answers := v.Answers()
	if len(answers) > len(l.answers) {
		return 0, at, l.unknown(answers)
	}
	var word, seen packed
	all := l.answers[:len(answers)]
	for i, number := range answers {
		adds := all[i][number]
		word += adds
		seen |= adds
	}
	if seen&unknown != 0 {
		return 0, at, l.unknown(answers)
	}
	if word&l.unasked[at.group] != 0 {
		return 0, at, errUnasked
	}
	return word | packed(at.cell)<<l.cellShift, at, nil
}

var errUnasked = errors.New("an answer is to a question that is not asked of its audience in its wave")

// unknown names the first answer that is not in the campaign.
func (l *Layout) unknown(answers []byte) error {
	for i, number := range answers {
		if number != 0 && (i >= len(l.answers) || l.answers[i][number] == unknown) {
			return fmt.Errorf("answer %d to question number %d is not in the campaign", number, i+1)
		}
	}
	return nil
}

// valid reports whether the word is one of a response that can be.
func (l *Layout) valid(p packed) bool {
	if p&unknown != 0 || l.cellOf(p) >= len(l.cellsOf) {
		return false
	}
	group := l.cellsOf[l.cellOf(p)].group
	for _, t := range l.asked[group] {
		if int(l.Tables[t].field.slot(p)) >= l.Tables[t].Slots {
			return false
		}
	}
	return p&l.unasked[group] == 0
}

// count adds the response to the counts.
func (l *Layout) count(counts []uint32, p packed) {
	cell := l.cellOf(p)
	counts = counts[cell*l.stride:][:l.stride]
	counts[0]++
	for _, f := range l.fields[l.cellsOf[cell].group] {
		counts[f.offset+f.slot(p)]++
	}
}

// uncount takes the response out of the counts.
func (l *Layout) uncount(counts []uint32, p packed) {
	cell := l.cellOf(p)
	counts = counts[cell*l.stride:][:l.stride]
	counts[0]--
	for _, f := range l.fields[l.cellsOf[cell].group] {
		counts[f.offset+f.slot(p)]--
	}
}

// codes finds organisations by their codes: an open-addressing table, half empty at least, of the code's bytes
// above the organisation's index + 1. A Go map took as long as all the rest of reading a response.
type codes []uint64

const indexBits = 64 - 8*campaign.MaxCode

func newCodes(organisations []campaign.Trust) codes {
	size := 1
	for size < 4*len(organisations) {
		size *= 2
	}
	c := make(codes, size)
	for i, o := range organisations {
		var padded [campaign.MaxCode]byte
		copy(padded[:], o.Code)
		code := number(&padded)
		at := c.start(code)
		for c[at] != 0 {
			at = (at + 1) & (len(c) - 1)
		}
		c[at] = code<<indexBits | uint64(i+1)
	}
	return c
}

// number is the code as a number.
func number(code *[campaign.MaxCode]byte) uint64 {
	return uint64(code[0]) | uint64(code[1])<<8 | uint64(code[2])<<16 | uint64(code[3])<<24 | uint64(code[4])<<32
}

// start is where the search for a code starts.
func (c codes) start(code uint64) int {
	return int(code*0x9e3779b97f4a7c15>>40) & (len(c) - 1)
}

// index returns the index of the organisation with the code, or −1.
func (c codes) index(code uint64) int {
	for at := c.start(code); c[at] != 0; at = (at + 1) & (len(c) - 1) {
		if c[at]>>indexBits == code {
			return int(c[at]&(1<<indexBits-1)) - 1
		}
	}
	return -1
}
