package ui_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/day"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/web/ui"
	"learningforlife/shared/web/ui/htmltest"
)

// hostile is text that must come out as text wherever it is put.
const hostile = `"><script>alert(1)</script><b style='x' onclick=y>` + "\u202e\x00'&amp;"

// pages builds each page from one text, wherever a page takes one. Fields that the program names keep their names.
func pages(text string) map[string]ui.Page {
	choice := []ui.Choice{{Value: text + "1", Text: "First " + text, Chosen: true}, {Value: text + "2", Text: "Second " + text}}
	groups := []ui.Options{{Heading: text, Choices: choice}}
	faults := func(fields ...string) []ui.Fault {
		if text == "" {
			return nil
		}
		list := []ui.Fault{{Message: text}}
		for _, f := range fields {
			list = append(list, ui.Fault{Field: f, Message: text})
		}
		return list
	}
	one, year := day.Must("2026-01-01"), day.Must("2026-12-31")
	survey := ui.Survey{ID: "before", Name: "First survey" + text, Opens: one, Closes: year, Open: true}
	later := ui.Survey{ID: "after", Name: "Second survey" + text, Opens: one, Closes: year}
	return map[string]ui.Page{
		"home": ui.Home{Campaign: text, Objectives: []ui.Objective{{Number: 1, Title: "Objective" + text, Aim: text}}, Opens: one, Closes: year, Open: text == "", Surveys: []ui.Survey{survey, later}},
		"pledge": ui.PledgeForm{Faults: faults("organisation", "audience", "bandGroup", "pledge", "ownWords", "dueOn"), Receipt: text,
			Organisation: ui.OrganisationField("organisation", choice, text), Audience: ui.AudienceField("audience", choice, text),
			BandGroup: ui.BandGroupField("bandGroup", choice, text), Pledge: ui.PledgeField("pledge", groups, false, text),
			OwnWords: ui.OwnWordsField("ownWords", text, text), Display: ui.DisplayField("display", true), DueOn: ui.DueOnField("dueOn", text, text, text, text)},
		"pledge done":         ui.PledgeDone{Code: text, ManageURL: "https://site.example/pledge/manage#" + text},
		"pledge code":         ui.PledgeCode{Faults: faults("receipt"), Code: ui.CodeField("receipt", text, text)},
		"pledge held":         ui.PledgeHeld{Faults: faults("status"), Code: text, Pledge: text, Organisation: text, DueOn: year, Status: ui.StatusField("status", choice, text), StatusName: text, Changed: true},
		"survey organisation": ui.SurveyOrganisation{Faults: faults("organisation"), Survey: survey, Organisation: ui.OrganisationField("organisation", choice, text)},
		"survey audience":     ui.SurveyAudience{Faults: faults("audience"), Survey: later, Organisation: text, Address: "/survey/after/RXX" + text, Follows: true, Audience: ui.AudienceField("audience", choice, text)},
		"survey": ui.SurveyForm{Faults: faults("bandGroup", "answers.A1", "answers.A6", "before"), Receipt: text, Survey: later, Organisation: text, Address: "/survey/after/RXX" + text, Audience: choice[0],
			BandGroup: ui.BandGroupField("bandGroup", choice, text),
			Questions: []ui.Radios{ui.QuestionField("answers.A1", 1, text, "", choice, text), ui.QuestionField("answers.A6", 2, text, ui.OnlyIf(text, 1), choice, text)},
			Before:    ui.BeforeField("before", text, text, text)},
		"survey done":      ui.SurveyDone{Code: text, Next: &later, ReturnURL: "https://site.example/survey/after/RXX#" + text, Remind: true, WithdrawURL: "https://site.example/survey/withdraw#" + text},
		"last survey done": ui.SurveyDone{Code: text, WithdrawURL: "https://site.example/survey/withdraw#" + text},
		"survey code":      ui.SurveyCode{Faults: faults("receipt"), Code: ui.CodeField("receipt", text, text)},
		"withdrawal":       ui.Withdrawal{Code: text, Address: "/pledge/manage", What: ui.PledgeName, Text: text},
		"withdrawn":        ui.Withdrawn{What: ui.ResponseName},
		"sign in":          ui.SignIn{Faults: faults("token"), Token: ui.TokenField("token", text)},
		"dashboard":        dashboard(text),
		"how scores work":  howScoresWork(text, survey, later),
		"problem":          ui.Problem{Title: "Not open" + text, Detail: text},
	}
}

// dashboard has a row of each sort; that of the empty text stands before the first release.
func dashboard(text string) ui.Dashboard {
	choice := []ui.Choice{{Value: text + "1", Text: "First " + text, Chosen: true}, {Value: text + "2", Text: "Second " + text}}
	page := ui.Dashboard{Level: ui.LevelField("level", choice), Objective: ui.ObjectiveField("objective", choice), Group: ui.GroupField("group", choice)}
	if text == "" {
		return page
	}
	some, count, corrected, yes := 53.6, 6000, 1, true
	wave := release.Wave{Value: &some, Bound: &text, Low: &some, High: &some, Respondents: &count}
	withheld := release.Withheld(text)
	table := func(id string, places bool) []ui.Scores {
		return []ui.Scores{{ID: id, Number: 1, Title: text, Before: text, After: text, Places: places, Rows: []ui.ScoreRow{
			{Place: text + "a", Group: text + "a", First: text, Others: text, Score: release.Score{Before: wave, After: wave, Change: &release.Change{Selection: &yes, Coverage: new(float64)}, Status: &text, Provisional: true,
				Further: &count, Target: &release.Target{By: day.Must("2027-11-30")}, Details: release.Details{Gap: &release.Gap{Before: &some}}}},
			{Place: text + "b", Group: text + "b", Score: release.Score{After: wave}},
			{Place: text + "c", Group: text + "c", Score: release.Score{Withheld: &withheld}},
		}}}
	}
	page.Release = &release.Head{Seq: 2, PublishedAt: day.Must("2026-11-22"), Campaign: text, Method: text, Corrects: &corrected}
	page.Nation, page.Chosen, page.Asked = table("nation-1", false), table("chosen-1", true), true
	page.Notes, page.DataURL = []string{text}, "/v1/scores?code="+text
	return page
}

// howScoresWork has two objectives, one of them with all there may be; that of the empty text has none.
func howScoresWork(text string, before, after ui.Survey) ui.HowScoresWork {
	page := ui.HowScoresWork{Campaign: text, Before: before, After: after, Shortfall: ui.Fraction{1, 3}, Rules: method.Numbers(), Rulings: method.Rulings, Statuses: method.Statuses, Sources: method.Sources}
	if text == "" {
		return page
	}
	list := []string{text + "a", text + "b", text + "c"}
	opening := &ui.Opening{Question: text, Answer: text}
	measure := func(id string) ui.Measure {
		return ui.Measure{ID: id, Groups: list, Audiences: list, Values: []float64{0, 50, 100}, Base: list, Learners: true,
			Items: []ui.MeasureItem{{Text: text, For: list, Against: list, AskedIf: opening}, {Text: text + "2", For: list[:1], Against: list[:1]}}}
	}
	page.Objectives = []ui.ScoredObjective{
		{Objective: ui.Objective{Number: 1, Title: text, Aim: text}, Measures: []ui.Measure{measure("objective-1-1"), measure("objective-1-2")},
			Priority: &ui.Priority{Whole: text, Group: text, Others: text, Gap: ui.Fraction{1, 2}}},
		{Objective: ui.Objective{Number: 2, Title: text, Aim: text}, Measures: []ui.Measure{measure("objective-2-1")}},
	}
	page.Groups = []ui.ScoredGroup{{Name: text, Audiences: list, Levels: list}, {Name: text, Audiences: list, Bands: list, Levels: list[:1]}}
	page.Shares, page.Illustrative, page.Apart = []ui.StaffShare{{Group: text, Share: ui.Fraction{2, 5}}}, true, list
	page.Claims = [][]ui.ClaimPart{{{Objective: 1, Group: text}, {Objective: 1, Group: text}}, {{Objective: 2, Group: text}}}
	page.Leasts = []ui.Least{{Where: text, People: 100}}
	return page
}

func write(t *testing.T, p ui.Page) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, ui.Write(&b, p))
	return b.String()
}

func TestEveryPageIsSound(t *testing.T) {
	for sample, text := range map[string]string{"plain": "", "typical": "Ask me", "hostile": hostile} {
		for name, p := range pages(text) {
			t.Run(sample+"/"+name, func(t *testing.T) {
				body := write(t, p)
				htmltest.Parse(t, body)
				require.NotContains(t, body, "<script>")
				require.NotContains(t, body, "ZgotmplZ", "no value stands where the template engine cannot make it safe")
				require.LessOrEqual(t, strings.Count(body, "<script"), 1)
			})
		}
	}
}

func TestFaultsStandInTheSummaryAndAtTheField(t *testing.T) {
	body := write(t, pages("Say it.")["pledge"])
	p := htmltest.Parse(t, body)
	require.Len(t, p.Faults(), 7)
	require.Equal(t, "Error: Make a learning pledge – Learning for Life", p.Text("title"))
	require.Equal(t, 6, strings.Count(body, `<span class="unseen">Error: </span>Say it.`), "each field says the same")
	require.Contains(t, p.Links(), "#organisation")
	require.Equal(t, "select", p.ByID("organisation").Data)
	require.Equal(t, "input", p.ByID("dueOn").Data, "the way leads to the first of the three fields")
	require.Equal(t, "input", p.ByID("audience").Data, "the way leads to the first radio button")
}

func TestValuesAreKept(t *testing.T) {
	form := htmltest.Parse(t, write(t, pages("Say it.")["survey"])).Form("Send my answers")
	require.Equal(t, "POST", form.Method)
	for name, value := range map[string]string{
		"receipt": "Say it.", "audience": "Say it.1", "bandGroup": "Say it.1", "answers.A1": "Say it.1", "answers.A6": "Say it.1", "before": "Say it.",
	} {
		require.Equal(t, value, form.Values.Get(name), name)
	}
}

func TestOwnWordsKeepTheirLines(t *testing.T) {
	p := pages("")["pledge"].(ui.PledgeForm)
	p.OwnWords.Value = "\nTwo\nlines"
	form := htmltest.Parse(t, write(t, p)).Form("Make this pledge")
	require.Equal(t, "\nTwo\nlines", form.Values.Get("ownWords"))
}

func TestOnlyPagesThatTakeAReceiptHaveTheScript(t *testing.T) {
	with := map[string]bool{"pledge code": true, "survey code": true, "survey": true, "survey audience": true}
	for name, p := range pages("") {
		require.Equal(t, with[name], strings.Contains(write(t, p), "<script"), name)
	}
}

func TestClosedOrganisation(t *testing.T) {
	require.Equal(t, "Old Trust is closed, so it takes no part.", ui.ClosedOrganisation("Old Trust", nil))
	require.Equal(t, "Old Trust is closed, so it takes no part. Start again and choose New Trust or Other Trust.",
		ui.ClosedOrganisation("Old Trust", []string{"New Trust", "Other Trust"}))
	require.Equal(t, "New Trust opens on 1 April 2027.", ui.NotYetOpenOrganisation("New Trust", day.Must("2027-04-01")))
}
