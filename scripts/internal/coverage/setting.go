// Package coverage plays campaigns whose truth is known, from the counts of
// weighting cells on, and tells how often what is released holds it: how many of the 95 %
// intervals contain the true value or change, and which status is given to which change.
//
//	setting (what never changes) → world (true chances) → sample (counts) → admit, score, release → measure
//
// Nothing of the way from counts to a release is done here: it is the server's own.
package coverage

import (
	"errors"
	"fmt"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/score"
	"learningforlife/shared/tally"
)

// setting is what all simulated campaigns share: the real list of organisations and the frame that is shipped.
type setting struct {
	campaign     *campaign.Campaign
	layout       *tally.Layout
	frame        campaign.Frame
	nodes        []campaign.Node
	rows         []campaign.Row
	closed, open day.Day // a day after both waves' close, and one on which they are open

	forms  []form
	kinds  []kind
	places []int   // the organisations that people answer for, by position in the list: those with a size
	within [][]int // by node: indexes into places
	board  int     // the group that stands apart
}

// form is the answers of one person that are counted jointly.
type form struct {
	table int
	items []uint8 // by chance: what a favourable answer adds to the class
	// base are the chances of favourable answers at an objective's level, moved by an effect on the logit
	// scale. From the second on they are nested: who answers one favourably does so with all that follow.
	base func(level, effect float64) []float64
	sets []set
}

// set is a measure: the mean of some chances.
type set struct {
	objective int
	chances   []int
}

// kind is a sort of people of an organisation.
type kind struct {
	group  int     // of the frame's weighting groups, or apart
	part   int     // of the group's parts, or as many as there are for none of them
	shown  []int   // the groups that scores are shown for in which they are
	share  float64 // of the group's people
	effect float64 // on all their chances, on the logit scale
	answer float64 // how much likelier than others they are to answer
	forms  []int
}

// apart is the group of people who are not weighted.
const apart = -1

// boardMembers is how many of an organisation's board answer a wave, on average, if 30,000 of the staff do.
const boardMembers = 3

func newSetting(c *campaign.Campaign) (*setting, error) {
	layout, err := tally.NewLayout(c)
	if err != nil {
		return nil, fmt.Errorf("setting up the simulation: %w", err)
	}
	last := max(c.Waves[c.Baseline()].Closes, c.Waves[c.FollowUp()].Closes)
	s := &setting{campaign: c, layout: layout, closed: last + 2, open: last, board: c.Group("board")}
	s.frame = c.Frame(s.closed)
	s.nodes = c.Nodes(s.closed)
	s.rows = c.Rows(s.nodes)
	at := map[int]int{}
	for o, standing := range s.frame.Standing {
		if size := s.frame.Sizes[o]; o == standing && slices.Max(size) > 0 {
			at[o] = len(s.places)
			s.places = append(s.places, o)
		}
	}
	for _, node := range s.nodes {
		var within []int
		for _, o := range node.Members {
			if place, ok := at[o]; ok {
				within = append(within, place)
			}
		}
		s.within = append(s.within, within)
	}
	if err := errors.Join(s.ask(), s.sort()); err != nil {
		return nil, fmt.Errorf("setting up the simulation: %w", err)
	}
	for _, row := range s.rows {
		if _, _, ok := s.asks(row); !ok {
			return nil, fmt.Errorf("setting up the simulation: objective %d has a measure that it has no answers to", row.Objective)
		}
	}
	return s, nil
}

// ask sets up the forms.
func (s *setting) ask() error {
	learning, err1 := s.form(1, func(level, effect float64) []float64 {
		took := moved(level+0.04*(1-level), effect)
		return []float64{moved(level-0.04*(1-level), effect), took * (0.78 + 0.2*level), took}
	}, "A1", "A6", "A2")
	learning.sets = []set{{1, []int{0, 2}}, {4, []int{1}}}
	belief, err2 := s.form(3, func(level, effect float64) []float64 {
		return []float64{moved(level+0.02, effect), moved(level-0.02, effect)}
	}, "A4", "A5")
	belief.sets = []set{{3, []int{0, 1}}}
	single := func(level, effect float64) []float64 { return []float64{moved(level, effect)} }
	sense, err3 := s.form(2, single, "B1")
	investment, err4 := s.form(3, single, "B3")
	sense.sets, investment.sets = []set{{2, []int{0}}}, []set{{3, []int{0}}}
	s.forms = []form{learning, belief, sense, investment}
	return errors.Join(err1, err2, err3, err4)
}

// form is about questions that the objective scores, in the order of their chances.
func (s *setting) form(objective int, base func(level, effect float64) []float64, questions ...string) (form, error) {
	first := s.campaign.Question(questions[0])
	f := form{base: base}
	for _, m := range s.campaign.Objectives[objective-1].Measures {
		for _, item := range m.Items {
			if item.Question == first {
				f.table = m.Table
			}
		}
	}
	for _, id := range questions {
		i := slices.IndexFunc(s.layout.Tables[f.table].Items, func(item campaign.Item) bool {
			return item.Question == s.campaign.Question(id)
		})
		if i < 0 {
			return f, fmt.Errorf("objective %d does not score %s", objective, id)
		}
		f.items = append(f.items, 1<<i)
	}
	return f, nil
}

// sort sets up the kinds of people, and checks that they are those that the campaign weights.
func (s *setting) sort() error {
	for _, k := range []struct {
		group, part           string
		share, effect, answer float64
	}{
		{"bands_1_4", "", 1, -0.25, 0.6},
		{"others", "bands_5_7", 0.55, 0.05, 1.1},
		{"others", "bands_8_9", 0.15, 0.25, 1.5},
		{"others", "", 0.30, 0, 0.8},
		{"board", "", 1, 0, 1},
	} {
		group := s.campaign.Group(k.group)
		added := kind{group: apart, shown: []int{group}, share: k.share, effect: k.effect, answer: k.answer, forms: []int{2, 3}}
		if group != s.board {
			added.group = slices.IndexFunc(s.campaign.Weighting.Groups, func(w campaign.WeightingGroup) bool { return w.Group == group })
			if added.group < 0 {
				return fmt.Errorf("the frame does not weight %s", k.group)
			}
			parts := score.Tables{Layout: s.layout}.Parts(added.group)
			added.shown, added.part, added.forms = append(added.shown, s.campaign.Group("all")), len(parts), []int{0, 1}
			if k.part != "" {
				added.shown = append(added.shown, s.campaign.Group(k.part))
				added.part = slices.Index(parts, s.campaign.Group(k.part))
			}
		}
		s.kinds = append(s.kinds, added)
	}
	return nil
}

// only returns the rows, in their order, that are so.
func only(rows []campaign.Row, so func(campaign.Row) bool) (list []campaign.Row) {
	for _, row := range rows {
		if so(row) {
			list = append(list, row)
		}
	}
	return list
}

// rowsOf returns the rows that are computed of a scenario.
func (s *setting) rowsOf(of Scenario) []campaign.Row {
	return only(s.rows, func(row campaign.Row) bool { return of.Parts || !s.campaign.Groups[row.Group].Part })
}

// carried returns those rows in which organisations stand for each other.
func (s *setting) carried(rows []campaign.Row) []campaign.Row {
	return only(rows, func(row campaign.Row) bool { return s.nodes[row.Node].Level != campaign.Organisation })
}

// asks returns the form and the set by which a row is measured, if there is one.
func (s *setting) asks(row campaign.Row) (form, set int, ok bool) {
	for f, of := range s.forms {
		if of.table == s.campaign.Objectives[row.Objective-1].Measures[row.Measure].Table {
			for i, m := range of.sets {
				if m.objective == row.Objective {
					return f, i, true
				}
			}
		}
	}
	return 0, 0, false
}
