package intake

import (
	"slices"
	"strconv"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/ui"
)

// asked lists the indexes of the questions that the wave puts to the audience, in their order, branches aside.
func (s *server) asked(wave, audience int) []int {
	var list []int
	for q := range s.Campaign.Questions {
		if s.Campaign.Asked(q, wave, audience) {
			list = append(list, q)
		}
	}
	return list
}

// questionField is the name of the field for the question at the index; faults name it so too.
func (s *server) questionField(q int) string {
	return submission.FieldAnswers + "." + s.Campaign.Questions[q].ID
}

// answerChoices lists the answers to the question at the index.
func (s *server) answerChoices(q int, chosen string) []ui.Choice {
	return choices(s.Campaign.Answers(q), func(a campaign.Answer) (string, string) { return a.ID, a.Text }, chosen)
}

// condition says when the question at the index is to be answered, naming the
// other by its number among those that are asked; empty if always.
func (s *server) condition(asked []int, q int) string {
	b := s.Campaign.Questions[q].AskedIf
	if b == nil {
		return ""
	}
	return ui.OnlyIf(s.Campaign.Answers(b.Question)[b.Answer].Text, strconv.Itoa(slices.Index(asked, b.Question)+1))
}
