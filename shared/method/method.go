// Package method holds the numbers by which scores are judged and printed, apart
// from those of a campaign's own file. Who computes figures, who explains them and who checks
// a release from outside all read them here, so that they cannot differ.
package method

import "learningforlife/shared/campaign"

// Version names the rules by which scores are computed and shown. It changes with them.
const Version = "1"

// What is printed. Units of points are of the scale 0 to 100.
const (
	PeopleUnit     = 5   // respondents and pairs are printed to the nearest, effective sizes down to one
	FineFrom       = 400 // printed respondents from which a figure has one decimal
	Coarse         = 1.0 // points, the unit of a figure of fewer
	Fine           = 0.1 // points
	Step           = 0.05
	CoverageUnit   = 0.01
	Forgiven       = 1e-9 // of a unit, by which floors and ceilings allow a float to be off
	NearExtreme    = 3    // people: with fewer off an extreme a bound is printed in place of the value
	BoundStep      = 5    // points, of such a bound
	BoundMost      = 95   // points, the strictest bound
	IntervalZ      = 1.96 // in place of z of 95 % where a width or a standard error is taken from an interval
	SequenceAlpha  = 0.05 // error of confidence sequences, all looks together
	FamilyAlpha    = 0.025
	Likely         = 0.8    // probability of the target being met from which a change is on track
	Unlikely       = 0.2    // and up to which it is off track
	SettleZ        = 0.8416 // standard errors between them and an even chance
	SettleMost     = 100_000
	LeastCoverage  = 0.6  // of the frame, for a status
	SelectionZ     = 2.64 // beyond which linked people changed otherwise than others: 5 % for six claims at once
	LeastClusters  = 2    // organisations, for their spread to be told
	LeastNation    = 100  // respondents and effective size of each wave, for a status
	LeastPlace     = 30   // of an organisation
	LeastApart     = 50   // of a group that stands apart
	IntervalPoints = 95   // per cent
	LeastGivers    = 5    // organisations that a region's people of a group that stands apart come from
	MostOfOne      = 2    // no organisation gives more than one in so many of them
)

// Least returns the fewest respondents, and the least effective size, that a wave
// of a row needs for the row to have a status.
func Least(level campaign.Level, group campaign.Group) int {
	switch {
	case !group.Weighted():
		return LeastApart
	case level == campaign.Organisation:
		return LeastPlace
	}
	return LeastNation
}

// Rules are the numbers as a release carries them.
type Rules struct {
	PeopleUnit    int            `json:"peopleUnit"`
	FineFrom      int            `json:"fineFrom"`
	Coarse        float64        `json:"coarse"`
	Fine          float64        `json:"fine"`
	Step          float64        `json:"step"`
	CoverageUnit  float64        `json:"coverageUnit"`
	Forgiven      float64        `json:"forgiven"`
	NearExtreme   int            `json:"nearExtreme"`
	BoundStep     int            `json:"boundStep"`
	BoundMost     int            `json:"boundMost"`
	IntervalZ     float64        `json:"intervalZ"`
	SequenceAlpha float64        `json:"sequenceAlpha"`
	FamilyAlpha   float64        `json:"familyAlpha"`
	Likely        float64        `json:"likely"`
	Unlikely      float64        `json:"unlikely"`
	SettleZ       float64        `json:"settleZ"`
	SettleMost    int            `json:"settleMost"`
	LeastCoverage float64        `json:"leastCoverage"`
	SelectionZ    float64        `json:"selectionZ"`
	Least         map[string]int `json:"least"` // by level, and "apart"
}

// Numbers returns the rules.
func Numbers() Rules {
	return Rules{PeopleUnit, FineFrom, Coarse, Fine, Step, CoverageUnit, Forgiven, NearExtreme, BoundStep, BoundMost, IntervalZ,
		SequenceAlpha, FamilyAlpha, Likely, Unlikely, SettleZ, SettleMost, LeastCoverage, SelectionZ,
		map[string]int{string(campaign.Nation): LeastNation, string(campaign.Region): LeastNation, string(campaign.Type): LeastNation,
			string(campaign.Organisation): LeastPlace, "apart": LeastApart}}
}
