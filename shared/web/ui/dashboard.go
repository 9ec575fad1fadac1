package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/web/ui/component"
)

// Dashboard shows the scores of a release, or that there is none yet.
type Dashboard struct {
	Release *release.Head // nil before the first
	Nation  []Scores
	// Level, Objective and Group choose which scores are listed below those of the nation.
	Level, Objective, Group Select
	Asked                   bool             // something was chosen
	Chosen                  []Scores         // what there is of it
	Notes                   []string         // ids of the notes that stand at any score shown
	DataURL                 string           // of the same scores for programs
	Pledges                 *release.Pledges // of the nation; nil if nothing of them is shown
}

func (p Dashboard) head() head {
	return head{template: "dashboard", title: dashboardTitle, office: true}
}

// Scores is the table of one objective.
type Scores struct {
	ID            string // of the table's caption; no other on the page is the same
	Number        int    // of the objective
	Title         string // of the objective
	Before, After string // what the two surveys are called
	Places        bool   // the rows are of more places than the nation, and each says which
	Rows          []ScoreRow
}

// ScoreRow is one line of a table: the score of an objective for a place and a group.
type ScoreRow struct {
	Place, Group string
	Score        release.Score
	// First is the group that the objective is for above all, and Others are those that it is compared with; empty without a gap.
	First, Others string
}

const (
	dashboardTitle = "Scores"
	notShown       = "not shown"
)

// The fields of the form on the dashboard.

// LevelField asks for which sort of place scores are listed.
func LevelField(name string, choices []Choice) Select {
	return filterField(name, "For", "Leave a line empty for all.", choices)
}

// ObjectiveField asks for which objective scores are listed.
func ObjectiveField(name string, choices []Choice) Select {
	return filterField(name, "Objective", "", choices)
}

// GroupField asks for which group of people scores are listed.
func GroupField(name string, choices []Choice) Select {
	return filterField(name, "Group", "", choices)
}

func filterField(name, label, hint string, choices []Choice) Select {
	return Select{Field: field(name, hint, ""), Label: component.Label{Text: label}, Items: options("", choices)}
}

// TypeName is what a type of organisation is called, by the name that the list of organisations gives it.
func TypeName(id string) string { return words(typeWords, id) }

// NationName is what the nation is called.
const NationName = "England"

// LevelNames is what the levels that can be chosen are called, by the name that programs give them.
var LevelNames = map[string]string{
	"region":       "regions",
	"type":         "types of organisation",
	"organisation": "organisations",
}

var (
	withheldWords = map[string]string{
		string(release.WaitsForMore):   "Not shown yet: this waits for more answers.",
		string(release.TooFew):         "Not shown: too few people answered.",
		string(release.ProtectsOthers): "Not shown: set beside other scores, it could tell what a few people answered.",
	}
	statusWords = map[string]string{
		method.Achieved:       "The target is reached.",
		method.OnTrack:        "On track for the target.",
		method.TooCloseToCall: "Too close to the target to call.",
		method.OffTrack:       "Off track for the target.",
		method.NotEnoughData:  "Too few answers to compare with the target.",
	}
	noteWords = map[string]string{
		release.SelfSelected:      "People chose for themselves whether to answer. Those who did may think differently from those who did not.",
		release.Unweighted:        "Each person who answered counts the same. The scores are not corrected for who answered more often than others.",
		release.IllustrativeFrame: "Answers are weighted by the size of the staff. The staff numbers are an example: they are old, and the shares of the bands are not those of each organisation.",
		release.Partial:           "In some places one group stands for another, of which too few people answered.",
	}
	typeWords = map[string]string{
		"acute":            "Acute trusts",
		"acute_specialist": "Specialist acute trusts",
		"ambulance":        "Ambulance trusts",
		"community":        "Community trusts",
		"mental_health":    "Mental health trusts",
	}
	boundWords = map[string]string{"at_least": "at least ", "at_most": "at most "}
)

// words are those for an id, or the id itself if it is one that a later release brought.
func words(of map[string]string, id string) string {
	if s, ok := of[id]; ok {
		return s
	}
	return id
}

// PledgeWords tells of the nation's pledges, in sentences.
func (p Dashboard) PledgeWords() (sentences []string) {
	of := p.Pledges
	if of.Pledges != nil {
		sentence := fmt.Sprintf("People made %s pledges", people(of.Pledges))
		if of.PerThousand != nil {
			sentence += fmt.Sprintf(", %s for every 1,000 staff", number(*of.PerThousand))
		}
		sentences = append(sentences, sentence+".")
	}
	if k := of.Kept; k != nil {
		sentences = append(sentences, fmt.Sprintf("From %d%% to %d%% of them were kept: the first figure is what people told us, the second counts those of whom we heard nothing as kept.", k.Low, k.High))
	}
	if of.BoardShare != nil {
		sentences = append(sentences, fmt.Sprintf("Somebody on the board made a pledge in %d%% of organisations.", *of.BoardShare))
	}
	return append(sentences, "Pledges tell what people mean to do. They are no part of any score.")
}

// Explain says what a note means.
func (Dashboard) Explain(note string) string { return words(noteWords, note) }

// Withheld says why no figure of the row is shown; it is empty if one is.
func (r ScoreRow) Withheld() string {
	if r.Score.Withheld == nil {
		return ""
	}
	return words(withheldWords, string(*r.Score.Withheld))
}

// Before is the figure of the first survey with its interval.
func (r ScoreRow) Before() string { return figure(r.Score.Before) }

// After is the figure of the second survey with its interval.
func (r ScoreRow) After() string { return figure(r.Score.After) }

// BeforePeople is how many people answered the first survey.
func (r ScoreRow) BeforePeople() string { return people(r.Score.Before.Respondents) }

// AfterPeople is how many people answered the second survey.
func (r ScoreRow) AfterPeople() string { return people(r.Score.After.Respondents) }

// Change is the change with its interval.
func (r ScoreRow) Change() string {
	c := r.Score.Change
	if c == nil {
		return notShown
	}
	return fmt.Sprintf("%s (%s to %s)", signed(c.Value), signed(c.Low), signed(c.High))
}

// Remarks is what else there is to say about the row, in sentences.
func (r ScoreRow) Remarks() []string {
	var remarks []string
	if r.Score.Status != nil {
		remarks = append(remarks, words(statusWords, *r.Score.Status))
	}
	if n := r.Score.Further; n != nil {
		remarks = append(remarks, fmt.Sprintf("About %s more answers would settle it, if the change stayed as it is.", people(n)))
	}
	remarks = append(remarks, r.doubts()...)
	if t := r.Score.Target; t != nil {
		remarks = append(remarks, fmt.Sprintf("Target: %s points by %s.", signed(t.Change), date(t.By)))
	}
	if g := r.Score.Details.Gap; g != nil {
		remarks = append(remarks, fmt.Sprintf("“%s” beside “%s”: %s before, %s after.", r.First, r.Others, behind(g.Before), behind(g.After)))
	}
	if r.Score.Provisional {
		remarks = append(remarks, "This may still change.")
	}
	return remarks
}

// doubts is why a status says less than the change seems to.
func (r ScoreRow) doubts() (remarks []string) {
	c := r.Score.Change
	if c == nil || r.Score.Status == nil {
		return nil
	}
	if c.Coverage != nil && *c.Coverage < method.LeastCoverage {
		remarks = append(remarks, fmt.Sprintf("Only %s of the staff work where enough people answered both times. It takes %s to compare with the target.",
			percent(*c.Coverage), percent(method.LeastCoverage)))
	}
	if c.Selection != nil && *c.Selection {
		remarks = append(remarks, "People who gave their code changed otherwise than the rest, so the target cannot count as reached.")
	}
	return remarks
}

// behind says how far a group is behind others.
func behind(gap *float64) string {
	switch {
	case gap == nil:
		return notShown
	case *gap > 0:
		return number(*gap) + " points behind"
	case *gap < 0:
		return number(-*gap) + " points ahead"
	}
	return "level"
}

// LearnersName is what those of a group are called who are shown by themselves, because they did some learning.
func LearnersName(group string) string { return group + ": learners only" }

func figure(w release.Wave) string {
	if !w.Published() {
		return notShown
	}
	s := number(*w.Value)
	if w.Bound != nil {
		s = words(boundWords, *w.Bound) + s
	}
	if w.Low != nil && w.High != nil {
		s += fmt.Sprintf(" (%s to %s)", number(*w.Low), number(*w.High))
	}
	return s
}

// people writes a count with commas between thousands.
func people(n *int) string {
	if n == nil {
		return notShown
	}
	s := strconv.Itoa(*n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// number writes a figure with the decimals it was released with.
func number(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), "-", "−", 1)
}

// percent writes a share in per cent, without what a float is off by.
func percent(share float64) string { return number(math.Round(1e4*share)/100) + "%" }

// signed is number with a sign unless it is 0.
func signed(v float64) string {
	if v > 0 {
		return "+" + number(v)
	}
	return number(v)
}
