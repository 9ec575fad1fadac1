package aggregate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/seal"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// ErrUnproven says that a full recount found something other than what runs rely on.
var ErrUnproven = errors.New("the recount and what is sealed differ")

// recounts is the numbered list of the records of recounts.
const recounts = "recount"

// Proof is the record of a full recount that came to its end.
type Proof struct {
	Day    day.Day  `json:"day"`
	Items  int      `json:"items"`  // in the whole table
	Sealed int      `json:"sealed"` // parts that were held against them
	Moving int      `json:"moving"` // parts that were left out, because they were being changed
	Faults []string `json:"faults"` // what is wrong
}

// Recount reads the whole table, whatever lists of partitions say, counts it without relying on
// anything that was kept, and holds every seal against it. If one is wrong, it raises an alarm and voids them all: no run
// publishes anything that rests on them any more, and the next one reads everything and seals it anew. It
// also finds what no run reads: an item of a day that is none of the campaign's is an error, and the latest day on which there is anything is noted.
//
// It implements aggregation.Recounter. The error wraps ErrUnproven if something is wrong, and tally.ErrTotals if items were lost in counting.
func (a *Aggregator) Recount(ctx context.Context, scheduled time.Time) error {
	if err := a.recount(ctx, scheduled); err != nil {
		return fmt.Errorf("recounting everything: %w", err)
	}
	return nil
}

func (a *Aggregator) recount(ctx context.Context, scheduled time.Time) error {
	started := a.Now()
	today := day.Of(started)
	proof := Proof{Day: today, Faults: []string{}}
	book, err := a.sealNow(ctx, started, scheduled)
	if errors.Is(err, seal.ErrDamaged) { // whatever the items come to
		proof.Faults = append(proof.Faults, err.Error())
		if err := a.void(ctx, today, proof.Faults...); err != nil {
			return err
		}
		book, err = a.book(ctx)
	}
	if err != nil {
		return err
	}
	counter := a.layout.Counter()
	err = a.Submissions.Scan(ctx, func(key *submission.Key, row submission.Row) error {
		proof.Items++
		return counter.Visit(key, row)
	})
	if err != nil {
		return fmt.Errorf("reading the whole table: %w", err)
	}
	marks, err := book.ReadMarks(ctx, a.Submissions, today)
	if err != nil {
		return err
	}
	stale, err := marks.Stale(ctx, a.Submissions)
	if err != nil {
		return err
	}
	all := a.layout.Reading([]*tally.Counter{counter}, tally.Sealed{})
	if _, _, err = a.count(ctx, all, nil); err != nil {
		return err
	}
	found, err := a.seals.Prove(ctx, &book, all, stale)
	if err != nil {
		return err
	}
	proof.Moving = len(seal.Parts(stale))
	proof.Sealed = len(book.Without(seal.Parts(stale)))
	stray, err := a.reach(ctx, book, all)
	if err != nil {
		return err
	}
	if found = append(found, stray...); len(found) > 0 {
		if err := a.void(ctx, today, found...); err != nil {
			return err
		}
	}
	proof.Faults = append(proof.Faults, found...)
	if err := a.recordProof(ctx, proof); err != nil {
		return err
	}
	if len(proof.Faults) > 0 {
		return fmt.Errorf("%w: %s", ErrUnproven, strings.Join(proof.Faults, "; "))
	}
	a.Log.InfoContext(ctx, "recounted", "items", proof.Items, "sealed", proof.Sealed, "moving", proof.Moving, "took", a.Now().Sub(started))
	return nil
}

// void raises an alarm and sees to it that nothing rests on what is sealed any more.
func (a *Aggregator) void(ctx context.Context, today day.Day, faults ...string) error {
	a.Log.ErrorContext(ctx, "ALARM: what is sealed is not what is stored; everything is read again", append(a.alarm("SealFaults", len(faults)), "faults", faults)...)
	return seal.Void(ctx, a.Workings, today)
}

// sealNow seals what is due, so that there is less that is being changed, and returns the book that then stands.
func (a *Aggregator) sealNow(ctx context.Context, now, scheduled time.Time) (seal.Book, error) {
	today := day.Of(now)
	doubt, err := a.trust(ctx, aggregation.Request{Scheduled: scheduled}, now)
	if err != nil {
		return seal.Book{}, err
	}
	if doubt == "" {
		work, err := a.gather(ctx, today, true)
		if err != nil {
			return seal.Book{}, err
		}
		if _, _, err := a.tally(ctx, work); err != nil {
			return seal.Book{}, err
		}
		if err := a.seal(ctx, work, today); err != nil {
			return seal.Book{}, err
		}
	}
	return a.book(ctx)
}

// reach returns what is wrong with items that no run reads, and notes the latest day of those that runs are to read.
func (a *Aggregator) reach(ctx context.Context, book seal.Book, all *tally.Reading) (faults []string, err error) {
	first, last := submission.ReceiptDays(a.Campaign.Opens, a.Campaign.Closes)
	next := book
	for _, p := range all.Parts() {
		if p.Day < first || p.Day > last {
			faults = append(faults, fmt.Sprintf("there are %ss of %s, when the campaign takes none", p.Kind, p.Day))
		} else {
			next.Reach = max(next.Reach, p.Day)
		}
	}
	if book.Through == 0 || next.Reach == book.Reach {
		return faults, nil
	}
	if err := book.Follow(ctx, a.Workings, next); !errors.Is(err, document.ErrTaken) {
		return faults, err
	}
	return faults, nil
}

func (a *Aggregator) recordProof(ctx context.Context, p Proof) error {
	record, err := json.Marshal(p, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("recording the recount: %w", err)
	}
	if _, err := document.Append(ctx, a.Workings, recounts, record); err != nil {
		return fmt.Errorf("recording the recount: %w", err)
	}
	return nil
}
