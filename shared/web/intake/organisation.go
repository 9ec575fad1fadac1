package intake

import (
	"net/http"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

type organisationAnswer struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Region string `json:"region"`
}

func (s *server) getOrganisations(w http.ResponseWriter, _ *http.Request) error {
	list := []organisationAnswer{}
	for _, t := range s.Campaign.Organisations.Open(s.today()) {
		list = append(list, organisationAnswer{t.Code, t.Name, t.Type, t.Region})
	}
	w.Header().Set("Cache-Control", respond.Public)
	return respond.JSON(w, http.StatusOK, list)
}

// organisationChoices lists the organisations of the day by name, the one with the code chosen.
func (s *server) organisationChoices(today day.Day, chosen string) []ui.Choice {
	return choices(byName(s.Campaign.Organisations.Open(today)), func(t campaign.Trust) (string, string) { return t.Code, t.Name }, chosen)
}

// organisation returns the trust with the code if it takes part on the day. The error is for pages.
func (s *server) organisation(code string, today day.Day) (campaign.Trust, error) {
	t, known := s.Campaign.Organisations.Find(code)
	switch {
	case !known:
		return t, respond.Detail(respond.ErrNotFound, ui.UnknownOrganisation)
	case t.Open(today):
		return t, nil
	case t.OpenFrom > today:
		return t, respond.Detail(campaign.ErrClosed, ui.NotYetOpenOrganisation(organisationName(t), t.OpenFrom))
	}
	var successors []string
	for _, next := range t.Successors {
		if n, ok := s.Campaign.Organisations.Find(next.Code); ok {
			successors = append(successors, organisationName(n))
		}
	}
	return t, respond.Detail(campaign.ErrClosed, ui.ClosedOrganisation(organisationName(t), successors))
}

// organisationName is what a trust is called; of some only the code is known.
func organisationName(t campaign.Trust) string {
	if t.Name == "" {
		return t.Code
	}
	return t.Name
}
