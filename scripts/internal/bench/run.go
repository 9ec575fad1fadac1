package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Runner runs workloads.
type Runner struct {
	// Rounds is how many rounds count, in place of the workload's own number; 0 leaves it.
	Rounds int
	// Progress is told how far the run is.
	Progress io.Writer
	// Machine tells how busy the machine is.
	Machine func() (Pressure, error)
}

// Outcome is what a workload's rounds came to.
type Outcome struct {
	Workload    string     `json:"workload"`
	Before      Pressure   `json:"pressureBefore"`
	After       Pressure   `json:"pressureAfter"`
	Contestants []Standing `json:"contestants"` // this project's first
}

// Standing is what one contestant's rounds came to, in the order in which they were. One that had its
// turn less often than the others was in the first rounds.
type Standing struct {
	Name   string  `json:"name"`
	Note   string  `json:"note,omitempty"`
	Rounds []Turn  `json:"rounds"`
	Time   Spread  `json:"nanosecondsPerOperation"`
	Ratio  *Spread `json:"ratio,omitzero"` // by how much it took longer than the first; nil for the first itself
}

// Turn is what counts of one round of one contestant.
type Turn struct {
	Nanoseconds float64            `json:"nanosecondsPerOperation"`
	Ratio       float64            `json:"ratio"` // to the first contestant's time in the same round
	Figures     map[string]float64 `json:"figures,omitempty"`
}

// Run runs the workload: one round of each contestant that does not count, and then those that do, which
// another contestant begins each time. It fails, naming both, if two contestants find different things.
func (r Runner) Run(ctx context.Context, w Workload) (outcome Outcome, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("running %s: %w", w.Name, err)
		}
	}()
	r.say(w, "making ready")
	contestants, err := w.Open(ctx)
	if err != nil {
		return Outcome{}, err
	}
	defer func() {
		for _, c := range contestants {
			if c.Close != nil {
				err = errors.Join(err, c.Close())
			}
		}
	}()
	if len(contestants) == 0 {
		return Outcome{}, errors.New("there is nobody to run it")
	}
	rounds := w.Rounds
	if r.Rounds > 0 {
		rounds = r.Rounds
	}
	if rounds < 1 {
		return Outcome{}, errors.New("it has no rounds")
	}
	outcome = Outcome{Workload: w.Name}
	for _, c := range contestants {
		outcome.Contestants = append(outcome.Contestants, Standing{Name: c.Name, Note: c.Note})
	}
	var found finding
	for i := range contestants {
		if _, err := found.turn(ctx, &contestants[i]); err != nil {
			return Outcome{}, err
		}
	}
	if outcome.Before, err = r.Machine(); err != nil {
		return Outcome{}, err
	}
	for round := range rounds {
		r.say(w, "round %d of %d", round+1, rounds)
		for i := range contestants {
			at := (round + i) % len(contestants)
			if most := contestants[at].Rounds; most > 0 && round >= most {
				continue
			}
			turn, err := found.turn(ctx, &contestants[at])
			if err != nil {
				return Outcome{}, err
			}
			standing := &outcome.Contestants[at]
			standing.Rounds = append(standing.Rounds, turn)
		}
	}
	if outcome.After, err = r.Machine(); err != nil {
		return Outcome{}, err
	}
	outcome.compare()
	return outcome, nil
}

func (r Runner) say(w Workload, format string, args ...any) {
	fmt.Fprintf(r.Progress, "%s: %s\n", w.Name, fmt.Sprintf(format, args...))
}

// finding is what was found first, and by whom.
type finding struct {
	result string
	by     string
}

// turn has the contestant do its round, and compares what it found.
func (f *finding) turn(ctx context.Context, c *Contestant) (Turn, error) {
	round, err := c.Round(ctx)
	switch {
	case err != nil:
		return Turn{}, fmt.Errorf("%s: %w", c.Name, err)
	case round.Operations < 1:
		return Turn{}, fmt.Errorf("%s did nothing in its round", c.Name)
	case round.Took <= 0:
		return Turn{}, fmt.Errorf("%s took no time for its round", c.Name)
	case round.Result == "":
	case f.result == "":
		*f = finding{round.Result, c.Name}
	case f.result != round.Result:
		return Turn{}, fmt.Errorf("%s found %q, and %s %q", f.by, f.result, c.Name, round.Result)
	}
	return Turn{Nanoseconds: float64(round.Took) / float64(time.Nanosecond) / float64(round.Operations), Figures: round.Figures}, nil
}

// compare works out the ratios within each round, and the spreads over all of them.
func (o *Outcome) compare() {
	first := o.Contestants[0].Rounds
	for i := range o.Contestants {
		standing := &o.Contestants[i]
		var times, ratios []float64
		for round := range standing.Rounds {
			turn := &standing.Rounds[round]
			turn.Ratio = turn.Nanoseconds / first[round].Nanoseconds
			times, ratios = append(times, turn.Nanoseconds), append(ratios, turn.Ratio)
		}
		standing.Time = spread(times)
		if i > 0 {
			ratio := spread(ratios)
			standing.Ratio = &ratio
		}
	}
}
