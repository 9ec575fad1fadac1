package score

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/campaign"
	"learningforlife/shared/tally"
)

// tablesFormat changes whenever the bytes for the same tables do.
const tablesFormat = 1

// written is Tables as they are stored: exact, internal and never served. They name what they count in place of
// its position, so that they can be read when something was added to the campaign's files, and hold only what is not empty,
// in the order of tables and cells: equal tables give equal bytes. A list that is empty says that nobody
// is there; one that is not there, that nothing may be used.
type written struct {
	Format   int            `json:"format"`
	Campaign string         `json:"campaign"`
	Tables   []writtenTable `json:"tables"`
	Held     []string       `json:"held"` // regions
	Pledges  writtenPledges `json:"pledges"`
}

type writtenPledges struct {
	Statuses map[string]map[string]int `json:"statuses"` // by organisation and status
	Board    *int                      `json:"board"`
}

type writtenTable struct {
	Table string `json:"table"`
	// Items say what the places before each count mean: whether each was answered favourably, 1, or not, 0. A table
	// that is not scored has none, and the number of the answer to its one question there.
	Items  []writtenItem  `json:"items"`
	Atoms  []writtenAtom  `json:"atoms"`
	Parts  []writtenSplit `json:"parts"`
	Opened []writtenSplit `json:"opened"`
	Apart  []writtenAtom  `json:"apart"`
	// LeftOut is by wave.
	LeftOut map[string]int `json:"leftOut"`
}

type writtenItem struct {
	Question   string   `json:"question"`
	Favourable []string `json:"favourable"`
}

// writtenPlace says what a cell is of: an organisation, by the code that was submitted, the pool
// of a region or of the nation, or a region's people who stand apart.
type writtenPlace struct {
	Organisation string `json:"organisation,omitzero"`
	Pool         string `json:"pool,omitzero"`
	Region       string `json:"region,omitzero"`
	Group        string `json:"group"`
}

type writtenAtom struct {
	writtenPlace
	Waves map[string][][]int `json:"waves"` // by wave: the items, and the count
	// Answers are by wave and question: the number of the answer, and the count.
	Answers map[string]map[string][][2]int `json:"answers"`
	Pairs   [][]int                        `json:"pairs,omitzero"` // the items before, those after, and the count
	From    map[string]senders             `json:"from,omitzero"`  // by wave
}

type senders map[string]int // by organisation

type writtenSplit struct {
	Region string                   `json:"region"`
	Waves  map[string][]writtenCell `json:"waves"`
}

type writtenCell struct {
	writtenPlace
	// Parts are by the group that is a part of the cell's; "" for the people in none, and for all where nobody is told apart by parts.
	Parts map[string][][]int `json:"parts"`
}

// Encode returns the tables as they are stored; equal tables give equal bytes.
func (t Tables) Encode() ([]byte, error) {
	w := written{Format: tablesFormat, Campaign: t.Layout.Campaign.ID, Tables: []writtenTable{}, Held: []string{}, Pledges: t.pledges()}
	for i := range t.Tables {
		c := codec{Tables: t, index: i, layout: &t.Layout.Tables[i]}
		w.Tables = append(w.Tables, c.table(&t.Tables[i]))
	}
	for region, held := range t.Held {
		if held {
			w.Held = append(w.Held, t.Frame.Regions[region])
		}
	}
	content, err := json.Marshal(w, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("writing tables: %w", err)
	}
	return content, nil
}

// Decode is the inverse of Encode for tables of the layout's campaign and the frame: the
// frame of the day that they are of. It refuses what the campaign and the frame do not have.
func Decode(l *tally.Layout, f campaign.Frame, content []byte) (Tables, error) {
	t, err := decode(l, f, content)
	if err != nil {
		return Tables{}, fmt.Errorf("reading tables: %w", err)
	}
	return t, nil
}

func decode(l *tally.Layout, f campaign.Frame, content []byte) (Tables, error) {
	var w written
	if err := json.Unmarshal(content, &w, json.RejectUnknownMembers(true)); err != nil {
		return Tables{}, err
	}
	if w.Format != tablesFormat || w.Campaign != l.Campaign.ID {
		return Tables{}, fmt.Errorf("they are of format %d and campaign %q, not of %d and %q", w.Format, w.Campaign, tablesFormat, l.Campaign.ID)
	}
	t, seen := New(l, f), map[string]bool{}
	for _, table := range w.Tables {
		i := slices.IndexFunc(l.Tables, func(o tally.Table) bool { return o.ID == table.Table })
		if i < 0 || seen[table.Table] {
			return Tables{}, fmt.Errorf("table %q is there twice, or the campaign has none", table.Table)
		}
		seen[table.Table] = true
		c := codec{Tables: t, index: i, layout: &l.Tables[i]}
		if err := c.read(table, &t.Tables[i]); err != nil {
			return Tables{}, fmt.Errorf("table %q: %w", table.Table, err)
		}
	}
	for _, name := range w.Held {
		region := slices.Index(f.Regions, name)
		if region < 0 || t.Held[region] {
			return Tables{}, fmt.Errorf("there is no region %q to be held, or it is there twice", name)
		}
		t.Held[region] = true
	}
	if err := t.readPledges(w.Pledges); err != nil {
		return Tables{}, fmt.Errorf("pledges: %w", err)
	}
	return t, nil
}

func (t Tables) pledges() writtenPledges {
	w := writtenPledges{Statuses: map[string]map[string]int{}, Board: t.Pledges.Board}
	for o, counts := range t.Pledges.Statuses {
		if counts == nil {
			continue
		}
		by := map[string]int{}
		for i, n := range counts {
			by[tally.Statuses()[i]] = n
		}
		w.Statuses[t.UnitName(o)] = by
	}
	return w
}

func (t *Tables) readPledges(w writtenPledges) error {
	for code, by := range w.Statuses {
		o := t.Layout.Campaign.Organisations.Index(code)
		if o < 0 || len(by) != len(tally.Statuses()) {
			return fmt.Errorf("there is no organisation %q, or not every status of its pledges", code)
		}
		for _, status := range tally.Statuses() {
			n, ok := by[status]
			if !ok || n < 0 {
				return fmt.Errorf("%s has no number of pledges %q", code, status)
			}
			t.Pledges.Statuses[o] = append(t.Pledges.Statuses[o], n)
		}
	}
	if w.Board != nil && *w.Board < 0 {
		return fmt.Errorf("%d organisations have a board pledge", *w.Board)
	}
	t.Pledges.Board = w.Board
	return nil
}

// codec writes and reads one table.
type codec struct {
	Tables
	index  int // of the table
	layout *tally.Table
	// order is, of each item as it is written, which of the layout's it is; only for reading.
	order []int
}

func (c codec) table(t *Table) writtenTable {
	w := writtenTable{Table: c.layout.ID, Items: []writtenItem{}, Atoms: []writtenAtom{}, Parts: []writtenSplit{}, Opened: []writtenSplit{}, Apart: []writtenAtom{}, LeftOut: map[string]int{}}
	for wave, n := range t.LeftOut {
		if n != nil {
			w.LeftOut[c.wave(wave)] = *n
		}
	}
	for _, item := range c.layout.Items {
		w.Items = append(w.Items, c.item(item))
	}
	for cell := range t.Atoms {
		if a, ok := c.atom(&t.Atoms[cell]); ok {
			a.writtenPlace = c.place(cell)
			w.Atoms = append(w.Atoms, a)
		}
	}
	for cell := range t.Apart {
		if a, ok := c.atom(&t.Apart[cell]); ok {
			groups := c.Layout.Campaign.Groups
			a.writtenPlace = writtenPlace{Region: c.Frame.Regions[cell/len(groups)], Group: groups[cell%len(groups)].ID}
			w.Apart = append(w.Apart, a)
		}
	}
	for region, name := range c.Frame.Regions {
		if !c.Scored(c.index) {
			break
		}
		if s, ok := c.told(t.Parts[region], c.parts); ok {
			s.Region = name
			w.Parts = append(w.Parts, s)
		}
		if s, ok := c.told(t.Opened[region], undivided); ok {
			s.Region = name
			w.Opened = append(w.Opened, s)
		}
	}
	return w
}

func (c codec) item(item campaign.Item) writtenItem {
	w := writtenItem{Question: c.Layout.Campaign.Questions[item.Question].ID}
	for i, answer := range c.Layout.Campaign.Answers(item.Question) {
		if item.Favourable[i] {
			w.Favourable = append(w.Favourable, answer.ID)
		}
	}
	return w
}

// place is the inverse of cell.
func (c codec) place(cell int) writtenPlace {
	unit, group := c.Of(cell)
	p := writtenPlace{Group: c.Layout.Campaign.Groups[c.Layout.Campaign.Weighting.Groups[group].Group].ID}
	region := unit - c.Pool(0)
	switch {
	case region < 0:
		p.Organisation = c.Layout.Campaign.Organisations.All()[unit].Code
	case region < len(c.Frame.Regions):
		p.Pool = c.Frame.Regions[region]
	default:
		p.Pool = campaign.NationCode
	}
	return p
}

// wave is what the wave Before or After is called.
func (c codec) wave(wave int) string { return c.Layout.Campaign.Waves[c.Waves()[wave]].ID }

// atom writes an atom; it reports false for one of which nothing may be used.
func (c codec) atom(a *Atom) (w writtenAtom, ok bool) {
	w.Waves, w.Answers = map[string][][]int{}, map[string]map[string][][2]int{}
	for wave, counts := range a.Counts {
		if counts != nil {
			w.Waves[c.wave(wave)] = c.counts(counts)
			if a.Answers[wave] != nil {
				w.Answers[c.wave(wave)] = c.answers(a.Answers[wave])
			}
		}
		if from := a.From[wave]; from != nil {
			if w.From == nil {
				w.From = map[string]senders{}
			}
			named := senders{}
			for organisation, n := range from {
				named[c.Layout.Campaign.Organisations.All()[organisation].Code] = n
			}
			w.From[c.wave(wave)] = named
		}
	}
	if a.Pairs != nil {
		w.Pairs = [][]int{}
		for before := 1; before < c.layout.Classes; before++ {
			for after := 1; after < c.layout.Classes; after++ {
				if n := a.Pairs[before][after]; n != 0 {
					w.Pairs = append(w.Pairs, append(append(c.flags(before), c.flags(after)...), n))
				}
			}
		}
	}
	return w, len(w.Waves) > 0 || w.Pairs != nil || w.From != nil
}

// told writes a split whose cells' counts are divided into parts.
func (c codec) told(s Split, parts func(group int) []string) (w writtenSplit, ok bool) {
	w.Waves = map[string][]writtenCell{}
	for wave, cells := range s.Counts {
		if cells == nil {
			continue
		}
		list := []writtenCell{}
		for _, cell := range slices.Sorted(maps.Keys(cells)) {
			_, group := c.Of(cell)
			of := writtenCell{writtenPlace: c.place(cell), Parts: map[string][][]int{}}
			for i, part := range parts(group) {
				if counts := c.counts(cells[cell][i*c.layout.Classes : (i+1)*c.layout.Classes]); len(counts) > 0 {
					of.Parts[part] = counts
				}
			}
			list = append(list, of)
		}
		w.Waves[c.wave(wave)] = list
	}
	return w, len(w.Waves) > 0
}

// parts are the names of a weighting group's parts, and that of none.
func (c codec) parts(group int) (names []string) {
	for _, part := range c.Parts(group) {
		names = append(names, c.Layout.Campaign.Groups[part].ID)
	}
	return append(names, "")
}

func undivided(int) []string { return []string{""} }

func (c codec) counts(counts []int) [][]int {
	list := [][]int{}
	for class := 1; class < len(counts); class++ {
		if n := counts[class]; n != 0 {
			list = append(list, append(c.flags(class), n))
		}
	}
	return list
}

// answers writes an atom's answers question by question.
func (c codec) answers(given []int) map[string][][2]int {
	w := map[string][][2]int{}
	for i, q := range c.layout.Questions {
		from, n := c.Answers(c.index, i)
		list := [][2]int{}
		for at, count := range given[from : from+n] {
			if count > 0 {
				list = append(list, [2]int{c.Layout.Campaign.Answers(q)[at].Number, count})
			}
		}
		w[c.Layout.Campaign.Questions[q].ID] = list
	}
	return w
}

func (c codec) readAnswers(w map[string][][2]int) ([]int, error) {
	from, n := c.Answers(c.index, len(c.layout.Questions)-1)
	given := make([]int, from+n)
	if len(w) != len(c.layout.Questions) {
		return nil, fmt.Errorf("%d questions were answered, not %d", len(w), len(c.layout.Questions))
	}
	for i, q := range c.layout.Questions {
		from, _ := c.Answers(c.index, i)
		entries, ok := w[c.Layout.Campaign.Questions[q].ID]
		if !ok {
			return nil, fmt.Errorf("there are no answers to %s", c.Layout.Campaign.Questions[q].ID)
		}
		for _, entry := range entries {
			at := slices.IndexFunc(c.Layout.Campaign.Answers(q), func(a campaign.Answer) bool { return a.Number == entry[0] })
			if at < 0 || entry[1] < 1 || given[from+at] != 0 {
				return nil, fmt.Errorf("the answers to %s have %v, or have it twice", c.Layout.Campaign.Questions[q].ID, entry)
			}
			given[from+at] = entry[1]
		}
	}
	return given, nil
}

// flags tells by item whether people of the class, which is not 0 (nobody outside the base is in tables), answered it favourably.
func (c codec) flags(class int) []int {
	if !c.Scored(c.index) {
		return []int{c.Layout.Campaign.Answers(c.layout.Questions[0])[class-1].Number}
	}
	flags := make([]int, len(c.layout.Items), len(c.layout.Items)+1)
	for i := range flags {
		flags[i] = (class - 1) >> i & 1
	}
	return flags
}

func (c codec) read(w writtenTable, to *Table) error {
	var err error
	if c.order, err = c.items(w.Items); err != nil {
		return err
	}
	if err := readAtoms(w.Atoms, to.Atoms, c.cell, c.readAtom); err != nil {
		return err
	}
	if err := readAtoms(w.Apart, to.Apart, c.apartCell, c.readAtom); err != nil {
		return err
	}
	for id, n := range w.LeftOut {
		wave, err := c.waveOf(id)
		if err != nil || n < 0 {
			return fmt.Errorf("%d are left out of wave %q", n, id)
		}
		to.LeftOut[wave] = &n
	}
	if !c.Scored(c.index) && len(w.Parts)+len(w.Opened) > 0 {
		return errors.New("nobody is told apart in a table that is not scored")
	}
	if err := c.splits(w.Parts, to.Parts, c.parts); err != nil {
		return fmt.Errorf("parts: %w", err)
	}
	if err := c.splits(w.Opened, to.Opened, undivided); err != nil {
		return fmt.Errorf("opened: %w", err)
	}
	return nil
}

// items returns which of the layout's items the written ones are: every one of them, in any order.
func (c codec) items(w []writtenItem) (order []int, err error) {
	for _, item := range w {
		i := slices.IndexFunc(c.layout.Items, func(of campaign.Item) bool {
			is := c.item(of)
			return is.Question == item.Question && slices.Equal(is.Favourable, item.Favourable)
		})
		if i < 0 || slices.Contains(order, i) {
			return nil, fmt.Errorf("item %s %q is there twice, or not measured", item.Question, item.Favourable)
		}
		order = append(order, i)
	}
	if len(order) != len(c.layout.Items) {
		return nil, fmt.Errorf("%d items are told apart, not %d", len(order), len(c.layout.Items))
	}
	return order, nil
}

func readAtoms(w []writtenAtom, to []Atom, cell func(writtenPlace) (int, error), read func(writtenAtom) (Atom, error)) error {
	seen := map[int]bool{}
	for _, a := range w {
		at, err := cell(a.writtenPlace)
		if err == nil && seen[at] {
			err = errors.New("it is there twice")
		}
		if err == nil {
			to[at], err = read(a)
		}
		if err != nil {
			return fmt.Errorf("%+v: %w", a.writtenPlace, err)
		}
		seen[at] = true
	}
	return nil
}

// cell returns the number of a weighting cell.
func (c codec) cell(p writtenPlace) (int, error) {
	group := slices.IndexFunc(c.Layout.Campaign.Weighting.Groups, func(w campaign.WeightingGroup) bool {
		return c.Layout.Campaign.Groups[w.Group].ID == p.Group
	})
	unit := -1
	switch region := slices.Index(c.Frame.Regions, p.Pool); {
	case p.Region != "":
	case p.Organisation != "" && p.Pool == "":
		unit = c.Layout.Campaign.Organisations.Index(p.Organisation)
	case p.Organisation == "" && region >= 0:
		unit = c.Pool(region)
	case p.Organisation == "" && p.Pool == campaign.NationCode:
		unit = c.Pool(len(c.Frame.Regions))
	}
	if unit < 0 || group < 0 {
		return 0, errors.New("there is no such organisation, pool or weighting group")
	}
	return c.Cell(unit, group), nil
}

// apartCell returns the number of the cell of a group that stands apart.
func (c codec) apartCell(p writtenPlace) (int, error) {
	group, region := c.Layout.Campaign.Group(p.Group), slices.Index(c.Frame.Regions, p.Region)
	if p.Organisation != "" || p.Pool != "" || region < 0 || group < 0 || c.Layout.Campaign.Groups[group].Weighted() {
		return 0, errors.New("there is no such region, or no such group that stands apart")
	}
	return c.ApartCell(region, group), nil
}

// waveOf is the inverse of wave.
func (c codec) waveOf(id string) (int, error) {
	for wave := range c.Waves() {
		if c.wave(wave) == id {
			return wave, nil
		}
	}
	return 0, fmt.Errorf("%q is none of the waves that are compared", id)
}

func (c codec) readAtom(w writtenAtom) (a Atom, err error) {
	for id, counts := range w.Waves {
		wave, err := c.waveOf(id)
		if err != nil {
			return Atom{}, err
		}
		a.Counts[wave] = make([]int, c.Classes(c.index))
		if err := c.readCounts(counts, a.Counts[wave]); err != nil {
			return Atom{}, err
		}
	}
	for id, given := range w.Answers {
		wave, err := c.waveOf(id)
		if err == nil && a.Counts[wave] == nil {
			err = fmt.Errorf("there are answers of nobody in wave %q", id)
		}
		if err != nil {
			return Atom{}, err
		}
		if a.Answers[wave], err = c.readAnswers(given); err != nil {
			return Atom{}, err
		}
	}
	for id, named := range w.From {
		wave, err := c.waveOf(id)
		if err != nil {
			return Atom{}, err
		}
		a.From[wave] = map[int]int{}
		for code, n := range named {
			organisation := c.Layout.Campaign.Organisations.Index(code)
			if organisation < 0 || n < 1 {
				return Atom{}, fmt.Errorf("there is no organisation %q that sent %d", code, n)
			}
			a.From[wave][organisation] = n
		}
	}
	if w.Pairs == nil {
		return a, nil
	}
	if !c.Scored(c.index) {
		return Atom{}, errors.New("nobody is linked in a table that is not scored")
	}
	a.Pairs = square(c.layout.Classes)
	items := len(c.order)
	for _, entry := range w.Pairs {
		if len(entry) != 2*items+1 {
			return Atom{}, fmt.Errorf("a pair's entry is %v", entry)
		}
		before, ok1 := c.class(entry[:items])
		after, ok2 := c.class(entry[items : 2*items])
		n := entry[2*items]
		if !ok1 || !ok2 || n < 1 || a.Pairs[before][after] != 0 {
			return Atom{}, fmt.Errorf("a pair's entry is %v, or there twice", entry)
		}
		a.Pairs[before][after] = n
	}
	return a, nil
}

func (c codec) splits(w []writtenSplit, to []Split, parts func(group int) []string) error {
	seen := map[int]bool{}
	for _, s := range w {
		region := slices.Index(c.Frame.Regions, s.Region)
		if region < 0 || seen[region] {
			return fmt.Errorf("there is no region %q, or it is there twice", s.Region)
		}
		seen[region] = true
		for id, cells := range s.Waves {
			wave, err := c.waveOf(id)
			if err != nil {
				return err
			}
			if to[region].Counts[wave], err = c.readCells(cells, parts); err != nil {
				return fmt.Errorf("%s: %w", s.Region, err)
			}
		}
	}
	return nil
}

func (c codec) readCells(w []writtenCell, parts func(group int) []string) (map[int][]int, error) {
	cells := map[int][]int{}
	for _, of := range w {
		cell, err := c.cell(of.writtenPlace)
		if err != nil || cells[cell] != nil {
			return nil, fmt.Errorf("there is no %+v, or it is there twice", of.writtenPlace)
		}
		_, group := c.Of(cell)
		names := parts(group)
		cells[cell] = make([]int, len(names)*c.layout.Classes)
		for part, counts := range of.Parts {
			i := slices.Index(names, part)
			if i < 0 {
				return nil, fmt.Errorf("%+v has no part %q", of.writtenPlace, part)
			}
			if err := c.readCounts(counts, cells[cell][i*c.layout.Classes:(i+1)*c.layout.Classes]); err != nil {
				return nil, err
			}
		}
	}
	return cells, nil
}

func (c codec) readCounts(w [][]int, to []int) error {
	for _, entry := range w {
		last := len(entry) - 1
		if last < 0 || c.Scored(c.index) && last != len(c.order) {
			return fmt.Errorf("an entry is %v", entry)
		}
		class, ok := c.class(entry[:last])
		if !ok || entry[last] < 1 || to[class] != 0 {
			return fmt.Errorf("an entry is %v, or there twice", entry)
		}
		to[class] = entry[last]
	}
	return nil
}

// class is the inverse of flags, whose order is that of the items as they were written.
func (c codec) class(flags []int) (class int, ok bool) {
	if !c.Scored(c.index) {
		class = 1 + slices.IndexFunc(c.Layout.Campaign.Answers(c.layout.Questions[0]), func(a campaign.Answer) bool { return slices.Equal(flags, []int{a.Number}) })
		return class, class > 0
	}
	class = 1
	for i, flag := range flags {
		if flag != 0 && flag != 1 {
			return 0, false
		}
		class += flag << c.order[i]
	}
	return class, true
}
