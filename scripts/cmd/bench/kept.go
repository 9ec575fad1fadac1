package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"learningforlife/scripts/internal/bench"
)

var keptName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// place is the file in which results are kept under the name.
func (o *options) place(name string) string {
	return filepath.Join(o.root, "scripts", "benchmarks", name+".txt")
}

// kept keeps the outcomes, and compares them with others, as was asked for.
func (o *options) kept(ctx context.Context, m bench.Machine, outcomes []bench.Outcome) error {
	if o.compare != "" { // before a file of the same name is overwritten
		if err := o.compareWith(ctx, o.place(o.compare), m, outcomes); err != nil {
			return fmt.Errorf("comparing with %s: %w", o.compare, err)
		}
	}
	if o.keep == "" {
		return nil
	}
	var content bytes.Buffer
	if err := bench.Format(&content, m, o.note, outcomes); err != nil {
		return err
	}
	place := o.place(o.keep)
	if err := os.MkdirAll(filepath.Dir(place), 0o750); err != nil {
		return fmt.Errorf("keeping the result: %w", err)
	}
	if err := os.WriteFile(place, content.Bytes(), 0o600); err != nil {
		return fmt.Errorf("keeping the result: %w", err)
	}
	return nil
}

// compareWith prints what benchstat makes of the kept file and the outcomes. Machines may differ: the ratios can be compared all the same.
func (o *options) compareWith(ctx context.Context, kept string, m bench.Machine, outcomes []bench.Outcome) (err error) {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	now, err := os.Create(filepath.Join(folder, "now.txt"))
	if err != nil {
		return err
	}
	if err := errors.Join(bench.Format(now, m, "this run", outcomes), now.Close()); err != nil {
		return err
	}
	benchstat := exec.CommandContext(ctx, filepath.Join(o.root, ".tools", "benchstat"), //nolint:gosec // the project's own tool, on files that were named
		"-ignore", "goos,goarch,cpu", "kept="+kept, "now="+now.Name())
	benchstat.Stdout, benchstat.Stderr = o.stdout, o.stderr
	if o.json { // of which there is nothing else on standard output
		benchstat.Stdout = o.stderr
	}
	return benchstat.Run()
}
