// Package submission is what staff send: pledges and responses, each under a
// receipt, and the rules by which they are taken in, changed and withdrawn.
//
// A submission's way:
//
//	draft (strings from a form or JSON) → Register → Pledge or Response → Row → store
//
// The Receipt is the one secret a person holds. Its hash is the Key an item is
// stored under, so sending twice meets the same key, and whoever holds the
// receipt, and nobody else, can find the item again. The Row is the packed item:
// one codec for every store. Register holds the rules and asks of a store only
// what Store names.
package submission

import (
	"errors"
	"strings"

	"learningforlife/shared/day"
)

// What can come of a submission besides success.
var (
	// ErrConflict says that the receipt is stored with another body. The first one stands.
	ErrConflict = errors.New("this receipt was used for something else")
	// ErrWithdrawn says that the receipt was withdrawn. Nothing can be sent under it again.
	ErrWithdrawn = errors.New("this receipt was withdrawn")
	// ErrNotFound says that nothing is stored under the receipt.
	ErrNotFound = errors.New("nothing is stored under this receipt")
	// ErrUnavailable says that the store cannot take or give anything just now. What was sent may be sent again.
	ErrUnavailable = errors.New("the store is not available")
	// ErrChanged says that an item was changed by somebody else between reading and replacing it.
	ErrChanged = errors.New("the item was changed meanwhile")
)

// Fault is one thing wrong with a draft.
type Fault struct {
	Field   string // as the API names it: organisation, answers.A1, Idempotency-Key
	Message string // a sentence for people
}

// Invalid is everything wrong with a draft, in the order of the form.
type Invalid []Fault

// Error joins the faults in one line.
func (v Invalid) Error() string {
	var s []string
	for _, f := range v {
		s = append(s, f.Field+": "+f.Message)
	}
	return strings.Join(s, "; ")
}

// Status is how far a pledge has got.
type Status byte

// The states of a pledge; every one can follow every other. The numbers are stored.
const (
	Made Status = iota + 1
	Kept
	PartlyKept
	NotKept
)

// Statuses lists every state, in the order of their numbers.
var Statuses = []Status{Made, Kept, PartlyKept, NotKept}

var statusNames = map[Status]string{Made: "made", Kept: "kept", PartlyKept: "partly_kept", NotKept: "not_kept"}

// String returns the status as the API names it.
func (s Status) String() string { return statusNames[s] }

// ParseStatus is the exact inverse of String. The error names the choices.
func ParseStatus(s string) (Status, error) {
	for _, status := range Statuses {
		if status.String() == s {
			return status, nil
		}
	}
	return 0, Invalid{{"status", "Choose one of made, kept, partly_kept and not_kept."}}
}

// Pledge is what somebody promises to do about learning. Exactly one of
// Catalogue and OwnWords is set.
type Pledge struct {
	Organisation string // code as submitted
	Audience     int    // index into the campaign's audiences
	BandGroup    int    // index into the campaign's band groups
	Catalogue    string // id in the catalogue
	OwnWords     string // shown to the holder of the receipt alone
	DueOn        day.Day
	Display      bool // the holder agrees that OwnWords may be shown once a person has approved them
	Status       Status
	Version      uint32 // 1 when stored, one more at each change
}

// Response is one filled-in survey of one wave.
type Response struct {
	Wave         int    // index into the campaign's waves
	Organisation string // code as submitted
	Audience     int    // index into the campaign's audiences
	BandGroup    int    // index into the campaign's band groups
	Answers      []int  // by index of the campaign's questions: 1 + the index of the answer, 0 for a blank
	// Before is the key of the response of the earlier wave whose receipt was named; zero if none was.
	Before Link
}
