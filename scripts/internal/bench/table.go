package bench

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// Write writes the outcome as a table for people.
func (o Outcome) Write(to io.Writer) error {
	if _, err := fmt.Fprintf(to, "%s\n  waiting for the processor %s, input and output %s, memory %s; load %s\n", o.Workload,
		change(o.Before.CPU, o.After.CPU, " %"), change(o.Before.IO, o.After.IO, " %"),
		change(o.Before.Memory, o.After.Memory, " %"), change(o.Before.Load, o.After.Load, "")); err != nil {
		return fmt.Errorf("writing the outcome: %w", err)
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...string) {
		for _, cell := range cells {
			fmt.Fprint(table, cell, "\t")
		}
		fmt.Fprintln(table)
	}
	row("", "rounds", "time", "× ours", "minimum", "a quarter", "three quarters", "maximum")
	for _, s := range o.Contestants {
		ratios := make([]string, 5)
		if r := s.Ratio; r != nil {
			for i, x := range []float64{r.Median, r.Minimum, r.Lower, r.Upper, r.Maximum} {
				ratios[i] = number(x)
			}
		}
		row(append([]string{s.Name, strconv.Itoa(len(s.Rounds)), briefly(s.Time.Median)}, ratios...)...)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the outcome: %w", err)
	}
	for _, s := range o.Contestants {
		if s.Note != "" {
			if _, err := fmt.Fprintf(to, "  %s: %s\n", s.Name, s.Note); err != nil {
				return fmt.Errorf("writing the outcome: %w", err)
			}
		}
		figures := s.Rounds[len(s.Rounds)-1].Figures
		for _, name := range slices.Sorted(maps.Keys(figures)) {
			if _, err := fmt.Fprintf(to, "  %s: %s %s\n", s.Name, number(figures[name]), name); err != nil {
				return fmt.Errorf("writing the outcome: %w", err)
			}
		}
	}
	_, err := fmt.Fprintln(to)
	return err
}

// change writes what a figure was before and after.
func change(before, after *float64, unit string) string {
	if before == nil || after == nil {
		return "not known"
	}
	return fmt.Sprintf("%.1f → %.1f%s", *before, *after, unit)
}

// number writes a number to three significant digits, or to the whole if it has more.
func number(x float64) string {
	if x >= 100 || x <= -100 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// briefly writes nanoseconds to about three digits.
func briefly(nanoseconds float64) string {
	d := time.Duration(nanoseconds)
	for unit := time.Duration(1); ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit).String()
		}
	}
}
