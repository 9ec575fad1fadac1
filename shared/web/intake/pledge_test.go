package intake_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/submission"
)

func TestMembersThatMayBeLeftOut(t *testing.T) {
	s := newSite(t)
	receipt := s.mint().String()
	require.Equal(t, 201, s.post("/v1/pledges", receipt, `{"organisation":"RXX","audience":"board","bandGroup":"8-9","pledge":"PL01"}`).Code)
	same := s.post("/v1/pledges", receipt, `{"display":false,"dueOn":null,"ownWords":null,"pledge":"PL01","bandGroup":"8-9","audience":"board","organisation":"RXX"}`)
	require.Equal(t, 200, same.Code, "bodies are compared as values")

	response := s.mint().String()
	require.Equal(t, 201, s.post("/v1/responses", response, strings.Replace(beforeJSON, `,"before":null`, "", 1)).Code)
	require.Equal(t, 200, s.post("/v1/responses", response, beforeJSON).Code)
}

// A retry must get the same answer on whatever day it comes.
func TestRetriesAcrossMidnight(t *testing.T) {
	for path, body := range map[string]string{"/v1/pledges": pledgeJSON, "/v1/responses": beforeJSON} {
		t.Run(path, func(t *testing.T) {
			s := newSite(t)
			s.now = today.Time().Add(24*60*60*1e9 - 1)
			receipt := s.mint().String()
			first := s.post(path, receipt, body)
			require.Equal(t, 201, first.Code)
			s.now = today.Time().AddDate(0, 0, 1)
			next := s.post(path, receipt, body)
			require.Equal(t, 200, next.Code)
			s.days(4)
			late := s.post(path, receipt, body)
			require.Equal(t, 200, late.Code, "a stored receipt is never too old")
			require.Equal(t, first.Body.String(), next.Body.String())
			require.Equal(t, first.Body.String(), late.Body.String())
			require.Equal(t, 409, s.post(path, receipt, strings.Replace(body, "1-4", "5-7", 1)).Code)
			require.Len(t, s.items(), 1)
			require.Equal(t, 422, s.post(path, strings.Replace(receipt, "2026-11-22.", "2026-11-24.", 1), body).Code, "a new one is")
		})
	}
}

func TestDaysAReceiptIsAcceptedOn(t *testing.T) {
	s := newSite(t)
	for days, status := range map[int]int{-3: 422, -2: 201, -1: 201, 0: 201, 1: 201, 2: 422} {
		receipt, err := submission.Mint(today, s.random)
		require.NoError(t, err)
		at := s.now
		s.days(-days)
		require.Equal(t, status, s.post("/v1/pledges", receipt.String(), pledgeJSON).Code, "minted %d days after the server's", days)
		s.now = at
	}
}

func TestWithdrawalBeforeTheDelayedSubmit(t *testing.T) {
	for path, body := range map[string]string{"/v1/pledges": pledgeJSON, "/v1/responses": beforeJSON} {
		t.Run(path, func(t *testing.T) {
			s := newSite(t)
			receipt := s.mint().String()
			require.Equal(t, 204, s.mine("DELETE", path+"/mine", receipt).Code)
			late := s.post(path, receipt, body)
			require.Equal(t, 410, late.Code)
			require.Equal(t, "/problems/withdrawn", s.problem(late).Type)
			require.Equal(t, 204, s.mine("DELETE", path+"/mine", receipt).Code, "again and again")
			require.Equal(t, 410, s.post(path, receipt, strings.Replace(body, "1-4", "5-7", 1)).Code, "whatever the body")
			require.Equal(t, []submission.Row{submission.Tombstone}, s.items())
		})
	}
}

func TestWithdrawingAReceiptThatCannotBeUsed(t *testing.T) {
	s := newSite(t)
	receipt := s.mint().String()
	s.days(4)
	require.Equal(t, 204, s.mine("DELETE", "/v1/pledges/mine", receipt).Code, "nothing can be sent under it any more")
	require.Empty(t, s.items())
	s.days(-7)
	future := s.mine("DELETE", "/v1/pledges/mine", receipt)
	require.Equal(t, 422, future.Code)
	require.Equal(t, "Receipt", s.problem(future).Errors[0].Field)
}

func TestOneReceiptForAPledgeAndAResponse(t *testing.T) {
	s := newSite(t)
	receipt := s.mint()
	require.Equal(t, 201, s.post("/v1/pledges", receipt.String(), pledgeJSON).Code)
	require.Equal(t, 201, s.post("/v1/responses", receipt.String(), beforeJSON).Code)
	require.Equal(t, 409, s.post("/v1/responses", receipt.String(), afterJSON).Code, "but never for two responses")
	require.Equal(t, 204, s.mine("DELETE", "/v1/responses/mine", receipt.Code('S')).Code)
	require.Equal(t, 200, s.mine("GET", "/v1/pledges/mine", receipt.Code('P')).Code, "the pledge stands")
}

func TestStatus(t *testing.T) {
	s := newSite(t)
	receipt := s.mint().String()
	patch := func(status string) int {
		return s.do(request{"PATCH", "/v1/pledges/mine", []string{"Receipt", receipt, "Content-Type", jsonType}, `{"status":"` + status + `"}`}).Code
	}
	require.Equal(t, 404, patch("kept"))
	s.post("/v1/pledges", receipt, pledgeJSON)
	for _, status := range []string{"kept", "kept", "partly_kept", "not_kept", "made", "kept"} {
		require.Equal(t, 200, patch(status))
		require.Equal(t, status, s.member(s.mine("GET", "/v1/pledges/mine", receipt), "status"))
	}
	again := s.post("/v1/pledges", receipt, pledgeJSON)
	require.Equal(t, 200, again.Code)
	require.Equal(t, "kept", s.member(again, "status"), "a replay shows the present status")
	s.mine("DELETE", "/v1/pledges/mine", receipt)
	require.Equal(t, 410, patch("made"))
}

func TestAllFaultsOfAChangeAreToldAtOnce(t *testing.T) {
	s := newSite(t)
	p := s.problem(s.do(request{"PATCH", "/v1/pledges/mine", []string{"Content-Type", jsonType}, `{}`}))
	require.Len(t, p.Errors, 2)
	require.Equal(t, "Receipt", p.Errors[0].Field)
	require.Equal(t, "status", p.Errors[1].Field)
}

func TestTheHolderOfAnotherReceiptSeesNothing(t *testing.T) {
	s := newSite(t)
	receipt := s.mint().String()
	s.post("/v1/pledges", receipt, pledgeJSON)
	missing := s.mine("GET", "/v1/pledges/mine", s.mint().String())
	require.Equal(t, 404, missing.Code)
	for i := len("2026-11-22."); i < len(receipt); i++ {
		for _, c := range "0a" {
			other := receipt[:i] + string(c) + receipt[i+1:]
			if receipt[i] == '-' || other == receipt {
				continue
			}
			w := s.mine("GET", "/v1/pledges/mine", other)
			require.Contains(t, []int{404, 422}, w.Code, other)
			if w.Code == 404 {
				require.Equal(t, missing.Body.String(), w.Body.String())
			}
		}
	}
}

func TestHeadAnswersAsGet(t *testing.T) {
	s := newSite(t)
	receipt := s.mint().String()
	s.post("/v1/pledges", receipt, pledgeJSON)
	for _, path := range []string{"/", "/v1/campaign", "/v1/organisations", "/v1/pledges/mine", "/healthz", "/pledge/manage", "/nothing"} {
		got, head := s.mine("GET", path, receipt), s.mine("HEAD", path, receipt)
		require.Equal(t, got.Code, head.Code, path)
		require.Equal(t, got.Header(), head.Header(), path)
		require.Empty(t, head.Body.String(), path)
	}
}
