package intake

import (
	"net/url"
	"slices"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/ui"
)

// asked lists the indexes of the questions that the wave puts to the audience, in their order.
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

// questionFields are the questions of a page with what was entered.
func (s *server) questionFields(asked []int, entered url.Values, f faults) []ui.Radios {
	var fields []ui.Radios
	for i, q := range asked {
		name := s.questionField(q)
		options := choices(s.Campaign.Answers(q), func(a campaign.Answer) (string, string) { return a.ID, a.Text }, entered.Get(name))
		fields = append(fields, ui.QuestionField(name, i+1, s.Campaign.Questions[q].Text, s.condition(asked, q), options, f.at[name]))
	}
	return fields
}

// condition says when the question at the index is to be answered, naming the
// other by its number on the page; empty if always.
func (s *server) condition(asked []int, q int) string {
	b := s.Campaign.Questions[q].AskedIf
	if b == nil {
		return ""
	}
	return ui.OnlyIf(s.Campaign.Answers(b.Question)[b.Answer].Text, slices.Index(asked, b.Question)+1)
}

// wordResponse words the faults of a form with these questions.
func (s *server) wordResponse(asked []int) word {
	return func(f submission.Fault) ui.Fault {
		if f.Field == submission.FieldAnswers && len(asked) > 0 { // nothing is answered: the way leads to the first question
			return ui.Fault{Field: s.questionField(asked[0]), Message: f.Message}
		}
		id, ok := strings.CutPrefix(f.Field, submission.FieldAnswers+".")
		if !ok {
			return common(f)
		}
		q := s.Campaign.Question(id)
		if condition := s.condition(asked, q); condition != "" {
			return ui.Fault{Field: f.Field, Message: condition}
		}
		return ui.Fault{Field: f.Field, Message: ui.ChooseAnswer}
	}
}
