package recount

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
)

// A burst is more responses of one organisation and wave than this, and than a tenth of its staff, with receipts of one
// day. It is not counted, unless somebody decided so.
const burst = 500

// batch is the responses of one organisation, as submitted, and wave with receipts of one day.
type batch struct {
	Organisation string  `json:"organisation"`
	Day          day.Day `json:"day"`
	Wave         string  `json:"wave"`
}

// Decisions are what was decided last about each batch: whether it counts.
type Decisions map[batch]bool

// decisions is the list of the records of decisions, from the oldest on.
const decisions = "quarantine-decision"

// ReadDecisions reads the decisions among the settings.
func ReadDecisions(ctx context.Context, settings document.Reader) (Decisions, error) {
	names, err := settings.Names(ctx, decisions)
	if err != nil {
		return nil, fmt.Errorf("reading decisions: %w", err)
	}
	counts := Decisions{}
	for _, name := range names {
		record, err := settings.Record(ctx, decisions, name)
		if err != nil {
			return nil, fmt.Errorf("reading decision %s: %w", name, err)
		}
		var d struct {
			batch
			Decision string `json:"decision"`
		}
		if err := json.Unmarshal(record, &d); err != nil {
			return nil, fmt.Errorf("reading decision %s: %w", name, err)
		}
		counts[d.batch] = d.Decision == "count"
	}
	return counts, nil
}

// Quarantine takes the responses out that are held back, and returns how many they are.
func (live Responses) Quarantine(c *campaign.Campaign, decisions Decisions) (quarantined int) {
	sizes := map[batch]int{}
	for own, r := range live {
		sizes[batch{r.Organisation, own.Day(), c.Waves[r.Wave].ID}]++
	}
	held := map[batch]bool{}
	for b, n := range sizes {
		counts, decided := decisions[b]
		if !decided {
			counts = n <= burst || 10*n <= staff(c, b)
		}
		if held[b] = !counts; held[b] {
			quarantined += n
		}
	}
	for own, r := range live {
		if held[batch{r.Organisation, own.Day(), c.Waves[r.Wave].ID}] {
			delete(live, own)
		}
	}
	return quarantined
}

// staff is how many people are known to work for what stands in the organisation's place on the day.
func staff(c *campaign.Campaign, b batch) int {
	stands := c.Organisations.Successor(c.Organisations.Index(b.Organisation), b.Day)
	if !c.Organisations.All()[stands].Open(b.Day) {
		return 0
	}
	return c.Organisations.Workforce(b.Day)[stands]
}
