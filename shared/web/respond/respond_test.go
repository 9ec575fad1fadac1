package respond_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/identity"
	"learningforlife/shared/release"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
)

// page is a page that shows just what it is given.
func page(w io.Writer, status int, title, detail string) error {
	_, err := fmt.Fprintf(w, "<h1>%d %s</h1><p>%s</p>", status, title, detail)
	return err
}

func responder(log io.Writer) *respond.Responder {
	at := time.Unix(1_800_000_000, 0)
	return &respond.Responder{
		Log:  slog.New(slog.NewJSONHandler(log, nil)),
		Now:  func() time.Time { at = at.Add(time.Millisecond); return at },
		Page: page,
	}
}

func get(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func failing(err error) respond.Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

func TestErrorsBecomeProblems(t *testing.T) {
	secret := errors.New("dial tcp 10.0.0.7: no route")
	for name, test := range map[string]struct {
		err    error
		status int
		kind   string
		header map[string]string
	}{
		"conflict":         {submission.ErrConflict, 409, "conflict", nil},
		"withdrawn":        {submission.ErrWithdrawn, 410, "withdrawn", nil},
		"closed":           {campaign.ErrClosed, 410, "closed", nil},
		"nothing stored":   {submission.ErrNotFound, 404, "nothing-stored", nil},
		"no release":       {release.ErrNone, 404, "no-release", nil},
		"unavailable":      {submission.ErrUnavailable, 503, "unavailable", map[string]string{"Retry-After": "5"}},
		"deadline":         {context.DeadlineExceeded, 503, "unavailable", map[string]string{"Retry-After": "5"}},
		"malformed":        {respond.ErrMalformed, 400, "malformed", nil},
		"nobody signed in": {identity.ErrUnauthenticated, 401, "sign-in", map[string]string{"WWW-Authenticate": "Bearer"}},
		"forbidden":        {identity.ErrForbidden, 403, "forbidden", nil},
		"not found":        {respond.ErrNotFound, 404, "not-found", nil},
		"method":           {respond.ErrMethod, 405, "method", nil},
		"too large":        {respond.ErrTooLarge, 413, "too-large", nil},
		"media type":       {respond.ErrMediaType, 415, "media-type", nil},
		"too many":         {respond.ErrTooMany, 429, "too-many", map[string]string{"Retry-After": "1"}},
		"anything else":    {io.ErrUnexpectedEOF, 500, "internal", nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := responder(io.Discard).Handle("/x", failing(fmt.Errorf("doing x: %w: %w", test.err, secret)))

			api := get(h, "GET", "/v1/x")
			require.Equal(t, test.status, api.Code)
			p := problem(t, api)
			require.Equal(t, "/problems/"+test.kind, p.Type)
			require.Equal(t, test.status, p.Status)
			require.NotEmpty(t, p.Title)
			require.NotEmpty(t, p.Detail)

			browser := get(h, "GET", "/x")
			require.Equal(t, test.status, browser.Code)
			require.Equal(t, "text/html; charset=utf-8", browser.Header().Get("Content-Type"))
			require.Contains(t, browser.Body.String(), fmt.Sprintf("<h1>%d %s</h1><p>%s</p>", p.Status, p.Title, p.Detail))

			for _, w := range []*httptest.ResponseRecorder{api, browser} {
				require.NotContains(t, w.Body.String(), "10.0.0.7", "the server's own errors are not for others")
				require.NotContains(t, w.Body.String(), "doing x")
				requireSecure(t, w)
				require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
				for name, value := range test.header {
					require.Equal(t, value, w.Header().Get(name))
				}
				require.Equal(t, test.header["Retry-After"], w.Header().Get("Retry-After"))
			}
		})
	}
}

func problem(t *testing.T, w *httptest.ResponseRecorder) (p respond.Problem) {
	t.Helper()
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
	return p
}

func requireSecure(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	require.Equal(t, "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		w.Header().Get("Content-Security-Policy"))
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
	require.Empty(t, w.Header().Values("Set-Cookie"))
	require.Empty(t, w.Header().Values("Access-Control-Allow-Origin"))
}

func TestFaultsAreListed(t *testing.T) {
	v := submission.Invalid{{Field: "organisation", Message: "Choose your organisation."}, {Field: "dueOn", Message: "Enter a real date."}}
	h := responder(io.Discard).Handle("/x", failing(fmt.Errorf("taking in: %w", v)))
	w := get(h, "POST", "/v1/x")
	require.Equal(t, 422, w.Code)
	require.JSONEq(t, `{"type":"/problems/invalid","title":"There is a problem","status":422,"detail":"Some of what was sent cannot be used.",
		"errors":[{"field":"organisation","message":"Choose your organisation."},{"field":"dueOn","message":"Enter a real date."}]}`, w.Body.String())
	require.Contains(t, get(h, "POST", "/x").Body.String(), "Choose your organisation. Enter a real date.")
}

func TestDetailIsTold(t *testing.T) {
	for _, err := range []error{campaign.ErrClosed, io.ErrUnexpectedEOF} {
		h := responder(io.Discard).Handle("/x", failing(fmt.Errorf("later: %w", respond.Detail(err, "It opens in May."))))
		require.Contains(t, get(h, "GET", "/v1/x").Body.String(), `"detail":"It opens in May."`)
	}
}

func TestAPageThatFailsHalfWayIsNoHalfPage(t *testing.T) {
	var log bytes.Buffer
	h := responder(&log).Handle("/x", func(w http.ResponseWriter, _ *http.Request) error {
		return respond.HTML(w, http.StatusOK, func(w io.Writer) error {
			_, err := io.WriteString(w, "<h1>half")
			return errors.Join(err, errors.New("template broke"))
		})
	})
	w := get(h, "GET", "/x")
	require.Equal(t, 500, w.Code)
	require.NotContains(t, w.Body.String(), "half")
	require.Contains(t, w.Body.String(), "<h1>500 ")
	require.Contains(t, log.String(), "template broke")
}

func TestAnErrorPageThatFails(t *testing.T) {
	var log bytes.Buffer
	re := responder(&log)
	re.Page = func(w io.Writer, _ int, _, _ string) error { return errors.New("template broke") }
	w := get(re.Handle("/x", failing(respond.ErrNotFound)), "GET", "/x")
	require.Equal(t, 500, w.Code)
	require.Equal(t, "Page not found\n", w.Body.String())
	requireSecure(t, w)
	require.Contains(t, log.String(), "template broke")
}

func TestAnErrorAfterTheAnswerIsLoggedOnly(t *testing.T) {
	var log bytes.Buffer
	h := responder(&log).Handle("/x", func(w http.ResponseWriter, _ *http.Request) error {
		return errors.Join(respond.NoContent(w), errors.New("closing broke"))
	})
	w := get(h, "GET", "/v1/x")
	require.Equal(t, 204, w.Code)
	require.Empty(t, w.Body.String())
	require.Contains(t, log.String(), "closing broke")
}

func TestPanics(t *testing.T) {
	var none []int
	for name, test := range map[string]struct {
		panics func()
		logged string
	}{
		"runtime error": {func() { _ = none[3] }, "index out of range"},
		"text":          {func() { panic("what somebody wrote") }, "panic: string"},
		"error":         {func() { panic(errors.New("what somebody wrote")) }, "panic: *errors.errorString"},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			w := get(responder(&log).Handle("/x", func(http.ResponseWriter, *http.Request) error { test.panics(); return nil }), "GET", "/v1/x")
			require.Equal(t, 500, w.Code)
			require.Contains(t, log.String(), test.logged)
			require.Contains(t, log.String(), "respond_test.go", "the log says where")
			require.NotContains(t, log.String(), "somebody wrote")
			require.NotContains(t, w.Body.String(), "panic")
		})
	}
}

func TestAbortedHandlersStayAborted(t *testing.T) {
	h := responder(io.Discard).Handle("/x", func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) })
	require.PanicsWithError(t, http.ErrAbortHandler.Error(), func() { get(h, "GET", "/x") })
}

func TestLogHoldsNothingOfTheRequest(t *testing.T) {
	var log bytes.Buffer
	h := responder(&log).Handle("/survey/{wave}", failing(respond.ErrNotFound))
	r := httptest.NewRequest("GET", "/survey/canary1?q=canary2", bytes.NewBufferString("canary3"))
	r.Header.Set("User-Agent", "canary4")
	r.Header.Set("Receipt", "canary5")
	r.RemoteAddr = "192.0.2.77:1234"
	h.ServeHTTP(httptest.NewRecorder(), r)
	r.Method = "CANARY6"
	h.ServeHTTP(httptest.NewRecorder(), r)
	require.NotContains(t, log.String(), "canary")
	require.NotContains(t, log.String(), "CANARY")
	require.NotContains(t, log.String(), "192.0.2")
	require.Contains(t, log.String(), `"msg":"request","method":"GET","route":"/survey/{wave}","status":404,"duration":1000000}`)
	require.Contains(t, log.String(), `"method":"other"`)
}

// brokenPipe is a connection that the client has closed.
type brokenPipe struct{ http.ResponseWriter }

func (brokenPipe) Write([]byte) (int, error) {
	return 0, errors.New("write tcp 127.0.0.1:80->192.0.2.77:1234: broken pipe")
}

func TestAClientThatIsGoneIsNoErrorOfOurs(t *testing.T) {
	var log bytes.Buffer
	h := responder(&log).Handle("/x", func(w http.ResponseWriter, _ *http.Request) error { return respond.JSON(w, 200, "x") })
	h.ServeHTTP(brokenPipe{httptest.NewRecorder()}, httptest.NewRequest("GET", "/v1/x", nil))
	require.NotContains(t, log.String(), "ERROR")
	require.NotContains(t, log.String(), "192.0.2.77")
}

func TestMethods(t *testing.T) {
	m := respond.Methods{
		"GET":  func(w http.ResponseWriter, _ *http.Request) error { return respond.JSON(w, 200, "hello") },
		"POST": func(w http.ResponseWriter, _ *http.Request) error { return respond.NoContent(w) },
	}
	h := responder(io.Discard).Handle("/x", m.Serve)
	require.Equal(t, 204, get(h, "POST", "/v1/x").Code)
	got, head := get(h, "GET", "/v1/x"), get(h, "HEAD", "/v1/x")
	require.Equal(t, `"hello"`, got.Body.String())
	require.Equal(t, "7", got.Header().Get("Content-Length"))
	require.Equal(t, 200, head.Code)
	require.Empty(t, head.Body.String())
	require.Equal(t, got.Header(), head.Header())
	for _, method := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
		w := get(h, method, "/v1/x")
		require.Equal(t, 405, w.Code, method)
		require.Equal(t, "GET, HEAD, POST", w.Header().Get("Allow"))
		require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	}
}

func TestNotFoundAndSecure(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/", responder(io.Discard).NotFound())
	h := respond.Secure(mux)
	require.Equal(t, 404, get(h, "GET", "/nowhere").Code)
	require.Equal(t, "application/problem+json", get(h, "GET", "/v1").Header().Get("Content-Type"))
	moved := get(h, "GET", "/a//b")
	require.Equal(t, "/a/b", moved.Header().Get("Location"), "the multiplexer answers this itself")
	requireSecure(t, moved)
}

func TestSeeOther(t *testing.T) {
	w := get(responder(io.Discard).Handle("/x", func(w http.ResponseWriter, _ *http.Request) error { return respond.SeeOther(w, "/y") }), "GET", "/x")
	require.Equal(t, 303, w.Code)
	require.Equal(t, "/y", w.Header().Get("Location"))
}
