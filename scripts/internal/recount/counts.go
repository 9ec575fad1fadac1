// Package recount counts the stored items a second time, with plain maps and one
// pass over the whole table, and compares the counts with the snapshot of the last
// aggregation. It shares the codec of the items with the aggregation and nothing
// else, so that a fault in the one is not repeated in the other.
package recount

import (
	"cmp"
	"slices"
)

// Counts is what is counted: the totals, and the answers of counted responses.
type Counts struct {
	Totals
	Cells []Cell `json:"cells"` // those that are not zero, sorted
}

// Totals are the numbers of items. Pledges and Responses are live ones,
// superseded and quarantined ones included.
type Totals struct {
	Pledges     int            `json:"pledges"`
	Responses   map[string]int `json:"responses"` // by wave, every wave of the campaign
	Withdrawn   int            `json:"withdrawn"` // tombstones, of pledges and responses
	Superseded  int            `json:"superseded"`
	Quarantined int            `json:"quarantined"`
	Pairs       int            `json:"pairs"`
}

// Cell is how often one answer was given, by code as submitted.
type Cell struct {
	Organisation string `json:"organisation"`
	BandGroup    string `json:"bandGroup"`
	Audience     string `json:"audience"`
	Wave         string `json:"wave"`
	Question     string `json:"question"`
	Answer       string `json:"answer"`
	Count        int    `json:"count"`
}

// Cells lists the counts, kept under cells without one, that are not zero, in the order of their fields.
func Cells(counts map[Cell]int) []Cell {
	list := make([]Cell, 0, len(counts))
	for cell, n := range counts {
		if n != 0 {
			cell.Count = n
			list = append(list, cell)
		}
	}
	slices.SortFunc(list, func(a, b Cell) int {
		return cmp.Or(
			cmp.Compare(a.Organisation, b.Organisation),
			cmp.Compare(a.BandGroup, b.BandGroup),
			cmp.Compare(a.Audience, b.Audience),
			cmp.Compare(a.Wave, b.Wave),
			cmp.Compare(a.Question, b.Question),
			cmp.Compare(a.Answer, b.Answer),
		)
	})
	return list
}
