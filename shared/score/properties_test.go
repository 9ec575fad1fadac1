package score_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/score"
	"learningforlife/shared/stats"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

func TestNothingIsNoNumberAndFloatsAreNextToTheirFractions(t *testing.T) {
	worlds := []world{newWorld(t), worldOf(t, campaigntest.FewTrusts(t))}
	rapid.Check(t, func(t *rapid.T) {
		w := worlds[rapid.IntRange(0, 1).Draw(t, "world")].random(t)
		every := rapid.IntRange(0, 9).Draw(t, "rows") // fractions take their time: those of a tenth of the rows
		for row, s := range w.scores() {
			next := func(v score.Value, least float64) {
				require.True(t, v.Float >= least-1e-12 && v.Float <= 1+1e-12, v.Float)
				if row%10 == every {
					exact, _ := v.Exact().Float64()
					require.InDelta(t, exact, v.Float, 1e-12)
				}
			}
			requireFinite(t, s, w.nodes)
			both := [][2]*score.Level{s.Waves}
			changes := []*score.Change{s.Change}
			if s.Opened != nil {
				both, changes = append(both, s.Opened.Waves), append(changes, s.Opened.Change)
			}
			for i, waves := range both {
				for _, l := range waves {
					if l == nil {
						continue
					}
					next(l.Value, 0)
					require.Positive(t, l.Respondents)
					require.GreaterOrEqual(t, l.Variance, 0.0)
					require.LessOrEqual(t, l.Kish, float64(l.Respondents)*(1+1e-12))
					require.LessOrEqual(t, max(l.OffTop, l.OffBottom), l.Respondents)
				}
				if c := changes[i]; c != nil {
					next(c.Difference, -1)
					require.LessOrEqual(t, math.Abs(c.Correlation), 1.0)
					require.GreaterOrEqual(t, c.Variance, 0.0)
					// Those of whom some were not asked are linked by the same table as all, and the
					// few of a part may all be in a pool that only the change needs.
					if i == 0 && waves[0] != nil && waves[1] != nil && !w.c.Groups[s.Row.Group].Part {
						require.LessOrEqual(t, c.Pairs, min(waves[0].Respondents, waves[1].Respondents))
					}
				}
			}
		}
	})
}

// TestEmptyAtomsChangeNothing: a cell that was counted and found empty is one that was never there.
func TestEmptyAtomsChangeNothing(t *testing.T) {
	base := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		w := base.random(t)
		want := plainly(w.scores())
		for i := range w.Tables.Tables {
			classes := w.Classes(i)
			table := &w.Tables.Tables[i]
			for _, atoms := range [][]score.Atom{table.Atoms, table.Apart} {
				for cell := range atoms {
					for wave := range 2 {
						if atoms[cell].Counts[wave] == nil && rapid.Bool().Draw(t, "empty") {
							atoms[cell].Counts[wave] = make([]int, classes)
						}
					}
					if atoms[cell].Pairs == nil && rapid.Bool().Draw(t, "unlinked") {
						atoms[cell].Pairs = make([][]int, classes)
						for k := range atoms[cell].Pairs {
							atoms[cell].Pairs[k] = make([]int, classes)
						}
					}
				}
			}
			for region := range table.Opened {
				for wave := range 2 {
					if cell := w.Cell(w.Pool(region), low); table.Opened[region].Counts[wave][cell] == nil {
						tell(&table.Opened[region], wave, cell, make([]int, classes))
					}
				}
			}
		}
		require.Equal(t, want, plainly(w.scores()))
	})
}

// TestSwappingTheWavesNegatesTheChange, and keeps all that its doubt is made of.
func TestSwappingTheWavesNegatesTheChange(t *testing.T) {
	base := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		w := base.random(t)
		first := plainly(w.scores())
		for i := range w.Tables.Tables {
			table := &w.Tables.Tables[i]
			for _, atoms := range [][]score.Atom{table.Atoms, table.Apart} {
				for cell := range atoms {
					a := &atoms[cell]
					a.Counts[0], a.Counts[1] = a.Counts[1], a.Counts[0]
					a.Pairs = transposed(a.Pairs)
				}
			}
			for region := range table.Parts {
				for _, s := range []*score.Split{&table.Parts[region], &table.Opened[region]} {
					s.Counts[0], s.Counts[1] = s.Counts[1], s.Counts[0]
				}
			}
		}
		for i, s := range w.scores() {
			require.Equal(t, [2]*score.Level{first[i].Waves[1], first[i].Waves[0]}, levels(s.Waves))
			negated(t, first[i].Change, s.Change)
			if s.Opened != nil {
				negated(t, first[i].Opened.Change, s.Opened.Change)
			}
		}
	})
}

func negated(t *rapid.T, one, other *score.Change) {
	require.Equal(t, one == nil, other == nil)
	if one == nil {
		return
	}
	require.InDelta(t, one.Difference.Float, -other.Difference.Float, 1e-15)
	require.Equal(t, []any{one.Pairs, one.Selection, one.Coverage, one.Clusters}, []any{other.Pairs, other.Selection, other.Coverage, other.Clusters})
	require.InDelta(t, one.Correlation, other.Correlation, 1e-12)
	require.InDelta(t, one.Variance, other.Variance, 1e-14)
	require.InDelta(t, one.ClusterVariance, other.ClusterVariance, 1e-14)
}

func transposed(pairs [][]int) [][]int {
	if pairs == nil {
		return nil
	}
	turned := make([][]int, len(pairs))
	for i := range turned {
		turned[i] = make([]int, len(pairs))
		for j := range pairs {
			turned[i][j] = pairs[j][i]
		}
	}
	return turned
}

// TestWithoutPairsItIsNewcombe: where every cell is in both waves and nobody is linked, the change is the difference of
// two independent estimates, and its interval Newcombe's on their effective sizes.
func TestWithoutPairsItIsNewcombe(t *testing.T) {
	base := newWorld(t)
	base.Frame.Own = slices.Clone(base.Frame.Own)
	base.Frame.Own[base.unit("PPP")] = 50 // else its codes share its size by respondents, which differ by wave
	rapid.Check(t, func(t *rapid.T) {
		w := base.random(t)
		for i := range w.Tables.Tables {
			table := &w.Tables.Tables[i]
			for cell := range table.Atoms {
				a := &table.Atoms[cell]
				a.Pairs = nil
				if a.Counts[0] == nil || a.Counts[1] == nil {
					a.Counts = [2][]int{}
				}
			}
		}
		for _, s := range w.scores() {
			if s.Change == nil || !s.Framed || w.c.Groups[s.Row.Group].Part {
				continue
			}
			before, after := s.Waves[score.Before], s.Waves[score.After]
			require.InDelta(t, after.Value.Float-before.Value.Float, s.Change.Difference.Float, 1e-12)
			require.InDelta(t, before.Variance+after.Variance, s.Change.Variance, 1e-14)
			require.Zero(t, s.Change.Correlation)
			require.Zero(t, s.Change.Pairs)
			wilson := func(l *score.Level) (p float64, i stats.Interval) {
				n := l.Kish
				if p = l.Value.Float; p > 0 && p < 1 && l.Variance > 0 {
					n = p * (1 - p) / l.Variance
				}
				i, ok := stats.Wilson(min(p, 1), n, stats.Z95)
				require.True(t, ok)
				return min(p, 1), i
			}
			p1, i1 := wilson(before)
			p2, i2 := wilson(after)
			want := stats.Difference(p1, i1, p2, i2)
			got := stats.CorrelatedDifference(p1, i1, p1+s.Change.Difference.Float, i2, s.Change.Correlation)
			require.InDelta(t, want.Low, got.Low, 1e-11)
			require.InDelta(t, want.High, got.High, 1e-11)
		}
	})
}

// TestAFrameLikeTheSampleWeighsNothing: where as large a share of every cell answered, in each wave, weights change nothing.
func TestAFrameLikeTheSampleWeighsNothing(t *testing.T) {
	base := worldOf(t, campaigntest.Trusts(t, organisations, "", "AAA,1\n"))
	rapid.Check(t, func(t *rapid.T) {
		w := base.empty()
		w.Frame.Sizes = make([][]int, len(base.Frame.Sizes))
		times := rapid.IntRange(1, 40).Draw(t, "times")
		for unit := range w.Frame.Sizes {
			w.Frame.Sizes[unit] = make([]int, 2)
			for group := range 2 {
				n := rapid.IntRange(0, 30).Draw(t, "respondents")
				w.Frame.Sizes[unit][group] = n * times
				if n == 0 {
					continue
				}
				for wave := range 2 {
					one := rapid.IntRange(0, n).Draw(t, "one")
					half := rapid.IntRange(0, n-one).Draw(t, "half")
					w.atom(3, unit, group).Counts[wave] = values(n-one-half, half, one)
				}
			}
		}
		w.Frame.Empty = false
		weighted := w.scores()
		w.Frame.Empty = true
		for i, s := range w.scores() {
			f := weighted[i]
			for wave := range 2 {
				require.Equal(t, s.Waves[wave] == nil, f.Waves[wave] == nil)
				if s.Waves[wave] == nil {
					continue
				}
				require.Equal(t, s.Waves[wave].Value.Exact().RatString(), f.Waves[wave].Value.Exact().RatString())
				require.InDelta(t, s.Waves[wave].Variance, f.Waves[wave].Variance, 1e-14)
				require.InDelta(t, float64(s.Waves[wave].Respondents), f.Waves[wave].Kish, 1e-9, "nobody weighs more than another")
			}
			if s.Change != nil {
				require.Equal(t, s.Change.Difference.Exact().RatString(), f.Change.Difference.Exact().RatString())
				require.InDelta(t, s.Change.Variance, f.Change.Variance, 1e-14)
				require.InDelta(t, s.Change.ClusterVariance, f.Change.ClusterVariance, 1e-14)
			}
		}
	})
}

// item is a stored response.
type item struct {
	key submission.Key
	row submission.Row
}

// respond draws responses of both waves: of some people twice, linked, with another band now and then.
func respond(t *rapid.T, c *campaign.Campaign) (items []item) {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
	codes := []string{"AAA", "BBB", "CCC", "MMM", "NNN", "WWW"}
	send := func(s submission.Response) submission.Key {
		receipt, err := submission.Mint(today, source{random})
		require.NoError(t, err)
		for q, question := range c.Questions {
			b := question.AskedIf
			if c.Asked(q, s.Wave, s.Audience) && (b == nil || s.Answers[b.Question] == b.Answer+1) && random.IntN(20) > 0 {
				s.Answers[q] = 1 + random.IntN(len(c.Answers(q)))
			}
		}
		key := receipt.Key(submission.KindResponse)
		items = append(items, item{key, s.Pack(c)})
		return key
	}
	for range rapid.IntRange(0, 300).Draw(t, "people") {
		s := submission.Response{Wave: c.Baseline(), Organisation: codes[random.IntN(len(codes))],
			Audience: random.IntN(len(c.Audiences)), BandGroup: random.IntN(len(c.BandGroups)), Answers: make([]int, len(c.Questions))}
		key := send(s)
		if random.IntN(2) == 0 {
			s.Wave, s.Before, s.Answers = c.FollowUp(), key.Link(), make([]int, len(c.Questions))
			if random.IntN(5) == 0 {
				s.BandGroup = random.IntN(len(c.BandGroups))
			}
			send(s)
		}
	}
	return items
}

type source struct{ *rand.Rand }

func (s source) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s.Uint32())
	}
	return len(p), nil
}

// gather tallies the items, dealt out to so many counters in turn, and takes the counters in an order.
func (w world) gather(t *rapid.T, items []item, counters int, reversed bool) world {
	list := make([]*tally.Counter, counters)
	for i := range list {
		list[i] = w.Layout.Counter()
	}
	for i := range items {
		at := i % counters
		if reversed {
			at = counters - 1 - at
		}
		require.NoError(t, list[at].Visit(&items[i].key, items[i].row))
	}
	counted, err := tally.Resolve(list)
	require.NoError(t, err)
	w.Tables = score.Gather(counted, w.Frame)
	return w
}

func TestMergeOrderNeverMatters(t *testing.T) {
	base := newWorld(t)
	rapid.Check(t, func(t *rapid.T) {
		items := respond(t, base.c)
		one := base.gather(t, items, 1, false)
		want := plainly(one.scores())
		shuffled := rapid.Permutation(items).Draw(t, "order")
		other := base.gather(t, shuffled, rapid.IntRange(2, 5).Draw(t, "counters"), rapid.Bool().Draw(t, "reversed"))
		require.Equal(t, one.Tables.Tables, other.Tables.Tables)
		require.Equal(t, want, plainly(other.scores()))
	})
}

// TestGatherCountsEverybodyOnce holds the tables against a plain count of the responses.
func TestGatherCountsEverybodyOnce(t *testing.T) {
	base := newWorld(t)
	c := base.c
	a4, a5 := c.Question("A4"), c.Question("A5")
	rapid.Check(t, func(t *rapid.T) {
		items := respond(t, c)
		w := base.gather(t, items, 2, false)
		cells, parts, pairs := map[string]int{}, map[string]int{}, map[string]int{}
		responses := map[submission.Link]submission.Response{}
		inBase := func(s submission.Response) bool { return s.Answers[a4] > 0 && s.Answers[a5] > 0 }
		name := func(s submission.Response) string {
			group := others
			if s.BandGroup == c.BandGroup("1-4") {
				group = low
			}
			return s.Organisation + fmt.Sprint(group)
		}
		for _, i := range items {
			s, err := i.row.Response(c)
			require.NoError(t, err)
			if s.Audience == c.Audience("board") || !inBase(s) {
				continue
			}
			responses[i.key.Link()] = s
			cells[name(s)+fmt.Sprint(s.Wave)]++
			if part := []int{-1, 0, 1, 2, 2}[s.BandGroup]; part >= 0 {
				parts[name(s)+fmt.Sprint(s.Wave)+fmt.Sprint(part)]++
			}
		}
		for _, s := range responses {
			if before, ok := responses[s.Before]; ok && s.Wave == c.FollowUp() && before.BandGroup == s.BandGroup {
				pairs[name(s)]++
			}
		}
		gotCells, gotParts, gotPairs := map[string]int{}, map[string]int{}, map[string]int{}
		put := func(to map[string]int, key string, n int) {
			if n > 0 {
				to[key] = n
			}
		}
		table := w.table(3, 0)
		for unit, trust := range c.Organisations.All() {
			for group := range 2 {
				atom := w.atom(3, unit, group)
				for wave := range 2 {
					key := trust.Code + fmt.Sprint(group) + fmt.Sprint(wave)
					put(gotCells, key, sum(atom.Counts[wave]))
					require.Equal(t, sum(atom.Counts[wave]), sum(table.Opened[w.Region(unit)].Counts[wave][w.Cell(unit, group)]))
					told := table.Parts[w.Region(unit)].Counts[wave][w.Cell(unit, group)]
					for part := range len(told) / 5 {
						put(gotParts, key+fmt.Sprint(part), sum(told[5*part:5*part+5]))
					}
				}
				linked := 0
				for _, row := range atom.Pairs {
					linked += sum(row)
				}
				put(gotPairs, trust.Code+fmt.Sprint(group), linked)
			}
		}
		require.Equal(t, cells, gotCells)
		require.Equal(t, parts, gotParts)
		require.Equal(t, pairs, gotPairs)
	})
}

func sum(counts []int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}
