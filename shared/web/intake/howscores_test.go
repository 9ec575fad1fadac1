package intake_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/method"
	"learningforlife/shared/web/intake"
	"learningforlife/shared/web/ui/htmltest"
)

// explained is the page that explains the scores of the shipped campaign with the edits made.
func explained(t *testing.T, edits ...campaigntest.Edit) *htmltest.Page {
	t.Helper()
	var change []func(*intake.Config)
	if len(edits) > 0 {
		change = append(change, with(campaigntest.Load(t, edits...)))
	}
	return newSite(t, change...).get("/how-scores-work", 200)
}

// TestHowScoresWorkFollowsTheCampaign changes the campaign file in one place at a time: the page says the new, and no longer the old.
func TestHowScoresWorkFollowsTheCampaign(t *testing.T) {
	edit := func(edits ...campaigntest.Edit) []campaigntest.Edit { return edits }
	json := campaigntest.JSON
	shipped := explained(t).Text("main")
	for name, c := range map[string]struct {
		edits    []campaigntest.Edit
		old, new []string
	}{
		"name": {edit(json(`"name": "Learning for Life",`, `"name": "Learning Together",`)),
			[]string{"Learning for Life has 4"}, []string{"Learning Together has 4"}},
		"minimum": {edit(json(`"minimum": 11`, `"minimum": 13`)),
			[]string{"no score of fewer than 11 people", "only if at least 11 of them", "are at least 11, and the others", "people or at least 11.", "if they are fewer than 11", "sends 10 made-up"},
			[]string{"no score of fewer than 13 people", "only if at least 13 of them", "are at least 13, and the others", "people or at least 13.", "if they are fewer than 13", "sends 12 made-up"}},
		"target": {edit(json(`"most": 3`, `"most": 4.5`)),
			[]string{"rise by 3 points, or by 1/3", "T = min(3,"}, []string{"rise by 4.5 points, or by 1/3", "T = min(4.5,"}},
		"shortfall": {edit(json(`"shareOfShortfall": [1, 3]`, `"shareOfShortfall": [2, 7]`)),
			[]string{"or by 1/3 of what", "·1/3)"}, []string{"or by 2/7 of what", "·2/7)"}},
		"last day": {edit(json(`"closes": "2030-12-31", "follows"`, `"closes": "2030-11-29", "follows"`)),
			[]string{"31 December 2030"}, []string{"29 November 2030"}},
		"waves": {edit(json(`"First survey"`, `"Spring survey"`), json(`"Second survey"`, `"Autumn survey"`)),
			[]string{"“First survey”", "“Second survey”"}, []string{"“Spring survey”", "“Autumn survey”"}},
		"shares": {edit(json(`"share": [2, 5]`, `"share": [1, 4]`), json(`"share": [3, 5]`, `"share": [3, 4]`)),
			[]string{"2/5 (40%)", "3/5 (60%)"}, []string{"1/4 (25%)", "3/4 (75%)"}},
		"frame": {edit(json(`"illustrative": true`, `"illustrative": false`)),
			[]string{"The staff numbers are an example.", "old and an example"}, []string{"The staff numbers are those of 2018."}},
		"r": {edit(json(`"r": 0.0004`, `"r": 0.0009`)), []string{"r = 0.0004"}, []string{"r = 0.0009"}},
		"gap": {edit(json(`"gap": [1, 2]`, `"gap": [3, 4]`)),
			[]string{"at most 1/2 of what it was"}, []string{"at most 3/4 of what it was"}},
		"no priority": {edit(json(`,
      "priority": {"whole": "all", "group": "bands_1_4", "others": "others", "gap": [1, 2]}`, ``)),
			[]string{"This objective is for Bands 1 to 4 above all."}, nil},
		"claims": {edit(json(`
    [{"objective": 3, "group": "bands_1_4"}],`, ``)),
			[]string{"there are 6 claims", "Objective 3 for Bands 1 to 4", "divided by 6"}, []string{"there are 5 claims", "divided by 5"}},
		"question": {edit(json(`"text": "Money spent on staff learning would be better spent on other things."`, `"text": "There are better things to spend money on."`)),
			[]string{"Money spent on staff learning would be better spent on other things."}, []string{"There are better things to spend money on."}},
		"favourable": {edit(json(`{"question": "A2", "favourable": ["yes"]}`, `{"question": "A2", "favourable": ["yes", "not_sure"]}`)),
			[]string{"In favour: Yes. Not in favour: No; I am not sure."}, []string{"In favour: Yes; I am not sure. Not in favour: No."}},
		"one question": {edit(json(`{"question": "A4", "favourable": ["strongly_agree", "agree"]},
          `, ``)),
			nil, []string{"What we ask, for All staff, Bands 1 to 4, All other bands, Bands 5 to 7 and Bands 8a to 9 What we askAnswers Money spent"}},
		"always asked": {edit(json(`, "askedIf": {"question": "A2", "answer": "yes"}`, ``)),
			[]string{"Only those are asked who answered “Yes” to this:", "the learners by themselves"}, nil},
		"group": {edit(json(`"name": "All other bands"`, `"name": "Everybody else"`)),
			[]string{"All other bands"}, []string{"“Everybody else”"}},
		"answer": {edit(json(`"text": "I do not know", "joins": "other"}]`, `"text": "No idea", "joins": "other"}]`)),
			[]string{"Strongly disagree; I do not know."}, []string{"Strongly disagree; No idea."}},
	} {
		t.Run(name, func(t *testing.T) {
			text := explained(t, c.edits...).Text("main")
			for _, old := range c.old {
				require.Contains(t, shipped, old)
				require.NotContains(t, text, old)
			}
			for _, s := range c.new {
				require.Contains(t, text, s)
				require.NotContains(t, shipped, s)
			}
		})
	}
}

// TestHowScoresWorkTellsEveryRule holds that no number by which scores are judged and printed goes untold.
func TestHowScoresWorkTellsEveryRule(t *testing.T) {
	text := explained(t).Text("main")
	rules := reflect.ValueOf(method.Numbers())
	for i := range rules.NumField() {
		name := rules.Type().Field(i).Name
		var told []string // forms in which it may stand there
		switch v := rules.Field(i).Interface().(type) {
		case int:
			told = []string{strconv.Itoa(v)}
			if v >= 1000 {
				told = []string{fmt.Sprintf("%d,%03d", v/1000, v%1000)}
			}
		case float64:
			told = []string{strconv.FormatFloat(v, 'f', -1, 64), strconv.FormatFloat(100*v, 'f', -1, 64) + "%"}
		case map[string]int:
			continue // in the table below
		}
		pattern := regexp.MustCompile(`(^|[^0-9.,])(` + strings.Join(told, "|") + `)($|[^0-9])`)
		require.True(t, pattern.MatchString(text), "%s: %q", name, told)
	}
	require.Contains(t, text, "(version "+method.Version+")")
	for _, s := range method.Sources {
		require.Contains(t, text, s.Authors+" "+s.Published)
	}
}

func TestHowScoresWorkTellsWhatIsHeldBack(t *testing.T) {
	text := explained(t).Text("main")
	require.Contains(t, text, fmt.Sprintf("If more than %d answers to a survey come in for one organisation in one day, and these are more than 1 in %d of its staff, we count none",
		method.BurstLeast, method.BurstOneIn))
}

func TestHowScoresWorkTellsTheFewestPeople(t *testing.T) {
	p := explained(t)
	require.Equal(t, [][]string{
		{"Scores of", "At least"},
		{"England, regions, types of organisation", strconv.Itoa(method.LeastNation)},
		{"organisations", strconv.Itoa(method.LeastPlace)},
		{"Board members", strconv.Itoa(method.LeastApart)},
	}, p.Table("least-table"))
	levels := len(campaign.Levels)
	require.Equal(t, levels, strings.Count(p.Table("least-table")[1][0], ",")+2, "every level is there")
}

// TestHowScoresWorkRulesInTheOrderOfTheMethod reads the list of findings off the page.
func TestHowScoresWorkRulesInTheOrderOfTheMethod(t *testing.T) {
	names := map[string]string{
		method.Achieved: "The target is reached.", method.OnTrack: "On track for the target.", method.OffTrack: "Off track for the target.",
		method.TooCloseToCall: "Too close to the target to call.", method.NotEnoughData: "Too few answers to compare with the target.",
	}
	var want, got, reasons []string
	for _, r := range method.Rulings {
		want = append(want, names[r.Status])
	}
	for _, m := range regexp.MustCompile(`([A-Z][^.]*\.) This is said if ([^.]*)`).FindAllStringSubmatch(explained(t).Text("main"), -1) {
		got = append(got, m[1])
		require.NotContains(t, reasons, m[2], "each finding has a reason of its own")
		reasons = append(reasons, m[2])
	}
	require.Equal(t, want, got)
}
