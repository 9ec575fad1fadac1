package submission

import (
	"context"
	"errors"
	"fmt"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

// Register takes submissions in, and changes and withdraws them, by the rules
// of one campaign. It holds no state of its own and may be used from many goroutines.
type Register struct {
	store    Store
	campaign *campaign.Campaign
}

// NewRegister returns the register of a campaign over a store.
func NewRegister(store Store, c *campaign.Campaign) *Register {
	return &Register{store: store, campaign: c}
}

// attempts is how often a change is tried against others who change the same
// item at the same time. Only the holder of the receipt can, so two tries nearly always do.
const attempts = 8

// Pledge stores a pledge and reports whether it was new. The first body for a
// receipt stands: the same one again returns what is stored now, another is
// ErrConflict, a withdrawn receipt ErrWithdrawn. Faults are an Invalid, all of them
// at once; outside the campaign a new pledge is campaign.ErrClosed. When Pledge returns no error the pledge is durable.
func (r *Register) Pledge(ctx context.Context, today day.Day, d PledgeDraft) (p Pledge, receipt Receipt, created bool, err error) {
	p, receipt, reading := readPledge(r.campaign, d, today)
	stored, created, err := r.add(ctx, receipt, KindPledge, reading, func() Row { return p.Pack(r.campaign) }, samePledge)
	if err != nil {
		return Pledge{}, receipt, false, fmt.Errorf("taking in a pledge: %w", err)
	}
	p, err = stored.Pledge(r.campaign)
	if err != nil {
		return Pledge{}, receipt, false, fmt.Errorf("taking in a pledge: %w", err)
	}
	return p, receipt, created, nil
}

// PledgeFaults returns everything wrong with a draft that is not stored yet, on the day; that the
// campaign is closed is none. A form asks it before the draft is complete, about what it has so far.
func (r *Register) PledgeFaults(today day.Day, d PledgeDraft) Invalid {
	_, _, reading := readPledge(r.campaign, d, today)
	return reading.order
}

// ResponseFaults is PledgeFaults for a response.
func (r *Register) ResponseFaults(today day.Day, d ResponseDraft) Invalid {
	_, _, reading := readResponse(r.campaign, d, today)
	return reading.order
}

// Respond stores a response and reports whether it was new, under the rules of
// Pledge; a wave that is not open on the day is campaign.ErrClosed.
func (r *Register) Respond(ctx context.Context, today day.Day, d ResponseDraft) (receipt Receipt, created bool, err error) {
	s, receipt, reading := readResponse(r.campaign, d, today)
	_, created, err = r.add(ctx, receipt, KindResponse, reading, func() Row { return s.Pack(r.campaign) }, Row.Equal)
	if err != nil {
		return receipt, false, fmt.Errorf("taking in a response: %w", err)
	}
	return receipt, created, nil
}

// samePledge reports whether two rows hold the same pledge as it was made, whatever became of it since.
func samePledge(a, b Row) bool {
	if a.Withdrawn() || b.Withdrawn() || len(a) < pledgeHead || len(b) < pledgeHead {
		return false
	}
	return Row.Equal(a[:9], b[:9]) && Row.Equal(a[14:], b[14:])
}

// add stores the row that pack returns, or answers for the one that is stored
// already. pack is called only for a draft whose form is sound.
func (r *Register) add(ctx context.Context, receipt Receipt, kind Kind, reading *reading, pack func() Row, same func(a, b Row) bool) (Row, bool, error) {
	if receipt.IsZero() {
		return nil, false, reading.err()
	}
	key := receipt.Key(kind)
	if reading.sound() {
		row := pack()
		stored, created, err := r.store.Add(ctx, key, row)
		switch {
		case err != nil:
			return nil, false, err
		case created:
			return stored, true, nil
		case stored.Withdrawn():
			return nil, false, ErrWithdrawn
		case !same(stored, row):
			return nil, false, ErrConflict
		}
		return stored, false, nil
	}
	// What is stored answers first: a retry must not fail because the day or the campaign moved on.
	stored, err := r.store.Get(ctx, key)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, false, reading.err()
	case err != nil:
		return nil, false, err
	case stored.Withdrawn():
		return nil, false, ErrWithdrawn
	case len(reading.form) > 0:
		return nil, false, reading.form // its circumstances do not count: it is stored
	case reading.foreign || !same(stored, pack()):
		return nil, false, ErrConflict
	}
	return stored, false, nil
}

// Mine returns the live pledge under the receipt, or ErrNotFound or ErrWithdrawn.
func (r *Register) Mine(ctx context.Context, receipt Receipt) (Pledge, error) {
	row, err := r.live(ctx, receipt, KindPledge)
	if err != nil {
		return Pledge{}, fmt.Errorf("opening a pledge: %w", err)
	}
	p, err := row.Pledge(r.campaign)
	if err != nil {
		return Pledge{}, fmt.Errorf("opening a pledge: %w", err)
	}
	return p, nil
}

// Survey tells of the live response under the receipt what its holder needs to
// come back: the wave's index and the organisation. Its answers never come out again.
func (r *Register) Survey(ctx context.Context, receipt Receipt) (wave int, organisation string, err error) {
	row, err := r.live(ctx, receipt, KindResponse)
	if err != nil {
		return 0, "", fmt.Errorf("looking for a response: %w", err)
	}
	s, err := row.Response(r.campaign)
	if err != nil {
		return 0, "", fmt.Errorf("looking for a response: %w", err)
	}
	return s.Wave, s.Organisation, nil
}

func (r *Register) live(ctx context.Context, receipt Receipt, kind Kind) (Row, error) {
	row, err := r.store.Get(ctx, receipt.Key(kind))
	if err != nil {
		return nil, err
	}
	if row.Withdrawn() {
		return nil, ErrWithdrawn
	}
	return row, nil
}

// SetStatus says how far the pledge under the receipt has got and returns it as
// it then stands. The same status again changes nothing. ErrNotFound, ErrWithdrawn.
func (r *Register) SetStatus(ctx context.Context, today day.Day, receipt Receipt, status Status) (Pledge, error) {
	p, err := r.setStatus(ctx, today, receipt, status)
	if err != nil {
		return Pledge{}, fmt.Errorf("changing a pledge's status: %w", err)
	}
	return p, nil
}

func (r *Register) setStatus(ctx context.Context, today day.Day, receipt Receipt, status Status) (Pledge, error) {
	key := receipt.Key(KindPledge)
	for range attempts {
		row, err := r.live(ctx, receipt, KindPledge)
		if err != nil {
			return Pledge{}, err
		}
		p, err := row.Pledge(r.campaign)
		if err != nil || p.Status == status {
			return p, err
		}
		p.Status = status
		p.Version++
		err = r.replace(ctx, today, key, row, p.Pack(r.campaign), StatusChange)
		if !errors.Is(err, ErrChanged) {
			return p, err
		}
	}
	return Pledge{}, fmt.Errorf("%w: it was changed %d times meanwhile", ErrUnavailable, attempts)
}

// Withdraw removes what is stored under the receipt and leaves a tombstone, so
// that a submission that is still on its way is refused. It succeeds again and
// again. A receipt that is not stored and cannot be any more, because it is too old or of a day
// on which the campaign takes nothing, is left alone; one from the future is an
// Invalid, because the promise that nothing can be sent under it could not be kept.
func (r *Register) Withdraw(ctx context.Context, today day.Day, kind Kind, receipt Receipt) error {
	if err := r.withdraw(ctx, today, kind, receipt); err != nil {
		return fmt.Errorf("withdrawing a %s: %w", kind, err)
	}
	return nil
}

func (r *Register) withdraw(ctx context.Context, today day.Day, kind Kind, receipt Receipt) error {
	key := receipt.Key(kind)
	for range attempts {
		row, err := r.store.Get(ctx, key)
		switch {
		case errors.Is(err, ErrNotFound):
			// A day longer than it is accepted: a submission that was judged just before midnight may still be on its way.
			if receipt.tooOld(today - 1) {
				return nil
			}
			if receipt.tooNew(today) {
				return Invalid{{"Receipt", fmt.Sprintf("This code is dated %s, which is in the future.", receipt.day)}}
			}
			// A tombstone outside the days that runs read would be counted by none.
			if first, last := ReceiptDays(r.campaign.Opens, r.campaign.Closes); receipt.day < first || receipt.day > last {
				return nil
			}
			if err := r.store.Mark(ctx, Mark{On: today, Key: key, Change: Withdrawal}); err != nil {
				return err
			}
			stored, _, err := r.store.Add(ctx, key, Tombstone)
			if err != nil || stored.Withdrawn() {
				return err
			}
			// The submission arrived in between: withdraw it.
		case err != nil || row.Withdrawn():
			return err
		default:
			err = r.replace(ctx, today, key, row, Tombstone, Withdrawal)
			if !errors.Is(err, ErrChanged) {
				return err
			}
		}
	}
	return fmt.Errorf("%w: it was changed %d times meanwhile", ErrUnavailable, attempts)
}

// replace puts the mark first: if the second step is lost, a run looks at the
// item again for nothing, which is safe; the other way round it would miss the change.
func (r *Register) replace(ctx context.Context, today day.Day, key Key, old, next Row, change Change) error {
	if err := r.store.Mark(ctx, Mark{On: today, Key: key, Change: change}); err != nil {
		return err
	}
	return r.store.Replace(ctx, key, old, next)
}
