package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// asAdmin sends a request as an administrator, and returns the status and the answer.
func asAdmin(t *testing.T, s *server, method, path, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, s.address+path, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(content)
}

// TestABurstIsHeldBackUntilSomebodyDecides sends 600 responses of a trust of fewer than 5,000 in one day.
func TestABurstIsHeldBackUntilSomebodyDecides(t *testing.T) {
	const clock, today, trust, burst = "2026-11-22T09:00:00Z", "2026-11-22", "RA2", 600
	data := t.TempDir()
	s := start(t, data, "-clock", clock)
	var group errgroup.Group
	group.SetLimit(32)
	for person := range burst {
		group.Go(func() error {
			body := `{"wave":"before","organisation":"` + trust + `","audience":"staff","bandGroup":"1-4","answers":` + []string{inFavour, against}[person%2] + `}`
			request, err := http.NewRequest(http.MethodPost, s.address+"/v1/responses", strings.NewReader(body))
			if err != nil {
				return err
			}
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Idempotency-Key", fmt.Sprintf("%s.5f0c1f0e-6d0e-4c3e-9a53-%012d", today, person))
			answer, err := http.DefaultClient.Do(request)
			if err != nil {
				return err
			}
			if answer.StatusCode != http.StatusCreated {
				return fmt.Errorf("status %d", answer.StatusCode)
			}
			return answer.Body.Close()
		})
	}
	require.NoError(t, group.Wait())

	// shown aggregates, and returns how many people the nation's and the trust's scores are of.
	shown := func() (people []int) {
		t.Helper()
		aggregate(t, s)
		for _, place := range []string{"level=nation", "level=organisation&code=" + trust} {
			status, answer := asAdmin(t, s, http.MethodGet, "/v1/scores?objective=1&group=all&"+place, "")
			require.Equal(t, http.StatusOK, status, answer)
			var released struct {
				Scores []struct {
					Before struct{ Respondents *int }
				}
			}
			require.NoError(t, json.Unmarshal([]byte(answer), &released))
			require.Len(t, released.Scores, 1)
			if n := released.Scores[0].Before.Respondents; n != nil {
				people = append(people, *n)
			}
		}
		return people
	}
	listed := func(decision string) string {
		return `{"organisation":"` + trust + `","day":"` + today + `","wave":"before","responses":600,"decision":` + decision + `}`
	}
	decide := func(decision string) {
		t.Helper()
		status, answer := asAdmin(t, s, http.MethodPut, "/v1/quarantine/"+trust+"/"+today+"/before", `{"decision":"`+decision+`"}`)
		require.Equal(t, http.StatusOK, status, answer)
		require.Equal(t, listed(`"`+decision+`"`), answer)
	}
	require.Empty(t, shown())
	status, answer := asAdmin(t, s, http.MethodGet, "/v1/quarantine", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, `{"quarantine":[`+listed("null")+`]}`, answer)
	status, _ = asAdmin(t, s, http.MethodPut, "/v1/quarantine/R0A/"+today+"/before", `{"decision":"count"}`)
	require.Equal(t, http.StatusNotFound, status)

	// What is held back is in the totals all the same.
	s.stop(t)
	report, exit := counted(t, data)
	require.Zero(t, exit)
	require.True(t, report.Equal)
	require.Equal(t, burst, report.Recount.Quarantined)
	require.Equal(t, burst, report.Recount.Responses["before"])
	require.Empty(t, report.Recount.Cells)

	s = start(t, data, "-clock", clock)
	decide("count")
	require.Equal(t, []int{burst, burst}, shown())
	decide("hold")
	require.Empty(t, shown())
	decide("count")
	require.Empty(t, shown(), "what comes back must differ by 11 people from what was ever shown, and these are as many as before")
	s.stop(t)
	report, exit = counted(t, data)
	require.Zero(t, exit)
	require.Zero(t, report.Recount.Quarantined)
	require.True(t, report.Equal)
}
