package intake_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/intake"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/signed"
	"learningforlife/shared/web/ui/htmltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// site is the whole of intake over a real store, with a clock that the test moves.
type site struct {
	testing.TB
	handler http.Handler
	store   *embedded.Store
	random  io.Reader
	log     *safeBuffer
	now     time.Time
}

// today is the day on which every site starts.
var today = day.Must("2026-11-22")

const base = "https://learning.example"

func newSite(t testing.TB, change ...func(*intake.Config)) *site {
	t.Helper()
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store.db"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	c, err := campaign.Shipped()
	require.NoError(t, err)
	s := &site{TB: t, store: store, random: &safeReader{r: rand.NewChaCha8([32]byte{1})}, log: &safeBuffer{}, now: today.Time().Add(9*time.Hour + 41*time.Minute)}
	config := intake.Config{
		Campaign: c, Now: func() time.Time { return s.now }, Random: s.random, Site: base,
		Forms: formKey(t), Healthy: store.Healthy, Log: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&config)
	}
	config.Register = submission.NewRegister(store, config.Campaign)
	s.handler = intake.Handler(config)
	return s
}

func formKey(t testing.TB) signed.Key {
	key, err := signed.NewKey(bytes.Repeat([]byte{7}, signed.MinKey))
	require.NoError(t, err)
	return key
}

// with serves another campaign.
func with(c *campaign.Campaign) func(*intake.Config) {
	return func(config *intake.Config) { config.Campaign = c }
}

// days moves the clock on.
func (s *site) days(n int) { s.now = s.now.AddDate(0, 0, n) }

// mint makes a receipt as a client does, on the server's day.
func (s *site) mint() submission.Receipt {
	s.Helper()
	r, err := submission.Mint(day.Of(s.now), s.random)
	require.NoError(s, err)
	return r
}

// request is one request. Header holds names and values by turns.
type request struct {
	method, path string
	header       []string
	body         string
}

func (s *site) do(r request) *httptest.ResponseRecorder {
	s.Helper()
	sent := httptest.NewRequest(r.method, r.path, strings.NewReader(r.body))
	for i := 0; i < len(r.header); i += 2 {
		sent.Header.Add(r.header[i], r.header[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, sent)
	require.Empty(s, w.Header().Values("Set-Cookie"), "%s %s sets no cookie", r.method, r.path)
	require.Contains(s, w.Header().Get("Content-Security-Policy"), "default-src 'none'", "%s %s", r.method, r.path)
	require.Equal(s, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.Equal(s, "no-referrer", w.Header().Get("Referrer-Policy"))
	return w
}

const jsonType = "application/json"

// post sends JSON under a receipt.
func (s *site) post(path, receipt, body string) *httptest.ResponseRecorder {
	s.Helper()
	return s.do(request{"POST", path, []string{"Content-Type", jsonType, "Idempotency-Key", receipt}, body})
}

// mine asks about what is stored under a receipt.
func (s *site) mine(method, path, receipt string) *httptest.ResponseRecorder {
	s.Helper()
	return s.do(request{method, path, []string{"Receipt", receipt}, ""})
}

const pledgeJSON = `{"organisation":"RXX","audience":"staff","bandGroup":"1-4","pledge":"PL01","ownWords":null,"dueOn":"2027-03-31","display":false}`
const beforeJSON = `{"wave":"before","organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{"A1":"agree","A2":"yes"},"before":null}`
const afterJSON = `{"wave":"after","organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{"A1":"agree","A7":"yes"}}`

// problem reads an answer that tells what is wrong.
func (s *site) problem(w *httptest.ResponseRecorder) (p respond.Problem) {
	s.Helper()
	require.Equal(s, "application/problem+json", w.Header().Get("Content-Type"), w.Body.String())
	require.NoError(s, json.Unmarshal(w.Body.Bytes(), &p))
	require.Equal(s, w.Code, p.Status)
	require.NotEmpty(s, p.Title)
	require.NotEmpty(s, p.Detail)
	return p
}

// member returns a text of a JSON answer.
func (s *site) member(w *httptest.ResponseRecorder, name string) string {
	s.Helper()
	var object map[string]any
	require.NoError(s, json.Unmarshal(w.Body.Bytes(), &object), w.Body.String())
	text, ok := object[name].(string)
	require.True(s, ok, "%s is a text in %s", name, w.Body.String())
	return text
}

// items returns what is stored.
func (s *site) items() (items []submission.Row) {
	s.Helper()
	require.NoError(s, s.store.Scan(context.Background(), func(_ *submission.Key, row submission.Row) error {
		items = append(items, bytes.Clone(row))
		return nil
	}))
	return items
}

// empty checks that nothing was stored and nothing marked.
func (s *site) empty() {
	s.Helper()
	require.Empty(s, s.items(), "nothing is stored")
	require.NoError(s, s.store.Marks(context.Background(), day.Of(s.now), func(m submission.Mark) error {
		require.Fail(s, "nothing is marked")
		return nil
	}))
}

// get opens a page.
func (s *site) get(path string, status int) *htmltest.Page {
	s.Helper()
	return s.page(s.do(request{"GET", path, nil, ""}), status)
}

func (s *site) page(w *httptest.ResponseRecorder, status int) *htmltest.Page {
	s.Helper()
	require.Equal(s, status, w.Code, w.Body.String())
	require.Equal(s, "text/html; charset=utf-8", w.Header().Get("Content-Type"))
	return htmltest.Parse(s, w.Body.String())
}

// send sends a form as a browser does and reads the page that answers.
func (s *site) send(f htmltest.Form, status int) *htmltest.Page {
	s.Helper()
	return s.page(s.sendRaw(f), status)
}

func (s *site) sendRaw(f htmltest.Form) *httptest.ResponseRecorder {
	s.Helper()
	if f.Method == "GET" {
		return s.do(request{"GET", f.Action + "?" + f.Values.Encode(), nil, ""})
	}
	require.Equal(s, "POST", f.Method)
	return s.form(f.Action, f.Values)
}

const formType = "application/x-www-form-urlencoded"

func (s *site) form(path string, values url.Values) *httptest.ResponseRecorder {
	s.Helper()
	return s.do(request{"POST", path, []string{"Content-Type", formType}, values.Encode()})
}

// safeReader and safeBuffer may be used from many goroutines.
type safeReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (s *safeReader) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(b)
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
