package intake

import (
	"errors"
	"net/http"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// responseBody is a response as the API takes it.
type responseBody struct {
	Wave         member[string] `json:"wave"`
	Organisation member[string] `json:"organisation"`
	Audience     member[string] `json:"audience"`
	BandGroup    member[string] `json:"bandGroup"`
	Answers      answers        `json:"answers"`
	Before       string         `json:"before"` // may be null
}

func (b responseBody) draft(receipt string) submission.ResponseDraft {
	return submission.ResponseDraft{
		Receipt: receipt, Wave: b.Wave.value, Organisation: b.Organisation.value, Audience: b.Audience.value,
		BandGroup: b.BandGroup.value, Answers: b.Answers, Before: b.Before,
	}
}

// responseAnswer is what is told of a response that was taken in. It is the
// same whether or not an earlier code that it names exists.
type responseAnswer struct {
	Receipt   string `json:"receipt"`
	Code      string `json:"code"` // the receipt, in its form for people
	ReturnURL string `json:"returnUrl"`
}

func (s *server) postResponse(w http.ResponseWriter, r *http.Request) error {
	var body responseBody
	if err := respond.ReadJSON(w, r, &body); err != nil {
		return err
	}
	d := body.draft(header(r, submission.FieldReceipt))
	receipt, created, err := s.addResponse(r, d)
	if err != nil {
		return err
	}
	code := receipt.Code(submission.KindResponse)
	return respond.JSON(w, stored(created), responseAnswer{receipt.String(), code, s.returnURL(code, s.Campaign.Wave(d.Wave), d.Organisation)})
}

// addResponse takes a response in, whichever way it came.
func (s *server) addResponse(r *http.Request, d submission.ResponseDraft) (submission.Receipt, bool, error) {
	if err := s.admit(d.Organisation); err != nil {
		return submission.Receipt{}, false, err
	}
	receipt, created, err := s.Register.Respond(r.Context(), s.today(), d)
	if errors.Is(err, campaign.ErrClosed) {
		err = waveClosed(err, s.Campaign.Waves[s.Campaign.Wave(d.Wave)])
	}
	return receipt, created, err
}

// waveClosed tells when the wave is open.
func waveClosed(err error, w campaign.Wave) error {
	return respond.Detail(err, ui.SurveyWindow(strings.ToLower(w.Name), w.Opens, w.Closes))
}
