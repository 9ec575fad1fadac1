package storetest

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/day"
	"learningforlife/shared/document"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/submission"
)

var together = []test{
	{"a register works on it", registers},
	{"everything is there after reopening", reopens},
	{"any history is that of a map", histories},
}

// registers sends submissions the way the public does: sent twice, altered, changed, withdrawn, late.
func registers(t *testing.T, s *trial) {
	ctx := context.Background()
	register := submission.NewRegister(s.Store, s.campaign)
	organisation := s.campaign.Organisations.Open(today)[0].Code
	staff, band := s.campaign.Audiences[0].ID, s.campaign.BandGroups[0].ID

	receipt := s.receipt(t, today)
	draft := submission.PledgeDraft{Receipt: receipt.String(), Organisation: organisation, Audience: staff, BandGroup: band, OwnWords: "I will learn."}
	altered := draft
	altered.OwnWords = "I will not."
	for _, created := range []bool{true, false, false} {
		p, _, got, err := register.Pledge(ctx, today, draft)
		require.NoError(t, err)
		require.Equal(t, created, got)
		require.Equal(t, draft.OwnWords, p.OwnWords)
	}
	_, _, _, err := register.Pledge(ctx, today, altered)
	require.ErrorIs(t, err, submission.ErrConflict)
	_, err = register.SetStatus(ctx, today+1, receipt, submission.Kept)
	require.NoError(t, err)
	p, _, created, err := register.Pledge(ctx, today+1, draft)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, submission.Kept, p.Status, "a replay shows the present status")
	for range 2 {
		require.NoError(t, register.Withdraw(ctx, today+1, submission.KindPledge, receipt))
		_, _, _, err = register.Pledge(ctx, today+1, draft)
		require.ErrorIs(t, err, submission.ErrWithdrawn)
	}
	key := receipt.Key(submission.KindPledge)
	require.Equal(t, map[submission.Mark]int{
		{On: today + 1, Key: key, Change: submission.StatusChange}: 1,
		{On: today + 1, Key: key, Change: submission.Withdrawal}:   1,
	}, s.marks(t, today+1))

	late := s.receipt(t, today)
	require.NoError(t, register.Withdraw(ctx, today, submission.KindResponse, late))
	_, _, err = register.Respond(ctx, today, submission.ResponseDraft{
		Receipt: late.String(), Wave: s.campaign.Waves[0].ID, Organisation: organisation, Audience: staff, BandGroup: band,
		Answers: []submission.AnswerDraft{{Question: s.campaign.Questions[0].ID, Answer: s.campaign.Answers(0)[0].ID}},
	})
	require.ErrorIs(t, err, submission.ErrWithdrawn, "a submission that arrives after its withdrawal")
}

func reopens(t *testing.T, s *trial) {
	items := s.spread(t, today, today+1)
	s.addAll(t, items)
	require.NoError(t, s.Replace(context.Background(), items[0].key, items[0].row, submission.Tombstone))
	items[0].row = submission.Tombstone
	mark := submission.Mark{On: today, Key: items[0].key, Change: submission.Withdrawal}
	s.put(t, mark)
	content := s.noise(document.MaxPart)
	for _, table := range s.tables() {
		_, err := table.Put(context.Background(), content)
		require.NoError(t, err)
		require.NoError(t, table.Create(context.Background(), "list", "name", []byte("record")))
	}
	for range 2 {
		s.reopen(t)
		require.Equal(t, contentOf(items), s.scan(t))
		require.Equal(t, map[submission.Mark]int{mark: 1}, s.marks(t, today))
		_, created, err := s.Add(context.Background(), items[1].key, items[2].row)
		require.NoError(t, err)
		require.False(t, created)
		for _, table := range s.tables() {
			got, err := table.Document(context.Background(), document.Digest(content))
			require.NoError(t, err)
			require.Equal(t, content, got)
			name, record, err := table.Last(context.Background(), "list")
			require.NoError(t, err)
			require.Equal(t, "name record", name+" "+string(record))
			require.ErrorIs(t, table.Create(context.Background(), "list", "name", nil), document.ErrTaken)
		}
	}
}

// history is what a store should hold after the operations so far. Each round of
// operations has keys of its own and finds those of earlier rounds in place.
type history struct {
	*trial
	rows    content
	marks   map[day.Day]map[submission.Mark]int
	records map[string]string
}

func histories(t *testing.T, s *trial) {
	h := &history{trial: s, rows: content{}, marks: map[day.Day]map[submission.Mark]int{}, records: map[string]string{}}
	rapid.Check(t, func(r *rapid.T) {
		var keys []submission.Key
		for _, kind := range []submission.Kind{submission.KindPledge, submission.KindResponse} {
			keys = append(keys, s.key(t, kind, today), s.key(t, kind, today+1))
		}
		r.Repeat(h.operations(t, keys))
	})
}

// operations are the things that can happen, each of which does the same to the store and to the maps.
func (h *history) operations(t *testing.T, keys []submission.Key) map[string]func(*rapid.T) {
	ctx := context.Background()
	rows := []submission.Row{
		h.inWords("I will learn.").Pack(h.campaign),
		h.inWords("I will teach.").Pack(h.campaign),
		submission.Tombstone,
	}
	key := rapid.SampledFrom(keys)
	row := rapid.SampledFrom(rows)
	on := rapid.SampledFrom([]day.Day{today - 1, today, today + 1, today + 2})
	change := rapid.SampledFrom([]submission.Change{submission.Withdrawal, submission.StatusChange})
	name := rapid.StringMatching(`[0-9]{1,3}`)
	return map[string]func(*rapid.T){
		"Add": func(r *rapid.T) {
			key, row := key.Draw(r, "key"), row.Draw(r, "row")
			want, there := h.rows[key]
			if !there {
				want = string(row)
				h.rows[key] = want
			}
			stored, created, err := h.Add(ctx, key, row)
			require.NoError(r, err)
			require.Equal(r, !there, created)
			require.Equal(r, want, string(stored))
		},
		"Get": func(r *rapid.T) {
			key := key.Draw(r, "key")
			if row, there := h.rows[key]; there {
				h.requireStored(r, key, submission.Row(row))
			} else {
				h.requireNone(r, key)
			}
		},
		"Replace": func(r *rapid.T) {
			key, old, next := key.Draw(r, "key"), row.Draw(r, "old"), row.Draw(r, "next")
			err := h.Replace(ctx, key, old, next)
			if h.rows[key] == string(old) {
				require.NoError(r, err)
				h.rows[key] = string(next)
			} else {
				require.ErrorIs(r, err, submission.ErrChanged)
			}
		},
		"Mark": func(r *rapid.T) {
			m := submission.Mark{On: on.Draw(r, "day"), Key: key.Draw(r, "key"), Change: change.Draw(r, "change")}
			if h.marks[m.On] == nil {
				h.marks[m.On] = map[submission.Mark]int{}
			}
			h.marks[m.On][m] = 1
			h.put(r, m)
		},
		"Marks": func(r *rapid.T) {
			on := on.Draw(r, "day")
			got := h.trial.marks(r, on)
			require.True(r, maps.Equal(h.marks[on], got), "marks of %s", on)
		},
		"Read": func(r *rapid.T) {
			first, last := on.Draw(r, "first"), on.Draw(r, "last")
			want := content{}
			for key, row := range h.rows {
				if first <= key.Day() && key.Day() <= last {
					want[key] = row
				}
			}
			require.True(r, maps.Equal(want, h.read(r, submission.Parts(first, last))), "%s to %s", first, last)
		},
		"Find": func(r *rapid.T) {
			sought := rapid.Permutation(keys).Draw(r, "keys")[:rapid.IntRange(0, len(keys)).Draw(r, "number")]
			want := content{}
			for _, key := range sought {
				if row, there := h.rows[key]; there {
					want[key] = row
				}
			}
			require.True(r, maps.Equal(want, h.find(r, sought)), "items by their keys")
		},
		"Scan": func(r *rapid.T) { require.True(r, maps.Equal(h.rows, h.scan(r)), "all items") },
		"Create": func(r *rapid.T) {
			name, record := name.Draw(r, "name"), name.Draw(r, "record")
			err := h.Workings().Create(ctx, "list", name, []byte(record))
			if _, taken := h.records[name]; taken {
				require.ErrorIs(r, err, document.ErrTaken)
			} else {
				require.NoError(r, err)
				h.records[name] = record
			}
		},
		"Names and Last": func(r *rapid.T) {
			want := slices.Sorted(maps.Keys(h.records))
			names, err := h.Workings().Names(ctx, "list")
			require.NoError(r, err)
			require.True(r, slices.Equal(want, names))
			name, record, err := h.Workings().Last(ctx, "list")
			if len(want) == 0 {
				require.ErrorIs(r, err, document.ErrNone)
				return
			}
			require.NoError(r, err)
			require.Equal(r, want[len(want)-1], name)
			require.Equal(r, h.records[name], string(record))
		},
		"reopen": func(r *rapid.T) {
			if rapid.IntRange(0, 3).Draw(r, "seldom") == 0 {
				h.reopen(t)
			}
		},
	}
}
