package simulation

import (
	"fmt"
	"math/rand/v2"

	"learningforlife/shared/submission"
)

// How often people do things, in parts of 1.
const (
	pledging   = 0.35
	answering  = 0.85 // the first survey; everybody else answers the second one alone
	returning  = 0.75 // to the second survey, of those who answered the first
	keeping    = 0.50 // the receipt, of those who return
	guessing   = 0.05 // naming a receipt that nobody has, of those who lost theirs
	misplacing = 0.05 // naming the pledge's receipt in place of the survey's, of those who lost theirs
	sharing    = 0.05 // one receipt for the pledge and the first survey
	repeating  = 0.05 // the second survey from another device, of those who name a receipt
	reversing  = 0.03 // the last two things the other way round
	moving     = 0.04 // to another organisation, band group or audience between the surveys
	steady     = 0.60 // what decided an answer before decides it again
	skipping   = 0.02 // each question

	typing    = 0.10 // the receipt in the form for people
	offByADay = 0.05 // a receipt of yesterday; as many have one of tomorrow

	withdrawingFirst = 0.015
	mistaking        = 0.02
	doubling         = 0.04
	resending        = 0.08
	altering         = 0.03
	reminding        = 0.05
	reporting        = 0.40 // of pledges
	withdrawing      = 0.03
)

var (
	audienceShares = shares{{"staff", 0.85}, {"manager", 0.07}, {"learning_rep", 0.02}, {board, 0.06}}
	bandShares     = shares{{"1-4", 0.40}, {"5-7", 0.35}, {"8-9", 0.08}, {"medical_dental", 0.12}, {"unknown", 0.05}}
)

// board is the audience that is asked questions of its own.
const board = "board"

// shares are ids of the campaign and how many people have each, in parts of 1.
type shares []struct {
	id    string
	share float64
}

// pick returns the id at the given place, 0 to 1, when the shares stand in a row.
func (s shares) pick(at float64) string {
	last := len(s) - 1
	for _, part := range s[:last] {
		if at < part.share {
			return part.id
		}
		at -= part.share
	}
	return s[last].id
}

// Person returns the plan of the person with the number.
func (w *World) Person(number int) (Person, error) {
	p := planner{World: w, random: rand.New(rand.NewPCG(w.seed, uint64(number)))}
	for range w.campaign.Questions {
		p.latent = append(p.latent, p.random.Float64())
	}
	p.play(identity{
		organisation: w.organisation(p.random.Float64()),
		audience:     w.campaign.Audience(audienceShares.pick(p.random.Float64())),
		bandGroup:    w.campaign.BandGroup(bandShares.pick(p.random.Float64())),
	})
	if p.err != nil {
		return Person{}, fmt.Errorf("planning person %d: %w", number, p.err)
	}
	return Person{Number: number, Items: p.items, Steps: p.steps()}, nil
}

// identity is what a person says of themself. The numbers are indexes into the campaign's lists.
type identity struct {
	organisation        string
	audience, bandGroup int
}

// planner draws one person's plan.
type planner struct {
	*World
	random      *rand.Rand
	latent      []float64 // by question: what decides the answer, 0 to 1
	items       []Item
	early, late [][]Step // by item: the steps up to its being sent, and those when everything was
	err         error
}

func (p *planner) chance(share float64) bool { return p.random.Float64() < share }

// Read fills b with random bytes, so that receipts come from the person's own source.
func (p *planner) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(p.random.Uint32())
	}
	return len(b), nil
}

func (p *planner) mint() submission.Receipt {
	on := p.today
	switch at := p.random.Float64(); {
	case at < offByADay:
		on--
	case at < 2*offByADay:
		on++
	}
	receipt, err := submission.Mint(on, p)
	if err != nil {
		p.err = err
	}
	return receipt
}

// play decides what the person takes part in.
func (p *planner) play(who identity) {
	var pledge, before submission.Receipt
	if p.chance(pledging) {
		pledge = p.mint()
		p.pledge(pledge, who)
	}
	if p.chance(answering) {
		if before = p.mint(); !pledge.IsZero() && p.chance(sharing) {
			before = pledge
		}
		p.response(before, p.campaign.Baseline(), who, submission.Receipt{})
		if !p.chance(returning) {
			return
		}
		if p.chance(moving) {
			who = p.moved(who)
		}
		for q := range p.latent {
			if !p.chance(steady) {
				p.latent[q] = p.random.Float64()
			}
		}
	}
	named := p.named(pledge, before)
	p.response(p.mint(), p.campaign.FollowUp(), who, named)
	if !named.IsZero() && p.chance(repeating) {
		p.response(p.mint(), p.campaign.FollowUp(), who, named)
	}
}

// named is the receipt that the person gives as that of the first survey; zero if none.
func (p *planner) named(pledge, before submission.Receipt) submission.Receipt {
	switch {
	case !before.IsZero() && p.chance(keeping):
		return before
	case !pledge.IsZero() && p.chance(misplacing):
		return pledge
	case p.chance(guessing):
		return p.mint()
	}
	return submission.Receipt{}
}

// moved is the same person in another place.
func (p *planner) moved(who identity) identity {
	manager := p.campaign.Audience("manager")
	switch p.random.IntN(3) {
	case 0:
		who.organisation = p.organisation(p.random.Float64())
	case 1:
		who.bandGroup = p.random.IntN(len(p.campaign.BandGroups))
	default:
		who.audience = manager
	}
	return who
}

// add takes an item into the plan and draws what is done with it.
func (p *planner) add(item Item) {
	var early, late []Step
	at := len(p.items)
	do := func(steps *[]Step, actions ...Action) {
		for _, a := range actions {
			*steps = append(*steps, Step{Do: a, Item: at})
		}
	}
	if p.chance(withdrawingFirst) {
		do(&early, Withdraw, Send, Withdraw)
	} else {
		if p.chance(mistaking) {
			do(&early, SendMistake)
		}
		if p.chance(doubling) {
			do(&early, SendTwice)
		} else {
			do(&early, Send)
		}
		if p.chance(resending) {
			do(&early, Send, SendAgain)
		}
		if p.chance(altering) {
			do(&early, SendAltered)
		}
		if p.chance(reminding) && (item.Kind == submission.KindPledge || item.Response.Wave == p.campaign.Baseline()) {
			do(&early, Remind) // after the last survey there is nothing to be reminded of
		}
		if item.Kind == submission.KindPledge && p.chance(reporting) {
			status := submission.Statuses[p.random.IntN(len(submission.Statuses))]
			late = append(late, Step{Do: SetStatus, Item: at, Status: status})
			do(&late, Open, SendAgain)
		}
		if p.chance(withdrawing) {
			do(&late, Withdraw, Withdraw, Send)
			if item.Kind == submission.KindPledge {
				do(&late, Open)
			}
		}
	}
	p.items = append(p.items, item)
	p.early, p.late = append(p.early, early), append(p.late, late)
}

// steps puts the items' steps in the order in which they are done.
func (p *planner) steps() (steps []Step) {
	if n := len(p.early); n > 1 && p.chance(reversing) {
		p.early[n-1], p.early[n-2] = p.early[n-2], p.early[n-1]
	}
	for _, of := range [][][]Step{p.early, p.late} {
		for _, some := range of {
			steps = append(steps, some...)
		}
	}
	return steps
}
