package score_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/score"
	"learningforlife/shared/stats"
)

// TestWeightsByHand: of a region's bands 1–4 AAA (400) says ½ and BBB (200) ¼, and nothing may be used of CCC's
// 100. Its others say ¾ (600), ½ (300) and 1 (150).
//
//	bands 1–4: (400·½ + 200·¼)/600 = 5/12
//	others:    (600·¾ + 300·½ + 150·1)/1050 = 750/1050 = 5/7
//	all:       (700·5/12 + 1050·5/7)/1750 = 25/42
func TestWeightsByHand(t *testing.T) {
	w := newWorld(t)
	w.believe(w.unit("AAA"), low, score.Before, 20, 40)
	w.believe(w.unit("BBB"), low, score.Before, 10, 40)
	w.believe(w.unit("AAA"), others, score.Before, 30, 40)
	w.believe(w.unit("BBB"), others, score.Before, 20, 40)
	w.atom(3, w.unit("CCC"), others).Counts[score.Before] = values(2, 0, 0)
	w.believe(w.unit("CCC"), others, score.Before, 20, 20)
	// The other region: DDD's 800 say 1/10, nothing may be used of EEE's 600 nor of any others' 2,100.
	w.believe(w.unit("DDD"), low, score.Before, 4, 40)

	bands := w.score(t, 3, campaign.Region, north, "bands_1_4").Waves[score.Before]
	requireExact(t, big.NewRat(5, 12), bands.Value, "bands 1–4")
	// W = 2/3 and 1/3; s²/n = ¼/39 and (3/16)/39
	require.InDelta(t, 4.0/9*(0.25/39)+1.0/9*(0.1875/39), bands.Variance, 1e-15)
	require.InDelta(t, 1/(4.0/9/40+1.0/9/40), bands.Kish, 1e-9)
	require.Equal(t, 80, bands.Respondents)
	require.Equal(t, 50, bands.OffTop)
	require.Equal(t, 30, bands.OffBottom)

	all := w.score(t, 3, campaign.Region, north, "all")
	requireExact(t, big.NewRat(25, 42), all.Waves[score.Before].Value, "all")
	require.Equal(t, 1750, all.Size)
	require.True(t, all.Framed)
	require.False(t, all.Waves[score.Before].Partial)
	// Propensities 40/400, 40/200, 0/100, 40/600, 40/300 and 20/150 about 180/1750.
	var squares float64
	for _, c := range [][2]float64{{40, 400}, {40, 200}, {0, 100}, {40, 600}, {40, 300}, {20, 150}} {
		d := c[0]/c[1] - 180.0/1750
		squares += c[1] * d * d
	}
	require.InDelta(t, 1-2*math.Sqrt(squares/1749), *all.Waves[score.Before].Representativity, 1e-12)

	only := w.score(t, 3, campaign.Region, south, "all").Waves[score.Before]
	requireExact(t, big.NewRat(1, 10), only.Value, "others are stood for by bands 1–4")
	require.True(t, only.Partial)

	// The nation's bands 1–4: 700·5/12 + 1400·1/10, and the 720 of regions without anybody go to all in proportion to
	// their own sizes: 720·(400·½ + 200·¼ + 800·1/10)/1400. Its 4230 others all say 5/7, wherever they come from.
	nation := w.score(t, 3, campaign.Nation, "ENG", "all")
	want := big.NewRat(875, 3)
	for _, r := range []*big.Rat{big.NewRat(140, 1), big.NewRat(720*330, 1400), big.NewRat(4230*5, 7)} {
		want.Add(want, r)
	}
	requireExact(t, want.Quo(want, big.NewRat(7050, 1)), nation.Waves[score.Before].Value, "nation")
	require.Equal(t, 7050, nation.Size)
	require.False(t, nation.Waves[score.Before].Partial)
	require.Nil(t, nation.Change)
}

// TestATypeSpreadsByRegionAndThenByGroup: of the acute trusts' others nothing may be used of BBB (300, in AAA's region)
// nor of DDD (1200, alone in its region); of the mental health trusts' bands 1–4 nothing of CCC (100), and EEE stands for it.
func TestATypeSpreadsByRegionAndThenByGroup(t *testing.T) {
	w := newWorld(t)
	w.believe(w.unit("AAA"), low, score.Before, 8, 40)
	w.believe(w.unit("BBB"), low, score.Before, 16, 40)
	w.believe(w.unit("DDD"), low, score.Before, 24, 40)
	w.believe(w.unit("AAA"), others, score.Before, 30, 40)
	w.believe(w.unit("EEE"), low, score.Before, 10, 40)
	w.believe(w.unit("CCC"), others, score.Before, 20, 40)
	w.believe(w.unit("EEE"), others, score.Before, 30, 40)
	// A pool is of regions, not of types.
	w.believe(w.Pool(w.region(north)), others, score.Before, 1, 40)

	acute := w.score(t, 3, campaign.Type, "acute", "all").Waves[score.Before]
	// (400·.2 + 200·.4 + 800·.6 + 2100·.75)/3500
	requireExact(t, big.NewRat(2215, 3500), acute.Value, "acute")
	require.Equal(t, 160, acute.Respondents)

	// Where both are there, the region comes first: 400·.2 + 200·.4 with BBB's for AAA's, not DDD's.
	w.atom(3, w.unit("AAA"), low).Counts[score.Before] = nil
	// (600·.4 + 800·.6 + 2100·.75)/3500
	requireExact(t, big.NewRat(2295, 3500), w.score(t, 3, campaign.Type, "acute", "all").Waves[score.Before].Value, "region first")

	// (700·.25 + 150·.5 + 900·.75)/1750
	requireExact(t, big.NewRat(925, 1750), w.score(t, 3, campaign.Type, "mental_health", "all").Waves[score.Before].Value, "mental health")
	require.Nil(t, w.score(t, 3, campaign.Type, "mental_health", "all").Change)
	require.Nil(t, w.score(t, 3, campaign.Type, "community", "all").Waves[score.Before])
}

// TestPools: CCC's 100 go to the region's pool; EEE's 600 to the nation's, which is no part of any region.
func TestPools(t *testing.T) {
	w := newWorld(t)
	w.Frame.Sizes[w.unit("MMM")], w.Frame.Sizes[w.unit("PPP")] = []int{0, 0}, []int{0, 0}
	pool, national := w.Pool(w.region(north)), w.Pool(len(w.Frame.Regions))
	for wave := range 2 {
		w.believe(w.unit("AAA"), low, wave, 20, 40)
		w.believe(pool, low, wave, 8+8*wave, 40)
		w.believe(w.unit("DDD"), low, wave, 4, 40)
		w.believe(national, low, wave, 12, 40)
	}
	w.believe(w.unit("BBB"), low, score.Before, 10, 40)

	region := w.score(t, 3, campaign.Region, north, "bands_1_4")
	requireExact(t, big.NewRat(27, 70), region.Waves[score.Before].Value, "(400·½ + 200·¼ + 100·⅕)/700")
	requireExact(t, big.NewRat(16, 35), region.Waves[score.After].Value, "(400·½ + 300·⅖)/700")
	require.Equal(t, 120, region.Waves[score.Before].Respondents)
	// In both waves: AAA with 400, and the pool with 300, which went from ⅕ to ⅖.
	requireExact(t, big.NewRat(3, 35), region.Change.Difference, "change")
	require.Equal(t, 2, region.Change.Clusters, "a pool is one cluster")
	require.InDelta(t, 4.0/7, *region.Change.Coverage, 1e-15, "pools are no part of what is covered")

	requireExact(t, big.NewRat(1, 10), w.score(t, 3, campaign.Region, south, "bands_1_4").Waves[score.Before].Value, "DDD for EEE")
	nation := w.score(t, 3, campaign.Nation, "ENG", "bands_1_4")
	requireExact(t, big.NewRat(400*50+200*25+100*20+800*10+600*30, 2100*100), nation.Waves[score.Before].Value, "nation")
	require.Equal(t, 200, nation.Waves[score.Before].Respondents)
	// AAA 400, pool 300, DDD 800, the nation's pool 600
	requireExact(t, big.NewRat(300*20, 2100*100), nation.Change.Difference, "change of the nation")
	require.Equal(t, 4, nation.Change.Clusters)
	require.InDelta(t, 1200.0/2100, *nation.Change.Coverage, 1e-15)

	require.Equal(t, 40, w.score(t, 3, campaign.Organisation, "AAA", "all").Waves[score.Before].Respondents)
	require.Nil(t, w.score(t, 3, campaign.Organisation, "CCC", "all").Waves[score.Before], "a pool is in no organisation")
}

func TestAnOrganisationWithOneGroup(t *testing.T) {
	w := newWorld(t)
	w.believe(w.unit("AAA"), low, score.Before, 10, 40)
	w.believe(w.unit("AAA"), low, score.After, 20, 40)
	w.believe(w.unit("AAA"), others, score.After, 30, 40)
	s := w.score(t, 3, campaign.Organisation, "AAA", "all")
	require.True(t, s.Waves[score.Before].Partial)
	require.False(t, s.Waves[score.After].Partial)
	require.Equal(t, 1000, s.Size)
	require.Nil(t, s.Waves[score.Before].Representativity)
	requireExact(t, big.NewRat(1, 4), s.Waves[score.Before].Value, "before")
	requireExact(t, big.NewRat(400*50+600*75, 1000*100), s.Waves[score.After].Value, "after")
	requireExact(t, big.NewRat(1, 4), s.Change.Difference, "on bands 1–4 alone")
	require.InDelta(t, 0.4, *s.Change.Coverage, 1e-15)
	require.Zero(t, s.Change.Clusters, "one organisation has no spread")
	require.Nil(t, s.Change.Selection)
	require.False(t, w.score(t, 3, campaign.Organisation, "AAA", "bands_1_4").Waves[score.Before].Partial)
	require.Nil(t, w.score(t, 3, campaign.Organisation, "AAA", "others").Waves[score.Before])
}

// TestTheOnlineTrust has no figure in the frame: it has a row of its own, unweighted, and counts nowhere else.
func TestTheOnlineTrust(t *testing.T) {
	w := newWorld(t)
	w.believe(w.unit("WWW"), low, score.Before, 10, 10)
	w.believe(w.unit("WWW"), others, score.Before, 0, 30)
	w.believe(w.unit("AAA"), low, score.Before, 10, 40)
	own := w.score(t, 3, campaign.Organisation, "WWW", "all")
	require.False(t, own.Framed)
	require.Zero(t, own.Size)
	requireExact(t, big.NewRat(1, 4), own.Waves[score.Before].Value, "10 of 40, whatever their bands")
	requireExact(t, big.NewRat(1, 4), w.score(t, 3, campaign.Nation, "ENG", "all").Waves[score.Before].Value, "AAA alone")
	require.Equal(t, 40, w.score(t, 3, campaign.Nation, "ENG", "all").Waves[score.Before].Respondents)
	for _, n := range w.nodes {
		require.NotContains(t, []string{campaign.NationalRegion, "online"}, n.Code)
	}
}

// TestWithoutAFrame everybody counts the same: 4 of 10 and 30 of 40 are 34 of 50, the online trust among them.
func TestWithoutAFrame(t *testing.T) {
	w := worldOf(t, campaigntest.FewTrusts(t))
	for wave := range 2 {
		w.believe(w.unit("R0A"), low, wave, 4, 10)
		w.believe(w.unit("K0N6A"), others, wave, 30, 40)
	}
	w.believe(w.Pool(w.region("London")), others, score.After, 25, 25)
	nation := w.score(t, 3, campaign.Nation, "ENG", "all")
	require.False(t, nation.Framed)
	require.Zero(t, nation.Size)
	requireExact(t, big.NewRat(34, 50), nation.Waves[score.Before].Value, "before")
	requireExact(t, big.NewRat(59, 75), nation.Waves[score.After].Value, "after, with the pool")
	require.Nil(t, nation.Waves[score.Before].Representativity)
	require.False(t, nation.Waves[score.Before].Partial)
	requireExact(t, new(big.Rat), nation.Change.Difference, "the pool is in one wave")
	require.Nil(t, nation.Change.Coverage)
	// Strata are cells all the same: W = 1/5 and 4/5.
	require.InDelta(t, 0.04*(0.24/9)+0.64*(0.1875/39), nation.Waves[score.Before].Variance, 1e-15)
	require.InDelta(t, 50, nation.Waves[score.Before].Kish, 1e-9)
	requireExact(t, big.NewRat(1, 1), w.score(t, 3, campaign.Region, "London", "all").Waves[score.After].Value, "the pool alone")
}

// TestCodesOfOneOrganisation: MMM took NNN over during the campaign, and had twice its staff. PPP came of two others
// after the campaign had opened, so nobody knows which of its staff answer under which code.
func TestCodesOfOneOrganisation(t *testing.T) {
	w := newWorld(t)
	w.believe(w.unit("MMM"), low, score.Before, 40, 80)
	w.believe(w.unit("NNN"), low, score.Before, 4, 20)
	mmm := w.score(t, 3, campaign.Organisation, "MMM", "all")
	requireExact(t, big.NewRat(2*50+1*20, 300), mmm.Waves[score.Before].Value, "by staff")
	require.Equal(t, 1500, mmm.Size)

	w.believe(w.unit("QQQ"), low, score.Before, 10, 20)
	w.believe(w.unit("RRR"), low, score.Before, 10, 50)
	requireExact(t, big.NewRat(2*50+1*20, 300), w.score(t, 3, campaign.Organisation, "PPP", "all").Waves[score.Before].Value, "200 and 100 staff")
	w.believe(w.unit("PPP"), low, score.Before, 30, 30)
	requireExact(t, big.NewRat(50, 100), w.score(t, 3, campaign.Organisation, "PPP", "all").Waves[score.Before].Value, "by respondents")
	require.Equal(t, 100, w.score(t, 3, campaign.Region, "Midlands", "all").Waves[score.Before].Respondents)
	for _, n := range w.nodes {
		require.NotContains(t, []string{"NNN", "QQQ", "RRR"}, n.Code)
	}
	// Both are one organisation where it is asked how many were drawn.
	w.believe(w.unit("MMM"), low, score.After, 40, 80)
	w.believe(w.unit("NNN"), low, score.After, 8, 20)
	c := w.score(t, 3, campaign.Region, "London", "all").Change
	requireExact(t, big.NewRat(1, 15), c.Difference, "a third of ⅕")
	require.Zero(t, c.Clusters)
}

// TestBandsAsARatio holds bands 5–7 against the ratio and its linearised variance computed directly:
// two atoms of 600 and 300, R = ΣW·ȳ/ΣW·l̄, z = (y−R·l)/l̄.
func TestBandsAsARatio(t *testing.T) {
	w := newWorld(t)
	// by class 0, none, A4, A5, both; bands 5–7, 8–9, neither
	told := map[string][]int{
		"AAA": {0, 6, 2, 0, 12 /**/, 0, 5, 0, 0, 0 /**/, 0, 5, 5, 0, 5},
		"BBB": {0, 3, 1, 4, 2 /**/, 0, 0, 0, 0, 5 /**/, 0, 5, 0, 0, 0},
	}
	region := w.region(north)
	split := &w.table(3, 0).Parts[region]
	split.Counts[score.Before] = map[int][]int{}
	var over, under float64
	type atom struct{ weight, n, people, sum, squares float64 }
	atoms := map[string]atom{"AAA": {weight: 2.0 / 3, n: 40, people: 20, sum: 13, squares: 12.5}, "BBB": {weight: 1.0 / 3, n: 20, people: 10, sum: 4.5, squares: 3.25}}
	for code, counts := range told {
		whole := make([]int, 5)
		for i, n := range counts {
			whole[i%5] += n
		}
		w.atom(3, w.unit(code), others).Counts[score.Before] = whole
		split.Counts[score.Before][w.Cell(w.unit(code), others)] = counts
		a := atoms[code]
		over += a.weight * a.sum / a.n
		under += a.weight * a.people / a.n
	}
	ratio := over / under
	var variance float64
	for _, a := range atoms {
		mean := (a.sum - ratio*a.people) / under / a.n
		squares := (a.squares - 2*ratio*a.sum + ratio*ratio*a.people) / under / under
		variance += a.weight * a.weight * (squares - a.n*mean*mean) / (a.n - 1) / a.n
	}
	bands := w.score(t, 3, campaign.Region, north, "bands_5_7")
	got := bands.Waves[score.Before]
	require.InDelta(t, ratio, got.Value.Float, 1e-15)
	// (600·13/40 + 300·4.5/20)/(600·20/40 + 300·10/20) = 262.5/450
	requireExact(t, big.NewRat(7, 12), got.Value, "exact")
	require.InDelta(t, variance, got.Variance, 1e-15)
	require.Equal(t, 30, got.Respondents)
	require.Equal(t, 16, got.OffTop)
	require.Equal(t, 21, got.OffBottom)
	// Each of AAA's members weighs (2/3)/40, and each of BBB's (1/3)/20: the same.
	require.InDelta(t, 30, got.Kish, 1e-9)
	require.Nil(t, got.Representativity)
	require.Zero(t, bands.Size)
	require.True(t, bands.Framed)

	eight := w.score(t, 3, campaign.Region, north, "bands_8_9").Waves[score.Before]
	// (600·0/40 + 300·5/20)/(600·5/40 + 300·5/20) = 75/150
	requireExact(t, big.NewRat(1, 2), eight.Value, "bands 8–9")

	// A nation's uses the atoms of the regions that may be told apart.
	w.believe(w.unit("DDD"), others, score.Before, 1, 40)
	requireExact(t, big.NewRat(7, 12), w.score(t, 3, campaign.Nation, "ENG", "bands_5_7").Waves[score.Before].Value, "nation")
	split.Counts[score.After] = split.Counts[score.Before]
	c := w.score(t, 3, campaign.Region, north, "bands_5_7").Change
	require.Zero(t, c.Pairs)
	require.Zero(t, c.Correlation)
	require.Nil(t, c.Selection)
	requireExact(t, new(big.Rat), c.Difference, "no change")
	require.InDelta(t, 2*variance, c.Variance, 1e-15)
}

// TestLearners are a ratio over all: of AAA's bands 1–4 (400) 30 of 40 learned, and 20 of them were helped; of
// BBB's (200) 10 of 20, and all of them. Objective 4 is then (400·½ + 200·½)/600 = ½; among learners it is
// ½ / ((400·¾ + 200·½)/600) = 3/4.
func TestLearners(t *testing.T) {
	w := newWorld(t)
	put := func(code string, wave int, counts []int) {
		w.atom(4, w.unit(code), low).Counts[wave] = counts
		tell(&w.table(4, 0).Opened[w.region(north)], wave, w.Cell(w.unit(code), low), counts)
	}
	count := func(people map[int]int) []int {
		counts := make([]int, 9)
		for class, n := range people {
			counts[class] = n
		}
		return counts
	}
	put("AAA", score.Before, count(map[int]int{unaware: 5, aware: 5, learner: 4, awareLearner: 6, helped: 8, awareHelped: 12}))
	put("BBB", score.Before, count(map[int]int{unaware: 10, awareHelped: 10}))
	put("AAA", score.After, count(map[int]int{unaware: 5, aware: 5, learner: 4, awareLearner: 6, helped: 8, awareHelped: 12}))
	put("BBB", score.After, count(map[int]int{unaware: 5, learner: 5, awareHelped: 10}))

	four := w.score(t, 4, campaign.Region, north, "all")
	requireExact(t, big.NewRat(1, 2), four.Waves[score.Before].Value, "all")
	requireExact(t, big.NewRat(3, 4), four.Opened.Waves[score.Before].Value, "learners")
	require.Equal(t, 40, four.Opened.Waves[score.Before].Respondents)
	require.Equal(t, 10, four.Opened.Waves[score.Before].OffTop)
	// after: ½ / ((400·¾ + 200·¾)/600) = 2/3
	requireExact(t, big.NewRat(2, 3), four.Opened.Waves[score.After].Value, "learners after")
	requireExact(t, big.NewRat(-1, 12), four.Opened.Change.Difference, "change")

	strata := []stats.Stratum{{Weight: 400, Counts: []int{10, 10, 20}}, {Weight: 200, Counts: []int{10, 0, 10}}} // no learner, no help, help
	z, ok := stats.Linearised(strata, stats.Scale{0, 0, 1}, stats.Scale{0, 1, 1})
	require.True(t, ok)
	e, ok := stats.Level(strata, z, stats.Sample)
	require.True(t, ok)
	require.InDelta(t, e.Variance, four.Opened.Waves[score.Before].Variance, 1e-15)

	one := w.score(t, 1, campaign.Region, north, "all")
	require.Nil(t, one.Opened, "it is a mean of two questions")
	// objective 1: AAA (5·0 + 5·½ + 4·½ + 6 + 8·½ + 12)/40, BBB 10/20
	requireExact(t, big.NewRat(400*265+200*200, 600*400), one.Waves[score.Before].Value, "objective 1")
	require.Nil(t, w.score(t, 4, campaign.Region, north, "bands_1_4").Opened, "all staff only")
	require.Nil(t, w.score(t, 4, campaign.Organisation, "AAA", "all").Opened)
	require.NotNil(t, w.score(t, 4, campaign.Nation, "ENG", "all").Opened)
}

// TestBoards stand apart: every member counts the same, by regions.
func TestBoards(t *testing.T) {
	w := newWorld(t)
	board := func(region string) *score.Atom {
		return &w.table(2, 0).Apart[w.ApartCell(w.region(region), w.c.Group("board"))]
	}
	board(north).Counts = [2][]int{{0, 10, 30}, {0, 10, 40}}
	board(south).Counts = [2][]int{{0, 50, 10}, nil}
	n := w.score(t, 2, campaign.Nation, "ENG", "board")
	requireExact(t, big.NewRat(40, 100), n.Waves[score.Before].Value, "nation")
	require.False(t, n.Framed)
	require.Zero(t, n.Size)
	requireExact(t, big.NewRat(1, 20), n.Change.Difference, "of the regions with both waves")
	require.Zero(t, n.Change.Clusters)
	require.Nil(t, n.Change.Coverage)
	require.False(t, *n.Change.Selection)
	requireExact(t, big.NewRat(3, 4), w.score(t, 2, campaign.Region, north, "board").Waves[score.Before].Value, "region")
	require.Nil(t, w.score(t, 3, campaign.Region, north, "board").Waves[score.Before], "B3 is another question")
}

// TestChangeByHand: AAA alone, 40 before and 50 after, 20 of them linked, 0 or 1 each.
// Pairs 8 yes–yes, 2 yes–no, 6 no–yes, 4 no–no; before 20 of 40, after 35 of 50.
func TestChangeByHand(t *testing.T) {
	w := newWorld(t)
	w.believe(w.unit("AAA"), low, score.Before, 20, 40)
	w.believe(w.unit("AAA"), low, score.After, 35, 50)
	pairs := make([][]int, 5)
	for i := range pairs {
		pairs[i] = make([]int, 5)
	}
	pairs[4][4], pairs[4][1], pairs[1][4], pairs[1][1] = 8, 2, 6, 4
	w.atom(3, w.unit("AAA"), low).Pairs = pairs
	c := w.score(t, 3, campaign.Nation, "ENG", "bands_1_4").Change
	v1, v2 := 0.25/39, 0.21/49
	covariance := 20 * (0.4 - 0.5*0.7) * 20 / 19 / (40 * 50)
	require.Equal(t, 20, c.Pairs)
	requireExact(t, big.NewRat(1, 5), c.Difference, "change")
	require.InDelta(t, v1+v2-2*covariance, c.Variance, 1e-15)
	require.InDelta(t, covariance/math.Sqrt(v1*v2), c.Correlation, 1e-14)
	// linked .5 → .7, others 10 of 20 → 21 of 30: the same change
	require.False(t, *c.Selection)

	// All whom nobody linked turned from 0 to 1, and those linked did not change.
	pairs[4][1], pairs[1][4] = 0, 0
	pairs[4][4], pairs[1][1] = 10, 10
	w.believe(w.unit("AAA"), low, score.Before, 10, 40)
	w.believe(w.unit("AAA"), low, score.After, 39, 50)
	require.True(t, *w.score(t, 3, campaign.Nation, "ENG", "bands_1_4").Change.Selection)
	require.Nil(t, w.score(t, 3, campaign.Organisation, "AAA", "bands_1_4").Change.Selection)
	require.Nil(t, w.score(t, 3, campaign.Type, "acute", "all").Change.Selection)
}

// TestTheFloor: people in many cells who happen to agree in each are not as certain as that looks. Two cells of
// 20, all 1 in one and all 0 in the other, have no variance of their own; s²/2n is (10/39)/80.
func TestTheFloor(t *testing.T) {
	w := newWorld(t)
	w.believe(w.unit("AAA"), low, score.Before, 20, 20)
	w.believe(w.unit("BBB"), low, score.Before, 0, 20)
	l := w.score(t, 3, campaign.Region, north, "bands_1_4").Waves[score.Before]
	require.InDelta(t, 10.0/39/80, l.Variance, 1e-15)
}

func TestNobody(t *testing.T) {
	w := newWorld(t)
	scores := w.scores()
	require.Len(t, scores, len(w.rows))
	for i, s := range scores {
		require.Equal(t, w.rows[i], s.Row)
		require.Equal(t, [2]*score.Level{}, s.Waves)
		require.Nil(t, s.Change)
	}
}
