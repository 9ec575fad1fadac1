package functions_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/infra/runtimeapi"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/submission"
)

// replyWithin is how long an invocation may take where the test is not about that.
const replyWithin = 20 * time.Second

// eventDay is the day of the receipts in events/.
const eventDay = "2026-11-22."

// sample returns an event of events/, with receipts of today.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../events", name+".json"))
	require.NoError(t, err)
	return []byte(strings.ReplaceAll(string(content), eventDay, day.Of(time.Now()).String()+"."))
}

// changed returns an event of an HTTP API with another body and other headers.
func changed(t testing.TB, event []byte, body string, headers ...string) []byte {
	t.Helper()
	var e map[string]any
	require.NoError(t, json.Unmarshal(event, &e))
	if body != "" {
		e["body"] = body
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		e["headers"].(map[string]any)[name] = value
	}
	content, err := json.Marshal(e)
	require.NoError(t, err)
	return content
}

// answer is the reply of a function behind the HTTP API.
type answer struct {
	Status  int               `json:"statusCode"`
	Headers map[string]string `json:"headers"`
	Cookies []string          `json:"cookies"`
	Body    string            `json:"body"`
	Base64  bool              `json:"isBase64Encoded"`
}

// ask invokes a function behind the HTTP API.
func ask(t testing.TB, f *function, event []byte) answer {
	t.Helper()
	return askWithin(t, f, event, replyWithin)
}

func askWithin(t testing.TB, f *function, event []byte, within time.Duration) answer {
	t.Helper()
	reply, err := f.Invoke(t.Context(), event, within)
	require.NoError(t, err)
	var a answer
	require.NoError(t, json.Unmarshal(reply, &a, json.RejectUnknownMembers(true)), "%s", reply)
	if a.Base64 { // a page, compressed
		require.Equal(t, "gzip", a.Headers["Content-Encoding"])
		packed, err := base64.StdEncoding.DecodeString(a.Body)
		require.NoError(t, err)
		unpacked, err := gzip.NewReader(bytes.NewReader(packed))
		require.NoError(t, err)
		body, err := io.ReadAll(unpacked)
		require.NoError(t, err)
		a.Body = string(body)
	}
	return a
}

// writes waits until the text is in the function's log, which arrives after the answer.
func writes(t *testing.T, f *function, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(f.log.String(), text) }, replyWithin, 5*time.Millisecond, "it writes %q", text)
}

// stored counts what is in the table of submissions.
func (s *site) stored(t *testing.T) (items int) {
	t.Helper()
	require.NoError(t, s.store.Scan(t.Context(), func(*submission.Key, submission.Row) error { items++; return nil }))
	return items
}

// TestEveryEventIsAnswered sends every event of events/ to its function, each twice.
func TestEveryEventIsAnswered(t *testing.T) {
	s := newSite(t)
	const unchanged = `"why":"no figure would change"`
	scheduled := `{"outcome":{"run":"20261122T223000.000Z","release":0,"why":"no figure would change"}}`
	sent := map[string]bool{}
	for _, test := range []struct {
		event         string
		first, second int // statuses; 0 for a function that is not behind the HTTP API
		holds         string
	}{
		{"intake-campaign", 200, 200, `"id":"learning-for-life"`},
		{"intake-pledge", 201, 200, `"status":"made"`},
		{"intake-before", 201, 200, `"returnUrl":"https://learning.example.org/survey/after/RXX#`},
		{"intake-after", 201, 200, `"returnUrl":"https://learning.example.org/survey/withdraw#`},
		{"dashboard-scores", 200, 200, `"release":null`},
		{"dashboard-page", 303, 303, ""},
		{"admin-outcome", 404, 404, "There is no run of that id."},
		{"admin-aggregation", 200, 200, unchanged},
		{"admin-queue", 200, 200, `{"quarantine":[]}`},
		{"admin-decision", 404, 404, "in the queue"},
		{"aggregate-find", 0, 0, `{"error":"no_run"}`},
		{"aggregate-schedule", 0, 0, scheduled},
		{"aggregate-find", 0, 0, scheduled},
		{"aggregate-run", 0, 0, unchanged},
		{"aggregate-recount", 0, 0, `{"outcome":{"run":"","release":0,"why":""}}`},
		{"admin-outcome", 200, 200, `"run":"20261122T223000.000Z"`},
	} {
		name, _, _ := strings.Cut(test.event, "-")
		sent[test.event+".json"] = true
		for _, status := range []int{test.first, test.second} {
			if status == 0 {
				reply, err := s.function(name).Invoke(t.Context(), sample(t, test.event), replyWithin)
				require.NoError(t, err, test.event)
				require.Contains(t, string(reply), test.holds, test.event)
				continue
			}
			a := ask(t, s.function(name), sample(t, test.event))
			require.Equal(t, status, a.Status, "%s: %s", test.event, a.Body)
			require.Contains(t, a.Body, test.holds, test.event)
			require.Equal(t, "no-referrer", a.Headers["Referrer-Policy"], test.event)
			require.False(t, a.Base64)
		}
	}
	files, err := os.ReadDir("../events")
	require.NoError(t, err)
	for _, file := range files {
		if filepath.Ext(file.Name()) == ".json" {
			require.True(t, sent[file.Name()], "nothing holds what answers %s", file.Name())
		}
	}
	require.Equal(t, 3, s.stored(t), "what was sent twice is stored once")
	for _, name := range []string{"intake", "dashboard", "admin", "aggregate"} {
		f := s.function(name)
		if name != "aggregate" {
			writes(t, f, `"msg":"request"`)
		}
		for _, secret := range []string{"0d9a3c1f7b21", "6d1a7e5d9c42", token, "strongly_agree", "192.0.2.1", "an example"} {
			require.NotContains(t, f.log.String(), secret, "the log of %s", name)
		}
	}
}

// receipt returns a receipt of today.
func receipt(wave, person int) string {
	return fmt.Sprintf("%s.5f0c1f0e-6d0e-4c3e-9a%02d-%012d", day.Of(time.Now()), wave, person)
}

// TestScoresComeOut plays a small campaign: what people send comes out as a score.
func TestScoresComeOut(t *testing.T) {
	s := newSite(t)
	before, after := sample(t, "intake-before"), sample(t, "intake-after")
	const people, linked = 40, 20 // of both as many as the others, so that neither can be told from what is shown
	for person := range people {
		was, is := `"A1":"agree","A2":"yes","A6":"agree"`, `"A1":"strongly_agree","A2":"yes","A6":"agree"`
		if person%2 == 1 {
			was, is = `"A1":"disagree","A2":"no"`, `"A1":"agree","A2":"no"`
		}
		body := fmt.Sprintf(`{"wave":"before","organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{%s}}`, was)
		require.Equal(t, 201, ask(t, s.intake, changed(t, before, body, "idempotency-key: "+receipt(1, person))).Status)
		body = fmt.Sprintf(`{"wave":"after","organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{%s}}`, is)
		if person < linked {
			body = strings.TrimSuffix(body, "}") + fmt.Sprintf(`,"before":%q}`, receipt(1, person))
		}
		first := ask(t, s.intake, changed(t, after, body, "idempotency-key: "+receipt(2, person)))
		require.Equal(t, 201, first.Status)
		again := ask(t, s.intake, changed(t, after, body, "idempotency-key: "+receipt(2, person)))
		require.Equal(t, 200, again.Status)
		require.Equal(t, first.Body, again.Body)
	}
	altered := changed(t, before, `{"wave":"before","organisation":"RXX","audience":"staff","bandGroup":"1-4","answers":{"A1":"neither"}}`, "idempotency-key: "+receipt(1, 0))
	require.Equal(t, 409, ask(t, s.intake, altered).Status)
	require.Equal(t, 2*people, s.stored(t))

	scores := sample(t, "dashboard-scores")
	require.Equal(t, 401, ask(t, s.dashboard, changed(t, scores, "", "authorization: Bearer another")).Status)
	waiting := ask(t, s.dashboard, scores)
	require.Contains(t, waiting.Body, `"withheld":"waits_for_more"`)

	fired, err := s.aggregate.Invoke(t.Context(), sample(t, "aggregate-schedule"), replyWithin)
	require.NoError(t, err)
	require.JSONEq(t, `{"outcome":{"run":"20261122T223000.000Z","release":1,"why":""}}`, string(fired))
	again, err := s.aggregate.Invoke(t.Context(), sample(t, "aggregate-schedule"), replyWithin)
	require.NoError(t, err)
	require.Equal(t, fired, again, "the schedule fired twice")

	shown := ask(t, s.dashboard, scores)
	require.Equal(t, 200, shown.Status)
	var content struct {
		Release struct{ Seq int }
		Scores  []struct {
			Before, After, Change struct {
				Value       float64
				Respondents int
				Pairs       int
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(shown.Body), &content, json.MatchCaseInsensitiveNames(true)))
	require.Equal(t, 1, content.Release.Seq)
	require.Len(t, content.Scores, 1)
	require.Equal(t, 50.0, content.Scores[0].Before.Value)
	require.Equal(t, 75.0, content.Scores[0].After.Value)
	require.Equal(t, 25.0, content.Scores[0].Change.Value)
	require.Equal(t, linked, content.Scores[0].Change.Pairs)

	// What the schedule did, the administrator finds; another run changes nothing.
	found := ask(t, s.admin, sample(t, "admin-outcome"))
	require.Equal(t, 200, found.Status)
	require.JSONEq(t, `{"run":"20261122T223000.000Z","release":1,"why":null}`, found.Body)
	asked := ask(t, s.admin, sample(t, "admin-aggregation"))
	require.Equal(t, 200, asked.Status)
	var outcome struct {
		Run, Why string
		Release  *int
	}
	require.NoError(t, json.Unmarshal([]byte(asked.Body), &outcome, json.MatchCaseInsensitiveNames(true)))
	require.Nil(t, outcome.Release)
	require.Equal(t, "no figure would change", outcome.Why)
	event := strings.ReplaceAll(string(sample(t, "admin-outcome")), "20261122T223000.000Z", outcome.Run)
	require.Equal(t, asked.Body, ask(t, s.admin, []byte(event)).Body)

	wrong := ask(t, s.admin, changed(t, sample(t, "admin-aggregation"), `{"corrects":7}`))
	require.Equal(t, 422, wrong.Status)
	require.Contains(t, wrong.Body, `"field":"corrects"`)
	require.Equal(t, 401, ask(t, s.admin, changed(t, sample(t, "admin-outcome"), "", "authorization: Bearer another")).Status)
}

// TestARecountFindsWhatWasPutBehindASeal puts a response into a sealed day behind the project's back.
func TestARecountFindsWhatWasPutBehindASeal(t *testing.T) {
	s := newSite(t)
	c, err := campaign.Shipped()
	require.NoError(t, err)
	old := day.Of(time.Now()) - 10
	put := func() {
		t.Helper()
		r, err := submission.Mint(old, rand.Reader)
		require.NoError(t, err)
		response := submission.Response{Organisation: "RXX", Answers: make([]int, len(c.Questions))}
		_, created, err := s.store.Add(t.Context(), r.Key(submission.KindResponse), response.Pack(c))
		require.NoError(t, err)
		require.True(t, created)
	}
	order := func(what string) ([]byte, error) {
		event := fmt.Appendf(nil, `{%q:%q}`, what, time.Now().UTC().Format(time.RFC3339))
		return s.aggregate.Invoke(t.Context(), event, replyWithin)
	}
	put()
	_, err = order("schedule")
	require.NoError(t, err)
	_, err = order("recount")
	require.NoError(t, err)
	require.NotContains(t, s.aggregate.log.String(), "ALARM")

	put()
	_, err = order("recount")
	var told runtimeapi.Failure
	require.ErrorAs(t, err, &told, "a failure, which is kept if it stays")
	require.Contains(t, told.Message, "the recount and what is sealed differ: the sheet of the responses of "+old.String())
	writes(t, s.aggregate, `"SealFaults":`)

	reply, err := order("recount") // of what was sealed anew
	require.NoError(t, err)
	require.JSONEq(t, `{"outcome":{"run":"","release":0,"why":""}}`, string(reply))
}

// TestDecisionsAboutQuarantine has a queue worked through, and an aggregation heed what was decided.
func TestDecisionsAboutQuarantine(t *testing.T) {
	s := newSite(t)
	burst := quarantine.Batch{Organisation: "RXX", Day: day.Must("2026-11-22"), Wave: "before"}
	require.NoError(t, quarantine.Queue{}.Follow(t.Context(), s.store.Settings(), []quarantine.Row{{Batch: burst, Responses: 501}}))
	const row = `{"organisation":"RXX","day":"2026-11-22","wave":"before","responses":501,"decision":`
	require.Equal(t, `{"quarantine":[`+row+`null}]}`, ask(t, s.admin, sample(t, "admin-queue")).Body)
	decided := ask(t, s.admin, sample(t, "admin-decision"))
	require.Equal(t, 200, decided.Status, decided.Body)
	require.Equal(t, row+`"count"}`, decided.Body)
	require.Equal(t, `{"quarantine":[`+row+`"count"}]}`, ask(t, s.admin, sample(t, "admin-queue")).Body)
	decisions, err := quarantine.Decisions(t.Context(), s.store.Settings())
	require.NoError(t, err)
	require.Equal(t, map[quarantine.Batch]quarantine.Decision{burst: quarantine.Count}, decisions)

	require.Equal(t, 200, ask(t, s.admin, sample(t, "admin-aggregation")).Status)
	require.Equal(t, `{"quarantine":[]}`, ask(t, s.admin, sample(t, "admin-queue")).Body, "nothing of it is stored any more")
	require.Equal(t, 404, ask(t, s.admin, sample(t, "admin-decision")).Status)
}

// TestASessionHoldsAtEveryInstance signs in at one process and shows the cookie to another.
func TestASessionHoldsAtEveryInstance(t *testing.T) {
	s := newSite(t)
	form := changed(t, sample(t, "intake-pledge"), url.Values{"token": {token}}.Encode(), "content-type: application/x-www-form-urlencoded")
	form = []byte(strings.ReplaceAll(string(form), "/v1/pledges", "/sign-in"))
	in := ask(t, s.dashboard, form)
	require.Equal(t, 303, in.Status, in.Body)
	require.Len(t, in.Cookies, 1)
	cookie, err := http.ParseSetCookie(in.Cookies[0])
	require.NoError(t, err)
	require.Equal(t, "__Host-session", cookie.Name)
	require.True(t, cookie.Secure)
	require.True(t, cookie.HttpOnly)

	other := start(t, bootstrap("dashboard"), s.environments["dashboard"])
	var e map[string]any
	require.NoError(t, json.Unmarshal(sample(t, "dashboard-page"), &e))
	e["cookies"] = []string{"theme=dark", cookie.Name + "=" + cookie.Value}
	event, err := json.Marshal(e)
	require.NoError(t, err)
	page := ask(t, other, event)
	require.Equal(t, 200, page.Status)
	require.Contains(t, page.Body, "<h1")
}

// nowhere is the address of a server that is not there, and deaf that of one
// that takes requests and never answers.
func nowhere(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return "http://" + l.Addr().String()
}

func deaf(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	go func() {
		for {
			if _, err := l.Accept(); err != nil {
				return
			}
		}
	}()
	return "http://" + l.Addr().String()
}

// elsewhere is tables that are not there.
var elsewhere = dynamo.Tables{Submissions: "no-submissions", Changes: "no-changes", Workings: "no-workings", Releases: "no-releases", Settings: "no-settings"}

// TestFunctionsThatCannotStart holds that each tells Lambda everything that is wrong, and ends.
func TestFunctionsThatCannotStart(t *testing.T) {
	all := environments(t, elsewhere, "http://127.0.0.1:1")
	for name, test := range map[string]struct {
		function    string
		environment map[string]string
		within      time.Duration
		says        []string
	}{
		"intake without anything": {"intake", nil, 2 * time.Second,
			[]string{"SITE is not set", "LIMIT is not set", "SUBMISSIONS_TABLE is not set", "CHANGES_TABLE is not set", "FORM_KEY_PARAMETER is not set"}},
		"dashboard without anything": {"dashboard", nil, 2 * time.Second,
			[]string{"SITE is not set", "RELEASES_TABLE is not set", "ADMIN_TOKEN_PARAMETER is not set"}},
		"admin without anything": {"admin", nil, 2 * time.Second,
			[]string{"SITE is not set", "SETTINGS_TABLE is not set", "AGGREGATE_FUNCTION is not set", "ADMIN_TOKEN_PARAMETER is not set"}},
		"aggregate without anything": {"aggregate", nil, 2 * time.Second,
			[]string{"SUBMISSIONS_TABLE is not set", "CHANGES_TABLE is not set", "WORKINGS_TABLE is not set", "RELEASES_TABLE is not set", "SETTINGS_TABLE is not set"}},
		"a limit that is no number": {"intake", with(all["intake"], "LIMIT=many", "SITE=example.org/"), 2 * time.Second,
			[]string{"LIMIT is not a whole number from 0", "SITE is not an address without a slash at the end"}},
		"no such parameter": {"dashboard", with(all["dashboard"], "ADMIN_TOKEN_PARAMETER=/another"), 5 * time.Second,
			[]string{"reading the admin token", "ParameterNotFound"}},
		"no key of forms": {"intake", with(all["intake"], "FORM_KEY_PARAMETER=/another"), 5 * time.Second,
			[]string{"reading the key of forms", "ParameterNotFound"}},
		"SSM is not there": {"admin", with(all["admin"], "AWS_ENDPOINT_URL_SSM="+nowhere(t)), 9 * time.Second,
			[]string{"reading the admin token", "connection refused"}},
		"SSM does not answer": {"admin", with(all["admin"], "AWS_ENDPOINT_URL_SSM="+deaf(t)), startWithin,
			[]string{"reading the admin token", "deadline exceeded"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := launch(t, bootstrap(test.function), test.environment)
			select {
			case err := <-f.exited:
				require.ErrorContains(t, err, "exit status 1")
			case <-time.After(test.within):
				t.Fatalf("it goes on: %s", f.log)
			}
			require.Equal(t, "Runtime.InitFailed", <-f.Header)
			told := <-f.Init
			require.Equal(t, "Runtime.InitFailed", told.Type)
			for _, part := range test.says {
				require.Contains(t, told.Message, part)
				require.Contains(t, f.log.String(), part)
			}
			require.NotContains(t, f.log.String(), token)
			select {
			case <-f.Ready:
				t.Error("it asked for an event")
			default:
			}
		})
	}
}

// TestAFunctionThatNobodyListensTo holds that the log says why it does not start even so.
func TestAFunctionThatNobodyListensTo(t *testing.T) {
	f := runtimeapi.New()
	f.Close()
	running := launch(t, bootstrap("intake"), map[string]string{"AWS_LAMBDA_RUNTIME_API": f.Address()})
	require.ErrorContains(t, <-running.exited, "exit status 1")
	require.Contains(t, running.log.String(), "SITE is not set")
	require.Contains(t, running.log.String(), "and Lambda was not told")
}

// TestThereIsAnAnswerInTime holds that a service that hangs does not take the function with it.
func TestThereIsAnAnswerInTime(t *testing.T) {
	const within = 2 * time.Second
	hanging := deaf(t)
	all := environments(t, elsewhere, hanging)
	for name, test := range map[string]struct {
		event  string
		status int
		holds  string
	}{
		"a pledge":       {"intake-pledge", 503, "/problems/unavailable"},
		"a response":     {"intake-after", 503, "/problems/unavailable"},
		"the scores":     {"dashboard-scores", 503, "/problems/unavailable"},
		"an aggregation": {"admin-aggregation", 202, `{"run":"`},
		"an outcome":     {"admin-outcome", 503, "/problems/unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			function, _, _ := strings.Cut(test.event, "-")
			f := start(t, bootstrap(function), with(all[function], "AWS_ENDPOINT_URL_DYNAMODB="+hanging))
			a := askWithin(t, f, sample(t, test.event), within)
			require.Equal(t, test.status, a.Status)
			require.Contains(t, a.Body, test.holds)
			if test.status == 503 {
				require.Equal(t, "5", a.Headers["Retry-After"])
			} else {
				require.Contains(t, a.Headers["Location"], "/v1/aggregations/")
			}
		})
	}
	t.Run("the schedule", func(t *testing.T) {
		t.Parallel()
		f := start(t, bootstrap("aggregate"), with(all["aggregate"], "AWS_ENDPOINT_URL_DYNAMODB="+hanging))
		_, err := f.Invoke(t.Context(), sample(t, "aggregate-schedule"), within)
		var told runtimeapi.Failure
		require.ErrorAs(t, err, &told, "a failure, which the schedule repeats")
		require.Contains(t, told.Message, "deadline exceeded")
	})
}

// TestTheFunctionThatAggregatesFails holds what the administrator hears of it.
func TestTheFunctionThatAggregatesFails(t *testing.T) {
	all := environments(t, elsewhere, "")
	broken := start(t, bootstrap("aggregate"), all["aggregate"])
	lambdas := lambdaAPI("aggregate", broken.API)
	t.Cleanup(lambdas.Close)
	admin := start(t, bootstrap("admin"), with(all["admin"], "AWS_ENDPOINT_URL_LAMBDA="+lambdas.URL))
	a := ask(t, admin, sample(t, "admin-aggregation"))
	require.Equal(t, 500, a.Status)
	require.Contains(t, a.Body, "nothing was released")
	require.NotContains(t, a.Body, "ResourceNotFoundException")
	writes(t, admin, "ResourceNotFoundException")

	strange := start(t, bootstrap("admin"), with(all["admin"], "AWS_ENDPOINT_URL_LAMBDA="+lambdas.URL, "AGGREGATE_FUNCTION=another"))
	require.Equal(t, 500, ask(t, strange, sample(t, "admin-outcome")).Status)
}

// TestEventsThatCannotBeRead holds that each is a failure of its own, tells nothing of the
// event, and that the next is served.
func TestEventsThatCannotBeRead(t *testing.T) {
	s := newSite(t)
	const secret = "a receipt and a pledge"
	for _, name := range []string{"intake", "dashboard", "admin", "aggregate"} {
		f := s.function(name)
		for event, fault := range map[string]string{
			`{` + secret: "the event is not JSON",
			`{"version":"1.0","body":"` + secret + `"}`: "the event ",
			`{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"POST"}},"isBase64Encoded":true,"body":"` + secret + `"}`: "the event",
			`{"schedule":"` + secret + `"}`: "the event ",
		} {
			_, err := f.Invoke(t.Context(), []byte(event), replyWithin)
			var told runtimeapi.Failure
			require.ErrorAs(t, err, &told, name)
			require.Contains(t, told.Message, fault, name)
			require.NotEmpty(t, told.Type)
			require.NotContains(t, told.Message, secret, name)
		}
		writes(t, f, "the event is not JSON")
		require.NotContains(t, f.log.String(), secret, name)
	}
	require.Equal(t, 201, ask(t, s.intake, sample(t, "intake-pledge")).Status)
	require.Equal(t, 200, ask(t, s.dashboard, sample(t, "dashboard-scores")).Status)
	require.Equal(t, 200, ask(t, s.admin, sample(t, "admin-aggregation")).Status)
}
