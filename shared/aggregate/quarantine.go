package aggregate

import (
	"context"
	"fmt"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/method"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// count counts everything that is stored but what is held back: the batches that decisions hold, and the bursts
// that no decision counts. rows are those and the ones that decisions count, for the queue.
//
// Which batches are bursts is known only when all is read, and who names whom in them only
// then matters. So it is read with those held that the last queue tells of, and again with the right ones
// if these were others. What is held follows from what is stored and decided alone, not from how it was found.
func (a *Aggregator) count(ctx context.Context, last quarantine.Queue) (counted *tally.Tally, rows []quarantine.Row, err error) {
	decisions, err := a.decisions(ctx)
	if err != nil {
		return nil, nil, err
	}
	held := a.expected(last, decisions)
	for range attempts {
		if counted, err = a.read(ctx, held); err != nil {
			return nil, nil, err
		}
		found := a.found(counted, decisions)
		var hold []tally.Batch
		for _, r := range found {
			if decisions[r.Batch] != quarantine.Count {
				hold = append(hold, r.Batch)
			}
		}
		if slices.Equal(held, hold) {
			for _, r := range found {
				rows = append(rows, quarantine.Row{Batch: a.named(r.Batch), Responses: r.Responses})
			}
			return counted, rows, nil
		}
		held = hold
	}
	return nil, nil, fmt.Errorf("what is to be held back changed %d times while it was read: %w", attempts, submission.ErrUnavailable)
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

// expected are the batches that would be held if nothing but the decisions had changed since the last queue, in order.
func (a *Aggregator) expected(last quarantine.Queue, decisions map[tally.Batch]quarantine.Decision) (held []tally.Batch) {
	for _, r := range last.Rows {
		if b, ok := a.batch(r.Batch); ok && decisions[b] != quarantine.Count {
			held = append(held, b)
		}
	}
	slices.SortFunc(held, tally.Batch.Compare)
	return held
}

// found lists the bursts and the batches that were decided about, in order.
func (a *Aggregator) found(counted *tally.Tally, decisions map[tally.Batch]quarantine.Decision) []tally.Received {
	frames := map[day.Day]campaign.Frame{}
	return counted.Received(func(r tally.Received) bool {
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
