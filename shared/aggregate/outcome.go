package aggregate

import (
	"context"

	"learningforlife/shared/aggregation"
)

// Aggregate implements aggregation.Aggregator: it is Run, and tells only what those who ask may know.
func (a *Aggregator) Aggregate(ctx context.Context, r aggregation.Request) (aggregation.Outcome, error) {
	run, err := a.Run(ctx, r)
	return run.outcome(), err
}

// Outcome implements aggregation.Aggregator.
func (a *Aggregator) Outcome(ctx context.Context, id string) (aggregation.Outcome, error) {
	run, err := a.Find(ctx, id)
	return run.outcome(), err
}

func (r Run) outcome() aggregation.Outcome {
	o := aggregation.Outcome{Run: r.ID, Why: r.Why}
	if r.Release != nil {
		o.Release = *r.Release
	}
	return o
}
