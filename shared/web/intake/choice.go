package intake

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/ui"
)

// choices makes the options of a field from a list; of returns the value and the text of each.
func choices[T any](list []T, of func(T) (value, text string), chosen string) []ui.Choice {
	var made []ui.Choice
	for _, item := range list {
		value, text := of(item)
		made = append(made, ui.Choice{Value: value, Text: text, Chosen: value == chosen})
	}
	return made
}

func (s *server) audienceChoices(chosen string) []ui.Choice {
	return choices(s.Campaign.Audiences, func(a campaign.Audience) (string, string) { return a.ID, a.Name }, chosen)
}

func (s *server) bandGroupChoices(chosen string) []ui.Choice {
	return choices(s.Campaign.BandGroups, func(b campaign.BandGroup) (string, string) { return b.ID, b.Name }, chosen)
}

// pledgeChoices lists the ready-made pledges for whoever is making one: those of the audience, those
// suggested to the band group first. One that was chosen for another audience stays in the list.
func (s *server) pledgeChoices(e url.Values) []ui.Choice {
	audience, band := s.Campaign.Audience(e.Get(submission.FieldAudience)), s.Campaign.BandGroup(e.Get(submission.FieldBandGroup))
	chosen := e.Get(submission.FieldPledge)
	list := slices.DeleteFunc(slices.Clone(s.Campaign.Pledges), func(p campaign.CataloguePledge) bool { return p.Audience != audience && p.ID != chosen })
	suggested := func(p campaign.CataloguePledge) int {
		if slices.Contains(p.SuggestedTo, band) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b campaign.CataloguePledge) int { return cmp.Compare(suggested(a), suggested(b)) })
	return choices(list, func(p campaign.CataloguePledge) (string, string) { return p.ID, p.Text }, chosen)
}

// audienceName and bandGroupName are what those with the id are called; empty if there is none.
func (s *server) audienceName(id string) string {
	if i := s.Campaign.Audience(id); i >= 0 {
		return s.Campaign.Audiences[i].Name
	}
	return ""
}

func (s *server) bandGroupName(id string) string {
	if i := s.Campaign.BandGroup(id); i >= 0 {
		return s.Campaign.BandGroups[i].Name
	}
	return ""
}

func byName(list []campaign.Trust) []campaign.Trust {
	slices.SortStableFunc(list, func(a, b campaign.Trust) int { return strings.Compare(a.Name, b.Name) })
	return list
}
