package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"learningforlife/shared/audit/interval"
)

// attack is an outsider's on published sums of cells, which count from 1. A negative
// number is a cell that is subtracted. A sum without a limit has null for it.
func attack(in struct {
	Cells      int     `json:"n_cells"`
	TrueCounts []int64 `json:"true_counts"` // an outsider does not have them
	Published  []struct {
		Cells []int    `json:"cells"`
		Low   *float64 `json:"lo"`
		High  *float64 `json:"hi"`
	} `json:"published"`
	Targets   []string `json:"targets"`
	Threshold int64    `json:"threshold"`
}) (values, error) {
	system := interval.System{Cells: in.Cells}
	for i, p := range in.Published {
		low, err := limit(p.Low, -interval.Infinite, math.Ceil)
		if err != nil {
			return nil, fmt.Errorf("published figure %d: %w", i+1, err)
		}
		high, err := limit(p.High, interval.Infinite, math.Floor)
		if err != nil {
			return nil, fmt.Errorf("published figure %d: %w", i+1, err)
		}
		statement := interval.Statement{Low: low, High: high}
		for _, cell := range p.Cells {
			statement.Terms = append(statement.Terms, term(cell))
		}
		system.Statements = append(system.Statements, statement)
	}
	targets := make([]interval.Target, len(in.Targets))
	for i, written := range in.Targets {
		var err error
		if targets[i], err = target(written); err != nil {
			return nil, err
		}
	}
	found, err := system.Attack(targets, interval.Budget)
	if err != nil {
		return nil, fmt.Errorf("attacking: %w", err)
	}
	verdicts, bounds := values{}, values{}
	for i, b := range found {
		verdicts[in.Targets[i]] = string(b.Verdict(in.Threshold))
		bounds[in.Targets[i]] = values{"min": finite(b.Min), "max": finite(b.Max)}
	}
	return values{"verdict": verdicts, "bounds": bounds}, nil
}

// limit is a limit in whole numbers, rounded inward.
func limit(published *float64, without int64, round func(float64) float64) (int64, error) {
	if published == nil {
		return without, nil
	}
	whole := round(*published)
	if math.Abs(whole) > 1<<53 {
		return 0, fmt.Errorf("%v: %w", *published, interval.ErrRange)
	}
	return int64(whole), nil
}

// finite is the limit as a value, and null if there is none.
func finite(limit int64) any {
	if limit == interval.Infinite || limit == -interval.Infinite {
		return nil
	}
	return float64(limit)
}

// term is a cell as it is numbered in a case.
func term(cell int) interval.Term {
	if cell < 0 {
		return interval.Term{Cell: -cell - 1, Coefficient: -1}
	}
	return interval.Term{Cell: cell - 1, Coefficient: 1}
}

// target reads cells that are added, with + or a comma, or subtracted: "2", "2+3", "4-1".
func target(written string) (interval.Target, error) {
	signed := strings.NewReplacer(" ", "", ",", "+", "-", "+-").Replace(written)
	var terms interval.Target
	for i, number := range strings.Split(signed, "+") {
		if number == "" && i == 0 && len(signed) > 0 {
			continue // the sign of the first cell
		}
		cell, err := strconv.Atoi(number)
		if err != nil || cell == 0 {
			return nil, fmt.Errorf("the target %q is no cell, sum or difference of cells", written)
		}
		terms = append(terms, term(cell))
	}
	return terms, nil
}
