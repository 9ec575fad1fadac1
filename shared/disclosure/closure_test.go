// Many histories take seconds, and under the race detector minutes: scripts/test runs them without.
//go:build !race

package disclosure_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/audit"
	"learningforlife/shared/day"
	"learningforlife/shared/disclosure"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/tally"
)

// TestEveryDifferenceIsOfElevenPeople plays histories at random and holds what METHODS §10 promises, by code that has
// nothing of disclosure or of the audit (observer).
//
// The closure argument. Let A(a, t) be what is admitted of atom a at release t, nobody before the first. Two versions of
// an atom are the same, or they differ by k people or more (observer.atoms). Every figure of a node is computed from the sum of
// A(a, t) over the node's atoms and pools, which do not depend on who answered (observer.nodes). So of any two figures,
// of a node U at release t and of nodes W inside it at release s, the difference is
//
//	Σ over a in W of (A(a, t) − A(a, s))  +  Σ over a in U and not in W of (A(a, t) − nobody)
//
// and each of its terms is nothing or a change of k people or more: whoever takes a difference, across the lattice or over
// time, is left with a sum of such changes, and can get below it only if they know somebody's answers already. The same
// holds for any sum of differences. That is held term by term, for nation − regions, region − organisations and
// all − bands, within each release and between any two of them (observer.differences).
func TestEveryDifferenceIsOfElevenPeople(t *testing.T) {
	c := histories(t)
	l, err := tally.NewLayout(c)
	require.NoError(t, err)
	seen := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		h := &history{T: r, c: c, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 9)), on: day.Must("2026-03-01")}
		o := observer{T: r, c: c, layout: l, seen: seen}
		var past audit.History
		last := disclosure.Fresh(l, c.Frame(h.on))
		for release := range h.number(10, 30, "releases") {
			h.step()
			held := -1
			if h.number(0, 9, "held") == 0 {
				held = h.number(0, len(last.Tables.Frame.Regions)-1, "region")
			}
			current := h.current(l)
			next := disclosure.Admit(current, last, h.on, func(region int) bool { return region == held })
			o.see(current, next, held, h.on)
			require.Empty(r, past.Check(next))
			past.Add(next)

			last = next
			if release%5 != 0 {
				continue
			}
			require.Equal(r, h.current(l), current, "what there is stays as it is")
			o.nodes(next, h.on)
			content, err := next.Encode()
			require.NoError(r, err)
			last, err = disclosure.Decode(l, c.Frame(h.on), content)
			require.NoError(r, err)
			require.Equal(r, next, last)
		}
		o.differences()
	})
	for _, kind := range []string{"gain", "loss", "left whole", "stands", "stands with as many", "stands near an old version", "stands for one value",
		"closed wave", "pairs", "split", "split stands", "board", "board stands", "pledges", "pledges by status", "region's pool", "nation's pool", "left out",
		"pool loses", "held", "two codes"} {
		require.Positive(t, seen[kind], "%s never happened: %v", kind, seen)
	}
}
