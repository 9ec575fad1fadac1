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
	Minimum    int // fewest respondents behind a published figure; at least MinPublish

	Organisations *Organisations
	// Digest is the SHA-256, in lower-case hexadecimal, of the files the campaign was loaded from.
	Digest string
}

// Objective is one of the campaign's aims. Its score is 0 to 100.
type Objective struct {
	Number   int
	Title    string
	Aim      string
	Measures []Measure
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
}

// Open reports whether the wave takes responses on the given day.
func (w Wave) Open(on day.Day) bool { return w.Opens <= on && on <= w.Closes }

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
