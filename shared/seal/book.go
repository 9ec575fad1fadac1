// Package seal keeps what the items of days come to once nothing can come to those days any more,
// so that a run need not read them again: its cost grows with what is new.
//
// A receipt can be used for the first time on four days, so that day D is settled at the end of
// D+2, and a withdrawal that forestalls it a day later. D is sealed from D+4 on: its parts (pledges,
// responses) are kept as a tally.Sheet and tally.Links each, documents among the workings. The Book
// says which; it is a record of a numbered list and the whole of what a run trusts, so sealing is one conditional
// write after documents that nothing names yet, and is lost or done.
//
// What changes after it was sealed has left a mark before it changed (submission.Mark). A run reads the marks
// of every day that has not lapsed, and reads the parts again that a mark names, unless it
// finds the item as it was when the part was sealed: see Marks. Marks lapse as days do, in a run that has looked at them.
//
// Nothing here is ever needed: without a book everything is read, and comes to the same. A full recount
// holds every seal against the items, and if one is wrong it voids the book.
package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/submission"
)

// ErrDamaged says that a book, or a document of one, is missing, or is not what it should be. The book is to be voided.
var ErrDamaged = errors.New("what is sealed is damaged")

// after is how many days after a day it may be sealed.
const after = 4

// Due returns the last day that may be sealed on the server's day.
func Due(today day.Day) day.Day { return today - after }

// books is the numbered list of the records that name books.
const books = "seal"

// format changes whenever books, or the documents that they name, are to be read otherwise.
const format = 1

// Book says what is sealed. The zero value seals nothing.
type Book struct {
	Format   int       `json:"format"`
	Campaign string    `json:"campaign"`         // digest of the campaign's files: places and classes follow from them
	Voids    int       `json:"voids"`            // how many books before it were voided
	On       day.Day   `json:"on,omitzero"`      // when it was written
	Through  day.Day   `json:"through,omitzero"` // the parts of all days up to this one are sealed
	Lapsed   day.Day   `json:"lapsed,omitzero"`  // marks of days up to this one are heeded for ever
	Reach    day.Day   `json:"reach,omitzero"`   // the latest day that an item was found of
	Sum      Sum       `json:"sum"`
	Parts    []Part    `json:"parts"` // those that have an item, in order
	Settled  []Settled `json:"settled"`

	number int // of its record; 0 if there is none
}

// Part is a sealed part and the digests of the documents of what its items come to.
type Part struct {
	Kind  submission.Kind `json:"kind"`
	Day   day.Day         `json:"day"`
	Sheet string          `json:"sheet"`
	Links string          `json:"links"` // empty if there are none
}

// Part is the part that is sealed.
func (p Part) Part() submission.Part { return submission.Part{Kind: p.Kind, Day: p.Day} }

// Sum is the sum of the sheets of some parts: those that were sealed when it was written.
type Sum struct {
	Document string `json:"document"` // digest; empty for the sum of none
	Sheets   []Part `json:"sheets"`
}

// Settled is a mark that a sealed part has regard to: it counts the item as it then was.
type Settled struct {
	On   day.Day `json:"on,omitzero"`
	Mark []byte  `json:"mark"` // packed
	Row  []byte  `json:"row"`  // see rowPrint; empty if there was no item
}

// Without returns the sealed parts but those.
func (b *Book) Without(parts []submission.Part) []Part {
	return slices.DeleteFunc(slices.Clone(b.Parts), func(p Part) bool { return slices.Contains(parts, p.Part()) })
}

// Sealed reports whether the part is sealed.
func (b *Book) Sealed(p submission.Part) bool { return p.Day <= b.Through }

// record says where a book is.
type record struct {
	Document string `json:"document"`
}

// Newest returns the newest book. If there is none, or it was written for other files of the campaign or by another program,
// the one returned seals nothing, and can be followed all the same. The error wraps ErrDamaged if the newest cannot be read.
func Newest(ctx context.Context, workings document.Reader, c *campaign.Campaign) (Book, error) {
	b, err := newest(ctx, workings)
	if err != nil {
		return Book{}, fmt.Errorf("reading what is sealed: %w", err)
	}
	if b.Format != format || b.Campaign != c.Digest {
		b = b.Nothing()
	}
	return b, nil
}

// Early reports whether the book was written on a day that is still to come when it was read: one of two clocks is wrong. It is to be
// voided at once, for when that day comes nobody could tell any more that it seals days that were not over.
func (b *Book) Early(today day.Day) bool { return b.On > today }

// Nothing returns a book that seals nothing and stands in the place of b.
func (b *Book) Nothing() Book { return Book{number: b.number, Voids: b.Voids, On: b.On} }

// Latest returns the latest day that is known to have come, be it that the clock is behind.
func (b *Book) Latest(today day.Day) day.Day { return max(today, b.Reach) }

// newest returns the newest book as it is. One that is damaged is returned as another that seals nothing, with ErrDamaged.
func newest(ctx context.Context, workings document.Reader) (Book, error) {
	number, at, err := document.Newest(ctx, workings, books)
	if err != nil || number == 0 {
		return Book{}, err
	}
	b, err := read(ctx, workings, at)
	if err != nil {
		// A record cannot be voided more often than there were records before it, so no other has its number of voids.
		b = Book{Voids: number}
		err = damaged(ctx, err)
	}
	b.number = number
	return b, err
}

func read(ctx context.Context, workings document.Reader, at []byte) (b Book, err error) {
	var r record
	if err := json.Unmarshal(at, &r); err != nil {
		return Book{}, err
	}
	content, err := workings.Document(ctx, r.Document)
	if err != nil {
		return Book{}, err
	}
	return b, json.Unmarshal(content, &b)
}

// damaged says of an error of reading what was once stored that it will not pass, unless it may.
func damaged(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, submission.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// Follow makes next the newest book, or returns document.ErrTaken if another one followed b already.
func (b *Book) Follow(ctx context.Context, workings document.Store, next Book) error {
	next.Format = format
	content, err := json.Marshal(next, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("writing what is sealed: %w", err)
	}
	digest, err := workings.Put(ctx, content)
	if err != nil {
		return fmt.Errorf("writing what is sealed: %w", err)
	}
	at, err := json.Marshal(record{digest})
	if err != nil {
		return fmt.Errorf("writing what is sealed: %w", err)
	}
	if err := workings.Create(ctx, books, document.Numbered(b.number+1), at); err != nil {
		return fmt.Errorf("writing what is sealed: %w", err)
	}
	return nil
}

// voids is how often Void tries while other books are written.
const voids = 8

// Void makes a book that seals nothing the newest one, after which no run relies on those before it: see Current.
func Void(ctx context.Context, workings document.Store, today day.Day) error {
	for range voids {
		b, err := newest(ctx, workings)
		if err != nil && !errors.Is(err, ErrDamaged) {
			return fmt.Errorf("voiding what is sealed: %w", err)
		}
		err = b.Follow(ctx, workings, Book{Voids: b.Voids + 1, On: today})
		if !errors.Is(err, document.ErrTaken) {
			return err
		}
	}
	return fmt.Errorf("voiding what is sealed: %d others were first: %w", voids, submission.ErrUnavailable)
}

// Current returns document.ErrTaken if the book was voided meanwhile, or ErrDamaged. What was counted with it must not be published.
func (b *Book) Current(ctx context.Context, workings document.Reader) error {
	now, err := newest(ctx, workings)
	if err != nil {
		return fmt.Errorf("asking whether what is sealed still is: %w", err)
	}
	if now.Voids != b.Voids {
		return fmt.Errorf("what is sealed was voided: %w", document.ErrTaken)
	}
	return nil
}

func (s Settled) equal(o Settled) bool {
	return s.On == o.On && bytes.Equal(s.Mark, o.Mark) && bytes.Equal(s.Row, o.Row)
}
