package simulation

import (
	"crypto/sha256"
	"encoding/binary"

	"learningforlife/shared/campaign"
)

// Proportions are the true shares of the answers, by organisation, band group,
// wave and question: a fixed function, the same for every seed, so that a
// released score can be held against what it estimates.
type Proportions struct{ campaign *campaign.Campaign }

// NewProportions returns the true shares of the answers to the campaign's questions.
func NewProportions(c *campaign.Campaign) Proportions { return Proportions{c} }

// trend is the share of a question's leading answers (agree, yes) in the
// baseline, and how much it grows by the wave that follows.
type trend struct{ base, growth float64 }

var trends = map[string]trend{
	"A1": {0.52, 0.06},
	"A2": {0.55, 0.05},
	"A3": {0.48, 0.03},
	"A4": {0.68, 0.03},
	"A5": {0.26, -0.03}, // to agree that the money is better spent on other things is to disagree with the aim
	"A6": {0.71, 0.03},
	"A7": {0.45, 0},
	"A8": {0.62, 0}, // made no pledge
	"B1": {0.72, 0.06},
	"B2": {0.40, 0.05},
	"B3": {0.78, 0.03},
}

// middling is the trend of a question that the campaign has gained since.
var middling = trend{0.50, 0.03}

// organisationReach is how far an organisation can move the share of the leading answers, up or down.
const organisationReach = 0.06

// bandEffects is how far a band group moves it, for questions where to agree is to be for learning.
var bandEffects = map[string]float64{"1-4": -0.06, "5-7": 0.01, "8-9": 0.05, "medical_dental": 0.02, "unknown": -0.02}

// spread is how a scale's answers, in their order, share the probability: the
// leading ones split theirs, and the others what is left.
type spread struct{ leading, others []float64 }

var spreads = map[string]spread{
	"agree5":          {[]float64{0.35, 0.65}, []float64{0.45, 0.30, 0.12, 0.13}},
	"yes_no":          {[]float64{1}, []float64{0.80, 0.20}},
	"pledge_progress": {[]float64{1}, []float64{0.35, 0.50, 0.15}},
}

// Shares returns the probability of each answer to the question at index q, in
// the order of its scale; they sum to 1. bandGroup and wave are indexes into the campaign's lists.
func (p Proportions) Shares(organisation string, bandGroup, wave, q int) []float64 {
	question := p.campaign.Questions[q]
	t, known := trends[question.ID]
	if !known {
		t = middling
	}
	effect := bandEffects[p.campaign.BandGroups[bandGroup].ID]
	if t.growth < 0 {
		effect = -effect
	}
	leading := t.base + effect + organisationEffect(organisation, question.ID)
	if p.campaign.Waves[wave].Follows >= 0 {
		leading += t.growth
	}
	answers := p.campaign.Answers(q)
	s, known := spreads[p.campaign.Scales[question.Scale].ID]
	if !known || len(s.leading)+len(s.others) != len(answers) {
		s = even(len(answers))
	}
	shares := make([]float64, 0, len(answers))
	for _, part := range s.leading {
		shares = append(shares, leading*part)
	}
	for _, part := range s.others {
		shares = append(shares, (1-leading)*part)
	}
	return shares
}

// even is the spread of a scale that the campaign has gained since: one leading answer, the others alike.
func even(answers int) spread {
	s := spread{leading: []float64{1}}
	for range answers - 1 {
		s.others = append(s.others, 1/float64(answers-1))
	}
	return s
}

// organisationEffect is a number from −organisationReach to organisationReach,
// spread evenly over the organisations.
func organisationEffect(organisation, question string) float64 {
	sum := sha256.Sum256([]byte(organisation + " " + question))
	unit := float64(binary.BigEndian.Uint32(sum[:])) / (1 << 32)
	return organisationReach * (2*unit - 1)
}

// Value returns the true value, 0 to 1, that the measure has for a respondent in
// the base of its table: the mean over its items of the probability of a
// favourable answer. Skipped says, by question, what the respondent leaves blank whatever the answers.
func (p Proportions) Value(m campaign.Measure, organisation string, bandGroup, wave int, skipped []bool) float64 {
	sum := 0.0
	for _, item := range m.Items {
		shares := p.given(m, organisation, bandGroup, wave, item.Question, skipped)
		favourable := 0.0
		for a, share := range shares {
			if item.Favourable[a] {
				favourable += share
			}
		}
		if b := p.campaign.Questions[item.Question].AskedIf; b != nil { // who was not asked counts as unfavourable
			favourable *= p.given(m, organisation, bandGroup, wave, b.Question, skipped)[b.Answer]
		}
		sum += favourable
	}
	return sum / float64(len(m.Items))
}

// given is Shares, given that the respondent is in the base of the measure's
// table: somebody who skips a question is in it only if the answer that opens that question was not given.
func (p Proportions) given(m campaign.Measure, organisation string, bandGroup, wave, q int, skipped []bool) []float64 {
	shares := p.Shares(organisation, bandGroup, wave, q)
	for _, other := range p.campaign.Tables[m.Table].Questions {
		b := p.campaign.Questions[other].AskedIf
		if b == nil || b.Question != q || !skipped[other] {
			continue
		}
		left := 1 - shares[b.Answer]
		for a := range shares {
			shares[a] /= left
		}
		shares[b.Answer] = 0
	}
	return shares
}
