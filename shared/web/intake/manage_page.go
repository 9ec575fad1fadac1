package intake

import (
	"errors"
	"net/http"

	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// The field that says which button of a page was pressed, and its values; none just opens what the code is for.
const (
	actionField    = "action"
	actionStatus   = "status"
	actionWithdraw = "withdraw"
	actionForGood  = "withdraw-for-good"

	statusField = "status"
	managePath  = "/pledge/manage"
)

func (s *server) pledgeCode(w http.ResponseWriter, _ *http.Request) error {
	return s.showPledgeCode(w, http.StatusOK, "", nil)
}

func (s *server) showPledgeCode(w http.ResponseWriter, status int, entered string, v submission.Invalid) error {
	f := wordFaults(v, common)
	return s.page(w, status, ui.PledgeCode(f.list, managePath, ui.PledgeCodeField(receiptField, entered, f.at[receiptField])))
}

// managePledge shows a pledge to whoever has its code, and does what the button says.
func (s *server) managePledge(w http.ResponseWriter, r *http.Request) error {
	form, err := respond.ReadForm(w, r)
	if err != nil {
		return err
	}
	entered := form.Get(receiptField)
	err = s.manage(w, r, entered, form.Get(actionField), form.Get(statusField))
	if v, ok := invalid(err); ok {
		return s.showPledgeCode(w, http.StatusUnprocessableEntity, entered, v)
	}
	if errors.Is(err, submission.ErrNotFound) {
		return s.showPledgeCode(w, http.StatusNotFound, entered, submission.Invalid{{Field: receiptField, Message: ui.UnknownPledgeCode}})
	}
	return wordWithdrawn(err)
}

func (s *server) manage(w http.ResponseWriter, r *http.Request, entered, action, status string) error {
	receipt, err := submission.ReadReceipt(submission.KindPledge, receiptField, entered)
	if err != nil {
		return err
	}
	switch action {
	case actionStatus:
		return s.changeStatus(w, r, receipt, status)
	case actionForGood:
		if err := s.Register.Withdraw(r.Context(), s.today(), submission.KindPledge, receipt); err != nil {
			return err
		}
		return s.page(w, http.StatusOK, ui.Withdrawn{Pledge: true})
	}
	p, err := s.Register.Mine(r.Context(), receipt)
	if err != nil {
		return err
	}
	if action == actionWithdraw {
		return s.page(w, http.StatusOK, ui.Withdrawal{Code: receipt.Code(submission.KindPledge), Address: managePath, Text: s.pledgeText(p), Pledge: true})
	}
	return s.page(w, http.StatusOK, s.held(p, receipt, p.Status.String(), ""))
}

func (s *server) changeStatus(w http.ResponseWriter, r *http.Request, receipt submission.Receipt, entered string) error {
	status, err := submission.ParseStatus(entered)
	if err != nil {
		p, err := s.Register.Mine(r.Context(), receipt)
		if err != nil {
			return err
		}
		return s.page(w, http.StatusUnprocessableEntity, s.held(p, receipt, entered, ui.ChooseStatus))
	}
	p, err := s.Register.SetStatus(r.Context(), s.today(), receipt, status)
	if err != nil {
		return err
	}
	shown := s.held(p, receipt, entered, "")
	shown.Changed = true
	return s.page(w, http.StatusOK, shown)
}

// held is the page for a pledge, with the chosen status and what is wrong with it.
func (s *server) held(p submission.Pledge, r submission.Receipt, chosen, fault string) ui.PledgeHeld {
	organisation := p.Organisation
	if t, ok := s.Campaign.Organisations.Find(p.Organisation); ok {
		organisation = organisationName(t)
	}
	statuses := choices(submission.Statuses, func(s submission.Status) (string, string) { return s.String(), ui.StatusName(s.String()) }, chosen)
	shown := ui.PledgeHeld{
		Code:         r.Code(submission.KindPledge),
		Pledge:       s.pledgeText(p),
		Organisation: organisation,
		DueOn:        p.DueOn,
		Status:       ui.StatusField(statusField, statuses, fault),
		StatusName:   ui.StatusName(p.Status.String()),
	}
	if fault != "" {
		shown.Faults = []ui.Fault{{Field: statusField, Message: fault}}
	}
	return shown
}

// pledgeText is the pledge as its holder chose or wrote it. One that the
// catalogue has no longer is shown by its id.
func (s *server) pledgeText(p submission.Pledge) string {
	if p.OwnWords != "" {
		return p.OwnWords
	}
	if i := s.Campaign.Pledge(p.Catalogue); i >= 0 {
		return s.Campaign.Pledges[i].Text
	}
	return p.Catalogue
}
