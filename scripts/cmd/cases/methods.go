package main

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"learningforlife/shared/stats"
)

// values are what a method computed, by the names the cases use: float64, string, nil, values or []any of such.
type values map[string]any

// method computes a case from its inputs.
type method struct {
	compute  func(inputs jsontext.Value) (values, error)
	relative bool // whether the tolerance is a share of what is expected
}

// errTooLittle is what a case's inputs are if a formula says so.
var errTooLittle = errors.New("there is not enough data, or the inputs are outside the domain")

var methods = map[string]method{
	"single_proportion_ci":            {compute: from(proportion)},
	"independent_difference_ci":       {compute: from(difference)},
	"paired_2x2":                      {compute: from(paired)},
	"partially_overlapping_binary":    {compute: from(overlapping)},
	"kish_deff":                       {compute: from(kish)},
	"r_indicator_cells":               {compute: from(representativity)},
	"funnel_proportion_additive_od":   {compute: from(funnel)},
	"beta_binomial_eb":                {compute: from(shrinkage), relative: true},
	"ordinal_superiority_independent": {compute: from(superiority)},
	"ordinal_paired_table":            {compute: from(shift)},
	"multiple_comparisons":            {compute: from(multiplicity)},
	"bernoulli_confidence_sequence":   {compute: from(bernoulliSequence)},
	"asymptotic_confidence_sequence":  {compute: from(asymptoticSequence)},
	"trust_band_pipeline":             {compute: from(pipeline)},
	"sdc_interval_attack":             {compute: from(attack)},
}

// from decodes the inputs, of which none may be unknown.
func from[Inputs any](compute func(Inputs) (values, error)) func(jsontext.Value) (values, error) {
	return func(raw jsontext.Value) (values, error) {
		var inputs Inputs
		if err := json.Unmarshal(raw, &inputs, json.RejectUnknownMembers(true)); err != nil {
			return nil, fmt.Errorf("reading the inputs: %w", err)
		}
		return compute(inputs)
	}
}

func pair(i stats.Interval) []any { return []any{i.Low, i.High} }

func list(numbers []float64) []any {
	all := make([]any, len(numbers))
	for i, v := range numbers {
		all[i] = v
	}
	return all
}

func all(oks ...bool) error {
	for _, ok := range oks {
		if !ok {
			return errTooLittle
		}
	}
	return nil
}

func proportion(in struct {
	X     float64 `json:"x"`
	N     float64 `json:"n"`
	Level float64 `json:"level"`
}) (values, error) {
	p := in.X / in.N
	z, okLevel := stats.TwoSided(in.Level)
	wilson, ok := stats.Wilson(p, in.N, z)
	return values{"p": p, "wilson": pair(wilson)}, all(okLevel, ok)
}

// difference is of the first less the second: the second takes the place of the wave before.
func difference(in struct {
	X1    float64 `json:"x1"`
	N1    float64 `json:"n1"`
	X2    float64 `json:"x2"`
	N2    float64 `json:"n2"`
	Level float64 `json:"level"`
}) (values, error) {
	p1, p2 := in.X1/in.N1, in.X2/in.N2
	z, okLevel := stats.TwoSided(in.Level)
	i1, ok1 := stats.Wilson(p1, in.N1, z)
	i2, ok2 := stats.Wilson(p2, in.N2, z)
	h, okH := stats.CohenH(p2, p1)
	return values{
		"diff_p1_minus_p2":      p1 - p2,
		"newcombe_hybrid_score": pair(stats.Difference(p2, i2, p1, i1)),
		"cohens_h":              h,
	}, all(okLevel, ok1, ok2, okH)
}

// paired is of before less after, and so the change negated.
func paired(in struct {
	A       int     `json:"a"`
	B       int     `json:"b"`
	C       int     `json:"c"`
	D       int     `json:"d"`
	Level   float64 `json:"level"`
	Meaning string  `json:"meaning"`
}) (values, error) {
	table := stats.Paired{YesYes: in.A, YesNo: in.B, NoYes: in.C, NoNo: in.D}
	z, okLevel := stats.TwoSided(in.Level)
	change, i, ok := table.Change(z)
	v := values{
		"diff":                     -change,
		"newcombe_method10_paired": pair(stats.Interval{Low: -i.High, High: -i.Low}),
		"mcnemar_midp":             table.McNemar(),
	}
	if g, some := table.CohenG(); some {
		v["cohens_g"] = g
	}
	return v, all(okLevel, ok)
}

func kish(in struct {
	Weights []float64 `json:"weights"`
}) (values, error) {
	deff, effective, ok := stats.Kish(in.Weights)
	return values{"deff_kish": deff, "n_eff": effective}, all(ok)
}

func representativity(in struct {
	Invited   []int `json:"invited"`
	Responded []int `json:"responded"`
}) (values, error) {
	r, ok := stats.Representativity(in.Invited, in.Responded)
	return values{
		"response_rate":           r.Rate,
		"S_rho":                   r.Spread,
		"R":                       r.R,
		"cv_rho":                  r.Variation,
		"max_abs_bias_factor":     r.Variation,
		"partial_uncond_category": list(r.Partial),
	}, all(ok)
}

func funnel(in struct {
	Unit        []string  `json:"unit"`
	Numerator   []float64 `json:"numerator"`
	Denominator []float64 `json:"denominator"`
	Winsorise   float64   `json:"winsorise"`
}) (values, error) {
	if len(in.Numerator) != len(in.Denominator) {
		return nil, fmt.Errorf("%d numerators for %d denominators", len(in.Numerator), len(in.Denominator))
	}
	units := make([]stats.Unit, len(in.Numerator))
	for i, n := range in.Denominator {
		units[i] = stats.Unit{Value: in.Numerator[i] / n, Size: n}
	}
	f, ok := stats.NewFunnel(units, in.Winsorise)
	if err := all(ok); err != nil {
		return nil, err
	}
	var lim95, lim998, outside []any
	for i := range units {
		lim95 = append(lim95, pair(f.Limits(i, stats.Z95)))
		lim998 = append(lim998, pair(f.Limits(i, stats.Z998)))
		flag := 0.0
		if f.Outside(i, stats.Z998) {
			flag = 1
		}
		outside = append(outside, flag)
	}
	return values{
		"target": f.Target, "phi": f.Dispersion, "tau2": f.Between, "z_adjusted": list(f.Z),
		"lim95": lim95, "lim998": lim998, "outlier998": outside,
	}, nil
}

func shrinkage(in struct {
	Y []int `json:"y"`
	N []int `json:"n"`
}) (values, error) {
	levels, ok := stats.ShrinkLevels(in.Y, in.N)
	var mean, low, high []float64
	for _, unit := range levels.Units {
		mean, low, high = append(mean, unit.Mean), append(low, unit.Low), append(high, unit.High)
	}
	return values{"mu": levels.Mu, "post_mean": list(mean), "post_q025": list(low), "post_q975": list(high)}, all(ok)
}

func superiority(in struct {
	Before []int `json:"before_counts"`
	After  []int `json:"after_counts"`
}) (values, error) {
	s, ok := stats.CompareOrdinal(in.Before, in.After)
	v := values{"theta_after_gt_before": s.Theta, "se_delong": s.SE}
	if i, some := s.Interval(stats.Z95); some {
		v["logit_ci95"] = pair(i)
	}
	return v, all(ok)
}

func shift(in struct {
	Table [][]int `json:"table_rows_before_cols_after"`
}) (values, error) {
	s, ok := stats.CompareLinked(in.Table)
	v := values{
		"n":                  float64(s.Improved + s.Worsened + s.Unchanged),
		"improved":           float64(s.Improved),
		"worsened":           float64(s.Worsened),
		"unchanged":          float64(s.Unchanged),
		"paired_superiority": s.Superiority,
		"sign_test_midp":     s.SignTest,
	}
	if h, some := stats.StuartMaxwell(in.Table); some {
		v["stuart_maxwell_chi2"], v["stuart_maxwell_df"], v["stuart_maxwell_p"] = h.ChiSquared, float64(h.Degrees), h.P
	}
	return v, all(ok)
}

func multiplicity(in struct {
	P []float64 `json:"p"`
}) (values, error) {
	holm, ok1 := stats.Holm(in.P)
	bh, ok2 := stats.BenjaminiHochberg(in.P)
	return values{"holm": list(holm), "bh": list(bh)}, all(ok1, ok2)
}

func bernoulliSequence(in struct {
	Successes float64 `json:"successes"`
	Trials    float64 `json:"trials"`
	Alpha     float64 `json:"alpha"`
}) (values, error) {
	i, ok := stats.BernoulliSequence(in.Successes, in.Trials, in.Alpha)
	return values{"robbins_beta_half_half": pair(i)}, all(ok)
}

func asymptoticSequence(in struct {
	Delta float64 `json:"delta"`
	SE    float64 `json:"se"`
	Alpha float64 `json:"alpha"`
	Rho2  float64 `json:"rho2"`
}) (values, error) {
	half, ok := stats.SequenceHalf(in.SE, in.Rho2, in.Alpha)
	return values{"ci": []any{in.Delta - half, in.Delta + half}}, all(ok)
}
