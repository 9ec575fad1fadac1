package simulation

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/submission"
)

// The kinds of problem that the server may be led into, as it names them.
const (
	problemInvalid   = "/problems/invalid"
	problemConflict  = "/problems/conflict"
	problemWithdrawn = "/problems/withdrawn"
)

const (
	mediaJSON     = "application/json"
	mediaProblem  = "application/problem+json"
	mediaCalendar = "text/calendar"
)

// has checks the reply's status and media type.
func (r reply) has(status int, media string) error {
	if r.status != status {
		return fmt.Errorf("the status is %d, not %d: %.300s", r.status, status, r.body)
	}
	got, _, err := mime.ParseMediaType(r.header.Get("Content-Type"))
	if err != nil || got != media {
		return fmt.Errorf("the media type of the %d is %q, not %s", status, r.header.Get("Content-Type"), media)
	}
	return nil
}

// content checks that the reply is 200 and reads its body.
func (r reply) content(into any) error {
	if err := r.has(http.StatusOK, mediaJSON); err != nil {
		return err
	}
	return read(r.body, into)
}

func read(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("the body is not as promised: %w: %.300s", err, body)
	}
	return nil
}

// problem checks that the reply is a problem of the kind, which names the fields, in that order.
func (r reply) problem(status int, kind string, fields ...string) error {
	if err := r.has(status, mediaProblem); err != nil {
		return err
	}
	var p struct {
		Type, Title, Detail string
		Status              int
		Errors              []struct{ Field, Message string }
	}
	if err := json.Unmarshal(r.body, &p, json.MatchCaseInsensitiveNames(true)); err != nil {
		return fmt.Errorf("the problem is not as promised: %w: %.300s", err, r.body)
	}
	var named []string
	for _, e := range p.Errors {
		named = append(named, e.Field)
		if e.Message == "" {
			return fmt.Errorf("the problem says nothing about %s: %.300s", e.Field, r.body)
		}
	}
	switch {
	case p.Type != kind || p.Status != status || p.Title == "" || p.Detail == "":
		return fmt.Errorf("the problem is not a whole %s with status %d: %.300s", kind, status, r.body)
	case !slices.Equal(named, fields):
		return fmt.Errorf("the problem names %q, not %q", named, fields)
	}
	return nil
}

// empty checks that the reply is 204 and nothing else.
func (r reply) empty() error {
	if r.status != http.StatusNoContent || len(r.body) != 0 {
		return fmt.Errorf("the answer is %d, not 204 without a body: %.300s", r.status, r.body)
	}
	return nil
}

// calendar checks that the reply is a calendar file.
func (r reply) calendar() error {
	if err := r.has(http.StatusOK, mediaCalendar); err != nil {
		return err
	}
	if !bytes.HasPrefix(r.body, []byte("BEGIN:VCALENDAR\r\n")) || !bytes.HasSuffix(r.body, []byte("END:VCALENDAR\r\n")) {
		return fmt.Errorf("the body is no calendar: %.300s", r.body)
	}
	return nil
}

// acknowledges checks that the body acknowledges the item, a pledge in the given status.
func (i *Item) acknowledges(body []byte, status submission.Status, returns string) error {
	var a struct {
		Receipt   string `json:"receipt"`
		Code      string `json:"code"`
		Status    string `json:"status"`
		ManageURL string `json:"manageUrl"`
		ReturnURL string `json:"returnUrl"`
	}
	if err := read(body, &a); err != nil {
		return err
	}
	link, named := a.ReturnURL, ""
	if i.Kind == submission.KindPledge {
		link, named = a.ManageURL, status.String()
	}
	switch {
	case a.Receipt != i.Receipt.String() || a.Code != i.Receipt.Code(i.Kind):
		return fmt.Errorf("the acknowledgement is of another receipt: %.300s", body)
	case a.Status != named:
		return fmt.Errorf("the status of the pledge is %q, not %q", a.Status, named)
	case !strings.Contains(link, returns+"#"):
		return fmt.Errorf("the link back does not lead to %s#…: %.300s", returns, body)
	}
	return nil
}
