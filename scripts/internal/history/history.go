// Package history plays a year of a campaign within one process: people answer two surveys and make pledges from
// week to week, some withdraw, two trusts become one, and every week the real aggregation makes a release. What
// attacks on releases, and those who ask how much of what was answered is shown, need is there in a minute.
//
//	plan (plan.go) → people (people.go) → register → store → aggregate → releases, written to a folder
package history

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/release"
	"learningforlife/shared/submission"
)

// Store is what a history is kept in.
type Store interface {
	submission.Store
	aggregate.Submissions
	Workings() document.Store
	Releases() document.Store
	Settings() document.Store
}

// Config says what is played, and where it goes.
type Config struct {
	Answers   int    // of each wave, all withdrawn ones among them
	Seed      uint64 // equal seeds give equal histories
	Store     Store  // empty at first
	Directory string // exists; the releases are written to it as they are served, a file each
	Log       *slog.Logger
	Week      func(week int) // told, of each week from 1, that it is over
}

// Weeks is how many weeks a history has. In each of them a release is made if any figure changes.
const Weeks = 52

// the weeks in which things happen, counted from 0.
const (
	closes  = 25 // the first survey closes with the end of this week, and the second opens
	ends    = 49 // the second closes
	merges  = 33 // two trusts become one
	regrets = 40 // of two trusts, many people withdraw
)

// opens is the first day, a Monday; every release is made on a Sunday.
var opens = day.Must("2026-09-07")

// Play plays the campaign and returns what of its answers was shown, week by week. Its error is the first of any
// submission or run.
func Play(ctx context.Context, c Config) ([]Week, error) {
	files, err := open()
	if err != nil {
		return nil, err
	}
	h := &history{Config: c, shown: map[int]day.Day{}}
	if h.campaign, err = files.load(false); err != nil {
		return nil, err
	}
	h.crowd = newCrowd(h.campaign, c.Answers, c.Seed)
	if err := h.over(h.campaign); err != nil {
		return nil, err
	}
	for week := range Weeks {
		if week == merges {
			if h.campaign, err = files.load(true); err != nil {
				return nil, err
			}
			if err := h.over(h.campaign); err != nil {
				return nil, err
			}
		}
		if err := h.week(ctx, week); err != nil {
			return nil, fmt.Errorf("playing week %d: %w", week+1, err)
		}
		if c.Week != nil {
			c.Week(week + 1)
		}
	}
	return h.weeks, nil
}

type history struct {
	Config
	campaign   *campaign.Campaign
	crowd      *crowd
	register   *submission.Register
	aggregator *aggregate.Aggregator
	now        time.Time
	received   received
	shown      map[int]day.Day // when each release was made
	weeks      []Week
}

// over puts the campaign, as it is edited, in the place of the one before.
func (h *history) over(c *campaign.Campaign) (err error) {
	h.register = submission.NewRegister(h.Store, c)
	h.aggregator, err = aggregate.New(aggregate.Config{Campaign: c, Submissions: h.Store, Workings: h.Store.Workings(),
		Releases: h.Store.Releases(), Settings: h.Store.Settings(), Now: func() time.Time { return h.now }, Log: h.Log})
	return err
}

// week has people do what they do in it, and then makes a release.
func (h *history) week(ctx context.Context, week int) error {
	today := opens + day.Day(7*week)
	acts := h.crowd.week(h.campaign, week, today)
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(256)
	for _, r := range acts.responses {
		group.Go(func() error {
			_, _, err := h.register.Respond(within, today, r.draft)
			return err
		})
	}
	for _, p := range acts.pledges {
		group.Go(func() error {
			_, _, _, err := h.register.Pledge(within, today, p)
			return err
		})
	}
	for _, r := range acts.withdrawn {
		group.Go(func() error { return h.register.Withdraw(within, today, submission.KindResponse, r.receipt) })
	}
	for _, p := range acts.progress {
		group.Go(func() error {
			_, err := h.register.SetStatus(within, today, p.receipt, p.status)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	h.received.count(acts)
	on := today + 6
	h.now = on.Time().Add(12 * time.Hour)
	run, err := h.aggregator.Run(ctx, aggregation.Request{Run: aggregation.ID(h.now, ""), Release: true})
	if err != nil {
		return err
	}
	if run.Release != nil {
		if err := h.write(ctx, *run.Release); err != nil {
			return err
		}
	}
	return h.measure(ctx, week, on, run)
}

// write writes a release as it is served.
func (h *history) write(ctx context.Context, seq int) error {
	m, err := release.Find(ctx, h.Store.Releases(), seq)
	if err != nil {
		return err
	}
	content, err := h.Store.Releases().Document(ctx, m.Document)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(h.Directory, fmt.Sprintf("%08d.json", seq)), content, 0o600); err != nil {
		return fmt.Errorf("writing release %d: %w", seq, err)
	}
	return nil
}
