// Package sample is one of each page and state, made of one text wherever a page takes one: for
// people to look at (package gallery), and for tests to try with texts that are harmless, long or hostile.
package sample

import (
	"fmt"
	"html/template"
	"strings"

	"learningforlife/shared/day"
	"learningforlife/shared/web/ui"
	"learningforlife/shared/web/ui/component"
)

// Page is a page with the name of its state.
type Page struct {
	Name string
	ui.Page
}

// Pages returns the samples in the order in which people meet them. A text that is not empty also stands at every
// field as what is wrong with it. Names of fields and steps stay as they are.
func Pages(text string) ([]Page, error) {
	m := maker{text: text, faulty: text != ""}
	all := append(m.public(), m.pledge()...)
	all = append(all, m.survey()...)
	all = append(all, m.stored()...)
	all = append(all, m.problems()...)
	all = append(all, Page{"sign-in", ui.SignIn{Faults: m.faults("token"), Token: ui.TokenField("token", text)}}, Page{"dashboard", m.dashboard()})
	return all, m.err
}

type maker struct {
	text   string
	faulty bool
	err    error
}

var (
	first, last = day.Must("2026-01-01"), day.Must("2026-12-31")
	code        = "S-2EN6-QMHV-YD88-4FPE-2J0H-2W18-Y1RE-3G3G"
)

const site = "https://site.example"

func (m *maker) survey1() ui.Survey {
	return ui.Survey{ID: "before", Name: "First survey" + m.text, Opens: first, Closes: last, Open: true}
}

func (m *maker) survey2() ui.Survey {
	return ui.Survey{ID: "after", Name: "Second survey" + m.text, Opens: first, Closes: last}
}

func (m *maker) choices() []ui.Choice {
	return []ui.Choice{{Value: m.text + "1", Text: "First " + m.text, Chosen: true}, {Value: m.text + "2", Text: "Second " + m.text}}
}

func (m *maker) faults(fields ...string) []ui.Fault {
	if !m.faulty {
		return nil
	}
	list := []ui.Fault{{Message: m.text}}
	for _, f := range fields {
		list = append(list, ui.Fault{Field: f, Message: m.text})
	}
	return list
}

// must keeps the first error, so that samples can be listed.
func must[T any](m *maker) func(T, error) T {
	return func(made T, err error) T {
		if m.err == nil {
			m.err = err
		}
		return made
	}
}

func (m *maker) step(title, at string, faults []ui.Fault, controls ...component.Component) ui.Step {
	return ui.Step{Title: title + m.text, Faults: faults, Method: "post", Address: "/pledge", State: "state" + m.text, At: at, Before: true,
		Controls: controls, Send: ui.Continue()}
}

func (m *maker) public() []Page {
	settings := ui.Settings{Brand: m.text, Controller: m.text, Contact: m.text}
	return []Page{
		{"home", ui.Home{Campaign: m.text, Objectives: []ui.Objective{{Number: 1, Title: "Objective" + m.text, Aim: m.text}}, Opens: first, Closes: last,
			Open: !m.faulty, Surveys: []ui.Survey{m.survey1(), m.survey2()}}},
		{"why", ui.Why()}, {"how-scores-work", m.howScoresWork()}, {"privacy", ui.Privacy(settings)}, {"accessibility", ui.Accessibility(settings)}, {"cookies", ui.Cookies()},
	}
}

func (m *maker) pledge() []Page {
	organisation := m.step(ui.PledgeTitle(), "organisation", m.faults("organisation"), ui.OrganisationField("organisation", m.choices(), ui.Ask{}, m.text))
	organisation.Lead, organisation.Below = ui.PledgeLead(), must[template.HTML](m)(ui.NoOrganisation())
	pledge := m.step(ui.PledgeTitle(), "pledge", m.faults("pledge", "ownWords"), ui.PledgeField("pledge", m.choices()[1:], m.faulty, ui.PledgeAsk(), m.text))
	pledge.Below = must[template.HTML](m)(ui.OwnWordsField(ui.OwnWords{Words: m.text, Show: true, Fault: m.text, Field: "ownWords", ShowField: "display", Most: 200}))
	check := ui.PledgeCheck()
	check.Address, check.State, check.Faults = "/pledge", "state"+m.text, m.faults(ui.ChangeID("pledge"))
	check.Rows = []ui.CheckRow{{Question: ui.PledgeOrganisation, Answer: m.text, Field: "organisation"}, {Question: ui.PledgePledge, Answer: m.text, Field: "pledge"},
		{Question: ui.PledgeDueOn, Answer: ui.PledgeDate(last), Field: "dueOn"}}
	return []Page{
		{"pledge-organisation", organisation},
		{"pledge-audience", m.step(ui.PledgeTitle(), "audience", m.faults("audience"), ui.AudienceField("audience", m.choices(), false, ui.PledgeAsk(), m.text))},
		{"pledge-pledge", pledge},
		{"pledge-date", m.step(ui.PledgeTitle(), "dueOn", m.faults("dueOn"), ui.DueOnField("dueOn", m.text, m.text, m.text, ui.PledgeAsk(), ui.ExampleDate(last), m.text))},
		{"pledge-check", check},
		{"pledge-done", ui.PledgeDone{Code: strings.Replace(code, "S", "P", 1) + m.text, ManageURL: site + "/pledge/manage#" + m.text}},
	}
}

func (m *maker) survey() []Page {
	audience := m.step("First survey", "audience", m.faults("audience"), ui.AudienceField("audience", m.choices(), true, ui.Ask{}, m.text))
	audience.Lead, audience.Whole = ui.SurveyLead(m.survey1())+ui.SurveyAt("Trust"+m.text, "/survey/before"), true
	audience.Receipt, audience.ReceiptName, audience.ReceiptValue = true, "carried", m.text
	whole := m.step(ui.WholeTitle(m.survey2()), "whole", m.faults("bandGroup", "answers.A1", "answers.A6", "before"),
		ui.BandGroupField("bandGroup", m.choices(), true, ui.Ask{}, m.text),
		ui.QuestionInList("answers.A1", 1, "Question "+m.text, "", m.choices(), m.text),
		ui.QuestionInList("answers.A6", 2, "Question "+m.text, ui.OnlyIf(m.text, "1"), m.choices(), m.text),
		ui.BeforeField("before", m.text, "first survey"+m.text, ui.Ask{}, m.text))
	whole.Lead, whole.Send, whole.Go = ui.WholeLead(), ui.SurveySend(), ui.GoSend
	check := ui.SurveyCheck()
	check.Address, check.State, check.Faults = "/survey/before/RXX"+m.text, "state"+m.text, m.faults(ui.ChangeID("answers.A1"))
	check.Rows = []ui.CheckRow{{Question: ui.SurveyAudience, Field: "audience"}, {Question: ui.Numbered(1, "Question "+m.text), Answer: m.text, Field: "answers.A1"}}
	later := m.survey2()
	return []Page{
		{"survey-audience", audience},
		{"survey-question", m.step("First survey", "answers.A1", m.faults("answers.A1"),
			ui.QuestionField("answers.A1", "Question "+m.text, m.choices(), ui.QuestionAsk(m.survey1(), 1, 6), m.text))},
		{"survey-before", m.step("Second survey", "before", m.faults("before"), ui.BeforeField("before", m.text, "first survey", ui.AboutAsk(m.survey2()), m.text))},
		{"survey-whole", whole},
		{"survey-check", check},
		{"survey-done", ui.SurveyDone{Code: code + m.text, Next: &later, ReturnURL: site + "/survey/after/RXX#" + m.text, Remind: true, WithdrawURL: site + "/survey/withdraw#" + m.text}},
		{"survey-done-last", ui.SurveyDone{Code: code + m.text, WithdrawURL: site + "/survey/withdraw#" + m.text}},
	}
}

// stored are the pages for what is stored under a receipt.
func (m *maker) stored() []Page {
	held := ui.PledgeHeld{Faults: m.faults("status"), Code: m.text, Pledge: m.text, Organisation: m.text, DueOn: last,
		Status: ui.StatusField("status", m.choices(), m.text), StatusName: m.text, Changed: !m.faulty}
	return []Page{
		{"manage-code", ui.PledgeCode(m.faults("receipt"), "/pledge/manage", ui.PledgeCodeField("receipt", m.text, m.text))},
		{"manage-held", held},
		{"withdraw-code", ui.ResponseCode(m.faults("receipt"), "/survey/withdraw", ui.ResponseCodeField("receipt", m.text, m.text))},
		{"withdrawal-pledge", ui.Withdrawal{Code: m.text, Address: "/pledge/manage", Text: m.text, Pledge: true}},
		{"withdrawal-survey", ui.Withdrawal{Code: m.text, Address: "/survey/withdraw"}},
		{"withdrawn-pledge", ui.Withdrawn{Pledge: true}},
		{"withdrawn-survey", ui.Withdrawn{}},
	}
}

func (m *maker) problems() (list []Page) {
	for _, status := range []int{404, 409, 410, 429, 500, 503} {
		p := ui.Problem{Status: status, Title: fmt.Sprintf("Problem %d%s", status, m.text), Detail: m.text}
		if status == 429 || status >= 500 {
			p.Again = &ui.Again{Address: "/pledge", State: "state" + m.text}
		}
		list = append(list, Page{fmt.Sprintf("problem-%d", status), p})
	}
	return list
}
