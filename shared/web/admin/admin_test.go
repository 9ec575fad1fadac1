package admin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/document"
	"learningforlife/shared/identity"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/admin"
)

const token = "the admin token of these tests"

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// script is an Aggregator that does what the test says and remembers what it
// completed, as the real one does.
type script struct {
	aggregate func(context.Context, aggregation.Request) (aggregation.Outcome, error)

	mu       sync.Mutex
	asked    []aggregation.Request
	complete map[string]aggregation.Outcome
}

func (s *script) Aggregate(ctx context.Context, r aggregation.Request) (aggregation.Outcome, error) {
	s.mu.Lock()
	s.asked = append(s.asked, r)
	s.mu.Unlock()
	o, err := s.aggregate(ctx, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.complete[o.Run] = o
	}
	return o, err
}

func (s *script) Outcome(_ context.Context, run string) (aggregation.Outcome, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.complete[run]
	if !ok {
		return aggregation.Outcome{}, aggregation.ErrNoRun
	}
	return o, nil
}

// site is a handler under test and what stands around it.
type site struct {
	*script
	handler  *admin.Handler
	gate     *identity.Gate
	settings document.Store
	log      *bytes.Buffer
	now      time.Time
}

// newSite runs aggregations by the function; a nil one releases number 12.
func newSite(t *testing.T, aggregate func(context.Context, aggregation.Request) (aggregation.Outcome, error), change ...func(*admin.Config)) *site {
	if aggregate == nil {
		aggregate = func(_ context.Context, r aggregation.Request) (aggregation.Outcome, error) {
			return aggregation.Outcome{Run: r.Run, Release: 12}, nil
		}
	}
	s := &site{script: &script{aggregate: aggregate, complete: map[string]aggregation.Outcome{}}, log: &bytes.Buffer{}, now: start}
	var err error
	s.gate, err = identity.New(identity.Options{AdminToken: token, Key: bytes.Repeat([]byte{7}, 32), Now: func() time.Time { return s.now }})
	require.NoError(t, err)
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s.settings = store.Settings()
	runs := 0
	c := admin.Config{
		Aggregator: s.script,
		Settings:   s.settings,
		Gate:       s.gate,
		NewRun: func() string {
			runs++
			return fmt.Sprintf("run %d", runs)
		},
		Wait:  time.Minute,
		Limit: time.Minute,
		Log:   slog.New(slog.NewTextHandler(s.log, nil)),
		Now:   func() time.Time { return s.now },
	}
	for _, change := range change {
		change(&c)
	}
	s.handler = admin.New(c)
	return s
}

func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func bearer(r *http.Request) *http.Request {
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

func order(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/v1/aggregations", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func ask(run string) *http.Request {
	return httptest.NewRequest(http.MethodGet, "/v1/aggregations/"+run, nil)
}

func (s *site) post(body string) *httptest.ResponseRecorder { return s.send(bearer(order(body))) }

func (s *site) get(run string) *httptest.ResponseRecorder { return s.send(bearer(ask(run))) }

func (s *site) requests() []aggregation.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

func TestWhoMayDoWhat(t *testing.T) {
	s := newSite(t, nil)
	require.Equal(t, http.StatusOK, s.post(`{}`).Code) // so that there is a run 1
	s.queued(t, burst)

	session := s.gate.Session(identity.Principal{Role: identity.Admin})
	s.now = start.Add(-identity.SessionLife)
	expired := s.gate.Session(identity.Principal{Role: identity.Admin})
	s.now = start
	header := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", value) }
	}
	cookie := func(c *http.Cookie) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(c) }
	}
	people := []struct {
		name    string
		show    func(*http.Request)
		refused int // 0 if they are let in
	}{
		{"anonymous", func(*http.Request) {}, http.StatusUnauthorized},
		{"wrong token", header("Bearer wrong"), http.StatusUnauthorized},
		{"expired session", cookie(expired), http.StatusUnauthorized},
		{"analyst", cookie(s.gate.Session(identity.Principal{Role: identity.Analyst})), http.StatusForbidden},
		{"admin token", header("Bearer " + token), 0},
		{"session", cookie(session), 0},
	}
	routes := []struct {
		path  string
		make  func() *http.Request
		found int
	}{
		{"/v1/aggregations", func() *http.Request { return order(`{}`) }, http.StatusOK},
		{"/v1/aggregations/{run}", func() *http.Request { return ask("run%201") }, http.StatusOK},
		{"/v1/aggregations/{run}", func() *http.Request { return ask("none") }, http.StatusNotFound},
		{"/v1/quarantine", queue, http.StatusOK},
		{"/v1/quarantine/{organisation}/{day}/{wave}", func() *http.Request { return decision("R0A/2026-11-22/before", `{"decision":"count"}`) }, http.StatusOK},
	}
	tested := map[string]bool{}
	for _, route := range routes {
		tested[route.path] = true
		for _, p := range people {
			r := route.make()
			p.show(r)
			want := route.found
			if p.refused != 0 {
				want = p.refused
			}
			before, decided := len(s.requests()), s.decided(t)
			w := s.send(r)
			require.Equal(t, want, w.Code, "%s %s: %s", r.Method, r.URL, p.name)
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
			if p.refused != 0 {
				require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
				require.Len(t, s.requests(), before, "nothing runs for %s", p.name)
				require.Equal(t, decided, s.decided(t), "nothing is decided by %s", p.name)
			}
		}
		for i := range len(session.Value) * 8 {
			tampered := []byte(session.Value)
			tampered[i/8] ^= 1 << (i % 8)
			r := route.make()
			r.Header.Set("Cookie", session.Name+"="+string(tampered))
			require.Equal(t, http.StatusUnauthorized, s.send(r).Code, "%s: %q", r.URL, tampered)
		}
	}
	for _, path := range admin.Paths() {
		require.True(t, tested[path], path)
	}
	require.Len(t, tested, len(admin.Paths()))
}

func TestOrders(t *testing.T) {
	for body, want := range map[string]aggregation.Request{
		`{}`:                                 {Run: "run 1", Release: true},
		`{"release":true}`:                   {Run: "run 1", Release: true},
		`{"release":null,"corrects":null}`:   {Run: "run 1", Release: true},
		`{"release":false}`:                  {Run: "run 1"},
		`{"corrects":11}`:                    {Run: "run 1", Release: true, Corrects: 11},
		` {"corrects":11 , "release":true} `: {Run: "run 1", Release: true, Corrects: 11},
	} {
		s := newSite(t, nil)
		w := s.post(body)
		require.Equal(t, http.StatusOK, w.Code, body)
		require.Equal(t, []aggregation.Request{want}, s.requests(), body)
	}
}

func TestOrdersThatAreRefused(t *testing.T) {
	for body, want := range map[string]int{
		``:                                http.StatusBadRequest,
		`null`:                            http.StatusBadRequest,
		`[]`:                              http.StatusBadRequest,
		`{"release":"true"}`:              http.StatusBadRequest,
		`{"release":1}`:                   http.StatusBadRequest,
		`{"Release":true}`:                http.StatusBadRequest,
		`{"corrects":1.5}`:                http.StatusBadRequest,
		`{"corrects":"11"}`:               http.StatusBadRequest,
		`{"corrects":1,"corrects":2}`:     http.StatusBadRequest,
		`{"force":true}`:                  http.StatusBadRequest,
		`{} {}`:                           http.StatusBadRequest,
		`{"corrects":0}`:                  http.StatusUnprocessableEntity,
		`{"corrects":-1}`:                 http.StatusUnprocessableEntity,
		`{"corrects":11,"release":false}`: http.StatusUnprocessableEntity,
		`{"a":"` + strings.Repeat("a", 16<<10) + `"}`: http.StatusRequestEntityTooLarge,
	} {
		s := newSite(t, nil)
		w := s.post(body)
		require.Equal(t, want, w.Code, "%.60s", body)
		require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
		if want == http.StatusUnprocessableEntity {
			require.Contains(t, w.Body.String(), `"errors":[{"field":"corrects"`)
		}
		require.Empty(t, s.requests(), "%.60s", body)
	}
	r := bearer(order(`{}`))
	r.Header.Set("Content-Type", "text/plain")
	require.Equal(t, http.StatusUnsupportedMediaType, newSite(t, nil).send(r).Code)
}

func TestOtherPaths(t *testing.T) {
	w := newSite(t, nil).send(bearer(httptest.NewRequest(http.MethodGet, "/v1/aggregations/a/b", nil)))
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
}

func TestOtherMethods(t *testing.T) {
	s := newSite(t, nil)
	for _, test := range []struct{ method, path, allow string }{
		{http.MethodGet, "/v1/aggregations", "POST"},
		{http.MethodPost, "/v1/aggregations/x", "GET, HEAD"},
		{http.MethodDelete, "/v1/aggregations/x", "GET, HEAD"},
		{http.MethodPut, "/v1/quarantine", "GET, HEAD"},
		{http.MethodGet, "/v1/quarantine/R0A/2026-11-22/before", "PUT"},
		{http.MethodDelete, "/v1/quarantine/R0A/2026-11-22/before", "PUT"},
	} {
		w := s.send(bearer(httptest.NewRequest(test.method, test.path, nil)))
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, test)
		require.Equal(t, test.allow, w.Header().Get("Allow"), test)
	}
}

func TestOtherSitesAreRefused(t *testing.T) {
	s := newSite(t, nil)
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"} {
		r := order(`{}`)
		r.AddCookie(s.gate.Session(identity.Principal{Role: identity.Admin}))
		r.Header.Set(name, value)
		require.Equal(t, http.StatusForbidden, s.send(r).Code, name)
		s.queued(t, burst)
		r = decision("R0A/2026-11-22/before", `{"decision":"count"}`)
		r.AddCookie(s.gate.Session(identity.Principal{Role: identity.Admin}))
		r.Header.Set(name, value)
		require.Equal(t, http.StatusForbidden, s.send(r).Code, name)
	}
	require.Empty(t, s.requests())
	require.Empty(t, s.decided(t))
	r := order(`{}`)
	r.AddCookie(s.gate.Session(identity.Principal{Role: identity.Admin}))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusOK, s.send(r).Code)
}

func TestOutcomes(t *testing.T) {
	for _, test := range []struct {
		outcome aggregation.Outcome
		want    string
	}{
		{aggregation.Outcome{Run: "run 1", Release: 12}, `{"run":"run 1","release":12,"why":null}`},
		{aggregation.Outcome{Run: "run 1", Why: "no figure would change"}, `{"run":"run 1","release":null,"why":"no figure would change"}`},
	} {
		s := newSite(t, func(context.Context, aggregation.Request) (aggregation.Outcome, error) { return test.outcome, nil })
		w := s.post(`{}`)
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, "application/json", w.Header().Get("Content-Type"))
		require.Equal(t, test.want, w.Body.String())
		require.Empty(t, w.Header().Get("Location"))
		require.Equal(t, test.want, s.get("run%201").Body.String(), "and the same again")
	}
}

func TestFailures(t *testing.T) {
	secret := errors.New("the disk of host 7 is full")
	for name, test := range map[string]struct {
		err    error
		status int
	}{
		"unknown":      {secret, http.StatusInternalServerError},
		"passing":      {fmt.Errorf("%w: %w", submission.ErrUnavailable, secret), http.StatusServiceUnavailable},
		"no such one":  {fmt.Errorf("aggregating: %w: 11", aggregation.ErrNoCorrection), http.StatusUnprocessableEntity},
		"out of time":  {context.DeadlineExceeded, http.StatusServiceUnavailable},
		"out of bread": {fmt.Errorf("baking: %w", secret), http.StatusInternalServerError},
	} {
		s := newSite(t, func(context.Context, aggregation.Request) (aggregation.Outcome, error) {
			return aggregation.Outcome{}, test.err
		})
		first := s.post(`{"corrects":11}`)
		require.Equal(t, test.status, first.Code, name)
		require.Equal(t, "application/problem+json", first.Header().Get("Content-Type"))
		require.NotContains(t, first.Body.String(), "host 7", name)
		again := s.get("run%201")
		require.Equal(t, test.status, again.Code, name)
		require.Equal(t, first.Body.String(), again.Body.String(), "a failure is remembered")
		require.Equal(t, test.status != http.StatusUnprocessableEntity, strings.Contains(s.log.String(), "ALARM: an aggregation failed"), name)
	}
}

func TestPanicFailsTheRunAlone(t *testing.T) {
	s := newSite(t, func(_ context.Context, r aggregation.Request) (aggregation.Outcome, error) {
		if r.Corrects == 1 {
			panic("broken")
		}
		return aggregation.Outcome{Run: r.Run, Release: 2}, nil
	})
	require.Equal(t, http.StatusInternalServerError, s.post(`{"corrects":1}`).Code)
	require.Contains(t, s.log.String(), "panic: string")
	require.Contains(t, s.log.String(), "admin_test.go", "where it broke")
	require.NotContains(t, s.log.String(), "broken")
	require.Equal(t, http.StatusOK, s.post(`{}`).Code)
}

// slow is an aggregation that goes on until it is let go, or cancelled.
type slow struct {
	begun, proceed chan struct{}
}

func newSlow() slow { return slow{make(chan struct{}, 1), make(chan struct{})} }

func (s slow) aggregate(ctx context.Context, r aggregation.Request) (aggregation.Outcome, error) {
	select {
	case s.begun <- struct{}{}:
	default: // nobody waits for a second one
	}
	select {
	case <-s.proceed:
		return aggregation.Outcome{Run: r.Run, Release: 3}, nil
	case <-ctx.Done():
		return aggregation.Outcome{}, ctx.Err()
	}
}

func TestRunsThatTakeLong(t *testing.T) {
	long := newSlow()
	s := newSite(t, long.aggregate, func(c *admin.Config) { c.Wait = time.Millisecond })
	w := s.post(`{}`)
	require.Equal(t, http.StatusAccepted, w.Code)
	require.Equal(t, "/v1/aggregations/run%201", w.Header().Get("Location"))
	require.Equal(t, `{"run":"run 1"}`, w.Body.String())

	w = s.send(bearer(httptest.NewRequest(http.MethodGet, w.Header().Get("Location"), nil)))
	require.Equal(t, http.StatusAccepted, w.Code)
	require.Equal(t, "/v1/aggregations/run%201", w.Header().Get("Location"))
	require.Equal(t, `{"run":"run 1"}`, w.Body.String())

	close(long.proceed)
	require.NoError(t, s.handler.Close(t.Context()))
	w = s.get("run%201")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, `{"run":"run 1","release":3,"why":null}`, w.Body.String())
}

func TestRunOutlivesItsRequest(t *testing.T) {
	long := newSlow()
	s := newSite(t, long.aggregate)
	ctx, hangUp := context.WithCancel(t.Context())
	go func() {
		<-long.begun
		hangUp()
	}()
	s.send(bearer(order(`{}`)).WithContext(ctx))
	require.ErrorIs(t, ctx.Err(), context.Canceled)
	close(long.proceed)
	require.NoError(t, s.handler.Close(t.Context()))
	require.Equal(t, `{"run":"run 1","release":3,"why":null}`, s.get("run%201").Body.String())
}

func TestRunIsLimited(t *testing.T) {
	s := newSite(t, newSlow().aggregate, func(c *admin.Config) { c.Limit = time.Millisecond })
	require.Equal(t, http.StatusServiceUnavailable, s.post(`{}`).Code)
}

func TestCloseWaits(t *testing.T) {
	long := newSlow()
	s := newSite(t, long.aggregate, func(c *admin.Config) { c.Wait = time.Millisecond })
	require.Equal(t, http.StatusAccepted, s.post(`{}`).Code)
	closed := make(chan error, 1)
	go func() { closed <- s.handler.Close(t.Context()) }()
	require.Eventually(t, func() bool { return s.post(`{}`).Code == http.StatusServiceUnavailable }, 10*time.Second, time.Millisecond,
		"nothing is begun while the handler closes")
	require.Empty(t, closed, "closed while an aggregation was running")
	close(long.proceed)
	require.NoError(t, <-closed)
	require.NoError(t, s.handler.Close(t.Context()), "closing again does nothing")
}

func TestCloseCancelsWhatDoesNotEnd(t *testing.T) {
	long := newSlow()
	s := newSite(t, long.aggregate, func(c *admin.Config) { c.Wait = time.Millisecond })
	require.Equal(t, http.StatusAccepted, s.post(`{}`).Code)
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.handler.Close(ctx), context.DeadlineExceeded)
	require.Equal(t, http.StatusServiceUnavailable, s.get("run%201").Code, "it was cancelled, and has ended")
}

func TestFailuresRememberedAreBounded(t *testing.T) {
	s := newSite(t, func(context.Context, aggregation.Request) (aggregation.Outcome, error) {
		return aggregation.Outcome{}, errors.New("broken")
	})
	for range 101 {
		require.Equal(t, http.StatusInternalServerError, s.post(`{}`).Code)
	}
	require.Equal(t, http.StatusNotFound, s.get("run%201").Code)
	require.Equal(t, http.StatusInternalServerError, s.get("run%202").Code)
	require.Equal(t, http.StatusInternalServerError, s.get("run%20101").Code)
}
