package intake

import (
	"errors"
	"net/http"

	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

const withdrawPath = "/survey/withdraw"

func (s *server) responseCode(w http.ResponseWriter, _ *http.Request) error {
	return s.showResponseCode(w, http.StatusOK, "", nil)
}

func (s *server) showResponseCode(w http.ResponseWriter, status int, entered string, v submission.Invalid) error {
	f := wordFaults(v, common)
	return s.page(w, status, ui.ResponseCode(f.list, withdrawPath, ui.ResponseCodeField(receiptField, entered, f.at[receiptField])))
}

// withdrawResponse asks once more, and then withdraws.
func (s *server) withdrawResponse(w http.ResponseWriter, r *http.Request) error {
	form, err := respond.ReadForm(w, r)
	if err != nil {
		return err
	}
	entered := form.Get(receiptField)
	err = s.withdraw(w, r, entered, form.Get(actionField))
	if v, ok := invalid(err); ok {
		return s.showResponseCode(w, http.StatusUnprocessableEntity, entered, v)
	}
	if errors.Is(err, submission.ErrNotFound) {
		return s.showResponseCode(w, http.StatusNotFound, entered, submission.Invalid{{Field: receiptField, Message: ui.UnknownSurveyCode}})
	}
	return wordWithdrawn(err)
}

func (s *server) withdraw(w http.ResponseWriter, r *http.Request, entered, action string) error {
	receipt, err := submission.ReadReceipt(submission.KindResponse, receiptField, entered)
	if err != nil {
		return err
	}
	if action == actionForGood {
		if err := s.Register.Withdraw(r.Context(), s.today(), submission.KindResponse, receipt); err != nil {
			return err
		}
		return s.page(w, http.StatusOK, ui.Withdrawn{})
	}
	if _, _, err := s.Register.Survey(r.Context(), receipt); err != nil {
		return err
	}
	return s.page(w, http.StatusOK, ui.Withdrawal{Code: receipt.Code(submission.KindResponse), Address: withdrawPath})
}
