package recount

import (
	"context"
	"errors"
	"reflect"

	"learningforlife/shared/campaign"
	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// Report sets the recount beside the last run's snapshot.
type Report struct {
	Recount  Counts  `json:"recount"`
	Snapshot *Counts `json:"snapshot"` // nil if there is none
	Equal    bool    `json:"equal"`
}

// Compare counts the items, by the decisions among the settings, and compares the counts with the snapshot
// of the last run. Without a snapshot they are not equal.
func Compare(ctx context.Context, c *campaign.Campaign, table submission.Scanner, workings, settings document.Reader) (Report, error) {
	decisions, err := ReadDecisions(ctx, settings)
	if err != nil {
		return Report{}, err
	}
	items, err := Items(ctx, c, table, decisions)
	if err != nil {
		return Report{}, err
	}
	stored, err := Snapshot(ctx, workings)
	if errors.Is(err, ErrNoSnapshot) {
		return Report{Recount: items}, nil
	}
	if err != nil {
		return Report{}, err
	}
	return Report{Recount: items, Snapshot: &stored, Equal: reflect.DeepEqual(items, stored)}, nil
}
