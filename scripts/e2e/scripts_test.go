package e2e

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/recount"
	"learningforlife/scripts/internal/simulation"
)

// script is one of the project's scripts, called from a directory of its own.
func script(t *testing.T, directory, name string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, "scripts", name))
	require.NoError(t, err)
	cmd := exec.Command(path, args...)
	cmd.Dir = directory
	return cmd
}

// printed runs a script that prints JSON and nothing else.
func printed[T any](t *testing.T, cmd *exec.Cmd) (v T) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	require.NoError(t, json.Unmarshal(out, &v, json.RejectUnknownMembers(true)), string(out))
	return v
}

// fetched is what the server answers the administrator with.
func fetched(t *testing.T, s *server, target string) []byte {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, s.address+target, nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return body
}

// TestScripts runs what people type, from another directory than the project's.
func TestScripts(t *testing.T) {
	elsewhere := t.TempDir()
	s := run(t, script(t, elsewhere, "run", "-addr", "127.0.0.1:0", "-data", "here", "-admin-token", token, "-every", "0"))
	simulated := printed[simulation.Report](t, script(t, elsewhere, "simulate", "-url", s.address, "-staff", "30", "-seed", "2", "-admin-token", token))
	require.Zero(t, simulated.Violations)
	require.Len(t, simulated.Scores, 8)
	s.stop(t) // it is the script's own process that serves

	require.DirExists(t, filepath.Join(elsewhere, "here"))
	report := printed[recount.Report](t, script(t, elsewhere, "recount", "-data", "here"))
	require.True(t, report.Equal)
	require.Equal(t, simulated.Expected, report.Recount.Totals)
}

func TestSimulateRefusesNonsenseAndTellsOfFailure(t *testing.T) {
	said, err := script(t, t.TempDir(), "simulate", "-url", "nowhere", "-staff", "0", "-clients", "0", "-patience", "0s", "more").CombinedOutput()
	require.Error(t, err)
	for _, flag := range []string{"-url", "-staff", "-clients", "-patience", "-admin-token", "more"} {
		require.Contains(t, string(said), flag)
	}

	s := start(t, t.TempDir())
	cmd := script(t, t.TempDir(), "simulate", "-url", s.address, "-staff", "1", "-admin-token", "not the administrator's")
	out, err := cmd.Output()
	require.Error(t, err)
	require.Equal(t, 1, cmd.ProcessState.ExitCode())
	var report simulation.Report
	require.NoError(t, json.Unmarshal(out, &report))
	require.Equal(t, 1, report.Violations)
	s.stop(t)
}

// checked requires that scripts make the one release of a stopped server again from what was kept, and derive its figures from
// what was served.
func checked(t *testing.T, data string, served []byte) {
	t.Helper()
	says := func(want string, name string, args ...string) {
		t.Helper()
		said, err := script(t, t.TempDir(), name, args...).Output()
		require.NoError(t, err, string(said))
		require.Regexp(t, want, string(said))
	}
	says(`^release 1: reproduced, \d+ rows, sha256 [0-9a-f]{64}\n$`, "reproduce", "-data", data)
	says(`^\{"release":1,"objective":1,"level":"nation",.*\}\n(\{.*\}\n)+release 1: reproduced, .*\n$`, "reproduce", "-data", data, "-release", "1", "-primitives")
	refused := script(t, t.TempDir(), "reproduce", "-data", data, "-release", "2")
	require.Error(t, refused.Run())
	require.Equal(t, 1, refused.ProcessState.ExitCode())

	file := filepath.Join(t.TempDir(), "release.json")
	require.NoError(t, os.WriteFile(file, served, 0o600))
	says(`^\d{5} figures derived, 0 differ\n$`, "derive.R", file)
}

// TestDemo: an empty store is filled, and one with something in it is left alone.
func TestDemo(t *testing.T) {
	data := t.TempDir()
	s := start(t, data, "-demo")
	var shown struct {
		Release struct{ Seq int }
		Scores  []struct{ Before struct{ Value *float64 } }
	}
	require.NoError(t, json.Unmarshal(fetched(t, s, "/v1/scores?level=nation&objective=1&group=all"), &shown, json.MatchCaseInsensitiveNames(true)))
	require.Equal(t, 1, shown.Release.Seq)
	require.Len(t, shown.Scores, 1)
	require.NotNil(t, shown.Scores[0].Before.Value)
	served := fetched(t, s, "/v1/releases/1")
	s.stop(t)
	checked(t, data, served)
	first, status := counted(t, data)
	require.Zero(t, status)
	require.Greater(t, first.Recount.Responses["before"], 3000)

	s = start(t, data, "-demo")
	// The log and the address come through two pipes.
	require.Eventually(t, func() bool { return strings.Contains(s.log.all(), "There are submissions already") }, 5*time.Second, 10*time.Millisecond)
	s.stop(t)
	again, _ := counted(t, data)
	require.Equal(t, first, again)
}
