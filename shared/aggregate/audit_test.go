package aggregate_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"log/slog"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/figures"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// publish publishes a first release of a state that nobody admitted: what later releases have to keep apart from is
// not in its history.
func (s *site) publish(t testing.TB, edit func(state *disclosure.State)) {
	on := day.Of(s.now)
	layout, err := tally.NewLayout(s.campaign)
	require.NoError(t, err)
	state := disclosure.Fresh(layout, s.campaign.Frame(on))
	edit(&state)
	nodes := s.campaign.Nodes(on)
	r := figures.Release(state.Tables, nodes, score.Compute(state.Tables, nodes, s.campaign.Rows(nodes)), release.Head{Seq: 1, PublishedAt: on}, release.Waiting(s.campaign, on))
	m, err := release.Store(t.Context(), s.Releases(), r)
	require.NoError(t, err)
	content, err := state.Encode()
	require.NoError(t, err)
	digest, err := s.Workings().Put(t.Context(), content)
	require.NoError(t, err)
	record, err := json.Marshal(map[string]string{"document": digest})
	require.NoError(t, err)
	require.NoError(t, s.Workings().Create(t.Context(), "admitted", fmt.Sprintf("%08d-%s", m.Seq, m.Document), record))
	require.NoError(t, release.Publish(t.Context(), s.Releases(), m))
}

func (s *site) row(t testing.TB, seq, objective int, level, code, group string) release.Score {
	r, err := release.Get(t.Context(), s.Releases(), seq)
	require.NoError(t, err)
	for _, row := range r.Scores {
		if row.Objective == objective && row.Level == level && row.Code == code && row.Group == group {
			return row
		}
	}
	require.Fail(t, "no such row", "%d %s %s %s", objective, level, code, group)
	return release.Score{}
}

// TestAFindingHoldsItsRegionAndTheOthersGoOn: 25 of RXX are released and 30 would be.
func TestAFindingHoldsItsRegionAndTheOthersGoOn(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	cell := 2 * s.campaign.Organisations.Index("RXX")
	s.publish(t, func(state *disclosure.State) {
		state.Tables.Tables[0].Atoms[cell].Counts[score.Before] = []int{0, 12, 0, 0, 0, 0, 0, 0, 13}
	})
	require.Equal(t, 25, *s.row(t, 1, 1, "organisation", "RXX", "all").Before.Respondents)
	s.respond(t, 30, "before", "RXX", mixed...)
	s.respond(t, 40, "before", "R0A", mixed...)
	var said bytes.Buffer
	made := run(t, s.aggregator(t, func(c *aggregate.Config) { c.Log = slog.New(slog.NewJSONHandler(&said, nil)) }), fresh())
	require.Equal(t, 2, *made.Release)
	require.Contains(t, said.String(), `"AuditFindings":2,"_aws":{"CloudWatchMetrics":[{"Dimensions":[[]],"Metrics":[{"Name":"AuditFindings","Unit":"Count"}],"Namespace":"LearningForLife"}],"Timestamp":`)
	require.NotContains(t, said.String(), "30 people", "no exact count leaves the run")

	stands := s.row(t, 2, 1, "organisation", "RXX", "all")
	require.Equal(t, 25, *stands.Before.Respondents)
	require.Equal(t, 1, *stands.AsOf)
	require.Equal(t, 40, *s.row(t, 2, 1, "organisation", "R0A", "all").Before.Respondents)
	require.Equal(t, 65, *s.nation(t, 2).Before.Respondents)
	for _, of := range []struct {
		level, code string
		want        release.Withheld
	}{
		{"organisation", "RXX", release.ProtectsOthers}, {"region", "South East", release.ProtectsOthers},
		{"organisation", "R0A", release.WaitsForMore}, {"region", "North West", release.WaitsForMore},
	} {
		require.Equal(t, of.want, *s.row(t, 2, 3, of.level, of.code, "all").Withheld, "%v", of)
		require.Equal(t, release.WaitsForMore, *s.row(t, 1, 3, of.level, of.code, "all").Withheld, "%v", of)
	}
	s.reproducible(t)

	s.respond(t, 6, "before", "RXX", mixed...) // 36 are eleven more than 25
	require.Equal(t, 3, *run(t, s.aggregator(t, nil), fresh()).Release)
	require.Equal(t, 35, *s.row(t, 3, 1, "organisation", "RXX", "all").Before.Respondents)
	require.Equal(t, release.WaitsForMore, *s.row(t, 3, 3, "organisation", "RXX", "all").Withheld)
	s.reproducible(t)
}

// TestFindingsThatStayLeaveTheOldReleaseStanding: 15 organisations with a board pledge are released, 20 would be, and no
// region can be held for that.
func TestFindingsThatStayLeaveTheOldReleaseStanding(t *testing.T) {
	s := newSite(t, campaigntest.Load(t))
	s.publish(t, func(state *disclosure.State) {
		n := 15
		state.Tables.Pledges.Board = &n
	})
	var codes []string
	for i, trust := range s.campaign.Organisations.All() {
		if trust.Open(day.Of(s.now)) && len(codes) < 26 && i%3 == 0 {
			codes = append(codes, trust.Code)
		}
	}
	pledge := func(code string) {
		receipt := mint(t)
		_, _, created, err := s.register.Pledge(t.Context(), day.Of(s.now), submission.PledgeDraft{
			Receipt: receipt.String(), Organisation: code, Audience: "board", BandGroup: "8-9", OwnWords: "Learn."})
		require.NoError(t, err)
		require.True(t, created)
	}
	for _, code := range codes[:20] {
		pledge(code)
	}
	s.respond(t, 40, "before", "R0A", mixed...)
	stopped := run(t, s.aggregator(t, nil), fresh())
	require.Nil(t, stopped.Release)
	require.Equal(t, "the audit found that it could give somebody away; the last release stands", stopped.Why)
	require.NotEmpty(t, stopped.Snapshot)
	newest, err := release.Newest(t.Context(), s.Releases())
	require.NoError(t, err)
	require.Equal(t, 1, newest.Head.Seq)

	for _, code := range codes[20:] {
		pledge(code)
	}
	require.Equal(t, 2, *run(t, s.aggregator(t, nil), fresh()).Release, "26 are eleven more")
	require.Equal(t, 40, *s.nation(t, 2).Before.Respondents)
}

func mint(t testing.TB) submission.Receipt {
	receipt, err := submission.Mint(day.Of(noon), rand.Reader)
	require.NoError(t, err)
	return receipt
}
