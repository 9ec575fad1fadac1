package population

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Days is over how many days of receipts Fill spreads what it stores.
const Days = 90

// clients is how many items are on their way at once: enough that the embedded store commits as many together as it does.
const clients = 2048

// Adder is what a store is filled through.
type Adder interface {
	Add(ctx context.Context, key submission.Key, row submission.Row) (stored submission.Row, created bool, err error)
}

// Fill stores n live responses, and some pledges and tombstones beside them, of the given day and the
// days that follow: the first wave's first, the second wave's last, and both in the month between. done is called with how many
// responses are on their way.
func Fill(ctx context.Context, store Adder, c *campaign.Campaign, n int, first day.Day, seed uint64, done func(int)) error {
	s, err := newSource(c, first, seed)
	if err != nil {
		return fmt.Errorf("filling a store: %w", err)
	}
	err = add(ctx, store, func(yield func(Item) bool) error {
		for i := range n {
			at := float64(i) / float64(n)
			on := first + day.Day(at*Days)
			wave := s.baseline
			if s.chance(3*at - 1) {
				wave = s.followUp
			}
			items, err := s.arrive(i, wave, on)
			if err != nil {
				return err
			}
			for _, item := range items {
				if !yield(item) {
					return nil
				}
			}
			done(i + 1)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("filling a store: %w", err)
	}
	return nil
}

// arrive draws the i-th response, and what comes along with it.
func (s *source) arrive(i, wave int, on day.Day) (items []Item, err error) {
	item, err := s.response(wave, on)
	if err != nil {
		return nil, err
	}
	items = append(items, item)
	if i%pledgesPer == 0 {
		if item, err = s.pledge(on); err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	if i%tombstonesPer == 0 {
		withdrawn, err := s.response(wave, on) // which others may name all the same
		if err != nil {
			return nil, err
		}
		withdrawn.Row = submission.Tombstone
		items = append(items, withdrawn)
	}
	return items, nil
}

// add stores what is drawn, by many clients at once.
func add(ctx context.Context, store Adder, draw func(yield func(Item) bool) error) error {
	group, ctx := errgroup.WithContext(ctx)
	items := make(chan Item, clients)
	group.Go(func() error {
		defer close(items)
		return draw(func(item Item) bool {
			select {
			case items <- item:
				return true
			case <-ctx.Done():
				return false
			}
		})
	})
	for range clients {
		group.Go(func() error {
			for item := range items {
				_, created, err := store.Add(ctx, item.Key, item.Row)
				if err != nil {
					return err
				}
				if !created {
					return fmt.Errorf("the key %x was there already", item.Key)
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// Store is what Later adds to: it reads whom the new responses may name.
type Store interface {
	Adder
	submission.Scanner
}

// known is how many responses of the first wave Later keeps to be named, for each that it adds.
const known = 2

// Later stores n more responses of the second wave, all of the given day, of which some name what is in the store.
func Later(ctx context.Context, store Store, c *campaign.Campaign, n int, on day.Day, seed uint64) error {
	s, err := newSource(c, on, seed)
	if err != nil {
		return fmt.Errorf("adding to a store: %w", err)
	}
	if err := s.recall(ctx, store, known*n); err != nil {
		return fmt.Errorf("adding to a store: %w", err)
	}
	err = add(ctx, store, func(yield func(Item) bool) error {
		for range n {
			item, err := s.response(s.followUp, on)
			if err != nil {
				return err
			}
			if !yield(item) {
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("adding to a store: %w", err)
	}
	return nil
}

// recall remembers up to n stored responses of the first wave, each with the same chance.
func (s *source) recall(ctx context.Context, store submission.Scanner, n int) error {
	trusts := map[string]int{}
	for i, t := range s.trusts {
		trusts[t.Code] = i
	}
	var found []Item
	seen := 0
	err := store.Scan(ctx, func(key *submission.Key, row submission.Row) error {
		if key.Kind() != submission.KindResponse || row.Withdrawn() {
			return nil
		}
		if view, err := row.View(); err != nil || int(view.Wave()) != s.c.Waves[s.baseline].Number {
			return err
		}
		if seen++; len(found) < n {
			found = append(found, Item{*key, append(submission.Row{}, row...)})
		} else if at := s.random.IntN(seen); at < n {
			found[at] = Item{*key, append(submission.Row{}, row...)}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading whom others may name: %w", err)
	}
	for i := range found {
		r, err := found[i].Row.Response(s.c)
		if err != nil {
			return fmt.Errorf("reading whom others may name: %w", err)
		}
		if trust, open := trusts[r.Organisation]; open {
			s.remember(&found[i].Key, person{trust, r.BandGroup, r.Audience, s.random.NormFloat64()})
		}
	}
	return nil
}
