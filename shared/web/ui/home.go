package ui

import "learningforlife/shared/day"

// Home is the first page: what the campaign is and what to do next.
type Home struct {
	Campaign      string
	Objectives    []Objective
	Opens, Closes day.Day // first and last day for pledges
	Open          bool    // whether pledges are taken today
	Surveys       []Survey
}

// Objective is one of the campaign's aims.
type Objective struct {
	Number     int
	Title, Aim string
}

// Survey is one wave of the survey.
type Survey struct {
	ID, Name      string
	Opens, Closes day.Day
	Open          bool
}

func (p Home) head() head { return head{template: "home", title: catalogue.Say("home.title")} }

// date writes a day for people.
func date(d day.Day) string { return d.Time().Format("2 January 2006") }
