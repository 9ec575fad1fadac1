package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"learningforlife/scripts/internal/bench"
	"learningforlife/scripts/internal/bench/counting"
	"learningforlife/scripts/internal/bench/sealing"
	"learningforlife/scripts/internal/bench/serving"
	"learningforlife/scripts/internal/bench/submitting"
	"learningforlife/shared/campaign"
)

// countWord is the first argument of the process that counts for this project.
const countWord = "count"

// workloads lists all there are, in the order in which they are run.
func workloads(c *campaign.Campaign, root string, progress io.Writer) ([]bench.Workload, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	folder := filepath.Join(root, ".tools", "bench")
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return nil, fmt.Errorf("making the folder for what is timed: %w", err)
	}
	sets := counting.Config{Campaign: c, Root: root, Folder: folder, Ours: []string{self, countWord}, Progress: progress}
	return slices.Concat(
		counting.Workloads(sets),
		sealing.Workloads(sealing.Config{Campaign: c, First: counting.First, Copy: sets.Copy, Now: time.Now, Progress: progress}),
		submitting.Workloads(submitting.Given{Root: root, Folder: folder, Now: time.Now, Responses: 20_000, Puts: 500}),
		serving.Workloads(serving.Given{Root: root, Folder: folder, Now: time.Now, Invocations: 300, Starts: 5, Requests: 30}),
	), nil
}

// count is what the process does that counts for this project: it is asked on standard input.
func count(ctx context.Context, c *campaign.Campaign, store string, stdout io.Writer) error {
	return counting.Serve(ctx, c, store, time.Now, os.Stdin, stdout)
}
