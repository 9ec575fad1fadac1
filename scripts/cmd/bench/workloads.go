package main

import (
	"io"

	"learningforlife/scripts/internal/bench"
)

// workloads lists all there are, in the order in which they are run.
func workloads(_ string, _ io.Writer) ([]bench.Workload, error) {
	return nil, nil
}
