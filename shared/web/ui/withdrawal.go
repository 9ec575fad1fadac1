package ui

import (
	"html/template"

	"learningforlife/shared/web/ui/component"
)

// Code asks for the code of a pledge or a response, and says what to do without one.
type Code struct {
	Title, Text, Lost string
	Later             string // what withdrawing does to scores; empty where it does nothing
	Faults            []Fault
	Address           string
	Code              component.Input
}

func (p Code) head() head { return head{template: "code", title: p.Title, failed: len(p.Faults) > 0} }

// Summary is what is wrong with the form.
func (p Code) Summary() component.ErrorSummary { return summary(p.Faults) }

// LostCode says what to do without the code.
func (p Code) LostCode() component.Details {
	return component.Details{Summary: catalogue.Say("manage.lost"), Content: paragraph(p.Lost)}
}

// PledgeCode asks for the code of a pledge.
func PledgeCode(faults []Fault, address string, field component.Input) Code {
	return Code{catalogue.Say("manage.title"), catalogue.Say("manage.text"), catalogue.Say("manage.lostText"), "", faults, address, field}
}

// ResponseCode asks for the code of the response to withdraw.
func ResponseCode(faults []Fault, address string, field component.Input) Code {
	return Code{catalogue.Say("withdraw.title"), catalogue.Say("withdraw.text"), catalogue.Say("withdraw.lostText"), catalogue.Say("withdraw.responseLater"), faults, address, field}
}

// Withdrawal asks whether to withdraw a submission for good.
type Withdrawal struct {
	Code    string
	Address string // where the answer goes
	Text    string // the pledge; empty for a response, whose answers are never shown
	Pledge  bool   // it is a pledge
}

func (p Withdrawal) head() head {
	return head{template: "withdrawal", title: catalogue.Say("withdraw.sure")}
}

// Warning says what withdrawing does.
func (p Withdrawal) Warning() string {
	if p.Pledge {
		return catalogue.Say("withdraw.pledgeWarning")
	}
	return catalogue.Say("withdraw.responseWarning")
}

// Later says what withdrawing does to scores; it is empty for a pledge, of which there are none.
func (p Withdrawal) Later() string {
	if p.Pledge {
		return ""
	}
	return catalogue.Say("withdraw.responseLater")
}

// Button withdraws.
func (p Withdrawal) Button() component.Button {
	b := component.Button{Text: catalogue.Say("withdraw.responseButton"), Variant: "warning", Once: true}
	if p.Pledge {
		b.Text = catalogue.Say("withdraw.pledgeButton")
	}
	return b
}

// Keep leads away.
func (p Withdrawal) Keep() string {
	if p.Pledge {
		return catalogue.Say("withdraw.pledgeKeep")
	}
	return catalogue.Say("withdraw.responseKeep")
}

// Withdrawn says that a submission was withdrawn.
type Withdrawn struct {
	Pledge bool // it was a pledge
}

func (p Withdrawn) head() head { return head{template: "withdrawn", title: p.Heading()} }

// Heading says what was withdrawn.
func (p Withdrawn) Heading() string {
	if p.Pledge {
		return catalogue.Say("withdraw.pledgeDone")
	}
	return catalogue.Say("withdraw.responseDone")
}

// Gone says what that did.
func (p Withdrawn) Gone() string {
	if p.Pledge {
		return catalogue.Say("withdraw.pledgeGone")
	}
	return catalogue.Say("withdraw.responseLater")
}

// Panel confirms it.
func (p Withdrawn) Panel() component.Panel { return component.Panel{Heading: p.Heading(), Size: "l"} }

// row is a row of a list that nothing can be changed in.
func row(key, value string) component.SummaryRow {
	return component.SummaryRow{Key: key, Value: template.HTML(template.HTMLEscapeString(value))} //nolint:gosec // G203: it is escaped here
}

func paragraph(text string) template.HTML {
	return template.HTML("<p>" + template.HTMLEscapeString(text) + "</p>") //nolint:gosec // G203: it is escaped here
}
