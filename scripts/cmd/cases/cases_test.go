package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// attack is the method of the disclosure audit, which is not among the formulas.
const attack = "sdc_interval_attack"

func TestPublishedCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	require.Len(t, paths, 12)
	used := map[string]int{}
	for _, path := range paths {
		cases, err := load(path)
		require.NoError(t, err, path)
		require.NotEmpty(t, cases, path)
		for _, c := range cases {
			used[c.Method]++
			t.Run(filepath.Base(path)+"/"+c.ID, func(t *testing.T) {
				if c.Method == attack {
					require.Equal(t, []string{`unknown method "sdc_interval_attack"`}, c.failures())
					return
				}
				require.Empty(t, c.failures())
			})
		}
	}
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
