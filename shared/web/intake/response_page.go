package intake

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
	"learningforlife/shared/web/ui/component"
)

// What somebody is taken for who does not say, as the choices themselves tell them.
const (
	audienceLeftOut  = "staff"
	bandGroupLeftOut = "unknown"
)

// carriedField is the code of an earlier survey that a link brought along.
const carriedField = "carried"

// wave returns the index of the wave that the path names.
func (s *server) wave(r *http.Request) (int, error) {
	wave := s.Campaign.Wave(r.PathValue("wave"))
	if wave < 0 {
		return 0, respond.Detail(respond.ErrNotFound, ui.UnknownSurvey)
	}
	return wave, nil
}

// open returns an error that tells when the wave is open if it is not today.
func (s *server) open(wave int) error {
	if s.Campaign.Waves[wave].Open(s.today()) {
		return nil
	}
	return waveClosed(campaign.ErrClosed, s.Campaign.Waves[wave])
}

// openWave is wave for pages that only an open one has.
func (s *server) openWave(r *http.Request) (int, error) {
	wave, err := s.wave(r)
	if err == nil {
		err = s.open(wave)
	}
	return wave, err
}

// surveyOrganisation asks for the organisation and sends the browser on to its survey.
func (s *server) surveyOrganisation(w http.ResponseWriter, r *http.Request) error {
	wave, err := s.openWave(r)
	if err != nil {
		return err
	}
	today, query := s.today(), r.URL.Query()
	chosen := query.Get(submission.FieldOrganisation)
	trust, known := s.Campaign.Organisations.Find(chosen)
	w.Header().Set("Cache-Control", respond.Step)
	survey := s.survey(wave, today)
	if known && trust.Open(today) {
		return respond.SeeOther(w, surveyPath(survey.ID, chosen))
	}
	status, f := http.StatusOK, faults{}
	if query.Has(submission.FieldOrganisation) {
		status = http.StatusUnprocessableEntity
		f = atFields([]ui.Fault{{Field: submission.FieldOrganisation, Message: ui.ChooseOrganisation}})
	}
	p, err := s.askOrganisation(chosen, f)
	if err != nil {
		return err
	}
	p.Title, p.Faults, p.Method, p.Address, p.Lead = survey.Name, f.list, "get", "/survey/"+survey.ID, ui.SurveyLead(survey)
	return s.page(w, status, p)
}

// surveyForm shows the first step of a survey for an organisation.
func (s *server) surveyForm(w http.ResponseWriter, r *http.Request) error {
	wave, err := s.openWave(r)
	if err != nil {
		return err
	}
	trust, err := s.organisation(r.PathValue("code"), s.today())
	if err != nil {
		return err
	}
	return s.begin(w, s.surveyFlow(wave, trust), url.Values{})
}

func (s *server) sendResponse(w http.ResponseWriter, r *http.Request) error {
	wave, err := s.wave(r)
	if err != nil {
		return err
	}
	form, err := respond.ReadForm(w, r)
	if err != nil {
		return err
	}
	trust, open := s.organisation(r.PathValue("code"), s.today())
	if closed := s.open(wave); closed != nil {
		open = closed
	}
	if trust.Code == "" {
		return open
	}
	return s.follow(w, r, s.surveyFlow(wave, trust), form, open)
}

// surveyForm is a survey that is being filled in for a trust.
type surveyForm struct {
	*server
	wave  int
	trust campaign.Trust
	shown ui.Survey
}

func (s *server) surveyFlow(wave int, trust campaign.Trust) flow {
	v := surveyForm{s, wave, trust, s.survey(wave, s.today())}
	address := surveyPath(v.shown.ID, trust.Code)
	return flow{
		name: address, address: address, check: ui.SurveyCheck, stands: ui.ResponseStands,
		steps: v.steps, whole: v.whole, word: v.word,
		send: func(r *http.Request, e url.Values) (ui.Page, bool, error) {
			receipt, created, err := s.addResponse(r, v.entered(e))
			return s.surveyDone(wave, trust.Code, receipt), created, err
		},
	}
}

// surveyDone confirms a response and says how its receipt is kept.
func (s *server) surveyDone(wave int, organisation string, receipt submission.Receipt) ui.SurveyDone {
	code := receipt.Code(submission.KindResponse)
	done := ui.SurveyDone{Code: code, WithdrawURL: s.withdrawURL(code)}
	if next := s.next(wave); next >= 0 {
		survey := s.survey(next, s.today())
		done.Next, done.ReturnURL = &survey, s.returnURL(code, wave, organisation)
		_, done.Remind = s.remindOn(wave, s.today())
	}
	return done
}

// audience is the index of the audience that the entries are of.
func (v surveyForm) audience(e url.Values) int {
	return v.Campaign.Audience(cmp.Or(e.Get(submission.FieldAudience), audienceLeftOut))
}

func (v surveyForm) steps(e url.Values) []step {
	steps := []step{v.audienceStep(e), v.bandStep(e)}
	steps = append(steps, v.questionSteps(e)...)
	if v.Campaign.Waves[v.wave].Follows >= 0 {
		steps = append(steps, v.beforeStep(e))
	}
	return steps
}

// wrong is what is wrong with the entries so far that is about one of the fields.
func (v surveyForm) wrong(e url.Values, fields ...string) func() []ui.Fault {
	return func() []ui.Fault {
		all := v.Register.ResponseFaults(v.today(), v.entered(e))
		all = slices.DeleteFunc(all, func(f submission.Fault) bool { return f.Field == submission.FieldAnswers }) // there are more to come
		return about(all, v.word(e), fields...)
	}
}

func (v surveyForm) audienceStep(e url.Values) step {
	const name = submission.FieldAudience
	follows := v.Campaign.Waves[v.wave].Follows >= 0
	st := step{name: name, fields: []string{name}, question: ui.SurveyAudience, answer: v.audienceName(e.Get(name)), faults: v.wrong(e, name)}
	if follows {
		st.fields = append(st.fields, carriedField)
	}
	st.ask = func(f faults) (ui.Step, error) {
		p := v.ask(ui.AudienceField(name, v.audienceChoices(e.Get(name)), true, ui.Ask{}, f.at[name]))
		p.Lead = ui.SurveyLead(v.shown) + ui.SurveyAt(organisationName(v.trust), "/survey/"+v.shown.ID)
		p.Whole = true
		if follows {
			p.Receipt, p.ReceiptName, p.ReceiptValue = true, carriedField, e.Get(carriedField)
		}
		return p, nil
	}
	return st
}

func (v surveyForm) ask(controls ...component.Component) ui.Step {
	return ui.Step{Title: v.shown.Name, Send: ui.Continue(), Controls: controls}
}

func (v surveyForm) bandStep(e url.Values) step {
	const name = submission.FieldBandGroup
	return step{name: name, fields: []string{name}, question: ui.SurveyBandGroup, answer: v.bandGroupName(e.Get(name)), faults: v.wrong(e, name),
		ask: func(f faults) (ui.Step, error) {
			return v.ask(ui.BandGroupField(name, v.bandGroupChoices(e.Get(name)), true, ui.AboutAsk(v.shown), f.at[name])), nil
		}}
}

// questionSteps are the questions that are put to whoever made the entries, with branches followed.
func (v surveyForm) questionSteps(e url.Values) []step {
	var steps []step
	asked := v.followed(e)
	for i, q := range asked {
		name := v.questionField(q)
		question := v.Campaign.Questions[q]
		st := step{name: name, fields: []string{name}, question: ui.Numbered(i+1, question.Text), faults: v.wrong(e, name)}
		if a := v.Campaign.Answer(q, e.Get(name)); a >= 0 {
			st.answer = v.Campaign.Answers(q)[a].Text
		}
		st.ask = func(f faults) (ui.Step, error) {
			return v.ask(ui.QuestionField(name, question.Text, v.answerChoices(q, e.Get(name)), ui.QuestionAsk(v.shown, i+1, len(asked)), f.at[name])), nil
		}
		steps = append(steps, st)
	}
	return steps
}

// followed lists the indexes of the questions that the entries lead to.
func (v surveyForm) followed(e url.Values) []int {
	var list []int
	for _, q := range v.asked(v.wave, v.audience(e)) {
		if b := v.Campaign.Questions[q].AskedIf; b == nil || e.Get(v.questionField(b.Question)) == v.Campaign.Answers(b.Question)[b.Answer].ID {
			list = append(list, q)
		}
	}
	return list
}

func (v surveyForm) earlier() string {
	return strings.ToLower(v.Campaign.Waves[v.Campaign.Waves[v.wave].Follows].Name)
}

// before is the code of the earlier survey: the one that was entered, or else that of the link.
func (v surveyForm) before(e url.Values) string {
	if e.Has(submission.FieldBefore) {
		return strings.TrimSpace(e.Get(submission.FieldBefore))
	}
	if _, err := submission.ParseReceipt(submission.KindResponse, e.Get(carriedField)); err != nil {
		return "" // nobody entered it, so nobody is bothered with what is wrong with it
	}
	return e.Get(carriedField)
}

func (v surveyForm) beforeStep(e url.Values) step {
	const name = submission.FieldBefore
	code := v.before(e)
	return step{name: name, fields: []string{name}, question: ui.SurveyBefore(v.earlier()), answer: code, faults: v.wrong(e, name),
		passed: code != "" && !e.Has(name),
		ask: func(f faults) (ui.Step, error) {
			return v.ask(ui.BeforeField(name, code, v.earlier(), ui.AboutAsk(v.shown), f.at[name])), nil
		}}
}

// whole is all questions for the audience on one page.
func (v surveyForm) whole(e url.Values) step {
	const band, before = submission.FieldBandGroup, submission.FieldBefore
	asked := v.asked(v.wave, v.audience(e))
	st := step{name: wholeEntry, fields: []string{band}}
	for _, q := range asked {
		st.fields = append(st.fields, v.questionField(q))
	}
	follows := v.Campaign.Waves[v.wave].Follows >= 0
	if follows {
		st.fields = append(st.fields, before)
	}
	st.ask = func(f faults) (ui.Step, error) {
		p := v.ask(ui.BandGroupField(band, v.bandGroupChoices(e.Get(band)), true, ui.Ask{}, f.at[band]))
		p.Title, p.Lead, p.Send, p.Go = ui.WholeTitle(v.shown), ui.WholeLead(), ui.SurveySend(), ui.GoSend
		for i, q := range asked {
			name := v.questionField(q)
			p.Controls = append(p.Controls, ui.QuestionInList(name, i+1, v.Campaign.Questions[q].Text, v.condition(asked, q), v.answerChoices(q, e.Get(name)), f.at[name]))
		}
		if follows {
			p.Controls = append(p.Controls, ui.BeforeField(before, v.before(e), v.earlier(), ui.Ask{}, f.at[before]))
		}
		return p, nil
	}
	return st
}

// entered is the draft among the entries. On one page, an answer to a question that another answer does
// not lead to was given in plain sight and is told of; in steps it was given before that answer, and given up with it.
func (v surveyForm) entered(e url.Values) submission.ResponseDraft {
	d := submission.ResponseDraft{
		Receipt:      e.Get(receiptField),
		Wave:         v.shown.ID,
		Organisation: v.trust.Code,
		Audience:     cmp.Or(e.Get(submission.FieldAudience), audienceLeftOut),
		BandGroup:    cmp.Or(e.Get(submission.FieldBandGroup), bandGroupLeftOut),
	}
	asked := v.followed(e)
	if e.Has(wholeEntry) {
		asked = v.asked(v.wave, v.audience(e))
	}
	for _, q := range asked {
		if answer := e.Get(v.questionField(q)); answer != "" {
			d.Answers = append(d.Answers, submission.AnswerDraft{Question: v.Campaign.Questions[q].ID, Answer: answer})
		}
	}
	if v.Campaign.Waves[v.wave].Follows >= 0 {
		d.Before = v.before(e)
	}
	return d
}

// word words the faults of a form with these entries.
func (v surveyForm) word(e url.Values) word {
	asked := v.asked(v.wave, v.audience(e))
	return func(f submission.Fault) ui.Fault {
		if f.Field == submission.FieldAnswers && len(asked) > 0 { // nothing is answered: the way leads to the first question
			return ui.Fault{Field: v.questionField(asked[0]), Message: ui.AnswerOne}
		}
		id, ok := strings.CutPrefix(f.Field, submission.FieldAnswers+".")
		if !ok {
			return common(f)
		}
		if q := v.Campaign.Question(id); v.Campaign.Questions[q].AskedIf != nil && v.Campaign.Answer(q, e.Get(f.Field)) >= 0 {
			return ui.Fault{Field: f.Field, Message: v.condition(asked, q)}
		}
		return ui.Fault{Field: f.Field, Message: ui.ChooseAnswer}
	}
}
