package ui

import (
	"html/template"
	"strconv"

	"learningforlife/shared/day"
	"learningforlife/shared/web/ui/component"
)

// The words of the forms, by what they ask for.

// NoOrganisation says what to do if one's organisation is not in the list.
func NoOrganisation() (template.HTML, error) {
	return component.Render(component.Details{Summary: catalogue.Say("ask.organisationNone"), Content: paragraph(catalogue.Say("ask.organisationNoneText"))})
}

// PledgeTitle is the title of the form for a pledge.
func PledgeTitle() string { return catalogue.Say("pledge.title") }

// PledgeAsk is how a question of the form for a pledge is put.
func PledgeAsk() Ask { return Ask{Alone: true, Caption: catalogue.Say("pledge.about")} }

// PledgeLead stands above the first question of the form for a pledge.
func PledgeLead() template.HTML { return paragraph(catalogue.Say("pledge.introduction")) }

// PledgeSend is what the button says that makes a pledge.
func PledgeSend() string { return catalogue.Say("pledge.send") }

// Continue is what the button says that leads to the next step.
func Continue() string { return catalogue.Say("frame.continue") }

// PledgeCheck lists a pledge before it is made.
func PledgeCheck() Check {
	return Check{Title: catalogue.Say("pledge.checkTitle"), Hint: catalogue.Say("pledge.checkHint"), Send: PledgeSend()}
}

// What the entries of a pledge are called in the list.
var (
	PledgeOrganisation = catalogue.Say("pledge.organisation")
	PledgeAudience     = catalogue.Say("pledge.audience")
	PledgeBandGroup    = catalogue.Say("pledge.bandGroup")
	PledgePledge       = catalogue.Say("pledge.pledge")
	PledgeDisplay      = catalogue.Say("pledge.display")
	PledgeDueOn        = catalogue.Say("pledge.dueOn")
	PledgeNoDate       = catalogue.Say("pledge.noDate")
)

// PledgeShown says whether others may see one's own words.
func PledgeShown(show bool) string {
	if show {
		return catalogue.Say("pledge.displayYes")
	}
	return catalogue.Say("pledge.displayNo")
}

// PledgeDate writes the day by which a pledge is to be kept.
func PledgeDate(d day.Day) string { return date(d) }

// AboutAsk is how a question about the person is put in a survey.
func AboutAsk(s Survey) Ask {
	return Ask{Alone: true, Caption: catalogue.Say("survey.about", "name", s.Name)}
}

// QuestionAsk is how a question of the survey is put.
func QuestionAsk(s Survey, number, count int) Ask {
	return Ask{Alone: true, Caption: catalogue.Say("survey.progress", "name", s.Name, "number", strconv.Itoa(number), "count", strconv.Itoa(count))}
}

// SurveyLead stands above the first question of a survey.
func SurveyLead(s Survey) template.HTML {
	return "<p>" + catalogue.HTML("survey.introduction") + " " + catalogue.HTML("survey.until", "closes", date(s.Closes)) + "</p>"
}

// SurveyAt says for whom the survey is answered, with the address at which another is chosen.
func SurveyAt(organisation, address string) template.HTML {
	return "<p>" + catalogue.HTML("survey.at", "organisation", organisation, "address", address) + "</p>"
}

// WholeTitle is the title of a survey with all its questions on one page.
func WholeTitle(s Survey) string { return catalogue.Say("survey.wholeTitle", "name", s.Name) }

// WholeLead stands above the questions of a survey that are all on one page.
func WholeLead() template.HTML { return paragraph(catalogue.Say("survey.wholeHint")) }

// SurveySend is what the button says that sends a response.
func SurveySend() string { return catalogue.Say("survey.send") }

// SurveyCheck lists a response before it is sent.
func SurveyCheck() Check {
	return Check{Title: catalogue.Say("survey.checkTitle"), Hint: catalogue.Say("survey.checkHint"), Questions: true, Send: SurveySend()}
}

// What the entries of a response are called in the list.
var (
	SurveyAudience  = catalogue.Say("survey.audience")
	SurveyBandGroup = catalogue.Say("survey.bandGroup")
)

// SurveyBefore is what the code of an earlier survey is called in the list.
func SurveyBefore(earlier string) string { return catalogue.Say("survey.before", "name", earlier) }

// Numbered is a question with its number.
func Numbered(number int, text string) string {
	return catalogue.Say("survey.numbered", "number", strconv.Itoa(number), "text", text)
}
