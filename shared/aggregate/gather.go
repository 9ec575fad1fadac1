package aggregate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/seal"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

const (
	// strayed is how far the clock may be from the schedule's own time before it is not trusted.
	strayed = time.Hour
	// ahead is how many days are looked at after today and the last on which something was found:
	// a receipt may be of tomorrow, by the clock of a server that is ahead.
	ahead = 2
)

// trust returns why the clock cannot be trusted to tell what is sealed; empty if it can.
func (a *Aggregator) trust(ctx context.Context, request aggregation.Request, now time.Time) (doubt string, err error) {
	if off := now.Sub(request.Scheduled).Abs(); !request.Scheduled.IsZero() && off > strayed {
		return fmt.Sprintf("it stands %s from the schedule's time", off.Round(time.Second)), nil
	}
	number, record, err := document.Newest(ctx, a.Workings, runs)
	if err != nil || number == 0 {
		return "", err
	}
	var last Run
	if err := json.Unmarshal(record, &last); err != nil {
		return "", fmt.Errorf("reading the record of the last run: %w", err)
	}
	if last.Day > day.Of(now) {
		return fmt.Sprintf("the last run was on %s", last.Day), nil
	}
	return "", nil
}

// gather reads everything that is stored for the campaign, or in place of items what
// they were sealed as. It reads what seals rest on in this order: the book, the marks, the items. Whatever happens
// after one of them was read is told by a mark that the book does not have regard to.
//
// With a clock that is not trusted everything is read, and nothing can be sealed.
func (a *Aggregator) gather(ctx context.Context, today day.Day, trusted bool) (seal.Work, error) {
	book, err := a.book(ctx)
	if err != nil {
		return seal.Work{}, err
	}
	if !trusted {
		book = book.Nothing()
	}
	w := seal.Work{Book: &book}
	if w.Marks, err = book.ReadMarks(ctx, a.Submissions, today); err != nil {
		return seal.Work{}, err
	}
	keys, err := w.Marks.Stale(ctx, a.Submissions)
	if err != nil {
		return seal.Work{}, err
	}
	stale := seal.Parts(keys)
	counter := a.layout.Counter
	if !trusted {
		counter = a.layout.BriefCounter
	}
	counters, err := a.read(ctx, append(a.open(&book, today), stale...), w.Marks, counter)
	if err != nil {
		return seal.Work{}, err
	}
	w.Parts = book.Without(stale)
	sum, err := a.seals.Sum(ctx, &book, w.Parts)
	if err != nil {
		return seal.Work{}, err
	}
	if w.Links, err = a.seals.Links(ctx, w.Parts); err != nil {
		return seal.Work{}, err
	}
	w.Reading = a.layout.Reading(counters, tally.Sealed{Through: book.Through, Reread: stale, Sum: sum, Links: w.Links})
	if err := a.Submissions.Find(ctx, w.Reading.Unknown(), w.Reading.Learn); err != nil {
		return seal.Work{}, fmt.Errorf("looking for what responses name: %w", err)
	}
	return w, nil
}

// book returns the newest book. It asks for the time once it has it: midnight may have passed, and another run have sealed, since this one started.
func (a *Aggregator) book(ctx context.Context) (seal.Book, error) {
	book, err := seal.Newest(ctx, a.Workings, a.Campaign)
	if today := day.Of(a.Now()); err == nil && book.Early(today) {
		a.Log.WarnContext(ctx, "what is sealed was sealed on a day that is still to come: everything is read", "day", book.On)
		if err := seal.Void(ctx, a.Workings, today); err != nil {
			return seal.Book{}, err
		}
		return seal.Newest(ctx, a.Workings, a.Campaign)
	}
	return book, err
}

// open lists the parts that are not sealed. Without a book the days follow from the campaign file alone, not from a
// clock; with one, those of coming days on which nothing was ever found are left out.
func (a *Aggregator) open(book *seal.Book, today day.Day) []submission.Part {
	first, last := submission.ReceiptDays(a.Campaign.Opens, a.Campaign.Closes)
	if book.Through > 0 {
		first, last = max(first, book.Through+1), min(last, book.Latest(today)+ahead)
	}
	return submission.Parts(first, last)
}

// read counts the items of the parts with new counters.
func (a *Aggregator) read(ctx context.Context, parts []submission.Part, marks *seal.Marks, open func() *tally.Counter) ([]*tally.Counter, error) {
	var counters []*tally.Counter
	slices.SortFunc(parts, submission.Part.Compare)
	err := a.Submissions.Read(ctx, parts, marks.Watch(func() submission.Visit {
		counter := open()
		counters = append(counters, counter)
		return counter.Visit
	}))
	if err != nil {
		return nil, fmt.Errorf("reading submissions: %w", err)
	}
	return counters, nil
}

// tally counts what was gathered. Where that rests on seals and does not add up, they are damaged: the error wraps seal.ErrDamaged.
func (a *Aggregator) tally(ctx context.Context, w seal.Work) (counted *tally.Tally, rows []quarantine.Row, err error) {
	counted, rows, err = a.count(ctx, w.Reading, w.Parts)
	if errors.Is(err, tally.ErrTotals) && len(w.Parts) > 0 {
		err = fmt.Errorf("%w: %w", seal.ErrDamaged, err)
	}
	return counted, rows, err
}

// seal seals what is due, and what has changed since it was sealed. If another run sealed meanwhile, what
// that did not is left to the next.
func (a *Aggregator) seal(ctx context.Context, w seal.Work, today day.Day) error {
	first, last := submission.ReceiptDays(a.Campaign.Opens, a.Campaign.Closes)
	if seal.Due(today) < first {
		return nil
	}
	next, changed, err := a.seals.Next(ctx, w, today, last)
	if err != nil || !changed {
		return err
	}
	if err := w.Book.Follow(ctx, a.Workings, next); !errors.Is(err, document.ErrTaken) {
		return err
	}
	return nil
}
