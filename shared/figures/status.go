package figures

import (
	"cmp"
	"math"
	"slices"

	"learningforlife/shared/campaign"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	"learningforlife/shared/stats"
)

// worse is the worse of two statuses.
func worse(a, b string) string {
	return method.Statuses[max(slices.Index(method.Statuses, a), slices.Index(method.Statuses, b))]
}

// statuses fills in status, further responses and gap of every row.
func (d derivation) statuses() {
	claimed := d.claims()
	for i := range d.rows {
		row := &d.rows[i]
		claim, national := claimed[i]
		if !national {
			claim = row.Change != nil && mover(row.Before, row.After, row.Change, stats.Z95).Low >= d.target(*row)
		}
		row.Status, row.Further = d.status(*row, claim)
	}
	for _, o := range d.Objectives {
		if o.Priority != nil {
			d.priority(o.Number, *o.Priority)
		}
	}
}

// status judges a row by itself; reached says that the target is, as far as chance is concerned. It is nil for a
// row that shows nothing, or only that nearly everybody agrees.
func (d derivation) status(row release.Score, reached bool) (status *string, further *int) {
	if row.Withheld != nil || row.Before.Bound != nil || row.After.Bound != nil {
		return nil, nil
	}
	var j judgement
	if row.Change != nil && d.enough(row) {
		j = judgement{*row.Change, mover(row.Before, row.After, row.Change, stats.Z95), d.target(row), reached, true}
	}
	ruled := slices.IndexFunc(method.Rulings, func(r method.Ruling) bool { return j.holds(r.Finding) })
	if method.Rulings[ruled].Finding == method.Open {
		further = settle(row, j.target, standardError(j.interval))
	}
	return ptr(method.Rulings[ruled].Status), further
}

// judgement is what the findings about a row's change are made of.
type judgement struct {
	change   release.Change
	interval stats.Interval
	target   float64
	reached  bool
	enough   bool // nothing else is known if not
}

// holds reports whether a finding is made; those before it in method.Rulings are not.
func (j judgement) holds(f method.Finding) bool {
	switch f {
	case method.TooFew:
		return !j.enough
	case method.SurelyReached:
		return j.reached && (j.change.Selection == nil || !*j.change.Selection)
	case method.SurelyMissed:
		return j.interval.High < j.target
	case method.TooWide:
		return (j.interval.High-j.interval.Low)/2 > j.target
	case method.LikelyReached:
		return j.interval.Low > 0 && j.likely() >= method.Likely
	case method.LikelyMissed:
		return j.likely() <= method.Unlikely
	}
	return f == method.Open
}

// likely is the probability that the target is met.
func (j judgement) likely() float64 {
	if p, ok := stats.Exceedance(j.change.Value, j.target, standardError(j.interval)); ok {
		return 1 - p
	}
	if j.change.Value >= j.target { // there is no doubt at all
		return 1
	}
	return 0
}

// enough reports whether the row has the respondents, the precision and the coverage for a status.
func (d derivation) enough(row release.Score) bool {
	least := method.Least(campaign.Level(row.Level), d.Groups[d.Group(row.Group)])
	for _, w := range []release.Wave{row.Before, row.After} {
		if min(*w.Respondents, *w.Effective) < least {
			return false
		}
	}
	return row.Change.Coverage == nil || *row.Change.Coverage >= method.LeastCoverage
}

// settle is how many more responses would tell a change from its target, if it stayed
// as it is: 5⌈n((0.8416·se/|Δ−T|)²−1)/5⌉ with n the respondents of both waves; nil if no number would, or too large a one.
func settle(row release.Score, target, se float64) *int {
	distance := math.Abs(row.Change.Value - target)
	if distance == 0 {
		return nil
	}
	ratio := method.SettleZ * se / distance
	n := float64(*row.Before.Respondents+*row.After.Respondents) * (ratio*ratio - 1)
	further := max(method.PeopleUnit*math.Ceil(n/method.PeopleUnit-method.Forgiven), method.PeopleUnit)
	if further > method.SettleMost {
		return nil
	}
	return ptr(int(further))
}

// claims tests the nation's claims all together (Holm), and returns by row whether its
// claim holds. The p value of a claim of several rows is the largest of theirs, and each of them must reach its
// target at the level that the claim was tested at.
//
// Source: Holm (1979), Scand. J. Stat. 6, 65–70.
func (d derivation) claims() map[int]bool {
	type claim struct {
		rows []int
		p    float64
	}
	claims := make([]claim, len(d.Claims))
	holds := map[int]bool{}
	for i, rows := range d.Claims {
		for _, r := range rows {
			row, ok := d.at[key{r.Objective, string(campaign.Nation), campaign.NationCode, d.Groups[r.Group].ID}]
			if !ok {
				continue
			}
			claims[i].rows = append(claims[i].rows, row)
			claims[i].p = max(claims[i].p, d.p(d.rows[row]))
			holds[row] = false
		}
	}
	slices.SortStableFunc(claims, func(a, b claim) int { return cmp.Compare(a.p, b.p) })
	for j, c := range claims {
		alpha := method.FamilyAlpha / float64(len(claims)-j)
		if c.p > alpha {
			break
		}
		z, _ := stats.TwoSided(1 - 2*alpha) // ok for any level between 0 and 1
		reached := !slices.ContainsFunc(c.rows, func(row int) bool {
			r := d.rows[row]
			return mover(r.Before, r.After, r.Change, z).Low < d.target(r)
		})
		for _, row := range c.rows {
			holds[row] = reached
		}
	}
	return holds
}

// p is the p value of a row's change being no more than its target; 1 for a row without an interval.
func (d derivation) p(row release.Score) float64 {
	if row.Change == nil {
		return 1
	}
	se := standardError(mover(row.Before, row.After, row.Change, stats.Z95))
	if p, ok := stats.Exceedance(row.Change.Value, d.target(row), se); ok {
		return p
	}
	return 1
}

// priority fills in the gaps of an objective that is for one group above all, and
// makes the status of the whole the worse of its own and that group's.
func (d derivation) priority(objective int, p campaign.Priority) {
	for i := range d.rows {
		row := &d.rows[i]
		if row.Objective != objective || row.Group != d.Groups[p.Whole].ID {
			continue
		}
		group, ok1 := d.row(*row, p.Group)
		others, ok2 := d.row(*row, p.Others)
		if !ok1 || !ok2 {
			continue // this level does not tell them apart
		}
		gap := release.Gap{Before: difference(others.Before, group.Before), After: difference(others.After, group.After)}
		if gap.Before != nil || gap.After != nil {
			row.Details.Gap = &gap
		}
		if row.Status == nil {
			continue
		}
		d.worst(row, group, narrowed(gap, p))
	}
}

// worst makes a row's status the worse of its own and the group's, and at best on track if the gap is not narrowed.
func (d derivation) worst(row *release.Score, group release.Score, narrowed bool) {
	own, of := *row.Status, method.NotEnoughData
	if group.Status != nil {
		of = *group.Status
	}
	status := worse(own, of)
	if status == method.Achieved && !narrowed {
		status = method.OnTrack
	}
	switch {
	case status != method.TooCloseToCall:
		row.Further = nil
	case own != method.TooCloseToCall:
		row.Further = group.Further
	case of == method.TooCloseToCall && row.Further != nil && group.Further != nil:
		row.Further = ptr(max(*row.Further, *group.Further))
	case of == method.TooCloseToCall:
		row.Further = nil // no number would settle one of the two
	}
	row.Status = &status
}

// row is the row of the same objective and node for another group.
func (d derivation) row(of release.Score, group int) (release.Score, bool) {
	i, ok := d.at[key{of.Objective, of.Level, of.Code, d.Groups[group].ID}]
	if !ok {
		return release.Score{}, false
	}
	return d.rows[i], true
}

// difference is of two released values, in points; nil where one is not shown.
func difference(a, b release.Wave) *float64 {
	if !a.Published() || !b.Published() || a.Bound != nil || b.Bound != nil { // of a bound nobody knows how far
		return nil
	}
	return ptr(nearest(*a.Value-*b.Value, method.Fine))
}

// narrowed reports whether the gap after is at most its share of that before. Where there was none there is
// nothing to narrow; where one is not known nobody can say that it is.
func narrowed(gap release.Gap, p campaign.Priority) bool {
	if gap.Before == nil || gap.After == nil {
		return false
	}
	return *gap.Before <= 0 || *gap.After*float64(p.Gap[1]) <= *gap.Before*float64(p.Gap[0])
}
