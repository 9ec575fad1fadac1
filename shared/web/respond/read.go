package respond

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxBody is the largest body that is read, in bytes.
const MaxBody = 16 << 10

// The media types that are read.
const (
	MediaJSON = "application/json"
	MediaForm = "application/x-www-form-urlencoded"
)

// ReadJSON reads the body, one JSON object, into v. It is strict: names are
// matched exactly and known ones only, once each, in valid UTF-8, with nothing
// after the object. The error is ErrMediaType, ErrTooLarge, or ErrMalformed with a detail that names the fault.
func ReadJSON(w http.ResponseWriter, r *http.Request, v any) error {
	body, err := read(w, r, MediaJSON)
	if err != nil {
		return err
	}
	return decode(body, v)
}

func decode(body []byte, v any) error {
	switch content := bytes.TrimLeft(body, " \t\r\n"); {
	case len(content) == 0:
		return Detail(ErrMalformed, "The body is empty.")
	case content[0] != '{': // null would otherwise pass for an object without members
		return Detail(ErrMalformed, "The body is not a JSON object.")
	}
	if err := json.Unmarshal(body, v, json.RejectUnknownMembers(true)); err != nil {
		return Detail(fmt.Errorf("%w: %w", ErrMalformed, err), fault(err))
	}
	return nil
}

// fault says what is wrong with a JSON text, and where, without the names that the program has for things.
func fault(err error) string {
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Sprintf("%s is there twice.", member(syntactic.JSONPointer))
	case errors.As(err, &syntactic):
		return fmt.Sprintf("The body is not valid JSON: see byte %d.", syntactic.ByteOffset)
	case errors.As(err, &semantic) && errors.Is(err, json.ErrUnknownName):
		return fmt.Sprintf("%s is not known here. Names are case-sensitive.", member(semantic.JSONPointer))
	case errors.As(err, &semantic):
		return fmt.Sprintf("%s has the wrong type.", member(semantic.JSONPointer))
	}
	return "The body is not valid JSON."
}

// member names a place in a JSON text, cut short so that the sentence stays one line.
func member(p jsontext.Pointer) string {
	const most = 60
	s := []rune(strings.TrimPrefix(string(p), "/"))
	if len(s) > most {
		s = append(s[:most], '…')
	}
	return fmt.Sprintf("%q", string(s))
}

// ReadForm reads the body, an HTML form. Names may be there twice; Get then returns the first.
// The error is ErrMediaType, ErrTooLarge or ErrMalformed.
func ReadForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	body, err := read(w, r, MediaForm)
	if err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, Detail(ErrMalformed, "The form cannot be read.")
	}
	for name, list := range values {
		if !utf8.ValidString(name + strings.Join(list, "")) {
			return nil, Detail(ErrMalformed, "The form is not valid UTF-8.")
		}
	}
	return values, nil
}

// read returns the body if it is of the media type, in UTF-8, not compressed and not too large.
func read(w http.ResponseWriter, r *http.Request, mediaType string) ([]byte, error) {
	if !is(r, mediaType) {
		return nil, Detail(ErrMediaType, fmt.Sprintf("Send the body as %s in UTF-8, not compressed.", mediaType))
	}
	if r.ContentLength > MaxBody {
		return nil, ErrTooLarge
	}
	var body bytes.Buffer
	body.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead) // all at once, if the length is true
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, ErrTooLarge
	case err != nil: // the error's own text names the client's address
		return nil, Detail(ErrMalformed, "The body broke off.")
	}
	return body.Bytes(), nil
}

func is(r *http.Request, mediaType string) bool {
	types, encodings := r.Header.Values("Content-Type"), r.Header.Values("Content-Encoding")
	if len(types) != 1 || len(encodings) > 1 || len(encodings) == 1 && !strings.EqualFold(encodings[0], "identity") {
		return false
	}
	if types[0] == mediaType {
		return true
	}
	named, parameters, err := mime.ParseMediaType(types[0])
	if err != nil || named != mediaType {
		return false
	}
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}
