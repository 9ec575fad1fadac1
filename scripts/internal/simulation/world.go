// Package simulation plays a whole campaign over HTTP: people of the real
// organisations pledge, answer both surveys, keep or lose their receipts, send
// things twice, change their minds and make mistakes, and every answer of the
// server is held against the public contract.
//
//	World (who there is, from a seed) → Person (a plan: items and steps) → player (requests, checked) → Result
//
// Everything that is sent follows from the campaign, the server's day, the seed
// and the person's number, however many people are played at the same time.
package simulation

import (
	"fmt"
	"sort"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

// World is what all people of a simulation have in common. It is immutable.
type World struct {
	campaign      *campaign.Campaign
	proportions   Proportions
	today         day.Day
	seed          uint64
	organisations []campaign.Trust // open ones
	staff         []int            // by organisation: the full-time equivalents of it and of all before it
	closed        string           // code of an organisation that takes nothing any more
}

// unknownWorkforce stands for the full-time equivalents of an open organisation
// without a figure: small, so that guessing it changes little.
const unknownWorkforce = 200

// NewWorld returns the world of a campaign on the server's day. It fails if a
// survey or the campaign is not open then, since a whole campaign could not be played.
func NewWorld(c *campaign.Campaign, today day.Day, seed uint64) (*World, error) {
	w := &World{campaign: c, proportions: NewProportions(c), today: today, seed: seed}
	if !c.Open(today) {
		return nil, fmt.Errorf("setting up the simulation: on %s the campaign is not open", today)
	}
	for _, wave := range []int{c.Baseline(), c.FollowUp()} {
		if !c.Waves[wave].Open(today) {
			return nil, fmt.Errorf("setting up the simulation: on %s the survey %q is not open", today, c.Waves[wave].ID)
		}
	}
	for _, known := range []struct {
		of    shares
		index func(id string) int
	}{{audienceShares, c.Audience}, {bandShares, c.BandGroup}} {
		for _, part := range known.of {
			if known.index(part.id) < 0 {
				return nil, fmt.Errorf("setting up the simulation: the campaign has no %q", part.id)
			}
		}
	}
	workforce := c.Organisations.Workforce(today)
	total := 0
	for i, trust := range c.Organisations.All() {
		if !trust.Open(today) {
			if trust.Name != "" {
				w.closed = trust.Code
			}
			continue
		}
		n := workforce[i]
		if n == 0 {
			n = unknownWorkforce
		}
		total += n
		w.organisations = append(w.organisations, trust)
		w.staff = append(w.staff, total)
	}
	return w, nil
}

// Organisations returns the codes of the organisations that people work for, in order.
func (w *World) Organisations() []string {
	var codes []string
	for _, trust := range w.organisations {
		codes = append(codes, trust.Code)
	}
	return codes
}

// organisation returns the code of the one at the given place, 0 to 1, when all staff stand in a row.
func (w *World) organisation(at float64) string {
	place := int(at * float64(w.staff[len(w.staff)-1]))
	return w.organisations[sort.SearchInts(w.staff, place+1)].Code
}
