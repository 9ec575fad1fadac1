// Package program is what the mains of this project's commands have in common.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Run is a command's own part. ctx ends when the command is asked to stop.
type Run func(ctx context.Context, args []string, stdout, stderr io.Writer) error

// Main runs the command of the name and ends the process: with status 0 if run
// returns no error, 2 if only help was asked for, and 1, after saying why, otherwise.
func Main(name string, run Run) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}
