package tally

import (
	"fmt"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/submission"
)

// snapshotFormat changes whenever the bytes for the same tally do.
const snapshotFormat = 1

// snapshot is a tally as it is stored: exact, internal and never served. It
// names what it counts, so that it can be read without this package. It holds no time and
// no run, and lists cells, tables and slots in the order of the campaign's
// files, so equal tallies give equal bytes.
type snapshot struct {
	Format   int             `json:"format"`
	Campaign string          `json:"campaign"`
	Digest   string          `json:"digest"` // of the campaign's files
	Totals   snapshotTotals  `json:"totals"`
	Tables   []snapshotTable `json:"tables"`
	Cells    []snapshotCell  `json:"cells"`
	Pairs    []snapshotCell  `json:"pairs"`
	Pledges  []snapshotCount `json:"pledges"`
}

type snapshotTotals struct {
	Pledges     int            `json:"pledges"`
	Responses   map[string]int `json:"responses"`
	Withdrawn   int            `json:"withdrawn"`
	Superseded  int            `json:"superseded"`
	Quarantined int            `json:"quarantined"`
	Pairs       int            `json:"pairs"`
}

// snapshotTable says what the numbers of a table's counts mean.
type snapshotTable struct {
	ID        string     `json:"id"`
	Questions []string   `json:"questions"`
	Answers   [][]string `json:"answers"` // by question: what 1, 2, … stand for; 0 is a blank
}

// snapshotCell is a cell, or the pairs whose later response is in the cell.
type snapshotCell struct {
	Organisation string           `json:"organisation"`
	BandGroup    string           `json:"bandGroup"`
	Audience     string           `json:"audience"`
	Wave         string           `json:"wave"`
	Respondents  int              `json:"respondents,omitzero"`
	Tables       []snapshotCounts `json:"tables"`
}

// snapshotCounts are a table's non-zero counts. In a cell each is the answer to
// each question and then the count; in pairs the class before, the class after and the count.
type snapshotCounts struct {
	Table  string  `json:"table"`
	Counts [][]int `json:"counts"`
}

type snapshotCount struct {
	Organisation string `json:"organisation"`
	BandGroup    string `json:"bandGroup"`
	Audience     string `json:"audience"`
	Status       string `json:"status"`
	Count        int    `json:"count"`
}

// Snapshot returns the tally as it is stored.
func (t *Tally) Snapshot() ([]byte, error) {
	l, c := t.Layout, t.Layout.Campaign
	s := snapshot{Format: snapshotFormat, Campaign: c.ID, Digest: c.Digest, Totals: t.snapshotTotals()}
	for i := range l.Tables {
		s.Tables = append(s.Tables, l.Tables[i].snapshot(l))
	}
	for o, trust := range c.Organisations.All() {
		for b, band := range c.BandGroups {
			for a, audience := range c.Audiences {
				for w, wave := range c.Waves {
					cell := snapshotCell{Organisation: trust.Code, BandGroup: band.ID, Audience: audience.ID, Wave: wave.ID}
					if n := t.Respondents(o, b, a, w); n > 0 {
						s.Cells = append(s.Cells, t.snapshotCell(cell, n, o, b, a, w))
					}
					if pairs := t.snapshotPairs(o, b, a, w); pairs != nil {
						cell.Tables = pairs
						s.Pairs = append(s.Pairs, cell)
					}
				}
				for _, status := range submission.Statuses {
					if n := t.Pledges(o, b, a, status); n > 0 {
						s.Pledges = append(s.Pledges, snapshotCount{trust.Code, band.ID, audience.ID, status.String(), n})
					}
				}
			}
		}
	}
	content, err := json.Marshal(s, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("writing a snapshot: %w", err)
	}
	return content, nil
}

func (t *Tally) snapshotTotals() snapshotTotals {
	totals := snapshotTotals{Pledges: t.Totals.Pledges, Responses: map[string]int{}, Withdrawn: t.Totals.Withdrawn,
		Superseded: t.Totals.Superseded, Quarantined: t.Totals.Quarantined, Pairs: t.Totals.Pairs}
	for w, n := range t.Totals.Responses {
		totals.Responses[t.Layout.Campaign.Waves[w].ID] = n
	}
	return totals
}

func (t *Table) snapshot(l *Layout) snapshotTable {
	table := snapshotTable{ID: t.ID}
	for _, q := range t.Questions {
		table.Questions = append(table.Questions, l.Campaign.Questions[q].ID)
		var answers []string
		for _, a := range l.Campaign.Answers(q) {
			answers = append(answers, a.ID)
		}
		table.Answers = append(table.Answers, answers)
	}
	return table
}

func (t *Tally) snapshotCell(cell snapshotCell, n, o, b, a, w int) snapshotCell {
	l := t.Layout
	cell.Respondents = n
	for _, i := range l.asked[w*len(l.Campaign.Audiences)+a] {
		table := &l.Tables[i]
		counts := snapshotCounts{Table: table.ID}
		for slot, count := range t.Counts(i, o, b, a, w) {
			if count == 0 {
				continue
			}
			entry := make([]int, 0, len(table.Questions)+1)
			for q := range table.Questions {
				entry = append(entry, table.Answer(slot, q))
			}
			counts.Counts = append(counts.Counts, append(entry, int(count)))
		}
		cell.Tables = append(cell.Tables, counts)
	}
	return cell
}

func (t *Tally) snapshotPairs(o, b, a, w int) (tables []snapshotCounts) {
	l := t.Layout
	for _, i := range l.asked[w*len(l.Campaign.Audiences)+a] {
		table := &l.Tables[i]
		counts := snapshotCounts{Table: table.ID}
		for pair, count := range t.Pairs(i, o, b, a, w) {
			if count > 0 {
				counts.Counts = append(counts.Counts, []int{pair / table.Classes, pair % table.Classes, int(count)})
			}
		}
		if counts.Counts != nil {
			tables = append(tables, counts)
		}
	}
	return tables
}
