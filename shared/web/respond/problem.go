package respond

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"learningforlife/shared/campaign"
	"learningforlife/shared/identity"
	"learningforlife/shared/release"
	"learningforlife/shared/submission"
)

// Problem is an answer that tells what is wrong, in the form of RFC 9457.
type Problem struct {
	Type   string  `json:"type"` // a stable reference; programs tell problems apart by it
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail"` // a sentence for people
	Errors []Fault `json:"errors,omitempty"`
}

// Fault is one thing wrong with what was sent.
type Fault struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// plain is the detail, and the faults, for a page that has no fields of its own to show them at.
func (p Problem) plain() string {
	s := []string{p.Detail}
	for _, f := range p.Errors {
		s = append(s, f.Message)
	}
	return strings.Join(s, " ")
}

// What can be wrong with a request before its content is looked at.
var (
	ErrMalformed = errors.New("the request is malformed")
	ErrNotFound  = errors.New("there is no such page")
	ErrMethod    = errors.New("the method is not allowed")
	ErrTooLarge  = errors.New("the body is too large")
	ErrMediaType = errors.New("the media type is not supported")
	ErrTooMany   = errors.New("too many requests")
)

// errGone says that the client hung up before it had the answer.
var errGone = errors.New("the client is gone")

// table is the only place where errors become statuses. The first match counts.
var table = []struct {
	err            error
	status         int
	problem, title string
	detail         string // told unless the error has a Detail of its own
	retryAfter     string // seconds
}{
	{submission.ErrConflict, http.StatusConflict, "conflict", "Already used", "This receipt was used for something else. What was sent first stands.", ""},
	{submission.ErrWithdrawn, http.StatusGone, "withdrawn", "Withdrawn", "This was withdrawn. Nothing can be sent under this receipt again.", ""},
	{campaign.ErrClosed, http.StatusGone, "closed", "Not open", "This is not open today.", ""},
	{submission.ErrNotFound, http.StatusNotFound, "nothing-stored", "Nothing found", "Nothing is stored under this receipt.", ""},
	{release.ErrNone, http.StatusNotFound, "no-release", "No such release", "There is no such release.", ""},
	{submission.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", "Not available just now", "We cannot do this just now. Send it again in a few seconds: nothing is counted twice.", "5"},
	{ErrMalformed, http.StatusBadRequest, "malformed", "Malformed request", "The request cannot be read.", ""},
	{identity.ErrUnauthenticated, http.StatusUnauthorized, "sign-in", "Sign in", "You need to sign in to see this.", ""},
	{identity.ErrForbidden, http.StatusForbidden, "forbidden", "Not allowed", "You are not allowed to see or do this.", ""},
	{ErrNotFound, http.StatusNotFound, "not-found", "Page not found", "There is nothing at this address. Check that all of it is there.", ""},
	{ErrMethod, http.StatusMethodNotAllowed, "method", "Method not allowed", "This address does not take that method.", ""},
	{ErrTooLarge, http.StatusRequestEntityTooLarge, "too-large", "Too large", fmt.Sprintf("The body is larger than %d bytes.", MaxBody), ""},
	{ErrMediaType, http.StatusUnsupportedMediaType, "media-type", "Wrong media type", "The body is not of the media type that is read here.", ""},
	{ErrTooMany, http.StatusTooManyRequests, "too-many", "Too many at once", "Many people are sending just now. Send it again in a second: nothing is counted twice.", "1"},
}

// problem returns what to tell of an error, and after how many seconds to try again, if that may help.
func problem(err error) (p Problem, retryAfter string) {
	var invalid submission.Invalid
	if errors.As(err, &invalid) {
		p = Problem{Type: "/problems/invalid", Title: "There is a problem", Status: http.StatusUnprocessableEntity, Detail: "Some of what was sent cannot be used."}
		for _, f := range invalid {
			p.Errors = append(p.Errors, Fault(f))
		}
		return p, ""
	}
	if gone(err) {
		err = submission.ErrUnavailable
	}
	p = Problem{Type: "/problems/internal", Title: "Something went wrong", Status: http.StatusInternalServerError,
		Detail: "The fault is ours and we were told of it. Please try again later."}
	for _, row := range table {
		if errors.Is(err, row.err) {
			p = Problem{Type: "/problems/" + row.problem, Title: row.title, Status: row.status, Detail: row.detail}
			retryAfter = row.retryAfter
			break
		}
	}
	var d detailed
	if errors.As(err, &d) {
		p.Detail = d.detail
	}
	return p, retryAfter
}

// Detail makes the sentence what people are told of err, in place of the table's own. It must not repeat the error of a server.
func Detail(err error, sentence string) error { return detailed{err, sentence} }

type detailed struct {
	error
	detail string
}

func (d detailed) Unwrap() error { return d.error }

// WithPage makes page what a browser is shown of err, in place of the responder's own.
func WithPage(err error, page ErrorPage) error { return paged{err, page} }

type paged struct {
	error
	page ErrorPage
}

func (p paged) Unwrap() error { return p.error }
