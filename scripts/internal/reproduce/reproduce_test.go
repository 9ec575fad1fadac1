package reproduce_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"learningforlife/scripts/internal/reproduce"
	"learningforlife/shared/aggregate"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/release"
)

// TestReleasesCanBeReproducedAndDerived plays a campaign over time and holds that every release follows, byte by
// byte, from the counts that were kept, and every figure of it from what it prints.
func TestReleasesCanBeReproducedAndDerived(t *testing.T) {
	h, c, moved := play(t)
	archive, last := h.archive(t, c), h.archive(t, moved)
	releases := map[string]release.Release{}
	for seq := 1; seq <= 6; seq++ {
		of := archive
		if seq == 6 {
			of = last
		}
		report, err := reproduce.Check(t.Context(), of, seq)
		require.NoError(t, err)
		r, err := release.Get(t.Context(), h.Releases(), seq)
		require.NoError(t, err)
		releases[fmt.Sprintf("%d.json", seq)] = r

		var said strings.Builder
		require.NoError(t, report.Write(&said))
		require.Equal(t, fmt.Sprintf("release %d: reproduced, %d rows, sha256 %s\n", seq, len(r.Scores), report.Digest), said.String())
		agree(t, report.Primitives, r.Scores)
	}
	shows(t, slices.Collect(maps.Values(releases)))

	said, err := derive(t, releases)
	require.NoError(t, err, said)
	require.Regexp(t, `^2\d{4} figures derived, 0 differ\n$`, said)

	t.Run("a figure that is wrong is found", func(t *testing.T) { wrong(t, archive, releases["5.json"]) })
	t.Run("another campaign file is told", func(t *testing.T) {
		report, err := reproduce.Check(t.Context(), last, 2)
		require.NoError(t, err)
		require.Contains(t, report.Differences, "the campaign file is another now")
	})
	t.Run("there is no other release", func(t *testing.T) {
		_, err := reproduce.Check(t.Context(), last, 7)
		require.ErrorIs(t, err, release.ErrNone)
	})
}

// agree requires that what was computed before rounding is what the rows round: row by row, of the sizes.
func agree(t *testing.T, exact []reproduce.Primitive, rows []release.Score) {
	t.Helper()
	require.Len(t, exact, len(rows))
	for i, row := range rows {
		_, err := json.Marshal(exact[i])
		require.NoError(t, err, "a number that is none")
		require.Equal(t, []any{row.Objective, row.Level, row.Code, row.Group},
			[]any{exact[i].Objective, exact[i].Level, exact[i].Code, exact[i].Group})
		for _, of := range []struct {
			printed release.Wave
			exact   *reproduce.Wave
		}{{row.Before, exact[i].Before}, {row.After, exact[i].After}} {
			if of.printed.Published() {
				require.InDelta(t, of.exact.Respondents, *of.printed.Respondents, 2, "to the nearest 5")
			}
		}
	}
}

// shows requires that there is a figure of every kind among the releases: else nothing was held of it.
func shows(t *testing.T, releases []release.Release) {
	t.Helper()
	seen := map[string]int{}
	note := func(is bool, what string) {
		if is {
			seen[what]++
		}
	}
	for _, r := range releases {
		for _, s := range r.Scores {
			if s.Status != nil {
				seen[*s.Status]++
			}
			for _, w := range []release.Wave{s.Before, s.After} {
				if w.Bound != nil {
					seen[*w.Bound]++
				}
				note(w.Published() && *w.Value != float64(int(*w.Value)), "one decimal")
			}
			if s.Withheld != nil {
				seen[string(*s.Withheld)]++
			}
			note(s.Further != nil, "further")
			note(s.Provisional, "provisional")
			note(s.Details.Gap != nil, "gap")
			note(s.Details.Learners != nil && s.Details.Learners.Change != nil, "change of learners")
			note(s.Before.Published() && s.Before.ResponseRate == nil && s.Level == "organisation", "not in the frame")
			if s.Change != nil {
				note(s.Change.Selection != nil && *s.Change.Selection, "selection")
				note(s.Change.Pairs != nil && *s.Change.Rho > 0, "pairs")
				note(*s.Change.Widening > 1, "widening")
			}
			note(slices.Contains(s.Notes, release.Partial), "partial")
			note(s.Details.Bars != nil, "bars")
			note(s.Details.LeftOut != nil && *s.Details.LeftOut.Before > 0, "left out")
		}
		for _, p := range r.Pledges {
			note(p.PerThousand != nil && p.Kept != nil, "pledges")
			note(p.Pledges != nil && p.PerThousand == nil, "pledges of those who are not in the frame")
			note(p.BoardShare != nil, "board pledges")
		}
	}
	for _, kind := range []string{"achieved", "on_track", "too_close_to_call", "off_track", "not_enough_data", "at_least", "at_most",
		"one decimal", "waits_for_more", "too_few", "further", "provisional", "gap", "change of learners", "not in the frame",
		"selection", "pairs", "widening", "partial", "bars", "left out", "pledges", "pledges of those who are not in the frame", "board pledges"} {
		require.Positive(t, seen[kind], "%s of %v", kind, seen)
	}
}

// wrong spoils a figure of each kind, and requires that both programs find every one.
func wrong(t *testing.T, archive aggregate.Archive, r release.Release) {
	r = clone(t, r)
	for name, spoil := range spoils {
		at := 0
		for at < len(r.Scores) && !spoil(&r.Scores[at]) {
			at++
		}
		require.Less(t, at, len(r.Scores), "there is no %s to spoil", name)
	}
	for name, spoil := range pledgeSpoils {
		at := slices.IndexFunc(r.Pledges, func(p release.Pledges) bool { return spoil(&p) })
		require.GreaterOrEqual(t, at, 0, "there is no %s to spoil", name)
	}
	said, err := derive(t, map[string]release.Release{"spoilt.json": r})
	require.Error(t, err)
	for name := range spoils {
		require.Regexp(t, `(?m)^\S*/spoilt.json: objective .*: `+regexp.QuoteMeta(name)+` is printed as `, said)
	}
	for name := range pledgeSpoils {
		require.Regexp(t, `(?m)^\S*/spoilt.json: pledges, nation ENG: `+regexp.QuoteMeta(name)+` is printed as `, said)
	}
	require.Regexp(t, fmt.Sprintf(`, %d differ\n$`, len(spoils)+len(pledgeSpoils)), said)

	published := archive.Releases
	archive.Releases = tampered{published, `"status":"on_track"`, `"status":"achieved"`}
	report, err := reproduce.Check(t.Context(), archive, 5)
	require.NoError(t, err)
	require.Len(t, report.Differences, 1)
	require.Contains(t, report.Differences[0], `"status":"achieved"`)
	require.Contains(t, report.Differences[0], `"status":"on_track"`)
	pledges := archive
	pledges.Releases = tampered{published, `"boardShare":`, `"boardShare":1`}
	of, err := reproduce.Check(t.Context(), pledges, 5)
	require.NoError(t, err)
	require.Len(t, of.Differences, 1)
	require.True(t, strings.HasPrefix(of.Differences[0], "pledges row 1\n"), of.Differences[0])
	var text strings.Builder
	require.NoError(t, report.Write(&text))
	require.True(t, strings.HasPrefix(text.String(), "release 5 differs:\nrow "))
}

// spoils change the figure that they are called after, where there is one.
var spoils = map[string]func(*release.Score) bool{
	"before.low":                  func(s *release.Score) bool { return number(s.Before.Low) },
	"before.high":                 func(s *release.Score) bool { return number(s.Before.High) },
	"after.low":                   func(s *release.Score) bool { return number(s.After.Low) },
	"after.high":                  func(s *release.Score) bool { return number(s.After.High) },
	"before.responseRate":         func(s *release.Score) bool { return number(s.Before.ResponseRate) },
	"after.responseRate":          func(s *release.Score) bool { return number(s.After.ResponseRate) },
	"change.low":                  func(s *release.Score) bool { return s.Change != nil && number(&s.Change.Low) },
	"change.high":                 func(s *release.Score) bool { return s.Change != nil && number(&s.Change.High) },
	"target.change":               func(s *release.Score) bool { return s.Target != nil && number(&s.Target.Change) },
	"details.gap.before":          func(s *release.Score) bool { return s.Details.Gap != nil && number(s.Details.Gap.Before) },
	"details.gap.after":           func(s *release.Score) bool { return s.Details.Gap != nil && number(s.Details.Gap.After) },
	"details.learners.before.low": func(s *release.Score) bool { return s.Details.Learners != nil && number(s.Details.Learners.Before.Low) },
	"details.learners.after.high": func(s *release.Score) bool { return s.Details.Learners != nil && number(s.Details.Learners.After.High) },
	"details.learners.change.high": func(s *release.Score) bool {
		return s.Details.Learners != nil && number(&s.Details.Learners.Change.High)
	},
	"status":      func(s *release.Score) bool { s.Status = ptr("perfect"); return true },
	"further":     func(s *release.Score) bool { s.Further = ptr(5); return true },
	"provisional": func(s *release.Score) bool { s.Provisional = !s.Provisional; return true },
	"target.by": func(s *release.Score) bool {
		if s.Target != nil {
			s.Target.By = day.Must("2026-07-01")
		}
		return s.Target != nil
	},
	"withheld": func(s *release.Score) bool {
		if s.Withheld != nil {
			*s.Withheld = release.WaitsForMore
		}
		return s.Withheld != nil
	},
}

// pledgeSpoils change the figure that they are called after in place, where there is one.
var pledgeSpoils = map[string]func(*release.Pledges) bool{
	"perThousand": func(p *release.Pledges) bool { return number(p.PerThousand) },
	"kept.low":    func(p *release.Pledges) bool { return p.Kept != nil && another(&p.Kept.Low) },
	"kept.high":   func(p *release.Pledges) bool { return p.Kept != nil && another(&p.Kept.High) },
	"boardShare":  func(p *release.Pledges) bool { return another(p.BoardShare) },
}

// another moves a whole number by one, if there is one.
func another(n *int) bool {
	if n != nil {
		*n++
	}
	return n != nil
}

// number moves a number by its last digit, if there is one.
func number(x *float64) bool {
	if x != nil {
		*x += 0.1
	}
	return x != nil
}

func ptr[T any](v T) *T { return &v }

func clone(t *testing.T, r release.Release) (copied release.Release) {
	content, err := release.Encode(r)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &copied))
	return copied
}

// tampered replaces a text once in the documents that have it.
type tampered struct {
	document.Reader
	old, replaced string
}

func (d tampered) Document(ctx context.Context, digest string) ([]byte, error) {
	content, err := d.Reader.Document(ctx, digest)
	return bytes.Replace(content, []byte(d.old), []byte(d.replaced), 1), err
}

// derive runs scripts/derive.R on the releases, which it is given as they are served, and returns what it printed.
func derive(t *testing.T, releases map[string]release.Release) (string, error) {
	t.Helper()
	rscript, err := exec.LookPath("Rscript")
	require.NoError(t, err, "scripts/tools/install installs it")
	directory := t.TempDir()
	args := []string{filepath.Join("..", "..", "derive.R")}
	for _, name := range slices.Sorted(maps.Keys(releases)) {
		content, err := release.Encode(releases[name])
		require.NoError(t, err)
		args = append(args, filepath.Join(directory, name))
		require.NoError(t, os.WriteFile(filepath.Join(directory, name), content, 0o600))
	}
	said, err := exec.CommandContext(t.Context(), rscript, args...).CombinedOutput()
	return string(said), err
}
