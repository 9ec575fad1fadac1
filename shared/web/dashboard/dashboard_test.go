package dashboard_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/identity"
	"learningforlife/shared/release"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/web/dashboard"
)

const token = "the admin token of these tests"

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// site is the handler over a store of its own, and what stands around it.
type site struct {
	t        *testing.T
	handler  http.Handler
	campaign *campaign.Campaign
	store    *embedded.Store
	gate     *identity.Gate
	log      *bytes.Buffer
	now      time.Time
}

func newSite(t *testing.T) *site {
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s := &site{t: t, campaign: campaigntest.FewTrusts(t), store: store, log: &bytes.Buffer{}, now: start}
	now := func() time.Time { return s.now }
	s.gate, err = identity.New(identity.Options{AdminToken: token, Key: bytes.Repeat([]byte{7}, 32), Now: now})
	require.NoError(t, err)
	s.handler = dashboard.Handler(dashboard.Config{
		Campaign: s.campaign,
		Releases: store.Releases(),
		Gate:     s.gate,
		Now:      now,
		Log:      slog.New(slog.NewTextHandler(s.log, nil)),
	})
	return s
}

func (s *site) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// get asks with the admin token.
func (s *site) get(target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	return s.send(r)
}

// publish makes the next release public: the campaign's lattice with the scores given in place of its own.
func (s *site) publish(seq int, scores ...release.Score) release.Release {
	r := release.Waiting(s.campaign, day.Of(s.now))
	r.Head = &release.Head{Seq: seq, PublishedAt: day.Of(s.now), Campaign: s.campaign.ID, Method: "1"}
	for _, score := range scores {
		replaced := 0
		for i, row := range r.Scores {
			if row.Objective == score.Objective && row.Level == score.Level && row.Code == score.Code && row.Group == score.Group {
				r.Scores[i] = score
				replaced++
			}
		}
		require.Equal(s.t, 1, replaced, "the lattice has the row %+v", score)
	}
	s.release(r)
	return r
}

// release makes r public.
func (s *site) release(r release.Release) {
	m, err := release.Store(s.t.Context(), s.store.Releases(), r)
	require.NoError(s.t, err)
	require.NoError(s.t, release.Publish(s.t.Context(), s.store.Releases(), m))
}

func ptr[T any](v T) *T { return &v }

// example is the score that stands in the description of the API, less what is computed later only.
func example() release.Score {
	return release.Score{
		Objective: 1, Level: "nation", Code: "ENG", Group: "all", AsOf: ptr(12),
		Before: release.Wave{Value: ptr(53.6), Low: ptr(52.2), High: ptr(55.0), Respondents: ptr(6000), Effective: ptr(4900),
			ResponseRate: ptr(0.5), Representativity: ptr(0.9)},
		After: release.Wave{Value: ptr(57.8), Low: ptr(56.3), High: ptr(59.3), Respondents: ptr(5400), Effective: ptr(4500),
			ResponseRate: ptr(0.4), Representativity: ptr(0.9)},
		Change: &release.Change{Value: 4.2, Low: 2.2, High: 6.2, Pairs: ptr(320), Rho: ptr(0.1), Widening: ptr(1.0), Selection: ptr(false), Coverage: ptr(0.97)},
		Target: &release.Target{Change: 3, By: day.Must("2027-11-30")},
		Status: ptr("on_track"),
		Notes:  []string{"illustrative_frame", "self_selected"},
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	s := newSite(t)
	s.publish(1)
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
		name     string
		show     func(*http.Request)
		signedIn bool
	}{
		{"anonymous", func(*http.Request) {}, false},
		{"wrong token", header("Bearer wrong"), false},
		{"expired session", cookie(expired), false},
		{"admin token", header("bearer " + token), true},
		{"session", cookie(session), true},
		{"analyst's session", cookie(s.gate.Session(identity.Principal{Role: identity.Analyst})), true},
	}
	routes := []struct {
		path                string
		method, target      string
		form                url.Values
		signedIn, otherwise int
		location            string // of whoever is not signed in
	}{
		{"/v1/scores", "GET", "/v1/scores", nil, 200, 401, ""},
		{"/v1/scores", "HEAD", "/v1/scores", nil, 200, 401, ""},
		{"/v1/scores", "GET", "/v1/scores?unknown=1", nil, 400, 401, ""},
		{"/v1/releases", "GET", "/v1/releases", nil, 200, 401, ""},
		{"/v1/pledge-summary", "GET", "/v1/pledge-summary", nil, 200, 401, ""},
		{"/v1/releases/{seq}", "GET", "/v1/releases/1", nil, 200, 401, ""},
		{"/v1/releases/{seq}", "GET", "/v1/releases/2", nil, 404, 401, ""},
		{"/dashboard", "GET", "/dashboard", nil, 200, 303, "/sign-in"},
		{"/sign-in", "GET", "/sign-in", nil, 200, 200, ""},
		{"/sign-in", "GET", "/sign-in?once=unknown", nil, 401, 401, ""},
		{"/sign-in", "POST", "/sign-in", url.Values{"token": {"wrong"}}, 401, 401, ""},
		{"/sign-in", "POST", "/sign-in", url.Values{"token": {token}}, 303, 303, "/dashboard"},
		{"/sign-out", "POST", "/sign-out", url.Values{}, 303, 303, "/sign-in"},
	}
	request := func(method, target string, form url.Values) *http.Request {
		r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return r
	}
	tested := map[string]bool{}
	for _, route := range routes {
		tested[route.path] = true
		for _, p := range people {
			r := request(route.method, route.target, route.form)
			p.show(r)
			want := route.otherwise
			if p.signedIn {
				want = route.signedIn
			}
			w := s.send(r)
			require.Equal(t, want, w.Code, "%s %s: %s", route.method, route.target, p.name)
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"), "%s %s: %s", route.method, route.target, p.name)
			require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
			if !p.signedIn {
				require.Equal(t, route.location, w.Header().Get("Location"), "%s %s: %s", route.method, route.target, p.name)
			}
			if w.Code == http.StatusUnauthorized {
				require.Equal(t, "Bearer", w.Header().Get("WWW-Authenticate"))
				require.Empty(t, w.Result().Cookies())
			}
			if route.method == http.MethodHead {
				require.Zero(t, w.Body.Len())
			}
		}
		for i := range len(session.Value) * 8 {
			tampered := []byte(session.Value)
			tampered[i/8] ^= 1 << (i % 8)
			r := request(route.method, route.target, route.form)
			r.Header.Set("Cookie", session.Name+"="+string(tampered))
			require.Equal(t, route.otherwise, s.send(r).Code, "%s %s: %q", route.method, route.target, tampered)
		}
	}
	for _, path := range dashboard.Paths() {
		require.True(t, tested[path], path)
	}
	require.Len(t, tested, len(dashboard.Paths()))
	for _, secret := range []string{token, session.Value, "wrong", "unknown"} {
		require.NotContains(t, s.log.String(), secret, "the log holds nothing that was sent")
	}
}

func TestOtherMethods(t *testing.T) {
	s := newSite(t)
	for path, allow := range map[string]string{
		"/v1/scores": "GET, HEAD", "/v1/releases": "GET, HEAD", "/v1/releases/1": "GET, HEAD",
		"/dashboard": "GET, HEAD", "/sign-in": "GET, HEAD, POST", "/sign-out": "POST",
	} {
		w := s.send(httptest.NewRequest(http.MethodDelete, path, nil))
		require.Equal(t, http.StatusMethodNotAllowed, w.Code, path)
		require.Equal(t, allow, w.Header().Get("Allow"), path)
	}
	require.Equal(t, http.StatusMethodNotAllowed, s.get("/sign-out").Code, "a link signs nobody out")
}

func TestOtherSitesAreRefused(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/sign-in", "/sign-out"} {
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("token="+url.QueryEscape(token)))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(name, value)
			w := s.send(r)
			require.Equal(t, http.StatusForbidden, w.Code, "%s with %s", path, name)
			require.Empty(t, w.Result().Cookies())
		}
	}
}

// browser follows redirects and keeps cookies, as one does.
func browser(t *testing.T, s *site) (*http.Client, string) {
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &http.Client{Jar: jar}, server.URL
}

func arrives(t *testing.T, r *http.Response, err error) (status int, path, body string) {
	require.NoError(t, err)
	content, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.NoError(t, r.Body.Close())
	return r.StatusCode, r.Request.URL.Path, string(content)
}

func TestSigningInAndOut(t *testing.T) {
	s := newSite(t)
	client, at := browser(t, s)
	visit := func() (int, string, string) {
		r, err := client.Get(at + "/dashboard")
		return arrives(t, r, err)
	}
	send := func(path string, form url.Values) (int, string, string) {
		r, err := client.PostForm(at+path, form)
		return arrives(t, r, err)
	}

	status, path, _ := visit()
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "/sign-in", path)

	for _, form := range []url.Values{{}, {"token": {""}}, {"token": {"mistyped"}}, {"Token": {token}}} {
		status, path, body := send("/sign-in", form)
		require.Equal(t, http.StatusUnauthorized, status)
		require.Equal(t, "/sign-in", path)
		require.Contains(t, body, "This is not the admin token.")
		require.NotContains(t, body, "mistyped", "what was entered is not shown again")
	}

	status, path, _ = send("/sign-in", url.Values{"token": {token}})
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "/dashboard", path)
	_, path, _ = visit()
	require.Equal(t, "/dashboard", path, "the session goes on")

	_, path, _ = send("/sign-out", nil)
	require.Equal(t, "/sign-in", path)
	_, path, _ = visit()
	require.Equal(t, "/sign-in", path, "the session is over")
}

func TestOneTimeLink(t *testing.T) {
	s := newSite(t)
	code, err := s.gate.NewLink(bytes.NewReader([]byte("sixteen bytes ok")))
	require.NoError(t, err)
	link := "/sign-in?once=" + url.QueryEscape(code)

	require.Equal(t, http.StatusOK, s.send(httptest.NewRequest(http.MethodHead, link, nil)).Code, "looking at the link does not use it up")
	client, at := browser(t, s)
	r, err := client.Get(at + link)
	status, path, _ := arrives(t, r, err)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "/dashboard", path)

	other, err := cookiejar.New(nil)
	require.NoError(t, err)
	client.Jar = other
	for _, used := range []string{link, "/sign-in?once=", "/sign-in?once=%ff%00"} {
		r, err = client.Get(at + used)
		status, path, body := arrives(t, r, err)
		require.Equal(t, http.StatusUnauthorized, status, used)
		require.Equal(t, "/sign-in", path)
		require.Contains(t, body, "Restart the server for a new one, or enter the admin token.")
		address, err := url.Parse(at)
		require.NoError(t, err)
		require.Empty(t, other.Cookies(address))
	}
	require.NotContains(t, s.log.String(), code)
}
