package main

import "time"

// clock returns the server's time: it runs on from start, or is the machine's own if start is zero.
func clock(start time.Time) func() time.Time {
	if start.IsZero() {
		return func() time.Time { return time.Now().UTC() }
	}
	began := time.Now()
	return func() time.Time { return start.UTC().Add(time.Since(began)) }
}
