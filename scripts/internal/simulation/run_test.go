package simulation_test

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/local"
	"learningforlife/scripts/internal/recount"
	"learningforlife/scripts/internal/simulation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/signed"
)

const token = "the admin's token"

// serve serves the real site over a fresh store, behind what around makes of it.
func serve(t *testing.T, around func(http.Handler) http.Handler) (simulation.Config, *embedded.Store) {
	t.Helper()
	c, err := campaign.Shipped()
	require.NoError(t, err)
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	server := httptest.NewUnstartedServer(nil)
	address := "http://" + server.Listener.Addr().String()
	began, noon := time.Now(), today.Time().Add(12*time.Hour)
	forms, err := signed.NewKey(make([]byte, signed.MinKey))
	require.NoError(t, err)
	site, err := local.New(local.Config{
		Campaign: c, Store: store, Address: address, Token: token, Forms: forms,
		Now:    func() time.Time { return noon.Add(time.Since(began)) },
		Random: crand.Reader,
		Log:    slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	require.NoError(t, err)
	server.Config.Handler = around(site)
	server.Start()
	t.Cleanup(server.Close)
	return simulation.Config{Campaign: c, Site: address, Token: token, Staff: 150, Seed: 4, Clients: 8, Patience: 10 * time.Second, Progress: io.Discard}, store
}

func untouched(h http.Handler) http.Handler { return h }

// requireStored requires that exactly what was acknowledged is stored, byte for byte.
func requireStored(t *testing.T, c *campaign.Campaign, result *simulation.Result, store *embedded.Store) {
	t.Helper()
	err := result.Scan(t.Context(), func(key *submission.Key, row submission.Row) error {
		stored, err := store.Get(t.Context(), *key)
		if err == nil && !stored.Equal(row) {
			err = fmt.Errorf("stored is %x, acknowledged was %x", stored, row)
		}
		return err
	})
	require.NoError(t, err)
	want, err := result.Expected(t.Context())
	require.NoError(t, err)
	got, err := recount.Compare(t.Context(), c, store, store.Workings(), store.Settings())
	require.NoError(t, err)
	require.Equal(t, want, got.Recount)
	require.True(t, got.Equal)
}

func TestRun(t *testing.T) {
	config, store := serve(t, untouched)
	config.Staff = 1500 // enough for the larger trusts to have figures
	result, err := simulation.Run(t.Context(), config)
	require.NoError(t, err)
	require.Zero(t, result.Violations.Count, result.Violations.First)
	requireStored(t, config.Campaign, result, store)

	report, err := result.Report(t.Context())
	require.NoError(t, err)
	live, tombstones := map[string]int{}, 0
	for of, n := range report.Counts {
		require.Equal(t, n.Sent, n.Acknowledged, of)
		live[of] = n.Acknowledged - n.Withdrawn
		tombstones += n.Withdrawn
	}
	require.Equal(t, report.Expected.Pledges, live["pledges"])
	require.Equal(t, report.Expected.Responses, map[string]int{"before": live["before"], "after": live["after"]})
	require.Equal(t, report.Expected.Withdrawn, tombstones)
	require.Equal(t, 1, *report.Release)
	require.Len(t, report.Scores, 8)
	for _, score := range report.Scores {
		require.Equal(t, score.True == nil, score.Released == nil)
		if score.Group == "all" {
			require.InDelta(t, score.Counted, score.Released.Respondents, 2.5)
			require.LessOrEqual(t, score.Released.Low, *score.True)
			require.GreaterOrEqual(t, score.Released.High, *score.True)
		}
	}

	config.Staff = 20
	again, err := simulation.Run(t.Context(), config)
	require.NoError(t, err)
	require.Positive(t, again.Violations.Count, "the store is not empty, so nothing is new")
}

// TestRunSurvivesFailures loses requests before and after they are handled, and turns some away.
func TestRunSurvivesFailures(t *testing.T) {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(1, 1))
	var seen [6]int
	config, store := serve(t, func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			fate := random.IntN(3 * len(seen))
			if fate < len(seen) {
				seen[fate]++
			}
			mu.Unlock()
			switch fate {
			case 0: // the request is lost
				panic(http.ErrAbortHandler)
			case 1: // the reply is lost
				site.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			case 2: // half the reply is lost
				answer := httptest.NewRecorder()
				site.ServeHTTP(answer, r)
				w.Header().Set("Content-Length", "1000")
				w.WriteHeader(answer.Code)
				_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
			case 3:
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusTooManyRequests)
			case 4:
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusServiceUnavailable)
			case 5: // it was taken in, and then the store could not be heard
				site.ServeHTTP(httptest.NewRecorder(), r)
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusServiceUnavailable)
			default:
				site.ServeHTTP(w, r)
			}
		})
	})
	config.Staff = 60
	result, err := simulation.Run(t.Context(), config)
	require.NoError(t, err)
	require.Zero(t, result.Violations.Count, result.Violations.First)
	requireStored(t, config.Campaign, result, store)
	for fate, n := range seen {
		require.Positive(t, n, "fate %d", fate)
	}
}

// answered is an answer that can still be changed.
type answered struct {
	*httptest.ResponseRecorder
	request *http.Request
}

func (a *answered) is(method, path string, status int) bool {
	return a.request.Method == method && a.request.URL.Path == path && a.Code == status
}

func (a *answered) replace(old, new string) {
	a.Body = bytes.NewBuffer(bytes.Replace(a.Body.Bytes(), []byte(old), []byte(new), 1))
}

// fault is a way to break the contract, and the violation that must be reported.
type fault struct {
	breaks func(*answered)
	want   string
}

// planted plants the faults, each in the first answer that it can break and that no other broke.
func planted(faults []fault) func(http.Handler) http.Handler {
	var mu sync.Mutex
	return func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := &answered{httptest.NewRecorder(), r}
			site.ServeHTTP(a, r)
			mu.Lock()
			defer mu.Unlock()
			before := fmt.Sprint(a.Code, a.Header(), a.Body)
			for i := range faults {
				faults[i].breaks(a)
				if fmt.Sprint(a.Code, a.Header(), a.Body) != before {
					faults = slices.Delete(faults, i, i+1)
					break
				}
			}
			for name, values := range a.Header() {
				w.Header()[name] = values
			}
			w.Header().Del("Content-Length")
			w.WriteHeader(a.Code)
			if a.Code != http.StatusNoContent {
				_, _ = w.Write(a.Body.Bytes())
			}
		})
	}
}

// TestRunSeesViolations breaks the contract in one answer for each way to break it.
func TestRunSeesViolations(t *testing.T) {
	replaced := func(old, new, want string) fault {
		return fault{func(a *answered) { a.replace(old, new) }, want}
	}
	status := func(method, path string, from, to int, want string) fault {
		return fault{func(a *answered) {
			if a.is(method, path, from) {
				a.Code = to
			}
		}, want}
	}
	faults := []fault{
		replaced(`"code":"R0A"`, `"code":"X0A"`, "offers X0A and not R0A"),
		replaced("/problems/withdrawn", "/problems/closed", "is not a whole /problems/withdrawn"),
		replaced(`"field":"audience"`, `"field":"someone"`, `names ["someone" "bandGroup"]`),
		replaced(`"message":"`, `"message":"","was":"`, "says nothing about"),
		replaced("END:VCALENDAR\r\n", "", "is no calendar"),
		replaced(`"code":"S-`, `"code":"S-0000`, "of another receipt"),
		replaced("/survey/after/", "/survey/before/", "does not lead to /survey/after/"),
		replaced(`"objective":2,"level"`, `"objective":9,"level"`, "objective 2 has no row"),
		replaced(`"status":"kept"`, `"status":"made"`, `the status of the pledge is "made", not "kept"`),
		replaced(`"display":false`, `"display":true`, "not the pledge that was sent"),
		status("POST", "/v1/responses", 200, 201, "the status is 201, not 200"),
		status("POST", "/v1/pledges", 201, 200, "the status is 200, not 201"),
		status("POST", "/v1/responses", 409, 200, "the status is 200, not 409"),
		status("POST", "/v1/responses", 410, 201, "the status is 201, not 410"),
		status("DELETE", "/v1/responses/mine", 204, 200, "the answer is 200, not 204"),
		status("POST", "/v1/pledges", 410, 503, "the status is 503, not 410"), // without Retry-After
		{func(a *answered) {
			if a.is("POST", "/v1/responses", 200) {
				a.Body.WriteString(" ")
			}
		}, "differs from the first"},
		{func(a *answered) {
			if a.Code == 409 {
				a.Header().Set("Content-Type", "application/json")
			}
		}, `is "application/json", not application/problem+json`},
	}
	config, _ := serve(t, planted(slices.Clone(faults)))
	config.Staff = 600
	result, err := simulation.Run(t.Context(), config)
	require.NoError(t, err)
	require.Equal(t, len(faults), result.Violations.Count, result.Violations.First)
	for _, f := range faults {
		require.Contains(t, strings.Join(result.Violations.First, "\n"), f.want)
	}
}

func TestRunSeesThatNothingIsSaidOfAnAggregation(t *testing.T) {
	config, _ := serve(t, planted([]fault{{breaks: func(a *answered) { a.replace(`"release":null`, `"release":7`) }}}))
	config.Staff = 1
	result, err := simulation.Run(t.Context(), config)
	require.NoError(t, err)
	require.Equal(t, 1, result.Violations.Count)
	require.Contains(t, result.Violations.First[0], "whether it made a release or why not")
}

func TestRunLosesPatience(t *testing.T) {
	config, _ := serve(t, func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			site.ServeHTTP(w, r)
		})
	})
	config.Staff, config.Clients, config.Patience = 40, 40, 2*time.Second
	result, err := simulation.Run(t.Context(), config)
	require.NoError(t, err)
	require.Equal(t, 41, result.Violations.Count, "each of the people, and the aggregation")
	require.Len(t, result.Violations.First, 20)
	require.Contains(t, result.Violations.First[0], "the answer was 503, to try again")
}

func TestRunNeedsAServer(t *testing.T) {
	config, _ := serve(t, untouched)
	config.Site, config.Patience = "http://127.0.0.1:1", 50*time.Millisecond
	_, err := simulation.Run(t.Context(), config)
	require.ErrorContains(t, err, "no answer to GET /v1/campaign")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = simulation.Run(ctx, config)
	require.ErrorIs(t, err, context.Canceled)
}
