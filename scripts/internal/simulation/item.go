package simulation

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/submission"
)

// Item is one submission and the ways in which it is sent.
type Item struct {
	Kind     submission.Kind
	Receipt  submission.Receipt
	Shown    string // the receipt as this person writes it, in either form
	Body     []byte
	Reworded []byte // the same values, written differently
	Altered  []byte // another value
	Mistake  Mistake

	// Pledge or Response, by the kind, is what the body says.
	Pledge   submission.Pledge
	Response submission.Response
	// Skipped says, by question, what the person leaves blank whatever the other answers are.
	Skipped []bool
}

// Mistake is a body that cannot be taken, and why.
type Mistake struct {
	Body   []byte
	Fields []string // that are wrong, in the order of the form
	NoKey  bool     // it is sent without a receipt
}

// item returns what items of both kinds have in common.
func (p *planner) item(kind submission.Kind, receipt submission.Receipt, body, mistake object, fields []string) Item {
	bands := p.campaign.BandGroups
	bandGroup := bands[p.random.IntN(len(bands))].ID
	for _, m := range body {
		if m.name == submission.FieldBandGroup && m.value == bandGroup {
			bandGroup = bands[(p.campaign.BandGroup(bandGroup)+1)%len(bands)].ID
		}
	}
	return Item{
		Kind:     kind,
		Receipt:  receipt,
		Shown:    p.written(kind, receipt),
		Body:     body.encode(),
		Reworded: body.reversed().encode(jsontext.WithIndent("  ")),
		Altered:  body.with(submission.FieldBandGroup, bandGroup).encode(),
		Mistake:  Mistake{Body: mistake.encode(), Fields: fields, NoKey: fields[0] == submission.FieldReceipt},
	}
}

// written is the receipt in the form that the person uses.
func (p *planner) written(kind submission.Kind, receipt submission.Receipt) string {
	if p.chance(typing) {
		return receipt.Code(kind)
	}
	return receipt.String()
}

// pledge plans a pledge.
func (p *planner) pledge(receipt submission.Receipt, who identity) {
	pledge := submission.Pledge{Organisation: who.organisation, Audience: who.audience, BandGroup: who.bandGroup, Display: p.chance(0.2)}
	var catalogue, ownWords, dueOn any // null unless chosen
	if p.chance(0.15) {
		pledge.OwnWords = fmt.Sprintf("I will teach %d colleagues what I know about “safe” care – and ask what they know.", 2+p.random.IntN(9))
		ownWords = pledge.OwnWords
	} else {
		pledge.Catalogue = p.campaign.Pledges[p.random.IntN(len(p.campaign.Pledges))].ID
		catalogue = pledge.Catalogue
	}
	if p.chance(0.6) {
		pledge.DueOn = p.today + 30
		dueOn = pledge.DueOn.String()
	}
	body := object{
		{submission.FieldOrganisation, who.organisation},
		{submission.FieldAudience, p.campaign.Audiences[who.audience].ID},
		{submission.FieldBandGroup, p.campaign.BandGroups[who.bandGroup].ID},
		{submission.FieldPledge, catalogue},
		{submission.FieldOwnWords, ownWords},
		{submission.FieldDueOn, dueOn},
		{"display", pledge.Display},
	}
	mistaken, fields := p.mistaken(body, []mistake{
		{object{{submission.FieldPledge, "PL99"}, {submission.FieldOwnWords, nil}}, []string{submission.FieldPledge}},
		{object{{submission.FieldPledge, "PL01"}, {submission.FieldOwnWords, "And this."}}, []string{submission.FieldPledge}},
		{object{{submission.FieldDueOn, (p.today - 40).String()}}, []string{submission.FieldDueOn}},
	})
	item := p.item(submission.KindPledge, receipt, body, mistaken, fields)
	item.Pledge = pledge
	p.add(item)
}

// response plans a response to a survey, which may name the receipt of an earlier one.
func (p *planner) response(receipt submission.Receipt, wave int, who identity, before submission.Receipt) {
	r := submission.Response{Wave: wave, Organisation: who.organisation, Audience: who.audience, BandGroup: who.bandGroup}
	var skipped []bool
	r.Answers, skipped = p.answers(wave, who)
	answers := object{}
	for q, a := range r.Answers {
		if a != 0 {
			answers = append(answers, member{p.campaign.Questions[q].ID, p.campaign.Answers(q)[a-1].ID})
		}
	}
	body := object{
		{submission.FieldWave, p.campaign.Waves[wave].ID},
		{submission.FieldOrganisation, who.organisation},
		{submission.FieldAudience, p.campaign.Audiences[who.audience].ID},
		{submission.FieldBandGroup, p.campaign.BandGroups[who.bandGroup].ID},
		{submission.FieldAnswers, answers},
	}
	if !before.IsZero() {
		key := before.Key(submission.KindResponse)
		r.Before = key.Link()
		body = body.with(submission.FieldBefore, p.written(submission.KindResponse, before))
	} else if p.chance(0.5) {
		body = body.with(submission.FieldBefore, nil)
	}
	foreign := "B1"
	if p.campaign.Audiences[who.audience].ID == board {
		foreign = "A1"
	}
	mistakes := []mistake{
		{object{{submission.FieldWave, "meanwhile"}}, []string{submission.FieldWave}},
		{object{{submission.FieldAnswers, object{}}}, []string{submission.FieldAnswers}},
		{object{{submission.FieldAnswers, answers.with("Z9", "yes")}}, []string{submission.FieldAnswers + ".Z9"}},
		{object{{submission.FieldAnswers, answers.with(foreign, "agree")}}, []string{submission.FieldAnswers + "." + foreign}},
		{object{{submission.FieldAnswers, object{{answers[0].name, "perhaps"}}}}, []string{submission.FieldAnswers + "." + answers[0].name}},
	}
	mistaken, fields := p.mistaken(body, mistakes)
	item := p.item(submission.KindResponse, receipt, body, mistaken, fields)
	item.Response, item.Skipped = r, skipped
	p.add(item)
}

// mistake is what is wrong in a body: the members that differ, and the fields that must be named.
type mistake struct {
	members object
	fields  []string
}

// mistaken returns the body with a mistake in it: one of those given, or one that any body can have.
func (p *planner) mistaken(body object, mistakes []mistake) (object, []string) {
	mistakes = append(mistakes,
		mistake{nil, []string{submission.FieldReceipt}},
		mistake{object{{submission.FieldOrganisation, "ZZZ"}}, []string{submission.FieldOrganisation}},
		mistake{object{{submission.FieldOrganisation, p.closed}}, []string{submission.FieldOrganisation}},
		mistake{object{{submission.FieldAudience, "visitor"}, {submission.FieldBandGroup, "10"}}, []string{submission.FieldAudience, submission.FieldBandGroup}},
	)
	m := mistakes[p.random.IntN(len(mistakes))]
	for _, member := range m.members {
		body = body.with(member.name, member.value)
	}
	return body, m.fields
}

// answers draws the answers to a wave's questions, from the true shares, and
// what is left blank. At least one question is answered.
func (p *planner) answers(wave int, who identity) (answers []int, skipped []bool) {
	answers, skipped = make([]int, len(p.campaign.Questions)), make([]bool, len(p.campaign.Questions))
	for q := range skipped {
		skipped[q] = p.chance(skipping)
	}
	given := false
	for q, question := range p.campaign.Questions {
		b := question.AskedIf
		asked := p.campaign.Asked(q, wave, who.audience) && (b == nil || answers[b.Question] == b.Answer+1)
		if asked && !skipped[q] {
			answers[q] = 1 + at(p.proportions.Shares(who.organisation, who.bandGroup, wave, q), p.latent[q])
			given = true
		}
	}
	if !given { // a survey without an answer cannot be sent
		return p.answers(wave, who)
	}
	return answers, skipped
}

// at returns which part of a row of shares the place, 0 to 1, falls in.
func at(shares []float64, place float64) int {
	for i, share := range shares[:len(shares)-1] {
		if place < share {
			return i
		}
		place -= share
	}
	return len(shares) - 1
}
