package intake_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/ui"
	"learningforlife/shared/web/ui/htmltest"
)

// codeOn returns the code for people that a page shows.
func codeOn(t *testing.T, p *htmltest.Page) string {
	t.Helper()
	code := regexp.MustCompile(`[PS](-[0-9A-Z]{4}){8}`).FindString(p.Text("main"))
	require.NotEmpty(t, code)
	return code
}

// pledgeFilled is the form for a pledge, filled in.
func (s *site) pledgeFilled(path string) htmltest.Form {
	s.Helper()
	form := s.get(path, 200).Form("Make this pledge")
	return form.Fill(s, "organisation", "RXX").Fill(s, "audience", "staff").Fill(s, "bandGroup", "1-4").Fill(s, "pledge", "PL01").
		Fill(s, "dueOn-day", "1").Fill(s, "dueOn-month", "3").Fill(s, "dueOn-year", "2027")
}

// surveyFilled walks from the choice of an organisation to the questions and answers two of them.
func (s *site) surveyFilled(wave string) htmltest.Form {
	s.Helper()
	chosen := s.sendRaw(s.get("/survey/"+wave, 200).Form("Continue").Fill(s, "organisation", "RXX"))
	require.Equal(s, 303, chosen.Code)
	who := s.get(chosen.Header().Get("Location"), 200)
	questions := s.send(who.Form("Continue").Fill(s, "audience", "staff"), 200)
	return questions.Form("Send my answers").Fill(s, "bandGroup", "1-4").Fill(s, "answers.A1", "agree").Fill(s, "answers.A2", "yes").Fill(s, "answers.A6", "agree")
}

func TestPledgeWithoutScripts(t *testing.T) {
	s := newSite(t)
	home := s.get("/", 200)
	require.Contains(t, home.Links(), "/pledge")
	require.Contains(t, home.Text("main"), "Boards see the business sense")

	form := s.pledgeFilled("/pledge")
	done := s.send(form, 201)
	require.Equal(t, "You made a pledge", done.Text("h1"))
	code := codeOn(t, done)
	require.Contains(t, done.Links(), base+"/pledge/manage#"+code)
	require.Len(t, s.items(), 1)
	require.Equal(t, code, codeOn(t, s.send(form, 200)), "pressing twice is pressing once")
	require.Len(t, s.items(), 1)

	calendar := s.sendRaw(done.Form("Put a reminder in my calendar"))
	require.Equal(t, 200, calendar.Code)
	require.Contains(t, calendar.Body.String(), "DTSTART;VALUE=DATE:20270301")

	// A slip of the pen keeps what was entered and says what is wrong.
	slip := strings.Replace(code, code[len(code)-1:], "0", 1)
	asked := s.get("/pledge/manage", 200).Form("Continue")
	wrong := s.send(asked.Fill(t, "receipt", slip), 422)
	require.Equal(t, []string{"There is a slip in this code: check it letter by letter."}, wrong.Faults())
	require.Equal(t, slip, wrong.Form("Continue").Values.Get("receipt"))

	held := s.send(asked.Fill(t, "receipt", strings.ToLower(strings.ReplaceAll(code, "-", " "))), 200)
	require.Equal(t, "Your pledge", held.Text("h1"))
	require.Contains(t, held.Text("main"), "I will ask my manager what learning I can do this year.")
	require.Contains(t, held.Text("main"), "Surrey and Borders Partnership NHS Foundation Trust")
	require.Contains(t, held.Text("main"), "1 March 2027")

	nothing := held.Form("Save").Fill(t, "status", "kept")
	nothing.Values.Del("status")
	require.Equal(t, []string{ui.ChooseStatus}, s.send(nothing, 422).Faults())
	saved := s.send(held.Form("Save").Fill(t, "status", "partly_kept"), 200)
	require.Contains(t, saved.Text("main"), "We have saved that.")
	require.Contains(t, saved.Text("dl"), "I have kept a part of it")
	require.Equal(t, "partly_kept", saved.Form("Save").Values.Get("status"))
	require.Contains(t, s.mine("GET", "/v1/pledges/mine", code).Body.String(), `"status":"partly_kept"`)

	sure := s.send(saved.Form("Withdraw this pledge"), 200)
	require.Equal(t, "Are you sure you want to withdraw?", sure.Text("h1"))
	require.False(t, s.items()[0].Withdrawn(), "asking changes nothing")
	gone := s.send(sure.Form("Withdraw my pledge"), 200)
	require.Equal(t, "We have withdrawn your pledge", gone.Text("h1"))
	require.Equal(t, []submission.Row{submission.Tombstone}, s.items())

	require.Contains(t, s.send(asked.Fill(t, "receipt", code), 410).Text("main"), ui.AlreadyWithdrawn)
	require.Contains(t, s.send(form, 410).Text("main"), ui.AlreadyWithdrawn, "a late second press does not bring it back")
}

func TestBothSurveysWithoutScripts(t *testing.T) {
	s := newSite(t)
	before := s.surveyFilled("before")
	require.False(t, before.Values.Has("before"), "the first survey asks for no earlier code")
	done := s.send(before, 201)
	code := codeOn(t, done)
	require.True(t, strings.HasPrefix(code, "S-"))
	require.Contains(t, done.Links(), base+"/survey/after/RXX#"+code)
	require.Contains(t, done.Links(), base+"/survey/withdraw#"+code)
	require.Contains(t, s.sendRaw(done.Form("Put a reminder in my calendar")).Body.String(), "DTSTART;VALUE=DATE:20261123")

	after := s.surveyFilled("after").Fill(t, "before", code).Fill(t, "answers.A7", "yes")
	last := s.send(after, 201)
	second := codeOn(t, last)
	require.NotContains(t, strings.Join(last.Links(), " "), "/survey/after", "no survey follows")

	rows := s.items()
	require.Len(t, rows, 2)
	linked := 0
	for _, row := range rows {
		v, err := row.View()
		require.NoError(t, err)
		if v.HasLink() {
			linked++
			receipt, err := submission.ParseReceipt(submission.KindResponse, code)
			require.NoError(t, err)
			key := receipt.Key(submission.KindResponse)
			require.Equal(t, key.Link(), v.Link(), "the second names the first")
			require.Equal(t, []byte{2, 1, 0, 0, 0, 2, 1}, v.Answers)
		}
	}
	require.Equal(t, 1, linked)

	asked := s.get("/survey/withdraw", 200).Form("Continue")
	require.Equal(t, []string{"This code is for a pledge: enter the survey code, which starts with S."},
		s.send(asked.Fill(t, "receipt", s.mint().Code('P')), 422).Faults())
	require.Equal(t, []string{ui.UnknownSurveyCode}, s.send(asked.Fill(t, "receipt", s.mint().Code('S')), 404).Faults())
	sure := s.send(asked.Fill(t, "receipt", second), 200)
	require.NotContains(t, sure.Text("main"), "agree", "answers never come back")
	gone := s.send(sure.Form("Withdraw my survey answers"), 200)
	require.Equal(t, "We have withdrawn your survey answers", gone.Text("h1"))
	require.Equal(t, 410, s.sendRaw(asked.Fill(t, "receipt", second)).Code)
}

func TestALinkThatNamesTheOrganisationChoosesIt(t *testing.T) {
	s := newSite(t)
	require.Equal(t, "RXX", s.get("/pledge?organisation=RXX", 200).Form("Make this pledge").Values.Get("organisation"))
	require.Empty(t, s.get("/pledge?organisation=NO", 200).Form("Make this pledge").Values.Get("organisation"))
	require.Empty(t, s.get("/pledge", 200).Form("Make this pledge").Values.Get("organisation"))
}

func TestEachFormHasAReceiptOfItsOwn(t *testing.T) {
	s := newSite(t)
	one := s.get("/pledge", 200).Form("Make this pledge").Values.Get("receipt")
	two := s.get("/pledge", 200).Form("Make this pledge").Values.Get("receipt")
	require.NotEqual(t, one, two)
	require.True(t, strings.HasPrefix(one, today.String()+"."))
}

func TestAPledgeFormWithFaultsIsShownAgain(t *testing.T) {
	s := newSite(t)
	empty := s.get("/pledge", 200).Form("Make this pledge")
	again := s.send(empty, 422)
	require.Equal(t, []string{ui.ChooseOrganisation, ui.ChooseAudience, ui.ChooseBandGroup, "Choose a pledge or write your own."}, again.Faults())
	require.Equal(t, empty.Values.Get("receipt"), again.Form("Make this pledge").Values.Get("receipt"), "the same submission as before")

	form := s.pledgeFilled("/pledge").Fill(t, "ownWords", "I will <b>read</b>\r\nmore").Fill(t, "dueOn-day", "31").Fill(t, "dueOn-month", "2").Fill(t, "display", "true")
	form.Values.Add("organisation", "R0A") // the first counts
	form.Values.Set("unknown", "ignored")
	again = s.send(form, 422)
	require.Equal(t, []string{"Choose a pledge or write your own, not both.", ui.RealDate}, again.Faults())
	kept := again.Form("Make this pledge").Values
	for _, name := range []string{"receipt", "organisation", "audience", "bandGroup", "pledge", "dueOn-day", "dueOn-month", "dueOn-year", "display"} {
		require.Equal(t, form.Values.Get(name), kept.Get(name), name)
	}
	require.Equal(t, "I will <b>read</b>\nmore", strings.ReplaceAll(kept.Get("ownWords"), "\r\n", "\n"))
	s.empty()

	own := again.Form("Make this pledge").Fill(t, "pledge", "").Fill(t, "dueOn-day", "28")
	code := codeOn(t, s.send(own, 201))
	mine := s.mine("GET", "/v1/pledges/mine", code)
	require.Equal(t, "I will <b>read</b>\nmore", s.member(mine, "ownWords"))
	require.Equal(t, "2027-02-28", s.member(mine, "dueOn"))
	require.Contains(t, mine.Body.String(), `"display":true`)
}

func TestASurveyFormWithFaultsIsShownAgain(t *testing.T) {
	s := newSite(t)
	form := s.surveyFilled("after").Fill(t, "answers.A2", "no").Fill(t, "before", "S-1234")
	form.Values.Del("bandGroup")
	form.Values.Set("answers.A1", "perhaps")
	again := s.send(form, 422)
	require.Equal(t, []string{ui.ChooseBandGroup, ui.ChooseAnswer, ui.OnlyIf("Yes", 2), "This is not a code of ours: check that all of it is there."}, again.Faults())
	require.Contains(t, again.Links(), "#answers.A6")
	kept := again.Form("Send my answers").Values
	for _, name := range []string{"receipt", "audience", "answers.A2", "answers.A6", "before"} {
		require.Equal(t, form.Values.Get(name), kept.Get(name), name)
	}
	none := s.get("/survey/before/RXX?audience=board", 200).Form("Send my answers").Fill(t, "bandGroup", "8-9")
	again = s.send(none, 422)
	require.Equal(t, []string{"Answer at least one question."}, again.Faults())
	require.Contains(t, again.Links(), "#answers.B1")
	s.empty()

	// An answer that no longer fits can be taken back.
	fitting := s.send(form, 422).Form("Send my answers").Fill(t, "bandGroup", "5-7").Fill(t, "answers.A1", "agree").Fill(t, "answers.A6", "").Fill(t, "before", "")
	require.Equal(t, 201, s.sendRaw(fitting).Code)

	// Questions that are not on the page are unknown fields.
	board := s.get("/survey/before/RXX?audience=board", 200).Form("Send my answers").Fill(t, "bandGroup", "8-9").Fill(t, "answers.B1", "agree")
	board.Values.Set("answers.A1", "agree")
	require.Equal(t, 201, s.sendRaw(board).Code)

	// Without knowing who speaks there are no questions to show.
	board.Values.Del("audience")
	board.Values.Set("receipt", s.mint().String())
	require.Equal(t, []string{ui.ChooseAudience}, s.send(board, 422).Faults())
	require.Equal(t, []string{ui.ChooseAudience}, s.get("/survey/before/RXX?audience=", 422).Faults())
	require.Equal(t, []string{ui.ChooseAudience}, s.get("/survey/before/RXX?", 422).Faults(), "what browsers send when nothing is chosen")
	require.Equal(t, []string{ui.ChooseOrganisation}, s.get("/survey/before?organisation=", 422).Faults())
	require.Equal(t, []string{ui.ChooseOrganisation}, s.get("/survey/before?organisation=RYH", 422).Faults())
}

func TestAFormLeftOpenTooLongGetsAFreshReceipt(t *testing.T) {
	s := newSite(t)
	pledge, survey := s.pledgeFilled("/pledge").Fill(t, "dueOn-year", "2028"), s.surveyFilled("before")
	s.days(3)
	for button, form := range map[string]htmltest.Form{"Make this pledge": pledge, "Send my answers": survey} {
		again := s.send(form, 422)
		require.Equal(t, []string{ui.FormTooOld}, again.Faults())
		fresh := again.Form(button)
		require.True(t, strings.HasPrefix(fresh.Values.Get("receipt"), "2026-11-25."), fresh.Values.Get("receipt"))
		for name := range form.Values {
			if name != "receipt" {
				require.Equal(t, form.Values.Get(name), fresh.Values.Get(name), name)
			}
		}
		require.Equal(t, 201, s.sendRaw(fresh).Code)
	}
	require.Len(t, s.items(), 2)

	// One that is no receipt at all cannot be kept either.
	broken := s.pledgeFilled("/pledge")
	broken.Values.Set("receipt", "x")
	require.NotEqual(t, "x", s.send(broken, 422).Form("Make this pledge").Values.Get("receipt"))
}

func TestAFormThatWasTakenInIsNeverTooOld(t *testing.T) {
	s := newSite(t)
	form := s.pledgeFilled("/pledge")
	code := codeOn(t, s.send(form, 201))
	s.days(30)
	require.Equal(t, code, codeOn(t, s.send(form, 200)))
	form.Values.Del("bandGroup")
	again := s.send(form, 422)
	require.Equal(t, []string{ui.ChooseBandGroup}, again.Faults())
	require.Equal(t, form.Values.Get("receipt"), again.Form("Make this pledge").Values.Get("receipt"), "a fresh one would make two pledges of one")
	require.Len(t, s.items(), 1)
}

func TestAnAlteredFormIsRefusedAndTheFirstStands(t *testing.T) {
	s := newSite(t)
	pledge, survey := s.pledgeFilled("/pledge"), s.surveyFilled("before")
	s.send(pledge, 201)
	s.send(survey, 201)
	rows := s.items()
	require.Contains(t, s.send(pledge.Fill(t, "pledge", "PL02"), 409).Text("main"), ui.PledgeStands)
	require.Contains(t, s.send(survey.Fill(t, "answers.A1", "disagree"), 409).Text("main"), ui.ResponseStands)
	require.Equal(t, rows, s.items())
}

func TestPlacesThatAreNotThere(t *testing.T) {
	s := newSite(t)
	for path, says := range map[string]string{
		"/survey/during":     ui.UnknownSurvey,
		"/survey/during/RXX": ui.UnknownSurvey,
		"/survey/before/ZZZ": ui.UnknownOrganisation,
		"/survey/before/rxx": ui.UnknownOrganisation,
		"/survey/before/":    "There is nothing at this address.",
		"/nothing":           "There is nothing at this address.",
		"/pledge/":           "There is nothing at this address.",
		"/assets/site.css":   "There is nothing at this address.",
	} {
		require.Contains(t, s.get(path, 404).Text("main"), says, path)
	}
	for path, says := range map[string]string{
		"/survey/before/R1C": "is closed, so it takes no part. Start again and choose",
		"/survey/before/RYH": "is closed, so it takes no part.",
		"/survey/before/TAE": "TAE is closed, so it takes no part.",
	} {
		require.Contains(t, s.get(path, 410).Text("main"), says, path)
	}
}

func TestClosedTimes(t *testing.T) {
	s := newSite(t, with(campaigntest.Load(t, firstSurveyOver)))
	w := s.get("/survey/before", 410)
	require.Equal(t, "Not open", w.Text("h1"))
	require.Contains(t, w.Text("main"), "The first survey is open from 1 January 2026 to 30 June 2026.")
	require.Contains(t, s.get("/survey/before/RXX", 410).Text("main"), "30 June 2026")
	home := s.get("/", 200)
	require.NotContains(t, home.Links(), "/survey/before")
	require.Contains(t, home.Text("main"), "First survey: open from 1 January 2026 to 30 June 2026.")

	form := s.surveyFilled("after")
	form.Action = "/survey/before/RXX"
	require.Contains(t, s.send(form, 410).Text("main"), "30 June 2026")

	pledge := s.pledgeFilled("/pledge")
	s.now = day.Must("2031-01-01").Time()
	pledge.Values.Set("receipt", s.mint().String())
	pledge.Values.Set("dueOn-year", "2032")
	for _, w := range []*htmltest.Page{s.get("/pledge", 410), s.send(pledge, 410)} {
		require.Contains(t, w.Text("main"), "Pledges are taken from 1 January 2026 to 31 December 2030.")
	}
	require.Contains(t, s.get("/", 200).Text("main"), "Pledges are taken from 1 January 2026 to 31 December 2030.")
	s.empty()
}

// firstSurveyOver closes the first survey before the sites' day.
var firstSurveyOver = campaigntest.JSON(`"name": "First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"name": "First survey", "opens": "2026-01-01", "closes": "2026-06-30"`)

func TestAssets(t *testing.T) {
	s := newSite(t)
	for name, mediaType := range map[string]string{"site.css": "text/css; charset=utf-8", "receipt.js": "text/javascript; charset=utf-8"} {
		address, err := ui.Asset(name)
		require.NoError(t, err)
		w := s.do(request{"GET", address, nil, ""})
		require.Equal(t, 200, w.Code)
		require.Equal(t, mediaType, w.Header().Get("Content-Type"))
		require.Equal(t, "public, max-age=31536000, immutable", w.Header().Get("Cache-Control"))
		require.Contains(t, s.do(request{"GET", "/survey/withdraw", nil, ""}).Body.String(), address)
	}
}
