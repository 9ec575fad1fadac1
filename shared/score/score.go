// Package score computes the objectives from a tally: for every row of the
// lattice the value in both waves, each with its interval and sizes, and the
// change between them. What it returns is exact and for inside use: rounding, and
// what may be shown at all, are decided after it.
package score

import (
	"learningforlife/shared/campaign"
	"learningforlife/shared/stats"
	"learningforlife/shared/tally"
)

// Score is one row's figures.
type Score struct {
	Row           campaign.Row
	Before, After Wave
	Pairs         int // counted pairs in the base of both waves
}

// Wave is the figure of one wave. Each respondent in the base has a value: the
// share of the measure's items answered favourably.
type Wave struct {
	Values stats.Histogram // respondents by number of items answered favourably
	// Mean and Interval (95 %) are on the scale 0 to 1, and zero if nobody is in the base.
	Mean     float64
	Interval stats.Interval
}

// Respondents is how many people are in the base.
func (w Wave) Respondents() int { return w.Values.N() }

// Effective is the size of a simple random sample that would be as precise.
func (w Wave) Effective() float64 { return w.Values.Effective() }

// Interval returns the 95 % interval of the change from before to after, on the
// scale −1 to 1. The waves count as independent: where people are linked and
// answer alike that makes it wider than it need be, never narrower. Both waves must have respondents.
func (s Score) Interval() stats.Interval {
	return stats.Difference(s.Before.Mean, s.Before.Interval, s.After.Mean, s.After.Interval)
}

// Compute returns the scores of the rows, in their order. All respondents count the same.
func Compute(t *tally.Tally, nodes []campaign.Node, rows []campaign.Row) []Score {
	c := t.Layout.Campaign
	classes := classCounts(t)
	scores := make([]Score, len(rows))
	for i, row := range rows {
		measure := c.Objectives[row.Objective-1].Measures[row.Measure]
		node, group := nodes[row.Node], c.Groups[row.Group]
		s := Score{Row: row}
		s.Before = wave(t, classes, measure, node, group, c.Baseline())
		s.After = wave(t, classes, measure, node, group, c.FollowUp())
		s.Pairs = pairs(t, measure, node, group)
		scores[i] = s
	}
	return scores
}

// counts are respondents by class, by table and then cell.
type counts [][]uint32

// classCounts folds each measured table's slots into the few classes that scores
// tell apart, once for all rows.
func classCounts(t *tally.Tally) counts {
	c := t.Layout.Campaign
	folded := make(counts, len(t.Layout.Tables))
	for i, table := range t.Layout.Tables {
		if table.Class == nil {
			continue
		}
		folded[i] = make([]uint32, len(c.Organisations.All())*len(c.BandGroups)*len(c.Audiences)*len(c.Waves)*table.Classes)
		for o := range c.Organisations.All() {
			for b := range c.BandGroups {
				for a := range c.Audiences {
					for w := range c.Waves {
						if t.Respondents(o, b, a, w) == 0 {
							continue
						}
						cell := folded.cell(c, i, table.Classes, o, b, a, w)
						for slot, n := range t.Counts(i, o, b, a, w) {
							if n != 0 {
								cell[table.Class[slot]] += n
							}
						}
					}
				}
			}
		}
	}
	return folded
}

func (f counts) cell(c *campaign.Campaign, table, classes, o, b, a, w int) []uint32 {
	at := (((o*len(c.BandGroups)+b)*len(c.Audiences)+a)*len(c.Waves) + w) * classes
	return f[table][at : at+classes]
}

func wave(t *tally.Tally, classes counts, m campaign.Measure, node campaign.Node, group campaign.Group, w int) Wave {
	c, table := t.Layout.Campaign, &t.Layout.Tables[m.Table]
	total := make([]int, table.Classes)
	for _, o := range node.Members {
		for _, b := range group.BandGroups {
			for _, a := range group.Audiences {
				for class, n := range classes.cell(c, m.Table, table.Classes, o, b, a, w) {
					total[class] += int(n)
				}
			}
		}
	}
	figure := Wave{Values: make(stats.Histogram, len(m.Items)+1)}
	favourable := favourable(table, m)
	for class := 1; class < table.Classes; class++ {
		figure.Values[favourable[class]] += total[class]
	}
	if mean, ok := figure.Values.Mean(); ok {
		figure.Mean = mean
		figure.Interval, _ = stats.Wilson(mean, figure.Values.Effective(), stats.Z95) // ok for every mean of at least one
	}
	return figure
}

// favourable returns by class how many of the measure's items are answered favourably.
func favourable(table *tally.Table, m campaign.Measure) []int {
	mask := table.Mask(m)
	number := make([]int, table.Classes)
	for class := 1; class < table.Classes; class++ {
		for bits := uint8(class-1) & mask; bits != 0; bits &= bits - 1 {
			number[class]++
		}
	}
	return number
}

func pairs(t *tally.Tally, m campaign.Measure, node campaign.Node, group campaign.Group) (n int) {
	classes := t.Layout.Tables[m.Table].Classes
	for _, o := range node.Members {
		for _, b := range group.BandGroups {
			for _, a := range group.Audiences {
				for pair, count := range t.Pairs(m.Table, o, b, a, t.Layout.Campaign.FollowUp()) {
					if pair/classes > 0 && pair%classes > 0 {
						n += int(count)
					}
				}
			}
		}
	}
	return n
}
