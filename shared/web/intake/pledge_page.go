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
	"learningforlife/shared/web/ui/component"
)

const (
	pledgePath   = "/pledge"
	displayField = "display" // the box that lets others see one's own words
)

// pledgeForm shows the first step of a pledge; a link may have chosen the organisation.
func (s *server) pledgeForm(w http.ResponseWriter, r *http.Request) error {
	if !s.Campaign.Open(s.today()) {
		return s.pledgesClosed(campaign.ErrClosed)
	}
	given := url.Values{}
	if _, known := s.Campaign.Organisations.Find(r.URL.Query().Get(submission.FieldOrganisation)); known {
		given.Set(submission.FieldOrganisation, r.URL.Query().Get(submission.FieldOrganisation))
	}
	return s.begin(w, s.pledgeFlow(), given)
}

func (s *server) sendPledge(w http.ResponseWriter, r *http.Request) error {
	form, err := respond.ReadForm(w, r)
	if err != nil {
		return err
	}
	var open error
	if !s.Campaign.Open(s.today()) {
		open = s.pledgesClosed(campaign.ErrClosed)
	}
	return s.follow(w, r, s.pledgeFlow(), form, open)
}

func (s *server) pledgeFlow() flow {
	return flow{
		name: "pledge", address: pledgePath, check: ui.PledgeCheck, stands: ui.PledgeStands,
		steps: func(e url.Values) []step {
			return []step{s.organisationStep(e), s.pledgeAudienceStep(e), s.pledgeBandStep(e), s.pledgeStep(e), s.dueOnStep(e)}
		},
		send: func(r *http.Request, e url.Values) (ui.Page, bool, error) {
			_, receipt, created, err := s.addPledge(r, pledgeEntered(e))
			return ui.PledgeDone{Code: receipt.Code(submission.KindPledge), ManageURL: s.manageURL(receipt)}, created, err
		},
		word: s.wordPledge,
	}
}

// wrongPledge is what is wrong with the entries of a pledge so far that is about one of the fields.
func (s *server) wrongPledge(e url.Values, fields ...string) func() []ui.Fault {
	return func() []ui.Fault {
		return about(s.Register.PledgeFaults(s.today(), pledgeEntered(e)), s.wordPledge(e), fields...)
	}
}

func (s *server) organisationStep(e url.Values) step {
	const name = submission.FieldOrganisation
	st := step{name: name, fields: []string{name}, question: ui.PledgeOrganisation, faults: s.wrongPledge(e, name)}
	if trust, known := s.Campaign.Organisations.Find(e.Get(name)); known {
		st.answer = organisationName(trust)
	}
	st.ask = func(f faults) (ui.Step, error) {
		p, err := s.askOrganisation(e.Get(name), f)
		p.Title, p.Lead = ui.PledgeTitle(), ui.PledgeLead()
		return p, err
	}
	return st
}

// askOrganisation is the step that asks for the organisation, the first of every form.
func (s *server) askOrganisation(chosen string, f faults) (ui.Step, error) {
	const name = submission.FieldOrganisation
	below, err := ui.NoOrganisation()
	p := ui.Step{Send: ui.Continue(), Below: below}
	p.Controls = []component.Component{ui.OrganisationField(name, s.organisationChoices(s.today(), chosen), ui.Ask{}, f.at[name])}
	return p, err
}

func (s *server) pledgeAudienceStep(e url.Values) step {
	const name = submission.FieldAudience
	st := step{name: name, fields: []string{name}, question: ui.PledgeAudience, answer: s.audienceName(e.Get(name)), faults: s.wrongPledge(e, name)}
	st.ask = func(f faults) (ui.Step, error) {
		return askPledge(ui.AudienceField(name, s.audienceChoices(e.Get(name)), false, ui.PledgeAsk(), f.at[name])), nil
	}
	return st
}

func (s *server) pledgeBandStep(e url.Values) step {
	const name = submission.FieldBandGroup
	st := step{name: name, fields: []string{name}, question: ui.PledgeBandGroup, answer: s.bandGroupName(e.Get(name)), faults: s.wrongPledge(e, name)}
	st.ask = func(f faults) (ui.Step, error) {
		return askPledge(ui.BandGroupField(name, s.bandGroupChoices(e.Get(name)), false, ui.PledgeAsk(), f.at[name])), nil
	}
	return st
}

func askPledge(control component.Component) ui.Step {
	return ui.Step{Title: ui.PledgeTitle(), Send: ui.Continue(), Controls: []component.Component{control}}
}

// pledgeStep asks for the pledge itself.
func (s *server) pledgeStep(e url.Values) step {
	const name, words = submission.FieldPledge, submission.FieldOwnWords
	own, show := e.Get(name) == ui.OwnPledge, e.Get(displayField) == ui.Ticked
	st := step{name: name, fields: []string{name, words, displayField}, question: ui.PledgePledge, faults: s.wrongPledge(e, name, words)}
	if i := s.Campaign.Pledge(e.Get(name)); i >= 0 {
		st.answer = s.Campaign.Pledges[i].Text
	}
	if own {
		st.answer = e.Get(words) + "\n" + ui.PledgeDisplay + " " + ui.PledgeShown(show)
	}
	st.ask = func(f faults) (ui.Step, error) {
		p := askPledge(ui.PledgeField(name, s.pledgeChoices(e), own, ui.PledgeAsk(), f.at[name]))
		var err error
		p.Below, err = ui.OwnWordsField(ui.OwnWords{Words: e.Get(words), Show: show, Fault: f.at[words],
			Field: words, ShowField: displayField, Most: submission.MaxOwnWords})
		return p, err
	}
	return st
}

func (s *server) dueOnStep(e url.Values) step {
	const name = submission.FieldDueOn
	st := step{name: name, fields: []string{name + ui.DayOf, name + ui.MonthOf, name + ui.YearOf}, question: ui.PledgeDueOn,
		answer: ui.PledgeNoDate, faults: s.wrongPledge(e, name)}
	if due, err := day.Parse(dateEntered(e, name)); err == nil {
		st.answer = ui.PledgeDate(due)
	}
	st.ask = func(f faults) (ui.Step, error) {
		return askPledge(ui.DueOnField(name, e.Get(name+ui.DayOf), e.Get(name+ui.MonthOf), e.Get(name+ui.YearOf),
			ui.PledgeAsk(), s.exampleDate(), f.at[name])), nil
	}
	return st
}

// exampleDate is a day some months on, as people enter it.
func (s *server) exampleDate() string { return ui.ExampleDate(s.today() + 90) }

// pledgeEntered is the draft among the entries.
func pledgeEntered(e url.Values) submission.PledgeDraft {
	d := submission.PledgeDraft{
		Receipt:      e.Get(receiptField),
		Organisation: e.Get(submission.FieldOrganisation),
		Audience:     e.Get(submission.FieldAudience),
		BandGroup:    e.Get(submission.FieldBandGroup),
		Pledge:       e.Get(submission.FieldPledge),
		DueOn:        dateEntered(e, submission.FieldDueOn),
	}
	if d.Pledge == ui.OwnPledge { // what was written beside a ready-made pledge was given up for it
		d.Pledge, d.OwnWords, d.Display = "", e.Get(submission.FieldOwnWords), e.Get(displayField) == ui.Ticked
	}
	return d
}

// dateEntered puts the three fields of a date together. What is no date is no date afterwards either.
func dateEntered(e url.Values, name string) string {
	d, m, y := strings.TrimSpace(e.Get(name+ui.DayOf)), strings.TrimSpace(e.Get(name+ui.MonthOf)), strings.TrimSpace(e.Get(name+ui.YearOf))
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

func (s *server) wordPledge(e url.Values) word {
	return func(f submission.Fault) ui.Fault {
		switch f.Field {
		case submission.FieldDueOn:
			if _, err := day.Parse(dateEntered(e, submission.FieldDueOn)); err != nil {
				return ui.Fault{Field: f.Field, Message: ui.RealDate(s.exampleDate())}
			}
		case submission.FieldPledge:
			if e.Get(f.Field) == ui.OwnPledge {
				return ui.Fault{Field: submission.FieldOwnWords, Message: ui.WriteOwnWords}
			}
			return ui.Fault{Field: f.Field, Message: ui.ChoosePledge}
		}
		return common(f)
	}
}
