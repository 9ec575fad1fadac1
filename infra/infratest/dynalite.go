package infratest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// server is a running one. It ends when its standard input does, which is when
// this process does, however that comes about. The end of the input in our hands must stay
// referred to: what is collected as garbage is closed.
type server struct {
	address string
	stdin   io.Closer
}

// startWithin is for how long dynalite may take to answer, on a busy machine.
const startWithin = 30 * time.Second

// dynalite starts the server, once for all tests of a package.
var dynalite = sync.OnceValues(func() (server, error) {
	path, err := root()
	if err != nil {
		return server{}, err
	}
	if _, err := os.Stat(filepath.Join(path, ".tools", "node_modules", "dynalite")); err != nil {
		return server{}, fmt.Errorf("dynalite is not installed, run scripts/test once: %w", err)
	}
	s, err := start(exec.Command("node", filepath.Join(path, "scripts", "tools", "dynalite.js")))
	if err != nil {
		return server{}, fmt.Errorf("starting dynalite: %w", err)
	}
	return s, nil
})

// start runs the command, which says where it listens in the first line that it prints.
func start(command *exec.Cmd) (server, error) {
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		return server{}, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return server{}, err
	}
	if err := command.Start(); err != nil {
		return server{}, err
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
		return server{}, errors.Join(errors.New("it did not say where it listens"), command.Process.Kill(), command.Wait(), errors.New(stderr.String()))
	}
	return server{address, stdin}, nil
}
