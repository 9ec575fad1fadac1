package campaign

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/day"
)

//go:embed data
var shipped embed.FS

// The files that make up a campaign, in the order in which they are digested.
const (
	campaignFile     = "campaign.json"
	organisationFile = "organisations.csv"
	successorFile    = "successors.csv"
	workforceFile    = "workforce_fte_2018.csv"
)

// Shipped loads the campaign that is built into the program.
func Shipped() (*Campaign, error) {
	files, err := Files()
	if err != nil {
		return nil, err
	}
	return Load(files)
}

// Files returns the files of the campaign that is built into the program: what
// Load reads, and what another campaign can be made from.
func Files() (fs.FS, error) {
	files, err := fs.Sub(shipped, "data")
	if err != nil {
		return nil, fmt.Errorf("opening the shipped campaign: %w", err)
	}
	return files, nil
}

// Load reads and validates the campaign in the files. The error, if any, joins every fault found.
func Load(files fs.FS) (*Campaign, error) {
	digest := sha256.New()
	contents := map[string][]byte{}
	for _, name := range []string{campaignFile, organisationFile, successorFile, workforceFile} {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading the campaign: %w", err)
		}
		fmt.Fprintf(digest, "%s %d\n", name, len(content)) // a hash never fails to be written to
		digest.Write(content)
		contents[name] = content
	}
	c, fileErr := readCampaign(contents[campaignFile])
	organisations, orgErr := readOrganisations(contents[organisationFile], contents[successorFile], contents[workforceFile])
	if err := errors.Join(fileErr, orgErr); err != nil {
		return nil, fmt.Errorf("loading the campaign:\n%w", err)
	}
	c.Organisations = organisations
	c.Digest = hex.EncodeToString(digest.Sum(nil))
	c.File = contents[campaignFile]
	return c, nil
}

// readCampaign reads campaign.json and reports every fault in it.
func readCampaign(content []byte) (*Campaign, error) {
	var f file
	if err := json.Unmarshal(content, &f, json.RejectUnknownMembers(true)); err != nil {
		return nil, fmt.Errorf("reading %s: %w", campaignFile, err)
	}
	return f.campaign()
}

// faults collects what is wrong with a campaign, so that all of it is told at once.
type faults []error

func (f *faults) addf(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

// campaign resolves references and reports every fault.
func (f *file) campaign() (*Campaign, error) {
	var bad faults
	c := &Campaign{ID: f.ID, Number: f.Number, Name: f.Name, Opens: f.Opens, Closes: f.Closes,
		Target: Target{Most: f.Target.Most, Shortfall: f.Target.Shortfall}, Minimum: f.Disclosure.Minimum, Sequence: f.Sequence.R}
	bad.named("campaign", f.ID, f.Name)
	if f.Number < 1 || f.Number > 255 {
		bad.addf("campaign: number %d is not from 1 to 255", f.Number)
	}
	bad.window("campaign", f.Opens, f.Closes)
	if f.Disclosure.Minimum < MinPublish {
		bad.addf("disclosure: minimum %d is below %d", f.Disclosure.Minimum, MinPublish)
	}
	if t := f.Target; !(t.Most > 0 && t.Most <= 100) || t.Shortfall[0] < 1 || t.Shortfall[1] < t.Shortfall[0] {
		bad.addf("target: most %v and shareOfShortfall %v are not a number of points from 0 to 100 and a share from 0 to 1", t.Most, t.Shortfall)
	}
	if !(f.Sequence.R > 0) || math.IsInf(f.Sequence.R, 1) {
		bad.addf("sequence: r %v is not above 0", f.Sequence.R)
	}
	f.waves(c, &bad)
	f.people(c, &bad)
	f.weighting(c, &bad)
	f.scales(c, &bad)
	f.questions(c, &bad)
	f.tables(c, &bad)
	f.objectives(c, &bad)
	f.pledges(c, &bad)
	return c, errors.Join(bad...)
}

// reservedWave cannot be a wave's id: surveys are at /survey/ and the id of their
// wave, and at this one answers are withdrawn.
const reservedWave = "withdraw"

func (f *file) waves(c *Campaign, bad *faults) {
	follows := 0
	for _, w := range f.Waves {
		at := "wave " + w.ID
		bad.named(at, w.ID, w.Name)
		bad.window(at, w.Opens, w.Closes)
		if w.ID == reservedWave {
			bad.addf("%s: an address of the site has that name already", at)
		}
		if w.Opens < f.Opens || w.Closes > f.Closes {
			bad.addf("%s: is open outside the campaign (%s to %s)", at, f.Opens, f.Closes)
		}
		wave := Wave{ID: w.ID, Number: w.Number, Name: w.Name, Opens: w.Opens, Closes: w.Closes, Follows: -1, Moved: w.Moved}
		if w.Follows != "" {
			follows++
			wave.Follows = slices.IndexFunc(f.Waves, func(o fileWave) bool { return o.ID == w.Follows })
			switch {
			case wave.Follows < 0:
				bad.addf("%s: follows %q, which is no wave", at, w.Follows)
			case w.Follows == w.ID:
				bad.addf("%s: follows itself", at)
			case f.Waves[wave.Follows].Follows != "":
				bad.addf("%s: follows %q, which itself follows a wave", at, w.Follows)
			}
		}
		c.Waves = append(c.Waves, wave)
	}
	if follows == 0 {
		bad.addf("waves: none follows another, so no change can be measured")
	}
	unique(bad, "wave", c.Waves, func(w Wave) (string, int) { return w.ID, w.Number })
}

func (f *file) people(c *Campaign, bad *faults) {
	for _, a := range f.Audiences {
		bad.named("audience "+a.ID, a.ID, a.Name)
		c.Audiences = append(c.Audiences, Audience(a))
	}
	unique(bad, "audience", c.Audiences, func(a Audience) (string, int) { return a.ID, a.Number })
	for _, b := range f.BandGroups {
		bad.named("band group "+b.ID, b.ID, b.Name)
		c.BandGroups = append(c.BandGroups, BandGroup(b))
	}
	unique(bad, "band group", c.BandGroups, func(b BandGroup) (string, int) { return b.ID, b.Number })
	for i, g := range f.Groups {
		at := "group " + g.ID
		bad.named(at, g.ID, g.Name)
		group := Group{ID: g.ID, Name: g.Name, Levels: g.Levels,
			Audiences:  resolve(bad, at, "audience", g.Audiences, c.Audience),
			BandGroups: resolve(bad, at, "band group", g.BandGroups, c.BandGroup)}
		if len(g.Levels) == 0 {
			bad.addf("%s: is shown at no level", at)
		}
		for i, l := range g.Levels {
			if !slices.Contains(Levels, l) {
				bad.addf("%s: %q is no level", at, l)
			}
			if slices.Contains(g.Levels[:i], l) {
				bad.addf("%s: level %q is there twice", at, l)
			}
		}
		c.Groups = append(c.Groups, group)
		if slices.ContainsFunc(f.Groups[:i], func(o fileGroup) bool { return o.ID == g.ID }) {
			bad.addf("%s: is there twice", at)
		}
	}
}

// weighting resolves the weighting groups, and says of every group how it is made up of them.
func (f *file) weighting(c *Campaign, bad *faults) {
	c.Weighting.Illustrative = f.Weighting.Illustrative
	numerator, denominator := 0, 1 // of what is left of the staff, less 1
	for _, w := range f.Weighting.Groups {
		at := "weighting group " + w.Group
		g := c.Group(w.Group)
		if g < 0 {
			bad.addf("%s: is no group", at)
			continue
		}
		if w.Share[0] < 1 || w.Share[1] < w.Share[0] || w.Share[1] > 1000 {
			bad.addf("%s: %v is not a share from 0 to 1", at, w.Share)
			continue
		}
		numerator, denominator = numerator*w.Share[1]+w.Share[0]*denominator, denominator*w.Share[1]
		for _, o := range c.Weighting.Groups {
			if c.overlap(g, o.Group) > 0 {
				bad.addf("%s: shares people with group %s", at, c.Groups[o.Group].ID)
			}
		}
		c.Weighting.Groups = append(c.Weighting.Groups, WeightingGroup{Group: g, Share: w.Share})
	}
	if len(f.Weighting.Groups) == 0 || numerator != denominator {
		bad.addf("weighting: the shares of the groups do not add up to 1")
	}
	for g := range c.Groups {
		group, covered := &c.Groups[g], 0
		for i, w := range c.Weighting.Groups {
			shared := c.overlap(g, w.Group)
			if shared == 0 {
				continue
			}
			covered += shared
			group.Cells = append(group.Cells, i)
			group.Part = group.Part || shared < c.overlap(w.Group, w.Group)
		}
		for h, o := range c.Groups[:g] {
			if group.Part && o.Part && c.overlap(g, h) > 0 {
				bad.addf("group %s: shares people with group %s, and both are parts of one weighting group", group.ID, o.ID)
			}
		}
		if covered != 0 && (covered != c.overlap(g, g) || group.Part && len(group.Cells) > 1) {
			bad.addf("group %s: is neither made up of weighting groups, nor a part of one, nor apart from all", group.ID)
		}
	}
}

// overlap is how many pairs of audience and band group two groups share.
func (c *Campaign) overlap(g, h int) (n int) {
	for _, a := range c.Groups[g].Audiences {
		for _, b := range c.Groups[g].BandGroups {
			if slices.Contains(c.Groups[h].Audiences, a) && slices.Contains(c.Groups[h].BandGroups, b) {
				n++
			}
		}
	}
	return n
}

func (f *file) scales(c *Campaign, bad *faults) {
	for i, s := range f.Scales {
		at := "scale " + s.ID
		bad.named(at, s.ID, s.ID)
		scale := Scale{ID: s.ID}
		for _, a := range s.Answers {
			bad.named(at+", answer "+a.ID, a.ID, a.Text)
			bad.named(at+", answer "+a.ID+", joins", a.Joins, a.Joins)
			scale.Answers = append(scale.Answers, Answer{ID: a.ID, Number: a.Number, Text: a.Text, Joins: a.Joins})
		}
		unique(bad, at+", answer", scale.Answers, func(a Answer) (string, int) { return a.ID, a.Number })
		if slices.ContainsFunc(f.Scales[:i], func(o fileScale) bool { return o.ID == s.ID }) {
			bad.addf("%s: is there twice", at)
		}
		c.Scales = append(c.Scales, scale)
	}
	if len(c.Scales) == 0 {
		bad.addf("scales: there are none")
		c.Scales = []Scale{{}} // so that the questions can be read on
	}
}

func (f *file) questions(c *Campaign, bad *faults) {
	scale := func(id string) int { return slices.IndexFunc(c.Scales, func(s Scale) bool { return s.ID == id }) }
	for _, q := range f.Questions {
		at := "question " + q.ID
		bad.named(at, q.ID, q.Text)
		f.objective(bad, at, q.Objective)
		question := Question{ID: q.ID, Number: q.Number, Objective: q.Objective, Text: q.Text,
			Audiences: resolve(bad, at, "audience", q.Audiences, c.Audience),
			Waves:     resolve(bad, at, "wave", q.Waves, c.Wave),
			Scale:     max(scale(q.Scale), 0)}
		if scale(q.Scale) < 0 {
			bad.addf("%s: %q is no scale", at, q.Scale)
		}
		c.Questions = append(c.Questions, question)
	}
	unique(bad, "question", c.Questions, func(q Question) (string, int) { return q.ID, q.Number })
	for i, q := range f.Questions {
		if q.AskedIf == nil {
			continue
		}
		at := "question " + q.ID
		opener := c.Question(q.AskedIf.Question)
		if opener < 0 || opener >= i || f.Questions[opener].AskedIf != nil {
			bad.addf("%s: is asked after %q, which is no earlier question that everybody is asked", at, q.AskedIf.Question)
			continue
		}
		for _, a := range c.Questions[i].Audiences {
			for _, w := range c.Questions[i].Waves {
				if !c.Asked(opener, w, a) {
					bad.addf("%s: is asked after %s, which is not asked of every audience and wave it is asked of", at, q.AskedIf.Question)
				}
			}
		}
		answer := c.Answer(opener, q.AskedIf.Answer)
		if answer < 0 {
			bad.addf("%s: %q is no answer to %s", at, q.AskedIf.Answer, q.AskedIf.Question)
		}
		c.Questions[i].AskedIf = &Branch{Question: opener, Answer: answer}
	}
}

// tables resolves the joint tables and gives each question left over one of its own, in the order of the questions.
func (f *file) tables(c *Campaign, bad *faults) {
	of := make([]int, len(c.Questions)) // 1 + the table a question is in
	for i, t := range f.Tables {
		at := "table " + t.ID
		bad.named(at, t.ID, t.ID)
		table := Table{ID: t.ID, Questions: resolve(bad, at, "question", t.Questions, c.Question)}
		for _, q := range table.Questions {
			if of[q] != 0 {
				bad.addf("%s: question %s is in a table already", at, c.Questions[q].ID)
			}
			of[q] = i + 1
		}
		c.Tables = append(c.Tables, table)
	}
	for q, question := range c.Questions {
		if of[q] == 0 {
			c.Tables = append(c.Tables, Table{ID: question.ID, Questions: []int{q}})
			of[q] = len(c.Tables)
		}
	}
	for i, t := range c.Tables {
		if slices.ContainsFunc(c.Tables[:i], func(o Table) bool { return o.ID == t.ID }) {
			bad.addf("table %s: is there twice", t.ID)
		}
		for _, q := range t.Questions {
			if b := c.Questions[q].AskedIf; b != nil && of[b.Question] != of[q] {
				bad.addf("table %s: question %s is there without %s, which decides whether it is asked", t.ID, c.Questions[q].ID, c.Questions[b.Question].ID)
			}
		}
	}
}

func (f *file) objectives(c *Campaign, bad *faults) {
	for i, o := range f.Objectives {
		at := fmt.Sprintf("objective %d", o.Number)
		if o.Number != i+1 {
			bad.addf("%s: is not in order; number %d comes here", at, i+1)
		}
		if o.Title == "" || o.Aim == "" {
			bad.addf("%s: has no title or no aim", at)
		}
		objective := Objective{Number: o.Number, Title: o.Title, Aim: o.Aim, Priority: o.Priority.resolve(c, bad, at)}
		measured := map[string]bool{}
		for _, m := range o.Measures {
			objective.Measures = append(objective.Measures, f.measure(c, bad, at, m, measured))
		}
		if len(o.Measures) == 0 {
			bad.addf("%s: has no measure", at)
		}
		if p := objective.Priority; p != nil {
			for _, g := range []int{p.Whole, p.Group, p.Others} {
				if !measured[c.Groups[g].ID] {
					bad.addf("%s, priority: group %q is not measured", at, c.Groups[g].ID)
				}
			}
		}
		c.Objectives = append(c.Objectives, objective)
	}
	if len(f.Objectives) == 0 {
		bad.addf("objectives: there are none")
	}
	f.claims(c, bad)
}

// resolve reads the priority of an objective, which may have none.
func (p *filePriority) resolve(c *Campaign, bad *faults, at string) *Priority {
	if p == nil {
		return nil
	}
	at += ", priority"
	groups := resolve(bad, at, "group", []string{p.Whole, p.Group, p.Others}, c.Group)
	if p.Gap[0] < 1 || p.Gap[1] < p.Gap[0] {
		bad.addf("%s: the gap %v is not a share from 0 to 1", at, p.Gap)
	}
	if len(groups) < 3 {
		return nil
	}
	return &Priority{Whole: groups[0], Group: groups[1], Others: groups[2], Gap: p.Gap}
}

// claims resolves the claims, each row of which is shown for the nation and stands in one claim.
func (f *file) claims(c *Campaign, bad *faults) {
	claimed := map[ClaimRow]bool{}
	for i, rows := range f.Claims {
		at := fmt.Sprintf("claim %d", i+1)
		var claim Claim
		for _, r := range rows {
			f.objective(bad, at, r.Objective)
			row := ClaimRow{Objective: r.Objective, Group: c.Group(r.Group)}
			switch {
			case row.Group < 0:
				bad.addf("%s: %q is no group", at, r.Group)
			case !slices.Contains(c.Groups[row.Group].Levels, Nation):
				bad.addf("%s: group %q is not shown for the nation", at, r.Group)
			case r.Objective >= 1 && r.Objective <= len(c.Objectives) && !c.Objectives[r.Objective-1].measures(r.Group):
				bad.addf("%s: objective %d is not measured for group %q", at, r.Objective, r.Group)
			case claimed[row]:
				bad.addf("%s: objective %d of group %q is claimed already", at, r.Objective, r.Group)
			}
			claimed[row] = true
			claim = append(claim, row)
		}
		if len(rows) == 0 {
			bad.addf("%s: claims nothing", at)
		}
		c.Claims = append(c.Claims, claim)
	}
}

// measures reports whether the objective has a score for the group.
func (o Objective) measures(group string) bool {
	return slices.ContainsFunc(o.Measures, func(m Measure) bool { return slices.Contains(m.Groups, group) })
}

func (f *file) measure(c *Campaign, bad *faults, at string, m fileMeasure, measured map[string]bool) Measure {
	measure := Measure{Groups: m.Groups, Table: -1}
	groups := resolve(bad, at, "group", m.Groups, c.Group)
	for _, g := range m.Groups {
		if measured[g] {
			bad.addf("%s: group %q is measured twice", at, g)
		}
		measured[g] = true
	}
	for _, it := range m.Items {
		q := c.Question(it.Question)
		if q < 0 {
			bad.addf("%s: %q is no question", at, it.Question)
			continue
		}
		table := slices.IndexFunc(c.Tables, func(t Table) bool { return slices.Contains(t.Questions, q) })
		if measure.Table >= 0 && table != measure.Table {
			bad.addf("%s: question %s is in another table than the items before it", at, it.Question)
		}
		measure.Table = table
		if slices.ContainsFunc(measure.Items, func(o Item) bool { return o.Question == q }) {
			bad.addf("%s: question %s is measured twice", at, it.Question)
		}
		item := Item{Question: q, Favourable: make([]bool, len(c.Answers(q)))}
		for _, a := range resolve(bad, at, "answer to "+it.Question, it.Favourable, func(id string) int { return c.Answer(q, id) }) {
			item.Favourable[a] = true
		}
		measure.Items = append(measure.Items, item)
	}
	if measure.Table >= 0 && c.FollowUp() >= 0 && c.Baseline() >= 0 {
		for _, g := range groups {
			measurable(c, bad, at, measure, c.Groups[g])
		}
	}
	if len(m.Items) == 0 {
		bad.addf("%s: a measure has no item", at)
	}
	return measure
}

// measurable reports what the group is not asked in both waves of all that the
// measure rests on: its items, and the questions that share their base, without which nobody would be in it.
func measurable(c *Campaign, bad *faults, at string, m Measure, g Group) {
	questions := slices.Clone(c.Tables[m.Table].Questions)
	for _, item := range m.Items {
		if !slices.Contains(questions, item.Question) { // of another table, which is a fault of its own
			questions = append(questions, item.Question)
		}
	}
	for _, q := range questions {
		for _, a := range g.Audiences {
			if !c.Asked(q, c.Baseline(), a) || !c.Asked(q, c.FollowUp(), a) {
				bad.addf("%s: question %s is not asked of %s in both waves, so group %q cannot be measured by it", at, c.Questions[q].ID, c.Audiences[a].ID, g.ID)
			}
		}
	}
}

func (f *file) pledges(c *Campaign, bad *faults) {
	for i, p := range f.Pledges {
		at := "pledge " + p.ID
		bad.named(at, p.ID, p.Text)
		f.objective(bad, at, p.Objective)
		audience := c.Audience(p.Audience)
		if audience < 0 {
			bad.addf("%s: %q is no audience", at, p.Audience)
		}
		pledge := CataloguePledge{ID: p.ID, Audience: audience, Objective: p.Objective, Text: p.Text}
		if len(p.SuggestedTo) > 0 {
			pledge.SuggestedTo = resolve(bad, at, "band group", p.SuggestedTo, c.BandGroup)
		}
		c.Pledges = append(c.Pledges, pledge)
		if slices.ContainsFunc(f.Pledges[:i], func(o filePledge) bool { return o.ID == p.ID }) {
			bad.addf("%s: is there twice", at)
		}
	}
}

func (f *file) objective(bad *faults, at string, number int) {
	if number < 1 || number > len(f.Objectives) {
		bad.addf("%s: %d is no objective", at, number)
	}
}

// maxID is the longest id, in bytes: pledges are stored by theirs.
const maxID = 40

// named reports an id that could not stand in an address or a field's name, and a text that is missing.
func (f *faults) named(at, id, text string) {
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}
	if id == "" || len(id) > maxID || strings.ContainsFunc(id, odd) {
		f.addf("%s: the id %q is not made of up to %d letters, digits, hyphens and underscores", at, id, maxID)
	}
	if text == "" {
		f.addf("%s: has no text", at)
	}
}

func (f *faults) window(at string, opens, closes day.Day) {
	if opens == 0 || closes == 0 || closes < opens {
		f.addf("%s: does not open (%s) before it closes (%s)", at, opens, closes)
	}
}

// unique reports ids and numbers that are there twice, numbers out of range, and an empty list.
func unique[T any](f *faults, what string, list []T, names func(T) (id string, number int)) {
	if len(list) == 0 {
		f.addf("%s: there is none", what)
	}
	ids, numbers := map[string]bool{}, map[int]bool{}
	for _, item := range list {
		id, number := names(item)
		if ids[id] {
			f.addf("%s %s: is there twice", what, id)
		}
		if numbers[number] {
			f.addf("%s %s: number %d is taken", what, id, number)
		}
		if number < 1 || number > MaxNumber {
			f.addf("%s %s: number %d is not from 1 to %d", what, id, number, MaxNumber)
		}
		ids[id], numbers[number] = true, true
	}
}

// resolve turns ids into indexes, and reports those that name nothing, are there twice, or are missing altogether.
func resolve(bad *faults, at, what string, ids []string, index func(string) int) []int {
	if len(ids) == 0 {
		bad.addf("%s: names no %s", at, what)
	}
	var indexes []int
	for _, id := range ids {
		i := index(id)
		switch {
		case i < 0:
			bad.addf("%s: %q is no %s", at, id, what)
		case slices.Contains(indexes, i):
			bad.addf("%s: %s %q is there twice", at, what, id)
		default:
			indexes = append(indexes, i)
		}
	}
	return indexes
}
