// Command reproduce computes the releases of a stopped server's store again from the
// counts that they were published from, and compares them with what was published, byte by byte.
//
//	release 3: reproduced, 2130 rows, sha256 5f0c…
//
// The exit status is 1 if one differs; each row that does is printed. With -primitives the scores before
// rounding are printed too, a JSON object a line. They are exact: keep them to yourself. Another
// process that has the store open is waited for, up to half a minute.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/go-json-experiment/json"

	"learningforlife/scripts/internal/program"
	"learningforlife/scripts/internal/progress"
	"learningforlife/scripts/internal/reproduce"
	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/aggregate"
	"learningforlife/shared/campaign"
	"learningforlife/shared/release"
	"learningforlife/shared/tally"
)

func main() { program.Main("reproduce", run) }

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("reproduce", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var place storage.Place
	place.Flags(flags)
	only := flags.Int("release", 0, "the `number` of one release; all of them if it is left out")
	primitives := flags.Bool("primitives", false, "print the scores before rounding, too: exact, not for others")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("there is more than flags: %q", flags.Args())
	}
	c, err := campaign.Shipped()
	if err != nil {
		return err
	}
	layout, err := tally.NewLayout(c)
	if err != nil {
		return err
	}
	store, err := place.OpenReadOnly(rand.Reader)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	archive := aggregate.Archive{Layout: layout, Workings: store.Workings(), Releases: store.Releases()}
	numbers := []int{*only}
	if *only == 0 {
		if numbers, err = all(ctx, archive); err != nil {
			return err
		}
	}
	return check(ctx, archive, numbers, *primitives, stdout, stderr)
}

// all are the numbers of the releases, of which there must be one.
func all(ctx context.Context, archive aggregate.Archive) (numbers []int, err error) {
	heads, err := release.Heads(ctx, archive.Releases)
	if err != nil {
		return nil, err
	}
	for _, head := range heads {
		numbers = append(numbers, head.Seq)
	}
	if numbers == nil {
		return nil, errors.New("nothing has been released yet")
	}
	return numbers, nil
}

// check checks the releases and prints what came of each.
func check(ctx context.Context, archive aggregate.Archive, numbers []int, primitives bool, stdout, stderr io.Writer) error {
	var done atomic.Int64
	defer progress.Draw(stderr, "releases", len(numbers), func() int { return int(done.Load()) })()
	differ := 0
	for _, seq := range numbers {
		report, err := reproduce.Check(ctx, archive, seq)
		if err != nil {
			return err
		}
		if err := write(stdout, report, primitives); err != nil {
			return fmt.Errorf("printing what came of release %d: %w", seq, err)
		}
		if len(report.Differences) > 0 {
			differ++
		}
		done.Add(1)
	}
	if differ > 0 {
		return fmt.Errorf("%d of %d releases differ", differ, len(numbers))
	}
	return nil
}

func write(to io.Writer, r reproduce.Report, primitives bool) error {
	if primitives {
		for _, p := range r.Primitives {
			if err := json.MarshalWrite(to, p); err != nil {
				return err
			}
			if _, err := fmt.Fprintln(to); err != nil {
				return err
			}
		}
	}
	return r.Write(to)
}
