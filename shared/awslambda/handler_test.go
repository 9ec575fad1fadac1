package awslambda_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/awslambda"
	_ "learningforlife/shared/seeded"
)

// event is a request as an HTTP API hands it over, with what is of no use here too.
func event(method, path string, more map[string]any) []byte {
	e := map[string]any{
		"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
		"headers": map[string]string{"host": "learning.example.org"},
		"requestContext": map[string]any{
			"domainName": "learning.example.org", "stage": "$default", "timeEpoch": 1795338000000,
			"http": map[string]any{"method": method, "path": path, "sourceIp": "192.0.2.77", "userAgent": "a device"},
		},
		"isBase64Encoded": false,
	}
	for name, value := range more {
		e[name] = value
	}
	content, err := json.Marshal(e, json.Deterministic(true))
	if err != nil {
		panic(err)
	}
	return content
}

// answer is what the gateway is told, read by another codec than the one that wrote it.
type answer struct {
	StatusCode      int
	Headers         map[string]string
	Cookies         []string
	Body            string
	IsBase64Encoded bool
}

func invoke(t require.TestingT, h http.HandlerFunc, event []byte) answer {
	reply, err := awslambda.Handler(h).Invoke(context.Background(), event)
	require.NoError(t, err)
	var a answer
	require.NoError(t, json.Unmarshal(reply, &a, json.MatchCaseInsensitiveNames(true), json.RejectUnknownMembers(true)))
	return a
}

// request is what a handler gets of the event, and its body.
func request(t *testing.T, event []byte) (asked *http.Request, body string) {
	t.Helper()
	var content bytes.Buffer
	var failed error
	invoke(t, func(_ http.ResponseWriter, r *http.Request) {
		asked = r
		_, failed = content.ReadFrom(r.Body)
		failed = errors.Join(failed, r.Body.Close())
	}, event)
	require.NoError(t, failed)
	require.NotNil(t, asked, "the handler is asked")
	return asked, content.String()
}

func TestRequestIsReadAsAServerReadsIt(t *testing.T) {
	r, body := request(t, event("POST", "/v1/a%20b/%C3%BC", map[string]any{
		"rawQueryString": "x=1&x=2&y=%20",
		"cookies":        []string{"a=1", "b=2"},
		"headers": map[string]string{"host": "other.example.org", "idempotency-key": "k", "content-type": "application/json",
			"accept": "text/html, application/json"},
		"body": base64.StdEncoding.EncodeToString([]byte(`{"a":"é"}`)), "isBase64Encoded": true,
	}))
	require.Equal(t, `{"a":"é"}`, body)
	require.EqualValues(t, len(body), r.ContentLength)
	require.Equal(t, "POST", r.Method)
	require.Equal(t, "/v1/a b/ü", r.URL.Path)
	require.Equal(t, "/v1/a%20b/%C3%BC", r.URL.EscapedPath())
	require.Equal(t, "/v1/a%20b/%C3%BC?x=1&x=2&y=%20", r.RequestURI)
	require.Equal(t, []string{"1", "2"}, r.URL.Query()["x"])
	require.Equal(t, "learning.example.org", r.Host)
	require.Empty(t, r.RemoteAddr)
	require.Equal(t, http.Header{
		"Idempotency-Key": {"k"}, "Content-Type": {"application/json"}, "Accept": {"text/html, application/json"}, "Cookie": {"a=1; b=2"},
	}, r.Header)
	cookie, err := r.Cookie("b")
	require.NoError(t, err)
	require.Equal(t, "2", cookie.Value)
}

func TestPathThatIsUnescapedAlready(t *testing.T) {
	r, _ := request(t, event("GET", "/100% sure", nil))
	require.Equal(t, "/100% sure", r.URL.Path)
	require.Equal(t, "/100%25%20sure", r.URL.EscapedPath())
}

func TestRequestWithoutMuch(t *testing.T) {
	r, body := request(t, event("GET", "/", map[string]any{"requestContext": map[string]any{"http": map[string]any{"method": "GET"}}}))
	require.Empty(t, body)
	require.Zero(t, r.ContentLength)
	require.Equal(t, "learning.example.org", r.Host, "from the header")
}

func TestAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    answer
	}{
		"text": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Length", "6")
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, "Grüße <&>")
		}, answer{StatusCode: 201, Headers: map[string]string{"Content-Type": "text/plain"}, Body: "Grüße <&>"}},
		"nothing": {func(http.ResponseWriter, *http.Request) {}, answer{StatusCode: 200, Headers: map[string]string{}}},
		"a body without a status": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "a")
			w.WriteHeader(http.StatusTeapot)
			w.Header().Set("Late", "x")
			_, _ = io.WriteString(w, "b")
		}, answer{StatusCode: 200, Headers: map[string]string{}, Body: "ab"}},
		"several of one name": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Vary", "Accept")
			w.Header().Add("Vary", "Cookie")
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2", HttpOnly: true})
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNoContent)
		}, answer{StatusCode: 204, Headers: map[string]string{"Vary": "Accept, Cookie"}, Cookies: []string{"a=1", "b=2; HttpOnly"}}},
		"bytes": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0xff, 0, 0xfe}) },
			answer{StatusCode: 200, Headers: map[string]string{}, Body: "/wD+", IsBase64Encoded: true}},
		"a character in two writes": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("\xc3"))
			_, _ = w.Write([]byte("\xbc"))
		}, answer{StatusCode: 200, Headers: map[string]string{}, Body: "ü"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, invoke(t, test.handler, event("GET", "/", nil))) })
	}
}

// TestAnyBodyArrives holds that a body comes through both ways as it was sent.
func TestAnyBodyArrives(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Map(rapid.String(), func(s string) []byte { return []byte(s) })).Draw(t, "body")
		a := invoke(t, echo, event("POST", "/", map[string]any{"body": base64.StdEncoding.EncodeToString(body), "isBase64Encoded": true}))
		got := []byte(a.Body)
		if a.IsBase64Encoded {
			var err error
			got, err = base64.StdEncoding.DecodeString(a.Body)
			require.NoError(t, err)
		}
		require.True(t, bytes.Equal(body, got))
	})
}

func TestMalformedRequests(t *testing.T) {
	const secret = "a receipt"
	for name, test := range map[string]struct {
		event []byte
		fault string
	}{
		"no JSON":           {[]byte(secret), "reading a request: the event is not JSON: see byte 0"},
		"nothing":           {nil, "reading a request: the event is not JSON: see byte 0"},
		"null":              {[]byte("null"), "reading a request: the event is not a request of payload version 2.0"},
		"list":              {[]byte(`["` + secret + `"]`), "reading a request: the event has a member of the wrong type: see byte 0"},
		"cut short":         {[]byte(`{"body":"` + secret), "reading a request: the event is not JSON: see byte 18"},
		"invalid UTF-8":     {[]byte("{\"body\":\"\xff\"}"), "reading a request: the event is not JSON: see byte 9"},
		"twice":             {[]byte(`{"body":"a","body":"` + secret + `"}`), "reading a request: the event has a member twice: see byte 12"},
		"wrong type":        {[]byte(`{"version":"2.0","body":{"` + secret + `":1}}`), "reading a request: the event has a member of the wrong type: see byte 24"},
		"version 1.0":       {event("GET", "/", map[string]any{"version": "1.0"}), "reading a request: the event is not a request of payload version 2.0"},
		"schedule":          {[]byte(`{"schedule":"2026-11-22T22:30:00Z"}`), "reading a request: the event is not a request of payload version 2.0"},
		"no method":         {event("", "/", nil), "reading a request: the event has no method"},
		"no path":           {event("GET", "", nil), "reading a request: the event has no path"},
		"path of a proxy":   {event("GET", "http://"+secret, nil), "reading a request: the event has no path"},
		"body not base64":   {event("POST", "/", map[string]any{"body": secret, "isBase64Encoded": true}), "reading a request: the event's body is not base64"},
		"trailing nonsense": {append(event("GET", "/", nil), secret...), "reading a request: the event is not JSON: see byte 321"},
	} {
		t.Run(name, func(t *testing.T) {
			untouched := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was asked") })
			reply, err := awslambda.Handler(untouched).Invoke(t.Context(), test.event)
			require.EqualError(t, err, test.fault)
			require.Nil(t, reply)
		})
	}
}

func TestAnswerThatIsNoText(t *testing.T) {
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", "a receipt \xff") })
	_, err := awslambda.Handler(h).Invoke(t.Context(), event("GET", "/", nil))
	require.EqualError(t, err, "writing an answer: it is not in UTF-8")
}

func TestThereIsTimeToAnswer(t *testing.T) {
	end := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	var ends []time.Time // the zero time where there is no end
	h := awslambda.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, _ := r.Context().Deadline()
		ends = append(ends, got)
	}))
	for _, ctx := range []context.Context{ctx, context.Background()} {
		_, err := h.Invoke(ctx, event("GET", "/", nil))
		require.NoError(t, err)
	}
	require.Equal(t, []time.Time{end.Add(-500 * time.Millisecond), {}}, ends)
}

// FuzzHandler holds that no event breaks the handler, and that a fault tells nothing of one.
func FuzzHandler(f *testing.F) {
	f.Add(event("GET", "/", nil))
	f.Add(event("POST", "/v1/%zz", map[string]any{"body": "!", "isBase64Encoded": true, "cookies": []string{""}}))
	f.Add([]byte(`{"version":"2.0","rawPath":"/","headers":{"":"\n"},"requestContext":{"http":{"method":"\n"}}}`))
	f.Fuzz(func(t *testing.T, event []byte) {
		h := awslambda.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.WriteString(w, r.URL.String()); err != nil {
				t.Error(err)
			}
			if _, err := io.Copy(w, r.Body); err != nil {
				t.Error(err)
			}
		}))
		reply, err := h.Invoke(t.Context(), event)
		if err == nil {
			require.NotEmpty(t, reply)
			return
		}
		fault := strings.TrimRight(err.Error(), "0123456789")
		require.Contains(t, []string{
			"reading a request: the event is not JSON: see byte ",
			"reading a request: the event has a member twice: see byte ",
			"reading a request: the event has a member of the wrong type: see byte ",
			"reading a request: the event is not a request of payload version 2.",
			"reading a request: the event has no method",
			"reading a request: the event has no path",
			"reading a request: the event's body is not base",
		}, fault)
	})
}

// BenchmarkHandler is what this package adds to a request, beside what the handler does with it.
func BenchmarkHandler(b *testing.B) {
	posted := event("POST", "/v1/responses", map[string]any{
		"headers": map[string]string{"host": "learning.example.org", "content-type": "application/json", "accept": "*/*", "accept-encoding": "gzip, deflate, br",
			"idempotency-key": "2026-11-22.5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b21", "content-length": "178", "user-agent": "a device", "x-forwarded-for": "192.0.2.77"},
		"body": `{"wave":"after","organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{"A1":"strongly_agree","A2":"yes"},"before":"2026-11-22.0a6e5b38-1c5e-4b0b-8f0e-6d1a7e5d9c42"}`,
	})
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			b.Error(err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"receipt":"2026-11-22.5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b21"}`)
	})
	b.Run("event", func(b *testing.B) {
		h := awslambda.Handler(serve)
		b.SetBytes(int64(len(posted)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := h.Invoke(b.Context(), posted); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) { // the same without the package
		b.ReportAllocs()
		for b.Loop() {
			serve(httptest.NewRecorder(), &http.Request{Body: io.NopCloser(strings.NewReader("x"))})
		}
	})
}
