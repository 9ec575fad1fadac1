package seal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

// Marks are the marks that have not lapsed.
type Marks struct {
	book *Book
	live []submission.Mark

	mutex sync.Mutex
	rows  map[submission.Key][]byte // the prints of what was found under the marked keys while parts were read
}

// rowPrint tells rows apart; that of no row is empty. Half of SHA-256 is too long to be met by chance or by search.
func rowPrint(row submission.Row) []byte {
	sum := sha256.Sum256(row)
	return sum[:16]
}

// final is the print of what never changes again.
var final = rowPrint(submission.Tombstone)

// ReadMarks reads the marks that the book has not let lapse. Marks are put by servers
// whose clocks may be a little ahead, so those of the day after the latest are among them.
func (b *Book) ReadMarks(ctx context.Context, store submission.Reader, today day.Day) (*Marks, error) {
	m := &Marks{book: b, rows: map[submission.Key][]byte{}}
	for on := b.lapsed(today) + 1; on <= b.Latest(today)+1; on++ {
		err := store.Marks(ctx, on, func(mark submission.Mark) error {
			m.live = append(m.live, mark)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading the marks of %s: %w", on, err)
		}
	}
	return m, nil
}

// lapsed returns the last day whose marks need not be heeded: what they name was changed before anything is read now.
func (b *Book) lapsed(today day.Day) day.Day {
	if b.Through == 0 {
		return Due(today)
	}
	return b.Lapsed
}

// Stale returns the marked keys in sealed parts under which there is no longer what was sealed, or that were not known to be marked.
func (m *Marks) Stale(ctx context.Context, store submission.Reader) (map[submission.Key]bool, error) {
	settled := m.book.settled()
	stale := map[submission.Key]bool{}
	expected := map[submission.Key][]byte{}
	for _, mark := range m.live {
		if !m.book.Sealed(mark.Key.Part()) {
			continue
		}
		row, known := settled[mark.Pack()]
		if !known {
			stale[mark.Key] = true
		} else if !bytes.Equal(row, final) {
			expected[mark.Key] = row
		}
	}
	found := map[submission.Key][]byte{}
	err := store.Find(ctx, slices.Collect(maps.Keys(expected)), func(key *submission.Key, row submission.Row) error {
		found[*key] = rowPrint(row)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for what was marked: %w", err)
	}
	for key, row := range expected {
		if !bytes.Equal(found[key], row) {
			stale[key] = true
		}
	}
	return stale, nil
}

// Parts lists the parts that the keys stand in, in order.
func Parts(keys map[submission.Key]bool) (parts []submission.Part) {
	for key := range keys {
		parts = append(parts, key.Part())
	}
	slices.SortFunc(parts, submission.Part.Compare)
	return slices.Compact(parts)
}

// Watch returns open, whose visits also note what is found under the marked keys. Of no marks it is open itself.
func (m *Marks) Watch(open func() submission.Visit) func() submission.Visit {
	if m == nil || len(m.live) == 0 {
		return open
	}
	marked := map[submission.Key]bool{}
	for _, mark := range m.live {
		marked[mark.Key] = true
	}
	return func() submission.Visit {
		visit := open()
		return func(key *submission.Key, row submission.Row) error {
			if marked[*key] {
				print := rowPrint(row)
				m.mutex.Lock()
				m.rows[*key] = print
				m.mutex.Unlock()
			}
			return visit(key, row)
		}
	}
}

// settle lists the marks that a book has regard to which seals the days up to one, and lets marks lapse up to another:
// with what was found in the parts that were read now, and in the others what was found when they were.
func (m *Marks) settle(through, lapsed day.Day, read func(submission.Part) bool) (list []Settled) {
	settled := m.book.settled()
	for _, mark := range m.live {
		if mark.On <= lapsed || mark.Key.Day() > through {
			continue
		}
		packed := mark.Pack()
		row := m.rows[mark.Key]
		if !read(mark.Key.Part()) {
			row = settled[packed]
		}
		list = append(list, Settled{On: mark.On, Mark: packed[:], Row: row})
	}
	slices.SortFunc(list, func(a, b Settled) int { return bytes.Compare(a.Mark, b.Mark) })
	return list
}

// settled returns what is settled by the packed marks.
func (b *Book) settled() map[[submission.MarkKeySize]byte][]byte {
	rows := map[[submission.MarkKeySize]byte][]byte{}
	for _, s := range b.Settled {
		if len(s.Mark) == submission.MarkKeySize {
			rows[[submission.MarkKeySize]byte(s.Mark)] = s.Row
		}
	}
	return rows
}
