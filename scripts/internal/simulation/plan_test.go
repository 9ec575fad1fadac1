package simulation_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/scripts/internal/simulation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/submission"
)

var today = day.Must("2026-11-22")

func world(t testing.TB, seed uint64) (*campaign.Campaign, *simulation.World) {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	w, err := simulation.NewWorld(c, today, seed)
	require.NoError(t, err)
	return c, w
}

// people plans the first n people.
func people(t testing.TB, w *simulation.World, n int) []simulation.Person {
	list := make([]simulation.Person, n)
	for i := range list {
		var err error
		list[i], err = w.Person(i)
		require.NoError(t, err)
	}
	return list
}

// crowd is many plans of one seed, made once for all tests that look for shares in them.
var crowd = sync.OnceValues(func() ([]simulation.Person, error) {
	c, err := campaign.Shipped()
	if err != nil {
		return nil, err
	}
	w, err := simulation.NewWorld(c, today, 5)
	if err != nil {
		return nil, err
	}
	list := make([]simulation.Person, 3000)
	for i := range list {
		if list[i], err = w.Person(i); err != nil {
			return nil, err
		}
	}
	return list, nil
})

func crowded(t *testing.T) (*campaign.Campaign, []simulation.Person) {
	c, _ := world(t, 5)
	list, err := crowd()
	require.NoError(t, err)
	return c, list
}

func TestSameSeedSamePlans(t *testing.T) {
	_, one := world(t, 7)
	_, same := world(t, 7)
	_, other := world(t, 8)
	want := people(t, one, 200)
	for _, number := range []int{199, 0, 57, 57} { // in any order
		got, err := same.Person(number)
		require.NoError(t, err)
		require.Equal(t, want[number], got)
	}
	receipts := map[submission.Receipt]bool{}
	for i, person := range people(t, other, 200) {
		require.NotEqual(t, want[i].Items, person.Items)
		for _, item := range slices.Concat(person.Items, want[i].Items) {
			key := item.Receipt
			require.False(t, receipts[key] && item.Kind == submission.KindPledge, "a receipt is there twice")
			receipts[key] = true
		}
	}
}

func TestPlansHoldEverythingThatPeopleDo(t *testing.T) {
	c, crowd := crowded(t)
	done := map[simulation.Action]int{}
	mistakes := map[string]int{}
	shared, named, twice, moved := 0, 0, 0, 0
	for _, person := range crowd {
		require.NotEmpty(t, person.Steps)
		receipts, before := map[submission.Receipt]int{}, map[submission.Link]int{}
		for i, item := range person.Items {
			if receipts[item.Receipt]++; receipts[item.Receipt] == 2 {
				shared++
			}
			require.True(t, item.Receipt.Accepted(today))
			if link := item.Response.Before; !link.IsZero() {
				named++
				if before[link]++; before[link] == 2 {
					twice++
				}
			}
			if i > 0 && item.Response.Organisation != person.Items[i-1].Response.Organisation && person.Items[i-1].Kind == submission.KindResponse {
				moved++
			}
			mistakes[strings.Join(item.Mistake.Fields, " ")]++
			require.NotEqual(t, item.Body, item.Altered)
			require.NotEqual(t, item.Body, item.Reworded)
			if person.Number < 300 {
				require.JSONEq(t, string(item.Body), string(item.Reworded))
			}
			if item.Kind == submission.KindResponse {
				require.Less(t, item.Response.Wave, len(c.Waves))
			}
		}
		for _, step := range person.Steps {
			done[step.Do]++
		}
	}
	for a := simulation.Send; a <= simulation.Withdraw; a++ {
		require.Greater(t, done[a], 20, "%s", a)
	}
	for what, n := range map[string]int{"one receipt for a pledge and a response": shared, "naming an earlier response": named, "naming it twice": twice, "moving": moved} {
		require.Greater(t, n, 15, what)
	}
	for _, fields := range []string{"organisation", "audience bandGroup", "dueOn", "pledge", "wave", "answers", "answers.Z9", "answers.A1", "answers.B1", "Idempotency-Key"} {
		require.Positive(t, mistakes[fields], fields)
	}
}

// near requires that a share of n independent people is within four standard errors of p.
func near(t *testing.T, p, share float64, n int, what string) {
	t.Helper()
	require.InDelta(t, p, share, 4*math.Sqrt(p*(1-p)/float64(n)), what)
}

func TestPeopleAreDrawnFromTheWorkforce(t *testing.T) {
	c, crowd := crowded(t)
	n := len(crowd)
	workforce := c.Organisations.Workforce(today)
	total := 0
	organisations, bands, audiences := map[string]int{}, map[string]int{}, map[string]int{}
	for _, trust := range c.Organisations.Open(today) {
		total += max(workforce[c.Organisations.Index(trust.Code)], 200)
	}
	for _, person := range crowd {
		organisation, band, audience := "", 0, 0
		if first := person.Items[0]; first.Kind == submission.KindPledge {
			organisation, band, audience = first.Pledge.Organisation, first.Pledge.BandGroup, first.Pledge.Audience
		} else {
			organisation, band, audience = first.Response.Organisation, first.Response.BandGroup, first.Response.Audience
		}
		organisations[organisation]++
		bands[c.BandGroups[band].ID]++
		audiences[c.Audiences[audience].ID]++
	}
	_, w := world(t, 5)
	require.Len(t, w.Organisations(), 202)
	for code := range organisations {
		require.Contains(t, w.Organisations(), code)
	}
	for _, code := range []string{"R0A", "RJ1", "RYG"} {
		near(t, float64(workforce[c.Organisations.Index(code)])/float64(total), float64(organisations[code])/float64(n), n, code)
	}
	require.Contains(t, w.Organisations(), "K0N6A", "an organisation without a workforce has a small share")
	near(t, 0.40, float64(bands["1-4"])/float64(n), n, "bands 1 to 4")
	near(t, 0.12, float64(bands["medical_dental"])/float64(n), n, "medical and dental")
	near(t, 0.07, float64(audiences["manager"])/float64(n), n, "managers")
	near(t, 0.06, float64(audiences["board"])/float64(n), n, "board members")
}

func TestAnswersFollowTheProportions(t *testing.T) {
	c, crowd := crowded(t)
	p := simulation.NewProportions(c)
	for _, wave := range []int{c.Baseline(), c.FollowUp()} {
		for _, id := range []string{"A1", "A5", "B1"} {
			q := c.Question(id)
			given := make([]float64, len(c.Answers(q)))
			want := make([]float64, len(given))
			n := 0
			for _, person := range crowd {
				for _, item := range person.Items {
					if r := item.Response; item.Kind == submission.KindResponse && r.Wave == wave && r.Answers[q] != 0 {
						given[r.Answers[q]-1]++
						for a, share := range p.Shares(r.Organisation, r.BandGroup, wave, q) {
							want[a] += share
						}
						n++
					}
				}
			}
			require.Greater(t, n, 100)
			for a := range given {
				near(t, want[a]/float64(n), given[a]/float64(n), n, id)
			}
		}
	}
}

func TestAnswersBeforeAndAfterGoTogether(t *testing.T) {
	c, crowd := crowded(t)
	a1 := c.Question("A1")
	same, n := 0, 0
	for _, person := range crowd {
		answers := map[int]int{}
		for _, item := range person.Items {
			if item.Kind == submission.KindResponse && item.Response.Answers[a1] != 0 {
				answers[item.Response.Wave] = item.Response.Answers[a1]
			}
		}
		if len(answers) == 2 {
			n++
			if answers[0] == answers[1] {
				same++
			}
		}
	}
	share := float64(same) / float64(n)
	require.Greater(t, share, 0.5, "independent answers would agree in one case of four")
	require.Less(t, share, 0.9)
}

func TestShares(t *testing.T) {
	c, _ := world(t, 1)
	p := simulation.NewProportions(c)
	trusts := c.Organisations.All()
	rapid.Check(t, func(t *rapid.T) {
		organisation := trusts[rapid.IntRange(0, len(trusts)-1).Draw(t, "organisation")].Code
		bandGroup := rapid.IntRange(0, len(c.BandGroups)-1).Draw(t, "band group")
		wave := rapid.IntRange(0, len(c.Waves)-1).Draw(t, "wave")
		q := rapid.IntRange(0, len(c.Questions)-1).Draw(t, "question")
		shares := p.Shares(organisation, bandGroup, wave, q)
		require.Len(t, shares, len(c.Answers(q)))
		sum := 0.0
		for _, share := range shares {
			require.Positive(t, share)
			sum += share
		}
		require.InDelta(t, 1, sum, 1e-12)
		require.Equal(t, shares, p.Shares(organisation, bandGroup, wave, q))
	})
}

// TestValue: who leaves the question about learning blank counts only if they did no learning.
func TestValue(t *testing.T) {
	c, _ := world(t, 1)
	p := simulation.NewProportions(c)
	const organisation, bandGroup = "R0A", 1
	wave := c.FollowUp()
	share := func(id string, answers ...string) (sum float64) {
		q := c.Question(id)
		for _, answer := range answers {
			sum += p.Shares(organisation, bandGroup, wave, q)[c.Answer(q, answer)]
		}
		return sum
	}
	value := func(objective int, skipped []bool) float64 {
		return p.Value(c.Objectives[objective-1].Measures[0], organisation, bandGroup, wave, skipped)
	}
	nothing := make([]bool, len(c.Questions))
	agree, disagree := []string{"strongly_agree", "agree"}, []string{"strongly_disagree", "disagree"}
	require.InDelta(t, (share("A1", agree...)+share("A2", "yes"))/2, value(1, nothing), 1e-12)
	require.InDelta(t, share("B1", agree...), value(2, nothing), 1e-12)
	require.InDelta(t, (share("A4", agree...)+share("A5", disagree...))/2, value(3, nothing), 1e-12)
	require.InDelta(t, share("A2", "yes")*share("A6", agree...), value(4, nothing), 1e-12)

	noA6 := slices.Clone(nothing)
	noA6[c.Question("A6")] = true
	require.InDelta(t, share("A1", agree...)/2, value(1, noA6), 1e-12)
	require.Zero(t, value(4, noA6))
	require.InDelta(t, value(3, nothing), value(3, noA6), 1e-12)
}

func TestWorldNeedsBothSurveysOpen(t *testing.T) {
	shipped, err := campaign.Shipped()
	require.NoError(t, err)
	_, err = simulation.NewWorld(shipped, day.Must("2031-01-01"), 1)
	require.ErrorContains(t, err, "on 2031-01-01 the campaign is not open")

	later := campaigntest.Load(t, campaigntest.JSON(
		`{"id": "after", "number": 2, "name": "Second survey", "opens": "2026-01-01"`,
		`{"id": "after", "number": 2, "name": "Second survey", "opens": "2027-01-01"`))
	_, err = simulation.NewWorld(later, today, 1)
	require.ErrorContains(t, err, `the survey "after" is not open`)
}
