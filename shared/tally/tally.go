package tally

import (
	"errors"
	"fmt"
	"runtime"

	"learningforlife/shared/submission"
)

// ErrTotals says that the control totals do not agree: something was read and not counted, or counted twice.
var ErrTotals = errors.New("the control totals do not agree")

// Totals are the control totals of a tally.
type Totals struct {
	Pledges     int   // live pledges read
	Responses   []int // live responses read, by wave
	Withdrawn   int   // tombstones read, of pledges and responses
	Superseded  int   // live responses not counted because an earlier one names the same response
	Quarantined int   // live responses of batches that are held back
	Pairs       int   // counted responses that are linked to a counted one of the earlier wave
}

// Tally is what was counted. It is immutable.
type Tally struct {
	Layout *Layout
	Totals Totals

	counts  []uint32 // by place, see Layout.cell and Layout.pledge
	pairs   []uint32 // see Layout.pairs
	batches batches
	read    read
}

// check proves that counted + superseded + quarantined = live items read, that the batches add up to the same, and that every table of a cell counts each of its respondents once.
func (t *Tally) check() error {
	counted := 0
	l := t.Layout
	const stretches = 64 // of cells
	var counts [stretches]int
	var errs [stretches]error
	deal(stretches, runtime.GOMAXPROCS(0), func(_, i int) {
		counts[i], errs[i] = t.checkCells(i*l.cells()/stretches, (i+1)*l.cells()/stretches)
	})
	for i, err := range errs {
		if err != nil {
			return err
		}
		counted += counts[i]
	}
	received := 0
	for _, n := range t.Totals.Responses {
		received += n
	}
	if counted+t.Totals.Superseded+t.Totals.Quarantined != received || received != t.read.responses {
		return fmt.Errorf("%w: %d responses counted, %d superseded, %d quarantined, of %d in batches and %d read", ErrTotals,
			counted, t.Totals.Superseded, t.Totals.Quarantined, received, t.read.responses)
	}
	pledges := 0
	for _, n := range t.counts[l.cells()*l.stride:] {
		pledges += int(n)
	}
	if pledges != t.read.pledges {
		return fmt.Errorf("%w: %d pledges counted of %d read", ErrTotals, pledges, t.read.pledges)
	}
	return nil
}

// checkCells returns how many respondents the cells have, each of whom every table of theirs must count once.
func (t *Tally) checkCells(from, to int) (counted int, err error) {
	l := t.Layout
	for cell := from; cell < to; cell++ {
		at := cell * l.stride
		n := int(t.counts[at])
		counted += n
		for _, table := range l.asked[l.cellsOf[cell].group] {
			offset, slots := l.Tables[table].offset, l.Tables[table].Slots
			sum := 0
			for _, count := range t.counts[at+offset : at+offset+slots] {
				sum += int(count)
			}
			if sum != n {
				return 0, fmt.Errorf("%w: table %s of %s counts %d of %d respondents", ErrTotals, l.Tables[table].ID,
					l.Campaign.Organisations.All()[cell/l.cell(1, 0, 0, 0)].Code, sum, n)
			}
		}
	}
	return counted, nil
}

// Respondents returns how many responses are counted in a cell. All arguments
// of this and the following methods are indexes into the campaign's lists.
func (t *Tally) Respondents(organisation, bandGroup, audience, wave int) int {
	return int(t.counts[t.Layout.cell(organisation, bandGroup, audience, wave)*t.Layout.stride])
}

// Counts returns the joint histogram of a table in a cell, by slot. The caller must not change it.
func (t *Tally) Counts(table, organisation, bandGroup, audience, wave int) []uint32 {
	at := t.Layout.cell(organisation, bandGroup, audience, wave)*t.Layout.stride + t.Layout.Tables[table].offset
	return t.counts[at : at+t.Layout.Tables[table].Slots]
}

// Pairs returns the table of the linked pairs of an organisation, band group and
// audience whose later response is of the wave: by class before × number of classes + class after. It is empty for a table without classes.
func (t *Tally) Pairs(table, organisation, bandGroup, audience, wave int) []uint32 {
	classes := t.Layout.Tables[table].Classes
	at := t.Layout.cell(organisation, bandGroup, audience, wave)*t.Layout.pairStride + t.Layout.Tables[table].pairOffset
	return t.pairs[at : at+classes*classes]
}

// Statuses names the statuses of pledges, in the order of submission.Statuses.
func Statuses() (names []string) {
	for _, s := range submission.Statuses {
		names = append(names, s.String())
	}
	return names
}

// PledgesOf returns an organisation's and audience's pledges by status, in the order of submission.Statuses.
func (t *Tally) PledgesOf(organisation, audience int) []int {
	counts := make([]int, len(submission.Statuses))
	for b := range t.Layout.Campaign.BandGroups {
		for i, status := range submission.Statuses {
			counts[i] += t.Pledges(organisation, b, audience, status)
		}
	}
	return counts
}

// Pledges returns how many pledges an organisation's band group and audience has with the status.
func (t *Tally) Pledges(organisation, bandGroup, audience int, status submission.Status) int {
	return int(t.counts[t.Layout.pledge(organisation, bandGroup, audience, status)])
}

// Received lists the batches with a response that the function picks, in order.
func (t *Tally) Received(pick func(Received) bool) []Received { return t.batches.list(t.Layout, pick) }
