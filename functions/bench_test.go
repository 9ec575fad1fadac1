package functions_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// warmed is how often each function is invoked in a round once it is warm.
const warmed = 50

// BenchmarkFunctions measures, in rounds in which all have their turn, how long
// each function takes from its start to its first request for an event, for its first
// invocation and for a warm one, beside a function that does nothing. A start of
// dashboard and admin asks moto for the token, and every invocation but one asks dynalite: both
// are slower than what they stand for. Run it with
//
//	go test ./functions -run '^$' -bench . -benchtime 20x
func BenchmarkFunctions(b *testing.B) {
	empty := filepath.Join(b.TempDir(), "empty")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w -buildid=", "-o", empty, "./testdata/empty")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	said, err := build.CombinedOutput()
	require.NoError(b, err, "%s", said)

	s := newSite(b)
	_, err = s.aggregate.invoke(b.Context(), sample(b, "aggregate-schedule"), replyWithin) // for the others to find
	require.NoError(b, err)
	count := 0
	response := func() []byte { // a new one each time
		count++
		return changed(b, sample(b, "intake-before"), "", "idempotency-key: "+receipt(1, count))
	}
	always := func(name string) func() []byte { return func() []byte { return sample(b, name) } }
	cases := []struct {
		name, bootstrap string
		environment     map[string]string
		event           func() []byte

		start, first, warm []time.Duration
	}{
		{name: "empty", bootstrap: empty, event: func() []byte { return []byte("{}") }},
		{name: "intake, reading the campaign", bootstrap: bootstrap("intake"), environment: s.environments["intake"], event: always("intake-campaign")},
		{name: "intake, storing a response", bootstrap: bootstrap("intake"), environment: s.environments["intake"], event: response},
		{name: "dashboard, showing a score", bootstrap: bootstrap("dashboard"), environment: s.environments["dashboard"], event: always("dashboard-scores")},
		{name: "admin, finding a run", bootstrap: bootstrap("admin"), environment: s.environments["admin"], event: always("admin-outcome")},
		{name: "aggregate, finding a run", bootstrap: bootstrap("aggregate"), environment: s.environments["aggregate"], event: always("aggregate-find")},
	}
	for b.Loop() {
		for i := range cases {
			c := &cases[i]
			f := start(b, c.bootstrap, c.environment)
			c.start = append(c.start, f.took)
			for n := range 1 + warmed {
				event := c.event()
				began := time.Now()
				_, err := f.invoke(b.Context(), event, replyWithin)
				took := time.Since(began)
				require.NoError(b, err)
				if n == 0 {
					c.first = append(c.first, took)
				} else {
					c.warm = append(c.warm, took)
				}
			}
			f.end()
		}
	}
	table := fmt.Sprintf("medians of %d starts and %d warm invocations; × empty\n%-30s %18s %18s %18s\n", len(cases[0].start), len(cases[0].warm), "", "start → next", "first", "warm")
	for _, c := range cases {
		table += fmt.Sprintf("%-30s", c.name)
		for _, pair := range [][2][]time.Duration{{c.start, cases[0].start}, {c.first, cases[0].first}, {c.warm, cases[0].warm}} {
			table += fmt.Sprintf(" %9.2f ms %5.1f", milliseconds(median(pair[0])), float64(median(pair[0]))/float64(median(pair[1])))
		}
		table += "\n"
	}
	b.Log(table)
}

func median(d []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[len(sorted)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
