package aggregate

import (
	"context"
	"fmt"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/method"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/seal"
	"learningforlife/shared/tally"
)

// count counts everything that was read but what is held back: the batches that decisions hold, and the bursts
// that no decision counts. rows are those and the ones that decisions count, for the queue. parts are the sealed ones that
// were not read. What is held follows from what is stored and decided alone.
func (a *Aggregator) count(ctx context.Context, reading *tally.Reading, parts []seal.Part) (counted *tally.Tally, rows []quarantine.Row, err error) {
	decisions, err := a.decisions(ctx)
	if err != nil {
		return nil, nil, err
	}
	var held []tally.Batch
	for _, r := range a.found(reading, decisions) {
		rows = append(rows, quarantine.Row{Batch: a.named(r.Batch), Responses: r.Responses})
		if decisions[r.Batch] != quarantine.Count {
			held = append(held, r.Batch)
		}
	}
	sheets, err := a.seals.Sheets(ctx, slices.DeleteFunc(slices.Clone(parts), func(p seal.Part) bool {
		return !slices.ContainsFunc(held, func(b tally.Batch) bool { return b.Day == p.Day })
	}))
	if err != nil {
		return nil, nil, err
	}
	counted, err = reading.Tally(held, sheets...)
	return counted, rows, err
}

// decisions reads the decisions. One about a batch that cannot be of this campaign is an error: to leave it out would be to count what it may hold.
func (a *Aggregator) decisions(ctx context.Context) (map[tally.Batch]quarantine.Decision, error) {
	named, err := quarantine.Decisions(ctx, a.Settings)
	if err != nil {
		return nil, err
	}
	decisions := map[tally.Batch]quarantine.Decision{}
	for b, d := range named {
		batch, ok := a.batch(b)
		if !ok || d != quarantine.Count && d != quarantine.Hold {
			return nil, fmt.Errorf("the decision %q about %s, %s, wave %s cannot be followed", d, b.Organisation, b.Day, b.Wave)
		}
		decisions[batch] = d
	}
	return decisions, nil
}

// found lists the bursts and the batches that were decided about, in order.
func (a *Aggregator) found(reading *tally.Reading, decisions map[tally.Batch]quarantine.Decision) []tally.Received {
	frames := map[day.Day]campaign.Frame{}
	return reading.Received(func(r tally.Received) bool {
		if decisions[r.Batch] != quarantine.None {
			return true
		}
		if !method.Burst(r.Responses, 0) { // nor is it for any number of staff
			return false
		}
		frame, ok := frames[r.Day]
		if !ok {
			frame = a.Campaign.Frame(r.Day)
			frames[r.Day] = frame
		}
		return method.Burst(r.Responses, frame.Staff(r.Organisation))
	})
}

// batch returns the batch of the name, if there can be one in this campaign.
func (a *Aggregator) batch(b quarantine.Batch) (tally.Batch, bool) {
	o, w := a.Campaign.Organisations.Index(b.Organisation), a.Campaign.Wave(b.Wave)
	return tally.Batch{Day: b.Day, Organisation: o, Wave: w}, o >= 0 && w >= 0
}

func (a *Aggregator) named(b tally.Batch) quarantine.Batch {
	return quarantine.Batch{Organisation: a.Campaign.Organisations.All()[b.Organisation].Code, Day: b.Day, Wave: a.Campaign.Waves[b.Wave].ID}
}
