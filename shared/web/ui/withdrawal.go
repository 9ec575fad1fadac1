package ui

import "learningforlife/shared/day"

// Withdrawal asks whether to withdraw a submission for good.
type Withdrawal struct {
	Code    string
	Address string // where the answer goes
	What    string // what would be withdrawn: PledgeName or ResponseName
	Text    string // the pledge; empty for a response, whose answers are never shown
}

func (p Withdrawal) head() head { return head{template: "withdrawal", title: withdrawalTitle} }

// Withdrawn says that a submission was withdrawn.
type Withdrawn struct {
	What string // PledgeName or ResponseName
}

func (p Withdrawn) head() head { return head{template: "withdrawn", title: withdrawnTitle} }

// date writes a day for people.
func date(d day.Day) string { return d.Time().Format("2 January 2006") }
