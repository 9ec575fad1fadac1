package intake

import (
	"net/http"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// campaignAnswer is what the API tells of the campaign: all that a program needs to show the forms.
type campaignAnswer struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Today      day.Day           `json:"today"` // the server's day, from which clients mint receipts
	Opens      day.Day           `json:"opens"` // for pledges
	Closes     day.Day           `json:"closes"`
	Open       bool              `json:"open"`
	Objectives []objectiveAnswer `json:"objectives"`
	Waves      []waveAnswer      `json:"waves"`
	Audiences  []namedAnswer     `json:"audiences"`
	BandGroups []namedAnswer     `json:"bandGroups"`
	Questions  []questionAnswer  `json:"questions"`
	Pledges    []catalogueAnswer `json:"pledges"`
}

type objectiveAnswer struct {
	Number int    `json:"number"`
	Title  string `json:"title"`
	Aim    string `json:"aim"`
}

type waveAnswer struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Opens   day.Day `json:"opens"`
	Closes  day.Day `json:"closes"`
	Open    bool    `json:"open"`
	Follows *string `json:"follows"`
}

type namedAnswer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type questionAnswer struct {
	ID          string        `json:"id"`
	Objective   int           `json:"objective"`
	Wave        []string      `json:"wave"`
	Audience    []string      `json:"audience"`
	Text        string        `json:"text"`
	Answers     []string      `json:"answers"`
	AnswerTexts []textAnswer  `json:"answerTexts"`
	AskedIf     *branchAnswer `json:"askedIf"`
}

type textAnswer struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

type branchAnswer struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

type catalogueAnswer struct {
	ID          string   `json:"id"`
	Audience    string   `json:"audience"`
	SuggestedTo []string `json:"suggestedTo"`
	Objective   int      `json:"objective"`
	Text        string   `json:"text"`
}

func (s *server) getCampaign(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Cache-Control", respond.Public)
	return respond.JSON(w, http.StatusOK, tellCampaign(s.Campaign, s.today()))
}

func tellCampaign(c *campaign.Campaign, today day.Day) campaignAnswer {
	a := campaignAnswer{ID: c.ID, Name: c.Name, Today: today, Opens: c.Opens, Closes: c.Closes, Open: c.Open(today)}
	for _, o := range c.Objectives {
		a.Objectives = append(a.Objectives, objectiveAnswer{o.Number, o.Title, o.Aim})
	}
	for _, w := range c.Waves {
		told := waveAnswer{ID: w.ID, Name: w.Name, Opens: w.Opens, Closes: w.Closes, Open: w.Open(today)}
		if w.Follows >= 0 {
			told.Follows = &c.Waves[w.Follows].ID
		}
		a.Waves = append(a.Waves, told)
	}
	for _, audience := range c.Audiences {
		a.Audiences = append(a.Audiences, namedAnswer{audience.ID, audience.Name})
	}
	for _, b := range c.BandGroups {
		a.BandGroups = append(a.BandGroups, namedAnswer{b.ID, b.Name})
	}
	for q := range c.Questions {
		a.Questions = append(a.Questions, tellQuestion(c, q))
	}
	for _, p := range c.Pledges {
		a.Pledges = append(a.Pledges, catalogueAnswer{p.ID, c.Audiences[p.Audience].ID,
			ids(p.SuggestedTo, func(b int) string { return c.BandGroups[b].ID }), p.Objective, p.Text})
	}
	return a
}

func tellQuestion(c *campaign.Campaign, index int) questionAnswer {
	q := c.Questions[index]
	a := questionAnswer{
		ID: q.ID, Objective: q.Objective, Text: q.Text,
		Wave:     ids(q.Waves, func(w int) string { return c.Waves[w].ID }),
		Audience: ids(q.Audiences, func(a int) string { return c.Audiences[a].ID }),
	}
	for _, answer := range c.Answers(index) {
		a.Answers = append(a.Answers, answer.ID)
		a.AnswerTexts = append(a.AnswerTexts, textAnswer{answer.ID, answer.Text})
	}
	if b := q.AskedIf; b != nil {
		a.AskedIf = &branchAnswer{c.Questions[b.Question].ID, c.Answers(b.Question)[b.Answer].ID}
	}
	return a
}

func ids(indexes []int, id func(int) string) []string {
	var list []string
	for _, i := range indexes {
		list = append(list, id(i))
	}
	return list
}

func (s *server) homePage(w http.ResponseWriter, _ *http.Request) error {
	c, today := s.Campaign, s.today()
	p := ui.Home{Campaign: c.Name, Opens: c.Opens, Closes: c.Closes, Open: c.Open(today)}
	for _, o := range c.Objectives {
		p.Objectives = append(p.Objectives, ui.Objective{Number: o.Number, Title: o.Title, Aim: o.Aim})
	}
	for i := range c.Waves {
		p.Surveys = append(p.Surveys, s.survey(i, today))
	}
	w.Header().Set("Cache-Control", respond.Public)
	return s.page(w, http.StatusOK, p)
}

// survey is what pages say of the wave at the index.
func (s *server) survey(wave int, today day.Day) ui.Survey {
	w := s.Campaign.Waves[wave]
	return ui.Survey{ID: w.ID, Name: w.Name, Opens: w.Opens, Closes: w.Closes, Open: w.Open(today)}
}

// next returns the index of the wave that follows the one at the index, or -1.
func (s *server) next(wave int) int {
	return slices.IndexFunc(s.Campaign.Waves, func(w campaign.Wave) bool { return w.Follows == wave })
}
