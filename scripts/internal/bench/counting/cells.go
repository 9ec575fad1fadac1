package counting

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"learningforlife/shared/tally"
)

// cell is one combination of answers, or of classes before and after, of one table, in one place. A place
// is organisation × band group × audience × wave, as one number.
type cell struct {
	kind int // the table, or that many tables and the table whose pairs it is of
	key  int // place × slots + slot, or place × classes² + class before × classes + class after
}

// each calls visit with every cell of the tally that counts anybody, table by table.
func each(t *tally.Tally, visit func(c cell, n int64)) {
	l, campaign := t.Layout, t.Layout.Campaign
	for i, table := range l.Tables {
		for o := range campaign.Organisations.All() {
			for b := range campaign.BandGroups {
				for a := range campaign.Audiences {
					for w := range campaign.Waves {
						if !asked(l, i, w, a) {
							continue
						}
						place := ((o*len(campaign.BandGroups)+b)*len(campaign.Audiences)+a)*len(campaign.Waves) + w
						some := func(kind int, counts []uint32) {
							for at, n := range counts {
								if n > 0 {
									visit(cell{kind, place*len(counts) + at}, int64(n))
								}
							}
						}
						some(i, t.Counts(i, o, b, a, w))
						if table.Class != nil {
							some(len(l.Tables)+i, t.Pairs(i, o, b, a, w))
						}
					}
				}
			}
		}
	}
}

// asked reports whether a question of the table is put to the audience in the wave.
func asked(l *tally.Layout, table, wave, audience int) bool {
	for _, q := range l.Tables[table].Questions {
		if l.Campaign.Asked(q, wave, audience) {
			return true
		}
	}
	return false
}

// What sum mixes with: the largest prime below 2³¹, and a generator modulo that (Park and Miller, 1988).
const (
	prime     = 1<<31 - 1
	generator = 48271
	kinds     = 1_000_003
)

// digest tells two counts apart, in a form that a query can compute too (see queries.digest): how many
// cells count anybody, and a sum over them in which each has a weight that looks drawn at random.
func digest(t *tally.Tally) string {
	rows, sum := int64(0), int64(0)
	each(t, func(c cell, n int64) {
		rows++
		sum += (int64(c.kind)*kinds + int64(c.key)) % prime * generator % prime * n
	})
	read := 0
	for _, n := range t.Totals.Responses {
		read += n
	}
	return fmt.Sprintf("%d responses, %d superseded, %d cells, sum %d", read, t.Totals.Superseded, rows, sum)
}

// writeCells writes every cell into the file.
func writeCells(t *tally.Tally, path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	buffer := bufio.NewWriter(file)
	each(t, func(c cell, n int64) { fmt.Fprintf(buffer, "%d,%d,%d\n", c.kind, c.key, n) })
	return buffer.Flush()
}

// readCells reads a file of cells: kind, key, and the number in it.
func readCells(path string) (cells map[cell]int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	lines := csv.NewReader(bufio.NewReader(file))
	lines.FieldsPerRecord, lines.ReuseRecord = 3, true
	cells = map[cell]int64{}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return cells, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading cells: %w", err)
		}
		var numbers [3]int
		for i, field := range record {
			if numbers[i], err = strconv.Atoi(field); err != nil {
				return nil, fmt.Errorf("reading cells: %w", err)
			}
		}
		c := cell{numbers[0], numbers[1]}
		if _, twice := cells[c]; twice {
			return nil, fmt.Errorf("reading cells: cell %d of table %d is there twice", c.key, c.kind)
		}
		cells[c] = int64(numbers[2])
	}
}

// compare returns an error that names a cell in which two counts differ.
func compare(expected, found map[cell]int64) error {
	for c, n := range expected {
		if found[c] != n {
			return fmt.Errorf("it counts %d, not %d, in cell %d of table %d", found[c], n, c.key, c.kind)
		}
	}
	for c, n := range found {
		if expected[c] != n {
			return fmt.Errorf("it counts %d, not %d, in cell %d of table %d", n, expected[c], c.key, c.kind)
		}
	}
	return nil
}
