// Package dynalite starts a server on this machine that speaks DynamoDB's protocol, for tests and benchmarks.
package dynalite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Server is a running one. It ends when its standard input does, which is at the latest when this
// process does, however that comes about. Whoever started it must keep referring to it: the
// end of the input in our hands is closed when it is collected as garbage.
type Server struct {
	Address string // without a trailing slash
	stdin   io.Closer
}

// startWithin is for how long dynalite may take to answer, on a busy machine.
const startWithin = 30 * time.Second

// Start starts the server with the tools of the project at root, which scripts/tools/install installs. It ends with ctx too.
func Start(ctx context.Context, root string) (*Server, error) {
	if _, err := os.Stat(filepath.Join(root, ".tools", "node_modules", "dynalite")); err != nil {
		return nil, fmt.Errorf("dynalite is not installed, run scripts/test once: %w", err)
	}
	s, err := start(exec.CommandContext(ctx, "node", filepath.Join(root, "scripts", "tools", "dynalite.js"))) //nolint:gosec // G204: what it runs is the project's own
	if err != nil {
		return nil, fmt.Errorf("starting dynalite: %w", err)
	}
	return s, nil
}

// Close lets the server end.
func (s *Server) Close() error { return s.stdin.Close() }

// start runs the command, which says where it listens in the first line that it prints.
func start(command *exec.Cmd) (*Server, error) {
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	line := make(chan string, 1)
	go func() {
		first, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			first = ""
		}
		line <- strings.TrimSpace(first)
	}()
	var address string
	select {
	case address = <-line:
	case <-time.After(startWithin):
	}
	if address == "" {
		return nil, errors.Join(errors.New("it did not say where it listens"), command.Process.Kill(), command.Wait(), errors.New(stderr.String()))
	}
	return &Server{address, stdin}, nil
}
