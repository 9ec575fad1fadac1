package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"learningforlife/scripts/internal/simulation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
)

// demoStaff is how many people the demonstration simulates: enough for scores of
// the nation, the regions and the larger trusts.
const demoStaff = 4000

// demonstrate plays a campaign to the server at the address, up to the first
// scores, if nothing was ever submitted to its store.
func demonstrate(ctx context.Context, c *campaign.Campaign, store submission.Scanner, address, token string, stderr io.Writer) error {
	fresh, err := empty(ctx, store)
	if err != nil {
		return err
	}
	if !fresh {
		fmt.Fprintln(stderr, "There are submissions already, so no campaign is simulated.")
		return nil
	}
	result, err := simulation.Run(ctx, simulation.Config{
		Campaign: c,
		Site:     address,
		Token:    token,
		Staff:    demoStaff,
		Seed:     1,
		Clients:  simulation.Clients,
		Patience: simulation.Patience,
		Progress: stderr,
	})
	if err != nil {
		return err
	}
	if v := result.Violations; v.Count > 0 {
		return fmt.Errorf("%d answers to the simulated campaign were not as they should be, such as:\n%s", v.Count, strings.Join(v.First, "\n"))
	}
	return nil
}

// empty reports whether nothing was ever submitted to the store.
func empty(ctx context.Context, store submission.Scanner) (bool, error) {
	found := errors.New("there is something")
	err := store.Scan(ctx, func(*submission.Key, submission.Row) error { return found })
	if errors.Is(err, found) {
		return false, nil
	}
	return true, err
}
