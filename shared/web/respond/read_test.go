package respond_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/web/respond"
)

// body is an object with one member of each sort.
type body struct {
	Name  string            `json:"name"`
	Shown bool              `json:"shown"`
	More  map[string]string `json:"more"`
}

func post(contentType, content string) *http.Request {
	r := httptest.NewRequest("POST", "/v1/x", strings.NewReader(content))
	r.Header.Set("Content-Type", contentType)
	return r
}

// sent answers with what ReadJSON or ReadForm made of a request.
func sent(t *testing.T, r *http.Request, read func(http.ResponseWriter, *http.Request) error) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	responder(io.Discard).Handle("/v1/x", func(w http.ResponseWriter, r *http.Request) error {
		if err := read(w, r); err != nil {
			return err
		}
		return respond.NoContent(w)
	}).ServeHTTP(w, r)
	return w
}

func readJSON(w http.ResponseWriter, r *http.Request) error {
	var b body
	return respond.ReadJSON(w, r, &b)
}

func readForm(w http.ResponseWriter, r *http.Request) error {
	_, err := respond.ReadForm(w, r)
	return err
}

func TestReadJSON(t *testing.T) {
	var b body
	r := post("Application/JSON; charset=UTF-8", " {\"name\":\"\\u00e9\",\"more\":{\"b\":\"1\",\"a\":\"2\"}} \n")
	r.Header.Set("Content-Encoding", "identity")
	require.NoError(t, respond.ReadJSON(httptest.NewRecorder(), r, &b))
	require.Equal(t, body{Name: "é", More: map[string]string{"a": "2", "b": "1"}}, b)
}

func TestMalformedJSONIsRefusedAndTheFaultNamed(t *testing.T) {
	for name, test := range map[string]struct{ content, detail string }{
		"empty":                  {"", "The body is empty."},
		"space only":             {" \n", "The body is empty."},
		"null":                   {"null", "The body is not a JSON object."},
		"array":                  {`[{"name":"x"}]`, "The body is not a JSON object."},
		"text":                   {`"x"`, "The body is not a JSON object."},
		"number":                 {`1`, "The body is not a JSON object."},
		"byte order mark":        {"\ufeff{}", "The body is not a JSON object."},
		"UTF-16":                 {"\xff\xfe{\x00}\x00", "The body is not a JSON object."},
		"unknown member":         {`{"age":1}`, `"age" is not known here. Names are case-sensitive.`},
		"odd case":               {`{"Name":"x"}`, `"Name" is not known here. Names are case-sensitive.`},
		"duplicate":              {`{"name":"x","name":"x"}`, `"name" is there twice.`},
		"duplicate, escaped":     {`{"name":"x","n\u0061me":"y"}`, `"name" is there twice.`},
		"duplicate deeper":       {`{"more":{"a":"1","a":"2"}}`, `"more/a" is there twice.`},
		"number for text":        {`{"name":1}`, `"name" has the wrong type.`},
		"text for a truth value": {`{"shown":"true"}`, `"shown" has the wrong type.`},
		"text for an object":     {`{"more":"a"}`, `"more" has the wrong type.`},
		"number deeper":          {`{"more":{"a":1}}`, `"more/a" has the wrong type.`},
		"trailing object":        {`{} {}`, "The body is not valid JSON: see byte 3."},
		"trailing text":          {`{}x`, "The body is not valid JSON: see byte 2."},
		"truncated":              {`{"name":"x"`, "The body is not valid JSON: see byte 11."},
		"trailing comma":         {`{"name":"x",}`, "The body is not valid JSON: see byte 11."},
		"single quotes":          {`{'name':'x'}`, "The body is not valid JSON: see byte 1."},
		"comment":                {`{/**/}`, "The body is not valid JSON: see byte 1."},
		"NaN":                    {`{"name":NaN}`, "The body is not valid JSON: see byte 8."},
		"invalid UTF-8":          {"{\"name\":\"\xff\"}", "The body is not valid JSON: see byte 9."},
		"overlong UTF-8":         {"{\"name\":\"\xc0\xaf\"}", "The body is not valid JSON: see byte 9."},
		"lone surrogate":         {`{"name":"\ud800"}`, "The body is not valid JSON: see byte 9."},
		"raw line end":           {"{\"name\":\"a\nb\"}", "The body is not valid JSON: see byte 10."},
		"bad escape":             {`{"name":"\x41"}`, "The body is not valid JSON: see byte 9."},
		"raw NUL":                {"{\"name\":\"\x00\"}", "The body is not valid JSON: see byte 9."},
		"deep":                   {`{"more":` + strings.Repeat(`[`, 8000), `"more" has the wrong type.`},
	} {
		t.Run(name, func(t *testing.T) {
			w := sent(t, post("application/json", test.content), readJSON)
			require.Equal(t, 400, w.Code)
			p := problem(t, w)
			require.Equal(t, "/problems/malformed", p.Type)
			require.Equal(t, test.detail, p.Detail)
		})
	}
	long := sent(t, post("application/json", `{"`+strings.Repeat("é", 5000)+`":1}`), readJSON)
	require.Less(t, len(problem(t, long).Detail), 200, "a long name is cut short")
}

func TestMediaTypes(t *testing.T) {
	const object = `{"name":"x"}`
	for name, change := range map[string]func(*http.Request){
		"none":                     func(r *http.Request) { r.Header.Del("Content-Type") },
		"text":                     func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		"form":                     func(r *http.Request) { r.Header.Set("Content-Type", respond.MediaForm) },
		"other JSON":               func(r *http.Request) { r.Header.Set("Content-Type", "application/ld+json") },
		"longer name":              func(r *http.Request) { r.Header.Set("Content-Type", "application/jsonx") },
		"other charset":            func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=utf-16") },
		"empty charset":            func(r *http.Request) { r.Header.Set("Content-Type", `application/json; charset=""`) },
		"broken parameter":         func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset") },
		"two":                      func(r *http.Request) { r.Header.Add("Content-Type", "application/json") },
		"gzip":                     func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") },
		"identity, then deflate":   func(r *http.Request) { r.Header.Set("Content-Encoding", "identity, deflate") },
		"two encodings, one named": func(r *http.Request) { r.Header["Content-Encoding"] = []string{"identity", "gzip"} },
	} {
		t.Run(name, func(t *testing.T) {
			r := post("application/json", object)
			change(r)
			require.Equal(t, 415, sent(t, r, readJSON).Code)
		})
	}
	require.Equal(t, 415, sent(t, post("multipart/form-data; boundary=x", "--x--"), readForm).Code)
	require.Equal(t, 204, sent(t, post(respond.MediaForm+"; charset=utf-8", "a=b"), readForm).Code)
}

func TestLimitOfTheBody(t *testing.T) {
	fill := func(size int) string { return `{"name":"` + strings.Repeat("x", size-len(`{"name":""}`)) + `"}` }
	require.Equal(t, 204, sent(t, post("application/json", fill(respond.MaxBody)), readJSON).Code)
	require.Equal(t, 413, sent(t, post("application/json", fill(respond.MaxBody+1)), readJSON).Code)
	require.Equal(t, 413, sent(t, post(respond.MediaForm, strings.Repeat("a", respond.MaxBody+1)), readForm).Code)

	chunked := post("application/json", fill(respond.MaxBody+1))
	chunked.ContentLength = -1
	require.Equal(t, 413, sent(t, chunked, readJSON).Code)

	lying := post("application/json", fill(respond.MaxBody+1))
	lying.ContentLength = 10
	require.Equal(t, 413, sent(t, lying, readJSON).Code)

	announced := post("application/json", "{}")
	announced.ContentLength = 1 << 40
	announced.Body = io.NopCloser(iotest.ErrReader(errors.New("nothing of it should be read")))
	require.Equal(t, 413, sent(t, announced, readJSON).Code)
}

func TestAGzipBombIsNotOpened(t *testing.T) {
	var packed strings.Builder
	z := gzip.NewWriter(&packed)
	_, err := io.Copy(z, io.LimitReader(zeros{}, 8<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	r := post("application/json", packed.String())
	r.Header.Set("Content-Encoding", "gzip")
	require.Equal(t, 415, sent(t, r, readJSON).Code)
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestABodyThatBreaksOff(t *testing.T) {
	r := post("application/json", "")
	r.ContentLength = 100
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"na`), iotest.ErrReader(errors.New("read tcp 192.0.2.77:1: reset"))))
	w := sent(t, r, readJSON)
	require.Equal(t, 400, w.Code)
	require.Equal(t, "The body broke off.", problem(t, w).Detail)
}

func TestReadForm(t *testing.T) {
	form, err := respond.ReadForm(httptest.NewRecorder(), post(respond.MediaForm, "a=1&a=2&b=%C3%A9+x"))
	require.NoError(t, err)
	require.Equal(t, url.Values{"a": {"1", "2"}, "b": {"é x"}}, form)
	require.Equal(t, "1", form.Get("a"), "the first wins")
	for name, content := range map[string]string{
		"bad escape": "a=%zz", "truncated escape": "a=%4", "semicolon": "a=1;b=2", "invalid UTF-8": "a=%ff", "invalid UTF-8 in a name": "%ff=a",
	} {
		require.Equal(t, 400, sent(t, post(respond.MediaForm, content), readForm).Code, name)
	}
}

func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{`{}`, `{"name":"x","shown":true,"more":{"a":"b"}}`, `{"name":null}`, `{"a":[{}]}`, "\xff", `{"name":"\ud800"}`, ``} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		w := sent(t, post("application/json", content), readJSON)
		switch {
		case len(content) > respond.MaxBody:
			require.Equal(t, 413, w.Code)
		case w.Code != 204:
			require.Equal(t, 400, w.Code)
			require.NotContains(t, problem(t, w).Detail, "respond_test", "Go's names are not told")
		default:
			require.True(t, json.Valid([]byte(content)), "another reader takes it for JSON too")
			require.True(t, utf8.ValidString(content))
		}
	})
}
