package attack

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
)

// Release is what one says, in whatever format it was had.
type Release struct {
	Seq     int
	Minimum int
	Rules   Rules
	// Measures are by objective and group.
	Measures map[Row]Measure
	Groups   []string            // that weigh: together they are everybody
	Whole    string              // the group that is all of these
	Parts    map[string][]string // by such a group, those that are a part of it
	Apart    []string            // groups of which nobody is in one that weighs
	Parents  map[string]Opening  // by question: what opens it
	Tables   map[string]string   // by question: the table it is counted in
	Frame    map[string]Place    // by organisation
	Figures  map[Figured]Figure  // that are shown
	Changes  map[Figured]Change  // by where they stand in before
	Bars     map[Asked][]Share
	Pledges  map[Figured]Promises
	Listed   map[string]bool // organisations
	Hashes   []string        // what looks like one
}

// Row is an objective's row for a group.
type Row struct {
	Objective int
	Group     string
}

// Measure is what a value is the mean of: so many questions, whose favourable answers count.
type Measure struct {
	Table string
	Items []Item
}

// Item is a question with the answers that count.
type Item struct {
	Question   string   `json:"question"`
	Favourable []string `json:"favourable"`
}

// Opening is the answer to a question that opens another.
type Opening struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// Place is where an organisation of the frame is, and how many people it has by weighting group.
type Place struct {
	Code   string         `json:"code"`
	Region string         `json:"region"`
	Type   string         `json:"type"`
	Sizes  map[string]int `json:"sizes"`
}

// Rules are the numbers that the release carries, as far as they are needed here.
type Rules struct {
	PeopleUnit  int     `json:"peopleUnit"`
	FineFrom    int     `json:"fineFrom"`
	Coarse      float64 `json:"coarse"`
	Fine        float64 `json:"fine"`
	NearExtreme int     `json:"nearExtreme"`
	BoundStep   int     `json:"boundStep"`
	BoundMost   int     `json:"boundMost"`
}

// Figured is where a figure stands.
type Figured struct {
	Objective   int
	Level, Code string
	Group       string
	Wave        int // 0 before, 1 after
}

// Asked is a question that a row shows the answers to.
type Asked struct {
	Level, Code, Group, Question string
	Wave                         int
}

// Figure is what is printed of a wave.
type Figure struct {
	Value       int // in tenths of a point
	Unit        int // it is rounded to, in tenths
	Bound       string
	Respondents int
	Effective   int
}

// Change is what is printed beside a change.
type Change struct {
	Pairs *int
	Rho   *float64
}

// Share is how many per cent gave one of the answers.
type Share struct {
	Answers []string `json:"answers"`
	Percent int      `json:"percent"`
}

// Promises are the pledges of a node.
type Promises struct {
	All      int
	Statuses map[string]int
}

// decoders read a document, by the extension of its name. Other formats join here.
var decoders = map[string]func(content []byte) (Release, error){".json": decodeJSON}

// learners is the name under which those stand who were asked on.
const learners = "learners"

type documentWave struct {
	Value       *float64 `json:"value"`
	Bound       *string  `json:"bound"`
	Respondents *int     `json:"respondents"`
	Effective   *int     `json:"effective"`
}

type documentChange struct {
	Pairs *int     `json:"pairs"`
	Rho   *float64 `json:"rho"`
}

type document struct {
	Release *struct {
		Seq int `json:"seq"`
	} `json:"release"`
	Scores []struct {
		Objective int             `json:"objective"`
		Level     string          `json:"level"`
		Code      string          `json:"code"`
		Group     string          `json:"group"`
		Before    documentWave    `json:"before"`
		After     documentWave    `json:"after"`
		Change    *documentChange `json:"change"`
		Details   struct {
			Learners *struct {
				Before documentWave `json:"before"`
				After  documentWave `json:"after"`
			} `json:"learners"`
			Bars []struct {
				Question string  `json:"question"`
				Before   []Share `json:"before"`
				After    []Share `json:"after"`
			} `json:"bars"`
		} `json:"details"`
	} `json:"scores"`
	Pledges []struct {
		Level    string         `json:"level"`
		Code     string         `json:"code"`
		Pledges  *int           `json:"pledges"`
		Statuses map[string]int `json:"statuses"`
	} `json:"pledges"`
	Basis struct {
		Campaign documentCampaign `json:"campaign"`
		Frame    []Place          `json:"frame"`
		Rules    Rules            `json:"rules"`
	} `json:"basis"`
}

type documentCampaign struct {
	Objectives []struct {
		Number   int `json:"number"`
		Measures []struct {
			Groups []string `json:"groups"`
			Items  []Item   `json:"items"`
		} `json:"measures"`
	} `json:"objectives"`
	Groups    []documentGroup `json:"groups"`
	Questions []struct {
		ID      string   `json:"id"`
		AskedIf *Opening `json:"askedIf"`
	} `json:"questions"`
	Tables []struct {
		ID        string   `json:"id"`
		Questions []string `json:"questions"`
	} `json:"tables"`
	Weighting struct {
		Groups []struct {
			Group string `json:"group"`
		} `json:"groups"`
	} `json:"weighting"`
	Disclosure struct {
		Minimum int `json:"minimum"`
	} `json:"disclosure"`
}

type documentGroup struct {
	ID         string   `json:"id"`
	Audiences  []string `json:"audiences"`
	BandGroups []string `json:"bandGroups"`
}

// people are those in the group, by audience and band group.
func (g documentGroup) people() map[[2]string]bool {
	people := map[[2]string]bool{}
	for _, a := range g.Audiences {
		for _, b := range g.BandGroups {
			people[[2]string{a, b}] = true
		}
	}
	return people
}

// hash is 128 bits or more in hexadecimal, by themselves.
var hash = regexp.MustCompile(`\b[0-9a-fA-F]{32,128}\b`)

// decodeJSON reads a release as the API serves it.
func decodeJSON(content []byte) (Release, error) {
	var d document
	if err := json.Unmarshal(content, &d); err != nil {
		return Release{}, fmt.Errorf("reading a release: %w", err)
	}
	if d.Release == nil {
		return Release{}, fmt.Errorf("reading a release: it has no number, so nothing is released")
	}
	r := Release{Seq: d.Release.Seq, Minimum: d.Basis.Campaign.Disclosure.Minimum, Rules: d.Basis.Rules,
		Measures: map[Row]Measure{}, Parents: map[string]Opening{}, Tables: map[string]string{}, Frame: map[string]Place{},
		Figures: map[Figured]Figure{}, Changes: map[Figured]Change{}, Bars: map[Asked][]Share{}, Pledges: map[Figured]Promises{}, Listed: map[string]bool{}}
	if r.Minimum < 1 || r.Rules.PeopleUnit < 1 {
		return Release{}, fmt.Errorf("reading release %d: it does not carry its rules", r.Seq)
	}
	r.campaign(d.Basis.Campaign)
	for _, p := range d.Basis.Frame {
		r.Frame[p.Code] = p
	}
	for _, s := range d.Scores {
		at := Figured{Objective: s.Objective, Level: s.Level, Code: s.Code, Group: s.Group}
		if s.Level == organisation {
			r.Listed[s.Code] = true
		}
		r.wave(at, 0, s.Before)
		r.wave(at, 1, s.After)
		if s.Change != nil {
			r.Changes[at] = Change{s.Change.Pairs, s.Change.Rho}
		}
		for _, b := range s.Details.Bars {
			for wave, shares := range [][]Share{b.Before, b.After} {
				if shares != nil {
					r.Bars[Asked{s.Level, s.Code, s.Group, b.Question, wave}] = shares
				}
			}
		}
		if l := s.Details.Learners; l != nil {
			at.Group = learners
			r.wave(at, 0, l.Before)
			r.wave(at, 1, l.After)
		}
	}
	for _, p := range d.Pledges {
		if p.Pledges != nil {
			r.Pledges[Figured{Level: p.Level, Code: p.Code}] = Promises{*p.Pledges, p.Statuses}
		}
	}
	for _, h := range hash.FindAll(content, -1) {
		r.Hashes = append(r.Hashes, string(h))
	}
	return r, nil
}

func (r *Release) campaign(c documentCampaign) {
	for _, q := range c.Questions {
		r.Tables[q.ID] = q.ID
		if q.AskedIf != nil {
			r.Parents[q.ID] = *q.AskedIf
		}
	}
	for _, t := range c.Tables {
		for _, q := range t.Questions {
			r.Tables[q] = t.ID
		}
	}
	for _, g := range c.Weighting.Groups {
		r.Groups = append(r.Groups, g.Group)
	}
	r.groups(c.Groups)
	for _, o := range c.Objectives {
		for _, m := range o.Measures {
			measure := Measure{r.Tables[m.Items[0].Question], m.Items}
			for _, group := range m.Groups {
				r.Measures[Row{o.Number, group}] = measure
			}
			if slices.Contains(m.Groups, r.Whole) {
				r.Measures[Row{o.Number, learners}] = measure
			}
		}
	}
}

// groups finds out how the groups lie in each other.
func (r *Release) groups(groups []documentGroup) {
	r.Parts = map[string][]string{}
	weighing, everybody := map[string]map[[2]string]bool{}, map[[2]string]bool{}
	for _, g := range groups {
		if slices.Contains(r.Groups, g.ID) {
			weighing[g.ID] = g.people()
			maps.Copy(everybody, g.people())
		}
	}
	within := func(some, all map[[2]string]bool) (n int) {
		for p := range some {
			if all[p] {
				n++
			}
		}
		return n
	}
	for _, g := range groups {
		people := g.people()
		switch n := within(people, everybody); {
		case n == 0:
			r.Apart = append(r.Apart, g.ID)
		case n == len(everybody) && n == len(people):
			r.Whole = g.ID
		case weighing[g.ID] == nil:
			for of, all := range weighing {
				if within(people, all) == len(people) {
					r.Parts[of] = append(r.Parts[of], g.ID)
				}
			}
		}
	}
}

func (r *Release) wave(at Figured, wave int, w documentWave) {
	if w.Value == nil || w.Respondents == nil || w.Effective == nil {
		return
	}
	at.Wave = wave
	f := Figure{Value: int(math.Round(10 * *w.Value)), Unit: int(math.Round(10 * r.Rules.Coarse)), Respondents: *w.Respondents, Effective: *w.Effective}
	if w.Bound != nil {
		f.Bound = *w.Bound
	} else if f.Respondents >= r.Rules.FineFrom {
		f.Unit = int(math.Round(10 * r.Rules.Fine))
	}
	r.Figures[at] = f
}
