package ui

import "io"

// Problem is the page for whatever cannot be done.
type Problem struct {
	Title, Detail string
}

func (p Problem) head() head { return head{template: "problem", title: p.Title} }

// WriteProblem writes the page that tells of a problem; the status is told by the answer itself.
func WriteProblem(w io.Writer, _ int, title, detail string) error {
	return Write(w, Problem{title, detail})
}
