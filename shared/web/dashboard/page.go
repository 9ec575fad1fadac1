package dashboard

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"learningforlife/shared/campaign"
	"learningforlife/shared/release"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// page answers with the dashboard: the scores of the nation, and those that were asked for.
func (h handler) page(w http.ResponseWriter, r *http.Request) error {
	f, err := parseFilter(h.Campaign, withoutEmpty(r.URL.RawQuery), parameters...)
	if err != nil {
		return err
	}
	newest, err := h.newest(r.Context())
	if err != nil {
		return err
	}
	page := h.dashboard(newest, f)
	return respond.HTML(w, http.StatusOK, func(w io.Writer) error { return ui.Write(w, page) })
}

// withoutEmpty leaves out the fields of a form that were left empty. A query that cannot be read stays as it is.
func withoutEmpty(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return query
	}
	maps.DeleteFunc(values, func(_ string, list []string) bool { return len(list) == 1 && list[0] == "" })
	return values.Encode()
}

func (h handler) dashboard(r release.Release, f filter) ui.Dashboard {
	nation := filter{byLevel: string(campaign.Nation)}.keep(r.Scores)
	page := ui.Dashboard{
		Release: r.Head,
		Nation:  h.tables("nation", nation, false),
		DataURL: scoresPath,
	}
	for _, row := range r.Pledges {
		if row.Level == string(campaign.Nation) && (row.Pledges != nil || row.BoardShare != nil) {
			page.Pledges = &row
		}
	}
	page.Level, page.Objective, page.Group = h.fields(f)
	shown := nation
	if len(f) > 0 {
		chosen := f.keep(r.Scores)
		page.Asked = true
		page.Chosen = h.tables("chosen", chosen, true)
		page.DataURL += "?" + f.query()
		shown = slices.Concat(nation, chosen)
	}
	page.Notes = notes(shown)
	return page
}

// fields is the form that chooses scores, filled in as it was sent.
func (h handler) fields(f filter) (level, objective, group ui.Select) {
	var levels, objectives, groups []ui.Choice
	for _, l := range campaign.Levels {
		if name, ok := ui.LevelNames[string(l)]; ok { // the nation is shown anyway
			levels = append(levels, choice(f, byLevel, string(l), name))
		}
	}
	for _, o := range h.Campaign.Objectives {
		number := strconv.Itoa(o.Number)
		objectives = append(objectives, choice(f, byObjective, number, fmt.Sprintf("%s. %s", number, o.Title)))
	}
	for _, g := range h.Campaign.Groups {
		groups = append(groups, choice(f, byGroup, g.ID, g.Name))
	}
	return ui.LevelField(byLevel, levels), ui.ObjectiveField(byObjective, objectives), ui.GroupField(byGroup, groups)
}

func choice(f filter, parameter, value, text string) ui.Choice {
	wanted, ok := f[parameter]
	return ui.Choice{Value: value, Text: text, Chosen: ok && wanted == value}
}

// tables makes a table of each objective. The rows are by level and then by the
// name of the place, for people to find theirs; a release has them by code.
func (h handler) tables(id string, scores []release.Score, places bool) []ui.Scores {
	scores = slices.Clone(scores)
	slices.SortStableFunc(scores, func(a, b release.Score) int {
		return cmp.Or(
			cmp.Compare(a.Objective, b.Objective),
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(h.place(a), h.place(b)),
		)
	})
	var tables []ui.Scores
	for _, s := range scores {
		if len(tables) == 0 || tables[len(tables)-1].Number != s.Objective {
			tables = append(tables, h.table(id, s.Objective, places))
		}
		t := &tables[len(tables)-1]
		t.Rows = append(t.Rows, h.rows(s)...)
	}
	return tables
}

// rows are the row of a score, and below it that of the learners where they are shown by themselves.
func (h handler) rows(s release.Score) []ui.ScoreRow {
	row := ui.ScoreRow{Place: h.place(s), Group: h.group(s), Score: s}
	if s.Objective >= 1 && s.Objective <= len(h.Campaign.Objectives) {
		if p := h.Campaign.Objectives[s.Objective-1].Priority; p != nil {
			row.First, row.Others = h.Campaign.Groups[p.Group].Name, h.Campaign.Groups[p.Others].Name
		}
	}
	l := s.Details.Learners
	if l == nil {
		return []ui.ScoreRow{row}
	}
	learners := release.Score{Before: l.Before, After: l.After, Change: l.Change}
	return []ui.ScoreRow{row, {Place: row.Place, Group: ui.LearnersName(row.Group), Score: learners}}
}

func rank(s release.Score) int { return slices.Index(campaign.Levels, campaign.Level(s.Level)) }

func (h handler) table(id string, objective int, places bool) ui.Scores {
	t := ui.Scores{
		ID:     fmt.Sprintf("%s-%d", id, objective),
		Number: objective,
		Before: h.Campaign.Waves[h.Campaign.Baseline()].Name,
		After:  h.Campaign.Waves[h.Campaign.FollowUp()].Name,
		Places: places,
	}
	if objective >= 1 && objective <= len(h.Campaign.Objectives) {
		t.Title = h.Campaign.Objectives[objective-1].Title
	}
	return t
}

// place is what the score's node is called. A region's code is its name.
func (h handler) place(s release.Score) string {
	switch campaign.Level(s.Level) {
	case campaign.Nation:
		return ui.NationName
	case campaign.Type:
		return ui.TypeName(s.Code)
	case campaign.Organisation:
		if trust, ok := h.Campaign.Organisations.Find(s.Code); ok && trust.Name != "" {
			return fmt.Sprintf("%s (%s)", trust.Name, s.Code)
		}
	}
	return s.Code
}

func (h handler) group(s release.Score) string {
	if i := h.Campaign.Group(s.Group); i >= 0 {
		return h.Campaign.Groups[i].Name
	}
	return s.Group
}

// notes lists the notes that stand at any of the scores, sorted.
func notes(scores []release.Score) []string {
	all := map[string]bool{}
	for _, s := range scores {
		for _, n := range s.Notes {
			all[n] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
