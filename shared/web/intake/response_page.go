package intake

import (
	"net/http"
	"net/url"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// wave returns the index of the wave that the path names.
func (s *server) wave(r *http.Request) (int, error) {
	wave := s.Campaign.Wave(r.PathValue("wave"))
	if wave < 0 {
		return 0, respond.Detail(respond.ErrNotFound, ui.UnknownSurvey)
	}
	return wave, nil
}

// openWave is wave for pages that only an open one has.
func (s *server) openWave(r *http.Request) (int, error) {
	wave, err := s.wave(r)
	if err == nil && !s.Campaign.Waves[wave].Open(s.today()) {
		return 0, waveClosed(campaign.ErrClosed, s.Campaign.Waves[wave])
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
	if known && trust.Open(today) {
		return respond.SeeOther(w, surveyPath(s.Campaign.Waves[wave].ID, chosen))
	}
	status, f := http.StatusOK, faults{}
	if query.Has(submission.FieldOrganisation) {
		status = http.StatusUnprocessableEntity
		f = wordFaults(submission.Invalid{{Field: submission.FieldOrganisation, Message: ui.ChooseOrganisation}}, common)
	}
	return page(w, status, ui.SurveyOrganisation{
		Faults:       f.list,
		Survey:       s.survey(wave, today),
		Organisation: ui.OrganisationField(submission.FieldOrganisation, s.organisationChoices(today, chosen), f.at[submission.FieldOrganisation]),
	})
}

// surveyForm asks who is speaking, and then the questions for them.
func (s *server) surveyForm(w http.ResponseWriter, r *http.Request) error {
	wave, err := s.openWave(r)
	if err != nil {
		return err
	}
	today := s.today()
	trust, err := s.organisation(r.PathValue("code"), today)
	if err != nil {
		return err
	}
	entered := url.Values{submission.FieldAudience: r.URL.Query()[submission.FieldAudience]}
	if s.Campaign.Audience(entered.Get(submission.FieldAudience)) < 0 {
		status, v := http.StatusOK, submission.Invalid{}
		// A form whose radios nobody chose from sends its address with a bare question mark.
		if r.URL.Query().Has(submission.FieldAudience) || r.URL.ForceQuery {
			status, v = http.StatusUnprocessableEntity, submission.Invalid{{Field: submission.FieldAudience}}
		}
		return s.showAudience(w, status, wave, trust, wordFaults(v, common))
	}
	receipt, err := s.mint(today)
	if err != nil {
		return err
	}
	return s.showSurveyForm(w, http.StatusOK, wave, trust, receipt, entered, faults{})
}

func (s *server) showAudience(w http.ResponseWriter, status, wave int, trust campaign.Trust, f faults) error {
	w.Header().Set("Cache-Control", respond.Step)
	return page(w, status, ui.SurveyAudience{
		Faults:       f.list,
		Survey:       s.survey(wave, s.today()),
		Organisation: organisationName(trust),
		Address:      surveyPath(s.Campaign.Waves[wave].ID, trust.Code),
		Follows:      s.Campaign.Waves[wave].Follows >= 0,
		Audience:     ui.AudienceField(submission.FieldAudience, s.audienceChoices(""), f.at[submission.FieldAudience]),
	})
}

// showSurveyForm shows the questions for the audience entered, which is one, with the other entries.
func (s *server) showSurveyForm(w http.ResponseWriter, status, wave int, trust campaign.Trust, receipt string, entered url.Values, f faults) error {
	audience := s.Campaign.Audience(entered.Get(submission.FieldAudience))
	shown := ui.SurveyForm{
		Faults:       f.list,
		Receipt:      receipt,
		Survey:       s.survey(wave, s.today()),
		Organisation: organisationName(trust),
		Address:      surveyPath(s.Campaign.Waves[wave].ID, trust.Code),
		Audience:     ui.Choice{Value: s.Campaign.Audiences[audience].ID, Text: s.Campaign.Audiences[audience].Name},
		BandGroup: ui.BandGroupField(submission.FieldBandGroup,
			s.bandGroupChoices(entered.Get(submission.FieldBandGroup)), f.at[submission.FieldBandGroup]),
		Questions: s.questionFields(s.asked(wave, audience), entered, f),
	}
	if follows := s.Campaign.Waves[wave].Follows; follows >= 0 {
		shown.Before = ui.BeforeField(submission.FieldBefore, entered.Get(submission.FieldBefore),
			strings.ToLower(s.Campaign.Waves[follows].Name), f.at[submission.FieldBefore])
	}
	w.Header().Set("Cache-Control", respond.Step)
	return page(w, status, shown)
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
	d := s.responseEntered(form, wave, r.PathValue("code"))
	receipt, created, err := s.addResponse(r, d)
	if v, ok := invalid(err); ok {
		return s.showSurveyAgain(w, wave, d, form, v)
	}
	if err != nil {
		return wordConflict(wordWithdrawn(err), ui.ResponseStands)
	}
	done := ui.SurveyDone{Code: receipt.Code(submission.KindResponse), WithdrawURL: s.withdrawURL(receipt)}
	if next := s.next(wave); next >= 0 {
		survey := s.survey(next, s.today())
		done.Next, done.ReturnURL = &survey, s.returnURL(receipt, wave, d.Organisation)
		_, done.Remind = s.remindOn(wave, s.today())
	}
	return page(w, stored(created), done)
}

// showSurveyAgain shows a form that cannot be taken in with its values kept and all that is wrong with it.
func (s *server) showSurveyAgain(w http.ResponseWriter, wave int, d submission.ResponseDraft, form url.Values, v submission.Invalid) error {
	trust, err := s.organisation(d.Organisation, s.today())
	if err != nil {
		return err
	}
	audience := s.Campaign.Audience(d.Audience)
	if audience < 0 {
		return s.showAudience(w, http.StatusUnprocessableEntity, wave, trust, wordFaults(submission.Invalid{{Field: submission.FieldAudience}}, common))
	}
	receipt, err := s.keep(s.today(), form, v)
	if err != nil {
		return err
	}
	return s.showSurveyForm(w, http.StatusUnprocessableEntity, wave, trust, receipt, form, wordFaults(v, s.wordResponse(s.asked(wave, audience))))
}

// responseEntered is the draft in a form. The organisation is the one in the path.
func (s *server) responseEntered(form url.Values, wave int, organisation string) submission.ResponseDraft {
	d := submission.ResponseDraft{
		Receipt:      form.Get(receiptField),
		Wave:         s.Campaign.Waves[wave].ID,
		Organisation: organisation,
		Audience:     form.Get(submission.FieldAudience),
		BandGroup:    form.Get(submission.FieldBandGroup),
	}
	for _, q := range s.asked(wave, s.Campaign.Audience(d.Audience)) {
		if answer := form.Get(s.questionField(q)); answer != "" {
			d.Answers = append(d.Answers, submission.AnswerDraft{Question: s.Campaign.Questions[q].ID, Answer: answer})
		}
	}
	if s.Campaign.Waves[wave].Follows >= 0 {
		d.Before = strings.TrimSpace(form.Get(submission.FieldBefore))
	}
	return d
}
