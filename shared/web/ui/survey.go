package ui

// SurveyOrganisation asks which organisation a survey is for.
type SurveyOrganisation struct {
	Faults       []Fault
	Survey       Survey
	Organisation Select
}

func (p SurveyOrganisation) head() head {
	return head{template: "survey_organisation", title: p.Survey.Name, failed: len(p.Faults) > 0}
}

// SurveyAudience asks who is speaking.
type SurveyAudience struct {
	Faults       []Fault
	Survey       Survey
	Organisation string // its name
	Address      string // of the survey for the organisation
	Follows      bool   // the survey takes the code of an earlier one, which the script carries on
	Audience     Radios
}

func (p SurveyAudience) head() head {
	return head{template: "survey_audience", title: p.Survey.Name, failed: len(p.Faults) > 0, receipt: p.Follows}
}

// SurveyForm is the questions.
type SurveyForm struct {
	Faults       []Fault
	Receipt      string // minted for this form; sent with it, so that sending twice is sending once
	Survey       Survey
	Organisation string // its name
	Address      string // of the survey for the organisation
	Audience     Choice // chosen before
	BandGroup    Radios
	Questions    []Radios
	Before       *Text // for the code of the earlier survey; nil if this one follows none
}

func (p SurveyForm) head() head {
	return head{template: "survey", title: p.Survey.Name, failed: len(p.Faults) > 0, receipt: p.Before != nil}
}

// SurveyDone confirms a response.
type SurveyDone struct {
	Code        string // the receipt, in its form for people
	Next        *Survey
	ReturnURL   string // of the next survey, if there is one
	Remind      bool   // there is a day to be reminded of
	WithdrawURL string
}

func (p SurveyDone) head() head { return head{template: "survey_done", title: surveyDoneTitle} }

// SurveyCode asks for the code of the response to withdraw.
type SurveyCode struct {
	Faults []Fault
	Code   Text
}

func (p SurveyCode) head() head {
	return head{template: "survey_code", title: surveyCodeTitle, failed: len(p.Faults) > 0, receipt: true}
}
