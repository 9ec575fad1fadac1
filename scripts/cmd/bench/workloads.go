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
	sets := counting.Config{Campaign: c, Root: root, Folder: filepath.Join(root, ".tools", "bench"), Ours: []string{self, countWord}, Progress: progress}
	return slices.Concat(
		counting.Workloads(sets),
		sealing.Workloads(sealing.Config{Campaign: c, First: counting.First, Copy: sets.Copy, Now: time.Now, Progress: progress}),
	), nil
}

// count is what the process does that counts for this project: it is asked on standard input.
func count(ctx context.Context, c *campaign.Campaign, store string, stdout io.Writer) error {
	return counting.Serve(ctx, c, store, time.Now, os.Stdin, stdout)
}
