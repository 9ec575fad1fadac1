package intake_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/web/browsertest"
	"learningforlife/shared/web/intake"
)

// root leads to the project.
const root = "../../.."

var screenshots = flag.String("screenshots", "", "directory that pictures of the pages are written to")

// visitors is how many visitors use the browser at a time: they mostly wait for it, so more than there are processors.
const visitors = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		if err := flag.Set("test.parallel", visitors); err != nil {
			panic(err) // there is no such flag any more
		}
	}
	os.Exit(m.Run())
}

// serve serves a site on an address of its own.
func (s *site) serve(t testing.TB) string {
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	return server.URL
}

// visitor is somebody who goes through the pages in a browser.
type visitor struct {
	*browsertest.Tab
	seen int
}

// judgedAt is the width, in pixels, at which axe judges the pages of a walk.
const judgedAt = 375

// look is see, and requires of one walk of each kind that the page is sound as well.
func (v *visitor) look(name string) {
	v.Helper()
	v.see(name)
	if v.Width == judgedAt {
		v.Sound()
	}
}

// see requires that the page needs no sideways scrolling, and takes its picture if pictures are asked for. What else a
// page must be is the same at each width, and each page, as it is and with something wrong everywhere, is judged in the gallery.
func (v *visitor) see(name string) {
	v.Helper()
	v.seen++
	v.Fits()
	if *screenshots != "" && v.Scripts && v.Width != 320 {
		v.Picture(filepath.Join(*screenshots, fmt.Sprintf("%s-%02d-%s-%d.png", strings.ReplaceAll(filepath.Base(v.Name()), "/", "-"), v.seen, name, v.Width)))
	}
}

// wrong presses a button, and requires that what is wrong is said first, has the focus, and leads to its field.
func (v *visitor) wrong(button, field, name string) {
	v.Helper()
	v.Press(http.StatusUnprocessableEntity, button)
	v.see(name)
	require.True(v, strings.HasPrefix(browsertest.Eval[string](v.Tab, "document.title"), "Error: "))
	require.Contains(v, v.Text(".nhsuk-error-summary"), "There is a problem")
	message := v.Text(".nhsuk-error-summary li")
	require.Contains(v, v.Text(".nhsuk-error-message"), message, "the same words stand at the field")
	if v.Scripts {
		require.True(v, v.Focused(".nhsuk-error-summary"))
	}
	v.TabTo(".nhsuk-error-summary a")
	v.EnterKey()
	require.True(v, v.Focused(field), "the summary leads to %s, not to %s", field, browsertest.Eval[string](v.Tab, "document.activeElement.outerHTML.slice(0, 300)"))
}

const goOn = "main form .nhsuk-button"

// organisation chooses a trust by keyboard: by typing a part of its name where there are scripts, from the list where there are none.
func (v *visitor) organisation() {
	v.Helper()
	if v.Scripts {
		v.Enter("input#organisation", "and borders")
		v.Do(chromedp.WaitVisible(chromedp.CSS(".autocomplete__option")))
		v.DownKey()
		v.EnterKey()
		require.Contains(v, v.Value("input#organisation"), "Surrey and Borders")
	} else {
		v.Enter("select#organisation", "Surrey and B")
	}
}

// TestInABrowser starts one browser, for several visitors at a time.
func TestInABrowser(t *testing.T) {
	browser := browsertest.Start(t, root)
	byKeyboard(t, browser)
	for name, test := range map[string]func(*testing.T, *browsertest.Browser){
		"receipts leave the address at once": receiptsLeaveTheAddressAtOnce,
		"a survey takes few clicks":          aSurveyTakesFewClicks,
		"pages are light":                    pagesAreLight,
		"nothing is sent twice or lost":      nothingIsSentTwiceOrLost,
		"what was refused can be sent again": whatWasRefusedCanBeSentAgain,
		"paper and high contrast":            paperAndHighContrast,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, browser)
		})
	}
}

// byKeyboard goes through every form by keyboard alone: with scripts and without, on a small phone, a phone and a desk.
func byKeyboard(t *testing.T, browser *browsertest.Browser) {
	for _, walk := range []struct {
		name string
		walk func(*visitor)
	}{{"pledge", walkPledge}, {"survey", walkSurvey}} {
		for _, scripts := range []bool{true, false} {
			for _, width := range []int64{320, 375, 1280} {
				t.Run(fmt.Sprintf("%s, scripts %t, %d", walk.name, scripts, width), func(t *testing.T) {
					t.Parallel()
					s := newSite(t)
					walk.walk(&visitor{Tab: browser.Open(t, s.serve(t), browsertest.Options{Width: width, Scripts: scripts, Judged: width == judgedAt})})
				})
			}
		}
	}
}

func walkPledge(v *visitor) {
	v.Open("/", http.StatusOK)
	v.see("home")
	v.Press(http.StatusOK, `main a[href="/pledge"]`)
	v.look("organisation")
	v.wrong(goOn, "#organisation", "organisation-wrong")
	v.organisation()
	v.Press(http.StatusOK, goOn)
	v.look("audience")
	v.wrong(goOn, "#audience", "audience-wrong")
	v.Choose("audience", "staff")
	v.Press(http.StatusOK, goOn)
	v.look("band")
	v.Choose("bandGroup", "1-4")
	v.Press(http.StatusOK, goOn)
	v.look("pledge")
	v.Choose("pledge", "own")
	v.wrong(goOn, "#ownWords", "pledge-wrong")
	v.Key("I will read on the bus.")
	v.TabTo("#display")
	v.Key(" ")
	v.Press(http.StatusOK, goOn)
	v.look("date")
	v.Enter("#dueOn", "31")
	v.Enter("#dueOn-month", "2")
	v.Enter("#dueOn-year", "2027")
	v.wrong(goOn, "#dueOn", "date-wrong")
	v.TabTo("#dueOn")
	v.Do(chromedp.SetValue(chromedp.CSS("#dueOn"), "28"))
	v.Press(http.StatusOK, goOn)
	v.look("check")
	require.Contains(v, v.Text("dl"), "I will read on the bus.")
	v.Press(http.StatusOK, "#change-bandGroup")
	v.Choose("bandGroup", "5-7")
	v.Press(http.StatusOK, goOn)
	require.Contains(v, v.Text("dl"), "Bands 5 to 7")
	v.Press(http.StatusCreated, goOn)
	v.look("done")
	code := v.Text(".nhsuk-panel .app-code")
	require.Regexp(v, `^P(-[0-9A-Z]{4}){8}$`, code)

	v.Open("/pledge/manage", http.StatusOK)
	v.look("manage")
	v.wrong(goOn, "#receipt", "manage-wrong")
	v.Key(strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	v.Press(http.StatusOK, goOn)
	v.look("held")
	v.Choose("status", "kept")
	v.Press(http.StatusOK, `form[action="/pledge/manage"] .nhsuk-button`)
	v.see("saved")
	require.Contains(v, v.Text("main"), "We have saved how far you got.")
	v.Press(http.StatusOK, `form:has(input[value="withdraw"]) button`)
	v.look("sure")
	v.Press(http.StatusOK, ".nhsuk-button--warning")
	v.see("withdrawn")
	v.Open("/nothing", http.StatusNotFound)
	v.see("404")
	v.Open("/survey/before/RYH", http.StatusGone)
	v.see("410")
}

func walkSurvey(v *visitor) {
	v.Open("/survey/before", http.StatusOK)
	v.look("organisation")
	v.wrong(goOn, "#organisation", "organisation-wrong")
	v.organisation()
	v.Press(http.StatusOK, goOn)
	v.look("audience")
	v.Choose("audience", "staff")
	v.Press(http.StatusOK, goOn)
	v.look("band")
	v.Press(http.StatusOK, goOn)
	for i, answer := range []string{"agree", "yes", "dont_know", "strongly_agree", "disagree", "agree"} {
		if i == 0 {
			v.look("question")
		}
		v.Choose(fmt.Sprintf("answers.A%d", i+1), answer)
		v.Press(http.StatusOK, goOn)
	}
	v.look("check")
	v.Press(http.StatusOK, ".nhsuk-back-link")
	require.Equal(v, "agree", v.Value("input:checked"))
	v.Press(http.StatusOK, goOn)
	v.Press(http.StatusCreated, goOn)
	v.look("done")
	code := v.Text(".nhsuk-panel .app-code")
	require.Regexp(v, `^S(-[0-9A-Z]{4}){8}$`, code)

	// The second survey, on one page, with the code of the first.
	v.Open("/survey/after/RXX#"+code, http.StatusOK)
	v.Choose("audience", "staff")
	v.Press(http.StatusOK, `button[value="whole"]`)
	v.look("whole")
	v.wrong(goOn, `input[name="answers.A1"]`, "whole-wrong")
	if v.Scripts {
		require.Equal(v, code, v.Value("#before"), "the link brought it along")
	} else {
		v.Enter("#before", code)
	}
	v.TabTo("body")
	for q, answer := range map[string]string{"A1": "agree", "A8": "kept"} {
		browsertest.Eval[bool](v.Tab, "document.activeElement.blur() || true")
		v.Choose("answers."+q, answer)
	}
	v.Press(http.StatusCreated, goOn)
	v.look("done-last")
	v.Open("/survey/withdraw", http.StatusOK)
	v.look("withdraw")
	v.wrong(goOn, "#receipt", "withdraw-wrong")
	v.Key(code)
	v.Press(http.StatusOK, goOn)
	v.look("sure")
	v.Press(http.StatusOK, ".nhsuk-button--warning")
	v.see("withdrawn")
	if v.Width != judgedAt {
		return // these have nothing to fill in, and the gallery has them at other widths
	}
	for _, page := range []string{"why", "how-scores-work", "privacy", "accessibility", "cookies"} {
		v.Open("/"+page, http.StatusOK)
		browsertest.Eval[bool](v.Tab, `document.querySelectorAll("details").forEach(d => d.open = true) || true`)
		v.see(page)
	}
}

// receiptsLeaveTheAddressAtOnce opens the links that people keep: the code must come into the form and stay
// neither in the address nor in the history.
func receiptsLeaveTheAddressAtOnce(t *testing.T, browser *browsertest.Browser) {
	s := newSite(t)
	b := browser.Open(t, s.serve(t), browsertest.Options{Width: 375, Scripts: true})
	pledge, survey, wire := s.mint().Code('P'), s.mint().Code('S'), s.mint().String()
	for _, link := range []struct{ page, code string }{
		{"/pledge/manage", pledge}, {"/pledge/manage", wire}, {"/survey/withdraw", survey}, {"/survey/after/RXX", survey},
	} {
		b.Open(link.page+"#"+link.code, http.StatusOK)
		require.Equal(t, link.code, b.Value("[data-receipt]"), link.page)
		require.Equal(t, b.Site+link.page, b.Address())
	}
	// A link within a page is left alone, and a page that takes no code shows none.
	b.Open("/pledge/manage#main", http.StatusOK)
	require.Equal(t, b.Site+"/pledge/manage#main", b.Address())
	require.Empty(t, b.Value("[data-receipt]"))
	b.Open("/privacy#"+pledge, http.StatusOK)
	require.Equal(t, b.Site+"/privacy", b.Address())
	addresses := b.History()
	require.Greater(t, len(addresses), 5)
	for _, address := range addresses {
		for _, code := range []string{pledge, survey, wire} {
			require.NotContains(t, address, code)
		}
	}
}

// choose clicks on a radio button.
func choose(b *browsertest.Tab, field, value string) {
	b.Helper()
	b.Click(fmt.Sprintf("input[name=%q][value=%q]", field, value))
}

// mostPresses is how many clicks a member of staff needs at most beyond the answers to six questions.
const mostPresses = 14

func aSurveyTakesFewClicks(t *testing.T, browser *browsertest.Browser) {
	s := newSite(t)
	b := browser.Open(t, s.serve(t), browsertest.Options{Width: 375, Scripts: true})
	answers := 0
	b.Open("/survey/before", http.StatusOK)
	b.Click("input#organisation") // shows all trusts
	b.Click(".autocomplete__option:nth-child(5)")
	b.ClickTo(http.StatusOK, goOn)
	choose(b, "audience", "staff")
	b.ClickTo(http.StatusOK, goOn)
	choose(b, "bandGroup", "1-4")
	b.ClickTo(http.StatusOK, goOn)
	for i, answer := range []string{"agree", "yes", "agree", "agree", "disagree", "agree"} {
		choose(b, fmt.Sprintf("answers.A%d", i+1), answer)
		answers++
		b.ClickTo(http.StatusOK, goOn)
	}
	b.ClickTo(http.StatusCreated, goOn)
	require.Equal(t, 6, answers)
	require.LessOrEqual(t, b.Presses-answers, mostPresses)
	require.Len(t, s.items(), 1)
}

// Weights are those of gzip over the network, in bytes.
const (
	mostFirst = 60 << 10 // of a whole page and all it needs, for somebody who was never here
	mostNext  = 10 << 10
)

func pagesAreLight(t *testing.T, browser *browsertest.Browser) {
	s := newSite(t)
	address := s.serve(t)
	for _, first := range []string{"/", "/pledge", "/survey/before", "/survey/after/RXX", "/privacy", "/how-scores-work"} {
		b := browser.Open(t, address, browsertest.Options{Width: 375, Scripts: true})
		b.Open(first, http.StatusOK)
		weight := b.Weigh()
		require.LessOrEqual(t, weight, float64(mostFirst), first)
		require.Greater(t, weight, 30_000., "it is weighed")
		next := "/pledge/manage"
		if first == "/" {
			next = "/survey/before" // the heaviest
			b.Open("/pledge", http.StatusOK)
			b.Weigh()
		}
		b.Open(next, http.StatusOK)
		again := b.Weigh()
		require.LessOrEqual(t, again, float64(mostNext), "%s after %s", next, first)
		require.Positive(t, again)
		t.Logf("%s: %.1f KB, then %s: %.1f KB", first, weight/1024, next, again/1024)
	}
}

// nothingIsSentTwiceOrLost goes the ways in which forms are sent twice: a double click, reloading, going back in
// the browser, and a second tab.
func nothingIsSentTwiceOrLost(t *testing.T, browser *browsertest.Browser) {
	s := newSite(t)
	b := browser.Open(t, s.serve(t), browsertest.Options{Width: 375, Scripts: true})
	b.Open("/survey/before/RXX", http.StatusOK)
	choose(b, "audience", "board")
	b.ClickTo(http.StatusOK, goOn)
	b.ClickTo(http.StatusOK, goOn)
	choose(b, "answers.B1", "agree")
	b.ClickTo(http.StatusOK, goOn)
	b.Do(chromedp.NavigateBack()) // the browser's own
	require.Contains(t, b.Text("h1"), "good business sense")
	require.Equal(t, "agree", b.Value("input:checked"), "what was chosen is still there")
	b.ClickTo(http.StatusOK, goOn)
	b.ClickTo(http.StatusOK, goOn)
	b.ClickTo(http.StatusOK, goOn)
	require.Contains(t, b.Text("dl"), "Agree")
	b.Load(http.StatusOK, chromedp.Reload())
	require.Contains(t, b.Text("dl"), "Agree", "reloading keeps what was entered")
	b.Load(http.StatusCreated, chromedp.DoubleClick(chromedp.CSS(goOn)))
	code := b.Text(".nhsuk-panel .app-code")
	b.Load(http.StatusOK, chromedp.Reload())
	require.Equal(t, code, b.Text(".nhsuk-panel .app-code"), "a reply that was lost comes again")
	b.Do(chromedp.NavigateBack())
	b.ClickTo(http.StatusOK, goOn)
	require.Equal(t, code, b.Text(".nhsuk-panel .app-code"))
	require.Len(t, s.items(), 1)
}

// whatWasRefusedCanBeSentAgain meets a site that is asked too much, one whose store does not answer, and one that fails.
func whatWasRefusedCanBeSentAgain(t *testing.T, browser *browsertest.Browser) {
	var later atomic.Int64 // seconds that have gone by
	random := &brokenReader{}
	s := newSite(t, func(c *intake.Config) {
		c.Limit, random.Reader, c.Random = 1, c.Random, random
		start := c.Now()
		c.Now = func() time.Time { return start.Add(time.Duration(later.Load()) * time.Second) }
	})
	b := browser.Open(t, s.serve(t), browsertest.Options{Width: 375, Scripts: true})
	fill := func() {
		b.Open("/survey/before/RXX", http.StatusOK)
		choose(b, "audience", "board")
		b.ClickTo(http.StatusOK, `button[value="whole"]`)
		choose(b, "answers.B1", "agree")
	}
	refused := func(status int) {
		b.ClickTo(status, goOn)
		b.Fits()
		b.Sound()
		require.Contains(t, b.Text("main"), "Nothing is counted twice.")
	}
	fill()
	b.ClickTo(http.StatusCreated, goOn)
	fill()
	refused(http.StatusTooManyRequests)
	later.Add(2)
	b.ClickTo(http.StatusCreated, goOn)
	require.Len(t, s.items(), 2)

	fill()
	later.Add(2)
	require.NoError(t, s.store.Close())
	refused(http.StatusServiceUnavailable)

	random.broken.Store(true)
	b.Open("/pledge", http.StatusInternalServerError)
	b.Fits()
	b.Sound()
	require.NotContains(t, b.Text("main"), errBroken.Error())
}

// brokenReader reads until it is broken.
type brokenReader struct {
	io.Reader
	broken atomic.Bool
}

var errBroken = errors.New("the reader is broken")

// Read reads, or fails.
func (r *brokenReader) Read(into []byte) (int, error) {
	if r.broken.Load() {
		return 0, errBroken
	}
	return r.Reader.Read(into)
}

// paperAndHighContrast prints the case for a board, which is one sheet, and looks at a confirmation in colours that are the system's.
func paperAndHighContrast(t *testing.T, browser *browsertest.Browser) {
	s := newSite(t)
	b := browser.Open(t, s.serve(t), browsertest.Options{Width: 375, Scripts: true})
	b.Open("/why", http.StatusOK)
	require.Equal(t, 1, b.Sheets())

	b.Contrast(true)
	b.Open("/survey/before/RXX", http.StatusOK)
	choose(b, "audience", "board")
	b.ClickTo(http.StatusOK, `button[value="whole"]`)
	choose(b, "answers.B1", "agree")
	b.ClickTo(http.StatusCreated, goOn)
	require.True(t, browsertest.Eval[bool](b, `matchMedia("(forced-colors: active)").matches`))
	require.Equal(t, "none", browsertest.Eval[string](b, `getComputedStyle(document.querySelector(".app-qr")).forcedColorAdjust`), "a square code in other colours cannot be scanned")
	require.Equal(t, "rgb(255, 255, 255)", browsertest.Eval[string](b, `getComputedStyle(document.querySelector(".app-qr__ground")).fill`))
	b.Sound()
}
