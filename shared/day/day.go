// Package day is the calendar day: the finest time this system knows about people.
//
// Submissions, releases and deadlines carry a day, never a time, because a
// finer time could tell who was at work when. All days are UTC.
package day

import (
	"fmt"
	"time"
)

// Day is a UTC calendar day, counted so that 0001-01-01 is 1.
// The zero value is no day at all.
type Day int32

// layout is ISO 8601's calendar date, the only form read or written.
const layout = "2006-01-02"

const secondsPerDay = 24 * 60 * 60

// unixEpoch is 1970-01-01 as a Day.
const unixEpoch Day = 719163

// Of returns the UTC day that t falls on.
func Of(t time.Time) Day {
	seconds := t.Unix()
	days := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		days--
	}
	return unixEpoch + Day(days)
}

// Parse reads YYYY-MM-DD, four digits, two and two. It is the exact inverse of String.
func Parse(s string) (Day, error) {
	t, err := time.Parse(layout, s)
	if err != nil || t.Year() < 1 {
		return 0, fmt.Errorf("%q is not a date of the form YYYY-MM-DD", s)
	}
	return Of(t), nil
}

// Must is Parse for literals in programs and tests; it panics on a malformed one.
func Must(s string) Day {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Time returns the first instant of the day.
func (d Day) Time() time.Time {
	return time.Unix(int64(d-unixEpoch)*secondsPerDay, 0).UTC()
}

// String writes YYYY-MM-DD, and "no day" for the zero value.
func (d Day) String() string {
	if d == 0 {
		return "no day"
	}
	return d.Time().Format(layout)
}

// MarshalText writes the day as String does; no day is an error.
func (d Day) MarshalText() ([]byte, error) {
	if d == 0 {
		return nil, fmt.Errorf("writing a date: there is none")
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
