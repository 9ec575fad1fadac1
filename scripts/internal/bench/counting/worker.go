package counting

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/scripts/internal/bench"
)

// worker is a process of its own that counts when it is asked to, a line of JSON each way, and measures the time
// of that itself. What it needs in memory is then its own alone.
type worker struct {
	name    string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	stderr  strings.Builder
}

// request is what a worker is asked for: this project's for a count, and the cells if a file is named; an
// engine's for statements to execute.
type request struct {
	Prepare []string `json:"prepare,omitempty"` // executed first, and not timed
	Timed   []string `json:"timed,omitempty"`   // executed then, and timed
	Query   string   `json:"query,omitempty"`   // the statement whose one row is the result; not timed
	Insert  string   `json:"insert,omitempty"`  // the statement to execute with each line of the file
	Write   string   `json:"write,omitempty"`   // the statement whose rows go into the file
	CSV     string   `json:"csv,omitempty"`     // the file

	Breakdown bool `json:"breakdown,omitzero"` // of this project's time
}

// answer is what it says.
type answer struct {
	Nanoseconds int64  `json:"nanoseconds"`
	Result      string `json:"result"`
	Error       string `json:"error"`

	Figures map[string]float64 `json:"figures"`
}

// start starts the worker that the words make up. The context ends it.
func start(ctx context.Context, words ...string) (*worker, error) {
	w := &worker{name: filepath.Base(words[0]), command: exec.CommandContext(ctx, words[0], words[1:]...)} //nolint:gosec // the words are the project's own
	var err error
	if w.in, err = w.command.StdinPipe(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", w.name, err)
	}
	out, err := w.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", w.name, err)
	}
	w.out = bufio.NewReader(out)
	w.command.Stderr = &w.stderr
	if err := w.command.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w (scripts/tools/install engines installs the engines)", w.name, err)
	}
	return w, nil
}

// close ends the worker by telling it that nothing more will be asked.
func (w *worker) close() error {
	if err := errors.Join(w.in.Close(), w.command.Wait()); err != nil {
		return fmt.Errorf("ending %s: %w: %s", w.name, err, w.stderr.String())
	}
	return nil
}

// ask has the worker do something, and waits until it is done.
func (w *worker) ask(ctx context.Context, r request) (a answer, err error) {
	if err := ctx.Err(); err != nil {
		return a, err
	}
	line, err := json.Marshal(r)
	if err != nil {
		return a, err
	}
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		return a, fmt.Errorf("asking %s: %w", w.name, err)
	}
	if line, err = w.out.ReadBytes('\n'); err != nil {
		return a, fmt.Errorf("waiting for %s: %w", w.name, errors.Join(err, ctx.Err()))
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("reading what %s says: %w", w.name, err)
	}
	if a.Error != "" {
		return a, errors.New(a.Error)
	}
	return a, nil
}

// round asks for something and tells, beside how long it took, how much anonymous memory the worker had at most.
func (w *worker) round(ctx context.Context, r request) (bench.Round, error) {
	stop := make(chan struct{})
	type seen struct {
		kilobytes int
		err       error
	}
	peak := make(chan seen, 1)
	go func() {
		most, err := watch(w.command.Process.Pid, stop)
		peak <- seen{most, err}
	}()
	a, err := w.ask(ctx, r)
	close(stop)
	memory := <-peak
	if err = errors.Join(err, memory.err); err != nil {
		return bench.Round{}, err
	}
	return bench.Round{Took: time.Duration(a.Nanoseconds), Operations: 1, Result: a.Result,
		Figures: map[string]float64{"peak-anonymous-MB": float64(memory.kilobytes) * 1024 / 1e6}}, nil
}

// glance is how often the memory of a worker is looked at.
const glance = 5 * time.Millisecond

var anonymous = regexp.MustCompile(`RssAnon:\s+(\d+) kB`)

// watch returns the most anonymous memory, in units of 1024 bytes, that the process was seen with until it is stopped. A mapped file is not anonymous.
func watch(process int, stop chan struct{}) (most int, err error) {
	ticks := time.NewTicker(glance)
	defer ticks.Stop()
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
		if err != nil {
			return most, fmt.Errorf("looking at the memory of a process: %w", err)
		}
		if m := anonymous.FindSubmatch(status); m != nil {
			now, err := strconv.Atoi(string(m[1]))
			if err != nil {
				return most, fmt.Errorf("looking at the memory of a process: %w", err)
			}
			most = max(most, now)
		}
		select {
		case <-stop:
			return most, nil
		case <-ticks.C:
		}
	}
}
