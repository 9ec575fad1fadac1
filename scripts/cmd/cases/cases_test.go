package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPublishedCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	require.Len(t, paths, 12)
	all := 0
	used := map[string]int{}
	for _, path := range paths {
		cases, err := load(path)
		require.NoError(t, err, path)
		require.NotEmpty(t, cases, path)
		for _, c := range cases {
			used[c.Method]++
			all++
			t.Run(filepath.Base(path)+"/"+c.ID, func(t *testing.T) {
				require.Empty(t, c.failures())
			})
		}
	}
	require.Equal(t, 61, all)
	for name := range methods {
		require.Positive(t, used[name], "no case holds %s", name)
	}
}

// calls runs the command on a directory of one file.
func calls(t *testing.T, content string) (string, error) {
	t.Helper()
	directory := filepath.Join(t.TempDir(), "a[1]*") // a name that a pattern would read otherwise
	require.NoError(t, os.Mkdir(directory, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(directory, "some.json"), []byte(content), 0o600))
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), []string{directory}, &stdout, &stderr)
	return stdout.String(), err
}

func TestRun(t *testing.T) {
	const head = `{"cases":[{"id":"x","method":"single_proportion_ci","inputs":`
	for name, c := range map[string]struct {
		content string
		want    string
		fails   bool
	}{
		"passes":              {head + `{"x":8,"n":16,"level":0.95},"expected":{"p":0.5},"tolerance":0}]}`, "1 passed, 0 failed\n", false},
		"another value":       {head + `{"x":8,"n":16,"level":0.95},"expected":{"p":0.51},"tolerance":0.009}]}`, "FAIL some.json x: p: got 0.5, want 0.51\n0 passed, 1 failed\n", true},
		"another limit":       {head + `{"x":0,"n":16,"level":0.95},"expected":{"wilson":[0.1,0.19361]},"tolerance":1e-4}]}`, "FAIL some.json x: wilson[0]: got 0, want 0.1\n0 passed, 1 failed\n", true},
		"too few limits":      {head + `{"x":0,"n":16,"level":0.95},"expected":{"p":[0]},"tolerance":1e-4}]}`, "FAIL some.json x: p: got 0, want [0]\n0 passed, 1 failed\n", true},
		"another key":         {head + `{"x":8,"n":16,"level":0.95},"expected":{"q":0.5},"tolerance":0}]}`, "FAIL some.json x: q: got nothing, want 0.5\n0 passed, 1 failed\n", true},
		"a word":              {head + `{"x":8,"n":16,"level":0.95},"expected":{"p":"half"},"tolerance":0}]}`, "FAIL some.json x: p: got 0.5, want half\n0 passed, 1 failed\n", true},
		"nothing expected":    {head + `{"x":8,"n":16,"level":0.95},"expected":{},"tolerance":0}]}`, "FAIL some.json x: nothing is expected\n0 passed, 1 failed\n", true},
		"nobody":              {head + `{"x":0,"n":0,"level":0.95},"expected":{"p":0},"tolerance":1}]}`, "FAIL some.json x: " + errTooLittle.Error() + "\n0 passed, 1 failed\n", true},
		"no tolerance at all": {head + `{"x":8,"n":16,"level":0.95},"expected":{"p":0.5},"tolerance":-1}]}`, "FAIL some.json x: tolerance -1 is below 0\n0 passed, 1 failed\n", true},
		"unknown method":      {`{"cases":[{"id":"x","method":"guess","inputs":{},"expected":{"p":1},"tolerance":1}]}`, "FAIL some.json x: unknown method \"guess\"\n0 passed, 1 failed\n", true},
		"relative":            {`{"cases":[{"id":"x","method":"beta_binomial_eb","inputs":{"y":[1,9],"n":[10,10]},"expected":{"mu":0.499},"tolerance":0.0021}]}`, "1 passed, 0 failed\n", false},
		"relative, too far":   {`{"cases":[{"id":"x","method":"beta_binomial_eb","inputs":{"y":[1,9],"n":[10,10]},"expected":{"mu":0.497},"tolerance":0.003}]}`, "FAIL some.json x: mu: got ", true},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := calls(t, c.content)
			if c.fails {
				require.ErrorIs(t, err, errFailed)
			} else {
				require.NoError(t, err)
			}
			require.True(t, strings.HasPrefix(out, c.want), out)
		})
	}
}

// attacked is a case of two cells of which the first is 40, and both together are known to be 46 to 48.
func attacked(targets, expected string) string {
	return `{"cases":[{"id":"x","method":"sdc_interval_attack","inputs":{"n_cells":3,"published":[` +
		`{"cells":[1],"lo":40,"hi":40},{"cells":[1,2],"lo":45.5,"hi":48.4},{"cells":[3,-1],"lo":-30,"hi":null}],` +
		`"targets":` + targets + `,"threshold":11},"expected":` + expected + `,"tolerance":1e-6}]}`
}

func TestAttack(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"passes": {attacked(`["1","2"]`, `{"verdict":{"1":"EXACT","2":"NARROW"},"bounds":{"1":{"min":40,"max":40},"2":{"min":6,"max":8}}}`), "1 passed"},
		"sums and differences": {attacked(`["1+2","1,2","-2","1 - 2","+2"]`, `{"bounds":{"1+2":{"min":46,"max":48},`+
			`"1,2":{"min":46,"max":48},"-2":{"min":-8,"max":-6},"1 - 2":{"min":32,"max":34},"+2":{"min":6,"max":8}}}`), "1 passed"},
		"no limit":          {attacked(`["3"]`, `{"verdict":{"3":"PROTECTED"},"bounds":{"3":{"min":10,"max":null}}}`), "1 passed"},
		"a limit":           {attacked(`["3"]`, `{"bounds":{"3":{"max":90}}}`), "FAIL some.json x: bounds.3.max: got <nil>, want 90\n"},
		"another verdict":   {attacked(`["2"]`, `{"verdict":{"2":"PROTECTED"}}`), "FAIL some.json x: verdict.2: got NARROW, want PROTECTED\n"},
		"a verdict of none": {attacked(`["2"]`, `{"verdict":null}`), "FAIL some.json x: verdict: got "},
		"no cell":           {attacked(`["2*3"]`, `{"verdict":{}}`), `FAIL some.json x: the target "2*3" is no cell, sum or difference of cells`},
		"nothing":           {attacked(`[""]`, `{"verdict":{}}`), `FAIL some.json x: the target "" is no cell`},
		"no cell 0":         {attacked(`["0"]`, `{"verdict":{}}`), `FAIL some.json x: the target "0" is no cell`},
		"no such cell":      {attacked(`["4"]`, `{"verdict":{}}`), "FAIL some.json x: attacking: target 1: cell 4 of 3: out of range\n"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := calls(t, c.content)
			require.Equal(t, strings.HasPrefix(c.want, "FAIL"), err != nil)
			require.True(t, strings.HasPrefix(out, c.want), out)
		})
	}
}

func TestAnUnknownInputIsNamed(t *testing.T) {
	out, err := calls(t, `{"cases":[{"id":"x","method":"single_proportion_ci","inputs":{"x":8,"n":16,"level":0.95,"design":2},"expected":{"p":0.5},"tolerance":0}]}`)
	require.ErrorIs(t, err, errFailed)
	require.Contains(t, out, "design")
}

func TestAFileThatCannotBeReadFails(t *testing.T) {
	out, err := calls(t, `{"cases":[`)
	require.ErrorIs(t, err, errFailed)
	require.Contains(t, out, "FAIL some.json: reading:")
	require.Contains(t, out, "0 passed, 1 failed\n")
}

func TestNoCasesIsAnError(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.ErrorContains(t, run(t.Context(), []string{t.TempDir()}, &stdout, &stderr), "no *.json")
	require.ErrorContains(t, run(t.Context(), nil, &stdout, &stderr), "expected one directory")
}
