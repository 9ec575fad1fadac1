package bench_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench"
)

// played is a contestant whose rounds are known: what each took, in milliseconds, the one that does not count first.
type played struct {
	name       string
	took       []int
	operations int
	results    []string // by round; the last goes on
	most       int
	idle       bool // does nothing in its rounds
	figures    map[string]float64
}

// play returns a workload of the contestants, what is written down of their turns, and how many were closed.
func play(rounds int, list ...played) (w bench.Workload, turns *[]string, closed *int) {
	turns, closed = new([]string), new(int)
	w = bench.Workload{Name: "agg-full/3M", Rounds: rounds, Open: func(context.Context) (all []bench.Contestant, err error) {
		for _, p := range list {
			turn := 0
			all = append(all, bench.Contestant{Name: p.name, Rounds: p.most,
				Round: func(context.Context) (bench.Round, error) {
					if turn == len(p.took) {
						return bench.Round{}, fmt.Errorf("%s has no round %d", p.name, turn)
					}
					r := bench.Round{Took: time.Duration(p.took[turn]) * time.Millisecond, Operations: max(p.operations, 1), Figures: p.figures}
					if p.idle {
						r.Operations = 0
					}
					if len(p.results) > 0 {
						r.Result = p.results[min(turn, len(p.results)-1)]
					}
					turn++
					*turns = append(*turns, p.name)
					return r, nil
				},
				Close: func() error { *closed++; return nil }})
		}
		return all, nil
	}}
	return w, turns, closed
}

func idle() (bench.Pressure, error) { return bench.Pressure{}, nil }

func runner() bench.Runner { return bench.Runner{Progress: io.Discard, Machine: idle} }

func TestRoundsAreComparedWithinEach(t *testing.T) {
	w, _, closed := play(4,
		played{name: "ours", took: []int{999, 100, 200, 100, 400}},
		played{name: "duckdb", took: []int{1, 400, 400, 100, 800}, most: 5},
		played{name: "bare", took: []int{1, 1000, 1000, 1000, 1000}, operations: 20},
		played{name: "sqlite", took: []int{1, 5000, 6000}, most: 2},
	)
	got, err := runner().Run(t.Context(), w)
	require.NoError(t, err)
	require.Equal(t, 4, *closed)
	require.Equal(t, "agg-full/3M", got.Workload)
	ours, duckdb, bare, sqlite := got.Contestants[0], got.Contestants[1], got.Contestants[2], got.Contestants[3]
	require.Nil(t, ours.Ratio)
	require.InDelta(t, 150e6, ours.Time.Median, 1, "between the second and the third of 100, 100, 200, 400 ms")
	require.Equal(t, bench.Spread{Minimum: 1, Lower: 1.75, Median: 2, Upper: 2.5, Maximum: 4}, *duckdb.Ratio, "of 4, 2, 1, 2")
	require.InDelta(t, 50e6, bare.Time.Median, 1, "a second for twenty")
	require.InDelta(t, 0.5, bare.Rounds[0].Ratio, 1e-9)
	require.Len(t, sqlite.Rounds, 2)
	require.Equal(t, bench.Spread{Minimum: 30, Lower: 35, Median: 40, Upper: 45, Maximum: 50}, *sqlite.Ratio)
}

func TestEachBeginsInTurn(t *testing.T) {
	same := []int{1, 1, 1, 1, 1, 1}
	w, turns, _ := play(9, played{name: "a", took: same}, played{name: "b", took: same, most: 2}, played{name: "c", took: same})
	r := runner()
	r.Rounds = 4
	_, err := r.Run(t.Context(), w)
	require.NoError(t, err)
	require.Equal(t, "abc", strings.Join((*turns)[:3], ""), "the one that does not count")
	require.Equal(t, "abc, bca, ca, ac", group((*turns)[3:], 3, 3, 2, 2))
}

// group writes the turns with a comma after every so many.
func group(turns []string, lengths ...int) string {
	var rounds []string
	for _, n := range lengths {
		rounds = append(rounds, strings.Join(turns[:n], ""))
		turns = turns[n:]
	}
	return strings.Join(rounds, ", ") + strings.Join(turns, "")
}

func TestWhatIsRefused(t *testing.T) {
	same := []int{1, 1, 1}
	ours := played{name: "ours", took: same, results: []string{"42"}}
	for name, test := range map[string]struct {
		rounds int
		list   []played
		want   string
	}{
		"another result":        {2, []played{ours, {name: "duckdb", took: same, results: []string{"43"}}}, `ours found "42", and duckdb "43"`},
		"another result, later": {2, []played{ours, {name: "duckdb", took: same, results: []string{"42", "42", "41"}}}, `ours found "42", and duckdb "41"`},
		"ours changes":          {2, []played{{name: "ours", took: same, results: []string{"42", "40"}}}, `ours found "42", and ours "40"`},
		"no time":               {1, []played{{name: "ours", took: []int{0}}}, "ours took no time"},
		"nothing done":          {1, []played{{name: "ours", took: same, idle: true}}, "ours did nothing"},
		"an error":              {3, []played{ours}, "ours: ours has no round 3"},
		"nobody":                {3, nil, "nobody"},
		"no rounds":             {0, []played{ours}, "no rounds"},
	} {
		t.Run(name, func(t *testing.T) {
			w, _, closed := play(test.rounds, test.list...)
			_, err := runner().Run(t.Context(), w)
			require.ErrorContains(t, err, "running agg-full/3M")
			require.ErrorContains(t, err, test.want)
			require.Equal(t, len(test.list), *closed, "whoever was opened is closed")
		})
	}
}

func TestWhoFoundNothingIsNotCompared(t *testing.T) {
	w, _, _ := play(1, played{name: "ours", took: []int{1, 1}, results: []string{"42"}}, played{name: "bare", took: []int{1, 1}})
	_, err := runner().Run(t.Context(), w)
	require.NoError(t, err)
}

func TestAWorkloadThatCannotBeOpened(t *testing.T) {
	_, err := runner().Run(t.Context(), bench.Workload{Name: "pages", Rounds: 1, Open: func(context.Context) ([]bench.Contestant, error) {
		return nil, errors.New("no room")
	}})
	require.EqualError(t, err, "running pages: no room")
}

func TestPressure(t *testing.T) {
	proc := fstest.MapFS{
		// as Linux 6 writes them
		"pressure/cpu":    {Data: []byte("some avg10=12.50 avg60=3.10 avg300=0.90 total=123\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")},
		"pressure/memory": {Data: []byte("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")},
		"loadavg":         {Data: []byte("1.75 0.80 0.40 3/321 4711\n")},
	}
	p, err := bench.ReadPressure(proc)
	require.NoError(t, err)
	require.InDelta(t, 12.5, *p.CPU, 0)
	require.InDelta(t, 0, *p.Memory, 0)
	require.InDelta(t, 1.75, *p.Load, 0)
	require.Nil(t, p.IO, "not every kernel tells it")

	proc["loadavg"].Data = []byte("busy")
	_, err = bench.ReadPressure(proc)
	require.ErrorContains(t, err, "loadavg")
}
