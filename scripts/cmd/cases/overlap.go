package main

import (
	"fmt"
	"math"
	"slices"

	"learningforlife/shared/stats"
)

// yesNo is the scale of the cells below.
var yesNo = stats.EvenScale(2)

// cell makes a weighting cell of yes and no from the pairs' four counts and those in one wave only.
func cell(weight float64, table stats.Paired, beforeYes, beforeNo, afterYes, afterNo int) stats.Cell {
	return stats.Cell{
		Weight: weight,
		Before: []int{table.NoYes + table.NoNo + beforeNo, table.YesYes + table.YesNo + beforeYes},
		After:  []int{table.YesNo + table.NoNo + afterNo, table.YesYes + table.NoYes + afterYes},
		Pairs:  [][]int{{table.NoNo, table.NoYes}, {table.YesNo, table.YesYes}},
	}
}

type yesAndNo struct {
	Yes int `json:"yes"`
	No  int `json:"no"`
}

func overlapping(in struct {
	Paired struct {
		A int `json:"a"`
		B int `json:"b"`
		C int `json:"c"`
		D int `json:"d"`
	} `json:"paired"`
	Before yesAndNo `json:"before_only"`
	After  yesAndNo `json:"after_only"`
}) (values, error) {
	table := stats.Paired{YesYes: in.Paired.A, YesNo: in.Paired.B, NoYes: in.Paired.C, NoNo: in.Paired.D}
	cells := []stats.Cell{cell(1, table, in.Before.Yes, in.Before.No, in.After.Yes, in.After.No)}
	change, ok := stats.Compare(cells, yesNo, yesNo, stats.Population)
	v := values{"simple_change_p2_minus_p1": values{
		"estimate": change.Difference, "var": change.Variance, "se": math.Sqrt(change.Variance),
	}}
	if s, some := stats.CompareSelection(cells, yesNo, yesNo, stats.Population); some {
		v["selection_check"] = values{
			"Q": s.Z * s.Z, "Q_p": s.P,
			"delta_paired": s.Paired, "var_paired": s.PairedVariance,
			"delta_unpaired": s.Unpaired, "var_unpaired": s.UnpairedVariance,
		}
	}
	return v, all(ok)
}

// lowBands are those the cases report beside the whole.
var lowBands = []int{1, 2}

type columns struct {
	Trust     []int     `json:"trust"`
	Band      []int     `json:"band"`
	Region    []int     `json:"region"`
	N         []float64 `json:"N"`
	YesYes    []int     `json:"paired_11"`
	YesNo     []int     `json:"paired_10"`
	NoYes     []int     `json:"paired_01"`
	NoNo      []int     `json:"paired_00"`
	BeforeYes []int     `json:"before_only_yes"`
	BeforeNo  []int     `json:"before_only_no"`
	AfterYes  []int     `json:"after_only_yes"`
	AfterNo   []int     `json:"after_only_no"`
}

// pipeline is from cells of organisation and band, weighted by the frame, to scores and their change.
func pipeline(in columns) (values, error) {
	for _, column := range [][]int{in.Trust, in.Band, in.YesYes, in.YesNo, in.NoYes, in.NoNo, in.BeforeYes, in.BeforeNo, in.AfterYes, in.AfterNo, in.Region} {
		if len(column) != len(in.N) {
			return nil, fmt.Errorf("a column has %d rows, and N has %d", len(column), len(in.N))
		}
	}
	score := func(belongs func(i int) bool) (values, error) {
		var cells []stats.Cell
		for i, n := range in.N {
			if belongs(i) {
				table := stats.Paired{YesYes: in.YesYes[i], YesNo: in.YesNo[i], NoYes: in.NoYes[i], NoNo: in.NoNo[i]}
				cells = append(cells, cell(n, table, in.BeforeYes[i], in.BeforeNo[i], in.AfterYes[i], in.AfterNo[i]))
			}
		}
		return scored(cells)
	}
	national, err := score(func(int) bool { return true })
	if err != nil {
		return nil, fmt.Errorf("the nation: %w", err)
	}
	low, err := score(func(i int) bool { return slices.Contains(lowBands, in.Band[i]) })
	if err != nil {
		return nil, fmt.Errorf("the low bands: %w", err)
	}
	var regions []any
	for _, region := range slices.Compact(slices.Sorted(slices.Values(in.Region))) {
		scores, err := score(func(i int) bool { return in.Region[i] == region })
		if err != nil {
			return nil, fmt.Errorf("region %d: %w", region, err)
		}
		regions = append(regions, scores)
	}
	return values{"national": national, "regions": regions, "bands_1_2_as_low": low}, nil
}

// scored calls the very functions that the scores are made by: Compare, with its Level of either wave, then Wilson
// on the effective sizes, and the arms of the difference. It stops short of the rounding of a release, and of the pools
// and the carrying over of weights, for which a case of cells that are all there has no use.
func scored(cells []stats.Cell) (values, error) {
	change, ok := stats.Compare(cells, yesNo, yesNo, stats.Sample)
	before, okBefore := change.Before.Interval(stats.Z95)
	after, okAfter := change.After.Interval(stats.Z95)
	deff, okDeff := change.Before.DesignEffect()
	i, okChange := change.Interval(stats.Z95)
	return values{
		"p_before": change.Before.Mean, "p_after": change.After.Mean,
		"var_before": change.Before.Variance, "var_after": change.After.Variance,
		"cov": change.Covariance, "delta": change.Difference, "var_delta": change.Variance,
		"n_eff_before": change.Before.Effective(), "n_eff_after": change.After.Effective(),
		"wilson_neff_before": pair(before), "wilson_neff_after": pair(after),
		"rho": change.Correlation, "mover_ci_delta": pair(i), "kish_deff_before": deff,
	}, all(ok, okBefore, okAfter, okDeff, okChange)
}
