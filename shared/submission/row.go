package submission

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"learningforlife/shared/campaign"
)

// Row is a stored item in its packed form. What it is of (a pledge or a
// response) stands in its key. Byte 0 is the format:
//
//	formatWithdrawn  a tombstone: nothing else is left
//	formatLive       byte 1 the campaign's number, and then
//
//	a response                        a pledge
//	2      wave                       2      audience
//	3      audience                   3      band group
//	4      band group                 4–8    organisation
//	5–9    organisation               9      status
//	10     n                          10–13  version
//	11–    n answers, by question     14     flags: 1 display, 2 own words
//	       number − 1; 0 is a blank   15–16  due day + 1; 0 is none
//	then   nothing, or a Link         17–    catalogue id or own words
//
// Waves, audiences, band groups, questions and answers are stored by their
// numbers in the campaign file; the organisation is its code, padded with
// zeros. The last answer of a response is no blank, so equal values have equal rows.
type Row []byte

// The formats. A format that is not listed is an error, never a guess.
const (
	formatLive      = 1
	formatWithdrawn = 2
)

// Tombstone is what a withdrawn item leaves.
var Tombstone = Row{formatWithdrawn}

const (
	responseHead = 11
	pledgeHead   = 17

	flagDisplay  = 1
	flagOwnWords = 2
)

// Withdrawn reports whether the row is a tombstone.
func (r Row) Withdrawn() bool { return len(r) == 1 && r[0] == formatWithdrawn }

// Equal reports whether two rows hold the same bytes.
func (r Row) Equal(other Row) bool { return bytes.Equal(r, other) }

// ResponseView reads a response's row in place, by the numbers that are stored: it is the
// row itself, of which View checked the form, so that nothing is copied to read it.
type ResponseView []byte

// Campaign is the campaign's number.
func (v ResponseView) Campaign() byte { return v[1] }

// Wave is the wave's number.
func (v ResponseView) Wave() byte { return v[2] }

// Audience is the audience's number.
func (v ResponseView) Audience() byte { return v[3] }

// BandGroup is the band group's number.
func (v ResponseView) BandGroup() byte { return v[4] }

// Organisation is the organisation's code, padded with zeros. It shares the row's memory.
func (v ResponseView) Organisation() *[campaign.MaxCode]byte {
	return (*[campaign.MaxCode]byte)(v[5:10])
}

// Answers are the answers' numbers, by question number − 1.
func (v ResponseView) Answers() []byte { return v[responseHead : responseHead+int(v[10])] }

// HasLink reports whether the row names a response.
func (v ResponseView) HasLink() bool { return len(v) > responseHead+int(v[10]) }

// Link is the response the row names; zero if it names none.
func (v ResponseView) Link() Link {
	if !v.HasLink() {
		return Link{}
	}
	return *v.Names()
}

// Names is the response that the row names, which it must. It shares the row's memory.
func (v ResponseView) Names() *Link { return (*Link)(v[responseHead+int(v[10]):]) }

var errRow = errors.New("the stored row is damaged or of a later format")

// View reads the row of a live response. It checks the form, not the numbers.
func (r Row) View() (ResponseView, error) {
	if len(r) < responseHead || r[0] != formatLive {
		return nil, errRow
	}
	n := int(r[10])
	rest := len(r) - responseHead - n
	if rest != 0 && rest != linkSize || n > 0 && r[responseHead+n-1] == 0 {
		return nil, errRow
	}
	if rest != 0 && (*Link)(r[responseHead+n:]).IsZero() {
		return nil, errRow
	}
	return ResponseView(r), nil
}

// PledgeView reads a pledge's row in place, by the numbers that are stored.
type PledgeView struct {
	Campaign     byte
	Audience     byte
	BandGroup    byte
	Organisation [campaign.MaxCode]byte // padded with zeros
	Status       Status
}

// PledgeView reads the row of a live pledge. It checks the form, not the numbers.
func (r Row) PledgeView() (v PledgeView, err error) {
	if len(r) <= pledgeHead || r[0] != formatLive || r[14]&^(flagDisplay|flagOwnWords) != 0 ||
		!slices.Contains(Statuses, Status(r[9])) || !utf8.Valid(r[pledgeHead:]) {
		return v, errRow
	}
	v.Campaign, v.Audience, v.BandGroup = r[1], r[2], r[3]
	v.Organisation = [campaign.MaxCode]byte(r[4:9])
	v.Status = Status(r[9])
	return v, nil
}

// code returns the organisation's code without its padding.
func code(padded [campaign.MaxCode]byte) string {
	return strings.TrimRight(string(padded[:]), "\x00")
}

// pad is the inverse of code. Codes that are too long were refused before.
func pad(s string) (padded [campaign.MaxCode]byte) {
	copy(padded[:], s)
	return padded
}

// Pack returns the row of the response, whose indexes and code are valid.
func (s Response) Pack(c *campaign.Campaign) Row {
	r := make(Row, responseHead, responseHead+campaign.MaxNumber+linkSize)
	r[0], r[1] = formatLive, byte(c.Number)
	r[2] = byte(c.Waves[s.Wave].Number)
	r[3] = byte(c.Audiences[s.Audience].Number)
	r[4] = byte(c.BandGroups[s.BandGroup].Number)
	organisation := pad(s.Organisation)
	copy(r[5:10], organisation[:])
	var answers [campaign.MaxNumber]byte
	n := 0
	for q, a := range s.Answers {
		if a == 0 {
			continue
		}
		number := c.Questions[q].Number
		answers[number-1] = byte(c.Answers(q)[a-1].Number)
		n = max(n, number)
	}
	r[10] = byte(n)
	r = append(r, answers[:n]...)
	if !s.Before.IsZero() {
		r = append(r, s.Before[:]...)
	}
	return r
}

// Response is the inverse of Pack. It fails on numbers the campaign does not know.
func (r Row) Response(c *campaign.Campaign) (s Response, err error) {
	v, err := r.View()
	if err != nil {
		return s, err
	}
	names := names{c: c, campaign: v.Campaign()}
	s = Response{
		Wave:         names.wave(v.Wave()),
		Organisation: code(*v.Organisation()),
		Audience:     names.audience(v.Audience()),
		BandGroup:    names.bandGroup(v.BandGroup()),
		Answers:      make([]int, len(c.Questions)),
		Before:       v.Link(),
	}
	for i, number := range v.Answers() {
		if number != 0 {
			q, a := names.answer(i+1, number)
			if names.err == nil {
				s.Answers[q] = a + 1
			}
		}
	}
	return s, names.check()
}

// Pack returns the row of the pledge, whose indexes and code are valid.
func (p Pledge) Pack(c *campaign.Campaign) Row {
	r := make(Row, pledgeHead, pledgeHead+len(p.Catalogue)+len(p.OwnWords))
	r[0], r[1] = formatLive, byte(c.Number)
	r[2] = byte(c.Audiences[p.Audience].Number)
	r[3] = byte(c.BandGroups[p.BandGroup].Number)
	organisation := pad(p.Organisation)
	copy(r[4:9], organisation[:])
	r[9] = byte(p.Status)
	binary.BigEndian.PutUint32(r[10:14], p.Version)
	if p.Display {
		r[14] |= flagDisplay
	}
	if p.DueOn != 0 {
		binary.BigEndian.PutUint16(r[15:17], storedDay(p.DueOn)+1)
	}
	if p.OwnWords != "" {
		r[14] |= flagOwnWords
		return append(r, p.OwnWords...)
	}
	return append(r, p.Catalogue...)
}

// Pledge is the inverse of Pack. It fails on numbers the campaign does not know.
func (r Row) Pledge(c *campaign.Campaign) (p Pledge, err error) {
	v, err := r.PledgeView()
	if err != nil {
		return p, err
	}
	names := names{c: c, campaign: v.Campaign}
	p = Pledge{
		Organisation: code(v.Organisation),
		Audience:     names.audience(v.Audience),
		BandGroup:    names.bandGroup(v.BandGroup),
		Display:      r[14]&flagDisplay != 0,
		Status:       v.Status,
		Version:      binary.BigEndian.Uint32(r[10:14]),
	}
	if due := binary.BigEndian.Uint16(r[15:17]); due != 0 {
		p.DueOn = loadDay(due - 1)
	}
	if text := string(r[pledgeHead:]); r[14]&flagOwnWords != 0 {
		p.OwnWords = text
	} else {
		p.Catalogue = text
	}
	return p, names.check()
}

// names finds the campaign's indexes for stored numbers and remembers what it did not find.
type names struct {
	c        *campaign.Campaign
	campaign byte
	err      error
}

func (n *names) fail(what string, number int) int {
	if n.err == nil {
		n.err = fmt.Errorf("the stored row has %s %d, which the campaign does not know", what, number)
	}
	return 0
}

func (n *names) check() error {
	if int(n.campaign) != n.c.Number {
		n.fail("campaign", int(n.campaign))
	}
	return n.err
}

func (n *names) wave(number byte) int {
	for i, w := range n.c.Waves {
		if w.Number == int(number) {
			return i
		}
	}
	return n.fail("wave", int(number))
}

func (n *names) audience(number byte) int {
	for i, a := range n.c.Audiences {
		if a.Number == int(number) {
			return i
		}
	}
	return n.fail("audience", int(number))
}

func (n *names) bandGroup(number byte) int {
	for i, b := range n.c.BandGroups {
		if b.Number == int(number) {
			return i
		}
	}
	return n.fail("band group", int(number))
}

func (n *names) answer(question int, answer byte) (q, a int) {
	for q, known := range n.c.Questions {
		if known.Number != question {
			continue
		}
		for a, option := range n.c.Answers(q) {
			if option.Number == int(answer) {
				return q, a
			}
		}
		return 0, n.fail("answer", int(answer))
	}
	return 0, n.fail("question", question)
}
