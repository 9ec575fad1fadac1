package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench"
)

func TestEveryFaultOfTheFlagsIsTold(t *testing.T) {
	var out strings.Builder
	o := options{stdout: &out, stderr: &out}
	err := o.parse([]string{"-run", "(", "-rounds", "-1", "-keep", "../x", "more"})
	for _, fault := range []string{"reading -run", "-rounds is less than 0", "-keep is not made of", "-keep and -note go together", `"more"`} {
		require.ErrorContains(t, err, fault)
	}
}

func TestListNamesWhatIsChosen(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), []string{"-list", "-run", "full/.*M$"}, &out, &out))
	require.Equal(t, "agg-full/1M\nagg-full/3M\n", out.String())
	require.ErrorContains(t, run(t.Context(), []string{"-run", "nothing"}, &out, &out), `no workload is called like "nothing"`)
}

// outcome is one of so many rounds in each of which another took three times as long.
func outcome(rounds int, nanoseconds float64) bench.Outcome {
	o := bench.Outcome{Workload: "agg-full/3M", Contestants: []bench.Standing{{Name: "ours"}, {Name: "duckdb"}}}
	for range rounds {
		o.Contestants[0].Rounds = append(o.Contestants[0].Rounds, bench.Turn{Nanoseconds: nanoseconds, Ratio: 1})
		o.Contestants[1].Rounds = append(o.Contestants[1].Rounds, bench.Turn{Nanoseconds: 3 * nanoseconds, Ratio: 3})
	}
	return o
}

func TestAResultIsKeptAndComparedWith(t *testing.T) {
	tools, err := filepath.Abs("../../../.tools")
	require.NoError(t, err)
	root := t.TempDir()
	require.NoError(t, os.Symlink(tools, filepath.Join(root, ".tools")))
	var out strings.Builder
	keep := options{root: root, stdout: &out, stderr: &out, keep: "sealed-days", note: "Reads sealed days once."}
	require.NoError(t, keep.kept(t.Context(), bench.Machine{OS: "linux", Architecture: "arm64", CPU: "another", Processors: 2}, []bench.Outcome{outcome(6, 2e8)}))
	content, err := os.ReadFile(filepath.Join(root, "scripts", "benchmarks", "sealed-days.txt"))
	require.NoError(t, err)
	require.Contains(t, string(content), "# Reads sealed days once.\ngoos: linux\n")
	require.Empty(t, out.String())

	compare := options{root: root, stdout: &out, stderr: &out, compare: "sealed-days"}
	require.NoError(t, compare.kept(t.Context(), bench.Machine{OS: "linux", Architecture: "amd64", CPU: "this", Processors: 2}, []bench.Outcome{outcome(6, 1e8)}))
	require.Regexp(t, `AggFull/3M-2 +200\.0m ± 0% +100\.0m ± 0% +-50\.00%`, out.String())
	require.Regexp(t, `duckdb/ours`, out.String(), "on another machine all the same")

	require.ErrorIs(t, run(t.Context(), []string{"-root", root, "-compare", "never-kept"}, &out, &out), os.ErrNotExist)
}
