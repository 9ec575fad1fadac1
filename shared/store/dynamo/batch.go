package dynamo

import (
	"context"
	"fmt"
	"time"

	"learningforlife/shared/submission"
)

const (
	// maxWrite is how many items DynamoDB takes in one batch; with document.MaxPart it stays below 16 MB.
	maxWrite = 25
	// maxGet is how many items DynamoDB gives in one batch.
	maxGet = 100
	// maxRounds is how often a batch is sent without anything of it being done.
	maxRounds = 8
)

// rounds is how often in a row a batch was sent and nothing of it done.
type rounds int

// leave notes that so many of the items sent were left unprocessed. If any were it waits before they are sent again.
func (r *rounds) leave(ctx context.Context, sent, left int) error {
	if *r++; left < sent {
		*r = 0
	}
	switch {
	case left == 0:
		return nil
	case *r == maxRounds:
		return fmt.Errorf("%w: %d items stay unprocessed", submission.ErrUnavailable, left)
	}
	return pause(ctx, int(*r))
}

// pause waits before what is left of a batch is sent again.
func pause(ctx context.Context, round int) error {
	wait, err := backoff.BackoffDelay(round, nil)
	if err != nil {
		return err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return passing(ctx, ctx.Err())
	}
}
