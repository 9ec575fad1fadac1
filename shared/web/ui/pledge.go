package ui

import "learningforlife/shared/day"

// PledgeForm is the form for a pledge.
type PledgeForm struct {
	Faults       []Fault
	Receipt      string // minted for this form; sent with it, so that sending twice is sending once
	Organisation Select
	Audience     Radios
	BandGroup    Radios
	Pledge       Radios
	OwnWords     Text
	Display      Check
	DueOn        Date
}

func (p PledgeForm) head() head {
	return head{template: "pledge", title: pledgeTitle, failed: len(p.Faults) > 0}
}

// PledgeDone confirms a pledge.
type PledgeDone struct {
	Code      string // the receipt, in its form for people
	ManageURL string // opens the pledge again
}

func (p PledgeDone) head() head { return head{template: "pledge_done", title: pledgeDoneTitle} }

// PledgeCode asks for the code of a pledge.
type PledgeCode struct {
	Faults []Fault
	Code   Text
}

func (p PledgeCode) head() head {
	return head{template: "pledge_code", title: pledgeCodeTitle, failed: len(p.Faults) > 0, receipt: true}
}

// PledgeHeld shows a pledge to its holder.
type PledgeHeld struct {
	Faults       []Fault
	Code         string
	Pledge       string // the ready-made one, or their own words
	Organisation string
	DueOn        day.Day // 0 if none
	Status       Radios
	StatusName   string // what the status is called, as it is stored
	Changed      bool   // the status has just been changed
}

func (p PledgeHeld) head() head {
	return head{template: "pledge_held", title: pledgeHeldTitle, failed: len(p.Faults) > 0}
}
