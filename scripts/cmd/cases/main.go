// Command cases runs worked statistical cases through the formulas the scores
// use, and compares. A case is an input, what is expected of it and a tolerance;
// every *.json of the directory holds some. Each that fails is printed with what
// was expected and what came, and the last line is "N passed, M failed".
//
// The exit status is 1 if any failed. A method that is not known fails, and so does a file that cannot be read.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"learningforlife/scripts/internal/program"
)

func main() { program.Main("cases", run) }

var errFailed = errors.New("there are cases that fail")

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("cases", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: scripts/cases DIR\nRuns the cases of every *.json in DIR.")
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("expected one directory, not %q", flags.Args())
	}
	paths, err := filepath.Glob(filepath.Join(escaped(flags.Arg(0)), "*.json"))
	if err != nil {
		return fmt.Errorf("listing %s: %w", flags.Arg(0), err)
	}
	if len(paths) == 0 {
		return fmt.Errorf("there is no *.json in %s", flags.Arg(0))
	}
	slices.Sort(paths)
	var passed, failed int
	for _, path := range paths {
		cases, err := load(path)
		if err != nil {
			failed++
			if _, err := fmt.Fprintf(stdout, "FAIL %s: %v\n", filepath.Base(path), err); err != nil {
				return fmt.Errorf("printing: %w", err)
			}
		}
		for _, c := range cases {
			if err := ctx.Err(); err != nil {
				return err
			}
			wrong := c.failures()
			if len(wrong) == 0 {
				passed++
				continue
			}
			failed++
			for _, w := range wrong {
				if _, err := fmt.Fprintf(stdout, "FAIL %s %s: %s\n", filepath.Base(path), c.ID, w); err != nil {
					return fmt.Errorf("printing: %w", err)
				}
			}
		}
	}
	if _, err := fmt.Fprintf(stdout, "%d passed, %d failed\n", passed, failed); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	if failed > 0 {
		return errFailed
	}
	return nil
}

// escaped is the directory with nothing in its name that a pattern would read otherwise.
func escaped(directory string) string {
	var quoted []rune
	for _, r := range directory {
		if slices.Contains([]rune(`*?[\`), r) {
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, r)
	}
	return string(quoted)
}
