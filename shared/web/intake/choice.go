package intake

import (
	"cmp"
	"slices"
	"strings"

	"learningforlife/shared/campaign"
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

// pledgeChoices lists the ready-made pledges by audience, those suggested to some bands first.
func (s *server) pledgeChoices(chosen string) []ui.Options {
	var groups []ui.Options
	for i, a := range s.Campaign.Audiences {
		list := slices.DeleteFunc(slices.Clone(s.Campaign.Pledges), func(p campaign.CataloguePledge) bool { return p.Audience != i })
		slices.SortStableFunc(list, func(a, b campaign.CataloguePledge) int {
			return -cmp.Compare(min(len(a.SuggestedTo), 1), min(len(b.SuggestedTo), 1))
		})
		groups = append(groups, ui.Options{Heading: a.Name, Choices: choices(list, func(p campaign.CataloguePledge) (string, string) { return p.ID, p.Text }, chosen)})
	}
	return groups
}

func byName(list []campaign.Trust) []campaign.Trust {
	slices.SortStableFunc(list, func(a, b campaign.Trust) int { return strings.Compare(a.Name, b.Name) })
	return list
}
