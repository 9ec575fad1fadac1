// Package e2e tests the whole: real processes, real files, a real browser.
package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/recount"
	"learningforlife/shared/campaign"
)

// binaries is the directory that the commands are built into.
var binaries string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(built(m))
}

// built builds the commands and runs the tests.
func built(m *testing.M) int {
	var err error
	if binaries, err = os.MkdirTemp("", "learningforlife-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := os.RemoveAll(binaries); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	build := exec.Command("go", "build", "-o", binaries, "./scripts/cmd/server", "./scripts/cmd/recount")
	build.Dir, build.Stderr = root, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "building the commands:", err)
		return 1
	}
	return m.Run()
}

// root is the root of the project, seen from this package.
const root = "../.."

// token is the admin token of every server here.
const token = "the-admin-token"

// startWithin and stopWithin are how long a server may take to be ready, and to be gone.
const (
	startWithin = 2 * time.Minute // a demonstration is played first
	stopWithin  = 30 * time.Second
)

// server is a process that serves.
type server struct {
	cmd     *exec.Cmd
	exited  chan error
	address string // without a slash at the end
	signIn  string
	log     *logged
}

// start starts a server with the data directory. What the flags leave out is set for tests.
func start(t *testing.T, data string, flags ...string) *server {
	t.Helper()
	all := append([]string{"-addr", "127.0.0.1:0", "-data", data, "-admin-token", token, "-every", "0"}, flags...)
	return run(t, exec.Command(filepath.Join(binaries, "server"), all...))
}

// run starts a command that is a server, and waits until it is ready.
func run(t *testing.T, cmd *exec.Cmd) *server {
	t.Helper()
	s := &server{cmd: cmd, exited: make(chan error, 1), log: &logged{}}
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = s.log
	require.NoError(t, cmd.Start())
	ready := make(chan error, 1)
	go func() {
		ready <- s.read(out)
		_, err := io.Copy(io.Discard, out)
		s.exited <- errors.Join(err, cmd.Wait())
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // fails if it is gone, as it should be
		if t.Failed() {
			t.Logf("the log of the server at %s ends:\n%s", s.address, s.log.end())
		}
	})
	select {
	case err := <-ready:
		require.NoError(t, err, "the server's log: %s", s.log.end())
	case <-time.After(startWithin):
		t.Fatalf("the server is not ready after %s: %s", startWithin, s.log.end())
	}
	return s
}

// read reads what the server prints, up to "ready".
func (s *server) read(out io.Reader) error {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		at := strings.Index(line, "http://")
		switch {
		case line == "ready":
			return nil
		case at < 0:
		case strings.Contains(line, "/sign-in?once="):
			s.signIn = line[at:]
		default:
			s.address = strings.TrimSuffix(line[at:], "/")
		}
	}
	return fmt.Errorf("it ended without being ready: %w", lines.Err())
}

// stop asks the server to stop and requires that it does so cleanly and in time.
func (s *server) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-s.exited:
		require.NoError(t, err, s.log.end())
	case <-time.After(stopWithin):
		t.Fatalf("the server is still there after %s", stopWithin)
	}
}

// kill ends the server without warning, and returns when it is gone.
func (s *server) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, s.cmd.Process.Kill())
	require.Error(t, <-s.exited)
}

// logged is what a server logged. It may be read while it is written.
type logged struct {
	mu       sync.Mutex
	text     bytes.Buffer
	requests int
}

// Write implements io.Writer; slog writes a whole line at a time.
func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if bytes.Contains(line, []byte("msg=request ")) {
		l.requests++
	}
	return l.text.Write(line)
}

// answered is how many requests the server has answered.
func (l *logged) answered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests
}

// all is everything that was logged.
func (l *logged) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// end is the end of what was logged.
func (l *logged) end() string {
	const most = 2000
	text := l.all()
	return text[max(0, len(text)-most):]
}

// counted runs the recount of a directory and returns what it printed and its exit status.
func counted(t *testing.T, data string) (recount.Report, int) {
	t.Helper()
	return recounted(t, "-data", data)
}

// recounted runs the recount with the flags.
func recounted(t *testing.T, flags ...string) (recount.Report, int) {
	t.Helper()
	cmd := exec.Command(filepath.Join(binaries, "recount"), flags...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
	}
	var report recount.Report
	require.NoError(t, json.Unmarshal(out, &report, json.RejectUnknownMembers(true)), "printed: %s\n%s", out, stderr.String())
	return report, cmd.ProcessState.ExitCode()
}

func shipped(t *testing.T) *campaign.Campaign {
	t.Helper()
	c, err := campaign.Shipped()
	require.NoError(t, err)
	return c
}

// failing runs the server with flags that it must refuse, and returns what it says.
func failing(t *testing.T, flags ...string) string {
	t.Helper()
	said, err := exec.Command(filepath.Join(binaries, "server"), flags...).CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	return string(said)
}
