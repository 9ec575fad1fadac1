package ui

import (
	"fmt"

	"learningforlife/shared/day"
)

// brand stands at the head of each page and in its title.
const brand = "Learning for Life"

const errorPrefix = "Error: "

// The titles of pages that name themselves.
const (
	homeTitle       = "Learning at work for all NHS staff"
	pledgeTitle     = "Make a learning pledge"
	pledgeDoneTitle = "You made a pledge"
	pledgeCodeTitle = "Open your pledge"
	pledgeHeldTitle = "Your pledge"
	surveyDoneTitle = "Thank you: we have your answers"
	surveyCodeTitle = "Withdraw your survey answers"
	withdrawalTitle = "Are you sure you want to withdraw?"
	withdrawnTitle  = "We have withdrawn it"
)

// What a submission is called on pages.
const (
	PledgeName   = "pledge"
	ResponseName = "survey answers"
)

// Messages at fields, where those for programs would name ids.
const (
	ChooseOrganisation = "Choose your organisation."
	ChooseAudience     = "Choose who you are."
	ChooseBandGroup    = "Choose your pay band."
	ChooseAnswer       = "Choose one of the answers."
	ChooseStatus       = "Choose how far you have got."
	RealDate           = "Enter a real date, such as 31 3 2027."
	FormTooOld         = "This form was open for too long. We have kept what you entered: check it and send it again."
	UnknownPledgeCode  = "We have no pledge under this code. Check it letter by letter."
	UnknownSurveyCode  = "We have no survey answers under this code. Check it letter by letter."
)

// Details of pages that say what cannot be done.
const (
	PledgeStands     = "You have sent this form before, with something else in it. The pledge that you sent first stands. You can open or withdraw it with its code."
	ResponseStands   = "You have sent this form before, with other answers. The answers that you sent first stand. You can withdraw them with their code."
	AlreadyWithdrawn = "What you sent under this code is withdrawn. Nothing more can be sent under it."
	UnknownSurvey    = "There is no such survey. Start from the first page of this site."
)

// OnlyIf says when a question is to be answered.
func OnlyIf(answer string, question int) string {
	return fmt.Sprintf("Answer this only if you answered “%s” to question %d.", answer, question)
}

// UnknownOrganisation says that a code names no organisation.
const UnknownOrganisation = "We know no NHS trust with this code. Start again and choose your organisation."

// ClosedOrganisation says that an organisation has closed, and which took its place, if one did.
func ClosedOrganisation(name string, successors []string) string {
	s := name + " is closed, so it takes no part."
	for i, successor := range successors {
		if i == 0 {
			s += " Start again and choose " + successor
		} else {
			s += " or " + successor
		}
	}
	if len(successors) > 0 {
		s += "."
	}
	return s
}

// NotYetOpenOrganisation says that an organisation does not exist yet.
func NotYetOpenOrganisation(name string, from day.Day) string {
	return fmt.Sprintf("%s opens on %s.", name, date(from))
}

// PledgeWindow says when pledges are taken.
func PledgeWindow(opens, closes day.Day) string {
	return fmt.Sprintf("Pledges are taken from %s to %s.", date(opens), date(closes))
}

// SurveyWindow says when a survey is open.
func SurveyWindow(name string, opens, closes day.Day) string {
	return fmt.Sprintf("The %s is open from %s to %s.", name, date(opens), date(closes))
}

// What reminders in a calendar say. Others may see a calendar, so a pledge's own words are not among it.
const (
	PledgeEvent       = "My learning pledge"
	PledgeEventText   = "Open your pledge and tell us how far you got:"
	SurveyEventText   = "Answer a few short questions about learning at work:"
	NothingToRemindOf = "No survey follows this one, so there is nothing to be reminded of."
)

// SurveyEvent is the title of the reminder of a survey.
func SurveyEvent(name string) string { return brand + ": " + name }

// The fields of the forms. The choices and what is wrong come from the caller.

// OrganisationField asks for the organisation.
func OrganisationField(name string, choices []Choice, fault string) Select {
	return Select{Name: name, Label: "Which organisation do you work for?", Hint: "Choose your NHS trust.", Error: fault, Choices: choices}
}

// AudienceField asks who is speaking.
func AudienceField(name string, choices []Choice, fault string) Radios {
	return Radios{Name: name, Legend: "Who are you?", Hint: "If more than one fits, choose the one you speak as today.", Error: fault, Groups: []Options{{Choices: choices}}}
}

// BandGroupField asks for the pay band.
func BandGroupField(name string, choices []Choice, fault string) Radios {
	return Radios{Name: name, Legend: "What is your pay band?", Hint: "It is on your payslip.", Error: fault, Groups: []Options{{Choices: choices}}}
}

// PledgeField asks for a ready-made pledge. A first choice, of the empty value, stands for none.
func PledgeField(name string, groups []Options, none bool, fault string) Radios {
	own := Options{Choices: []Choice{{Value: "", Text: "I will write my own", Chosen: none}}}
	return Radios{Name: name, Legend: "What do you pledge to do?", Hint: "Choose one, or write your own below. You may choose any, whoever you are.",
		Error: fault, Groups: append([]Options{own}, groups...)}
}

// OwnWordsField asks for a pledge in one's own words.
func OwnWordsField(name, value, fault string) Text {
	return Text{Name: name, Label: "Your own words (optional)", Hint: "Up to 200 characters. Do not name patients or colleagues.", Error: fault, Value: value}
}

// DisplayField asks whether one's own words may be shown.
func DisplayField(name string, ticked bool) Check {
	return Check{Name: name, Label: "You may show my own words to others", Hint: "A person reads them first. Your name is never with them: we do not know it.", Ticked: ticked}
}

// DueOnField asks for the day by which the pledge is to be kept.
func DueOnField(name, day, month, year, fault string) Date {
	return Date{Name: name, Legend: "By when? (optional)", Hint: "For example, 31 3 2027.", Error: fault, Day: day, Month: month, Year: year}
}

// CodeField asks for the code of a pledge or a survey.
func CodeField(name, value, fault string) Text {
	return Text{Name: name, Label: "Your code", Hint: "You got it when you sent the form. Capital letters, spaces and hyphens do not matter.", Error: fault, Value: value}
}

// BeforeField asks for the code of an earlier survey.
func BeforeField(name, value, earlier, fault string) *Text {
	return &Text{Name: name, Label: fmt.Sprintf("Your code from the %s (optional)", earlier),
		Hint: "It starts with S. With it we can see what has changed, and still not who you are.", Error: fault, Value: value}
}

// StatusField asks how far a pledge has got.
func StatusField(name string, choices []Choice, fault string) Radios {
	return Radios{Name: name, Legend: "How far have you got?", Error: fault, Groups: []Options{{Choices: choices}}}
}

// QuestionField is a question of the survey. The hint says when to answer it;
// a question with one also gets a choice, of the empty value, that takes the answer back.
func QuestionField(name string, number int, text, hint string, choices []Choice, fault string) Radios {
	if hint != "" {
		choices = append([]Choice{{Value: "", Text: "This does not apply to me"}}, choices...)
	}
	return Radios{Name: name, Legend: fmt.Sprintf("%d. %s", number, text), Hint: hint, Error: fault, Groups: []Options{{Choices: choices}}}
}

// StatusNames is what the states of a pledge are called, by the name that programs give them.
var StatusNames = map[string]string{
	"made":        "I have made it",
	"kept":        "I have kept it",
	"partly_kept": "I have kept a part of it",
	"not_kept":    "I did not keep it",
}
