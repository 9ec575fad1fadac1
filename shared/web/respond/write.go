package respond

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"

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
	return Bytes(w, status, "text/html; charset=utf-8", body.Bytes())
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
