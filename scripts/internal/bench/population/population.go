// Package population fills a store with what a campaign might have gathered: responses of both waves of
// staff of every open trust, some of them linked, withdrawn or linked wrongly, and pledges. Everything
// follows from a seed.
package population

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Version changes whenever the same seed gives other items.
const Version = 1

// What the items are made of.
const (
	pledgesPer    = 20  // one pledge for so many responses
	tombstonesPer = 200 // one withdrawn response for so many that are live

	shift = 20 // of the law of Zipf and Mandelbrot that the trusts' sizes follow: the largest sends one response in fifty

	naming    = 0.55 // of the later wave's responses name another
	stranger  = 0.04 // of these name one that is not there
	ahead     = 0.01 // or that is dated after their own
	mismatch  = 0.05 // or one of somebody else
	repeated  = 0.03 // or one that was named before
	blank     = 0.03 // of the answers to a question
	unsettled = 0.05 // of them are the scale's last answer: do not know, not sure
)

// bandGroups and audiences are how many of a hundred people are of each.
var (
	bandGroups = map[string]float64{"1-4": 38, "5-7": 42, "8-9": 7, "medical_dental": 10, "unknown": 3}
	audiences  = map[string]float64{"staff": 86, "manager": 11, "learning_rep": 2, "board": 1}
)

// Item is a key and what is stored under it.
type Item struct {
	Key submission.Key
	Row submission.Row
}

// source draws items.
type source struct {
	c      *campaign.Campaign
	bytes  *rand.ChaCha8
	random *rand.Rand

	trusts             []campaign.Trust
	sizes              shares // by trust
	bandGroups         shares
	audiences          shares
	limits             [][]float64 // by question: which attitudes give which of its answers
	effects            []float64   // of the trusts on their people's attitudes
	baseline, followUp int
	board, boardsBands int
	before             []earlier
	unnamed, taken     []int32 // indexes into before
}

// earlier is a response of the first wave, that another may name.
type earlier struct {
	link                submission.Link
	attitude            float32
	trust               int16
	bandGroup, audience int8
}

// newSource returns a source of items for the trusts that are open on the day.
func newSource(c *campaign.Campaign, on day.Day, seed uint64) (*source, error) {
	bytes := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16), byte(seed >> 24)})
	s := &source{c: c, bytes: bytes, random: rand.New(bytes), trusts: c.Organisations.Open(on), baseline: c.Baseline(), followUp: c.FollowUp(),
		board: c.Audience("board"), boardsBands: c.BandGroup("8-9")}
	frame := c.Frame(on)
	staff := func(t campaign.Trust) int { return frame.Staff(c.Organisations.Index(t.Code)) }
	slices.SortStableFunc(s.trusts, func(a, b campaign.Trust) int { return staff(b) - staff(a) }) // or many responses would be held back as bursts
	for rank := range s.trusts {
		s.sizes = append(s.sizes, 1/float64(rank+1+shift))
		s.effects = append(s.effects, 0.3*s.random.NormFloat64())
	}
	var err error
	s.sizes.sum()
	if s.bandGroups, err = sharesOf(bandGroups, len(c.BandGroups), func(i int) string { return c.BandGroups[i].ID }); err != nil {
		return nil, fmt.Errorf("sharing people out among band groups: %w", err)
	}
	if s.audiences, err = sharesOf(audiences, len(c.Audiences), func(i int) string { return c.Audiences[i].ID }); err != nil {
		return nil, fmt.Errorf("sharing people out among audiences: %w", err)
	}
	for q := range c.Questions {
		s.limits = append(s.limits, limits(len(c.Answers(q)), s.random))
	}
	return s, nil
}

// limits are where on the scale of attitudes, from high to low, one answer to a question ends and the next begins. The last
// answer is given by whoever does not know, so it has no place there. The first are given more often than the others.
func limits(answers int, random *rand.Rand) (ends []float64) {
	at := 0.7 + 0.6*random.NormFloat64()
	for range answers - 2 {
		ends = append(ends, at)
		at -= 0.6 + 0.6*random.Float64()
	}
	return ends
}

// shares are running sums of the shares of things, which end with 1.
type shares []float64

func (s shares) sum() {
	total := 0.0
	for i := range s {
		total += s[i]
		s[i] = total
	}
	for i := range s {
		s[i] /= total
	}
}

func sharesOf(by map[string]float64, n int, id func(int) string) (s shares, err error) {
	for i := range n {
		share, known := by[id(i)]
		if !known {
			return nil, fmt.Errorf("there is no share for %s", id(i))
		}
		s = append(s, share)
	}
	s.sum()
	return s, nil
}

// draw returns the index of one of the things.
func (s *source) draw(from shares) int {
	i, _ := slices.BinarySearch(from, s.random.Float64())
	return min(i, len(from)-1)
}

// chance is true with the probability.
func (s *source) chance(p float64) bool { return s.random.Float64() < p }

func (s *source) key(kind submission.Kind, on day.Day) (submission.Key, error) {
	receipt, err := submission.Mint(on, s.bytes)
	if err != nil {
		return submission.Key{}, err
	}
	return receipt.Key(kind), nil
}

// person is who sends a response.
type person struct {
	trust, bandGroup, audience int
	attitude                   float64
}

func (s *source) person() person {
	p := person{trust: s.draw(s.sizes), bandGroup: s.draw(s.bandGroups), audience: s.draw(s.audiences)}
	if p.audience == s.board {
		p.bandGroup = s.boardsBands
	}
	p.attitude = s.effects[p.trust] + s.random.NormFloat64()
	return p
}

// response draws a live response of the wave.
func (s *source) response(wave int, on day.Day) (Item, error) {
	key, err := s.key(submission.KindResponse, on)
	if err != nil {
		return Item{}, err
	}
	p := s.person()
	r := submission.Response{Wave: wave, Answers: make([]int, len(s.c.Questions))}
	if wave == s.followUp {
		if r.Before, err = s.named(on, &p); err != nil {
			return Item{}, err
		}
	}
	r.Organisation, r.BandGroup, r.Audience = s.trusts[p.trust].Code, p.bandGroup, p.audience
	s.answer(&r, p.attitude)
	if wave == s.baseline {
		s.remember(&key, p)
	}
	return Item{key, r.Pack(s.c)}, nil
}

// remember makes the response one that others may name.
func (s *source) remember(key *submission.Key, p person) {
	s.unnamed = append(s.unnamed, int32(len(s.before)))
	s.before = append(s.before, earlier{key.Link(), float32(p.attitude), int16(p.trust), int8(p.bandGroup), int8(p.audience)})
}

// named draws whom a response of the day names, if anybody, and makes the person who sent that the one who sends this.
func (s *source) named(on day.Day, p *person) (l submission.Link, err error) {
	if !s.chance(naming) || len(s.unnamed) == 0 {
		return l, nil
	}
	kind := s.random.Float64()
	if kind < stranger+ahead {
		if kind < ahead {
			on++
		}
		key, err := s.key(submission.KindResponse, on)
		return key.Link(), err
	}
	kind -= stranger + ahead
	if kind < repeated && len(s.taken) > 0 {
		return s.again(s.taken[s.random.IntN(len(s.taken))], p), nil
	}
	at, last := s.random.IntN(len(s.unnamed)), len(s.unnamed)-1
	i := s.unnamed[at]
	s.unnamed[at], s.unnamed = s.unnamed[last], s.unnamed[:last]
	s.taken = append(s.taken, i)
	if kind < repeated+mismatch {
		return s.before[i].link, nil // who names it is somebody else
	}
	return s.again(i, p), nil
}

func (s *source) again(i int32, p *person) submission.Link {
	b := &s.before[i]
	*p = person{int(b.trust), int(b.bandGroup), int(b.audience), float64(b.attitude) + 0.1 + 0.4*s.random.NormFloat64()}
	return b.link
}

// answer draws answers that go with the attitude.
func (s *source) answer(r *submission.Response, attitude float64) {
	for q, question := range s.c.Questions {
		open := question.AskedIf == nil || r.Answers[question.AskedIf.Question] == question.AskedIf.Answer+1
		if !open || !s.c.Asked(q, r.Wave, r.Audience) || s.chance(blank) {
			continue
		}
		limits := s.limits[q]
		if s.chance(unsettled) {
			r.Answers[q] = len(limits) + 2
			continue
		}
		leaning := attitude + 0.8*s.random.NormFloat64()
		a := 0
		for a < len(limits) && leaning < limits[a] {
			a++
		}
		r.Answers[q] = a + 1
	}
}

// pledge draws a pledge.
func (s *source) pledge(on day.Day) (Item, error) {
	key, err := s.key(submission.KindPledge, on)
	if err != nil {
		return Item{}, err
	}
	from := s.person()
	p := submission.Pledge{Organisation: s.trusts[from.trust].Code, BandGroup: from.bandGroup, Audience: from.audience,
		Catalogue: s.c.Pledges[s.random.IntN(len(s.c.Pledges))].ID, Version: 1,
		Status: submission.Statuses[s.random.IntN(len(submission.Statuses))]}
	return Item{key, p.Pack(s.c)}, nil
}
