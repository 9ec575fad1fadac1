package sample

import (
	"learningforlife/shared/day"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/web/ui"
)

// dashboard has a row of each sort; that of the empty text stands before the first release.
func (m *maker) dashboard() ui.Dashboard {
	choice := m.choices()
	page := ui.Dashboard{Level: ui.LevelField("level", choice), Objective: ui.ObjectiveField("objective", choice), Group: ui.GroupField("group", choice)}
	if m.text == "" {
		return page
	}
	some, count, corrected, yes := 53.6, 6000, 1, true
	wave := release.Wave{Value: &some, Bound: &m.text, Low: &some, High: &some, Respondents: &count}
	withheld := release.Withheld(m.text)
	table := func(id string, places bool) []ui.Scores {
		return []ui.Scores{{ID: id, Number: 1, Title: m.text, Before: m.text, After: m.text, Places: places, Rows: []ui.ScoreRow{
			{Place: m.text + "a", Group: m.text + "a", First: m.text, Others: m.text, Score: release.Score{Before: wave, After: wave,
				Change: &release.Change{Selection: &yes, Coverage: new(float64)}, Status: &m.text, Provisional: true,
				Further: &count, Target: &release.Target{By: day.Must("2027-11-30")}, Details: release.Details{Gap: &release.Gap{Before: &some}}}},
			{Place: m.text + "b", Group: m.text + "b", Score: release.Score{After: wave}},
			{Place: m.text + "c", Group: m.text + "c", Score: release.Score{Withheld: &withheld}},
		}}}
	}
	page.Release = &release.Head{Seq: 2, PublishedAt: day.Must("2026-11-22"), Campaign: m.text, Method: m.text, Corrects: &corrected}
	page.Nation, page.Chosen, page.Asked = table("nation-1", false), table("chosen-1", true), true
	page.Notes, page.DataURL = []string{m.text}, "/v1/scores?code="+m.text
	return page
}

// howScoresWork has two objectives, one of them with all there may be; that of the empty text has none.
func (m *maker) howScoresWork() ui.HowScoresWork {
	page := ui.HowScoresWork{Campaign: m.text, Before: m.survey1(), After: m.survey2(), Shortfall: ui.Fraction{1, 3}, Rules: method.Numbers(),
		Most: 3, Sequence: 0.0004, Minimum: 11, Version: method.Version,
		Rulings: method.Rulings, Statuses: method.Statuses, Sources: method.Sources}
	if !m.faulty {
		return page
	}
	text := m.text
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
