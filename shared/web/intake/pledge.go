package intake

import (
	"errors"
	"net/http"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// pledgeBody is a pledge as the API takes it.
type pledgeBody struct {
	Organisation member[string] `json:"organisation"`
	Audience     member[string] `json:"audience"`
	BandGroup    member[string] `json:"bandGroup"`
	Pledge       string         `json:"pledge"` // this and the two after it may be null
	OwnWords     string         `json:"ownWords"`
	DueOn        string         `json:"dueOn"`
	Display      member[bool]   `json:"display"`
}

func (b pledgeBody) draft(receipt string) submission.PledgeDraft {
	return submission.PledgeDraft{
		Receipt: receipt, Organisation: b.Organisation.value, Audience: b.Audience.value, BandGroup: b.BandGroup.value,
		Pledge: b.Pledge, OwnWords: b.OwnWords, DueOn: b.DueOn, Display: b.Display.value,
	}
}

// pledgeAnswer is what is told of a pledge that was taken in.
type pledgeAnswer struct {
	Receipt   string `json:"receipt"`
	Code      string `json:"code"` // the receipt, in its form for people
	Status    string `json:"status"`
	ManageURL string `json:"manageUrl"`
}

func (s *server) tellPledge(p submission.Pledge, r submission.Receipt) pledgeAnswer {
	return pledgeAnswer{r.String(), r.Code(submission.KindPledge), p.Status.String(), s.manageURL(r)}
}

// heldAnswer is what the holder of the receipt is told of a pledge.
type heldAnswer struct {
	pledgeAnswer `json:",inline"`
	Organisation string   `json:"organisation"`
	Audience     string   `json:"audience"`
	BandGroup    string   `json:"bandGroup"`
	Pledge       *string  `json:"pledge"`
	OwnWords     *string  `json:"ownWords"`
	DueOn        *day.Day `json:"dueOn"`
	Display      bool     `json:"display"`
}

func (s *server) tellHeld(p submission.Pledge, r submission.Receipt) heldAnswer {
	a := heldAnswer{
		pledgeAnswer: s.tellPledge(p, r),
		Organisation: p.Organisation,
		Audience:     s.Campaign.Audiences[p.Audience].ID,
		BandGroup:    s.Campaign.BandGroups[p.BandGroup].ID,
		Display:      p.Display,
	}
	if p.Catalogue != "" {
		a.Pledge = &p.Catalogue
	}
	if p.OwnWords != "" {
		a.OwnWords = &p.OwnWords
	}
	if p.DueOn != 0 {
		a.DueOn = &p.DueOn
	}
	return a
}

func (s *server) postPledge(w http.ResponseWriter, r *http.Request) error {
	var body pledgeBody
	if err := respond.ReadJSON(w, r, &body); err != nil {
		return err
	}
	p, receipt, created, err := s.addPledge(r, body.draft(header(r, submission.FieldReceipt)))
	if err != nil {
		return err
	}
	return respond.JSON(w, stored(created), s.tellPledge(p, receipt))
}

// addPledge takes a pledge in, whichever way it came.
func (s *server) addPledge(r *http.Request, d submission.PledgeDraft) (submission.Pledge, submission.Receipt, bool, error) {
	if err := s.admit(d.Organisation); err != nil {
		return submission.Pledge{}, submission.Receipt{}, false, err
	}
	p, receipt, created, err := s.Register.Pledge(r.Context(), s.today(), d)
	if errors.Is(err, campaign.ErrClosed) {
		err = s.pledgesClosed(err)
	}
	return p, receipt, created, err
}

// pledgesClosed tells when pledges are taken.
func (s *server) pledgesClosed(err error) error {
	return respond.Detail(err, ui.PledgeWindow(s.Campaign.Opens, s.Campaign.Closes))
}

func (s *server) getPledge(w http.ResponseWriter, r *http.Request) error {
	receipt, err := receiptOf(r, submission.KindPledge)
	if err != nil {
		return err
	}
	p, err := s.Register.Mine(r.Context(), receipt)
	if err != nil {
		return err
	}
	return respond.JSON(w, http.StatusOK, s.tellHeld(p, receipt))
}

func (s *server) patchPledge(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Status member[string] `json:"status"`
	}
	if err := respond.ReadJSON(w, r, &body); err != nil {
		return err
	}
	receipt, receiptErr := receiptOf(r, submission.KindPledge)
	status, statusErr := submission.ParseStatus(body.Status.value)
	if err := both(receiptErr, statusErr); err != nil {
		return err
	}
	p, err := s.Register.SetStatus(r.Context(), s.today(), receipt, status)
	if err != nil {
		return err
	}
	return respond.JSON(w, http.StatusOK, s.tellHeld(p, receipt))
}

// both joins the faults of two fields, so that all are told at once.
func both(first, second error) error {
	var a, b submission.Invalid
	if errors.As(first, &a) && errors.As(second, &b) {
		return append(a, b...)
	}
	if first != nil {
		return first
	}
	return second
}

func (s *server) deletePledge(w http.ResponseWriter, r *http.Request) error {
	return s.delete(w, r, submission.KindPledge)
}

func (s *server) deleteResponse(w http.ResponseWriter, r *http.Request) error {
	return s.delete(w, r, submission.KindResponse)
}

// delete withdraws what is stored under the receipt, or will be.
func (s *server) delete(w http.ResponseWriter, r *http.Request, kind submission.Kind) error {
	receipt, err := receiptOf(r, kind)
	if err != nil {
		return err
	}
	if err := s.Register.Withdraw(r.Context(), s.today(), kind, receipt); err != nil {
		return err
	}
	return respond.NoContent(w)
}
