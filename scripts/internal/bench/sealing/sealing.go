// Package sealing times runs that rest on sealed days: the count after some new responses beside a
// count of everything, the run that seals everything, and the run that makes a release.
package sealing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"learningforlife/scripts/internal/bench"
	"learningforlife/scripts/internal/bench/metering"
	"learningforlife/scripts/internal/bench/population"
	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/seal"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/tally"
)

// Config is what the workloads need.
type Config struct {
	Campaign *campaign.Campaign
	First    day.Day                                           // of the data sets
	Copy     func(ctx context.Context, n int, to string) error // copies the store of the data set of n responses into a file
	Now      func() time.Time                                  // by which it is timed
	Progress io.Writer
}

// news is how many responses are new in each workload.
const news = 1000

// Workloads returns agg-delta, rebuild and release.
func Workloads(c Config) []bench.Workload {
	return []bench.Workload{
		{Name: "agg-delta/100k", Rounds: 15, Open: func(ctx context.Context) ([]bench.Contestant, error) { return c.Delta(ctx, 100_000) }},
		{Name: "agg-delta/1M", Rounds: 9, Open: func(ctx context.Context) ([]bench.Contestant, error) { return c.Delta(ctx, 1_000_000) }},
		{Name: "agg-delta/3M", Rounds: 5, Open: func(ctx context.Context) ([]bench.Contestant, error) { return c.Delta(ctx, 3_000_000) }},
		{Name: "rebuild/1M", Rounds: 3, Open: func(ctx context.Context) ([]bench.Contestant, error) { return c.Rebuild(ctx, 1_000_000) }},
		{Name: "release/1M", Rounds: 5, Open: func(ctx context.Context) ([]bench.Contestant, error) { return c.Release(ctx, 1_000_000) }},
	}
}

// site is a store and who aggregates it.
type site struct {
	Config
	*embedded.Store
	folder string
	now    time.Time // by which it is sealed
	runs   int
}

// open copies a data set. Its clock stands so late that all of it can be sealed.
func (c Config) open(ctx context.Context, n int) (s *site, err error) {
	s = &site{Config: c, now: (c.First + population.Days + 7).Time()}
	if s.folder, err = os.MkdirTemp("", "sealing"); err != nil {
		return nil, fmt.Errorf("opening a data set: %w", err)
	}
	file := filepath.Join(s.folder, "store.db")
	if err = c.Copy(ctx, n, file); err == nil {
		s.Store, err = embedded.Open(file, embedded.Options{})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening a data set: %w", err), os.RemoveAll(s.folder))
	}
	return s, nil
}

func (s *site) close() error { return errors.Join(s.Close(), os.RemoveAll(s.folder)) }

// aggregator returns a new one, which remembers nothing, over the given workings.
func (s *site) aggregator(submissions aggregate.Submissions, workings document.Store) (*aggregate.Aggregator, error) {
	return aggregate.New(aggregate.Config{Campaign: s.Campaign, Submissions: submissions, Workings: workings, Releases: s.Releases(),
		Settings: s.Settings(), Now: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler)})
}

// run has the aggregator make a run of an id of its own.
func (s *site) run(ctx context.Context, a *aggregate.Aggregator, release bool) (aggregate.Run, error) {
	s.runs++
	return a.Run(ctx, aggregation.Request{Run: aggregation.ID(s.now, fmt.Sprint(s.runs)), Release: release})
}

// timed times one count and tells its snapshot's digest. What the turn before left in memory is cleared first, or a quick
// count would pay for another's snapshot.
func (s *site) timed(count func() (*tally.Tally, error)) (bench.Round, error) {
	runtime.GC()
	started := s.Now()
	counted, err := count()
	if err != nil {
		return bench.Round{}, err
	}
	took := s.Now().Sub(started)
	content, err := counted.Snapshot()
	return bench.Round{Took: took, Operations: 1, Result: document.Digest(content)}, err
}

// contest opens a data set for contestants and an aggregator, and closes it with the first of them.
func (c Config) contest(ctx context.Context, n int, prepare func(*site, *aggregate.Aggregator) ([]bench.Contestant, error)) ([]bench.Contestant, error) {
	s, err := c.open(ctx, n)
	if err != nil {
		return nil, err
	}
	a, err := s.aggregator(s.Store, s.Workings())
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	list, err := prepare(s, a)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	list[0].Close = s.close
	return list, nil
}

// Delta counts n responses that are sealed, and some that are new: with what is sealed by an aggregator that has counted before and by one that has not, and from the items.
func (c Config) Delta(ctx context.Context, n int) ([]bench.Contestant, error) {
	return c.contest(ctx, n, func(s *site, warm *aggregate.Aggregator) ([]bench.Contestant, error) {
		fmt.Fprintf(c.Progress, "sealing %d responses\n", n)
		if _, err := s.run(ctx, warm, false); err != nil {
			return nil, err
		}
		if err := population.Later(ctx, s.Store, c.Campaign, news, day.Of(s.now), uint64(n)); err != nil {
			return nil, err
		}
		figures, err := s.metered(ctx)
		if err != nil {
			return nil, err
		}
		return []bench.Contestant{
			{Name: "ours", Round: func(ctx context.Context) (bench.Round, error) {
				r, err := s.timed(func() (*tally.Tally, error) { return warm.Count(ctx) })
				r.Figures = figures
				return r, err
			}},
			{Name: "cold", Note: "by an aggregator that has nothing at hand yet", Round: func(ctx context.Context) (bench.Round, error) {
				cold, err := s.aggregator(s.Store, s.Workings())
				if err != nil {
					return bench.Round{}, err
				}
				return s.timed(func() (*tally.Tally, error) { return cold.Count(ctx) })
			}},
			{Name: "full", Note: "from the items alone", Round: func(ctx context.Context) (bench.Round, error) {
				return s.timed(func() (*tally.Tally, error) { return warm.Tally(ctx) })
			}},
		}, nil
	})
}

// metered tells what share the count after news reads of what a count of everything reads.
func (s *site) metered(ctx context.Context) (map[string]float64, error) {
	book, err := seal.Newest(ctx, s.Workings(), s.Campaign)
	if err != nil {
		return nil, err
	}
	links := map[string]bool{}
	for _, p := range book.Parts {
		links[p.Links] = true
	}
	read := func(count func(*aggregate.Aggregator) (*tally.Tally, error)) (metering.Read, error) {
		var meter metering.Meter
		a, err := s.aggregator(meter.Submissions(s.Store), meter.Documents(s.Workings(), links))
		if err != nil {
			return metering.Read{}, err
		}
		_, err = count(a)
		return meter.Read(), err
	}
	delta, err := read(func(a *aggregate.Aggregator) (*tally.Tally, error) { return a.Count(ctx) })
	if err != nil {
		return nil, err
	}
	full, err := read(func(a *aggregate.Aggregator) (*tally.Tally, error) { return a.Tally(ctx) })
	if err != nil {
		return nil, err
	}
	return map[string]float64{
		"items-read": float64(delta.Items), "full/items": float64(full.Items) / float64(delta.Items),
		"read-units-but-links": float64(delta.Units - delta.Links), "full/read-units-but-links": float64(full.Units) / float64(delta.Units-delta.Links),
		"read-units-for-links": float64(delta.Links), "full-read-units": float64(full.Units),
	}, nil
}

// Rebuild counts and seals n responses, from nothing, beside a mere count.
func (c Config) Rebuild(ctx context.Context, n int) ([]bench.Contestant, error) {
	return c.contest(ctx, n, func(s *site, plain *aggregate.Aggregator) ([]bench.Contestant, error) {
		round := 0
		return []bench.Contestant{
			{Name: "ours", Round: func(ctx context.Context) (_ bench.Round, err error) {
				round++
				fresh, err := embedded.Open(filepath.Join(s.folder, fmt.Sprintf("workings-%d.db", round)), embedded.Options{})
				if err != nil {
					return bench.Round{}, err
				}
				defer func() { err = errors.Join(err, fresh.Close()) }()
				a, err := s.aggregator(s.Store, fresh.Workings())
				if err != nil {
					return bench.Round{}, err
				}
				started := s.Now()
				run, err := s.run(ctx, a, false)
				return bench.Round{Took: s.Now().Sub(started), Operations: 1, Result: run.Snapshot}, err
			}},
			{Name: "full", Note: "a count that keeps nothing", Round: func(ctx context.Context) (bench.Round, error) {
				return s.timed(func() (*tally.Tally, error) { return plain.Tally(ctx) })
			}},
		}, nil
	})
}

// Release makes a release of n responses, sealed, and of some new ones: the whole of a scheduled run, beside its count.
func (c Config) Release(ctx context.Context, n int) ([]bench.Contestant, error) {
	return c.contest(ctx, n, func(s *site, a *aggregate.Aggregator) ([]bench.Contestant, error) {
		if _, err := s.run(ctx, a, true); err != nil {
			return nil, err
		}
		rounds := uint64(0)
		return []bench.Contestant{
			{Name: "ours", Round: func(ctx context.Context) (bench.Round, error) {
				rounds++
				if err := population.Later(ctx, s.Store, c.Campaign, news, day.Of(s.now), rounds); err != nil {
					return bench.Round{}, err
				}
				started := s.Now()
				run, err := s.run(ctx, a, true)
				took := s.Now().Sub(started)
				if err == nil && run.Release == nil {
					err = fmt.Errorf("there is no release: %s", run.Why)
				}
				return bench.Round{Took: took, Operations: 1}, err
			}},
			{Name: "count", Note: "the count alone", Round: func(ctx context.Context) (bench.Round, error) {
				r, err := s.timed(func() (*tally.Tally, error) { return a.Count(ctx) })
				r.Result = ""
				return r, err
			}},
		}, nil
	})
}
