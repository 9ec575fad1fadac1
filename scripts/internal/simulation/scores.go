package simulation

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"learningforlife/scripts/internal/recount"
	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
)

// Score is a released national score beside what it estimates.
type Score struct {
	Objective int    `json:"objective"`
	Group     string `json:"group"`
	Wave      string `json:"wave"`
	// True is 100 times the mean of the true values of all who are counted, and
	// Counted how many these are: every respondent counts the same in a release, too.
	True     float64   `json:"true"`
	Counted  int       `json:"counted"`
	Released *Released `json:"released"` // nil if it is withheld
}

// Released is what a release shows of a score.
type Released struct {
	Value       float64 `json:"value"`
	Low         float64 `json:"low"`
	High        float64 `json:"high"`
	Respondents int     `json:"respondents"`
}

// scores reads the released national scores and sets the true ones beside them.
func (s *simulation) scores(ctx context.Context) error {
	got, err := s.client.send(ctx, request{method: http.MethodGet, path: "/v1/scores?level=nation", header: map[string]string{"Authorization": "Bearer " + s.Token}})
	if err != nil {
		return err
	}
	var shown struct {
		Release *struct {
			Seq int `json:"seq"`
		} `json:"release"`
		Scores []row `json:"scores"`
	}
	if err := got.content(&shown); err != nil {
		return err
	}
	if shown.Release != nil {
		s.result.Release = &shown.Release.Seq
	}
	c, counted := s.Campaign, s.result.counted()
	for _, objective := range c.Objectives {
		measure := objective.Measures[0]
		group := measure.Groups[0]
		at := slices.IndexFunc(shown.Scores, func(r row) bool { return r.Objective == objective.Number && r.Group == group })
		if at < 0 {
			return fmt.Errorf("objective %d has no row for the nation and the group %q", objective.Number, group)
		}
		for _, wave := range []int{c.Baseline(), c.FollowUp()} {
			score := Score{Objective: objective.Number, Group: group, Wave: c.Waves[wave].ID, Released: shown.Scores[at].Before.released()}
			if wave == c.FollowUp() {
				score.Released = shown.Scores[at].After.released()
			}
			score.True, score.Counted = s.result.world.truth(counted, measure, c.Groups[c.Group(group)], wave)
			s.result.Scores = append(s.result.Scores, score)
		}
	}
	return nil
}

// row is what is read of a row of scores.
type row struct {
	Objective int    `json:"objective"`
	Group     string `json:"group"`
	Before    figure `json:"before"`
	After     figure `json:"after"`
}

type figure struct {
	Value       *float64 `json:"value"`
	Low         *float64 `json:"low"`
	High        *float64 `json:"high"`
	Respondents *int     `json:"respondents"`
}

func (f figure) released() *Released {
	if f.Value == nil || f.Low == nil || f.High == nil || f.Respondents == nil {
		return nil
	}
	return &Released{*f.Value, *f.Low, *f.High, *f.Respondents}
}

// counted returns the live responses that count, in the order of the people.
func (r *Result) counted() []Item {
	var items []Item
	live := recount.Responses{}
	for i, person := range r.people {
		for j, item := range person.Items {
			if item.Kind == submission.KindResponse && r.states[i][j].live() {
				items = append(items, item)
				live[item.link()] = item.Response
			}
		}
	}
	superseded := live.Superseded()
	return slices.DeleteFunc(items, func(i Item) bool { return superseded[i.link()] })
}

// link is what names the item's response.
func (i *Item) link() submission.Link {
	key := i.Receipt.Key(submission.KindResponse)
	return key.Link()
}

// truth returns 100 times the mean of the true values of the measure over the
// responses of the wave and group that are in the base, and how many these are.
func (w *World) truth(counted []Item, m campaign.Measure, group campaign.Group, wave int) (mean float64, n int) {
	sum := 0.0
	for _, item := range counted {
		s := item.Response
		if s.Wave == wave && slices.Contains(group.Audiences, s.Audience) && slices.Contains(group.BandGroups, s.BandGroup) && w.inBase(m, s.Answers) {
			sum += w.proportions.Value(m, s.Organisation, s.BandGroup, s.Wave, item.Skipped)
			n++
		}
	}
	return 100 * sum / max(float64(n), 1), n
}

// inBase reports whether every question of the measure's table that was put to the respondent is answered.
func (w *World) inBase(m campaign.Measure, answers []int) bool {
	for _, q := range w.campaign.Tables[m.Table].Questions {
		b := w.campaign.Questions[q].AskedIf
		if answers[q] == 0 && (b == nil || answers[b.Question] == b.Answer+1) {
			return false
		}
	}
	return true
}
