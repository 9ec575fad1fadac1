package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// served is a release as the API serves it, cut down to a trust half of whose people agree: 14 or 16 of whom a release prints
// 15 respondents and the effective size 10, 18 or 20 for 20 and 15.
func served(seq, respondents, effective int) []byte {
	return fmt.Appendf(nil, `{"release":{"seq":%d,"publishedAt":"2026-11-22"},"scores":[
  {"objective":3,"level":"organisation","code":"R0A","group":"bands_1_4",
   "before":{"value":50,"bound":null,"respondents":%d,"effective":%d},"after":{"value":null},"change":null,"details":{}}],
 "basis":{"frame":[{"code":"R0A","region":"London","type":"acute","sizes":{"bands_1_4":100,"others":200}}],
  "rules":{"peopleUnit":5,"fineFrom":400,"coarse":1,"fine":0.1,"nearExtreme":3,"boundStep":5,"boundMost":95},
  "campaign":{"disclosure":{"minimum":11},"weighting":{"groups":[{"group":"bands_1_4"}]},
   "groups":[{"id":"bands_1_4","audiences":["staff"],"bandGroups":["1-4"]}],
   "questions":[{"id":"A4"}],"tables":[],
   "objectives":[{"number":3,"measures":[{"groups":["bands_1_4"],"items":[{"question":"A4","favourable":["agree"]}]}]}]}}}`, seq, respondents, effective)
}

const gain = "change: release 1 and 2: organisation R0A, bands_1_4, wave before, table A4: its figures changed, and its size by 2 to 6 people\n"

func TestADirectory(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "1.json"), served(1, 15, 10), 0o600))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{folder}, &out, &out))
	require.Equal(t, "1 releases, 0 things pinned down\n", out.String())

	require.NoError(t, os.WriteFile(filepath.Join(folder, "2.json"), served(2, 20, 15), 0o600))
	out.Reset()
	require.EqualError(t, run(t.Context(), []string{folder}, &out, &out), "the releases give people away")
	require.Equal(t, gain+"2 releases, 1 things pinned down\n", out.String())

	out.Reset()
	require.Error(t, run(t.Context(), []string{folder, "-json"}, &out, &out))
	require.Equal(t, `{"kind":"change","releases":[1,2],"where":"organisation R0A, bands_1_4, wave before, table A4","what":"its figures changed, and its size by 2 to 6 people"}
{"releases":2,"found":1}
`, out.String())
}

func TestAServer(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/releases", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			http.Error(w, "sign in", http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, `{"releases":[{"seq":2},{"seq":1}]}`)
	})
	mux.HandleFunc("GET /v1/releases/1", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(served(1, 15, 10)) })
	mux.HandleFunc("GET /v1/releases/2", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(served(2, 20, 15)) })
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)

	var out bytes.Buffer
	require.EqualError(t, run(t.Context(), []string{site.URL + "/", "-token", "secret"}, &out, &out), "the releases give people away")
	require.Equal(t, gain+"2 releases, 1 things pinned down\n", out.String())
	require.ErrorContains(t, run(t.Context(), []string{site.URL}, &out, &out), "answered 401")
}

func TestWhatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	file := func(name string, content []byte) string {
		in := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(in, 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(in, name), content, 0o600))
		return in
	}
	twice := file("b.json", served(1, 15, 10))
	require.NoError(t, os.WriteFile(filepath.Join(twice, "a.json"), served(1, 15, 10), 0o600))
	for _, row := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "say whose releases"},
		{"two places", []string{"a", "b"}, "more than one place"},
		{"no folder", []string{filepath.Join(folder, "none")}, "looking for releases"},
		{"another format", []string{file("a.txt", served(1, 15, 10))}, "a.txt is in no format"},
		{"no release", []string{file("waiting.json", []byte(`{"release":null,"scores":[]}`))}, "nothing is released"},
		{"no rules", []string{file("bare.json", []byte(`{"release":{"seq":4},"scores":[]}`))}, "does not carry its rules"},
		{"no JSON", []string{file("torn.json", []byte(`{"release"`))}, "torn.json"},
		{"twice", []string{twice}, "release 1 is there twice"},
	} {
		var out bytes.Buffer
		require.ErrorContains(t, run(t.Context(), row.args, &out, &out), row.want, row.name)
	}
}
