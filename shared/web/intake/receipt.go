package intake

import (
	"net/http"
	"net/url"
	"strings"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
)

// receiptHeader is the header that names what the API is asked about. Its name
// is also how the API's errors name the field; on forms it is receiptField.
const (
	receiptHeader = "Receipt"
	receiptField  = "receipt"
)

// header returns the one value of a header. Several are joined, as HTTP lets
// anybody on the way do, and are then no receipt.
func header(r *http.Request, name string) string { return strings.Join(r.Header.Values(name), ",") }

// receiptOf reads the receipt that a request of the API names.
func receiptOf(r *http.Request, kind submission.Kind) (submission.Receipt, error) {
	return submission.ReadReceipt(kind, receiptHeader, header(r, receiptHeader))
}

// receiptSent reads the receipt from the header, or else from a form, so that a button of a page can send it.
func receiptSent(w http.ResponseWriter, r *http.Request, kind submission.Kind) (submission.Receipt, error) {
	if r.Header.Get(receiptHeader) != "" || r.Header.Get("Content-Type") == "" {
		return receiptOf(r, kind)
	}
	form, err := respond.ReadForm(w, r)
	if err != nil {
		return submission.Receipt{}, err
	}
	return submission.ReadReceipt(kind, receiptField, form.Get(receiptField))
}

// mint makes the receipt that goes into a form.
func (s *server) mint(today day.Day) (string, error) {
	receipt, err := submission.Mint(today, s.Random)
	if err != nil {
		return "", err
	}
	return receipt.String(), nil
}

// keep returns the receipt of a form that is shown again: the one it came with,
// so that sending it again is still the same submission, or a fresh one if that cannot be used.
func (s *server) keep(today day.Day, form url.Values, v submission.Invalid) (string, error) {
	for _, f := range v {
		if f.Field == submission.FieldReceipt {
			return s.mint(today)
		}
	}
	return form.Get(receiptField), nil
}

// The links that people keep. The code is in the fragment, which browsers send to nobody.

func (s *server) manageURL(r submission.Receipt) string {
	return s.Site + "/pledge/manage#" + r.Code(submission.KindPledge)
}

func (s *server) withdrawURL(code string) string { return s.Site + "/survey/withdraw#" + code }

// returnURL leads to the wave that follows the one at the index, or, if none does, to where the response can be withdrawn.
func (s *server) returnURL(code string, wave int, organisation string) string {
	next := s.next(wave)
	if next < 0 {
		return s.withdrawURL(code)
	}
	return s.Site + surveyPath(s.Campaign.Waves[next].ID, organisation) + "#" + code
}

func surveyPath(wave, organisation string) string { return "/survey/" + wave + "/" + organisation }
