// Package aggregate is the use case between submissions and releases: read
// everything, tally, score, decide what may be shown, publish. It recomputes and
// replaces: nothing is ever incremented, so a run can be repeated, lost or done twice
// at once and the result is the same.
//
//	read → tally → snapshot → disclosure → score → figures → release
//
// Days that nothing can come to any more are not read again: what they came to is sealed (see shared/seal and
// gather.go), and a recount, which reads everything, proves it (see recount.go).
//
// A run writes, in this order: what it holds back for an administrator to see, if that
// changed (see shared/quarantine), the snapshot (a document under its digest), the release's
// document, what the release was computed from (a document and its record: see admitted.go), the release's manifest
// (one conditional record under the next number, and only if the seals that were relied on are not voided by then), what it seals
// (documents, and then the record that names them), the run's own record and, under its
// id, where that is. A run that is lost after any of them is made good by the next.
package aggregate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/figures"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/seal"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// Submissions is what aggregation asks of the store of submissions: the reading of parts and single items for
// runs, and of the whole table for recounts.
type Submissions interface {
	submission.Reader
	submission.Scanner
}

// Config is what aggregation needs.
type Config struct {
	Campaign    *campaign.Campaign
	Submissions Submissions
	Workings    document.Store // snapshots, admitted counts and runs: exact, never served
	Releases    document.Store
	Settings    document.Store // decisions about quarantine, and its queue
	Now         func() time.Time
	Log         *slog.Logger
}

// Aggregator runs aggregations of one campaign. It may be used from many
// goroutines: runs at the same time get in nobody's way.
type Aggregator struct {
	Config
	layout *tally.Layout
	seals  *seal.Keeper
	past   past
}

// New returns the aggregator. It fails if the campaign cannot be counted.
func New(c Config) (*Aggregator, error) {
	layout, err := tally.NewLayout(c.Campaign)
	if err != nil {
		return nil, fmt.Errorf("preparing aggregation: %w", err)
	}
	return &Aggregator{Config: c, layout: layout, seals: &seal.Keeper{Layout: layout, Workings: c.Workings}}, nil
}

// Run is the record of a completed run.
type Run struct {
	ID       string  `json:"run"`
	Day      day.Day `json:"day"`
	Snapshot string  `json:"snapshot"` // digest of the snapshot document
	Release  *int    `json:"release"`  // the release it made
	Why      string  `json:"why"`      // why it made none
}

const (
	// runs is the numbered list of the records of runs, in the order in which they ended.
	runs = "run"
	// ids is the list of the ids of runs; each holds the number of its record.
	ids = "run-id"
)

// Why a run makes no release.
const (
	notAsked  = "no release was asked for"
	unchanged = "no figure would change"
	exposes   = "the audit found that it could give somebody away; the last release stands"
)

// attempts is how often a run is tried while others publish first.
const attempts = 8

// Run aggregates everything there is and returns the record of the run. If a run of the same
// id was completed before, it returns that one's record and does nothing. On an error the last release stands,
// unless only the record of the run could not be written: the next run then finds nothing to change.
// aggregation.ErrNoCorrection and tally.ErrTotals are told apart; the latter is an alarm.
func (a *Aggregator) Run(ctx context.Context, request aggregation.Request) (Run, error) {
	run, err := a.run(ctx, request)
	if err != nil {
		return Run{}, fmt.Errorf("aggregating (run %s): %w", request.Run, err)
	}
	return run, nil
}

func (a *Aggregator) run(ctx context.Context, request aggregation.Request) (Run, error) {
	run, err := a.Find(ctx, request.Run)
	if !errors.Is(err, aggregation.ErrNoRun) {
		return run, err
	}
	if request.Corrects != 0 {
		if _, err := release.Get(ctx, a.Releases, request.Corrects); errors.Is(err, release.ErrNone) {
			return Run{}, fmt.Errorf("%w: %d", aggregation.ErrNoCorrection, request.Corrects)
		} else if err != nil {
			return Run{}, err
		}
	}
	started := a.Now()
	doubt, err := a.trust(ctx, request, started)
	if err != nil {
		return Run{}, err
	}
	if doubt != "" {
		a.Log.WarnContext(ctx, "the clock is not trusted: everything is read and nothing is sealed", "run", request.Run, "why", doubt)
	}
	run, work, err := a.attempts(ctx, request, day.Of(started), doubt == "")
	if err != nil {
		return Run{}, err
	}
	if doubt == "" {
		if err := a.seal(ctx, work, day.Of(started)); err != nil {
			return Run{}, err
		}
	}
	a.seals.GiveBack(work.Parts, work.Links)
	err = a.record(ctx, run)
	if errors.Is(err, document.ErrTaken) { // the same schedule fired twice, and the other was first
		return a.Find(ctx, run.ID)
	}
	if err != nil {
		return Run{}, fmt.Errorf("recording the run: %w", err)
	}
	a.Log.InfoContext(ctx, "aggregated", "run", run.ID, "released", run.Release != nil, "why", run.Why, "took", a.Now().Sub(started))
	return run, nil
}

// attempts aggregates until nobody else publishes meanwhile. What is sealed and damaged is voided, and done without.
func (a *Aggregator) attempts(ctx context.Context, request aggregation.Request, today day.Day, trusted bool) (Run, seal.Work, error) {
	for range attempts {
		run, work, err := a.attempt(ctx, request, today, trusted)
		switch {
		case errors.Is(err, seal.ErrDamaged):
			if err := a.void(ctx, today, err.Error()); err != nil {
				return Run{}, seal.Work{}, err
			}
		case !errors.Is(err, document.ErrTaken):
			return run, work, err
		}
	}
	return Run{}, seal.Work{}, fmt.Errorf("%d other runs published first: %w", attempts, submission.ErrUnavailable)
}

// attempt aggregates once. It returns document.ErrTaken if another run published meanwhile.
//
// The newest release and queue are looked up before anything is read: the number that follows it can
// then be had only if nobody published since, so an older count never follows a newer one.
func (a *Aggregator) attempt(ctx context.Context, request aggregation.Request, on day.Day, trusted bool) (Run, seal.Work, error) {
	last, err := release.Newest(ctx, a.Releases)
	if errors.Is(err, release.ErrNone) {
		last, err = release.Waiting(a.Campaign, on), nil
	}
	if err != nil {
		return Run{}, seal.Work{}, err
	}
	queue, err := quarantine.Newest(ctx, a.Settings)
	if err != nil {
		return Run{}, seal.Work{}, err
	}
	work, err := a.gather(ctx, on, trusted)
	if err != nil {
		return Run{}, seal.Work{}, err
	}
	counted, rows, err := a.tally(ctx, work)
	if err != nil {
		return Run{}, seal.Work{}, err
	}
	if err := queue.Follow(ctx, a.Settings, rows); err != nil {
		return Run{}, seal.Work{}, err
	}
	run := Run{ID: request.Run, Day: on, Why: notAsked}
	if run.Snapshot, err = a.keep(ctx, counted); err != nil || !request.Release {
		return run, work, err
	}
	run.Release, run.Why, err = a.publish(ctx, request, counted, last, work.Book, on)
	return run, work, err
}

// publish makes the release that follows the last one, and returns its number, or why there is none to make.
func (a *Aggregator) publish(ctx context.Context, request aggregation.Request, counted *tally.Tally, last release.Release, book *seal.Book, on day.Day) (seq *int, why string, err error) {
	head := release.Head{Seq: 1, PublishedAt: on}
	if last.Head != nil {
		head.Seq = last.Head.Seq + 1
	}
	if request.Corrects != 0 {
		head.Corrects = &request.Corrects
	}
	state, err := a.admit(ctx, score.Gather(counted, a.Campaign.Frame(on)), on, head.Seq)
	if errors.Is(err, errExposes) {
		a.Log.ErrorContext(ctx, "a release would give somebody away", "run", request.Run, "error", err)
		return nil, exposes, nil
	}
	if err != nil {
		return nil, "", err
	}
	next := compute(state.Tables, head, last).Release
	if !figures.Changed(last, next) {
		return nil, unchanged, nil
	}
	manifest, err := release.Store(ctx, a.Releases, next)
	if err != nil {
		return nil, "", err
	}
	if err := a.keepAdmitted(ctx, manifest, state); err != nil {
		return nil, "", err
	}
	if err := book.Current(ctx, a.Workings); err != nil {
		return nil, "", err
	}
	if err := release.Publish(ctx, a.Releases, manifest); err != nil {
		return nil, "", err
	}
	return &head.Seq, "", nil
}

// Tally counts everything that is stored for the campaign and is not held back, from the items alone.
func (a *Aggregator) Tally(ctx context.Context) (*tally.Tally, error) {
	first, last := submission.ReceiptDays(a.Campaign.Opens, a.Campaign.Closes)
	counters, err := a.read(ctx, submission.Parts(first, last), nil, a.layout.BriefCounter)
	if err != nil {
		return nil, err
	}
	counted, _, err := a.count(ctx, a.layout.Reading(counters, tally.Sealed{}), nil)
	return counted, err
}

// Count counts the same as a run does: what is sealed from what it came to, and the rest from the items.
func (a *Aggregator) Count(ctx context.Context) (*tally.Tally, error) {
	work, err := a.gather(ctx, day.Of(a.Now()), true)
	if err != nil {
		return nil, err
	}
	counted, _, err := a.tally(ctx, work)
	a.seals.GiveBack(work.Parts, work.Links)
	return counted, err
}

// keep stores the snapshot and reads it back, so that nothing rests on a snapshot that is not there.
func (a *Aggregator) keep(ctx context.Context, counted *tally.Tally) (digest string, err error) {
	content, err := counted.Snapshot()
	if err != nil {
		return "", err
	}
	if digest, err = a.Workings.Put(ctx, content); err != nil {
		return "", fmt.Errorf("storing the snapshot: %w", err)
	}
	if _, err = a.Workings.Document(ctx, digest); err != nil {
		return "", fmt.Errorf("reading the snapshot back: %w", err)
	}
	return digest, nil
}

// record appends the run to the records and makes it known under its id, or
// returns document.ErrTaken if that id is known already.
func (a *Aggregator) record(ctx context.Context, run Run) error {
	record, err := json.Marshal(run, json.Deterministic(true))
	if err != nil {
		return err
	}
	name, err := document.Append(ctx, a.Workings, runs, record)
	if errors.Is(err, document.ErrTaken) { // which would say that the run's own id is
		return fmt.Errorf("other runs ended at the same time: %w", submission.ErrUnavailable)
	}
	if err != nil {
		return err
	}
	return a.Workings.Create(ctx, ids, run.ID, []byte(name))
}

// Find returns the record of the completed run with the id, or aggregation.ErrNoRun.
func (a *Aggregator) Find(ctx context.Context, id string) (Run, error) {
	name, err := a.Workings.Record(ctx, ids, id)
	if errors.Is(err, document.ErrNone) {
		return Run{}, fmt.Errorf("%w: %s", aggregation.ErrNoRun, id)
	}
	if err != nil {
		return Run{}, fmt.Errorf("looking for run %s: %w", id, err)
	}
	record, err := a.Workings.Record(ctx, runs, string(name))
	if err != nil {
		return Run{}, fmt.Errorf("reading the record of run %s: %w", id, err)
	}
	var run Run
	if err := json.Unmarshal(record, &run); err != nil {
		return Run{}, fmt.Errorf("reading the record of run %s: %w", id, err)
	}
	return run, nil
}
