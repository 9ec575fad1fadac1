package e2e

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/simulation"
	"learningforlife/shared/web/browsertest"
	"learningforlife/shared/web/ui/htmltest"
)

var screenshots = flag.String("screenshots", "", "directory that pictures of the pages are written to")

const next = "main form .nhsuk-button"

// choose clicks on a radio button.
func choose(b *browsertest.Tab, field, value string) {
	b.Helper()
	b.Click(fmt.Sprintf("input[name=%q][value=%q]", field, value))
}

// answer answers a survey on one page, each question with an answer.
func answer(b *browsertest.Tab, answers ...string) {
	b.Helper()
	choose(b, "audience", "staff")
	b.ClickTo(http.StatusOK, `button[value="whole"]`)
	choose(b, "bandGroup", "1-4")
	for _, of := range answers {
		question, answer, _ := strings.Cut(of, " ")
		choose(b, "answers."+question, answer)
	}
}

// TestBrowserWithoutScripts walks through the whole campaign by clicking, with scripts switched off.
func TestBrowserWithoutScripts(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, "-clock", "2026-11-22T09:00:00Z")                // so that the same scores come out every day
	result, err := simulation.Run(t.Context(), simulated(t, s, 1500, 3)) // so that there are scores to be seen
	require.NoError(t, err)
	require.Zero(t, result.Violations.Count, result.Violations.First)
	b := browsertest.Start(t, root).Open(t, s.address, browsertest.Options{Width: 375})

	b.Open("/pledge?organisation=RXX", http.StatusOK)
	b.ClickTo(http.StatusOK, next)
	choose(b, "audience", "staff")
	b.ClickTo(http.StatusOK, next)
	choose(b, "bandGroup", "1-4")
	b.ClickTo(http.StatusOK, next)
	choose(b, "pledge", "PL01")
	b.ClickTo(http.StatusOK, next)
	b.ClickTo(http.StatusOK, next)
	b.ClickTo(http.StatusCreated, next)
	pledge := b.Text(".nhsuk-panel .app-code")
	require.Regexp(t, `^P(-[0-9A-Z]{4}){8}$`, pledge)

	b.Open("/pledge/manage#"+pledge, http.StatusOK)
	require.Empty(t, b.Value("#receipt"), "scripts are off")
	b.Enter("#receipt", pledge)
	b.ClickTo(http.StatusOK, next)
	choose(b, "status", "kept")
	b.ClickTo(http.StatusOK, next)
	require.Contains(t, b.Text("main"), "We have saved how far you got.")

	b.Open("/survey/before/RXX", http.StatusOK)
	answer(b, "A1 disagree", "A2 yes", "A3 agree", "A4 agree", "A5 neither", "A6 agree")
	b.ClickTo(http.StatusCreated, next)
	before := b.Text(".nhsuk-panel .app-code")
	require.Regexp(t, `^S(-[0-9A-Z]{4}){8}$`, before)

	// The link back, which names the survey and the organisation.
	b.ClickTo(http.StatusOK, fmt.Sprintf("main a[href=%q]", s.address+"/survey/after/RXX#"+before))
	answer(b, "A1 agree", "A2 yes", "A3 agree", "A4 strongly_agree", "A5 disagree", "A6 agree", "A7 yes", "A8 kept")
	require.Empty(t, b.Value("#before"), "scripts are off")
	b.Enter("#before", strings.ToLower(strings.ReplaceAll(before, "-", " ")))
	b.ClickTo(http.StatusCreated, next)
	require.NotEqual(t, before, b.Text(".nhsuk-panel .app-code"))

	aggregate(t, s)
	b.Open("/dashboard", http.StatusOK)
	require.Equal(t, s.address+"/sign-in", b.Address())
	b.Open(strings.TrimPrefix(s.signIn, s.address), http.StatusOK)
	require.Equal(t, s.address+"/dashboard", b.Address())
	b.Fits()
	b.Sound()
	picture(b, "dashboard")
	scores := b.Text("main")
	require.Regexp(t, `This is release \d`, scores)
	for _, objective := range shipped(t).Objectives {
		require.Contains(t, scores, objective.Title)
	}
	require.Regexp(t, `\d+(\.\d)? \(\d+(\.\d)? to \d+(\.\d)?\)`, b.Text("table"))
	s.stop(t)

	want, err := result.Expected(t.Context())
	require.NoError(t, err)
	want.Pledges++
	want.Responses["before"]++
	want.Responses["after"]++
	want.Pairs++
	report, status := counted(t, data)
	require.Zero(t, status)
	require.Equal(t, want.Totals, report.Recount.Totals)
}

// picture takes pictures of the page as on a phone and on a desk, if they are asked for.
func picture(b *browsertest.Tab, name string) {
	b.Helper()
	if *screenshots == "" {
		return
	}
	was := b.Width
	for _, width := range []int64{375, 1280} {
		b.Resize(width)
		b.Picture(filepath.Join(*screenshots, fmt.Sprintf("%s-%d.png", name, width)))
	}
	b.Resize(was)
}

// TestBrowserTakesReceiptsAlong opens the link that people keep, with scripts: the code goes along from step to step, and into no log.
func TestBrowserTakesReceiptsAlong(t *testing.T) {
	s := start(t, t.TempDir())
	b := browsertest.Start(t, root).Open(t, s.address, browsertest.Options{Width: 375, Scripts: true})
	const survey = "S-2EN6-QMHV-YD88-4FPE-2J0H-2W18-Y1RE-3G3G"
	b.Open("/survey/after/RXX#"+survey, http.StatusOK)
	require.Equal(t, s.address+"/survey/after/RXX", b.Address())
	choose(b, "audience", "staff")
	b.ClickTo(http.StatusOK, `button[value="whole"]`)
	require.Equal(t, survey, b.Value("#before"))
	for _, address := range b.History() {
		require.NotContains(t, address, survey)
	}
	s.stop(t)
	require.NotContains(t, s.log.all(), survey)
}

// TestOpenFormsOutliveTheServer goes on with a form that was open when the server was started anew.
func TestOpenFormsOutliveTheServer(t *testing.T) {
	data := t.TempDir()
	form := func(s *server, status int, fields url.Values) *htmltest.Page {
		answer, err := http.PostForm(s.address+"/survey/before/RXX", fields)
		require.NoError(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, status, answer.StatusCode, string(body))
		return htmltest.Parse(t, string(body))
	}
	s := start(t, data)
	answer, err := http.Get(s.address + "/survey/before/RXX")
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	about := form(s, http.StatusOK, htmltest.Parse(t, string(body)).Form("Continue").Fill(t, "audience", "board").Values)
	s.stop(t)
	s = start(t, data)
	next := form(s, http.StatusOK, about.Form("Continue").Fill(t, "bandGroup", "5-7").Values)
	require.Empty(t, next.Faults())
	require.Equal(t, "answers.B1", next.Form("Continue").Values.Get("at"))
	s.stop(t)
}

// TestTheGallery holds one of each page and state, as it is and with something wrong everywhere, to what every page is held to.
func TestTheGallery(t *testing.T) {
	s := start(t, t.TempDir())
	browser := browsertest.Start(t, root)
	list := browser.Open(t, s.address, browsertest.Options{Width: 1280, Scripts: true})
	list.Open("/_pages", http.StatusOK)
	paths := strings.Fields(browsertest.Eval[string](list, `[...document.querySelectorAll("main a")].map(a => a.pathname).join(" ")`))
	require.Greater(t, len(paths), 60)
	t.Run("states", func(t *testing.T) {
		for _, state := range []string{"plain", "wrong"} {
			t.Run(state, func(t *testing.T) {
				t.Parallel()
				b := browser.Open(t, s.address, browsertest.Options{Width: 320, Scripts: true, Judged: true}) // a page that fits here fits anywhere
				for _, path := range paths {
					if !strings.HasPrefix(path, "/_pages/"+state) {
						continue
					}
					b.Open(path, http.StatusOK)
					b.Fits()
					b.Sound()
					picture(b, strings.ReplaceAll(strings.TrimPrefix(path, "/_pages/"), "/", "-"))
				}
			})
		}
	})
	s.stop(t)
}
