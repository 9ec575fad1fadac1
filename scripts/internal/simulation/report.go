package simulation

import (
	"context"
	"fmt"

	"learningforlife/scripts/internal/recount"
	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
)

// Report is what a simulation prints.
type Report struct {
	Counts     map[string]Count `json:"counts"`   // pledges, and responses by wave
	Expected   recount.Totals   `json:"expected"` // what a recount must find
	Scores     []Score          `json:"scores"`
	Release    *int             `json:"release"` // the current one
	Violations int              `json:"violations"`
	Examples   []string         `json:"examples,omitempty"` // of violations
}

// Count is how many items of a kind there were.
type Count struct {
	Sent int `json:"sent"` // different ones, however often
	// Acknowledged are those of which the server said that it keeps something, if only a tombstone.
	Acknowledged int `json:"acknowledged"`
	Withdrawn    int `json:"withdrawn"` // of the acknowledged ones
}

// Report returns what a simulation prints.
func (r *Result) Report(ctx context.Context) (Report, error) {
	expected, err := r.Expected(ctx)
	if err != nil {
		return Report{}, err
	}
	report := Report{Counts: map[string]Count{}, Expected: expected.Totals, Scores: r.Scores, Release: r.Release,
		Violations: r.Violations.Count, Examples: r.Violations.First}
	for i, person := range r.people {
		for j, item := range person.Items {
			of := "pledges"
			if item.Kind == submission.KindResponse {
				of = r.world.campaign.Waves[item.Response.Wave].ID
			}
			s, n := r.states[i][j], report.Counts[of]
			n.Sent += one(s.sent)
			n.Acknowledged += one(s.acknowledged)
			n.Withdrawn += one(s.withdrawn)
			report.Counts[of] = n
		}
	}
	return report, nil
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// Expected is what a recount of the store must find.
func (r *Result) Expected(ctx context.Context) (recount.Counts, error) {
	expected, err := recount.Items(ctx, r.world.campaign, r, nil)
	if err != nil {
		return recount.Counts{}, fmt.Errorf("counting what the server acknowledged: %w", err)
	}
	return expected, nil
}

// Scan visits every item that the server acknowledged, as it must be stored. It makes a Result a submission.Scanner.
func (r *Result) Scan(ctx context.Context, visit submission.Visit) error {
	for i, person := range r.people {
		for j, item := range person.Items {
			if !r.states[i][j].acknowledged {
				continue
			}
			key := item.Receipt.Key(item.Kind)
			if err := visit(&key, item.row(r.world.campaign, r.states[i][j])); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// row is the item as it must be stored.
func (i *Item) row(c *campaign.Campaign, s state) submission.Row {
	switch {
	case s.withdrawn:
		return submission.Tombstone
	case i.Kind == submission.KindResponse:
		return i.Response.Pack(c)
	}
	pledge := i.Pledge
	pledge.Status, pledge.Version = s.status, 1+s.changes
	return pledge.Pack(c)
}
