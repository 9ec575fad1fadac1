package bench_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/bench"
)

var machine = bench.Machine{OS: "linux", Architecture: "amd64", CPU: "Some CPU @ 2 GHz", Processors: 2}

func outcome(t *testing.T, ours ...int) bench.Outcome {
	w, _, _ := play(len(ours)-1,
		played{name: "ours", took: ours, figures: map[string]float64{"peak-MB": 312.5}},
		played{name: "duckdb", took: []int{1, 600, 600, 600, 600, 600, 600}, figures: map[string]float64{"peak-MB": 900}},
		played{name: "sqlite", took: []int{1, 9000}, most: 1})
	o, err := runner().Run(t.Context(), w)
	require.NoError(t, err)
	return o
}

func TestFormat(t *testing.T) {
	var text strings.Builder
	require.NoError(t, bench.Format(&text, machine, "Counts days once.\nMore on that.", []bench.Outcome{outcome(t, 1, 200, 300)}))
	require.Equal(t, `# Counts days once.
# More on that.
goos: linux
goarch: amd64
cpu: Some CPU @ 2 GHz
Unit duckdb/ours better=higher
Unit sqlite/ours better=higher
BenchmarkAggFull/3M-2 1 2e+08 ns/op 3 duckdb/ours 45 sqlite/ours 312.5 peak-MB
BenchmarkAggFull/3M-2 1 3e+08 ns/op 2 duckdb/ours 312.5 peak-MB
`, text.String())
}

// TestBenchstatComparesWhatIsKept has the tool itself read two files: this project became three times as fast.
func TestBenchstatComparesWhatIsKept(t *testing.T) {
	folder := t.TempDir()
	var files []string
	for name, ours := range map[string][]int{"kept": {1, 600, 601, 602, 603, 604, 605}, "now": {1, 200, 201, 202, 203, 204, 205}} {
		var text bytes.Buffer
		require.NoError(t, bench.Format(&text, machine, "What changed: nothing.", []bench.Outcome{outcome(t, ours...)}))
		files = append(files, name+"="+filepath.Join(folder, name))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), text.Bytes(), 0o600))
	}
	slices.Sort(files)
	out, err := exec.CommandContext(t.Context(), "../../../.tools/benchstat", files...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NotContains(t, string(out), "missing", "every line is understood")
	require.Regexp(t, `sec/op +│.*\n(.*\n)*AggFull/3M-2 +602\.5m ± 0% +202\.5m ± 1% +-66\.39% \(p=0\.002 n=6\)`, string(out))
	require.Regexp(t, `duckdb/ours +│.*\n(.*\n)*AggFull/3M-2 +995\.9m ± 0% +2963\.0m ± 1% +\+197\.\d+% \(p=0\.002 n=6\)`, string(out))
}

func TestTable(t *testing.T) {
	o := outcome(t, 1, 200, 300)
	busy, idle := 33.1, 1.0
	o.Before.CPU, o.After.CPU = &idle, &busy
	var text strings.Builder
	require.NoError(t, o.Write(&text))
	require.Equal(t, `agg-full/3M
  waiting for the processor 1.0 → 33.1 %, input and output not known, memory not known; load not known
          rounds   time  × ours  minimum  a quarter  three quarters  maximum
    ours       2  250ms                                                     
  duckdb       2  600ms     2.5        2       2.25            2.75        3
  sqlite       1     9s      45       45         45              45       45
  ours: 312 peak-MB
  duckdb: 900 peak-MB

`, text.String())
}
