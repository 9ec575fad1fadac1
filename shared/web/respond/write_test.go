package respond_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
)

func TestPagesAreCompressedForThoseWhoTakeIt(t *testing.T) {
	body := strings.Repeat("<p>Learning at work.</p>", 100)
	h := responder(io.Discard).Handle("/", func(w http.ResponseWriter, _ *http.Request) error {
		return respond.HTML(w, http.StatusOK, func(w io.Writer) error { _, err := io.WriteString(w, body); return err })
	})
	for accepted, packed := range map[string]bool{
		"": false, "gzip": true, "br, gzip": true, "GZIP;q=0.5": true, "gzip;q=0": false, "gzip; q=0.000": false, "identity, gzip;q=1.0": true, "xgzip": false, "deflate": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", accepted)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, "Accept-Encoding", w.Header().Get("Vary"), accepted)
		require.Equal(t, fmt.Sprint(w.Body.Len()), w.Header().Get("Content-Length"), accepted)
		if !packed {
			require.Empty(t, w.Header().Get("Content-Encoding"), accepted)
			require.Equal(t, body, w.Body.String(), accepted)
			continue
		}
		require.Equal(t, "gzip", w.Header().Get("Content-Encoding"), accepted)
		require.Less(t, w.Body.Len(), len(body)/4, accepted)
		unpacked, err := gzip.NewReader(w.Body)
		require.NoError(t, err)
		got, err := io.ReadAll(unpacked)
		require.NoError(t, err)
		require.Equal(t, body, string(got), accepted)
	}
}

func TestAnErrorMayBringItsOwnPage(t *testing.T) {
	var log bytes.Buffer
	err := respond.WithPage(fmt.Errorf("storing: %w", submission.ErrUnavailable), func(w io.Writer, status int, title, _ string) error {
		_, err := fmt.Fprintf(w, "own %d %s", status, title)
		return err
	})
	w := get(responder(&log).Handle("/", failing(err)), http.MethodGet, "/")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "5", w.Header().Get("Retry-After"))
	require.Equal(t, "own 503 Not available just now", w.Body.String())
	require.Contains(t, log.String(), "storing")
	program := get(responder(io.Discard).Handle("/v1/x", failing(err)), http.MethodGet, "/v1/x")
	require.Contains(t, program.Body.String(), "/problems/unavailable", "programs get what they always get")
}
