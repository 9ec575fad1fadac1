package intake_test

import (
	"compress/gzip"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/intake"
	"learningforlife/shared/web/signed"
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

// goOn fills in a step, fields and values by turns, and goes on.
func (s *site) goOn(p *htmltest.Page, fill ...string) *htmltest.Page {
	s.Helper()
	return s.send(s.filled(p.Form("Continue"), fill...), 200)
}

func (s *site) filled(f htmltest.Form, fill ...string) htmltest.Form {
	s.Helper()
	for i := 0; i < len(fill); i += 2 {
		f = f.Fill(s, fill[i], fill[i+1])
	}
	return f
}

// pledgeChecked walks through the form for a pledge to the list of what was entered.
func (s *site) pledgeChecked(path string) *htmltest.Page {
	s.Helper()
	p := s.goOn(s.get(path, 200), "organisation", "RXX")
	p = s.goOn(p, "audience", "staff")
	p = s.goOn(p, "bandGroup", "1-4")
	p = s.goOn(p, "pledge", "PL01")
	p = s.goOn(p, "dueOn-day", "1", "dueOn-month", "3", "dueOn-year", "2027")
	require.Equal(s, "Check your pledge", p.Text("h1"))
	return p
}

// pledgeFilled is the form for a pledge, ready to be sent.
func (s *site) pledgeFilled(path string) htmltest.Form {
	s.Helper()
	return s.pledgeChecked(path).Form("Make this pledge")
}

// surveyStart chooses an organisation and leads to the first step of its survey.
func (s *site) surveyStart(wave string) *htmltest.Page {
	s.Helper()
	chosen := s.sendRaw(s.get("/survey/"+wave, 200).Form("Continue").Fill(s, "organisation", "RXX"))
	require.Equal(s, 303, chosen.Code)
	return s.get(chosen.Header().Get("Location"), 200)
}

// surveyChecked walks through a survey to the list of what was entered. It answers two questions and the one they lead to.
func (s *site) surveyChecked(wave string) *htmltest.Page {
	s.Helper()
	p := s.goOn(s.surveyStart(wave), "audience", "staff")
	p = s.goOn(p, "bandGroup", "1-4")
	p = s.goOn(p, "answers.A1", "agree")
	p = s.goOn(p, "answers.A2", "yes")
	for p.Text("h1") != "Check your answers" {
		if strings.Contains(p.Text("h1"), "positive impact") {
			p = s.goOn(p, "answers.A6", "agree")
			continue
		}
		p = s.goOn(p)
	}
	return p
}

// surveyFilled is a survey, ready to be sent.
func (s *site) surveyFilled(wave string) htmltest.Form {
	s.Helper()
	return s.surveyChecked(wave).Form("Send my answers")
}

// onePage shows a survey with all its questions on one page.
func (s *site) onePage(wave, audience string) *htmltest.Page {
	s.Helper()
	return s.send(s.surveyStart(wave).Form("Show all questions on one page").Fill(s, "audience", audience), 200)
}

func TestPledgeWithoutScripts(t *testing.T) {
	s := newSite(t)
	home := s.get("/", 200)
	require.Contains(t, home.Links(), "/pledge")
	require.Contains(t, home.Text("main"), "Boards see the business sense")

	checked := s.pledgeChecked("/pledge")
	list := checked.Text("dl")
	for _, entry := range []string{"Surrey and Borders Partnership NHS Foundation Trust", "Member of staff", "Bands 1 to 4", "I will ask my manager what learning I can do this year.", "1 March 2027"} {
		require.Contains(t, list, entry)
	}
	form := checked.Form("Make this pledge")
	done := s.send(form, 201)
	require.Equal(t, "You made a pledge", done.Text("h1"))
	code := codeOn(t, done)
	require.Contains(t, done.Links(), base+"/pledge/manage#"+code)
	require.Len(t, done.All("svg"), 1, "the link as a square code")
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
	require.Equal(t, []string{"There is a slip in this code: check it letter by letter"}, wrong.Faults())
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
	require.Contains(t, saved.Text("main"), "We have saved how far you got.")
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
	checked := s.surveyChecked("before")
	require.NotContains(t, checked.Text("dl"), "Your code", "the first survey asks for no earlier code")
	require.Contains(t, checked.Text("dl"), "Not answered")
	done := s.send(checked.Form("Send my answers"), 201)
	code := codeOn(t, done)
	require.True(t, strings.HasPrefix(code, "S-"))
	require.Contains(t, done.Links(), base+"/survey/after/RXX#"+code)
	require.Contains(t, done.Links(), base+"/survey/withdraw#"+code)
	require.Len(t, done.All("svg"), 1, "the link as a square code")
	require.Contains(t, s.sendRaw(done.Form("Put a reminder in my calendar")).Body.String(), "DTSTART;VALUE=DATE:20261123")

	after := s.surveyChecked("after")
	entered := s.send(after.Form("Change Your code from the first survey"), 200)
	after = s.goOn(entered, "before", code)
	after = s.goOn(s.send(after.Form("Change 7. Did you see or hear about Learning for Life at work?"), 200), "answers.A7", "yes")
	last := s.send(after.Form("Send my answers"), 201)
	second := codeOn(t, last)
	require.NotContains(t, strings.Join(last.Links(), " "), "/survey/after", "no survey follows")
	s.linkedTo(code, []byte{2, 1, 0, 0, 0, 2, 1})

	asked := s.get("/survey/withdraw", 200).Form("Continue")
	require.Equal(t, []string{"This code is for a pledge: enter the survey code, which starts with S"},
		s.send(asked.Fill(t, "receipt", s.mint().Code('P')), 422).Faults())
	require.Equal(t, []string{ui.UnknownSurveyCode}, s.send(asked.Fill(t, "receipt", s.mint().Code('S')), 404).Faults())
	sure := s.send(asked.Fill(t, "receipt", second), 200)
	require.NotContains(t, sure.Text("main"), "agree", "answers never come back")
	gone := s.send(sure.Form("Withdraw my survey answers"), 200)
	require.Equal(t, "We have withdrawn your survey answers", gone.Text("h1"))
	require.Equal(t, 410, s.sendRaw(asked.Fill(t, "receipt", second)).Code)
}

// linkedTo requires that two responses are stored of which one names the other, by its code, and holds the answers.
func (s *site) linkedTo(code string, answers []byte) {
	s.Helper()
	rows := s.items()
	require.Len(s, rows, 2)
	linked := 0
	for _, row := range rows {
		v, err := row.View()
		require.NoError(s, err)
		if v.HasLink() {
			linked++
			receipt, err := submission.ParseReceipt(submission.KindResponse, code)
			require.NoError(s, err)
			key := receipt.Key(submission.KindResponse)
			require.Equal(s, key.Link(), v.Link(), "the second names the first")
			require.Equal(s, answers, v.Answers())
		}
	}
	require.Equal(s, 1, linked)
}

func TestTheCodeOfALinkIsCarriedAlong(t *testing.T) {
	s := newSite(t)
	code := codeOn(t, s.send(s.surveyFilled("before"), 201))
	start := s.get("/survey/after/RXX", 200)
	carried := start.Form("Continue").Fill(t, "audience", "staff")
	carried.Values.Set("carried", code) // as the script does
	p := s.goOn(s.send(carried, 200))
	p = s.goOn(p, "answers.A1", "agree")
	for p.Text("h1") != "Check your answers" {
		require.NotContains(t, p.Text("h1"), "code", "what the link brought is not asked for")
		p = s.goOn(p)
	}
	require.Contains(t, p.Text("dl"), code)
	again := s.send(p.Form("Change Who you are"), 200)
	require.Contains(t, s.goOn(again).Text("dl"), code, "it is still there when that step is gone through again")
	require.Equal(t, 201, s.sendRaw(p.Form("Send my answers")).Code)
	s.linkedTo(code, []byte{2})

	// It can be taken back, and a broken one is not held against anybody.
	without := s.goOn(s.send(p.Form("Change Your code from the first survey"), 200), "before", "")
	require.NotContains(t, without.Text("dl"), code)
	carried.Values.Set("carried", "S-1234")
	require.Equal(t, 200, s.sendRaw(carried).Code)
}

func TestALinkThatNamesTheOrganisationChoosesIt(t *testing.T) {
	s := newSite(t)
	require.Equal(t, "RXX", s.get("/pledge?organisation=RXX", 200).Form("Continue").Values.Get("organisation"))
	require.Empty(t, s.get("/pledge?organisation=NO", 200).Form("Continue").Values.Get("organisation"))
	require.Empty(t, s.get("/pledge", 200).Form("Continue").Values.Get("organisation"))
}

// entries opens what a form has so far, as nobody but the server can.
func (s *site) entries(f htmltest.Form) url.Values {
	s.Helper()
	for _, name := range []string{"pledge", "/survey/before/RXX", "/survey/after/RXX"} {
		if e, err := formKey(s).Open(name, f.Values.Get("state")); err == nil {
			return e
		}
	}
	require.Fail(s, "the state is of no form")
	return nil
}

func TestEachFormHasAReceiptOfItsOwn(t *testing.T) {
	s := newSite(t)
	one := s.entries(s.get("/pledge", 200).Form("Continue")).Get("receipt")
	two := s.entries(s.get("/pledge", 200).Form("Continue")).Get("receipt")
	require.NotEqual(t, one, two)
	require.True(t, strings.HasPrefix(one, today.String()+"."))

	// It is minted when the form is first shown, and kept until the acknowledgement.
	first := s.get("/survey/before/RXX", 200)
	receipt := s.entries(first.Form("Continue")).Get("receipt")
	p := s.goOn(first, "audience", "board")
	p = s.send(s.goOn(p).Form("Back"), 200)
	p = s.goOn(s.goOn(p), "answers.B1", "agree")
	p = s.goOn(s.goOn(p))
	sent := p.Form("Send my answers")
	require.Equal(t, receipt, s.entries(sent).Get("receipt"))
	done := codeOn(t, s.send(sent, 201))
	of, err := submission.ParseReceipt(submission.KindResponse, done)
	require.NoError(t, err)
	require.Equal(t, receipt, of.String())
}

func TestBackAndForthKeepsWhatWasEntered(t *testing.T) {
	s := newSite(t)
	p := s.goOn(s.surveyStart("before"), "audience", "staff")
	p = s.goOn(p, "bandGroup", "5-7")
	p = s.goOn(p, "answers.A1", "agree")
	require.Contains(t, p.Text("legend"), "Question 2 of 5")
	p = s.send(p.Form("Back"), 200)
	require.Equal(t, "agree", p.Form("Continue").Values.Get("answers.A1"))
	p = s.send(p.Form("Back"), 200)
	require.Equal(t, "5-7", p.Form("Continue").Values.Get("bandGroup"))
	p = s.goOn(s.goOn(p))
	p = s.goOn(p, "answers.A2", "yes")
	require.Contains(t, p.Text("legend"), "Question 3 of 6", "the answer brought a question")
	for p.Text("h1") != "Check your answers" {
		p = s.goOn(p)
	}
	require.Contains(t, s.send(p.Form("Back"), 200).Text("h1"), "positive impact", "from the list back leads to the last question")

	// A change leads back to the list; one that brings a question leads to that first.
	p = s.goOn(s.send(p.Form("Change 2. In the last 12 months I took part in learning at work. Do not count training you must do."), 200), "answers.A2", "no")
	require.Equal(t, "Check your answers", p.Text("h1"))
	require.NotContains(t, p.Text("dl"), "positive impact")
	board := s.goOn(s.send(p.Form("Change Who you are"), 200), "audience", "board")
	require.Contains(t, board.Text("h1"), "good business sense")
	board = s.goOn(board, "answers.B1", "agree")
	require.Contains(t, board.Text("h1"), "our board used evidence")
	board = s.goOn(s.goOn(board))
	require.Equal(t, "Check your answers", board.Text("h1"))
	require.NotContains(t, board.Text("dl"), "I know what learning")
	require.Equal(t, 201, s.sendRaw(board.Form("Send my answers")).Code, "answers to questions that are no longer asked are not sent")
}

func TestAPledgeFormWithFaultsIsShownAgain(t *testing.T) {
	s := newSite(t)
	start := s.get("/pledge", 200)
	again := s.send(start.Form("Continue"), 422)
	require.Equal(t, []string{ui.ChooseOrganisation}, again.Faults())
	require.Equal(t, s.entries(start.Form("Continue")).Get("receipt"), s.entries(again.Form("Continue")).Get("receipt"), "the same submission as before")
	p := s.goOn(again, "organisation", "RXX")
	require.Equal(t, []string{ui.ChooseAudience}, s.send(p.Form("Continue"), 422).Faults())
	p = s.goOn(p, "audience", "staff")
	require.Equal(t, []string{ui.ChooseBandGroup}, s.send(p.Form("Continue"), 422).Faults())
	p = s.goOn(p, "bandGroup", "1-4")
	require.Equal(t, []string{ui.ChoosePledge}, s.send(p.Form("Continue"), 422).Faults())
	wrong := s.send(p.Form("Continue").Fill(t, "pledge", "own"), 422)
	require.Equal(t, []string{ui.WriteOwnWords}, wrong.Faults())
	require.Contains(t, wrong.Links(), "#ownWords")
	long := s.send(p.Form("Continue").Fill(t, "pledge", "own").Fill(t, "ownWords", strings.Repeat("é", 201)).Fill(t, "display", "true"), 422)
	require.Equal(t, []string{"Use 200 characters or fewer. You have used 201"}, long.Faults())
	require.Equal(t, strings.Repeat("é", 201), long.Form("Continue").Values.Get("ownWords"))
	require.Equal(t, "true", long.Form("Continue").Values.Get("display"))

	own := long.Form("Continue").Fill(t, "ownWords", "I will <b>read</b>\r\nmore")
	own.Values.Add("pledge", "PL02") // the first counts
	own.Values.Set("unknown", "ignored")
	p = s.send(own, 200)
	require.Equal(t, []string{ui.RealDate("20 2 2027")}, s.send(p.Form("Continue").Fill(t, "dueOn-day", "31").Fill(t, "dueOn-month", "2").Fill(t, "dueOn-year", "2027"), 422).Faults())
	past := s.send(p.Form("Continue").Fill(t, "dueOn-day", "21").Fill(t, "dueOn-month", "11").Fill(t, "dueOn-year", "2026"), 422)
	require.Equal(t, []string{"Enter a date that is not in the past"}, past.Faults())
	require.Equal(t, "21", past.Form("Continue").Values.Get("dueOn-day"))
	p = s.goOn(past, "dueOn-day", "28", "dueOn-month", "2", "dueOn-year", "2027")
	s.empty()
	code := codeOn(t, s.send(p.Form("Make this pledge"), 201))
	mine := s.mine("GET", "/v1/pledges/mine", code)
	require.Equal(t, "I will <b>read</b>\nmore", s.member(mine, "ownWords"))
	require.Equal(t, "2027-02-28", s.member(mine, "dueOn"))
	require.Contains(t, mine.Body.String(), `"display":true`)
}

func TestASurveyOnOnePageWithFaultsIsShownAgain(t *testing.T) {
	s := newSite(t)
	form := s.filled(s.onePage("after", "staff").Form("Send my answers"), "bandGroup", "1-4", "answers.A2", "no", "answers.A6", "agree", "before", "S-1234")
	form.Values.Set("answers.A1", "perhaps")
	form.Values.Set("bandGroup", "everyone")
	again := s.send(form, 422)
	require.Equal(t, []string{ui.ChooseBandGroup, ui.ChooseAnswer, ui.OnlyIf("Yes", "2"), "This is not a code of ours: check that all of it is there"}, again.Faults())
	require.Contains(t, again.Links(), "#answers.A6")
	kept := again.Form("Send my answers").Values
	for _, name := range []string{"answers.A2", "answers.A6", "before"} {
		require.Equal(t, form.Values.Get(name), kept.Get(name), name)
	}
	none := s.onePage("before", "board").Form("Send my answers")
	again = s.send(none, 422)
	require.Equal(t, []string{ui.AnswerOne}, again.Faults())
	require.Contains(t, again.Links(), "#answers.B1")
	require.Equal(t, s.entries(none).Get("receipt"), s.entries(again.Form("Send my answers")).Get("receipt"), "the same submission as before")
	s.empty()

	// An answer that no longer fits can be taken back.
	fitting := s.filled(s.send(form, 422).Form("Send my answers"), "bandGroup", "5-7", "answers.A1", "agree", "answers.A6", "", "before", "")
	require.Equal(t, 201, s.sendRaw(fitting).Code)

	// Questions that are not on the page are unknown fields.
	board := s.onePage("before", "board").Form("Send my answers").Fill(t, "answers.B1", "agree")
	board.Values.Set("answers.A1", "agree")
	require.Equal(t, 201, s.sendRaw(board).Code)
	require.Equal(t, []string{ui.ChooseOrganisation}, s.get("/survey/before?organisation=", 422).Faults())
	require.Equal(t, []string{ui.ChooseOrganisation}, s.get("/survey/before?organisation=RYH", 422).Faults())
}

func TestNothingIsNeededButAnOrganisationAndOneAnswer(t *testing.T) {
	s := newSite(t)
	p := s.surveyStart("before")
	for p.Text("h1") != "Check your answers" {
		p = s.goOn(p)
	}
	none := s.send(p.Form("Send my answers"), 422)
	require.Equal(t, []string{ui.AnswerOne}, none.Faults())
	require.Contains(t, none.Links(), "#change-answers.A1")
	p = s.goOn(s.send(none.Form("Change 1. I know what learning I can do through work, and how to ask for it."), 200), "answers.A1", "dont_know")
	require.Equal(t, 201, s.sendRaw(p.Form("Send my answers")).Code)
	require.Len(t, s.items(), 1)
}

func TestAFormLeftOpenTooLongGetsAFreshReceipt(t *testing.T) {
	s := newSite(t)
	pledge, survey, whole := s.pledgeFilled("/pledge"), s.surveyFilled("before"), s.filled(s.onePage("after", "staff").Form("Send my answers"), "answers.A1", "agree")
	s.days(3)
	for _, form := range []htmltest.Form{pledge, survey, whole} {
		again := s.send(form, 422)
		require.Equal(t, []string{ui.FormTooOld}, again.Faults())
		button := "Send my answers"
		if again.Has("Make this pledge") {
			button = "Make this pledge"
		}
		fresh := again.Form(button)
		require.True(t, strings.HasPrefix(s.entries(fresh).Get("receipt"), "2026-11-25."))
		for name, values := range s.entries(form) {
			if name != "receipt" {
				require.Equal(t, values, s.entries(fresh)[name], name)
			}
		}
		require.Equal(t, 201, s.sendRaw(fresh).Code)
	}
	require.Len(t, s.items(), 3)
}

func TestAFormThatWasTakenInIsNeverTooOld(t *testing.T) {
	s := newSite(t)
	form := s.pledgeFilled("/pledge")
	code := codeOn(t, s.send(form, 201))
	s.days(30)
	require.Equal(t, code, codeOn(t, s.send(form, 200)))
	require.Len(t, s.items(), 1)
}

func TestAnAlteredFormIsRefusedAndTheFirstStands(t *testing.T) {
	s := newSite(t)
	pledge, survey := s.pledgeChecked("/pledge"), s.surveyChecked("before")
	s.send(pledge.Form("Make this pledge"), 201)
	s.send(survey.Form("Send my answers"), 201)
	rows := s.items()
	// As from a second tab, or after going back.
	other := s.goOn(s.send(pledge.Form("Change Your pledge"), 200), "pledge", "PL02")
	require.Contains(t, s.send(other.Form("Make this pledge"), 409).Text("main"), ui.PledgeStands)
	another := s.goOn(s.send(survey.Form("Change Your pay band"), 200), "bandGroup", "5-7")
	require.Contains(t, s.send(another.Form("Send my answers"), 409).Text("main"), ui.ResponseStands)
	require.Equal(t, rows, s.items())
}

func TestAPageThatWasNotSignedHereBeginsAnew(t *testing.T) {
	s := newSite(t)
	pledge, survey := s.pledgeFilled("/pledge"), s.surveyFilled("before")
	foreign := pledge
	foreign.Action = survey.Action
	for name, form := range map[string]htmltest.Form{"of another form": foreign, "altered": pledge, "another key": survey} {
		switch name {
		case "altered":
			state := []byte(form.Values.Get("state"))
			state[len(state)/2] ^= 1
			form.Values = url.Values{"state": {string(state)}, "at": {"check"}, "go": {"send"}}
		case "another key":
			key, err := signed.NewKey(make([]byte, signed.MinKey))
			require.NoError(t, err)
			form.Values = url.Values{"state": {key.Seal("/survey/before/RXX", s.entries(form))}, "go": {"send"}}
		}
		again := s.send(form, 422)
		require.Equal(t, []string{ui.FormLost}, again.Faults(), name)
		require.True(t, again.Has("Continue"), name)
	}
	s.empty()
}

// TestWhatCouldNotBeTakenIsSentAgain holds that a page which tells of a busy or broken server sends what was entered once more.
func TestWhatCouldNotBeTakenIsSentAgain(t *testing.T) {
	s := newSite(t, func(c *intake.Config) { c.Limit = 1 })
	form, other := s.surveyFilled("before"), s.surveyFilled("before")
	require.Equal(t, 201, s.sendRaw(other).Code)
	busy := s.send(form, 429)
	require.Contains(t, busy.Text("main"), "Please wait a moment.")
	s.now = s.now.Add(2 * time.Second)
	require.Equal(t, 201, s.sendRaw(busy.Form("Send it again")).Code)
	require.Len(t, s.items(), 2)

	require.NoError(t, s.store.Close())
	s.now = s.now.Add(2 * time.Second)
	broken := s.send(form, 503)
	require.Contains(t, broken.Text("main"), "Nothing is counted twice.")
	require.Equal(t, s.entries(form), s.entries(broken.Form("Send it again")))
}

func TestPagesOfText(t *testing.T) {
	s := newSite(t, func(c *intake.Config) {
		c.Settings = ui.Settings{Brand: "A <Trust>", Controller: "The <Controller>", Contact: "mail@example.org"}
	})
	for path, says := range map[string]string{
		"/why": "The case for a board, on one page.", "/privacy": "The <Controller> decides what is done with what you send.",
		"/accessibility": "You can reach us here: mail@example.org.", "/cookies": "We set no cookies on the pages for pledges and surveys",
	} {
		p := s.get(path, 200)
		require.Contains(t, p.Text("main"), says, path)
		require.Contains(t, p.Text("header"), "A <Trust>", path)
	}
	nobody := newSite(t)
	require.Contains(t, nobody.get("/privacy", 200).Text("main"), "Nobody is named here yet.")
	require.NotContains(t, nobody.get("/", 200).Text("header"), "Trust")
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

	s.now = day.Must("2026-06-30").Time()
	first, half := s.surveyFilled("before"), s.surveyStart("before").Form("Continue")
	s.now = today.Time()
	for _, form := range []htmltest.Form{first, half} {
		require.Contains(t, s.send(form, 410).Text("main"), "30 June 2026")
	}

	s.now = day.Must("2030-12-31").Time()
	pledge, step := s.goOn(s.goOn(s.goOn(s.goOn(s.goOn(s.get("/pledge", 200), "organisation", "RXX"), "audience", "staff"), "bandGroup", "1-4"), "pledge", "PL01")), s.get("/pledge", 200)
	s.now = day.Must("2031-01-01").Time()
	for _, w := range []*htmltest.Page{s.get("/pledge", 410), s.send(pledge.Form("Make this pledge"), 410), s.send(step.Form("Continue"), 410)} {
		require.Contains(t, w.Text("main"), "Pledges are taken from 1 January 2026 to 31 December 2030.")
	}
	require.Contains(t, s.get("/", 200).Text("main"), "Pledges are taken from 1 January 2026 to 31 December 2030.")
	s.empty()
}

// firstSurveyOver closes the first survey before the sites' day.
var firstSurveyOver = campaigntest.JSON(`"name": "First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"name": "First survey", "opens": "2026-01-01", "closes": "2026-06-30"`)

func TestAssets(t *testing.T) {
	s := newSite(t)
	for name, mediaType := range map[string]string{"site.css": "text/css; charset=utf-8", "boot.js": "text/javascript; charset=utf-8", "nhsuk.css": "text/css; charset=utf-8"} {
		address, err := ui.Asset(name)
		require.NoError(t, err)
		w := s.do(request{"GET", address, nil, ""})
		require.Equal(t, 200, w.Code)
		require.Equal(t, mediaType, w.Header().Get("Content-Type"))
		require.Equal(t, "public, max-age=31536000, immutable", w.Header().Get("Cache-Control"))
		require.Contains(t, s.do(request{"GET", "/survey/withdraw", nil, ""}).Body.String(), address)
		packed := s.do(request{"GET", address, []string{"Accept-Encoding", "br, gzip"}, ""})
		require.Equal(t, "gzip", packed.Header().Get("Content-Encoding"))
		unpacked, err := gzip.NewReader(packed.Body)
		require.NoError(t, err)
		content, err := io.ReadAll(unpacked)
		require.NoError(t, err)
		require.Equal(t, w.Body.String(), string(content))
	}
}
