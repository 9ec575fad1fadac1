package dashboard_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/day"
	"learningforlife/shared/method"
	"learningforlife/shared/release"
	_ "learningforlife/shared/seeded"
)

func read(t require.TestingT, body []byte) release.Release {
	var r release.Release
	require.NoError(t, json.Unmarshal(body, &r, json.RejectUnknownMembers(true)))
	return r
}

// The shape that programs rely on, byte by byte: the order of the fields, and null for what there is not.
func TestShapeOfScores(t *testing.T) {
	s := newSite(t)
	for seq := 1; seq < 12; seq++ {
		s.publish(seq)
	}
	s.publish(12, example())
	w := s.get("/v1/scores?level=nation&objective=1")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	const none = `{"value":null,"bound":null,"low":null,"high":null,"respondents":null,"effective":null,"responseRate":null,"representativity":null}`
	withheld := func(group string) string {
		return `,{"objective":1,"level":"nation","code":"ENG","group":"` + group + `","asOf":null,"before":` + none + `,"after":` + none +
			`,"change":null,"target":null,"status":null,"provisional":false,"further":null,"withheld":"waits_for_more","details":{},"notes":["self_selected"]}`
	}
	require.Equal(t, `{"release":{"seq":12,"publishedAt":"2026-11-22","campaign":"learning-for-life","method":"1","corrects":null},"scores":[`+
		`{"objective":1,"level":"nation","code":"ENG","group":"all","asOf":12,`+
		`"before":{"value":53.6,"bound":null,"low":52.2,"high":55,"respondents":6000,"effective":4900,"responseRate":0.5,"representativity":0.9},`+
		`"after":{"value":57.8,"bound":null,"low":56.3,"high":59.3,"respondents":5400,"effective":4500,"responseRate":0.4,"representativity":0.9},`+
		`"change":{"value":4.2,"low":2.2,"high":6.2,"pairs":320,"rho":0.1,"widening":1,"selection":false,"coverage":0.97},`+
		`"target":{"change":3,"by":"2027-11-30"},"status":"on_track","provisional":false,"further":null,"withheld":null,`+
		`"details":{},"notes":["illustrative_frame","self_selected"]}`+
		withheld("bands_1_4")+withheld("others")+withheld("bands_5_7")+withheld("bands_8_9")+`]}`, w.Body.String())
}

// A release is served as it is stored, byte by byte; scores are the same without the basis, whatever is asked for of them.
func TestScoresAreTheReleaseAsItIsStored(t *testing.T) {
	s := newSite(t)
	r := s.publish(1, example())
	r.Head.Seq = 2
	r.Basis = &release.Basis{Campaign: s.campaign.File, Rules: method.Numbers(),
		Frame: []release.FrameRow{{Code: "RXX", Region: "South East", Type: "mental_health", Sizes: map[string]int{"others": 1200, "bands_1_4": 800}}}}
	s.release(r)
	want, err := release.Encode(r)
	require.NoError(t, err)
	require.Equal(t, string(want), s.get("/v1/releases/2").Body.String())
	require.Contains(t, string(want), `"basis":{"campaign":{"id":"learning-for-life",`)

	r.Basis, r.Pledges = nil, nil
	want, err = release.Encode(r)
	require.NoError(t, err)
	require.Equal(t, string(want), s.get("/v1/scores").Body.String())
	require.NotContains(t, s.get("/v1/scores?level=nation").Body.String(), `"basis"`)
}

func TestScoresBeforeTheFirstRelease(t *testing.T) {
	s := newSite(t)
	w := s.get("/v1/scores")
	require.Equal(t, http.StatusOK, w.Code)
	require.True(t, strings.HasPrefix(w.Body.String(), `{"release":null,"scores":[{`))
	got := read(t, w.Body.Bytes())
	require.Len(t, got.Scores, len(s.campaign.Rows(s.campaign.Nodes(day.Of(start)))), "every row of the lattice")
	for _, score := range got.Scores {
		require.Equal(t, ptr(release.WaitsForMore), score.Withheld)
		require.False(t, score.Before.Published() || score.After.Published())
	}
	require.Equal(t, `{"releases":[]}`, s.get("/v1/releases").Body.String())
}

func TestPledgeSummary(t *testing.T) {
	s := newSite(t)
	const none = `"pledges":null,"perThousand":null,"kept":null,"boardShare":null}`
	require.Equal(t, `{"release":null,"pledges":[{"level":"nation","code":"ENG",`+none+`]}`, s.get("/v1/pledge-summary?level=nation").Body.String())

	r := s.publish(1, example())
	for i := range r.Pledges {
		if r.Pledges[i].Code == "ENG" {
			r.Pledges[i] = release.Pledges{Level: "nation", Code: "ENG", Pledges: ptr(6700), Statuses: map[string]int{"made": 4100, "kept": 1300, "partly_kept": 700, "not_kept": 600},
				PerThousand: ptr(5.6), Kept: &release.Kept{Low: 19, High: 81}, BoardShare: ptr(40)}
		}
	}
	r.Head.Seq = 2
	s.release(r)
	require.Equal(t, `{"release":{"seq":2,"publishedAt":"2026-11-22","campaign":"learning-for-life","method":"1","corrects":null},"pledges":[`+
		`{"level":"nation","code":"ENG","pledges":6700,"statuses":{"kept":1300,"made":4100,"not_kept":600,"partly_kept":700},"perThousand":5.6,"kept":{"low":19,"high":81},"boardShare":40}]}`,
		s.get("/v1/pledge-summary?code=ENG").Body.String())
	var all struct{ Pledges []release.Pledges }
	require.NoError(t, json.Unmarshal(s.get("/v1/pledge-summary").Body.Bytes(), &all, json.MatchCaseInsensitiveNames(true)))
	require.Len(t, all.Pledges, len(s.campaign.Nodes(day.Of(start))), "every node")
	require.Equal(t, http.StatusBadRequest, s.get("/v1/pledge-summary?objective=1").Code, "pledges are of no objective")
	require.Equal(t, http.StatusOK, s.get("/v1/pledge-summary?level=region&code=London").Code)

	page := s.get("/dashboard").Body.String()
	require.Contains(t, page, "People made 6,700 pledges, 5.6 for every 1,000 staff.")
	require.Contains(t, page, "From 19% to 81% of them were kept")
}

func TestFilters(t *testing.T) {
	s := newSite(t)
	r := s.publish(1, example())
	for query, want := range map[string]func(release.Score) bool{
		"":                         func(release.Score) bool { return true },
		"level=region":             func(s release.Score) bool { return s.Level == "region" },
		"code=RXX":                 func(s release.Score) bool { return s.Code == "RXX" },
		"code=South+East":          func(s release.Score) bool { return s.Code == "South East" },
		"objective=2":              func(s release.Score) bool { return s.Objective == 2 },
		"group=board":              func(s release.Score) bool { return s.Group == "board" },
		"level=type&code=acute":    func(s release.Score) bool { return s.Level == "type" && s.Code == "acute" },
		"objective=3&group=others": func(s release.Score) bool { return s.Objective == 3 && s.Group == "others" },
	} {
		w := s.get("/v1/scores?" + query)
		require.Equal(t, http.StatusOK, w.Code, query)
		got := read(t, w.Body.Bytes())
		require.Equal(t, r.Head, got.Head, query)
		var expected []release.Score
		for _, score := range r.Scores {
			if want(score) {
				expected = append(expected, score)
			}
		}
		require.NotEmpty(t, expected, query)
		require.Equal(t, expected, got.Scores, query)
	}
	for _, nothing := range []string{"level=region&code=RXX", "code=ZZZ", "code=", "code=%ff", "objective=2&group=all", "level=organisation&group=board", "level=type&group=others"} {
		w := s.get("/v1/scores?" + nothing)
		require.Equal(t, http.StatusOK, w.Code, nothing)
		require.Equal(t, `{"release":{"seq":1,"publishedAt":"2026-11-22","campaign":"learning-for-life","method":"1","corrects":null},"scores":[]}`, w.Body.String(), nothing)
	}
}

func TestFiltersThatAreRefused(t *testing.T) {
	s := newSite(t)
	for query, detail := range map[string]string{
		"levels=region":               `There is no parameter "levels". There are: level, code, objective, group.`,
		"Level=region":                `There is no parameter "Level". There are: level, code, objective, group.`,
		"level=Region":                `There is no level "Region". There are: nation, region, type, organisation.`,
		"level=":                      `There is no level "". There are: nation, region, type, organisation.`,
		"objective=0":                 `There is no objective "0". There are: 1, 2, 3, 4.`,
		"objective=5":                 `There is no objective "5". There are: 1, 2, 3, 4.`,
		"objective=01":                `There is no objective "01". There are: 1, 2, 3, 4.`,
		"group=%ff%00":                `There is no group "\xff\x00". There are: all, bands_1_4, others, bands_5_7, bands_8_9, board.`,
		"level=region&level=type":     `The parameter level is there 2 times.`,
		"level=%zz":                   `The query in the address cannot be read.`,
		"level=region;code=RXX":       `The query in the address cannot be read.`,
		"b=1&a=1":                     `There is no parameter "a". There are: level, code, objective, group.`,
		strings.Repeat("x", 50) + "=": `There is no parameter "` + strings.Repeat("x", 40) + `". There are: level, code, objective, group.`,
	} {
		w := s.get("/v1/scores?" + query)
		require.Equal(t, http.StatusBadRequest, w.Code, query)
		require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
		var problem struct{ Type, Title, Detail string }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &problem, json.MatchCaseInsensitiveNames(true)))
		require.Equal(t, detail, problem.Detail, query)
		require.Equal(t, http.StatusBadRequest, s.get("/dashboard?x="+url.QueryEscape(query)).Code)
	}
}

// Whatever is asked for, what comes is the rows of the release that match, and no other.
func TestFilteringOnlyLeavesOut(t *testing.T) {
	s := newSite(t)
	r := s.publish(1, example())
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SampledFrom(r.Scores).Draw(t, "row")
		query := url.Values{}
		values := func(s release.Score) map[string]string {
			return map[string]string{"level": s.Level, "code": s.Code, "objective": strconv.Itoa(s.Objective), "group": s.Group}
		}
		for name, value := range values(row) {
			if rapid.Bool().Draw(t, name) {
				query.Set(name, value)
			}
		}
		var want []release.Score
		for _, score := range r.Scores {
			is := values(score)
			same := true
			for name := range query {
				same = same && is[name] == query.Get(name)
			}
			if same {
				want = append(want, score)
			}
		}
		w := s.get("/v1/scores?" + query.Encode())
		require.Equal(t, http.StatusOK, w.Code)
		require.Equal(t, want, read(t, w.Body.Bytes()).Scores)
	})
}

func TestReleases(t *testing.T) {
	s := newSite(t)
	s.publish(1)
	s.now = start.Add(24 * time.Hour)
	second := s.publish(2, example())
	third := second
	third.Head = &release.Head{Seq: 3, PublishedAt: day.Must("2026-11-24"), Campaign: "learning-for-life", Method: "1", Corrects: ptr(2)}
	s.release(third)

	require.Equal(t, `{"releases":[`+
		`{"seq":3,"publishedAt":"2026-11-24","campaign":"learning-for-life","method":"1","corrects":2},`+
		`{"seq":2,"publishedAt":"2026-11-23","campaign":"learning-for-life","method":"1","corrects":null},`+
		`{"seq":1,"publishedAt":"2026-11-22","campaign":"learning-for-life","method":"1","corrects":null}]}`,
		s.get("/v1/releases").Body.String(), "newest first")
	require.Equal(t, second, read(t, s.get("/v1/releases/2").Body.Bytes()))
	third.Pledges = nil
	require.Equal(t, third, read(t, s.get("/v1/scores").Body.Bytes()), "the pledges aside")
	for _, seq := range []string{"0", "4", "-1", "+1", "01", "1.0", "one", "99999999999999999999", "1%2f", "%ff"} {
		w := s.get("/v1/releases/" + seq)
		require.Equal(t, http.StatusNotFound, w.Code, seq)
		require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	}
}

func TestStoreThatIsClosed(t *testing.T) {
	s := newSite(t)
	s.publish(1)
	require.NoError(t, s.store.Close())
	for _, target := range []string{"/v1/scores", "/v1/releases", "/v1/releases/1", "/dashboard"} {
		w := s.get(target)
		require.Equal(t, http.StatusServiceUnavailable, w.Code, target)
		require.NotEmpty(t, w.Header().Get("Retry-After"))
	}
}
