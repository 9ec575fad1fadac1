package intake_test

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/web/ui/htmltest"
)

// TestGolden holds the status, every header and the body of an answer of each
// route, and of each sort of error. Of pages it holds the title: what else they show is tested by using them.
func TestGolden(t *testing.T) {
	s := newSite(t, with(campaigntest.FewTrusts(t)))
	pledge, response, later, other := s.mint(), s.mint(), s.mint(), s.mint()
	withBefore := strings.Replace(afterJSON, `}}`, `},"before":"`+response.Code('S')+`"}`, 1)
	own := strings.Replace(strings.Replace(pledgeJSON, `"PL01"`, `null`, 1), `"ownWords":null,"dueOn":"2027-03-31"`, `"ownWords":"I will read."`, 1)
	for _, step := range []struct {
		name string
		w    *httptest.ResponseRecorder
	}{
		{"campaign", s.do(request{"GET", "/v1/campaign", nil, ""})},
		{"organisations", s.do(request{"GET", "/v1/organisations", nil, ""})},
		{"healthz", s.do(request{"GET", "/healthz", nil, ""})},

		{"pledge-created", s.post("/v1/pledges", pledge.String(), pledgeJSON)},
		{"pledge-repeated", s.post("/v1/pledges", pledge.Code('P'), pledgeJSON)},
		{"pledge-conflict", s.post("/v1/pledges", pledge.String(), strings.Replace(pledgeJSON, "1-4", "5-7", 1))},
		{"pledge-invalid", s.post("/v1/pledges", "", `{"dueOn":"2026-02-30"}`)},
		{"pledge-malformed", s.post("/v1/pledges", other.String(), `{"organisation":1}`)},
		{"pledge-mine", s.mine("GET", "/v1/pledges/mine", pledge.String())},
		{"pledge-status", s.do(request{"PATCH", "/v1/pledges/mine", []string{"Receipt", pledge.String(), "Content-Type", jsonType}, `{"status":"kept"}`})},
		{"pledge-calendar", s.mine("POST", "/v1/pledges/mine/calendar", pledge.String())},
		{"pledge-own-words", s.post("/v1/pledges", other.String(), own)},
		{"pledge-own-words-mine", s.mine("GET", "/v1/pledges/mine", other.String())},
		{"pledge-own-words-calendar", s.mine("POST", "/v1/pledges/mine/calendar", other.String())},
		{"pledge-withdrawn", s.mine("DELETE", "/v1/pledges/mine", pledge.String())},
		{"pledge-mine-withdrawn", s.mine("GET", "/v1/pledges/mine", pledge.String())},
		{"pledge-mine-none", s.mine("GET", "/v1/pledges/mine", later.String())},
		{"pledge-mine-no-receipt", s.mine("GET", "/v1/pledges/mine", "")},

		{"response-created", s.post("/v1/responses", response.String(), beforeJSON)},
		{"response-calendar", s.mine("POST", "/v1/responses/mine/calendar", response.String())},
		{"response-after-created", s.post("/v1/responses", later.String(), withBefore)},
		{"response-after-calendar", s.mine("POST", "/v1/responses/mine/calendar", later.String())},
		{"response-withdrawn", s.mine("DELETE", "/v1/responses/mine", response.String())},
		{"response-again", s.post("/v1/responses", response.String(), beforeJSON)},

		{"method-api", s.do(request{"PUT", "/v1/pledges/mine", nil, ""})},
		{"method-page", s.do(request{"DELETE", "/pledge", nil, ""})},
		{"not-found-api", s.do(request{"GET", "/v1/nothing", nil, ""})},
		{"not-found-page", s.do(request{"GET", "/nothing", nil, ""})},
		{"untidy-path", s.do(request{"GET", "/survey//before", nil, ""})},

		{"page-home", s.do(request{"GET", "/", nil, ""})},
		{"page-pledge", s.do(request{"GET", "/pledge", nil, ""})},
		{"page-manage", s.do(request{"GET", "/pledge/manage", nil, ""})},
		{"page-survey", s.do(request{"GET", "/survey/before", nil, ""})},
		{"page-survey-chosen", s.do(request{"GET", "/survey/before?organisation=RXX", nil, ""})},
		{"page-survey-organisation", s.do(request{"GET", "/survey/before/RXX", nil, ""})},
		{"page-privacy", s.do(request{"GET", "/privacy", nil, ""})},
		{"page-withdraw", s.do(request{"GET", "/survey/withdraw", nil, ""})},
		{"page-how-scores-work", s.do(request{"GET", "/how-scores-work", nil, ""})},
	} {
		t.Run(step.name, func(t *testing.T) { golden(t, step.name, told(t, step.w)) })
	}
}

// told writes an answer out: status, headers, body.
func told(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var s strings.Builder
	fmt.Fprintln(&s, w.Code)
	for _, name := range slices.Sorted(maps.Keys(w.Header())) {
		if name != "Content-Length" {
			fmt.Fprintf(&s, "%s: %s\n", name, strings.Join(w.Header().Values(name), " | "))
		}
	}
	s.WriteString("\n")
	body := w.Body.String()
	switch mediaType, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";"); {
	case strings.HasSuffix(mediaType, "json"):
		value := jsontext.Value(body)
		require.NoError(t, value.Indent(jsontext.WithIndent("  ")))
		s.Write(value)
	case w.Code == 307 || w.Code == 301: // the multiplexer's own
	case mediaType == "text/html":
		s.WriteString(htmltest.Parse(t, body).Text("title"))
	default:
		s.WriteString(strings.ReplaceAll(body, "\r\n", "\n"))
	}
	return s.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
