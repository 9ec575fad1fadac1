package awslambda

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-json-experiment/json"
)

// request is what is read of the event of a request. Where it came from, by which device
// and when, is not.
type request struct {
	Version     string            `json:"version"`
	Path        string            `json:"rawPath"`
	Query       string            `json:"rawQueryString"`
	Cookies     []string          `json:"cookies"`
	Headers     map[string]string `json:"headers"` // lower case; several of one name are joined by commas
	Body        string            `json:"body"`
	Base64      bool              `json:"isBase64Encoded"`
	Environment struct {
		Domain string `json:"domainName"`
		HTTP   struct {
			Method string `json:"method"`
		} `json:"http"`
	} `json:"requestContext"`
}

// reply is how an HTTP API takes an answer.
type reply struct {
	Status  int               `json:"statusCode"`
	Headers map[string]string `json:"headers"`
	Cookies []string          `json:"cookies,omitempty"`
	Body    string            `json:"body"`
	Base64  bool              `json:"isBase64Encoded"`
}

// Handler answers the requests of an HTTP API (payload version 2.0) with h. A
// request has no address of a client. Its context is done half a second before
// Lambda ends the invocation, so that h can still answer when a store does not.
func Handler(h http.Handler) lambda.Handler { return gateway{h} }

type gateway struct{ http.Handler }

// Invoke implements lambda.Handler.
func (g gateway) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	var e request
	if err := decode(event, &e); err != nil {
		return nil, fmt.Errorf("reading a request: %w", err)
	}
	r, err := e.http()
	if err != nil {
		return nil, fmt.Errorf("reading a request: %w", err)
	}
	ctx, cancel := inTime(ctx)
	defer cancel()
	w := &writer{header: http.Header{}}
	g.ServeHTTP(w, r.WithContext(ctx))
	answer, err := json.Marshal(w.reply())
	if err != nil {
		return nil, errors.New("writing an answer: it is not in UTF-8") // the error's own text may repeat it
	}
	return answer, nil
}

// http returns the request as a server would have read it.
func (e *request) http() (*http.Request, error) {
	switch {
	case e.Version != "2.0":
		return nil, errors.New("the event is not a request of payload version 2.0")
	case e.Environment.HTTP.Method == "":
		return nil, errors.New("the event has no method")
	case !strings.HasPrefix(e.Path, "/"):
		return nil, errors.New("the event has no path")
	}
	body := e.Body
	if e.Base64 {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return nil, errors.New("the event's body is not base64")
		}
		body = string(decoded)
	}
	r := &http.Request{
		Method:        e.Environment.HTTP.Method,
		URL:           &url.URL{Path: e.Path, RawQuery: e.Query},
		RequestURI:    e.Path,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        make(http.Header, len(e.Headers)+1),
		Host:          e.Environment.Domain,
		Body:          http.NoBody,
		ContentLength: int64(len(body)),
	}
	if path, err := url.PathUnescape(e.Path); err == nil { // else the gateway has unescaped it already
		r.URL.Path, r.URL.RawPath = path, e.Path
	}
	if e.Query != "" {
		r.RequestURI += "?" + e.Query
	}
	if body != "" {
		r.Body = &stringBody{*strings.NewReader(body)}
	}
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	if r.Host == "" {
		r.Host = r.Header.Get("Host")
	}
	r.Header.Del("Host") // where a server has it too
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	return r, nil
}

// stringBody is a body that needs no closing.
type stringBody struct{ strings.Reader }

func (*stringBody) Close() error { return nil }

// writer gathers an answer.
type writer struct {
	header http.Header
	sent   http.Header // the header when the status was written; nil before
	status int
	body   []byte
}

// Header implements http.ResponseWriter.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. The first status counts, but those that only announce another.
func (w *writer) WriteHeader(status int) {
	if w.sent == nil && status >= http.StatusOK {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (w *writer) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, b...)
	return len(b), nil
}

// reply returns the answer. The gateway counts its length itself, and takes cookies apart from the header.
func (w *writer) reply() reply {
	w.WriteHeader(http.StatusOK)
	a := reply{Status: w.status, Headers: make(map[string]string, len(w.sent)), Cookies: w.sent["Set-Cookie"]}
	for name, values := range w.sent {
		if name != "Set-Cookie" && name != "Content-Length" {
			a.Headers[name] = strings.Join(values, ", ")
		}
	}
	if a.Base64 = !utf8.Valid(w.body); a.Base64 {
		a.Body = base64.StdEncoding.EncodeToString(w.body)
	} else {
		a.Body = string(w.body)
	}
	return a
}
