package coverage

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"learningforlife/shared/campaign"
)

// Markdown writes the tables of a report.
func (r Report) Markdown(to io.Writer) error {
	t := tables{Report: r}
	t.line("Seed %d, %s campaigns of every sort, rules of version %s.", r.Seed, thousands(r.Replicates), r.Method)
	t.base()
	t.others()
	t.points()
	t.bounds()
	t.statuses()
	t.vetoes()
	t.false()
	if _, err := io.WriteString(to, t.text.String()); err != nil {
		return fmt.Errorf("printing the tables: %w", err)
	}
	return nil
}

type tables struct {
	Report
	text strings.Builder
}

func (t *tables) line(format string, args ...any) { fmt.Fprintf(&t.text, format+"\n", args...) }

func (t *tables) head(title string, columns ...string) {
	t.line("\n### %s\n", title)
	t.row(columns...)
	t.row(slices.Repeat([]string{"---"}, len(columns))...)
}

func (t *tables) row(cells ...string) { t.line("| %s |", strings.Join(cells, " | ")) }

// columns are those of every table about intervals.
var columns = []string{"value", "of those admitted", "± value", "change", "of those admitted", "± change", "shown"}

// base is the base case by objective, level and group.
func (t *tables) base() {
	f := t.Found[0]
	t.head("Intervals: "+f.Scenario.Name+" a wave", slices.Concat([]string{"objective", "level", "group"}, columns)...)
	for _, i := range f.Intervals {
		if i.Objective != 0 {
			t.row(slices.Concat([]string{fmt.Sprint(i.Objective), string(i.Level), i.Group}, i.cells())...)
		}
	}
}

// told reports whether the tables show a group. The others are in the report.
func told(of Of) bool {
	return slices.Contains([]string{"all", "bands_1_4", "board", learners}, of.Group)
}

// others are all scenarios, the objectives together.
func (t *tables) others() {
	t.head("Intervals of every sort of campaign, objectives together",
		slices.Concat([]string{"campaign", "level", "group"}, columns, []string{"what such organisations change by"})...)
	for _, f := range t.Found {
		for _, i := range f.Intervals {
			if i.Objective == 0 && i.Point == 0 && told(i.Of) {
				typical := "–"
				if f.Scenario.Drawn {
					typical = percent(i.ChangeTypical)
				}
				t.row(slices.Concat([]string{f.Scenario.Name, string(i.Level), i.Group}, i.cells(), []string{typical})...)
			}
		}
	}
}

func (i Intervals) cells() []string {
	return []string{percent(i.Value), percent(i.ValueAnswered), half(i.Widths, i.Value.Figures), percent(i.Change),
		percent(i.ChangeAnswered), half(i.ChangeWidths, i.Change.Figures), thousands(i.Change.Figures)}
}

// points is where on the scale intervals hold the truth, and how far from it figures are on average.
func (t *tables) points() {
	t.head("Intervals by level of the true values, objectives together", "campaign", "level", "group", "about",
		"value", "of those admitted", "mean error", "change", "mean error")
	for _, f := range t.Found[:min(3, len(t.Found))] {
		for _, i := range f.Intervals {
			if i.Point > 0 && i.Level == campaign.Nation && (i.Group == "all" || i.Group == "bands_1_4") {
				about := 100 * (lowest + (highest-lowest)*float64(i.Point-1)/(levels-1))
				t.row(f.Scenario.Name, string(i.Level), i.Group, fmt.Sprintf("%.0f", about), percent(i.Value), percent(i.ValueAnswered),
					mean(i.Errors, i.Value.Figures), percent(i.Change), mean(i.ChangeErrors, i.Change.Figures))
			}
		}
	}
}

// bounds is how often a bound stands in place of a value, and whether it is true.
func (t *tables) bounds() {
	t.head("Bounds in place of values", "campaign", "level", "group", "waves with a bound, in %", "hold the truth, in %", "bounds")
	for _, f := range t.Found {
		for _, i := range f.Intervals {
			if i.Objective == 0 && i.Point == 0 && told(i.Of) && i.Bound.Figures > 0 {
				t.row(f.Scenario.Name, string(i.Level), i.Group, percent(i.Bounded), percent(i.Bound), thousands(i.Bound.Figures))
			}
		}
	}
}

// printed lists the statuses as columns, and stopped what else became of rows.
var (
	printed = []string{achieved, onTrack, "too_close_to_call", "off_track"}
	few     = []string{bySize, byCoverage, byWidth, byFirst}
	stopped = []string{bySelection, byHolm, byGap, byPriority}
)

var statusColumns = []string{"true change", "achieved", "on track", "too close to call", "off track",
	"too few", "too little of the frame", "too wide", "bands 1 to 4: no data", "bound", "nothing shown",
	"selection", "Holm", "gap", "bands 1 to 4: worse"}

func (s Statuses) cells() []string {
	cells := []string{multiple(s.Multiple)}
	for _, status := range printed {
		cells = append(cells, part(s.Given[status], s.Rows))
	}
	for _, veto := range few {
		cells = append(cells, part(s.Vetoes[veto], s.Rows))
	}
	cells = append(cells, part(s.Given[bounded], s.Rows), part(s.Given[hidden], s.Rows))
	for _, veto := range stopped {
		cells = append(cells, part(s.Vetoes[veto], s.Rows))
	}
	return cells
}

func (s Statuses) group() string {
	if s.Variant != "" {
		return s.Group + ", " + s.Variant
	}
	return s.Group
}

// statuses is what the base case's rows were given.
func (t *tables) statuses() {
	f := t.Found[0]
	t.head("Statuses, in % of rows: "+f.Scenario.Name+" a wave", slices.Concat([]string{"objective", "level", "group"}, statusColumns)...)
	for _, s := range f.Statuses {
		if told(s.Of) {
			t.row(slices.Concat([]string{fmt.Sprint(s.Objective), string(s.Level), s.group()}, s.cells())...)
		}
	}
}

// vetoes is what became of the nation's rows in other campaigns where the target was reached twice over.
func (t *tables) vetoes() {
	t.head("Statuses of the nation in every sort of campaign, in % of rows", slices.Concat([]string{"campaign", "objective", "group"}, statusColumns)...)
	for _, f := range t.Found {
		for _, s := range f.Statuses {
			if told(s.Of) && s.Level == campaign.Nation && s.Multiple == 2 && (s.Variant == "" || s.Variant == variants[gapCloses]) {
				t.row(slices.Concat([]string{f.Scenario.Name, fmt.Sprint(s.Objective), s.group()}, s.cells())...)
			}
		}
	}
}

// false is how often a target that was at most just reached is called achieved.
func (t *tables) false() {
	t.head("Rows whose true change is at most the target and that are achieved, in %", "campaign", "level", "group", "½ target or less", "exactly the target", "rows at the target")
	for _, f := range t.Found {
		for _, level := range campaign.Levels {
			for _, group := range []string{"all", "bands_1_4", "board"} {
				var under, at Share
				for _, s := range f.Statuses {
					switch {
					case s.Level != level || s.Group != group:
					case s.Multiple < 1:
						under.add(s.False)
					case s.Multiple == 1:
						at.add(s.False)
					}
				}
				if under.Figures > 0 {
					t.row(f.Scenario.Name, string(level), group, percent(under), percent(at), thousands(at.Figures))
				}
			}
		}
	}
}

func multiple(of float64) string {
	return map[float64]string{0: "0", 0.5: "½T", 1: "T", 2: "2T"}[of]
}

// percent prints a share with its standard error.
func percent(s Share) string {
	p, se, ok := s.Of()
	if !ok {
		return "–"
	}
	return fmt.Sprintf("%.1f ± %.1f", 100*p, 100*se)
}

// part prints a part of some rows.
func part(n, rows int) string {
	if n == 0 {
		return "·"
	}
	return fmt.Sprintf("%.1f", 100*float64(n)/float64(rows))
}

// half prints the mean half of widths in tenths of a point.
func half(widths, n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", float64(widths)/20/float64(n))
}

// mean prints the mean of a sum of thousandths of a point.
func mean(thousandths, n int) string {
	if n == 0 {
		return "–"
	}
	return fmt.Sprintf("%+.2f", float64(thousandths)/1000/float64(n))
}

// thousands prints a number with its thousands apart.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
