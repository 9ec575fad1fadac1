// Package campaign holds what one run of Learning for Life is made of, as data:
// its objectives, waves, questions, pledges and disclosure settings
// (data/campaign.json) and the NHS trusts that take part (data/*.csv).
//
// Everything is validated when it is loaded and every fault is reported at
// once, so code that is handed a *Campaign never checks it again. To add a
// question or a wave, edit data/campaign.json: give it a number that was never
// used before, and leave the numbers of the others alone. Numbers are what the
// store keeps; ids are what the API speaks; the position in the file is what
// arrays are indexed by and may change at any time.
package campaign

import (
	"errors"
	"slices"

	"learningforlife/shared/day"
)

// ErrClosed says that a wave, or the campaign, does not take submissions on the day.
var ErrClosed = errors.New("not open")

// MinPublish is the fewest respondents a published figure may rest on: a smaller
// group could reveal who said what. A campaign may ask for more, never for less.
const MinPublish = 11

// MaxNumber is the largest number that a question, an answer, a wave, an
// audience or a band group can have: the store keeps each in a byte, and the
// low values keep the rows short.
const MaxNumber = 63

// Campaign is one run of Learning for Life. It is immutable once loaded.
type Campaign struct {
	ID     string
	Number int // what stored items carry instead of the ID; 1 to 255
	Name   string
	// Opens and Closes are the first and the last day on which pledges are taken.
	Opens, Closes day.Day

	Objectives []Objective
	Waves      []Wave
	Audiences  []Audience
	BandGroups []BandGroup
	Groups     []Group
	Scales     []Scale
	Questions  []Question
	Tables     []Table
	Pledges    []CataloguePledge
	Target     Target
	// Claims are what the nation's scores can be said to have achieved; they are tested all together.
	Claims    []Claim
	Weighting Weighting
	// Sequence is r of the confidence sequences of changes, in squared points on the scale 0 to 1: its
	// inverse is the precision at which they are narrowest. It is fixed before the first answer.
	Sequence float64
	Minimum  int // fewest respondents behind a published figure; at least MinPublish

	Organisations *Organisations
	// Digest is the SHA-256, in lower-case hexadecimal, of the files the campaign was loaded from.
	Digest string
	// File is campaign.json as it was loaded. It must not be changed.
	File []byte
}

// Objective is one of the campaign's aims. Its score is 0 to 100.
type Objective struct {
	Number   int
	Title    string
	Aim      string
	Measures []Measure
	Priority *Priority // nil if no group comes first
}

// Priority says that an objective is for one group above all: the status of the
// whole is the worse of its own and the group's, and it is achieved only if the gap between
// the others and the group is at most Gap[0]/Gap[1] of what it was.
type Priority struct {
	Whole, Group, Others int // indexes into Groups
	Gap                  [2]int
}

// Claim is one statement about the nation: that the target is reached in each of the rows.
type Claim []ClaimRow

// ClaimRow is a row of the nation.
type ClaimRow struct {
	Objective int // the objective's number
	Group     int // index into Groups
}

// Measure says how the answers of some groups become an objective's score:
// a respondent's value is the share of the items answered favourably, and the
// score is 100 times the mean value over the respondents in the table's base.
type Measure struct {
	Groups []string
	Table  int // index of the one table all items belong to
	Items  []Item
}

// Item is a question and the answers to it that count in favour of the objective.
type Item struct {
	Question   int    // index into Questions
	Favourable []bool // by index into the question's answers
}

// Wave is a window in which one survey is open, first and last day included.
type Wave struct {
	ID            string
	Number        int
	Name          string
	Opens, Closes day.Day
	// Follows is the index of the wave whose receipts a response of this wave may name, or -1.
	Follows int
	// Moved says that the last day is not the one that was fixed before the wave opened: somebody may have looked first.
	Moved bool
}

// Open reports whether the wave takes responses on the given day.
func (w Wave) Open(on day.Day) bool { return w.Opens <= on && on <= w.Closes }

// Closed reports whether a release of the given day is one of after the wave's close: every response
// that was judged on its last day has had a day to arrive.
func (w Wave) Closed(on day.Day) bool { return on >= w.Closes+2 }

// Watched reports whether the wave's figures on the given day are of the kind that stays
// right however often one looks: while it is open, and for good if its end was moved.
func (w Wave) Watched(on day.Day) bool { return w.Open(on) || w.Moved }

// Audience is who speaks: staff, a manager, a learning rep or the board.
type Audience struct {
	ID     string
	Number int
	Name   string
}

// BandGroup is a range of Agenda for Change pay bands.
type BandGroup struct {
	ID     string
	Number int
	Name   string
}

// Level is a kind of node that scores are shown for.
type Level string

// The levels of the lattice, from the whole to the part.
const (
	Nation       Level = "nation"
	Region       Level = "region"
	Type         Level = "type"
	Organisation Level = "organisation"
)

// Levels lists every level, in the order in which scores are listed.
var Levels = []Level{Nation, Region, Type, Organisation}

// Group is a set of respondents that scores are shown for, by audience and band group.
type Group struct {
	ID         string
	Name       string
	Audiences  []int // indexes into Audiences
	BandGroups []int // indexes into BandGroups
	Levels     []Level
	// Cells are the weighting groups that make the group up, or of the one of which it is a Part; none for a
	// group that stands apart and is not weighted. They are indexes into Weighting.Groups.
	Cells []int
	Part  bool
}

// Has reports whether people of the audience and band group are in the group. Both are indexes.
func (g Group) Has(audience, bandGroup int) bool {
	return slices.Contains(g.Audiences, audience) && slices.Contains(g.BandGroups, bandGroup)
}

// Weighted reports whether the group's people are weighted by the frame.
func (g Group) Weighted() bool { return len(g.Cells) > 0 }

// Weighting says how answers are weighted: an organisation's people of one of the
// groups are a weighting cell.
type Weighting struct {
	Groups []WeightingGroup
	// Illustrative says that the frame is an example: old, or without figures of its own for the groups.
	Illustrative bool
}

// WeightingGroup is a group whose share of every organisation's staff is taken as known.
type WeightingGroup struct {
	Group int    // index into Groups
	Share [2]int // of an organisation's staff, as a fraction; the last group has what the others leave
}

// Scale is a list of answers that questions share.
type Scale struct {
	ID      string
	Answers []Answer
}

// Answer is one option of a scale.
type Answer struct {
	ID     string
	Number int // what the store keeps; 1 to MaxNumber, 0 is a blank
	Text   string
	Joins  string // those answers are shown as one, where few gave some of them, that have the same name here
}

// Question is one question of the survey.
type Question struct {
	ID        string
	Number    int // what the store keeps; 1 to MaxNumber
	Objective int
	Audiences []int // indexes into Audiences
	Waves     []int // indexes into Waves
	Scale     int   // index into Scales
	// AskedIf is the question whose answer decides whether this one is asked; nil if it is always asked.
	AskedIf *Branch
	Text    string
}

// Branch is an answer that opens another question.
type Branch struct {
	Question int // index into Questions
	Answer   int // index into that question's answers
}

// Table is a set of questions that are counted jointly, on one base. Every
// question is in exactly one; a question that the file names in none is a table of its own.
type Table struct {
	ID        string
	Questions []int // indexes into Questions
}

// CataloguePledge is a ready-made pledge.
type CataloguePledge struct {
	ID          string
	Audience    int   // index into Audiences
	SuggestedTo []int // indexes into BandGroups it is shown to first; empty for all alike
	Objective   int
	Text        string
}

// Target is the rule for the change an objective is to make, fixed before the
// first baseline result: min(Most, (100 − before) × Shortfall[0]/Shortfall[1]) points.
type Target struct {
	Most      float64
	Shortfall [2]int
}

// Wave returns the index of the wave with the id, or -1.
func (c *Campaign) Wave(id string) int {
	return slices.IndexFunc(c.Waves, func(w Wave) bool { return w.ID == id })
}

// Audience returns the index of the audience with the id, or -1.
func (c *Campaign) Audience(id string) int {
	return slices.IndexFunc(c.Audiences, func(a Audience) bool { return a.ID == id })
}

// BandGroup returns the index of the band group with the id, or -1.
func (c *Campaign) BandGroup(id string) int {
	return slices.IndexFunc(c.BandGroups, func(b BandGroup) bool { return b.ID == id })
}

// Group returns the index of the group with the id, or -1.
func (c *Campaign) Group(id string) int {
	return slices.IndexFunc(c.Groups, func(g Group) bool { return g.ID == id })
}

// Question returns the index of the question with the id, or -1.
func (c *Campaign) Question(id string) int {
	return slices.IndexFunc(c.Questions, func(q Question) bool { return q.ID == id })
}

// Pledge returns the index of the catalogue pledge with the id, or -1.
func (c *Campaign) Pledge(id string) int {
	return slices.IndexFunc(c.Pledges, func(p CataloguePledge) bool { return p.ID == id })
}

// Answers returns the options of the question at index q.
func (c *Campaign) Answers(q int) []Answer { return c.Scales[c.Questions[q].Scale].Answers }

// Answer returns the index among the answers of the question at index q of the one with the id, or -1.
func (c *Campaign) Answer(q int, id string) int {
	return slices.IndexFunc(c.Answers(q), func(a Answer) bool { return a.ID == id })
}

// Opener returns the answer that opens the question at index q, as an item that it is the one favourable
// answer to. It reports false for a question that is always asked.
func (c *Campaign) Opener(q int) (Item, bool) {
	b := c.Questions[q].AskedIf
	if b == nil {
		return Item{}, false
	}
	opener := Item{Question: b.Question, Favourable: make([]bool, len(c.Answers(b.Question)))}
	opener.Favourable[b.Answer] = true
	return opener, true
}

// Asked reports whether the question at index q is put to the audience in the
// wave, branches aside. All three are indexes.
func (c *Campaign) Asked(q, wave, audience int) bool {
	question := c.Questions[q]
	return slices.Contains(question.Waves, wave) && slices.Contains(question.Audiences, audience)
}

// Open reports whether the campaign takes pledges on the given day.
func (c *Campaign) Open(on day.Day) bool { return c.Opens <= on && on <= c.Closes }

// Baseline and FollowUp are the indexes of the two waves that scores compare:
// the follow-up is the first wave that follows another, the baseline the one it follows.
func (c *Campaign) Baseline() int { return c.Waves[c.FollowUp()].Follows }

// FollowUp is the index of the wave that is compared with the baseline.
func (c *Campaign) FollowUp() int {
	return slices.IndexFunc(c.Waves, func(w Wave) bool { return w.Follows >= 0 })
}
