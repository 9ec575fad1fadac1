package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Machine is what a benchmark's figures depend on beside the program.
type Machine struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	CPU          string `json:"cpu"`        // its maker's name for it; empty if it is not known
	Processors   int    `json:"processors"` // that a program may use at once
}

// Format writes outcomes in the text format of Go's benchmarks (golang.org/design/14313-benchmark-format),
// a line a round, so that benchstat compares them with others. A line has the time of this project,
// the ratio of every contestant to it as NAME/ours, and the further figures of this project.
func Format(to io.Writer, m Machine, what string, outcomes []Outcome) error {
	var text strings.Builder
	for line := range strings.Lines(what) {
		// A line that does not begin like a setting or a result is passed over by whoever reads the format.
		fmt.Fprintf(&text, "# %s\n", strings.TrimRight(line, "\n"))
	}
	fmt.Fprintf(&text, "goos: %s\ngoarch: %s\ncpu: %s\n", m.OS, m.Architecture, m.CPU)
	for _, unit := range ratios(outcomes) {
		fmt.Fprintf(&text, "Unit %s better=higher\n", unit)
	}
	for _, o := range outcomes {
		for round, turn := range o.Contestants[0].Rounds {
			fmt.Fprintf(&text, "Benchmark%s-%d 1 %s ns/op", benchmark(o.Workload), m.Processors, plain(turn.Nanoseconds))
			for _, other := range o.Contestants[1:] {
				if round < len(other.Rounds) {
					fmt.Fprintf(&text, " %s %s", plain(other.Rounds[round].Ratio), ratio(other))
				}
			}
			for _, name := range slices.Sorted(maps.Keys(turn.Figures)) {
				fmt.Fprintf(&text, " %s %s", plain(turn.Figures[name]), name)
			}
			fmt.Fprintln(&text)
		}
	}
	_, err := io.WriteString(to, text.String())
	return err
}

// ratios lists the units of the ratios.
func ratios(outcomes []Outcome) (units []string) {
	for _, o := range outcomes {
		for _, other := range o.Contestants[1:] {
			if unit := ratio(other); !slices.Contains(units, unit) {
				units = append(units, unit)
			}
		}
	}
	return units
}

// ratio is the unit of the contestant's ratio to this project.
func ratio(s Standing) string { return s.Name + "/ours" }

// plain writes a number with six significant digits.
func plain(x float64) string { return strconv.FormatFloat(x, 'g', 6, 64) }

// benchmark turns the name of a workload into that of a benchmark: agg-full/3M into AggFull/3M.
func benchmark(workload string) string {
	var name strings.Builder
	upper := true
	for _, r := range workload {
		switch {
		case r == '-' && !strings.Contains(name.String(), "/"):
			upper = true
		case upper:
			name.WriteRune(unicode.ToUpper(r))
			upper = false
		default:
			name.WriteRune(r)
		}
	}
	return name.String()
}
