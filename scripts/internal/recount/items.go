package recount

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"learningforlife/shared/campaign"
	"learningforlife/shared/submission"
)

// Items counts every item of the table, by what was decided about bursts; nil is nothing. An item that
// cannot be read, or that is of another campaign, is an error that names it.
func Items(ctx context.Context, c *campaign.Campaign, table submission.Scanner, decisions Decisions) (Counts, error) {
	counts := Counts{Totals: Totals{Responses: map[string]int{}}}
	for _, w := range c.Waves {
		counts.Responses[w.ID] = 0
	}
	live := Responses{}
	err := table.Scan(ctx, func(key *submission.Key, row submission.Row) error {
		if err := counts.item(c, live, key, row); err != nil {
			return fmt.Errorf("reading the %s %x of %s: %w", key.Kind(), *key.ID(), key.Day(), err)
		}
		return nil
	})
	if err != nil {
		return Counts{}, fmt.Errorf("counting the items: %w", err)
	}
	for _, r := range live {
		counts.Responses[c.Waves[r.Wave].ID]++
	}
	counts.Quarantined = live.Quarantine(c, decisions)
	superseded := live.Superseded()
	counts.Superseded = len(superseded)
	cells := map[Cell]int{}
	for own, r := range live {
		if superseded[own] {
			continue
		}
		if live.paired(c, own) {
			counts.Pairs++
		}
		for q, answer := range r.Answers {
			if answer != 0 {
				cells[Cell{
					Organisation: r.Organisation,
					BandGroup:    c.BandGroups[r.BandGroup].ID,
					Audience:     c.Audiences[r.Audience].ID,
					Wave:         c.Waves[r.Wave].ID,
					Question:     c.Questions[q].ID,
					Answer:       c.Answers(q)[answer-1].ID,
				}]++
			}
		}
	}
	counts.Cells = Cells(cells)
	return counts, nil
}

// item counts a tombstone or a pledge, and keeps a live response for later.
func (n *Counts) item(c *campaign.Campaign, live Responses, key *submission.Key, row submission.Row) error {
	switch kind := key.Kind(); {
	case kind != submission.KindPledge && kind != submission.KindResponse:
		return errors.New("nothing of this kind is known")
	case row.Withdrawn():
		n.Withdrawn++
	case kind == submission.KindPledge:
		if _, err := row.Pledge(c); err != nil {
			return err
		}
		n.Pledges++
	default:
		r, err := row.Response(c)
		if err != nil {
			return err
		}
		live[key.Link()] = r
	}
	return nil
}

// Responses are live responses by the link that names each.
type Responses map[submission.Link]submission.Response

// Superseded returns those that do not count: of several of one wave that name
// the same response, be it there or not, only the least by day and id counts.
func (live Responses) Superseded() map[submission.Link]bool {
	type naming struct {
		wave  int
		named submission.Link
	}
	first := map[naming]submission.Link{}
	superseded := map[submission.Link]bool{}
	for own, r := range live {
		if !names(own, r) {
			continue
		}
		at := naming{r.Wave, r.Before}
		other, several := first[at]
		switch {
		case !several:
			first[at] = own
		case bytes.Compare(own[:], other[:]) < 0:
			first[at] = own
			superseded[other] = true
		default:
			superseded[own] = true
		}
	}
	return superseded
}

// names reports whether the response names another. A receipt dated later than
// the response's own was not there to be named.
func names(own submission.Link, r submission.Response) bool {
	return !r.Before.IsZero() && r.Before.Day() <= own.Day()
}

// paired reports whether the response names a live one that it can be compared with.
func (live Responses) paired(c *campaign.Campaign, own submission.Link) bool {
	after := live[own]
	before, there := live[after.Before]
	return there && names(own, after) && before.Wave == c.Waves[after.Wave].Follows && before.Organisation == after.Organisation &&
		before.BandGroup == after.BandGroup && before.Audience == after.Audience
}
