package ui

import (
	"html/template"

	"learningforlife/shared/day"
	"learningforlife/shared/web/ui/component"
)

// PledgeDone confirms a pledge.
type PledgeDone struct {
	Code      string // the receipt, in its form for people
	ManageURL string // opens the pledge again
}

func (p PledgeDone) head() head {
	return head{template: "pledge_done", title: catalogue.Say("pledge.doneTitle")}
}

// Panel confirms it.
func (p PledgeDone) Panel() component.Panel {
	return confirm(catalogue.Say("pledge.doneTitle"), catalogue.Say("pledge.code"), p.Code)
}

// confirm is the panel for what was sent, with its code.
func confirm(heading, label, code string) component.Panel {
	content := template.HTMLEscapeString(label) + `<br><strong class="app-code">` + template.HTMLEscapeString(code) + `</strong>`
	return component.Panel{Heading: heading, Size: "l", Content: template.HTML(content)} //nolint:gosec // G203: it is escaped here
}

// PledgeHeld shows a pledge to its holder.
type PledgeHeld struct {
	Faults       []Fault
	Code         string
	Pledge       string // the ready-made one, or their own words
	Organisation string
	DueOn        day.Day // 0 if none
	Status       component.Radios
	StatusName   string // what the status is called, as it is stored
	Changed      bool   // the status has just been changed
}

func (p PledgeHeld) head() head {
	return head{template: "pledge_held", title: catalogue.Say("manage.heldTitle"), failed: len(p.Faults) > 0}
}

// Summary is what is wrong with the form.
func (p PledgeHeld) Summary() component.ErrorSummary { return summary(p.Faults) }

// Saved tells that the status was changed.
func (p PledgeHeld) Saved() component.NotificationBanner {
	return component.NotificationBanner{Title: catalogue.Say("frame.saved"), Text: catalogue.Say("manage.saved"), Success: true}
}

// About is what else there is to know of the pledge.
func (p PledgeHeld) About() component.SummaryList {
	l := component.SummaryList{Rows: []component.SummaryRow{row(catalogue.Say("pledge.organisation"), p.Organisation)}}
	if p.DueOn != 0 {
		l.Rows = append(l.Rows, row(catalogue.Say("pledge.dueOn"), date(p.DueOn)))
	}
	l.Rows = append(l.Rows, row(catalogue.Say("manage.so"), p.StatusName))
	return l
}
