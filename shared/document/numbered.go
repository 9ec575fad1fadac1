package document

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// A numbered list holds records in the order in which they were made, which no
// clock decides: they are named by their numbers from 1, with leading zeros, so that
// names sort as numbers do and the last record is the newest.

// Numbered returns the name of the record with the number.
func Numbered(number int) string { return fmt.Sprintf("%010d", number) }

// Newest returns the newest record of a numbered list and its number: 0, and no record, if there is none yet.
func Newest(ctx context.Context, r Reader, list string) (number int, record []byte, err error) {
	name, record, err := r.Last(ctx, list)
	if errors.Is(err, ErrNone) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	if number, err = strconv.Atoi(name); err != nil {
		return 0, nil, fmt.Errorf("reading the number of the last record of %s: %w", list, err)
	}
	return number, record, nil
}

// appends is how often Append tries while others are first.
const appends = 8

// Append adds the record to a numbered list and returns its name. Of callers at the
// same time each gets a number of its own; ErrTaken says that others were always first.
func Append(ctx context.Context, s Store, list string, record []byte) (name string, err error) {
	for range appends {
		number, _, err := Newest(ctx, s, list)
		if err != nil {
			return "", err
		}
		name = Numbered(number + 1)
		if err = s.Create(ctx, list, name, record); !errors.Is(err, ErrTaken) {
			return name, err
		}
	}
	return "", fmt.Errorf("adding a record to %s: %d others were first: %w", list, appends, ErrTaken)
}
