package ui

import (
	"io"
	"strconv"
)

// Problem is the page for whatever cannot be done.
type Problem struct {
	Status        int // of HTTP; some have advice of their own
	Title, Detail string
	Again         *Again // sends once more what could not be taken; nil if there is nothing to send
}

// Again is a form that was filled in and could not be taken just now.
type Again struct{ Address, State string }

func (p Problem) head() head { return head{template: "problem", title: p.Title} }

// Advice is the key of what to do about it, if there is a text of its own.
func (p Problem) Advice() string {
	if key := "problem." + strconv.Itoa(p.Status); catalogue.Has(key) {
		return key
	}
	return ""
}

// WriteProblem writes the page that tells of a problem.
func (f Frame) WriteProblem(w io.Writer, status int, title, detail string) error {
	return f.Write(w, Problem{Status: status, Title: title, Detail: detail})
}

// WriteProblem writes the page that tells of a problem, in the frame of a site that is nobody's in particular.
func WriteProblem(w io.Writer, status int, title, detail string) error {
	return Frame{}.WriteProblem(w, status, title, detail)
}
