// Package serving times what is around the store: an invocation of a function, its start, and pages.
package serving

import (
	"time"

	"learningforlife/scripts/internal/bench"
)

// Given is what the workloads are made with.
type Given struct {
	Root        string           // the project's directory, with the sources of the functions
	Folder      string           // for what is built, and for a store
	Now         func() time.Time // measures
	Invocations int              // of one round of handler-submit; 300 are enough, its rounds are many
	Starts      int              // of each function in one round of start-up
	Requests    int              // for each page in one round
}

// Workloads returns what is timed: an invocation that stores a response, the start of each function, and each page. Making
// them ready changes the environment of this process, where Lambda's runtime looks for its server.
func Workloads(g Given) []bench.Workload {
	return append([]bench.Workload{handlerSubmit(g), startUp(g)}, pages(g)...)
}
