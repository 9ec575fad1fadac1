package awslambda

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-json-experiment/json/jsontext"
)

// request is what is read of the event of a request. Where it came from, by which device
// and when, is not.
type request struct {
	Version     string   `json:"version"`
	Path        string   `json:"rawPath"`
	Query       string   `json:"rawQueryString"`
	Cookies     []string `json:"cookies"`
	Headers     headers  `json:"headers"`
	Body        string   `json:"body"`
	Base64      bool     `json:"isBase64Encoded"`
	Environment struct {
		Domain string `json:"domainName"`
		HTTP   struct {
			Method string `json:"method"`
		} `json:"http"`
	} `json:"requestContext"`
}

// headers are those of a request, whose names are in lower case; several of one name are joined by commas.
type headers http.Header

var errHeaders = errors.New("must be an object of texts")

// UnmarshalJSONFrom reads them as they are used, with no map between.
func (h *headers) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	start, err := d.ReadToken()
	switch {
	case err != nil:
		return err
	case start.Kind() == 'n':
		return nil
	case start.Kind() != '{':
		return errHeaders
	}
	const usual = 16
	*h = make(headers, usual)
	values := make([]string, 0, usual) // of all headers, as long as there is room
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		key := http.CanonicalHeaderKey(name.String())
		value, err := d.ReadToken()
		switch {
		case err != nil:
			return err
		case value.Kind() == '"':
			values = append(values, value.String())
		case value.Kind() == 'n':
			values = append(values, "")
		default:
			return errHeaders
		}
		(*h)[key] = values[len(values)-1 : len(values) : len(values)]
	}
	_, err = d.ReadToken()
	return err
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
	w := &writer{header: make(http.Header, 8)}
	g.ServeHTTP(w, r.WithContext(ctx))
	answer, err := w.reply()
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
		Header:        http.Header(e.Headers),
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
	if r.Header == nil {
		r.Header = http.Header{}
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
	status int    // 0 before it is written
	head   []byte // of the reply, as the header was when the status was written
	body   []byte
	err    error // of head
}

// Header implements http.ResponseWriter.
func (w *writer) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter. The first status counts, but those that only announce another.
func (w *writer) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
		w.head, w.err = appendHead(make([]byte, 0, headSize), status, w.header)
	}
}

// Write implements http.ResponseWriter.
func (w *writer) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, b...)
	return len(b), nil
}

// headSize is about as many bytes as a reply has without a page in it.
const headSize = 1 << 10

// appendHead begins a reply as an HTTP API takes it, with all but the body. The gateway counts that one's length
// itself, and takes cookies apart from the header:
//
//	{"statusCode":200,"headers":{"Content-Type":"text/plain"},"cookies":["a=b"],"body":"…","isBase64Encoded":false}
//
// It is written by hand because replies are made for every request, of few parts that are always the same.
func appendHead(to []byte, status int, header http.Header) ([]byte, error) {
	to = strconv.AppendInt(append(to, `{"statusCode":`...), int64(status), 10)
	to = append(to, `,"headers":{`...)
	var err error
	for name, values := range header {
		if name == "Set-Cookie" || name == "Content-Length" {
			continue
		}
		if to, err = appendText(to, name, ':'); err == nil {
			to, err = appendText(to, strings.Join(values, ", "), ',')
		}
		if err != nil {
			return nil, err
		}
	}
	to = append(bytes.TrimSuffix(to, []byte{','}), '}')
	if cookies := header["Set-Cookie"]; len(cookies) > 0 {
		to = append(to, `,"cookies":[`...)
		for _, cookie := range cookies {
			if to, err = appendText(to, cookie, ','); err != nil {
				return nil, err
			}
		}
		to = append(bytes.TrimSuffix(to, []byte{','}), ']')
	}
	return append(to, `,"body":`...), nil
}

// appendText appends a text in JSON, and what stands between it and the next.
func appendText(to []byte, text string, then byte) ([]byte, error) {
	to, err := jsontext.AppendQuote(to, text)
	return append(to, then), err
}

// reply returns the answer. It fails if a header is not in UTF-8; a body may be anything.
func (w *writer) reply() ([]byte, error) {
	w.WriteHeader(http.StatusOK)
	if w.err != nil {
		return nil, w.err
	}
	if !utf8.Valid(w.body) {
		to := append(w.head, '"')
		to = base64.StdEncoding.AppendEncode(to, w.body)
		return append(to, `","isBase64Encoded":true}`...), nil
	}
	to, err := jsontext.AppendQuote(w.head, w.body)
	return append(to, `,"isBase64Encoded":false}`...), err
}
