package recount_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/scripts/internal/recount"
	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

const today = "2026-11-22"

// item is a stored item of a hand-made store. Its name stands for its receipt: the same name is the same receipt.
type item struct {
	name         string
	on           string // receipt day; today if empty
	kind         submission.Kind
	withdrawn    bool
	wave         string
	organisation string // RXX-like code; R0A if empty
	bandGroup    string // 1-4 if empty
	audience     string // staff if empty
	names        string // the receipt named as that of the first survey
	namesOn      string // its day; today if empty
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// receipt makes the receipt that a name stands for.
func receipt(t *testing.T, name, on string) submission.Receipt {
	r, err := submission.Mint(day.Must(or(on, today)), bytes.NewReader([]byte(fmt.Sprintf("%-16s", name))))
	require.NoError(t, err)
	return r
}

func shipped(t *testing.T) *campaign.Campaign {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	return c
}

// fill stores the items.
func fill(t *testing.T, c *campaign.Campaign, store *embedded.Store, items []item) {
	t.Helper()
	for _, i := range items {
		var row submission.Row
		switch {
		case i.withdrawn:
			row = submission.Tombstone
		case i.kind == submission.KindPledge:
			row = submission.Pledge{Organisation: "R0A", Catalogue: "PL01", Status: submission.Made, Version: 1}.Pack(c)
		default:
			r := submission.Response{
				Wave:         c.Wave(i.wave),
				Organisation: or(i.organisation, "R0A"),
				BandGroup:    c.BandGroup(or(i.bandGroup, "1-4")),
				Audience:     c.Audience(or(i.audience, "staff")),
				Answers:      make([]int, len(c.Questions)),
			}
			r.Answers[c.Question("A1")] = 1 + c.Answer(c.Question("A1"), "agree")
			if i.names != "" {
				key := receipt(t, i.names, i.namesOn).Key(submission.KindResponse)
				r.Before = key.Link()
			}
			row = r.Pack(c)
		}
		kind := i.kind
		if kind == 0 {
			kind = submission.KindResponse
		}
		_, created, err := store.Add(t.Context(), receipt(t, i.name, i.on).Key(kind), row)
		require.NoError(t, err)
		require.True(t, created)
	}
}

func open(t *testing.T) *embedded.Store {
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

// aggregated runs one aggregation of the store.
func aggregated(t *testing.T, c *campaign.Campaign, store *embedded.Store) {
	t.Helper()
	now := day.Must(today).Time().Add(9 * time.Hour)
	a, err := aggregate.New(aggregate.Config{Campaign: c, Submissions: store, Workings: store.Workings(), Releases: store.Releases(), Settings: store.Settings(),
		Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	require.NoError(t, err)
	_, err = a.Run(t.Context(), aggregation.Request{Run: aggregation.ID(now, "test"), Release: true})
	require.NoError(t, err)
}

// cell is how often A1 was answered with agree.
func cell(organisation, bandGroup, audience, wave string, count int) recount.Cell {
	return recount.Cell{Organisation: organisation, BandGroup: bandGroup, Audience: audience, Wave: wave, Question: "A1", Answer: "agree", Count: count}
}

func TestItems(t *testing.T) {
	for name, test := range map[string]struct {
		items []item
		want  recount.Totals
		cells []recount.Cell
	}{
		"an empty store": {
			want: recount.Totals{Responses: map[string]int{"before": 0, "after": 0}},
		},
		"every kind": {
			items: []item{
				{name: "p", kind: submission.KindPledge},
				{name: "q", kind: submission.KindPledge, withdrawn: true},
				{name: "p", wave: "before"}, // one receipt for a pledge and a response
				{name: "b", wave: "before", bandGroup: "5-7", audience: "manager"},
				{name: "c", wave: "before", bandGroup: "5-7", audience: "manager"},
				{name: "d", withdrawn: true},
				{name: "a", wave: "after"},
			},
			want: recount.Totals{Pledges: 1, Responses: map[string]int{"before": 3, "after": 1}, Withdrawn: 2},
			cells: []recount.Cell{
				cell("R0A", "1-4", "staff", "after", 1),
				cell("R0A", "1-4", "staff", "before", 1),
				cell("R0A", "5-7", "manager", "before", 2),
			},
		},
		"a pair": {
			items: []item{{name: "b", wave: "before"}, {name: "a", wave: "after", names: "b"}},
			want:  recount.Totals{Responses: map[string]int{"before": 1, "after": 1}, Pairs: 1},
			cells: []recount.Cell{cell("R0A", "1-4", "staff", "after", 1), cell("R0A", "1-4", "staff", "before", 1)},
		},
		"of three that name the same one, the least day counts": {
			items: []item{
				{name: "b", on: "2026-11-20", wave: "before"},
				{name: "z", on: "2026-11-21", wave: "after", names: "b", namesOn: "2026-11-20", organisation: "R1F"},
				{name: "y", on: "2026-11-22", wave: "after", names: "b", namesOn: "2026-11-20"},
				{name: "x", on: "2026-11-23", wave: "after", names: "b", namesOn: "2026-11-20"},
			},
			want:  recount.Totals{Responses: map[string]int{"before": 1, "after": 3}, Superseded: 2},
			cells: []recount.Cell{cell("R0A", "1-4", "staff", "before", 1), cell("R1F", "1-4", "staff", "after", 1)},
		},
		"of two that name one that is not there, one counts": {
			items: []item{{name: "x", wave: "after", names: "nobody"}, {name: "y", wave: "after", names: "nobody"}},
			want:  recount.Totals{Responses: map[string]int{"before": 0, "after": 2}, Superseded: 1},
			cells: []recount.Cell{cell("R0A", "1-4", "staff", "after", 1)},
		},
		"a withdrawn one supersedes nothing and pairs with nothing": {
			items: []item{
				{name: "b", on: "2026-11-20", withdrawn: true},
				{name: "x", on: "2026-11-21", withdrawn: true},
				{name: "y", on: "2026-11-22", wave: "after", names: "b", namesOn: "2026-11-20"},
			},
			want:  recount.Totals{Responses: map[string]int{"before": 0, "after": 1}, Withdrawn: 2},
			cells: []recount.Cell{cell("R0A", "1-4", "staff", "after", 1)},
		},
		"a receipt dated after the response links nothing": {
			items: []item{
				{name: "b", on: "2026-11-23", wave: "before"},
				{name: "x", on: "2026-11-22", wave: "after", names: "b", namesOn: "2026-11-23"},
				{name: "y", on: "2026-11-22", wave: "after", names: "b", namesOn: "2026-11-23"},
				{name: "z", on: "2026-11-23", wave: "after", names: "b", namesOn: "2026-11-23"},
			},
			want:  recount.Totals{Responses: map[string]int{"before": 1, "after": 3}, Pairs: 1},
			cells: []recount.Cell{cell("R0A", "1-4", "staff", "after", 3), cell("R0A", "1-4", "staff", "before", 1)},
		},
		"another organisation, band group or audience is no pair": {
			items: []item{
				{name: "b", wave: "before"}, {name: "x", wave: "after", names: "b", organisation: "R1F"},
				{name: "c", wave: "before"}, {name: "y", wave: "after", names: "c", bandGroup: "5-7"},
				{name: "d", wave: "before"}, {name: "z", wave: "after", names: "d", audience: "manager"},
			},
			want: recount.Totals{Responses: map[string]int{"before": 3, "after": 3}},
			cells: []recount.Cell{
				cell("R0A", "1-4", "manager", "after", 1),
				cell("R0A", "1-4", "staff", "before", 3),
				cell("R0A", "5-7", "staff", "after", 1),
				cell("R1F", "1-4", "staff", "after", 1),
			},
		},
		"a response of the same wave is no pair": {
			items: []item{{name: "x", wave: "after"}, {name: "y", wave: "after", names: "x"}, {name: "z", wave: "after", names: "z"}},
			want:  recount.Totals{Responses: map[string]int{"before": 0, "after": 3}},
			cells: []recount.Cell{cell("R0A", "1-4", "staff", "after", 3)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, store := shipped(t), open(t)
			fill(t, c, store, test.items)
			got, err := recount.Items(t.Context(), c, store, nil)
			require.NoError(t, err)
			want := recount.Counts{Totals: test.want, Cells: append([]recount.Cell{}, test.cells...)}
			require.Equal(t, want, got)

			aggregated(t, c, store)
			report, err := recount.Compare(t.Context(), c, store, store.Workings(), store.Settings())
			require.NoError(t, err)
			require.Equal(t, recount.Report{Recount: want, Snapshot: &want, Equal: true}, report)
		})
	}
}

// table is a table with one item.
type table struct {
	key submission.Key
	row submission.Row
}

func (t table) Scan(_ context.Context, visit submission.Visit) error { return visit(&t.key, t.row) }

func TestItemsRefusesWhatItCannotCount(t *testing.T) {
	c := shipped(t)
	response := submission.Response{Organisation: "R0A", Answers: make([]int, len(c.Questions))}.Pack(c)
	foreign := bytes.Clone(response)
	foreign[1]++
	key := receipt(t, "x", "").Key(submission.KindResponse)
	unknown := key
	unknown[0] = 'X'
	for name, test := range map[string]struct {
		table
		want string
	}{
		"of another campaign": {table{key, foreign}, "campaign 2"},
		"damaged":             {table{key, submission.Row{9}}, "damaged"},
		"of no kind":          {table{unknown, response}, "nothing of this kind"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := recount.Items(t.Context(), c, test.table, nil)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, fmt.Sprintf("%x", *test.key.ID()))
		})
	}
}

// TestAggregationAgrees fills a store with few receipts and many links between
// them, so that every rule about links meets every other.
func TestAggregationAgrees(t *testing.T) {
	c, store := shipped(t), open(t)
	random := rand.New(rand.NewPCG(1, 2))
	oneIn := func(n int) bool { return random.IntN(n) == 0 }
	key := func(receipts int) submission.Key {
		return receipt(t, strconv.Itoa(random.IntN(receipts)), (day.Must(today) + day.Day(random.IntN(3))).String()).Key(submission.KindResponse)
	}
	stored := map[submission.Key]bool{}
	var group errgroup.Group // side by side, so that they are committed together
	for range 4000 {
		r := submission.Response{Wave: random.IntN(len(c.Waves)), Organisation: "R0A", Answers: make([]int, len(c.Questions))}
		if oneIn(8) {
			r.Organisation = "R1F"
		}
		if oneIn(8) {
			r.BandGroup = 1
		}
		if oneIn(8) {
			r.Audience = 1
		}
		r.Answers[c.Question("A1")] = random.IntN(1 + len(c.Answers(c.Question("A1"))))
		if c.Waves[r.Wave].Follows >= 0 && !oneIn(4) {
			named := key(150)
			r.Before = named.Link()
		}
		row := r.Pack(c)
		if oneIn(6) {
			row = submission.Tombstone
		}
		own := key(500)
		if stored[own] {
			continue
		}
		stored[own] = true
		group.Go(func() error {
			_, _, err := store.Add(t.Context(), own, row)
			return err
		})
	}
	require.NoError(t, group.Wait())
	for _, on := range []string{today, "2026-11-23"} { // of what is no burst a decision holds some all the same
		b := quarantine.Batch{Organisation: "R1F", Day: day.Must(on), Wave: "before"}
		require.NoError(t, quarantine.Decide(t.Context(), store.Settings(), b, quarantine.Hold))
		b.Wave = "after"
		require.NoError(t, quarantine.Decide(t.Context(), store.Settings(), b, quarantine.Hold))
	}
	aggregated(t, c, store)
	report, err := recount.Compare(t.Context(), c, store, store.Workings(), store.Settings())
	require.NoError(t, err)
	require.Equal(t, report.Recount, *report.Snapshot)
	require.True(t, report.Equal)
	for what, n := range map[string]int{"superseded": report.Recount.Superseded, "pairs": report.Recount.Pairs, "withdrawn": report.Recount.Withdrawn, "quarantined": report.Recount.Quarantined} {
		require.Greater(t, n, 20, "this test means little if so few are %s", what)
	}
}

func TestCompareSeesWhatTheSnapshotLacks(t *testing.T) {
	c, store := shipped(t), open(t)
	fill(t, c, store, []item{{name: "b", wave: "before"}})

	report, err := recount.Compare(t.Context(), c, store, store.Workings(), store.Settings())
	require.NoError(t, err)
	require.Nil(t, report.Snapshot, "nothing was aggregated yet")
	require.False(t, report.Equal)

	aggregated(t, c, store)
	fill(t, c, store, []item{{name: "a", wave: "after", names: "b"}})
	report, err = recount.Compare(t.Context(), c, store, store.Workings(), store.Settings())
	require.NoError(t, err)
	require.False(t, report.Equal)
	require.Equal(t, 0, report.Snapshot.Pairs)
	require.Equal(t, 1, report.Recount.Pairs)
}

func TestReportHasTheShapeOfTheContract(t *testing.T) {
	c, store := shipped(t), open(t)
	fill(t, c, store, []item{{name: "b", wave: "before"}})
	aggregated(t, c, store)
	report, err := recount.Compare(t.Context(), c, store, store.Workings(), store.Settings())
	require.NoError(t, err)
	got, err := json.Marshal(report)
	require.NoError(t, err)
	counts := `{"pledges":0,"responses":{"before":1,"after":0},"withdrawn":0,"superseded":0,"quarantined":0,"pairs":0,"cells":[` +
		`{"organisation":"R0A","bandGroup":"1-4","audience":"staff","wave":"before","question":"A1","answer":"agree","count":1}]}`
	require.JSONEq(t, `{"recount":`+counts+`,"snapshot":`+counts+`,"equal":true}`, string(got))

	got, err = json.Marshal(recount.Report{Recount: recount.Counts{Cells: recount.Cells(nil)}})
	require.NoError(t, err)
	require.Contains(t, string(got), `"cells":[]},"snapshot":null,"equal":false}`)
}
