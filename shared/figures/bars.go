package figures

import (
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// bars rounds the bars of a row, those that some wave shows.
func bars(c *campaign.Campaign, list []score.Bar) (shown []release.Bar) {
	for _, b := range list {
		bar := release.Bar{Question: c.Questions[b.Question].ID,
			Before: shares(c, b.Question, b.Waves[score.Before]), After: shares(c, b.Question, b.Waves[score.After])}
		if bar.Before != nil || bar.After != nil {
			shown = append(shown, bar)
		}
	}
	return shown
}

// shares are the answers to a question in whole per cent. Where fewer than NearExtreme people gave one of them,
// those that join are shown as one; where one is still of fewer, none is shown.
func shares(c *campaign.Campaign, question int, a *score.Answered) []release.Share {
	if a == nil || a.Respondents < c.Minimum {
		return nil
	}
	answers := c.Answers(question)
	name := func(i int) string { return answers[i].ID }
	few := func(n int) bool { return n < method.NearExtreme }
	if slices.ContainsFunc(a.People, few) {
		name = func(i int) string { return answers[i].Joins }
	}
	var names []string
	var shares []release.Share
	var values [][]score.Value
	var people []int
	for i := range answers {
		at := slices.Index(names, name(i))
		if at < 0 {
			at = len(names)
			names, shares, values, people = append(names, name(i)), append(shares, release.Share{}), append(values, nil), append(people, 0)
		}
		shares[at].Answers = append(shares[at].Answers, answers[i].ID)
		values[at], people[at] = append(values[at], a.Shares[i]), people[at]+a.People[i]
	}
	if slices.ContainsFunc(people, few) {
		return nil
	}
	for i := range shares {
		shares[i].Percent = int(points(score.Sum(values[i]...), method.Coarse))
	}
	return shares
}
