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

func serve(t *testing.T, every time.Duration) *served {
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
	site, err := local.New(local.Config{Campaign: c, Store: store, Address: "http://" + s.address, Token: token, Every: every, Forms: forms,
		Now: time.Now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	require.NoError(t, err)
	s.server = local.Serve(listener, site)
	return s
}

// ask sends a request as the administrator and returns the status, the media type and the body.
func (s *served) ask(method, path, body string) (status int, media, answer string) {
	s.Helper()
	request, err := http.NewRequest(method, "http://"+s.address+path, strings.NewReader(body))
	require.NoError(s, err)
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	got, err := http.DefaultClient.Do(request)
	require.NoError(s, err)
	defer got.Body.Close()
	content, err := io.ReadAll(got.Body)
	require.NoError(s, err)
	return got.StatusCode, got.Header.Get("Content-Type"), string(content)
}

func TestEveryFunctionIsThere(t *testing.T) {
	s := serve(t, 0)
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
	s := serve(t, 0)
	_, _, first := s.ask("POST", "/v1/aggregations", "{}")
	_, _, second := s.ask("POST", "/v1/aggregations", "{}")
	require.NotEqual(t, first, second)
	id := strings.Split(first, `"`)[3]
	_, _, found := s.ask("GET", "/v1/aggregations/"+id, "")
	require.Equal(t, first, found)
	require.NoError(t, s.server.Stop(time.Second))
}

// TestAFailedTickIsAnAlarm takes the store away: the schedule goes on, and so does the site.
func TestAFailedTickIsAnAlarm(t *testing.T) {
	s := serve(t, 20*time.Millisecond)
	require.Eventually(t, func() bool { return strings.Contains(s.log.String(), "msg=aggregated") }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, s.store.Close())
	require.Eventually(t, func() bool { return strings.Count(s.log.String(), "ALARM") > 1 }, 10*time.Second, 10*time.Millisecond)
	status, _, _ := s.ask("GET", "/healthz", "")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.NoError(t, s.server.Stop(time.Second))
}

// TestStopDoesNotWaitForEver holds a request open that never comes to its end.
func TestStopDoesNotWaitForEver(t *testing.T) {
	s := serve(t, 0)
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
