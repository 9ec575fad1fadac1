package simulation

import "learningforlife/shared/submission"

// Person is what one person sends, in order.
type Person struct {
	Number int
	Items  []Item
	Steps  []Step
}

// Step is one thing that a person does with an item.
type Step struct {
	Do     Action
	Item   int               // index into the person's items
	Status submission.Status // to set
}

// Action is what is done in a step.
type Action int

// The actions.
const (
	Send        Action = iota + 1 // the body
	SendTwice                     // the body, two times at the same moment
	SendAgain                     // the same values, written differently
	SendAltered                   // another value under the same receipt
	SendMistake                   // a body that cannot be taken
	Open                          // the pledge
	SetStatus                     // of the pledge
	Remind                        // oneself, by a calendar file
	Withdraw
)

// String says what is done.
func (a Action) String() string {
	return [...]string{"nothing", "send", "send twice at once", "send again", "send altered", "send a mistake", "open", "set the status", "remind", "withdraw"}[a]
}
