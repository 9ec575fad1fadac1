package admin_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/admin"
)

var burst = quarantine.Row{Batch: quarantine.Batch{Organisation: "R0A", Day: day.Must("2026-11-22"), Wave: "before"}, Responses: 600}

// queued leaves rows in the queue, as an aggregation does.
func (s *site) queued(t *testing.T, rows ...quarantine.Row) {
	t.Helper()
	last, err := quarantine.Newest(t.Context(), s.settings)
	require.NoError(t, err)
	require.NoError(t, last.Follow(t.Context(), s.settings, rows))
}

// decided returns the names of the records of decisions.
func (s *site) decided(t *testing.T) []string {
	t.Helper()
	names, err := s.settings.Names(t.Context(), "quarantine-decision")
	require.NoError(t, err)
	return names
}

func queue() *http.Request { return httptest.NewRequest(http.MethodGet, "/v1/quarantine", nil) }

func decision(batch, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPut, "/v1/quarantine/"+batch, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func TestTheQueueAndItsDecisions(t *testing.T) {
	s := newSite(t, nil)
	listed := func(want string) {
		t.Helper()
		w := s.send(bearer(queue()))
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		require.Equal(t, want, w.Body.String())
	}
	decide := func(batch, body, want string) {
		t.Helper()
		w := s.send(bearer(decision(batch, body)))
		require.Equal(t, http.StatusOK, w.Code, w.Body.String())
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		require.Equal(t, want, w.Body.String())
	}
	listed(`{"quarantine":[]}`)

	other := burst
	other.Wave, other.Responses = "after", 501
	s.queued(t, other, burst)
	const before, after = `{"organisation":"R0A","day":"2026-11-22","wave":"before","responses":600,`, `{"organisation":"R0A","day":"2026-11-22","wave":"after","responses":501,`
	listed(`{"quarantine":[` + after + `"decision":null},` + before + `"decision":null}]}`)

	decide("R0A/2026-11-22/before", `{"decision":"count"}`, before+`"decision":"count"}`)
	listed(`{"quarantine":[` + after + `"decision":null},` + before + `"decision":"count"}]}`)
	decide("R0A/2026-11-22/before", `{"decision":"count"}`, before+`"decision":"count"}`)
	require.Len(t, s.decided(t), 1, "the same again adds nothing")

	decide("R0A/2026-11-22/after", `{"decision":"hold"}`, after+`"decision":"hold"}`)
	decide("R0A/2026-11-22/before", `{"decision":"hold"}`, before+`"decision":"hold"}`)
	listed(`{"quarantine":[` + after + `"decision":"hold"},` + before + `"decision":"hold"}]}`)
	decide("R0A/2026-11-22/before", `{"decision":"count"}`, before+`"decision":"count"}`)
	listed(`{"quarantine":[` + after + `"decision":"hold"},` + before + `"decision":"count"}]}`)
	require.Equal(t, []string{"0000000001", "0000000002", "0000000003", "0000000004"}, s.decided(t), "what was decided before is kept")
}

func TestDecisionsThatAreRefused(t *testing.T) {
	s := newSite(t, nil)
	s.queued(t, burst)
	const inQueue, count = "R0A/2026-11-22/before", `{"decision":"count"}`
	for _, test := range []struct {
		batch, body string
		status      int
		holds       string
	}{
		{"R1F/2026-11-22/before", count, http.StatusNotFound, "in the queue"},
		{"ZZZ/2026-11-22/before", count, http.StatusNotFound, "in the queue"},
		{"r0a/2026-11-22/before", count, http.StatusNotFound, "in the queue"},
		{"R0A/2026-11-23/before", count, http.StatusNotFound, "in the queue"},
		{"R0A/22-11-2026/before", count, http.StatusNotFound, "in the queue"},
		{"R0A/no%20day/before", count, http.StatusNotFound, "in the queue"},
		{"R0A/2026-11-22/after", count, http.StatusNotFound, "in the queue"},
		{"R0A/2026-11-22/between", count, http.StatusNotFound, "in the queue"},
		{"R0A/2026-11-22/", count, http.StatusNotFound, ""},
		{"R0A/2026-11-22/before/x", count, http.StatusNotFound, ""},
		{inQueue, `{"decision":"release"}`, http.StatusUnprocessableEntity, `"errors":[{"field":"decision"`},
		{inQueue, `{"decision":""}`, http.StatusUnprocessableEntity, `"errors":[{"field":"decision"`},
		{inQueue, `{"decision":null}`, http.StatusUnprocessableEntity, `"errors":[{"field":"decision"`},
		{inQueue, `{}`, http.StatusUnprocessableEntity, `"errors":[{"field":"decision"`},
		{inQueue, `{"decision":1}`, http.StatusBadRequest, ""},
		{inQueue, `{"Decision":"count"}`, http.StatusBadRequest, ""},
		{inQueue, `{"decision":"count","decision":"hold"}`, http.StatusBadRequest, ""},
		{inQueue, `{"decision":"count","why":"x"}`, http.StatusBadRequest, ""},
		{inQueue, `["count"]`, http.StatusBadRequest, ""},
		{inQueue, ``, http.StatusBadRequest, ""},
		{inQueue, `{"a":"` + strings.Repeat("a", 16<<10) + `"}`, http.StatusRequestEntityTooLarge, ""},
	} {
		w := s.send(bearer(decision(test.batch, test.body)))
		require.Equal(t, test.status, w.Code, "%s %.60s", test.batch, test.body)
		require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
		require.Contains(t, w.Body.String(), test.holds, "%s %.60s", test.batch, test.body)
	}
	r := bearer(decision(inQueue, count))
	r.Header.Set("Content-Type", "text/plain")
	require.Equal(t, http.StatusUnsupportedMediaType, s.send(r).Code)
	require.Empty(t, s.decided(t))
}

// unreadable is settings of which the records cannot be read.
type unreadable struct {
	document.Store
	err error
}

func (u unreadable) Names(context.Context, string) ([]string, error) { return nil, u.err }

// TestSettingsThatCannotBeRead tells nobody why, and decides nothing.
func TestSettingsThatCannotBeRead(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		status int
	}{
		"unknown": {errors.New("the disk of host 7 is full"), http.StatusInternalServerError},
		"passing": {submission.ErrUnavailable, http.StatusServiceUnavailable},
	} {
		s := newSite(t, nil, func(c *admin.Config) { c.Settings = unreadable{c.Settings, test.err} })
		s.queued(t, burst)
		for _, r := range []*http.Request{queue(), decision("R0A/2026-11-22/before", `{"decision":"count"}`)} {
			w := s.send(bearer(r))
			require.Equal(t, test.status, w.Code, "%s: %s", name, r.Method)
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
			require.NotContains(t, w.Body.String(), "host 7")
		}
	}
}
