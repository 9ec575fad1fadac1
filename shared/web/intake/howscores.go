package intake

import (
	"fmt"
	"net/http"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/method"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

func (s *server) howScoresWorkPage(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", respond.Public)
	p := howScoresWork(s.Campaign)
	today := s.today()
	p.Before, p.After = s.survey(s.Campaign.Baseline(), today), s.survey(s.Campaign.FollowUp(), today)
	return s.page(w, http.StatusOK, p)
}

// howScoresWork explains the scores of a campaign, but for its two waves.
func howScoresWork(c *campaign.Campaign) ui.HowScoresWork {
	p := ui.HowScoresWork{
		Campaign:     c.Name,
		Illustrative: c.Weighting.Illustrative,
		Most:         c.Target.Most,
		Shortfall:    c.Target.Shortfall,
		Leasts:       leasts(c),
		Sequence:     c.Sequence,
		Minimum:      c.Minimum,
		Version:      method.Version,
		Rules:        method.Numbers(),
		Rulings:      method.Rulings,
		Statuses:     method.Statuses,
		Sources:      method.Sources,
	}
	for _, o := range c.Objectives {
		p.Objectives = append(p.Objectives, explainObjective(c, o))
	}
	for _, g := range c.Groups {
		p.Groups = append(p.Groups, explainGroup(c, g))
		if !g.Weighted() {
			p.Apart = append(p.Apart, g.Name)
		}
	}
	for _, w := range c.Weighting.Groups {
		p.Shares = append(p.Shares, ui.StaffShare{Group: c.Groups[w.Group].Name, Share: w.Share})
	}
	for _, claim := range c.Claims {
		var parts []ui.ClaimPart
		for _, row := range claim {
			parts = append(parts, ui.ClaimPart{Objective: row.Objective, Group: c.Groups[row.Group].Name})
		}
		p.Claims = append(p.Claims, parts)
	}
	return p
}

func explainObjective(c *campaign.Campaign, o campaign.Objective) ui.ScoredObjective {
	told := ui.ScoredObjective{Objective: ui.Objective{Number: o.Number, Title: o.Title, Aim: o.Aim}}
	for i, m := range o.Measures {
		told.Measures = append(told.Measures, explainMeasure(c, fmt.Sprintf("objective-%d-%d", o.Number, i+1), m))
	}
	if p := o.Priority; p != nil {
		told.Priority = &ui.Priority{Whole: c.Groups[p.Whole].Name, Group: c.Groups[p.Group].Name, Others: c.Groups[p.Others].Name, Gap: p.Gap}
	}
	return told
}

func explainMeasure(c *campaign.Campaign, id string, m campaign.Measure) ui.Measure {
	told := ui.Measure{ID: id}
	for _, group := range m.Groups {
		told.Groups = append(told.Groups, c.Groups[c.Group(group)].Name)
	}
	asked := map[int]bool{}
	for i, item := range m.Items {
		told.Items = append(told.Items, explainItem(c, item))
		for _, a := range c.Questions[item.Question].Audiences {
			asked[a] = true
		}
		told.Values = append(told.Values, 100*float64(i)/float64(len(m.Items)))
	}
	told.Values = append(told.Values, 100)
	for i, a := range c.Audiences {
		if asked[i] {
			told.Audiences = append(told.Audiences, a.Name)
		}
	}
	for _, q := range c.Tables[m.Table].Questions {
		told.Base = append(told.Base, c.Questions[q].Text)
	}
	told.Learners = len(told.Items) == 1 && told.Items[0].AskedIf != nil
	return told
}

func explainItem(c *campaign.Campaign, item campaign.Item) ui.MeasureItem {
	told := ui.MeasureItem{Text: c.Questions[item.Question].Text}
	for i, answer := range c.Answers(item.Question) {
		if item.Favourable[i] {
			told.For = append(told.For, answer.Text)
		} else {
			told.Against = append(told.Against, answer.Text)
		}
	}
	if b := c.Questions[item.Question].AskedIf; b != nil {
		told.AskedIf = &ui.Opening{Question: c.Questions[b.Question].Text, Answer: c.Answers(b.Question)[b.Answer].Text}
	}
	return told
}

func explainGroup(c *campaign.Campaign, g campaign.Group) ui.ScoredGroup {
	told := ui.ScoredGroup{Name: g.Name}
	for _, a := range g.Audiences {
		told.Audiences = append(told.Audiences, c.Audiences[a].Name)
	}
	if len(g.BandGroups) < len(c.BandGroups) {
		for _, b := range g.BandGroups {
			told.Bands = append(told.Bands, c.BandGroups[b].Name)
		}
	}
	for _, level := range campaign.Levels {
		if slices.Contains(g.Levels, level) {
			told.Levels = append(told.Levels, ui.LevelsName(string(level)))
		}
	}
	return told
}

// leasts tells by level, and for the groups that stand apart, how many people a status needs. Levels that need as many are told together.
func leasts(c *campaign.Campaign) []ui.Least {
	var list []ui.Least
	add := func(where string, people int) {
		for i := range list {
			if list[i].People == people {
				list[i].Where += ", " + where
				return
			}
		}
		list = append(list, ui.Least{Where: where, People: people})
	}
	weighted := c.Groups[c.Weighting.Groups[0].Group]
	for _, level := range campaign.Levels {
		add(ui.LevelsName(string(level)), method.Least(level, weighted))
	}
	for _, g := range c.Groups {
		if !g.Weighted() {
			add(g.Name, method.Least(campaign.Nation, g))
		}
	}
	return list
}
