package coverage

import (
	"cmp"
	"context"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"learningforlife/scripts/internal/progress"
	"learningforlife/shared/campaign"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/figures"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// Config is what a run needs.
type Config struct {
	Campaign   *campaign.Campaign
	Scenarios  []Scenario
	Replicates int // of every scenario
	Seed       uint64
	Workers    int
	Progress   io.Writer
}

// Scenarios are the sorts of campaigns that are worth playing. The first is the base case.
var Scenarios = []Scenario{
	{Name: "30,000 answers", Answers: 30_000, Spread: 2, Carried: true, Parts: true},
	{Name: "10,000 answers", Answers: 10_000, Spread: 2, Carried: true},
	{Name: "3,000 answers", Answers: 3_000, Spread: 2, Carried: true},
	{Name: "all change alike", Answers: 30_000},
	{Name: "organisations drawn", Answers: 30_000, Spread: 2, Drawn: true},
	{Name: "keepers differ", Answers: 30_000, Spread: 2, Selected: 6},
	{Name: "nobody twice", Answers: 30_000, Spread: 2, Strangers: true},
	{Name: "while open", Answers: 30_000, Spread: 2, Open: true},
}

// Report is what a run found.
type Report struct {
	Seed       uint64
	Replicates int
	Method     string
	Found      []Found // by scenario
}

// Found is what was found in a scenario.
type Found struct {
	Scenario  Scenario
	Intervals []Intervals
	Statuses  []Statuses
}

// Run plays every scenario as often as asked. The report follows from the campaign, the seed and the
// number of replicates, however many workers there are.
func Run(ctx context.Context, c Config) (Report, error) {
	s, err := newSetting(c.Campaign)
	if err != nil {
		return Report{}, err
	}
	total := len(c.Scenarios) * c.Replicates
	var next, done atomic.Int64
	stop := progress.Draw(c.Progress, "campaigns", total, func() int { return int(done.Load()) })
	defer stop()
	workers := make([][]*measure, c.Workers)
	var group errgroup.Group
	for i := range workers {
		for _, of := range c.Scenarios {
			workers[i] = append(workers[i], newMeasure(s, of))
		}
		group.Go(func() error {
			for n := int(next.Add(1)) - 1; n < total; n = int(next.Add(1)) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				of, replicate := n%len(c.Scenarios), n/len(c.Scenarios)
				workers[i][of].play(replicate, rand.New(rand.NewPCG(c.Seed, uint64(of)<<32|uint64(replicate))))
				done.Add(1)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return Report{}, err
	}
	report := Report{Seed: c.Seed, Replicates: c.Replicates, Method: method.Version}
	for of, scenario := range c.Scenarios {
		all := newMeasure(s, scenario)
		for i := range workers {
			all.add(workers[i][of])
		}
		report.Found = append(report.Found, all.found())
	}
	return report, nil
}

// play plays one campaign to its release, and measures it.
func (m *measure) play(replicate int, r *rand.Rand) {
	w := m.world(m.scenario, replicate, r)
	released, answered := m.publish(w.draw(r), m.rows)
	m.replicate(w, released, answered)
}

// publish releases what was answered, the server's way. If that is asked for, it also scores what could be expected
// of those admitted, for the rows in which organisations stand for each other.
func (s *setting) publish(drawn *sample, rows []campaign.Row) (release.Release, []score.Score) {
	on := s.closed
	if drawn.Open {
		on = s.open
	}
	admitted := disclosure.First(drawn.tables, on).Tables
	scores := score.Compute(admitted, s.nodes, rows)
	released := figures.Release(admitted, s.nodes, scores, release.Head{Seq: 1, PublishedAt: on}, release.Release{})
	if !drawn.Carried {
		return released, nil
	}
	return released, score.Compute(drawn.masked(admitted), s.nodes, s.carried(rows))
}

func (m *measure) found() Found {
	f := Found{Scenario: m.scenario}
	for _, i := range m.intervals {
		f.Intervals = append(f.Intervals, *i)
	}
	slices.SortFunc(f.Intervals, func(a, b Intervals) int { return m.compare(a.Of, b.Of) })
	for _, key := range slices.SortedFunc(maps.Keys(m.statuses), func(a, b statusKey) int {
		return cmp.Or(m.compare(a.Of, b.Of), cmp.Compare(a.variant, b.variant), cmp.Compare(a.multiple, b.multiple))
	}) {
		f.Statuses = append(f.Statuses, *m.statuses[key])
	}
	return f
}

// compare orders by objective, level and group; learners come last.
func (m *measure) compare(a, b Of) int {
	group := func(id string) int {
		if id == learners {
			return len(m.campaign.Groups)
		}
		return m.campaign.Group(id)
	}
	return cmp.Or(cmp.Compare(a.Objective, b.Objective),
		cmp.Compare(slices.Index(campaign.Levels, a.Level), slices.Index(campaign.Levels, b.Level)),
		cmp.Compare(group(a.Group), group(b.Group)), cmp.Compare(a.Point, b.Point))
}
