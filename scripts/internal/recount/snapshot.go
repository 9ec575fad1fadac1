package recount

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/document"
)

// ErrNoSnapshot says that no aggregation has run, or the last one stored no snapshot.
var ErrNoSnapshot = errors.New("there is no snapshot to compare with")

// runs is the list of the records of runs; the last of them is of the last run.
const runs = "run"

// format is the form of snapshots that this package reads.
const format = 1

// snapshot is what is read of a stored snapshot. Counts is, for each table of a
// cell, a list of the answers to the table's questions (0 for a blank) and how many gave them.
type snapshot struct {
	Format int    `json:"format"`
	Totals Totals `json:"totals"`
	Tables []struct {
		ID        string     `json:"id"`
		Questions []string   `json:"questions"`
		Answers   [][]string `json:"answers"` // by question: what 1, 2, … stand for
	} `json:"tables"`
	Cells []struct {
		Organisation string `json:"organisation"`
		BandGroup    string `json:"bandGroup"`
		Audience     string `json:"audience"`
		Wave         string `json:"wave"`
		Tables       []struct {
			Table  string  `json:"table"`
			Counts [][]int `json:"counts"`
		} `json:"tables"`
	} `json:"cells"`
}

// Snapshot returns what the snapshot of the last run says, or ErrNoSnapshot.
func Snapshot(ctx context.Context, workings document.Reader) (Counts, error) {
	counts, err := last(ctx, workings)
	if err != nil {
		return Counts{}, fmt.Errorf("reading the snapshot of the last run: %w", err)
	}
	return counts, nil
}

func last(ctx context.Context, workings document.Reader) (Counts, error) {
	name, record, err := workings.Last(ctx, runs)
	if errors.Is(err, document.ErrNone) {
		return Counts{}, ErrNoSnapshot
	}
	if err != nil {
		return Counts{}, err
	}
	var run struct {
		Snapshot string `json:"snapshot"`
	}
	if err := json.Unmarshal(record, &run); err != nil {
		return Counts{}, fmt.Errorf("the record of run %s: %w", name, err)
	}
	if run.Snapshot == "" {
		return Counts{}, fmt.Errorf("%w: run %s stored none", ErrNoSnapshot, name)
	}
	content, err := workings.Document(ctx, run.Snapshot)
	if err != nil { // a record without its document is damage, not absence
		return Counts{}, fmt.Errorf("run %s: %w", name, err)
	}
	var s snapshot
	if err := json.Unmarshal(content, &s); err != nil {
		return Counts{}, fmt.Errorf("run %s: %w", name, err)
	}
	return s.counts()
}

// counts takes the joint histograms apart into the answers to single questions.
func (s *snapshot) counts() (Counts, error) {
	if s.Format != format {
		return Counts{}, fmt.Errorf("it is of format %d, not of %d", s.Format, format)
	}
	tables := map[string]int{}
	for i, t := range s.Tables {
		tables[t.ID] = i
	}
	cells := map[Cell]int{}
	for _, c := range s.Cells {
		for _, counted := range c.Tables {
			i, ok := tables[counted.Table]
			if !ok {
				return Counts{}, fmt.Errorf("it counts table %q and does not list it", counted.Table)
			}
			for _, entry := range counted.Counts {
				table := s.Tables[i]
				if len(entry) != len(table.Questions)+1 || len(table.Answers) != len(table.Questions) {
					return Counts{}, fmt.Errorf("an entry of table %s does not fit its %d questions", table.ID, len(table.Questions))
				}
				for q, question := range table.Questions {
					if entry[q] == 0 {
						continue
					}
					if entry[q] < 0 || entry[q] > len(table.Answers[q]) {
						return Counts{}, fmt.Errorf("an entry of table %s has answer %d to %s", table.ID, entry[q], question)
					}
					cells[Cell{
						Organisation: c.Organisation,
						BandGroup:    c.BandGroup,
						Audience:     c.Audience,
						Wave:         c.Wave,
						Question:     question,
						Answer:       table.Answers[q][entry[q]-1],
					}] += entry[len(entry)-1]
				}
			}
		}
	}
	return Counts{Totals: s.Totals, Cells: Cells(cells)}, nil
}
