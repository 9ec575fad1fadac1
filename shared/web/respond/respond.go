// Package respond turns what a handler returns into an HTTP answer.
//
// A Handler returns an error instead of writing one. Responder.Handle looks it
// up in the one table from error to status (problem.go) and answers with RFC 9457
// problem+json below /v1/ and with an HTML page elsewhere. Whatever a handler
// sends goes out through JSON, HTML, Bytes, NoContent or SeeOther, which build the
// whole body before the first header is written, so that a page that fails half
// way is a 500 and never half a page with 200.
package respond

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// Handler answers a request or returns an error, and then has written nothing.
type Handler func(http.ResponseWriter, *http.Request) error

// ErrorPage writes the HTML page that tells a person of a problem. All three
// texts are for people.
type ErrorPage func(w io.Writer, status int, title, detail string) error

// Responder makes http.Handlers of Handlers. All fields are needed.
type Responder struct {
	Log  *slog.Logger
	Now  func() time.Time // measures how long an answer took
	Page ErrorPage
}

// The values of Cache-Control. An answer has NoStore unless its handler sets another; errors always have.
const (
	NoStore   = "no-store"                            // a receipt or a stored pledge is in it
	Step      = "private, no-cache"                   // a step of a form: the browser's Back must work
	Public    = "public, max-age=60"                  // the same for everybody, and changes at most once a day
	Immutable = "public, max-age=31536000, immutable" // a file whose name holds its digest
)

// What stands on every answer, errors included. The slices are shared by all answers: Set puts
// another in their place, and Add makes a copy because they are full.
var (
	contentPolicy = []string{"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}
	contentType  = []string{"nosniff"}
	referrer     = []string{"no-referrer"}
	cacheControl = []string{NoStore}
)

// Secure is h with the headers that stand on every answer. Handle sets them too;
// this is for what comes before a route is found, such as a ServeMux that sends a browser to a tidier path.
func Secure(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		h.ServeHTTP(w, r)
	})
}

func secure(h http.Header) {
	h["Content-Security-Policy"] = contentPolicy
	h["X-Content-Type-Options"] = contentType
	h["Referrer-Policy"] = referrer
	h["Cache-Control"] = cacheControl
}

// NotFound answers that there is nothing at an address: what a site answers where no route matches.
func (re *Responder) NotFound() http.Handler {
	return re.Handle("none", func(http.ResponseWriter, *http.Request) error { return ErrNotFound })
}

// Handle returns the http.Handler of h. The route is its path pattern; it is
// logged in place of the path, with the method, the status and the duration, and nothing else of a request ever is.
func (re *Responder) Handle(route string, h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := re.Now()
		out := &recorder{ResponseWriter: w, request: r}
		secure(out.Header())
		about := make([]slog.Attr, 2, 4)
		about[0], about[1] = slog.String("method", known(r.Method)), slog.String("route", route)
		if err := run(h, out, r); err != nil {
			re.fail(out, r, about, err)
		}
		about = append(about, slog.Int("status", out.status), slog.Duration("duration", re.Now().Sub(start)))
		re.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", about...)
	})
}

// run calls h and makes an error of a panic.
func run(h Handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case runtime.Error:
			err = fmt.Errorf("panic: %w\n%s", v, debug.Stack())
		case error:
			if errors.Is(v, http.ErrAbortHandler) {
				panic(v)
			}
			err = fmt.Errorf("panic: %T\n%s", v, debug.Stack())
		default: // its value may hold what was sent, so only its type is told
			err = fmt.Errorf("panic: %T\n%s", v, debug.Stack())
		}
	}()
	return h(w, r)
}

// fail answers for an error, as long as nothing was answered yet.
func (re *Responder) fail(w *recorder, r *http.Request, about []slog.Attr, err error) {
	if errors.Is(err, errGone) {
		return // nobody is there to be told
	}
	p, retryAfter := problem(err)
	if p.Status >= http.StatusInternalServerError {
		level := slog.LevelError
		if p.Status == http.StatusServiceUnavailable {
			level = slog.LevelWarn // it passes by itself
		}
		re.Log.LogAttrs(r.Context(), level, "request failed", append(about[:2:2], slog.String("error", err.Error()))...)
	}
	if w.status != 0 {
		return
	}
	w.Header().Set("Cache-Control", NoStore)
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	var not notAllowed
	if errors.As(err, &not) {
		w.Header().Set("Allow", not.allow)
	}
	page := re.Page
	var own paged
	if errors.As(err, &own) {
		page = own.page
	}
	if err := write(w, r, p, page); err != nil && !errors.Is(err, errGone) {
		re.Log.LogAttrs(r.Context(), slog.LevelError, "telling of a problem failed", append(about[:2:2], slog.String("error", err.Error()))...)
	}
}

func write(w *recorder, r *http.Request, p Problem, page ErrorPage) error {
	if IsAPI(r) {
		return send(w, p.Status, "application/problem+json", p)
	}
	err := HTML(w, p.Status, func(w io.Writer) error { return page(w, p.Status, p.Title, p.plain()) })
	if err != nil && w.status == 0 {
		http.Error(w, p.Title, http.StatusInternalServerError)
	}
	return err
}

// IsAPI reports whether a program is asking, which wants JSON, and not a browser, which wants a page.
func IsAPI(r *http.Request) bool {
	return r.URL.Path == "/v1" || strings.HasPrefix(r.URL.Path, "/v1/")
}

// known is the method if it is one of HTTP's own: others are text from outside and have no place in a log.
func known(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return method
	}
	return "other"
}

// recorder remembers the status that was sent, and sends no body to HEAD.
type recorder struct {
	http.ResponseWriter
	request *http.Request
	status  int // 0 until the header is written
}

// WriteHeader sends the header, once.
func (w *recorder) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.request.Method == http.MethodHead {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// gone reports whether the request ended because the client or the deadline ended it.
func gone(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
