package campaign_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
)

var today = day.Must("2026-11-22")

func shipped(t *testing.T) *campaign.Campaign {
	t.Helper()
	c, err := campaign.Shipped()
	require.NoError(t, err)
	return c
}

func TestTheShippedCampaignLoads(t *testing.T) {
	c := shipped(t)
	require.Equal(t, "learning-for-life", c.ID)
	require.Len(t, c.Objectives, 4)
	require.Len(t, c.Questions, 11)
	require.Len(t, c.Pledges, 30)
	require.Len(t, c.Waves, 2)
	require.Len(t, c.Audiences, 4)
	require.Len(t, c.BandGroups, 5)
	require.Equal(t, 11, c.Minimum)
	require.Equal(t, campaign.Target{Most: 3, Shortfall: [2]int{1, 3}}, c.Target)
	require.Equal(t, 0.0004, c.Sequence)
	require.True(t, c.Weighting.Illustrative)
	require.Len(t, c.Claims, 6)
	require.Len(t, c.Claims[0], 2, "objective 1 is claimed for all and for bands 1 to 4 at once")
	require.Len(t, c.Digest, 64)
}

// TestHowGroupsAreWeighted: whole groups are made up of weighting groups, some are parts of one, and the board stands apart.
func TestHowGroupsAreWeighted(t *testing.T) {
	c := shipped(t)
	require.Equal(t, []campaign.WeightingGroup{
		{Group: c.Group("bands_1_4"), Share: [2]int{2, 5}},
		{Group: c.Group("others"), Share: [2]int{3, 5}}}, c.Weighting.Groups)
	for id, want := range map[string]struct {
		cells []int
		part  bool
	}{
		"all":       {[]int{0, 1}, false},
		"bands_1_4": {[]int{0}, false},
		"others":    {[]int{1}, false},
		"bands_5_7": {[]int{1}, true},
		"bands_8_9": {[]int{1}, true},
		"board":     {nil, false},
	} {
		g := c.Groups[c.Group(id)]
		require.Equal(t, want.cells, g.Cells, id)
		require.Equal(t, want.part, g.Part, id)
		require.Equal(t, id != "board", g.Weighted(), id)
	}
	others := c.Groups[c.Group("others")]
	require.True(t, others.Has(c.Audience("manager"), c.BandGroup("unknown")))
	require.False(t, others.Has(c.Audience("manager"), c.BandGroup("1-4")))
	require.False(t, others.Has(c.Audience("board"), c.BandGroup("8-9")))
}

func TestTheGroupThatComesFirst(t *testing.T) {
	c := shipped(t)
	require.Equal(t, &campaign.Priority{Whole: c.Group("all"), Group: c.Group("bands_1_4"), Others: c.Group("others"), Gap: [2]int{1, 2}},
		c.Objectives[0].Priority)
	for _, o := range c.Objectives[1:] {
		require.Nil(t, o.Priority)
	}
}

func TestWhatOpensAQuestion(t *testing.T) {
	c := shipped(t)
	opener, ok := c.Opener(c.Question("A6"))
	require.True(t, ok)
	require.Equal(t, campaign.Item{Question: c.Question("A2"), Favourable: []bool{true, false, false}}, opener)
	_, ok = c.Opener(c.Question("A1"))
	require.False(t, ok)
}

// TestWhenAWaveIsClosed: its Close is the first release 24 hours after its last day, and until that day ends it is watched.
func TestWhenAWaveIsClosed(t *testing.T) {
	last := day.Must("2027-03-31")
	w := campaign.Wave{Opens: day.Must("2027-02-01"), Closes: last}
	moved := w
	moved.Moved = true
	for on, want := range map[day.Day]struct{ closed, watched bool }{
		w.Opens - 1: {false, false},
		w.Opens:     {false, true},
		last:        {false, true},
		last + 1:    {false, false},
		last + 2:    {true, false},
	} {
		require.Equal(t, want.closed, w.Closed(on), on)
		require.Equal(t, want.watched, w.Watched(on), on)
		require.Equal(t, want.closed, moved.Closed(on), on)
		require.True(t, moved.Watched(on), "somebody may have looked before its end was moved: %s", on)
	}
	require.True(t, campaigntest.Load(t, campaigntest.JSON(`"closes": "2030-12-31", "follows"`, `"closes": "2030-12-31", "moved": true, "follows"`)).Waves[1].Moved)
}

func TestBothWavesAreOpenForTheWholeCampaign(t *testing.T) {
	c := shipped(t)
	first, last := day.Must("2026-01-01"), day.Must("2030-12-31")
	for _, w := range c.Waves {
		for on, open := range map[day.Day]bool{first - 1: false, first: true, today: true, last: true, last + 1: false} {
			require.Equal(t, open, w.Open(on), "%s on %s", w.ID, on)
			require.Equal(t, open, c.Open(on), "the campaign on %s", on)
		}
	}
	require.Equal(t, "before", c.Waves[c.Baseline()].ID)
	require.Equal(t, "after", c.Waves[c.FollowUp()].ID)
}

func TestIndexesFindEachIDAndNothingElse(t *testing.T) {
	c := shipped(t)
	for i, w := range c.Waves {
		require.Equal(t, i, c.Wave(w.ID))
	}
	for i, a := range c.Audiences {
		require.Equal(t, i, c.Audience(a.ID))
	}
	for i, b := range c.BandGroups {
		require.Equal(t, i, c.BandGroup(b.ID))
	}
	for i, g := range c.Groups {
		require.Equal(t, i, c.Group(g.ID))
	}
	for i, p := range c.Pledges {
		require.Equal(t, i, c.Pledge(p.ID))
	}
	for i, q := range c.Questions {
		require.Equal(t, i, c.Question(q.ID))
		for j, a := range c.Answers(i) {
			require.Equal(t, j, c.Answer(i, a.ID))
		}
		require.Equal(t, -1, c.Answer(i, "perhaps"))
	}
	for _, find := range []func(string) int{c.Wave, c.Audience, c.BandGroup, c.Group, c.Pledge, c.Question} {
		require.Equal(t, -1, find("nobody"))
		require.Equal(t, -1, find(""))
	}
}

func TestWhoIsAskedWhatInWhichWave(t *testing.T) {
	c := shipped(t)
	asked := func(wave, audience string) string {
		var ids []string
		for q, question := range c.Questions {
			if c.Asked(q, c.Wave(wave), c.Audience(audience)) {
				ids = append(ids, question.ID)
			}
		}
		return strings.Join(ids, " ")
	}
	for _, audience := range []string{"staff", "manager", "learning_rep"} {
		require.Equal(t, "A1 A2 A3 A4 A5 A6", asked("before", audience))
		require.Equal(t, "A1 A2 A3 A4 A5 A6 A7 A8", asked("after", audience))
	}
	require.Equal(t, "B1 B2 B3", asked("before", "board"))
	require.Equal(t, "B1 B2 B3", asked("after", "board"))

	a6 := c.Questions[c.Question("A6")]
	require.NotNil(t, a6.AskedIf)
	require.Equal(t, "A2", c.Questions[a6.AskedIf.Question].ID)
	require.Equal(t, "yes", c.Answers(a6.AskedIf.Question)[a6.AskedIf.Answer].ID)
}

func TestEveryQuestionIsInExactlyOneTable(t *testing.T) {
	c := shipped(t)
	of := make([]int, len(c.Questions))
	for _, table := range c.Tables {
		for _, q := range table.Questions {
			of[q]++
		}
	}
	require.Equal(t, slices.Repeat([]int{1}, len(c.Questions)), of)
	require.Equal(t, "L", c.Tables[0].ID)
	require.Equal(t, "I", c.Tables[1].ID)
}

func TestAgreeingWithA5CountsAgainstItsObjective(t *testing.T) {
	c := shipped(t)
	favourable := func(item campaign.Item) (ids []string) {
		for a, counts := range item.Favourable {
			if counts {
				ids = append(ids, c.Answers(item.Question)[a].ID)
			}
		}
		return ids
	}
	m := c.Objectives[2].Measures[0]
	require.Equal(t, []string{"strongly_agree", "agree"}, favourable(m.Items[0]))
	require.Equal(t, []string{"disagree", "strongly_disagree"}, favourable(m.Items[1]))
	require.Equal(t, "I", c.Tables[m.Table].ID)
}

func TestTheDigestFollowsEveryFile(t *testing.T) {
	digests := []string{campaigntest.Load(t).Digest}
	require.Equal(t, shipped(t).Digest, digests[0])
	for _, e := range []campaigntest.Edit{
		campaigntest.JSON(`"First survey"`, `"The first survey"`),
		{File: "organisations.csv", Old: "The Online NHS Trust", New: "Online NHS Trust"},
		{File: "successors.csv", Old: "RVY,RBN,2023-07-01,no", New: "RVY,RBN,2023-07-01,yes"},
		{File: "workforce_fte_2018.csv", Old: "R0A,17976", New: "R0A,17977"},
	} {
		d := campaigntest.Load(t, e).Digest
		require.NotContains(t, digests, d, "%+v", e)
		digests = append(digests, d)
	}
}

func TestAQuestionIsAddedByTheFileAlone(t *testing.T) {
	c := campaigntest.Load(t, campaigntest.NewQuestion)
	require.Len(t, c.Questions, 12)
	q := c.Question("A9")
	require.True(t, c.Asked(q, c.Wave("after"), c.Audience("manager")))
	require.False(t, c.Asked(q, c.Wave("before"), c.Audience("manager")))
	require.Contains(t, c.Tables, campaign.Table{ID: "A9", Questions: []int{q}}, "it is counted in a table of its own")
}

func TestAWaveIsAddedByTheFileAlone(t *testing.T) {
	c := campaigntest.Load(t, campaigntest.NewWave...)
	later := c.Wave("later")
	require.Equal(t, c.Wave("before"), c.Waves[later].Follows)
	require.True(t, c.Asked(c.Question("A1"), later, c.Audience("staff")))
	require.Equal(t, "after", c.Waves[c.FollowUp()].ID, "scores still compare the same two")
}
