package respond

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
)

// JSON answers with v as application/json. Equal values give equal bytes.
func JSON(w http.ResponseWriter, status int, v any) error {
	return send(w, status, "application/json", v)
}

func send(w http.ResponseWriter, status int, mediaType string, v any) error {
	body, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return fmt.Errorf("writing an answer: %w", err)
	}
	return Bytes(w, status, mediaType, body)
}

// HTML answers with the page that render writes.
func HTML(w http.ResponseWriter, status int, render func(io.Writer) error) error {
	var body bytes.Buffer
	if err := render(&body); err != nil {
		return fmt.Errorf("writing a page: %w", err)
	}
	return Encoded(w, status, "text/html; charset=utf-8", body.Bytes(), func() []byte { return compress(body.Bytes()) })
}

// writers are kept, because a new one clears nearly a megabyte before it packs the first byte of a page.
var writers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compress is the content in gzip. No secret of the server's is in a page beside what somebody
// else could put there, so that its length tells nothing.
func compress(content []byte) []byte {
	var b bytes.Buffer
	w := writers.Get().(*gzip.Writer) //nolint:forcetypeassert // nothing else is put there
	defer writers.Put(w)
	w.Reset(&b)
	_, written := w.Write(content)
	if err := errors.Join(written, w.Close()); err != nil {
		panic(err) // memory takes all that is written
	}
	return b.Bytes()
}

// Encoded answers with a body that is complete already, as gzip makes it if the client takes that.
func Encoded(w http.ResponseWriter, status int, mediaType string, body []byte, gzip func() []byte) error {
	w.Header().Add("Vary", "Accept-Encoding")
	if r, ok := w.(*recorder); ok && acceptsGzip(r.request) {
		w.Header().Set("Content-Encoding", "gzip")
		body = gzip()
	}
	return Bytes(w, status, mediaType, body)
}

// acceptsGzip reports whether the client takes gzip.
func acceptsGzip(r *http.Request) bool {
	for _, accepted := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, _ := strings.Cut(strings.TrimSpace(accepted), ";")
		weight, isWeight := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		refused := isWeight && strings.Trim(weight, "0.") == ""
		if strings.EqualFold(strings.TrimSpace(name), "gzip") && !refused {
			return true
		}
	}
	return false
}

// Bytes answers with a body that is complete already.
func Bytes(w http.ResponseWriter, status int, mediaType string, body []byte) error {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		return errGone // the error's own text names the client's address
	}
	return nil
}

// NoContent answers 204.
func NoContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// SeeOther sends a browser on to another page of this site, to be fetched with GET.
func SeeOther(w http.ResponseWriter, to string) error {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
