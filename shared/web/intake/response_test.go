package intake_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

func TestTheAnswerDoesNotTellWhetherAnEarlierCodeExists(t *testing.T) {
	s := newSite(t)
	known, unknown, foreign := s.mint(), s.mint(), s.mint()
	s.post("/v1/responses", known.String(), beforeJSON)
	s.post("/v1/responses", foreign.String(), strings.Replace(beforeJSON, "RXX", "R0A", 1))
	shape := func(before submission.Receipt) string {
		receipt := s.mint()
		body := strings.Replace(afterJSON, `}}`, `},"before":"`+before.String()+`"}`, 1)
		w := s.post("/v1/responses", receipt.String(), body)
		require.Equal(t, 201, w.Code, w.Body.String())
		require.Equal(t, 200, s.post("/v1/responses", receipt.String(), body).Code)
		require.Equal(t, 409, s.post("/v1/responses", receipt.String(), afterJSON).Code, "the code is part of the body")
		return strings.NewReplacer(receipt.String(), "R", receipt.Code('S'), "C").Replace(w.Body.String())
	}
	require.Equal(t, shape(known), shape(unknown))
	require.Equal(t, shape(known), shape(foreign), "a code from another organisation links nothing, and that is not told either")
	require.Len(t, s.items(), 6)
}

func TestTheEarlierCodeInEitherForm(t *testing.T) {
	s := newSite(t)
	receipt, before := s.mint().String(), s.mint()
	body := func(code string) string {
		return strings.Replace(afterJSON, `}}`, `},"before":"`+code+`"}`, 1)
	}
	require.Equal(t, 201, s.post("/v1/responses", receipt, body(before.String())).Code)
	require.Equal(t, 200, s.post("/v1/responses", receipt, body(strings.ToUpper(before.String()))).Code)
	require.Equal(t, 200, s.post("/v1/responses", receipt, body(before.Code('S'))).Code)
	require.Equal(t, 422, s.post("/v1/responses", receipt, body(before.Code('P'))).Code)
}

func TestTheOrderOfAnswersDoesNotMatter(t *testing.T) {
	s := newSite(t)
	receipt := s.mint().String()
	require.Equal(t, 201, s.post("/v1/responses", receipt, beforeJSON).Code)
	require.Equal(t, 200, s.post("/v1/responses", receipt, strings.Replace(beforeJSON, `"A1":"agree","A2":"yes"`, `"A2":"yes","A1":"agree"`, 1)).Code)
	require.Equal(t, 409, s.post("/v1/responses", receipt, strings.Replace(beforeJSON, `"A1":"agree",`, ``, 1)).Code)
}

func TestWhatIsClosedAndWhatIsWithdrawnDiffer(t *testing.T) {
	s := newSite(t, with(campaigntest.Load(t, firstSurveyOver)))
	late := s.post("/v1/responses", s.mint().String(), beforeJSON)
	require.Equal(t, 410, late.Code)
	closed := s.problem(late)
	require.Equal(t, "/problems/closed", closed.Type)
	require.Equal(t, "The first survey is open from 1 January 2026 to 30 June 2026.", closed.Detail)
	s.empty()

	receipt := s.mint().String()
	require.Equal(t, 201, s.post("/v1/responses", receipt, afterJSON).Code)
	require.Equal(t, 204, s.mine("DELETE", "/v1/responses/mine", receipt).Code)
	withdrawn := s.problem(s.post("/v1/responses", receipt, afterJSON))
	require.Equal(t, 410, withdrawn.Status)
	require.NotEqual(t, closed.Type, withdrawn.Type)
}

func TestARetryAfterTheSurveyClosed(t *testing.T) {
	s := newSite(t, with(campaigntest.Load(t, firstSurveyOver)))
	s.now = day.Must("2026-06-30").Time()
	receipt := s.mint().String()
	first := s.post("/v1/responses", receipt, beforeJSON)
	require.Equal(t, 201, first.Code)
	s.days(1)
	again := s.post("/v1/responses", receipt, beforeJSON)
	require.Equal(t, 200, again.Code)
	require.Equal(t, first.Body.String(), again.Body.String())
	require.Equal(t, 409, s.post("/v1/responses", receipt, strings.Replace(beforeJSON, "1-4", "5-7", 1)).Code)
	require.Equal(t, 410, s.post("/v1/responses", s.mint().String(), beforeJSON).Code)
}

func TestAWithdrawnResponseLeavesNothing(t *testing.T) {
	s := newSite(t)
	receipt := s.mint()
	s.post("/v1/responses", receipt.String(), beforeJSON)
	require.Equal(t, 204, s.mine("DELETE", "/v1/responses/mine", receipt.Code('S')).Code)
	require.Equal(t, []submission.Row{submission.Tombstone}, s.items())
	require.Equal(t, 410, s.mine("POST", "/v1/responses/mine/calendar", receipt.String()).Code)
	require.Equal(t, 405, s.mine("GET", "/v1/responses/mine", receipt.String()).Code, "a response is never read back")
}

func TestOrganisationsOf2026(t *testing.T) {
	s := newSite(t)
	body := s.do(request{"GET", "/v1/organisations", nil, ""}).Body.String()
	require.Equal(t, 202, strings.Count(body, `"code":`))
	require.Contains(t, body, `{"code":"K0N6A","name":"The Online NHS Trust","type":"online","region":"National"}`)
	require.NotContains(t, body, `"R1C"`)
	require.Len(t, s.get("/pledge", 200).All("option"), 203, "and a blank line")
	s.now = day.Must("2026-05-31").Time()
	require.NotContains(t, s.do(request{"GET", "/v1/organisations", nil, ""}).Body.String(), `"K0N6A"`, "it opens on 1 June")
}
