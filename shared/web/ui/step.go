package ui

import (
	"html/template"

	"learningforlife/shared/web/ui/component"
)

// Step is one page of a form: a question, or several.
type Step struct {
	Title        string // of the page; its h1 too, unless the one control is
	Faults       []Fault
	Method       string // get or post
	Address      string
	State        string // what was entered in earlier steps, signed; empty in a form that is sent with get
	At           string // the step's name
	Changing     bool   // the person came from the list of answers, and goes back there
	Before       bool   // there is a step before this one
	Receipt      bool   // takes a receipt from the fragment of the page's address, unseen
	ReceiptName  string // of the field that takes it
	ReceiptValue string
	Lead         template.HTML // stands above the questions
	Controls     []component.Component
	Below        template.HTML // stands below the questions
	Send         string        // what the button says
	Go           string        // what the button asks for; empty to go on
	Whole        bool          // offers all questions on one page
}

func (p Step) head() head {
	h := head{template: "step", title: p.Title, failed: len(p.Faults) > 0}
	for _, c := range p.Controls {
		if s, ok := c.(component.Select); ok && s.TypeAhead {
			h.choosing = true
		}
	}
	if p.Before {
		h.back = &Backward{p.Address, p.State, p.At}
	}
	return h
}

// Heading is the page's h1, if no control is: where something is to be said first, or there are several.
func (p Step) Heading() string {
	if len(p.Controls) == 1 && p.Lead == "" {
		return ""
	}
	return p.Title
}

// Check lists what was entered, to be looked through before it is sent.
type Check struct {
	Title, Hint string
	Faults      []Fault
	Address     string
	State       string
	Rows        []CheckRow
	Questions   bool // the rows are long questions with short answers
	Send        string
}

// CheckRow is one entry and the step in which it can be changed.
type CheckRow struct {
	Question, Answer string
	Field            string // the step's name
}

func (p Check) head() head {
	return head{template: "check", title: p.Title, failed: len(p.Faults) > 0, back: &Backward{p.Address, p.State, CheckStep}}
}

// CheckStep is the name of the step that lists what was entered.
const CheckStep = "check"

// What the buttons of a form ask for: the field GoField has one of these, or nothing to go on.
const (
	GoField  = "go"
	GoBack   = "back"
	GoWhole  = "whole"
	GoSend   = "send"
	GoChange = "change:" // and the name of a step
)

// The other fields that every form of several steps has.
const (
	StateField    = "state"
	AtField       = "at"
	ChangingField = "changing"
)

// ChangeID is the id of the button that leads to the step with the name.
func ChangeID(step string) string { return "change-" + step }

// List is the entries with the buttons that change them.
func (p Check) List() component.SummaryList {
	var l component.SummaryList
	width := ""
	if p.Questions {
		width = "one-half"
	}
	for _, r := range p.Rows {
		answer := r.Answer
		if answer == "" {
			answer = catalogue.Say("frame.notAnswered")
		}
		l.Rows = append(l.Rows, component.SummaryRow{
			Key: r.Question, KeyWidth: width, Value: template.HTML(template.HTMLEscapeString(answer)), //nolint:gosec // G203: it is escaped here
			Change: &component.Change{Text: catalogue.Say("frame.change"), Hidden: r.Question, ID: ChangeID(r.Field), Name: GoField, ButtonValue: GoChange + r.Field},
		})
	}
	return l
}

// summary lists faults with links to their fields.
func summary(faults []Fault) component.ErrorSummary {
	s := component.ErrorSummary{Heading: catalogue.Say("frame.problem")}
	for _, f := range faults {
		made := component.SummaryFault{Text: f.Message}
		if f.Field != "" {
			made.Href = "#" + f.Field
		}
		s.Faults = append(s.Faults, made)
	}
	return s
}

// Summary is what is wrong with the form.
func (p Step) Summary() component.ErrorSummary { return summary(p.Faults) }

// Summary is what is wrong with what was entered.
func (p Check) Summary() component.ErrorSummary { return summary(p.Faults) }
