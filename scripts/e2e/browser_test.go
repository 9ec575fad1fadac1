package e2e

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/simulation"
)

var screenshots = flag.String("screenshots", "", "directory that pictures of the pages are written to")

// tab is a tab of a real browser.
type tab struct {
	*testing.T
	ctx   context.Context
	site  string
	shots int
}

// browse opens a browser at the site.
func browse(t *testing.T, site string) *tab {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, ".tools", "chromium"))
	require.NoError(t, err)
	_, err = os.Stat(path)
	require.NoError(t, err, "there is no browser to test with: scripts/test installs one and links .tools/chromium to it")
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx)) // starts it
	t.Cleanup(func() { require.NoError(t, chromedp.Cancel(ctx)) })
	return &tab{T: t, ctx: ctx, site: site}
}

// withoutScripts switches the pages' scripts off.
func (b *tab) withoutScripts() {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(b, err)
}

// do does what must succeed.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 15*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		at, _ := chromedp.Run(b.ctx, chromedp.Location())
		b.Fatalf("at %s: %v", at, err)
	}
}

// load does what loads a page, and requires its status.
func (b *tab) load(status int, step chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 15*time.Second)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, step)
	require.NoError(b, err)
	require.EqualValues(b, status, response.Status, response.URL)
}

func (b *tab) open(path string) {
	b.Helper()
	b.load(http.StatusOK, chromedp.Navigate(b.site+path))
}

// follow clicks on the first link to the path.
func (b *tab) follow(path string) {
	b.Helper()
	b.load(http.StatusOK, chromedp.Click(chromedp.CSS(fmt.Sprintf("main a[href^=%q]", path))))
}

// press presses the button of the form with the address.
func (b *tab) press(status int, action string) {
	b.Helper()
	b.load(status, chromedp.Click(chromedp.CSS(fmt.Sprintf("form[action=%q] button", action))))
}

// choose clicks on the radio button of a field.
func (b *tab) choose(field, value string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(fmt.Sprintf("input[name=%q][value=%q]", field, value))))
}

// enter types into a field, or into a list of choices until the right one is found.
func (b *tab) enter(field, text string) {
	b.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(fmt.Sprintf("[name=%q]", field)), text))
}

// answer answers the survey of somebody in bands 1 to 4, each question with an answer.
func (b *tab) answer(answers ...string) {
	b.Helper()
	b.choose("bandGroup", "1-4")
	for _, of := range answers {
		question, answer, _ := strings.Cut(of, " ")
		b.choose("answers."+question, answer)
	}
}

func (b *tab) text(selector string) string {
	b.Helper()
	text, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS(selector)))
	require.NoError(b, err)
	return text
}

func (b *tab) value(field string) string {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Value(chromedp.CSS(fmt.Sprintf("[name=%q]", field))))
	require.NoError(b, err)
	return value
}

func (b *tab) address() string {
	b.Helper()
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	require.NoError(b, err)
	return at
}

// The widths of a small phone and of a desk.
var widths = []int64{375, 1280}

// look requires that the page needs no sideways scrolling, and takes its picture if pictures are asked for.
func (b *tab) look(name string) {
	b.Helper()
	b.shots++
	for _, width := range widths {
		b.do(chromedp.EmulateViewport(width, 760))
		wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[int64]("document.documentElement.scrollWidth"))
		require.NoError(b, err)
		require.LessOrEqual(b, wide, width, "%s scrolls sideways", name)
		if *screenshots == "" {
			continue
		}
		picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		require.NoError(b, err)
		require.NoError(b, os.MkdirAll(*screenshots, 0o755))
		file := filepath.Join(*screenshots, fmt.Sprintf("%02d-%s-%d.png", b.shots, name, width))
		require.NoError(b, os.WriteFile(file, picture, 0o644))
	}
}

// TestBrowserWithoutScripts walks through the whole campaign by clicking, with scripts switched off.
func TestBrowserWithoutScripts(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, "-clock", "2026-11-22T09:00:00Z")                // so that the same scores come out every day
	result, err := simulation.Run(t.Context(), simulated(t, s, 1500, 3)) // so that there are scores to be seen
	require.NoError(t, err)
	require.Zero(t, result.Violations.Count, result.Violations.First)
	b := browse(t, s.address)
	b.withoutScripts()

	b.open("/")
	b.look("home")
	b.follow("/pledge")
	b.look("pledge")
	b.press(http.StatusUnprocessableEntity, "/pledge")
	require.Contains(t, b.text("h2"), "There is a problem")
	b.look("pledge-problem")
	b.enter("organisation", "Surrey and Borders")
	require.Equal(t, "RXX", b.value("organisation"))
	b.choose("audience", "staff")
	b.choose("bandGroup", "1-4")
	b.choose("pledge", "PL01")
	b.press(http.StatusCreated, "/pledge")
	b.look("pledge-made")
	pledge := b.text("strong.code")
	require.Regexp(t, `^P(-[0-9A-Z]{4}){8}$`, pledge)

	b.open("/pledge/manage#" + pledge)
	require.Empty(t, b.value("receipt"), "scripts are off")
	b.enter("receipt", pledge)
	b.press(http.StatusOK, "/pledge/manage")
	b.look("pledge-held")
	b.choose("status", "kept")
	b.press(http.StatusOK, "/pledge/manage")
	require.Contains(t, b.text("main"), "We have saved that.")

	b.open("/")
	b.follow("/survey/before")
	b.look("survey-organisation")
	b.enter("organisation", "Surrey and Borders")
	b.press(http.StatusOK, "/survey/before")
	b.look("survey-audience")
	b.choose("audience", "staff")
	b.press(http.StatusOK, "/survey/before/RXX")
	b.look("survey")
	b.answer("A1 disagree", "A2 yes", "A3 agree", "A4 agree", "A5 neither", "A6 agree")
	b.press(http.StatusCreated, "/survey/before/RXX")
	b.look("survey-done")
	before := b.text("strong.code")
	require.Regexp(t, `^S(-[0-9A-Z]{4}){8}$`, before)

	// The link back, which names the survey and the organisation.
	b.follow(s.address + "/survey/after/RXX#" + before)
	b.choose("audience", "staff")
	b.press(http.StatusOK, "/survey/after/RXX")
	require.Empty(t, b.value("before"), "scripts are off")
	b.enter("before", strings.ToLower(strings.ReplaceAll(before, "-", " ")))
	b.answer("A1 agree", "A2 yes", "A3 agree", "A4 strongly_agree", "A5 disagree", "A6 agree", "A7 yes", "A8 kept")
	b.look("survey-after")
	b.press(http.StatusCreated, "/survey/after/RXX")
	after := b.text("strong.code")
	require.NotEqual(t, before, after)

	aggregate(t, s)
	b.open("/dashboard")
	require.Equal(t, s.address+"/sign-in", b.address())
	b.look("sign-in")
	b.load(http.StatusOK, chromedp.Navigate(s.signIn))
	require.Equal(t, s.address+"/dashboard", b.address())
	b.look("dashboard")
	scores := b.text("main")
	require.Regexp(t, `This is release \d`, scores)
	for _, objective := range shipped(t).Objectives {
		require.Contains(t, scores, objective.Title)
	}
	require.Regexp(t, `\d+(\.\d)? \(\d+(\.\d)? to \d+(\.\d)?\)`, b.text("table"))
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

// TestBrowserTakesReceiptsOutOfTheAddress opens the links that people keep, with scripts.
func TestBrowserTakesReceiptsOutOfTheAddress(t *testing.T) {
	s := start(t, t.TempDir())
	b := browse(t, s.address)
	const (
		pledge = "P-2ENR-50XD-N6A3-4JYY-REHA-JZES-0YP9-0KXT"
		survey = "S-2EN6-QMHV-YD88-4FPE-2J0H-2W18-Y1RE-3G3G"
	)
	b.open("/pledge/manage#" + pledge)
	require.Equal(t, pledge, b.value("receipt"))
	require.Equal(t, s.address+"/pledge/manage", b.address())

	b.open("/survey/after/RXX#" + survey)
	require.Equal(t, s.address+"/survey/after/RXX", b.address())
	b.choose("audience", "staff")
	b.do(chromedp.Click(chromedp.CSS("main form button")), chromedp.WaitVisible(chromedp.CSS("[name=before]")))
	require.Equal(t, survey, b.value("before"))
	require.NotContains(t, b.address(), survey)

	history, err := chromedp.Run(b.ctx, chromedp.NavigationEntries())
	require.NoError(t, err)
	for _, entry := range history.Entries {
		require.NotContains(t, entry.URL, pledge)
		require.NotContains(t, entry.URL, survey)
	}
	s.stop(t)
	require.NotContains(t, s.log.all(), survey)
}
