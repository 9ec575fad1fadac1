// Package interval says how narrowly published figures hold what they do not
// show: it is the attack of an outsider who knows of some unknown counts (cells)
// only that none is negative and what was published of their sums.
//
// Each published figure is a statement low ≤ Σ coefficient·cell ≤ high. For every
// target, a cell or a sum or difference of some, [System.Attack] finds the least
// and the greatest value that it has in any whole-number solution of all
// statements. If 40 + a is published as 46 to 48, a is 6 to 8:
//
//	s := System{Cells: 2, Statements: []Statement{
//		{Terms: []Term{{Cell: 0, Coefficient: 1}}, Low: 40, High: 40},
//		{Terms: []Term{{Cell: 0, Coefficient: 1}, {Cell: 1, Coefficient: 1}}, Low: 46, High: 48},
//	}}
//	bounds, err := s.Attack([]Target{{{Cell: 1, Coefficient: 1}}}, Budget)
//
// Limits are first narrowed statement by statement (propagate.go), which fixes much;
// what remains falls into parts that share no cell (reduce.go). In each part, branch
// and bound (search.go) is led by linear relaxations (simplex.go), which are computed
// in floating point and therefore only suggest: every solution is checked in whole
// numbers, and so is the proof of every limit (proof.go). No answer rests on a tolerance,
// and none on time: a search ends after a number of nodes.
package interval

import (
	"errors"
	"fmt"
	"math"
)

// Infinite is the limit of what has none, −Infinite that of what has none below.
const Infinite = math.MaxInt64

// What the arithmetic is safe for. Limits that are derived and larger count as none.
const (
	maxLimit        = 1 << 40 // the largest limit of a statement
	maxCoefficients = 1 << 20 // the largest sum of the sizes of a statement's coefficients
)

// Budget is a number of nodes that suffices where tables and histories have hundreds of cells:
// so many are visited for one end of one target before the search gives up.
const Budget = 20_000

var (
	// ErrImpossible is what statements are that no counts fulfil: some figure is not what was published.
	ErrImpossible = errors.New("no counts fulfil all statements")
	// ErrRange is a statement or target of cells that do not exist, or of numbers beyond what is computed with.
	ErrRange = errors.New("out of range")
)

// Term is a multiple of a cell. Cells count from 0.
type Term struct {
	Cell        int
	Coefficient int64
}

// Target is the sum of its terms. A cell that stands in several counts as often.
type Target []Term

// Statement is Low ≤ the sum of Terms ≤ High, where ±Infinite is no limit.
type Statement struct {
	Terms     []Term
	Low, High int64
}

// System is what is known of a number of counts, none of which is negative.
type System struct {
	Cells      int
	Statements []Statement
}

// Range is from Min to Max, both included.
type Range struct{ Min, Max int64 }

// Bounds are what the statements tell of a target.
type Bounds struct {
	// No solution has the target below Min or above Max; ±Infinite if there is no limit.
	Min, Max int64
	// Attained are the least and the greatest value of solutions that were found:
	// Max below Min if none was, and Infinite if there are solutions beyond any limit.
	Attained Range
	// Solved: Min and Max are attained.
	Solved bool
}

// Attack finds the bounds of each target. A search gives up after budget nodes, and the
// bounds it leaves, though true, are not solved. The same system and budget always get the same answer.
//
// The error wraps ErrImpossible if the statements contradict each other, and ErrRange
// if one, or a target, cannot be computed with.
func (s System) Attack(targets []Target, budget int) ([]Bounds, error) {
	parts, questions, err := s.reduce(targets)
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		if err := part.attack(budget); err != nil {
			return nil, err
		}
	}
	bounds := make([]Bounds, len(targets))
	for i, q := range questions {
		bounds[i] = Bounds{
			Min: shifted(-q.least.proven, q.shift), Max: shifted(q.greatest.proven, q.shift),
			Attained: Range{Min: shifted(-q.least.attained, q.shift), Max: shifted(q.greatest.attained, q.shift)},
			Solved:   q.least.proven == q.least.attained && q.greatest.proven == q.greatest.attained,
		}
	}
	return bounds, nil
}

// shifted is a limit moved by as much, if it is one.
func shifted(limit, by int64) int64 {
	if limit == Infinite || limit == -Infinite {
		return limit
	}
	return limit + by
}

// merged are the terms with one for each cell, in the order of the cells, and none that is nothing.
func (s System) merged(terms []Term) ([]entry, error) {
	var total int64
	sums := map[int]int64{}
	for _, t := range terms {
		if t.Cell < 0 || t.Cell >= s.Cells {
			return nil, fmt.Errorf("cell %d of %d: %w", t.Cell+1, s.Cells, ErrRange)
		}
		if t.Coefficient < -maxCoefficients || t.Coefficient > maxCoefficients {
			return nil, fmt.Errorf("coefficient %d: %w", t.Coefficient, ErrRange)
		}
		if total += size(t.Coefficient); total > maxCoefficients {
			return nil, fmt.Errorf("the coefficients together are above %d: %w", maxCoefficients, ErrRange)
		}
		sums[t.Cell] += t.Coefficient
	}
	return sorted(sums), nil
}
