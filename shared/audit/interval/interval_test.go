package interval_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/audit/interval"
	_ "learningforlife/shared/seeded"
)

// sum is of cells, from 0.
func sum(cells ...int) []interval.Term {
	var terms []interval.Term
	for _, cell := range cells {
		terms = append(terms, interval.Term{Cell: cell, Coefficient: 1})
	}
	return terms
}

func is(low, high int64, cells ...int) interval.Statement {
	return interval.Statement{Terms: sum(cells...), Low: low, High: high}
}

func span(from, to int) []int {
	var cells []int
	for cell := from; cell < to; cell++ {
		cells = append(cells, cell)
	}
	return cells
}

// solved is what is expected of a target whose ends are both certain.
func solved(low, high int64) interval.Bounds {
	return interval.Bounds{Min: low, Max: high, Attained: interval.Range{Min: low, Max: high}, Solved: true}
}

func attack(t require.TestingT, s interval.System, targets ...interval.Target) []interval.Bounds {
	bounds, err := s.Attack(targets, interval.Budget)
	require.NoError(t, err)
	return bounds
}

func TestAttack(t *testing.T) {
	const no = interval.Infinite
	minus := func(from, less int) []interval.Term {
		return []interval.Term{{Cell: from, Coefficient: 1}, {Cell: less, Coefficient: -1}}
	}
	for name, c := range map[string]struct {
		cells      int
		statements []interval.Statement
		target     interval.Target
		want       interval.Bounds
	}{
		"nothing published":           {1, nil, sum(0), solved(0, no)},
		"a difference of two":         {2, []interval.Statement{is(40, 40, 0), is(46, 48, 0, 1)}, sum(1), solved(6, 8)},
		"cells that are certain":      {2, []interval.Statement{is(3, 3, 0), is(7, 7, 0, 1)}, sum(0, 1), solved(7, 7)},
		"a sum of the unknown":        {3, []interval.Statement{is(10, 12, 0, 1), is(0, 3, 2)}, sum(0, 1, 2), solved(10, 15)},
		"a difference of the unknown": {2, []interval.Statement{is(10, 12, 0, 1)}, minus(0, 1), solved(-12, 12)},
		"a cell less than nothing":    {1, []interval.Statement{is(2, 5, 0)}, interval.Target{{Cell: 0, Coefficient: -1}}, solved(-5, -2)},
		"a cell twice":                {1, []interval.Statement{is(5, 9, 0, 0)}, sum(0), solved(3, 4)},
		"a target twice":              {1, []interval.Statement{is(5, 9, 0)}, sum(0, 0, 0), solved(15, 27)},
		"cells that cancel out":       {2, []interval.Statement{is(5, 9, 0)}, append(minus(0, 1), minus(1, 0)...), solved(0, 0)},
		"no more than another":        {2, []interval.Statement{{Terms: minus(0, 1), Low: -no, High: 0}}, sum(0), solved(0, no)},
		"no limit of a difference":    {2, []interval.Statement{{Terms: minus(0, 1), Low: -4, High: no}}, minus(0, 1), solved(-4, no)},
		"no limit on either side":     {2, nil, minus(0, 1), solved(-no, no)},
		"held from far above":         {3, []interval.Statement{{Terms: minus(0, 1), Low: -no, High: 2}, {Terms: minus(1, 2), Low: -no, High: 3}, is(0, 4, 2)}, sum(0), solved(0, 9)},
		// The relaxation has a half of each cell; in whole numbers, only one of three fits.
		"one of three": {3, []interval.Statement{is(0, 1, 0, 1), is(0, 1, 1, 2), is(0, 1, 0, 2)}, sum(0, 1, 2), solved(0, 1)},
		"figures so large that the small ones are lost in single precision": {3, []interval.Statement{is(1<<40, 1<<40, 0, 1), is(1<<40-7, 1<<40-5, 0)}, sum(1), solved(5, 7)},
		"unlimited beside what is asked":                                    {4, []interval.Statement{{Terms: minus(0, 1), Low: 0, High: no}, is(8, 8, 2, 3)}, sum(3), solved(0, 8)},
	} {
		t.Run(name, func(t *testing.T) {
			s := interval.System{Cells: c.cells, Statements: c.statements}
			require.Equal(t, []interval.Bounds{c.want}, attack(t, s, c.target))
		})
	}
}

func TestContradictions(t *testing.T) {
	for name, c := range map[string]interval.System{
		"of one figure":  {Cells: 1, Statements: []interval.Statement{is(5, 4, 0)}},
		"of two":         {Cells: 2, Statements: []interval.Statement{is(5, 5, 0, 1), is(6, 7, 0, 1)}},
		"of three":       {Cells: 3, Statements: []interval.Statement{is(5, 5, 0, 1), is(5, 5, 1, 2), is(11, 12, 0, 1, 2)}},
		"with nothing":   {Cells: 1, Statements: []interval.Statement{is(1, 1)}},
		"below nothing":  {Cells: 1, Statements: []interval.Statement{is(-3, -1, 0)}},
		"of halves":      {Cells: 3, Statements: []interval.Statement{is(1, 1, 0, 1), is(1, 1, 1, 2), is(1, 1, 0, 2)}},
		"of even sums":   {Cells: 2, Statements: []interval.Statement{is(3, 3, 0, 0, 1, 1)}},
		"away from asks": {Cells: 5, Statements: []interval.Statement{is(3, 9, 0, 1), is(1, 1, 2, 3), is(1, 1, 3, 4), is(1, 1, 2, 4)}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.Attack([]interval.Target{sum(0)}, interval.Budget)
			require.ErrorIs(t, err, interval.ErrImpossible)
		})
	}
}

func TestOutOfRange(t *testing.T) {
	good := is(1, 2, 0)
	for name, c := range map[string]struct {
		statement interval.Statement
		target    interval.Target
	}{
		"cell after the last":    {is(1, 2, 1), sum(0)},
		"cell before the first":  {is(1, 2, -1), sum(0)},
		"limit too large":        {is(1, 1<<41, 0), sum(0)},
		"coefficient too large":  {interval.Statement{Terms: []interval.Term{{Cell: 0, Coefficient: 1 << 21}}}, sum(0)},
		"coefficients too large": {interval.Statement{Terms: []interval.Term{{Cell: 0, Coefficient: 1 << 20}, {Cell: 0, Coefficient: -1 << 20}}}, sum(0)},
		"target that is no cell": {good, sum(7)},
	} {
		t.Run(name, func(t *testing.T) {
			s := interval.System{Cells: 1, Statements: []interval.Statement{c.statement}}
			_, err := s.Attack([]interval.Target{c.target}, interval.Budget)
			require.ErrorIs(t, err, interval.ErrRange)
		})
	}
}

func TestVerdict(t *testing.T) {
	between := func(low, high int64) interval.Range { return interval.Range{Min: low, Max: high} }
	nothing := between(interval.Infinite, -interval.Infinite)
	for name, c := range map[string]struct {
		proven, attained interval.Range
		want             interval.Verdict
	}{
		"one value":                           {between(40, 40), between(40, 40), interval.Exact},
		"one value, though none was found":    {between(4, 4), nothing, interval.Exact},
		"fewer than 11":                       {between(0, 10), between(0, 10), interval.Narrow},
		"11 values, up to 11":                 {between(1, 11), between(1, 11), interval.Protected},
		"10 values":                           {between(20, 29), between(20, 29), interval.Narrow},
		"11 values":                           {between(20, 30), between(20, 30), interval.Protected},
		"narrow at least":                     {between(20, 29), between(22, 24), interval.Narrow},
		"wide only as far as is proven":       {between(20, 80), between(22, 31), interval.Unsolved},
		"high only as far as is proven":       {between(0, 30), between(0, 10), interval.Unsolved},
		"wide enough, whatever else there is": {between(20, 80), between(22, 32), interval.Protected},
		"nothing found":                       {between(0, interval.Infinite), nothing, interval.Unsolved},
		"no limit":                            {between(3, interval.Infinite), between(3, interval.Infinite), interval.Protected},
		"no limit below":                      {between(-interval.Infinite, 9), between(-interval.Infinite, 9), interval.Narrow},
		"a difference without limits":         {between(-interval.Infinite, interval.Infinite), between(-interval.Infinite, interval.Infinite), interval.Protected},
	} {
		t.Run(name, func(t *testing.T) {
			b := interval.Bounds{Min: c.proven.Min, Max: c.proven.Max, Attained: c.attained, Solved: c.proven == c.attained}
			require.Equal(t, c.want, b.Verdict(11))
		})
	}
}
