package intake_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLogCanary sends unique texts wherever a text can be sent and looks for them in the log.
func TestLogCanary(t *testing.T) {
	s := newSite(t)
	receipt, other := s.mint(), s.mint()
	own := strings.Replace(pledgeJSON, `"PL01","ownWords":null`, `null,"ownWords":"canaryWords"`, 1)
	for _, r := range []string{receipt.String(), other.String(), "canaryReceipt"} {
		s.post("/v1/pledges", r, own)
		s.post("/v1/pledges", r, pledgeJSON)
		s.post("/v1/responses", r, beforeJSON)
		s.post("/v1/responses", r, `{"wave":"canaryWave","organisation":"canaryOrg","answers":{"canaryQuestion":"canaryAnswer"},"before":"canaryBefore"}`)
		s.post("/v1/responses", r, `{"canaryMember":1}`)
		s.post("/v1/responses", r, `canaryJSON`)
		s.mine("POST", "/v1/pledges/mine/calendar", r)
		s.mine("GET", "/v1/pledges/mine", r)
		s.form("/pledge/manage", url.Values{"receipt": {r}, "action": {"status"}, "status": {"canaryStatus"}})
		s.form("/pledge", url.Values{"receipt": {r}, "ownWords": {"canaryForm"}})
		s.form("/survey/withdraw", url.Values{"receipt": {r}})
		s.mine("DELETE", "/v1/pledges/mine", r)
	}
	s.do(request{"GET", "/survey/canaryPath/canaryCode?canary=Query", []string{"User-Agent", "canaryAgent", "Cookie", "canary=1", "X-Forwarded-For", "203.0.113.9"}, ""})
	s.do(request{"CANARY", "/canaryNowhere", nil, ""})
	broken := httptest.NewRequest("POST", "/v1/pledges", nil)
	broken.RemoteAddr = "203.0.113.9:999"
	s.handler.ServeHTTP(httptest.NewRecorder(), broken)
	require.NoError(t, s.store.Close())
	s.post("/v1/pledges", s.mint().String(), own)

	log := s.log.String()
	for _, secret := range []string{"canary", "CANARY", "203.0.113.9", receipt.String(), receipt.String()[11:19], receipt.Code('P'), receipt.Code('S'), receipt.Code('P')[2:11], "PL01", "RXX"} {
		require.NotContains(t, log, secret)
	}
	lines := strings.Split(strings.TrimSpace(log), "\n")
	require.Greater(t, len(lines), 30)
	for _, line := range lines {
		var record map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &record))
		for name := range record {
			require.Contains(t, []string{"time", "level", "msg", "method", "route", "status", "duration", "error"}, name)
		}
	}
}
