package local_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/local"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/web/signed"
)

const token = "the admin's token"

// patience is how long to wait for what comes by itself, however busy the machine is.
const patience = 30 * time.Second

// served is a site that is being served.
type served struct {
	*testing.T
	server  *local.Server
	store   *embedded.Store
	address string
	log     *lines
}

// lines is a log that may be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serve serves a site with no schedule, but for what the test changes.
func serve(t *testing.T, change func(*local.Config)) *served {
	t.Helper()
	c, err := campaign.Shipped()
	require.NoError(t, err)
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &served{T: t, store: store, address: listener.Addr().String(), log: &lines{}}
	forms, err := signed.NewKey(make([]byte, signed.MinKey))
	require.NoError(t, err)
	config := local.Config{Campaign: c, Store: store, Address: "http://" + s.address, Token: token, Forms: forms,
		Now: time.Now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(s.log, nil))}
	if change != nil {
		change(&config)
	}
	site, err := local.New(config)
	require.NoError(t, err)
	s.server = local.Serve(listener, site)
	return s
}

// ask sends a request as the administrator, with further headers ("name: value"), and returns the status, the media type and the body.
func (s *served) ask(method, path, body string, headers ...string) (status int, media, answer string) {
	s.Helper()
	request, err := http.NewRequest(method, "http://"+s.address+path, strings.NewReader(body))
	require.NoError(s, err)
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	got, err := http.DefaultClient.Do(request)
	require.NoError(s, err)
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	require.NoError(s, err)
	return got.StatusCode, got.Header.Get("Content-Type"), string(content)
}

func TestEveryFunctionIsThere(t *testing.T) {
	s := serve(t, nil)
	for _, test := range []struct {
		method, path, body string
		status             int
		media, holds       string
	}{
		{"GET", "/", "", 200, "text/html; charset=utf-8", "Learning for Life"},
		{"GET", "/healthz", "", 200, "application/json", "ok"},
		{"GET", "/v1/organisations", "", 200, "application/json", `"RXX"`},
		{"GET", "/v1/scores", "", 200, "application/json", `"release":null`},
		{"GET", "/dashboard", "", 200, "text/html; charset=utf-8", "There is no release yet"},
		{"POST", "/v1/aggregations", "{}", 200, "application/json", `"why":"no figure would change"`},
		{"POST", "/v1/aggregations", `{"corrects":3}`, 422, "application/problem+json", `"field":"corrects"`},
		{"GET", "/v1/aggregations/nobody", "", 404, "application/problem+json", "There is no run of that id"},
		{"GET", "/v1/nothing", "", 404, "application/problem+json", `"status":404`},
		{"GET", "/nothing", "", 404, "text/html; charset=utf-8", "Page not found"},
	} {
		status, media, answer := s.ask(test.method, test.path, test.body)
		require.Equal(t, test.status, status, "%s %s: %s", test.method, test.path, answer)
		require.Equal(t, test.media, media, test.path)
		require.Contains(t, answer, test.holds, test.path)
	}
	require.NoError(t, s.server.Stop(time.Second))
}

func TestRunsOfManyPeopleHaveIdsOfTheirOwn(t *testing.T) {
	s := serve(t, nil)
	_, _, first := s.ask("POST", "/v1/aggregations", "{}")
	_, _, second := s.ask("POST", "/v1/aggregations", "{}")
	require.NotEqual(t, first, second)
	id := strings.Split(first, `"`)[3]
	_, _, found := s.ask("GET", "/v1/aggregations/"+id, "")
	require.Equal(t, first, found)
	require.NoError(t, s.server.Stop(time.Second))
}

// logs waits until the text is in the log so often.
func (s *served) logs(text string, times int) {
	s.Helper()
	require.Eventually(s, func() bool { return strings.Count(s.log.String(), text) >= times }, patience, 5*time.Millisecond, "it logs %q", text)
}

// TestAFailedTickIsAnAlarm takes the store away: the schedules go on, and so does the site.
func TestAFailedTickIsAnAlarm(t *testing.T) {
	s := serve(t, func(c *local.Config) { c.Every, c.RecountEvery = 20*time.Millisecond, 20*time.Millisecond })
	s.logs("msg=aggregated", 1)
	s.logs("msg=recounted", 1)
	require.NoError(t, s.store.Close())
	s.logs("ALARM: a scheduled aggregation failed", 2)
	s.logs("ALARM: a scheduled recount failed", 2)
	status, _, _ := s.ask("GET", "/healthz", "")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.NoError(t, s.server.Stop(time.Second))
}

// TestStopDoesNotWaitForEver holds a request open that never comes to its end.
func TestStopDoesNotWaitForEver(t *testing.T) {
	s := serve(t, nil)
	connection, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close()) }()
	_, err = fmt.Fprint(connection, "POST /v1/pledges HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(connection).ReadString('\n') // the handler is waiting for the body
	require.NoError(t, err)
	require.Contains(t, line, "100 Continue")
	began := time.Now()
	require.NoError(t, s.server.Stop(200*time.Millisecond))
	require.Less(t, time.Since(began), 5*time.Second)
	require.Contains(t, s.log.String(), "requests that took too long were broken off")
	_, err = net.Dial("tcp", s.address)
	require.Error(t, err, "nobody listens any more")
}
