package dashboard_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/release"
	"learningforlife/shared/web/ui/htmltest"
)

func parse(t *testing.T, w *httptest.ResponseRecorder) *htmltest.Page {
	require.Equal(t, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	return htmltest.Parse(t, w.Body.String())
}

func TestPagesAreSound(t *testing.T) {
	s := newSite(t)
	targets := []string{"/sign-in", "/sign-in?once=unknown", "/dashboard", "/dashboard?level=organisation", "/dashboard?level=nation",
		"/dashboard?nonsense=1", "/dashboard?level=type&group=board", "/none"}
	for _, target := range targets {
		parse(t, s.get(target))
	}
	s.publish(1, example(), hostile())
	for _, target := range targets {
		parse(t, s.get(target))
	}
}

func TestWrongTokenIsToldAtTheField(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader("token=mistyped"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	p := parse(t, newSite(t).send(r))
	require.Equal(t, []string{"This is not the admin token."}, p.Faults())
	require.Contains(t, p.Links(), "#token")
	form := p.Form("Sign in")
	require.Equal(t, "/sign-in", form.Action)
	require.Empty(t, form.Values.Get("token"), "what was entered is not shown again")
}

// hostile is a score that a later program may have written, with ids that mean nothing here.
func hostile() release.Score {
	return release.Score{
		Objective: 4, Level: "nation", Code: "ENG", Group: "bands_8_9", AsOf: ptr(1),
		Before: release.Wave{Value: ptr(-0.5), Bound: ptr("<b>around</b>")},
		Status: ptr("<script>alert(1)</script>"),
		Notes:  []string{`"><img src=x onerror=alert(1)>`},
	}
}

func TestHostileTextIsText(t *testing.T) {
	s := newSite(t)
	s.publish(1, hostile())
	p := parse(t, s.get("/dashboard"))
	require.Empty(t, p.All("img"))
	require.Empty(t, p.All("b"))
	require.Contains(t, p.Text("main"), `"><img src=x onerror=alert(1)>`)
}

func TestDashboardBeforeTheFirstRelease(t *testing.T) {
	s := newSite(t)
	w := s.get("/dashboard")
	require.Equal(t, http.StatusOK, w.Code)
	p := parse(t, w)
	require.Contains(t, p.Text("main"), "There is no release yet.")
	require.Equal(t, []string{"All staff", "Not shown yet: this waits for more answers.", ""}, p.Table("nation-1")[1])
}

func TestDashboardShowsTheNation(t *testing.T) {
	s := newSite(t)
	score := example()
	score.Provisional = true
	half := release.Score{
		Objective: 1, Level: "nation", Code: "ENG", Group: "bands_8_9", AsOf: ptr(1),
		Before: release.Wave{Value: ptr(61.0), Low: ptr(40.0), High: ptr(80.0), Respondents: ptr(15)},
		Notes:  []string{"self_selected", "unweighted"},
	}
	bounded := release.Score{
		Objective: 2, Level: "nation", Code: "ENG", Group: "board", AsOf: ptr(1),
		Before: release.Wave{Value: ptr(95.0), Bound: ptr("at_least"), Respondents: ptr(1234567)},
		After:  release.Wave{Value: ptr(5.0), Bound: ptr("at_most"), Respondents: ptr(120)},
		Change: &release.Change{Value: -90, Low: -95.5, High: 0},
		Status: ptr("off_track"),
	}
	tooFew := release.Score{Objective: 1, Level: "nation", Code: "ENG", Group: "bands_1_4", Withheld: ptr(release.TooFew)}
	protects := release.Score{Objective: 1, Level: "nation", Code: "ENG", Group: "others", Withheld: ptr(release.ProtectsOthers)}
	s.publish(1, score, half, bounded, tooFew, protects)
	p := parse(t, s.get("/dashboard"))

	require.Contains(t, p.Text("main"), "This is release 1, published on 22 November 2026.")
	require.Len(t, p.All("table"), 4, "one table for each objective")
	require.Contains(t, p.Text("main"), "Objective 1: More learning at work")
	require.Equal(t, [][]string{
		{"Group", "First survey: score (95% interval)", "First survey: people", "Second survey: score (95% interval)", "Second survey: people", "Change in points (95% interval)", "Remarks"},
		{"All staff", "53.6 (52.2 to 55)", "6,000", "57.8 (56.3 to 59.3)", "5,400", "+4.2 (+2.2 to +6.2)", "On track for the target. Target: +3 points by 30 November 2027. This may still change."},
		{"Bands 1 to 4", "Not shown: too few people answered.", ""},
		{"All other bands", "Not shown: set beside other scores, it could tell what a few people answered.", ""},
		{"Bands 5 to 7", "Not shown yet: this waits for more answers.", ""},
		{"Bands 8a to 9", "61 (40 to 80)", "15", "not shown", "not shown", "not shown", ""},
	}, p.Table("nation-1"))
	require.Equal(t, []string{"Board members", "at least 95", "1,234,567", "at most 5", "120", "−90 (−95.5 to 0)", "Off track for the target."}, p.Table("nation-2")[1])

	body := p.Text("main")
	require.Contains(t, body, "People chose for themselves whether to answer.")
	require.Contains(t, body, "Each person who answered counts the same.")
	require.Contains(t, body, "The staff numbers are an example")
	require.NotContains(t, body, "What you chose")
	require.Contains(t, p.Links(), "/v1/scores")
	require.Contains(t, p.Links(), "/how-scores-work")
}

// TestDashboardSaysWhatAScoreCarries shows what stands beside figures: status, further responses, gap, doubts, learners and notes.
func TestDashboardSaysWhatAScoreCarries(t *testing.T) {
	s := newSite(t)
	first := example()
	first.Status, first.Further = ptr("too_close_to_call"), ptr(1250)
	first.Details.Gap = &release.Gap{Before: ptr(6.1), After: ptr(-0.4)}
	first.Notes = []string{"partial", "self_selected", "later_note"}
	level := example()
	level.Group, level.Status = "bands_1_4", ptr("achieved")
	level.Details.Gap = &release.Gap{Before: ptr(0.0)}
	few := example()
	few.Objective, few.Status, few.Target = 3, ptr("not_enough_data"), nil
	few.Change.Coverage, few.Change.Selection = ptr(0.57), ptr(true)
	enough := example()
	enough.Objective, enough.Group, enough.Status, enough.Target = 3, "bands_1_4", ptr("not_enough_data"), nil
	enough.Change.Coverage = ptr(0.6)
	fourth := example()
	fourth.Objective, fourth.Status = 4, nil
	fourth.Details.Learners = &release.Learners{Before: release.Wave{Value: ptr(81.0), Low: ptr(78.0), High: ptr(84.0), Respondents: ptr(3100)},
		After: release.Wave{Value: ptr(85.0), Low: ptr(82.0), High: ptr(88.0), Respondents: ptr(2900)}, Change: &release.Change{Value: 4, Low: 1, High: 7, Coverage: ptr(0.1)}}
	s.publish(1, first, level, few, enough, fourth)
	p := parse(t, s.get("/dashboard?objective=4"))

	remarks := func(table string, row int) string {
		cells := p.Table(table)[row]
		return cells[len(cells)-1]
	}
	const target = "Target: +3 points by 30 November 2027."
	require.Equal(t, "Too close to the target to call. About 1,250 more answers would settle it, if the change stayed as it is. "+target+
		" “Bands 1 to 4” beside “All other bands”: 6.1 points behind before, 0.4 points ahead after.", remarks("nation-1", 1))
	require.Equal(t, "The target is reached. "+target+" “Bands 1 to 4” beside “All other bands”: level before, not shown after.", remarks("nation-1", 2))
	require.Equal(t, "Too few answers to compare with the target. Only 57% of the staff work where enough people answered both times. It takes 60% to compare with the target."+
		" People who gave their code changed otherwise than the rest, so the target cannot count as reached.", remarks("nation-3", 1))
	require.Equal(t, "Too few answers to compare with the target.", remarks("nation-3", 2))
	require.Equal(t, []string{"All staff: learners only", "81 (78 to 84)", "3,100", "85 (82 to 88)", "2,900", "+4 (+1 to +7)", ""}, p.Table("nation-4")[2])
	require.Equal(t, "Bands 1 to 4", p.Table("nation-4")[3][0])
	require.Equal(t, []string{"England", "All staff: learners only", "81 (78 to 84)"}, p.Table("chosen-4")[2][:3])

	require.Contains(t, p.Text("main"), "one group stands for another")
	require.Contains(t, p.Text("main"), "later_note", "a note that has no words here is not kept back")
}

func TestDashboardForm(t *testing.T) {
	s := newSite(t)
	trust := example()
	trust.Level, trust.Code = "organisation", "RXX"
	s.publish(1, trust)

	p := parse(t, s.get("/dashboard?level=organisation&objective=1&group=all"))
	rows := p.Table("chosen-1")
	var places []string
	for _, row := range rows[1:] {
		require.Equal(t, "All staff", row[1])
		places = append(places, row[0])
	}
	require.Equal(t, "Place", rows[0][0])
	require.Equal(t, []string{"Guy's (RJ1)", "Manchester (R0A)", "North London (G6V2S)", "Online (K0N6A)", "Surrey (RXX)"}, places, "by name")
	require.Equal(t, "53.6 (52.2 to 55)", rows[5][2])
	require.Len(t, p.All("table"), 5)
	require.Contains(t, p.Links(), "/v1/scores?group=all&level=organisation&objective=1")

	form := p.Form("Show scores")
	require.Equal(t, "GET", form.Method)
	require.Equal(t, url.Values{"level": {"organisation"}, "objective": {"1"}, "group": {"all"}}, form.Values, "the form stays as it was sent")
	for name, choices := range map[string][]string{
		"level":     {"", "region", "type", "organisation"},
		"objective": {"", "1", "2", "3", "4"},
		"group":     {"", "all", "bands_1_4", "others", "bands_5_7", "bands_8_9", "board"},
	} {
		for _, value := range choices {
			form := parse(t, s.get("/dashboard")).Form("Show scores").Fill(t, name, value)
			p := parse(t, s.get("/dashboard?"+form.Values.Encode()))
			require.Equal(t, value != "", strings.Contains(p.Text("main"), "What you chose"), "%s %q", name, value)
		}
	}

	p = parse(t, s.get("/dashboard?level=type&objective=&group=all&code=acute"))
	require.Equal(t, "Acute trusts", p.Table("chosen-4")[1][0])
	p = parse(t, s.get("/dashboard?level=region&objective=1&group="))
	require.Equal(t, "London", p.Table("chosen-1")[1][0])
	p = parse(t, s.get("/dashboard?level=nation"))
	require.Equal(t, "England", p.Table("chosen-1")[1][0])
	p = parse(t, s.get("/dashboard?level=type&group=board"))
	require.Contains(t, p.Text("main"), "There are no scores of this kind.")
}
