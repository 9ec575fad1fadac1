package seal

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// Keeper reads and writes what parts come to. It may be used from many goroutines.
type Keeper struct {
	Layout   *tally.Layout
	Workings document.Store

	mutex sync.Mutex
	hand  map[string]*tally.Links // that runs gave back, by the digests of their documents
}

// document reads a document that a book names, which decode takes.
func (k *Keeper) document(ctx context.Context, digest string, decode func([]byte) error) error {
	content, err := k.Workings.Document(ctx, digest)
	if err == nil {
		err = decode(content)
	}
	if err != nil {
		return damaged(ctx, err)
	}
	return nil
}

// readers is how many documents are read at once.
const readers = 8

// each reads with several goroutines.
func each[T, R any](ctx context.Context, list []T, read func(context.Context, T) (R, error)) ([]R, error) {
	results := make([]R, len(list))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	for i, item := range list {
		group.Go(func() (err error) {
			results[i], err = read(ctx, item)
			return err
		})
	}
	return results, group.Wait()
}

// Sheets returns the sheets of the parts.
func (k *Keeper) Sheets(ctx context.Context, parts []Part) ([]*tally.Sheet, error) {
	return each(ctx, parts, func(ctx context.Context, p Part) (sheet *tally.Sheet, err error) {
		err = k.document(ctx, p.Sheet, func(content []byte) (err error) {
			sheet, err = k.Layout.DecodeSheet(content)
			if err == nil && sheet.Part != p.Part() {
				err = fmt.Errorf("the sheet of %s is of %s", p.Day, sheet.Part.Day)
			}
			return err
		})
		return sheet, err
	})
}

// Links returns the links of the parts that have any, which are then the caller's alone: see GiveBack.
func (k *Keeper) Links(ctx context.Context, parts []Part) ([]*tally.Links, error) {
	linked := slices.DeleteFunc(slices.Clone(parts), func(p Part) bool { return p.Links == "" })
	return each(ctx, linked, func(ctx context.Context, p Part) (links *tally.Links, err error) {
		if links = k.take(p.Links); links != nil {
			return links, nil
		}
		err = k.document(ctx, p.Links, func(content []byte) (err error) {
			links, err = k.Layout.DecodeLinks(content)
			if err == nil && links.Day != p.Day {
				err = fmt.Errorf("the links of %s are of %s", p.Day, links.Day)
			}
			return err
		})
		return links, err
	})
}

// take returns the links that are at hand, if they are. Nobody else gets them until they are given back.
func (k *Keeper) take(digest string) *tally.Links {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	links := k.hand[digest]
	delete(k.hand, digest)
	return links
}

// GiveBack keeps the links of the parts, as Links returned them, for the next who asks, in place of all that were
// given back before. Those that were changed since are no longer what their document says, and are dropped.
func (k *Keeper) GiveBack(parts []Part, links []*tally.Links) {
	hand := map[string]*tally.Links{}
	for _, l := range links {
		if i := slices.IndexFunc(parts, func(p Part) bool { return p.Links != "" && p.Day == l.Day }); i >= 0 && !l.Changed() {
			hand[parts[i].Links] = l
		}
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	k.hand = hand
}

// differ returns the parts of which only one of the lists has the sheet: those to be added to the
// sum of the first to make it that of the second, and those to be subtracted.
func differ(first, second []Part) (add, subtract []Part) {
	missing := func(list, from []Part) (some []Part) {
		sheets := map[submission.Part]string{}
		for _, p := range from {
			sheets[p.Part()] = p.Sheet
		}
		for _, p := range list {
			if sheets[p.Part()] != p.Sheet {
				some = append(some, p)
			}
		}
		return some
	}
	return missing(second, first), missing(first, second)
}

// Sum returns the sum of the sheets of the parts, which are some of the book's: the sum that was
// written down, and the difference.
func (k *Keeper) Sum(ctx context.Context, b *Book, parts []Part) (*tally.Sum, error) {
	sum, err := k.written(ctx, b)
	if err != nil {
		return nil, err
	}
	add, subtract := differ(b.Sum.Sheets, parts)
	added, err := k.Sheets(ctx, add)
	if err != nil {
		return nil, err
	}
	subtracted, err := k.Sheets(ctx, subtract)
	if err != nil {
		return nil, err
	}
	for _, sheet := range added {
		sum.Add(sheet)
	}
	for _, sheet := range subtracted {
		sum.Subtract(sheet)
	}
	return sum, nil
}

// written returns the sum that was written down.
func (k *Keeper) written(ctx context.Context, b *Book) (sum *tally.Sum, err error) {
	if b.Sum.Document == "" {
		return k.Layout.Sum(), nil
	}
	err = k.document(ctx, b.Sum.Document, func(content []byte) (err error) {
		sum, err = k.Layout.DecodeSum(content)
		return err
	})
	return sum, err
}

// put stores what a part comes to and returns where.
func (k *Keeper) put(ctx context.Context, s tally.Seal) (p Part, err error) {
	p = Part{Kind: s.Sheet.Part.Kind, Day: s.Sheet.Part.Day}
	if p.Sheet, err = k.Workings.Put(ctx, s.Sheet.Encode()); err != nil {
		return p, err
	}
	p.Links, err = k.putLinks(ctx, s.Links)
	return p, err
}

func (k *Keeper) putLinks(ctx context.Context, l *tally.Links) (digest string, err error) {
	if l == nil || l.Len() == 0 {
		return "", nil
	}
	return k.Workings.Put(ctx, l.Encode(k.Layout))
}

const (
	// apart is how many sheets a book may have more, fewer or otherwise than its sum before another sum is
	// written: a sum is large, and to read a few sheets is less than to write one with every book.
	apart = 8
	// together is how many parts are sealed at once, which bounds the memory that takes.
	together = 8
)

// Work is what a run has done by the time it can seal.
type Work struct {
	Book    *Book // that it started from
	Marks   *Marks
	Parts   []Part         // of the book, that were not read
	Links   []*tally.Links // of theirs
	Reading *tally.Reading // of all other parts, tallied
}

// Next seals what is due today, and again what was sealed and has changed, and returns the book that says so: the
// same as the one that the run started from, and false, if there is nothing to say.
func (k *Keeper) Next(ctx context.Context, w Work, today, last day.Day) (next Book, changed bool, err error) {
	b := w.Book
	next = Book{Campaign: k.Layout.Campaign.Digest, Voids: b.Voids, On: max(b.On, today), Through: max(b.Through, min(Due(today), last)),
		Lapsed: max(b.lapsed(today), Due(today)), Reach: b.Reach, Sum: b.Sum}
	var due []submission.Part
	read := map[submission.Part]bool{}
	for _, p := range w.Reading.Parts() {
		read[p] = true
		next.Reach = max(next.Reach, p.Day)
		if p.Day <= next.Through {
			due = append(due, p)
		}
	}
	next.Settled = w.Marks.settle(next.Through, next.Lapsed, func(p submission.Part) bool {
		return read[p] || !slices.ContainsFunc(w.Parts, func(o Part) bool { return o.Part() == p })
	})
	if next.Parts, err = k.resealed(ctx, w); err != nil {
		return Book{}, false, fmt.Errorf("sealing again what is linked: %w", err)
	}
	var sum *tally.Sum
	if add, subtract := differ(b.Sum.Sheets, w.Parts); len(add)+len(subtract)+len(due) > apart {
		if sum, err = k.Sum(ctx, b, w.Parts); err != nil {
			return Book{}, false, err
		}
	}
	for some := range slices.Chunk(due, together) {
		for _, s := range w.Reading.Seal(some) {
			p, err := k.put(ctx, s)
			if err != nil {
				return Book{}, false, fmt.Errorf("sealing the %ss of %s: %w", p.Kind, p.Day, err)
			}
			next.Parts = append(next.Parts, p)
			if sum != nil {
				sum.Add(s.Sheet)
			}
		}
	}
	slices.SortFunc(next.Parts, func(a, b Part) int { return a.Part().Compare(b.Part()) })
	if sum != nil {
		if next.Sum.Document, err = k.Workings.Put(ctx, sum.Encode()); err != nil {
			return Book{}, false, fmt.Errorf("writing the sum of what is sealed: %w", err)
		}
		next.Sum.Sheets = next.Parts
	}
	return next, !next.equal(b), nil
}

// resealed returns the parts that were not read, those sealed again whose links name what has changed.
func (k *Keeper) resealed(ctx context.Context, w Work) ([]Part, error) {
	parts := slices.Clone(w.Parts)
	for _, l := range w.Links {
		if !l.Changed() {
			continue
		}
		at := slices.IndexFunc(parts, func(p Part) bool { return p.Part() == submission.Part{Kind: submission.KindResponse, Day: l.Day} })
		var err error
		if parts[at].Links, err = k.putLinks(ctx, l); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// equal reports whether two books say the same, whenever they were written.
func (b *Book) equal(o *Book) bool {
	return b.Campaign == o.Campaign && b.Through == o.Through && b.Lapsed == o.Lapsed && b.Reach == o.Reach && slices.Equal(b.Parts, o.Parts) &&
		b.Sum.Document == o.Sum.Document && slices.EqualFunc(b.Settled, o.Settled, Settled.equal)
}
