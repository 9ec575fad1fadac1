package ui

import (
	"fmt"
	"strings"

	"learningforlife/shared/method"
)

// HowScoresWork explains what scores are and how they are made. Each number on it
// comes from the campaign or from the method, so that it says what is done.
type HowScoresWork struct {
	Campaign      string
	Before, After Survey
	Objectives    []ScoredObjective
	Groups        []ScoredGroup
	Shares        []StaffShare
	Illustrative  bool     // the frame is an example
	Apart         []string // the groups that are not weighted
	Most          float64  // points, the greatest target
	Shortfall     Fraction // of what is missing to 100, the target otherwise
	Claims        [][]ClaimPart
	Leasts        []Least
	Sequence      float64 // r of the confidence sequences
	Minimum       int     // people behind a published figure
	Version       string  // of the method
	Rules         method.Rules
	Rulings       []method.Ruling
	Statuses      []string // from the best to the worst
	Sources       []method.Source
}

func (p HowScoresWork) head() head {
	return head{template: "how-scores-work", title: catalogue.Say("scores.title")}
}

// ScoredObjective is an objective and how its score comes about.
type ScoredObjective struct {
	Objective
	Measures []Measure
	Priority *Priority // nil if no group comes first
}

// Measure is how the answers of some groups become a score.
type Measure struct {
	ID        string // of the table's caption; no other on the page is the same
	Groups    []string
	Audiences []string
	Items     []MeasureItem
	Values    []float64 // that a person can have, from the least to the greatest
	Base      []string  // questions that must be answered by those asked
	Learners  bool      // those whom the one question was put to are also shown by themselves
}

// MeasureItem is a question that a measure scores.
type MeasureItem struct {
	Text         string
	For, Against []string // answers
	AskedIf      *Opening // nil if it is always asked
}

// Opening is an answer that opens a question.
type Opening struct{ Question, Answer string }

// Priority is a group that comes first.
type Priority struct {
	Whole, Group, Others string
	Gap                  Fraction
}

// ScoredGroup is a group that scores are shown for.
type ScoredGroup struct {
	Name      string
	Audiences []string
	Bands     []string // empty for all
	Levels    []string // where it is shown
}

// StaffShare is the part of every organisation's staff that a weighting group is taken to be.
type StaffShare struct {
	Group string
	Share Fraction
}

// ClaimPart is one row of a claim about the nation.
type ClaimPart struct {
	Objective int
	Group     string
}

// Least is the fewest people, and the least effective size, that a status needs.
type Least struct {
	Where  string
	People int
}

// Fraction is a numerator and a denominator.
type Fraction [2]int

// String writes it with a slash.
func (f Fraction) String() string { return fmt.Sprintf("%d/%d", f[0], f[1]) }

// Percent writes it in per cent.
func (f Fraction) Percent() string { return percent(float64(f[0]) / float64(f[1])) }

// LevelsName names the places that a level is of, for lists of levels.
func LevelsName(level string) string {
	if name, ok := LevelNames[level]; ok {
		return name
	}
	return NationName
}

// The methods below are for the template.

// Number writes a figure.
func (HowScoresWork) Number(v float64) string { return number(v) }

// Count writes a number of people.
func (HowScoresWork) Count(n int) string { return people(&n) }

// Percent writes a share in per cent.
func (HowScoresWork) Percent(v float64) string { return percent(v) }

// Interval is the level of the intervals.
func (HowScoresWork) Interval() string { return fmt.Sprintf("%d%%", method.IntervalPoints) }

// Outside is how often, in per cent, such an interval misses.
func (HowScoresWork) Outside() string { return fmt.Sprintf("%d%%", 100-method.IntervalPoints) }

// List joins names as in a sentence.
func (HowScoresWork) List(names []string) string { return series(names, "and") }

// Points joins values.
func (HowScoresWork) Points(values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = number(v)
	}
	return series(texts, "or")
}

// Status is what a status is called on pages.
func (HowScoresWork) Status(id string) string { return words(statusWords, id) }

// StatusList lists the statuses in quotation marks, from the best to the worst.
func (p HowScoresWork) StatusList() string {
	list := make([]string, len(p.Statuses))
	for i, s := range p.Statuses {
		list[i] = "“" + strings.TrimSuffix(words(statusWords, s), ".") + "”"
	}
	return strings.Join(list, ", ")
}

// When says in words when a finding is made.
func (p HowScoresWork) When(f method.Finding) string {
	switch f {
	case method.TooFew:
		return fmt.Sprintf("there is no change to show, or too few people answered (the table above), or the organisations with answers in both surveys have less than %s of the staff.", p.Percent(p.Rules.LeastCoverage))
	case method.SurelyReached:
		return "the whole interval of the change is at or above the target, and linked people did not change in another way than the rest. For the claims about England, the interval is a wider one: see “Several claims at once”."
	case method.SurelyMissed:
		return "the whole interval is below the target."
	case method.TooWide:
		return "half the width of the interval is more than the target."
	case method.LikelyReached:
		return fmt.Sprintf("the whole interval is above zero, and the chance that the target is met is at least %s.", p.Percent(p.Rules.Likely))
	case method.LikelyMissed:
		return fmt.Sprintf("the chance that the target is met is at most %s.", p.Percent(p.Rules.Unlikely))
	}
	return "none of the lines above fits."
}

// Limits are the facts about the limits of scores.
func (HowScoresWork) Limits() Limits {
	return Limits{
		FrameYear: method.FrameYear, HalfWidth: method.PlaceHalfWidth, Fewest: method.PlaceFewest, Most: method.PlaceMost,
		BiasLeast: method.BiasLeast, BiasMost: method.BiasMost,
		Watched: method.WatchedAnswers, Fixed: method.WatchedFixed, Right: method.WatchedRight,
		Givers: method.LeastGivers, Clusters: method.LeastClusters, OneIn: method.MostOfOne,
		Burst: method.BurstLeast, BurstOneIn: method.BurstOneIn,
	}
}

// Limits are figures that are not in a release's rules, see method.
type Limits struct {
	FrameYear, HalfWidth, Fewest, Most, BiasLeast, BiasMost, Watched, Fixed int
	Right                                                                   float64
	Givers, Clusters, OneIn                                                 int
	Burst, BurstOneIn                                                       int
}

// Others is one less than the minimum: how many invented answers it takes.
func (p HowScoresWork) Others() int { return p.Minimum - 1 }

// series joins a list as in a sentence.
func series(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " " + last + " " + list[len(list)-1]
}
