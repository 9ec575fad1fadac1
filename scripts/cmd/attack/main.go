// Command attack is an outsider who reads all published releases and finds out what they tell about few people.
//
//	attack https://learning.example -token T
//	attack DIR
//
// The releases are those that a server publishes at GET /v1/releases, or the documents in a folder, one release a
// file. It prints a line for everything that it can pin down, and then how many releases it read and how much that is:
//
//	size: release 3 and 4: region London, all, wave before, table L: in no place within it that is shown: 1 to 9 people
//	52 releases, 1 things pinned down
//
// With -stays it takes nobody to have withdrawn an answer while others gave one: what it then finds is likely, not certain.
// With -json each finding is a JSON object a line, and so is the last line. The exit status is 1 if there is any.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/scripts/internal/attack"
	"learningforlife/scripts/internal/program"
)

func main() { program.Main("attack", run) }

// patience is how long a server may take for one release.
const patience = time.Minute

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("attack", flag.ContinueOnError)
	flags.SetOutput(stderr)
	token := flags.String("token", "", "the `token` of somebody who may read releases")
	asJSON := flags.Bool("json", false, "print JSON, an object a line")
	stays := flags.Bool("stays", false, "take nobody to have withdrawn an answer while others gave one")
	place, err := arguments(flags, args)
	if err != nil {
		return err
	}
	releases, err := read(ctx, place, *token)
	if err != nil {
		return err
	}
	findings := attack.Releases(releases, *stays)
	if err := write(stdout, findings, len(releases), *asJSON); err != nil {
		return fmt.Errorf("printing what was found: %w", err)
	}
	if len(findings) > 0 {
		return errors.New("the releases give people away")
	}
	return nil
}

// arguments parses the flags, before and behind the one argument, and returns that.
func arguments(flags *flag.FlagSet, args []string) (place string, err error) {
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	place = flags.Arg(0)
	if flags.NArg() > 1 {
		if err := flags.Parse(flags.Args()[1:]); err != nil {
			return "", err
		}
		if flags.NArg() > 0 {
			return "", fmt.Errorf("there is more than one place: %q", flags.Args())
		}
	}
	if place == "" {
		return "", errors.New("say whose releases: the address of a site, or a folder")
	}
	return place, nil
}

func read(ctx context.Context, place, token string) ([]attack.Release, error) {
	if strings.HasPrefix(place, "http://") || strings.HasPrefix(place, "https://") {
		return attack.Served(ctx, &http.Client{Timeout: patience}, strings.TrimSuffix(place, "/"), token)
	}
	return attack.Directory(place)
}

func write(to io.Writer, findings []attack.Finding, releases int, asJSON bool) error {
	for _, f := range findings {
		if !asJSON {
			if _, err := fmt.Fprintln(to, f); err != nil {
				return err
			}
			continue
		}
		if err := line(to, f); err != nil {
			return err
		}
	}
	if asJSON {
		return line(to, struct {
			Releases int `json:"releases"`
			Found    int `json:"found"`
		}{releases, len(findings)})
	}
	_, err := fmt.Fprintf(to, "%d releases, %d things pinned down\n", releases, len(findings))
	return err
}

func line(to io.Writer, v any) error {
	if err := json.MarshalWrite(to, v); err != nil {
		return err
	}
	_, err := fmt.Fprintln(to)
	return err
}
