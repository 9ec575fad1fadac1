package campaign

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"learningforlife/shared/day"
)

// MaxCode is the longest ODS code of a trust, in bytes. Codes of three and of
// five characters exist; only the list decides which are real.
const MaxCode = 5

// Trust is an NHS trust in England, open or closed.
type Trust struct {
	Code   string // its ODS code
	Name   string // empty for codes that are known only from their successors
	Type   string // empty for some closed trusts
	Region string
	// OpenFrom is the first day, zero if always; OpenTo is the last day, zero if it is open still.
	OpenFrom, OpenTo day.Day
	// Successors are the codes that took its place: none, one, or, after a split, several.
	Successors []Successor
	// FTE is its staff in full-time equivalents in June 2018; 0 if there is no figure. It is
	// illustrative: old, and without a split by band.
	FTE int
}

// Successor is a code that took another's place.
type Successor struct {
	Code string
	On   day.Day // first day on which it had
	// Verified is false for rows not confirmed against the Organisation Data Service.
	Verified bool
}

// listed reports whether the trust stands in the list itself, and not only among the successors.
func (t Trust) listed() bool { return t.Name != "" }

// Open reports whether the trust exists on the given day.
func (t Trust) Open(on day.Day) bool {
	return t.listed() && t.OpenFrom <= on && (t.OpenTo == 0 || on <= t.OpenTo)
}

// NationalRegion is the region of a trust that works online for the whole
// country. It is counted in the nation only: a region of one trust would show that trust.
const NationalRegion = "National"

// Organisations is the list of trusts, in the order of their codes. It is immutable.
type Organisations struct {
	trusts []Trust
	index  map[string]int
}

// All returns every trust, open or closed, in the order of their codes. The caller must not change it.
func (o *Organisations) All() []Trust { return o.trusts }

// Index returns the position of the code in All, or -1.
func (o *Organisations) Index(code string) int {
	if i, ok := o.index[code]; ok {
		return i
	}
	return -1
}

// Find returns the trust with the code.
func (o *Organisations) Find(code string) (Trust, bool) {
	i, ok := o.index[code]
	if !ok {
		return Trust{}, false
	}
	return o.trusts[i], true
}

// Open returns the trusts open on the given day, in the order of their codes.
func (o *Organisations) Open(on day.Day) []Trust {
	var open []Trust
	for _, t := range o.trusts {
		if t.Open(on) {
			open = append(open, t)
		}
	}
	return open
}

// Successor follows the code, from merger to merger, to the trust that stands
// in its place on the given day, and returns that one's position in All. A
// trust that split, or that nothing followed, stands for itself: what it
// gathered is never allocated to others. The code must be on the list.
func (o *Organisations) Successor(index int, on day.Day) int {
	for {
		t := o.trusts[index]
		if t.Open(on) || len(t.Successors) != 1 || t.Successors[0].On > on {
			return index
		}
		index = o.index[t.Successors[0].Code]
	}
}

// Workforce returns, by position in All, the full-time equivalents of June 2018
// gathered under the trusts that stand on the given day. Figures of trusts that
// split stay with the closed code.
func (o *Organisations) Workforce(on day.Day) []int {
	fte := make([]int, len(o.trusts))
	for i, t := range o.trusts {
		fte[o.Successor(i, on)] += t.FTE
	}
	return fte
}

// Regions returns the regions that are shown, in alphabetical order: all but NationalRegion.
func (o *Organisations) Regions() []string {
	return o.distinct(func(t Trust) string {
		if t.Region == NationalRegion {
			return ""
		}
		return t.Region
	})
}

// Types returns the types of trust that are shown, in alphabetical order: all
// but that of the trusts of NationalRegion.
func (o *Organisations) Types() []string {
	return o.distinct(func(t Trust) string {
		if t.Region == NationalRegion {
			return ""
		}
		return t.Type
	})
}

func (o *Organisations) distinct(of func(Trust) string) []string {
	var list []string
	for _, t := range o.trusts {
		if s := of(t); s != "" {
			list = append(list, s)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Gaps names what the list is known to lack, by the given day, so that nobody
// takes silence for knowledge. None of these stops the campaign.
type Gaps struct {
	OnlySuccessors []string // old codes that stand only among the successors: no name, type or region is known
	NoSuccessor    []string // closed trusts that nothing is known to have followed
	Split          []string // closed trusts that several followed: never allocated
	NoWorkforce    []string // open trusts without a figure of their own in the workforce file
	NoFrame        []string // open trusts without one even when their predecessors' are added
	National       []string // open trusts that belong to no region
	Unverified     []string // "old → new" successions not confirmed against the Organisation Data Service
}

// Gaps returns what the list lacks on the given day.
func (o *Organisations) Gaps(on day.Day) Gaps {
	var g Gaps
	fte := o.Workforce(on)
	for i, t := range o.trusts {
		if !t.listed() {
			g.OnlySuccessors = append(g.OnlySuccessors, t.Code)
		}
		if t.listed() && !t.Open(on) && len(t.Successors) == 0 {
			g.NoSuccessor = append(g.NoSuccessor, t.Code)
		}
		if len(t.Successors) > 1 {
			g.Split = append(g.Split, t.Code)
		}
		if t.Open(on) && t.FTE == 0 {
			g.NoWorkforce = append(g.NoWorkforce, t.Code)
		}
		if t.Open(on) && fte[i] == 0 {
			g.NoFrame = append(g.NoFrame, t.Code)
		}
		if t.Open(on) && t.Region == NationalRegion {
			g.National = append(g.National, t.Code)
		}
		for _, s := range t.Successors {
			if !s.Verified {
				g.Unverified = append(g.Unverified, t.Code+" → "+s.Code)
			}
		}
	}
	return g
}

// readOrganisations reads the three lists and reports every fault in them.
func readOrganisations(organisations, successors, workforce []byte) (*Organisations, error) {
	var bad faults
	trusts := map[string]*Trust{}
	listed := bad.rows(organisationFile, organisations, []string{"ods_code", "name", "type", "region", "open_from", "open_to"}, func(at string, row []string) {
		t := &Trust{Code: row[0], Name: row[1], Type: row[2], Region: row[3],
			OpenFrom: bad.date(at, row[4]), OpenTo: bad.date(at, row[5])}
		bad.code(at, t.Code)
		switch {
		case trusts[t.Code] != nil:
			bad.addf("%s: %s is there twice", at, t.Code)
		case t.Name == "" || t.Region == "":
			bad.addf("%s: %s has no name or no region", at, t.Code)
		case t.Type == "" && t.OpenTo == 0:
			bad.addf("%s: %s is open and has no type", at, t.Code)
		case t.OpenTo != 0 && t.OpenTo < t.OpenFrom:
			bad.addf("%s: %s closes before it opens", at, t.Code)
		}
		trusts[t.Code] = t
	})
	bad.rows(successorFile, successors, []string{"old_code", "new_code", "date", "verified"}, func(at string, row []string) {
		old := trusts[row[0]]
		if old == nil { // known only from here: kept, so that the code is not taken for a slip of the pen
			bad.code(at, row[0])
			old = &Trust{Code: row[0]}
			trusts[row[0]] = old
		}
		s := Successor{Code: row[1], On: bad.date(at, row[2]), Verified: row[3] == "yes"}
		switch {
		case listed && (trusts[s.Code] == nil || !trusts[s.Code].listed()):
			bad.addf("%s: successor %s is not on the list", at, s.Code)
		case s.On == 0:
			bad.addf("%s: has no date", at)
		case row[3] != "yes" && row[3] != "no":
			bad.addf("%s: verified is %q, not yes or no", at, row[3])
		case old.listed() && old.OpenTo == 0:
			bad.addf("%s: %s has a successor and is open", at, old.Code)
		case slices.ContainsFunc(old.Successors, func(o Successor) bool { return o.Code == s.Code }):
			bad.addf("%s: %s → %s is there twice", at, old.Code, s.Code)
		}
		old.Successors = append(old.Successors, s)
	})
	bad.rows(workforceFile, workforce, []string{"ods_code", "fte_june_2018"}, func(at string, row []string) {
		fte, err := strconv.Atoi(row[1])
		switch t := trusts[row[0]]; {
		case t == nil:
			if listed {
				bad.addf("%s: %s is not on the list", at, row[0])
			}
		case err != nil || fte < 1:
			bad.addf("%s: %q is not a number of full-time equivalents", at, row[1])
		case t.FTE != 0:
			bad.addf("%s: %s is there twice", at, row[0])
		default:
			t.FTE = fte
		}
	})
	o := &Organisations{index: map[string]int{}}
	for _, t := range trusts {
		o.trusts = append(o.trusts, *t)
	}
	slices.SortFunc(o.trusts, func(a, b Trust) int { return cmp.Compare(a.Code, b.Code) })
	for i, t := range o.trusts {
		o.index[t.Code] = i
	}
	o.circles(&bad)
	return o, errors.Join(bad...)
}

// circles reports trusts that succeed themselves by some way, which Successor
// would follow for ever. Each circle is told once, from its least code.
func (o *Organisations) circles(bad *faults) {
	for _, start := range o.trusts {
		seen := []string{start.Code}
		for t := start; len(t.Successors) == 1; {
			next, ok := o.Find(t.Successors[0].Code)
			if !ok {
				break // reported already
			}
			if slices.Contains(seen, next.Code) {
				if next.Code == start.Code && start.Code == slices.Min(seen) {
					bad.addf("%s: %s → %s is a circle", successorFile, strings.Join(seen, " → "), next.Code)
				}
				break
			}
			seen = append(seen, next.Code)
			t = next
		}
	}
}

// rows calls row for each row of a file that has its fields, and reports
// whether the file could be read at all.
func (f *faults) rows(name string, content []byte, header []string, row func(at string, row []string)) bool {
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord = -1 // counted below, so that every short row is reported
	all, err := r.ReadAll()
	if err != nil {
		f.addf("reading %s: %w", name, err)
		return false
	}
	if len(all) == 0 || !slices.Equal(all[0], header) {
		f.addf("%s: the first line is not %s", name, strings.Join(header, ","))
		return false
	}
	for i, fields := range all[1:] {
		at := fmt.Sprintf("%s, row %d", name, i+2)
		if len(fields) != len(header) {
			f.addf("%s: has %d fields, not %d", at, len(fields), len(header))
			continue
		}
		row(at, fields)
	}
	return true
}

func (f *faults) date(at, s string) day.Day {
	if s == "" {
		return 0
	}
	d, err := day.Parse(s)
	if err != nil {
		f.addf("%s: %w", at, err)
	}
	return d
}

func (f *faults) code(at, code string) {
	valid := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' }
	if len(code) < 1 || len(code) > MaxCode || strings.IndexFunc(code, func(r rune) bool { return !valid(r) }) >= 0 {
		f.addf("%s: %q is not a code of up to %d capital letters and digits", at, code, MaxCode)
	}
}
