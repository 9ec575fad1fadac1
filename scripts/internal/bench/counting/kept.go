package counting

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"learningforlife/scripts/internal/bench/population"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

const (
	storeFile = "store.db"
	// formVersion changes whenever the engines are given another form.
	formVersion = 1
	seed        = 1
)

// First is the first day of what the data sets hold; the last is population.Days later, less one.
var First = day.Must("2026-08-24")

// Copy copies the store of the data set of n responses, which is made if it is not there yet, to the file: the kept one must stay as it is.
func (c Config) Copy(ctx context.Context, n int, to string) error {
	set, err := c.dataSet(ctx, n)
	if err != nil {
		return err
	}
	content, err := os.Open(filepath.Join(set, storeFile))
	if err != nil {
		return fmt.Errorf("copying a store: %w", err)
	}
	file, err := os.Create(to)
	if err != nil {
		return errors.Join(fmt.Errorf("copying a store: %w", err), content.Close())
	}
	_, err = file.ReadFrom(content)
	if err := errors.Join(err, file.Close(), content.Close()); err != nil {
		return fmt.Errorf("copying a store: %w", err)
	}
	return nil
}

// dataSet returns the folder of the data set of n responses. It takes a minute to make one of three million, so
// each is kept, under a name that says what it follows from.
func (c Config) dataSet(ctx context.Context, n int) (folder string, err error) {
	folder = filepath.Join(c.Folder, fmt.Sprintf("%d-responses-%d.%d-%s", n, population.Version, formVersion, c.Campaign.Digest[:8]))
	if _, err := os.Stat(folder); err == nil || !errors.Is(err, os.ErrNotExist) {
		return folder, err
	}
	if err := os.MkdirAll(c.Folder, 0o750); err != nil {
		return "", fmt.Errorf("making a data set: %w", err)
	}
	unfinished, err := os.MkdirTemp(c.Folder, "unfinished")
	if err != nil {
		return "", fmt.Errorf("making a data set: %w", err)
	}
	if err := c.make(ctx, n, unfinished); err != nil {
		return "", errors.Join(fmt.Errorf("making a data set: %w", err), os.RemoveAll(unfinished))
	}
	return folder, os.Rename(unfinished, folder)
}

// make fills a store, and loads the same responses into the engines.
func (c Config) make(ctx context.Context, n int, folder string) (err error) {
	fmt.Fprintf(c.Progress, "storing %d responses\n", n)
	store, err := embedded.Open(filepath.Join(folder, storeFile), embedded.Options{})
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "responses.csv")
	err = population.Fill(ctx, store, c.Campaign, n, First, seed, func(int) {})
	if err == nil {
		err = export(ctx, store, c.Campaign, file)
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	layout, err := tally.NewLayout(c.Campaign)
	if err != nil {
		return err
	}
	for _, e := range []engine{duckDB, sqlite} {
		fmt.Fprintf(c.Progress, "loading them into %s\n", e.name)
		if err := c.load(ctx, e, queries{layout}, folder, file); err != nil {
			return fmt.Errorf("loading %s: %w", e.name, err)
		}
	}
	return os.Remove(file)
}

func (c Config) load(ctx context.Context, e engine, q queries, folder, file string) (err error) {
	database, err := start(ctx, c.driver(e.name, filepath.Join(folder, e.file))...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.close()) }()
	columns := q.columns(e)
	if _, err := database.ask(ctx, request{Timed: []string{"CREATE TABLE responses (" + strings.Join(columns, ", ") + ")"}}); err != nil {
		return err
	}
	for _, r := range e.load(q, len(columns), file) {
		if _, err := database.ask(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// export writes every live response in the store into the file, with the columns that queries.columns names.
func export(ctx context.Context, store submission.Scanner, c *campaign.Campaign, path string) (err error) {
	layout, err := tally.NewLayout(c)
	if err != nil {
		return err
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buffer := bufio.NewWriterSize(file, 1<<20)
	var line []byte
	err = store.Scan(ctx, func(key *submission.Key, row submission.Row) error {
		if key.Kind() != submission.KindResponse || row.Withdrawn() {
			return nil
		}
		r, err := row.Response(c)
		if err != nil {
			return err
		}
		line = appendNumbers(line[:0], c.Organisations.Index(r.Organisation), r.BandGroup, r.Audience, r.Wave)
		line = appendLink(line, key.Link())
		if r.Before.IsZero() {
			line = append(line, ",,"...)
		} else {
			line = appendLink(line, r.Before)
		}
		line = appendNumbers(line, r.Answers...)
		for i := range layout.Tables {
			if t := &layout.Tables[i]; t.Class != nil {
				slot := 0
				for at, q := range t.Questions {
					slot += r.Answers[q] * t.Radix[at]
				}
				line = appendNumbers(line, int(t.Class[slot]))
			}
		}
		line[len(line)-1] = '\n'
		_, err = buffer.Write(line)
		return err
	})
	return errors.Join(err, buffer.Flush())
}

// appendNumbers appends the numbers, with a comma after each.
func appendNumbers(line []byte, numbers ...int) []byte {
	for _, n := range numbers {
		line = append(strconv.AppendInt(line, int64(n), 10), ',')
	}
	return line
}

// appendLink appends the day and the first half of the id.
func appendLink(line []byte, l submission.Link) []byte {
	line = appendNumbers(line, int(l.Day()-submission.FirstDay))
	return append(hex.AppendEncode(line, l[2:18]), ',')
}
