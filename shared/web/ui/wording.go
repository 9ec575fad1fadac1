package ui

import (
	"learningforlife/shared/day"
)

// What is said at fields and on pages by those who handle requests. All of it is in the catalogue.
var (
	ChooseOrganisation = catalogue.Say("fault.organisation")
	ChooseAudience     = catalogue.Say("fault.audience")
	ChooseBandGroup    = catalogue.Say("fault.bandGroup")
	ChooseAnswer       = catalogue.Say("fault.answer")
	AnswerOne          = catalogue.Say("fault.answers")
	ChoosePledge       = catalogue.Say("fault.pledge")
	WriteOwnWords      = catalogue.Say("fault.ownWords")
	ChooseStatus       = catalogue.Say("fault.status")
	FormTooOld         = catalogue.Say("fault.tooOld")
	FormLost           = catalogue.Say("fault.lost")
	UnknownPledgeCode  = catalogue.Say("fault.pledgeCode")
	UnknownSurveyCode  = catalogue.Say("fault.surveyCode")

	PledgeStands        = catalogue.Say("problem.pledgeStands")
	ResponseStands      = catalogue.Say("problem.responseStands")
	AlreadyWithdrawn    = catalogue.Say("problem.withdrawn")
	UnknownSurvey       = catalogue.Say("problem.unknownSurvey")
	UnknownOrganisation = catalogue.Say("problem.unknownOrganisation")
	NothingToRemindOf   = catalogue.Say("problem.nothingToRemind")

	PledgeEvent     = catalogue.Say("event.pledge")
	PledgeEventText = catalogue.Say("event.pledgeText")
	SurveyEventText = catalogue.Say("event.surveyText")
)

// RealDate says that a date is none, with one that would be.
func RealDate(example string) string { return catalogue.Say("fault.realDate", "example", example) }

// ExampleDate is a day as people enter it in three fields.
func ExampleDate(d day.Day) string { return d.Time().Format("2 1 2006") }

// OnlyIf says when a question is to be answered.
func OnlyIf(answer string, question string) string {
	return catalogue.Say("fault.onlyIf", "answer", answer, "question", question)
}

// ClosedOrganisation says that an organisation has closed, and which took its place, if one did.
func ClosedOrganisation(name string, successors []string) string {
	if len(successors) == 0 {
		return catalogue.Say("problem.closed", "name", name)
	}
	next := successors[0]
	for _, s := range successors[1:] {
		next = catalogue.Say("problem.or", "one", next, "other", s)
	}
	return catalogue.Say("problem.closedNext", "name", name, "next", next)
}

// NotYetOpenOrganisation says that an organisation does not exist yet.
func NotYetOpenOrganisation(name string, from day.Day) string {
	return catalogue.Say("problem.opens", "name", name, "from", date(from))
}

// PledgeWindow says when pledges are taken.
func PledgeWindow(opens, closes day.Day) string {
	return catalogue.Say("problem.pledgeWindow", "opens", date(opens), "closes", date(closes))
}

// SurveyWindow says when a survey is open.
func SurveyWindow(name string, opens, closes day.Day) string {
	return catalogue.Say("problem.surveyWindow", "name", name, "opens", date(opens), "closes", date(closes))
}

// SurveyEvent is the title of the reminder of a survey.
func SurveyEvent(name string) string {
	return catalogue.Say("event.survey", "brand", catalogue.Say("frame.brand"), "name", name)
}

// StatusName is what a state of a pledge is called, by the name that programs give it.
func StatusName(id string) string { return catalogue.Say("status." + id) }
