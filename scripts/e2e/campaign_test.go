package e2e

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/recount"
	"learningforlife/scripts/internal/simulation"
	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/seal"
)

// simulated is how simulations are played here.
func simulated(t *testing.T, s *server, staff int, seed uint64) simulation.Config {
	return simulation.Config{Campaign: shipped(t), Site: s.address, Token: token, Staff: staff, Seed: seed,
		Clients: simulation.Clients, Patience: simulation.Patience, Progress: io.Discard}
}

// TestCampaign plays a whole campaign, stops the server and counts what it left.
func TestCampaign(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, data, "-every", "1s", "-clock", "2026-11-22T09:00:00Z")
	result, err := simulation.Run(t.Context(), simulated(t, s, 1500, 1))
	require.NoError(t, err)
	require.Zero(t, result.Violations.Count, result.Violations.First)
	require.NotNil(t, result.Release)
	for _, score := range result.Scores {
		if score.Group == "all" {
			require.NotNil(t, score.Released, "some trusts have enough people")
		}
	}
	s.stop(t)

	want, err := result.Expected(t.Context())
	require.NoError(t, err)
	report, status := counted(t, data)
	require.Zero(t, status)
	require.True(t, report.Equal)
	require.Equal(t, want, report.Recount)

	directory, err := os.Stat(data)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), directory.Mode().Perm())
	files, err := os.ReadDir(data)
	require.NoError(t, err)
	require.Len(t, files, 2, "the store, and the key that forms are sealed with")
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), file.Name())
	}

	log := s.log.all()
	require.Contains(t, log, "route=/v1/responses status=201")
	for _, secret := range []string{token, "2026-11-22.", "strongly_agree", "127.0.0.1", "P-2E", "S-2E", "“safe” care"} {
		require.NotContains(t, log, secret, "nothing of what is sent, and nobody, is logged")
	}
}

// TestACampaignOfManyDays plays a campaign, and another one days later, when what the first one left is sealed.
func TestACampaignOfManyDays(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	want := recount.Totals{Responses: map[string]int{}}
	for seed, clock := range []string{"2026-11-22T09:00:00Z", "2026-11-28T09:00:00Z"} {
		s := start(t, data, "-every", "1s", "-recount-every", "1s", "-clock", clock)
		result, err := simulation.Run(t.Context(), simulated(t, s, 300, uint64(seed)))
		require.NoError(t, err)
		require.Zero(t, result.Violations.Count, result.Violations.First)
		require.Eventually(t, func() bool { return strings.Contains(s.log.all(), "msg=recounted") }, 15*time.Second, 10*time.Millisecond)
		s.stop(t)
		require.NotContains(t, s.log.all(), "ALARM")

		played, err := result.Expected(t.Context())
		require.NoError(t, err)
		want.Pledges += played.Pledges
		want.Withdrawn += played.Withdrawn
		want.Superseded += played.Superseded
		want.Pairs += played.Pairs
		for wave, n := range played.Responses {
			want.Responses[wave] += n
		}
		report, status := counted(t, data)
		require.Zero(t, status)
		require.True(t, report.Equal)
		require.Equal(t, want, report.Recount.Totals)
	}
	require.Positive(t, sealed(t, data))

	// The days that were sealed are there still, but a clock that is set back is not to say so.
	s := start(t, data, "-clock", "2026-11-23T09:00:00Z")
	aggregate(t, s)
	s.stop(t)
	require.Contains(t, s.log.all(), "the clock is not trusted")
	report, status := counted(t, data)
	require.Zero(t, status)
	require.Equal(t, want, report.Recount.Totals)
}

// sealed is how many parts of what a stopped server has stored are sealed.
func sealed(t *testing.T, data string) int {
	t.Helper()
	store, err := storage.Place{Data: data}.OpenReadOnly(rand.Reader)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	book, err := seal.Newest(t.Context(), store.Workings(), shipped(t))
	require.NoError(t, err)
	return len(book.Parts)
}

// Answers that are in the base of a score, in favour of it or not.
const (
	inFavour = `{"A1":"agree","A2":"yes","A6":"agree"}`
	against  = `{"A1":"disagree","A2":"no"}`
)

// send sends a response under a receipt of today.
func send(t *testing.T, s *server, id, answers string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.address+"/v1/responses",
		strings.NewReader(`{"wave":"before","organisation":"R0A","audience":"staff","bandGroup":"1-4","answers":`+answers+`}`))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", time.Now().UTC().Format(time.DateOnly)+"."+id)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusCreated, answer.StatusCode)
}

// TestRecountTellsADifference adds to a store behind the aggregation's back.
func TestRecountTellsADifference(t *testing.T) {
	data := t.TempDir()
	s := start(t, data)
	send(t, s, "5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b21", inFavour)
	s.stop(t)
	report, status := counted(t, data)
	require.Equal(t, 1, status)
	require.Nil(t, report.Snapshot, "nothing was aggregated")
	require.Equal(t, 1, report.Recount.Responses["before"])

	s = start(t, data)
	aggregate(t, s)
	send(t, s, "5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b22", inFavour)
	s.stop(t)
	report, status = counted(t, data)
	require.Equal(t, 1, status)
	require.False(t, report.Equal)
	require.Equal(t, 1, report.Snapshot.Responses["before"])
	require.Equal(t, 2, report.Recount.Responses["before"])
}

// TestTheLastAggregationCountsAll: a server with a schedule that is stopped before
// its time has come leaves nothing uncounted.
func TestTheLastAggregationCountsAll(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, "-every", "24h")
	send(t, s, "5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b21", inFavour)
	s.stop(t)
	report, status := counted(t, data)
	require.Zero(t, status)
	require.True(t, report.Equal)
	require.Equal(t, 1, report.Snapshot.Responses["before"])
}

// aggregate asks the server for an aggregation and a release.
func aggregate(t *testing.T, s *server) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, s.address+"/v1/aggregations", strings.NewReader("{}"))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(body))
}

// TestSchedule: submissions appear in a release without anybody asking for one.
func TestSchedule(t *testing.T) {
	s := start(t, t.TempDir(), "-every", "1s")
	for person := range 20 { // enough for a figure, and not all alike
		send(t, s, fmt.Sprintf("5f0c1f0e-6d0e-4c3e-9a53-%012d", person), []string{inFavour, against}[person%2])
	}
	require.Eventually(t, func() bool { return strings.Contains(s.log.all(), "released=true") }, 15*time.Second, 100*time.Millisecond)
	s.stop(t)
}

// TestNextServerWaits: the next server waits for the file while the one before it stops.
func TestNextServerWaits(t *testing.T) {
	const overlap = time.Second
	data := t.TempDir()
	first := start(t, data)
	began := time.Now()
	stopping := make(chan error, 1)
	time.AfterFunc(overlap, func() { stopping <- first.cmd.Process.Signal(syscall.SIGTERM) })
	second := start(t, data) // returns when it is ready
	require.GreaterOrEqual(t, time.Since(began), overlap, "two servers have the same data open")
	require.NoError(t, <-stopping)
	require.NoError(t, <-first.exited)
	second.stop(t)
}

func TestFaultsOfFlagsAreToldAtOnce(t *testing.T) {
	err := failing(t, "-addr", "nowhere", "-every", "1ms", "-recount-every", "1ms", "-limit", "-1", "-clock", "noon", "-data", "", "more")
	for _, flag := range []string{"-addr", "-every is", "-recount-every is", "-limit", "-clock", "-data", "more"} {
		require.Contains(t, err, flag)
	}
}

func TestSignInWorksOnce(t *testing.T) {
	s := start(t, t.TempDir())
	link, err := url.Parse(s.signIn)
	require.NoError(t, err)
	require.Equal(t, s.address, "http://"+link.Host)
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, want := range []int{http.StatusSeeOther, http.StatusUnauthorized} {
		answer, err := stay.Get(s.signIn)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, want, answer.StatusCode)
	}
	s.stop(t)
}
