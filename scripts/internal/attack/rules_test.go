package attack_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	"learningforlife/shared/release"
	"learningforlife/shared/score"
)

// TestTheRulesGiveNobodyAway plays random histories of a small world, in which small numbers of people join and
// leave everywhere: what is admitted by the rules tells nothing of few of them.
func TestTheRulesGiveNobodyAway(t *testing.T) {
	for seed := range uint64(*histories) {
		random := rand.New(rand.NewPCG(seed, 10))
		w := newWorld(t)
		state, last := disclosure.Fresh(w.Layout, w.Frame), release.Release{}
		var releases []release.Release
		for i := range 6 {
			on := days[0] + day.Day(i)
			w.drift(random)
			state = disclosure.Admit(clone(w.Tables), state, on, func(int) bool { return false })
			last = show(t, state.Tables, on, last)
			releases = append(releases, last)
		}
		assert.Empty(t, attacked(t, releases, nil), "seed %d", seed)
	}
}

// drift has people join and leave in some places.
func (w world) drift(random *rand.Rand) {
	about := func(n int) int {
		if random.IntN(5) == 0 {
			return random.IntN(12)
		}
		return max(n+int(4*random.NormFloat64()), 0)
	}
	for trust := range 9 {
		code := fmt.Sprintf("R%02d", trust)
		for group := range 2 {
			for wave := range 2 {
				if random.IntN(3) > 0 {
					continue
				}
				was := w.Tables.Tables[w.table(1, 0)].Atoms[w.cell(code, group)].Counts[wave]
				w.people(code, group, wave, of(about(was[1]), about(was[2]), about(was[3]), about(was[4]), about(was[7]), about(was[8])))
				w.set(w.table(3, 0), code, group, wave, []int{0, about(12), about(6), about(7), about(15)})
			}
			w.link(code, group, random)
		}
		if n := sum(w.Tables.Tables[w.table(1, 0)].Atoms[w.cell(code, others)].Counts[before]); random.IntN(2) == 0 {
			w.parts(code, random.IntN(n+1), random.IntN(20))
		}
	}
	for region := range w.Frame.Regions {
		for wave := range 2 {
			if random.IntN(2) == 0 {
				w.board(region, wave, about(20), about(15))
			}
		}
	}
}

// link links some of those who answered both surveys.
func (w world) link(code string, group int, random *rand.Rand) {
	atom := &w.Tables.Tables[w.table(1, 0)].Atoms[w.cell(code, group)]
	linked := make([][]int, 9)
	for i := range linked {
		linked[i] = make([]int, 9)
	}
	left := [2][]int{append([]int(nil), atom.Counts[score.Before]...), append([]int(nil), atom.Counts[score.After]...)}
	for range random.IntN(40) {
		from, to := 1+random.IntN(8), 1+random.IntN(8)
		if left[0][from] > 0 && left[1][to] > 0 {
			left[0][from]--
			left[1][to]--
			linked[from][to]++
		}
	}
	atom.Pairs = linked
}
