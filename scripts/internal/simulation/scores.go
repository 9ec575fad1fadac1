package simulation

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"learningforlife/scripts/internal/recount"
	"learningforlife/shared/submission"
)

// Score is a released national score beside what it estimates.
type Score struct {
	Objective int    `json:"objective"`
	Group     string `json:"group"`
	Wave      string `json:"wave"`
	// True is what the released value estimates, 0 to 100, and Counted are the people it is estimated from;
	// nil if nobody's answers may be used.
	True     *float64  `json:"true"`
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
	live.Quarantine(r.world.campaign, nil) // nobody decides anything while this is played
	superseded := live.Superseded()
	return slices.DeleteFunc(items, func(i Item) bool {
		_, counted := live[i.link()]
		return !counted || superseded[i.link()]
	})
}

// link is what names the item's response.
func (i *Item) link() submission.Link {
	key := i.Receipt.Key(submission.KindResponse)
	return key.Link()
}
