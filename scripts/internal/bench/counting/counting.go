// Package counting times the count of everything that is stored: reading, counting and pairing by this
// project, from its embedded store, beside the same tables made by DuckDB and SQLite from the same responses.
package counting

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"

	"learningforlife/scripts/internal/bench"
	"learningforlife/shared/campaign"
	"learningforlife/shared/tally"
)

// Config is what the workloads need.
type Config struct {
	Campaign *campaign.Campaign
	Root     string   // the folder of the project
	Folder   string   // where data sets are kept from one run to the next
	Ours     []string // the command that calls Serve over the store in the file that it is given as one more argument
	Progress io.Writer
}

// Workloads returns agg-full: 100,000, 1 and 3 million responses.
func Workloads(c Config) []bench.Workload {
	return []bench.Workload{
		c.full("agg-full/100k", 100_000, 15, 3),
		c.full("agg-full/1M", 1_000_000, 15, 2),
		c.full("agg-full/3M", 3_000_000, 9, 1),
	}
}

// full is the workload of counting n responses, from scratch. SQLite, which takes very long, has its turn in the first rounds only.
func (c Config) full(name string, n, rounds, rarely int) bench.Workload {
	return bench.Workload{Name: name, Rounds: rounds, Open: func(ctx context.Context) ([]bench.Contestant, error) {
		return c.Open(ctx, n, rarely)
	}}
}

// Open makes ready the count of n responses: by this project, by DuckDB's best query, and by SQLite as often as rarely says. Whatever any
// query of an engine returns was compared with this project's count, cell by cell, before Open returns.
func (c Config) Open(ctx context.Context, n, rarely int) (all []bench.Contestant, err error) {
	defer func() {
		if err != nil {
			for _, contestant := range all {
				err = errors.Join(err, contestant.Close())
			}
			all = nil
		}
	}()
	layout, err := tally.NewLayout(c.Campaign)
	if err != nil {
		return nil, err
	}
	q := queries{layout}
	set, err := c.dataSet(ctx, n)
	if err != nil {
		return nil, err
	}
	cells := filepath.Join(set, "cells.csv")
	shares, err := c.look(ctx, filepath.Join(set, storeFile), cells)
	if err != nil {
		return nil, err
	}
	expected, err := readCells(cells)
	if err != nil {
		return nil, err
	}
	ours, err := start(ctx, append(c.Ours, filepath.Join(set, storeFile))...)
	if err != nil {
		return nil, err
	}
	all = append(all, bench.Contestant{Name: "ours", Close: ours.close, Round: func(ctx context.Context) (bench.Round, error) {
		round, err := ours.round(ctx, request{})
		if err == nil {
			maps.Copy(round.Figures, shares)
		}
		return round, err
	}})
	for _, e := range []engine{duckDB, sqlite} {
		database, err := start(ctx, c.driver(e.name, filepath.Join(set, e.file))...)
		if err != nil {
			return all, err
		}
		contestant := bench.Contestant{Name: e.name, Close: database.close, Rounds: rarely}
		all = append(all, contestant)
		best, err := c.best(ctx, database, e, q, expected, cells)
		if err != nil {
			return all, fmt.Errorf("counting with %s: %w", e.name, err)
		}
		at := &all[len(all)-1]
		at.Note = "by its query “" + best.name + "”"
		at.Round = func(ctx context.Context) (bench.Round, error) { return database.round(ctx, best.request(q)) }
		if e.name == duckDB.name {
			at.Rounds = 0
		}
	}
	return all, nil
}

// look writes the cells of this project's count into the file, and tells what share of its time each step has. It does
// so in a process that ends, because what it keeps in memory for that is nothing that a count needs.
func (c Config) look(ctx context.Context, store, cells string) (shares map[string]float64, err error) {
	ours, err := start(ctx, append(c.Ours, store)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ours.close()) }()
	if _, err := ours.ask(ctx, request{CSV: cells}); err != nil {
		return nil, fmt.Errorf("counting: %w", err)
	}
	a, err := ours.ask(ctx, request{Breakdown: true}) // of a second count: the first one fetches the file
	if err != nil {
		return nil, fmt.Errorf("counting: %w", err)
	}
	return a.Figures, nil
}

func (c Config) driver(engine, file string) []string {
	return []string{filepath.Join(c.Root, ".tools", "engines", "bin", "python"), filepath.Join(c.Root, "scripts", "tools", "engines.py"), engine, file}
}

// best runs every query of the engine twice, compares what each finds with what is expected, and returns the
// one that was fastest. An engine that has one query is not timed for that.
func (c Config) best(ctx context.Context, database *worker, e engine, q queries, expected map[cell]int64, scratch string) (best variant, err error) {
	least := int64(0)
	variants := e.variants(q)
	for _, v := range variants {
		for range min(2, len(variants)) {
			got, err := database.ask(ctx, v.request(q))
			if err != nil {
				return best, fmt.Errorf("by the query “%s”: %w", v.name, err)
			}
			if best.name == "" || got.Nanoseconds < least {
				best, least = v, got.Nanoseconds
			}
		}
		if _, err := database.ask(ctx, request{Write: q.cells(v), CSV: scratch}); err != nil {
			return best, fmt.Errorf("by the query “%s”: %w", v.name, err)
		}
		found, err := readCells(scratch)
		if err != nil {
			return best, err
		}
		if err := compare(expected, found); err != nil {
			return best, fmt.Errorf("by the query “%s”: %w", v.name, err)
		}
	}
	return best, nil
}
