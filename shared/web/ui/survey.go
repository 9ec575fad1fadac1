package ui

import "learningforlife/shared/web/ui/component"

// SurveyDone confirms a response.
type SurveyDone struct {
	Code        string // the receipt, in its form for people
	Next        *Survey
	ReturnURL   string // of the next survey, if there is one
	Remind      bool   // there is a day to be reminded of
	WithdrawURL string
}

func (p SurveyDone) head() head {
	return head{template: "survey_done", title: catalogue.Say("survey.doneTitle")}
}

// Panel confirms it.
func (p SurveyDone) Panel() component.Panel {
	return confirm(catalogue.Say("survey.doneTitle"), catalogue.Say("survey.code"), p.Code)
}
