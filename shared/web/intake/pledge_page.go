package intake

import (
	"net/http"
	"net/url"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// displayField is the box that lets others see one's own words.
const displayField = "display"

func (s *server) pledgeForm(w http.ResponseWriter, r *http.Request) error {
	today := s.today()
	if !s.Campaign.Open(today) {
		return s.pledgesClosed(campaign.ErrClosed)
	}
	receipt, err := s.mint(today)
	if err != nil {
		return err
	}
	entered := url.Values{submission.FieldOrganisation: r.URL.Query()[submission.FieldOrganisation]}
	return s.showPledgeForm(w, http.StatusOK, receipt, entered, faults{})
}

// showPledgeForm shows the form with what was entered.
func (s *server) showPledgeForm(w http.ResponseWriter, status int, receipt string, entered url.Values, f faults) error {
	own := entered.Has(submission.FieldPledge) && entered.Get(submission.FieldPledge) == ""
	w.Header().Set("Cache-Control", respond.Step)
	return page(w, status, ui.PledgeForm{
		Faults:  f.list,
		Receipt: receipt,
		Organisation: ui.OrganisationField(submission.FieldOrganisation,
			s.organisationChoices(s.today(), entered.Get(submission.FieldOrganisation)), f.at[submission.FieldOrganisation]),
		Audience: ui.AudienceField(submission.FieldAudience,
			s.audienceChoices(entered.Get(submission.FieldAudience)), f.at[submission.FieldAudience]),
		BandGroup: ui.BandGroupField(submission.FieldBandGroup,
			s.bandGroupChoices(entered.Get(submission.FieldBandGroup)), f.at[submission.FieldBandGroup]),
		Pledge: ui.PledgeField(submission.FieldPledge,
			s.pledgeChoices(entered.Get(submission.FieldPledge)), own, f.at[submission.FieldPledge]),
		OwnWords: ui.OwnWordsField(submission.FieldOwnWords, entered.Get(submission.FieldOwnWords), f.at[submission.FieldOwnWords]),
		Display:  ui.DisplayField(displayField, entered.Get(displayField) == ui.Ticked),
		DueOn: ui.DueOnField(submission.FieldDueOn, entered.Get(ui.DayOf(submission.FieldDueOn)), entered.Get(ui.MonthOf(submission.FieldDueOn)),
			entered.Get(ui.YearOf(submission.FieldDueOn)), f.at[submission.FieldDueOn]),
	})
}

func (s *server) sendPledge(w http.ResponseWriter, r *http.Request) error {
	form, err := respond.ReadForm(w, r)
	if err != nil {
		return err
	}
	d := pledgeEntered(form)
	_, receipt, created, err := s.addPledge(r, d)
	if v, ok := invalid(err); ok {
		keep, err := s.keep(s.today(), form, v)
		if err != nil {
			return err
		}
		return s.showPledgeForm(w, http.StatusUnprocessableEntity, keep, form, wordFaults(v, wordPledge(d)))
	}
	if err != nil {
		return wordConflict(wordWithdrawn(err), ui.PledgeStands)
	}
	return page(w, stored(created), ui.PledgeDone{Code: receipt.Code(submission.KindPledge), ManageURL: s.manageURL(receipt)})
}

// pledgeEntered is the draft in a form.
func pledgeEntered(form url.Values) submission.PledgeDraft {
	return submission.PledgeDraft{
		Receipt:      form.Get(receiptField),
		Organisation: form.Get(submission.FieldOrganisation),
		Audience:     form.Get(submission.FieldAudience),
		BandGroup:    form.Get(submission.FieldBandGroup),
		Pledge:       form.Get(submission.FieldPledge),
		OwnWords:     strings.ReplaceAll(form.Get(submission.FieldOwnWords), "\r\n", "\n"), // as browsers count the characters
		DueOn:        dateEntered(form, submission.FieldDueOn),
		Display:      form.Get(displayField) == ui.Ticked,
	}
}

// dateEntered puts the three fields of a date together. What is no date is no date afterwards either.
func dateEntered(form url.Values, name string) string {
	d, m, y := strings.TrimSpace(form.Get(ui.DayOf(name))), strings.TrimSpace(form.Get(ui.MonthOf(name))), strings.TrimSpace(form.Get(ui.YearOf(name)))
	if d+m+y == "" {
		return ""
	}
	return y + "-" + twoDigits(m) + "-" + twoDigits(d)
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

func wordPledge(d submission.PledgeDraft) word {
	return func(f submission.Fault) ui.Fault {
		if _, err := day.Parse(d.DueOn); f.Field == submission.FieldDueOn && err != nil {
			return ui.Fault{Field: f.Field, Message: ui.RealDate}
		}
		return common(f)
	}
}
