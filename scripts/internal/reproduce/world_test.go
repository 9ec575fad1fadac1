package reproduce_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// waves are the windows of the surveys. moved is what stands behind the last day of the second.
func waves(moved string) []campaigntest.Edit {
	return []campaigntest.Edit{
		campaigntest.JSON(`"First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"First survey", "opens": "2026-01-01", "closes": "2026-01-31"`),
		campaigntest.JSON(`"Second survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"Second survey", "opens": "2026-06-01", "closes": "2026-06-30"`+moved),
	}
}

// place is a trust of the world, and how many people of it answer each survey.
type place struct {
	code, region string
	people       int
}

// world is a campaign with 22 trusts in three regions: one is small, one is not in the frame, one works
// online for the whole country, one merges into another between the surveys.
func world(t testing.TB, edits ...campaigntest.Edit) (*campaign.Campaign, []place) {
	organisations := "ods_code,name,type,region,open_from,open_to\n"
	workforce := "ods_code,fte_june_2018\n"
	var places []place
	for i := range 21 {
		p := place{fmt.Sprintf("R%02d", i), []string{"London", "North West", "South East"}[i%3], 500}
		closes := ""
		switch i {
		case 3:
			closes = "2026-03-31"
		case 5:
			p.people = 8
		case 9:
			p.people = 30
		}
		organisations += fmt.Sprintf("%s,Trust %d,%s,%s,,%s\n", p.code, i, []string{"acute", "mental_health"}[i%2], p.region, closes)
		if i != 7 {
			workforce += fmt.Sprintf("%s,%d\n", p.code, 1000+370*i)
		}
		places = append(places, p)
	}
	organisations += "K0N6A,Online,online,National,,\n"
	places = append(places, place{"K0N6A", "National", 40})
	files := campaigntest.Files(t, edits...)
	for name, content := range map[string]string{"organisations.csv": organisations, "workforce_fte_2018.csv": workforce,
		"successors.csv": "old_code,new_code,date,verified\nR03,R06,2026-04-01,yes\n"} {
		files[name] = &fstest.MapFile{Data: []byte(content)}
	}
	c, err := campaign.Load(files)
	require.NoError(t, err)
	return c, places
}

// history is a campaign as it was played, with its store.
type history struct {
	*embedded.Store
	places   []place
	register *submission.Register
	random   *rand.Rand
	first    map[string][]receipt // of the first survey, by trust
	doubters map[string]int       // London's board members who do not agree, by wave
}

// receipt is one that somebody was given, and who that is.
type receipt struct{ wire, audience, band string }

// play plays the campaign, with six releases. The last is of the campaign in which the second survey's end was moved.
func play(t testing.TB) (h *history, c, moved *campaign.Campaign) {
	c, places := world(t, waves("")...)
	moved, _ = world(t, waves(`, "moved": true`)...)
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	h = &history{Store: store, places: places, register: submission.NewRegister(store, c),
		random: rand.New(rand.NewPCG(4, 2)), first: map[string][]receipt{}, doubters: map[string]int{}}

	h.release(t, c, "2025-12-30", 0) // nobody yet: there is nothing to release
	h.answer(t, "before", "2026-01-10", 0.3)
	h.release(t, c, "2026-01-12", 1) // while the first survey is open
	h.pledge(t, "2026-01-28")
	h.answer(t, "before", "2026-01-28", 0.7)
	h.release(t, c, "2026-02-02", 2) // when it is closed
	h.answer(t, "after", "2026-06-08", 0.4)
	h.release(t, c, "2026-06-10", 3) // while the second is open
	h.answer(t, "after", "2026-06-29", 0.6)
	h.release(t, c, "2026-07-01", 4)     // when it is over, and not closed yet
	h.release(t, c, "2026-07-02", 5)     // when it is closed
	h.release(t, moved, "2026-07-09", 6) // when it turns out that its end was moved
	return h, c, moved
}

// release makes a release on the day, whose number must be want; 0 for none.
func (h *history) release(t testing.TB, c *campaign.Campaign, on string, want int) {
	now, err := time.Parse(time.DateOnly, on)
	require.NoError(t, err)
	a, err := aggregate.New(aggregate.Config{Campaign: c, Submissions: h, Workings: h.Workings(), Releases: h.Releases(), Settings: h.Settings(),
		Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	r, err := a.Run(t.Context(), aggregation.Request{Run: aggregation.ID(now, ""), Release: true})
	require.NoError(t, err)
	if want == 0 {
		require.Nil(t, r.Release)
		return
	}
	require.Equal(t, want, *r.Release)
}

func (h *history) archive(t testing.TB, c *campaign.Campaign) aggregate.Archive {
	layout, err := tally.NewLayout(c)
	require.NoError(t, err)
	return aggregate.Archive{Layout: layout, Workings: h.Workings(), Releases: h.Releases()}
}

// answer has a share of all people answer the survey on the day.
func (h *history) answer(t testing.TB, wave, on string, share float64) {
	today := day.Must(on)
	var drafts []submission.ResponseDraft
	for _, p := range h.places {
		if wave == "after" && p.code == "R03" { // it merged
			continue
		}
		for range int(float64(p.people)*share + 0.5) {
			drafts = append(drafts, h.draft(t, wave, p, today, h.who(wave, p)))
		}
	}
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(256)
	for _, d := range drafts {
		group.Go(func() error { return respond(ctx, h.register, today, d) })
	}
	require.NoError(t, group.Wait())
}

// pledge has people of every trust make pledges, and some of them tell what became of theirs. On the boards of all
// but one trust somebody does too.
func (h *history) pledge(t testing.TB, on string) {
	today := day.Must(on)
	for i, p := range h.places {
		for n := range min(p.people/10, 12+i) {
			draft := submission.PledgeDraft{Receipt: h.mint(t, today).String(), Organisation: p.code, Audience: "staff", BandGroup: "5-7", OwnWords: "Learn."}
			if n == 0 && i > 0 {
				draft.Audience = "board"
			}
			_, receipt, created, err := h.register.Pledge(t.Context(), today, draft)
			require.NoError(t, err)
			require.True(t, created)
			if n%3 != 0 {
				_, err := h.register.SetStatus(t.Context(), today, receipt, submission.Statuses[1+n%(len(submission.Statuses)-1)])
				require.NoError(t, err)
			}
		}
	}
}

func (h *history) mint(t testing.TB, today day.Day) submission.Receipt {
	var secret [16]byte
	for i := range secret {
		secret[i] = byte(h.random.Uint32())
	}
	minted, err := submission.Mint(today, bytes.NewReader(secret[:]))
	require.NoError(t, err)
	return minted
}

func respond(ctx context.Context, r *submission.Register, today day.Day, d submission.ResponseDraft) error {
	_, created, err := r.Respond(ctx, today, d)
	if err == nil && !created {
		err = fmt.Errorf("%s was there already", d.Receipt)
	}
	return err
}

// person is who answers. Before is their receipt of the first survey, if they kept it.
type person struct{ audience, band, before string }

// who draws a person; in the second survey, one in three is somebody who answered the first and kept the receipt.
func (h *history) who(wave string, p place) person {
	if first := h.first[p.code]; wave == "after" && len(first) > 0 && h.random.IntN(3) == 0 {
		h.first[p.code] = first[1:]
		return person{first[0].audience, first[0].band, first[0].wire}
	}
	w := person{audience: "staff", band: []string{"1-4", "1-4", "1-4", "5-7", "5-7", "8-9", "medical_dental", "unknown"}[h.random.IntN(8)]}
	if h.random.IntN(12) == 0 {
		w.audience = "board"
	}
	return w
}

func (h *history) draft(t testing.TB, wave string, p place, today day.Day, who person) submission.ResponseDraft {
	minted := h.mint(t, today)
	if wave == "before" {
		h.first[p.code] = append(h.first[p.code], receipt{minted.String(), who.audience, who.band})
	}
	return submission.ResponseDraft{Receipt: minted.String(), Wave: wave, Organisation: p.code, Audience: who.audience,
		BandGroup: who.band, Before: who.before, Answers: h.answers(wave, p, who)}
}

// answers draws answers such that figures of all kinds come about: see the shares.
func (h *history) answers(wave string, p place, who person) (list []submission.AnswerDraft) {
	after, low := wave == "after", who.band == "1-4"
	say := func(question, yes, no string, share float64) bool {
		is := h.random.Float64() < share
		answer := no
		if is {
			answer = yes
		}
		list = append(list, submission.AnswerDraft{Question: question, Answer: answer})
		return is
	}
	between := func(before, afterwards float64) float64 {
		if after {
			return afterwards
		}
		return before
	}
	const agree, disagree = "agree", "disagree"
	if who.audience == "board" {
		say("B1", agree, disagree, between(0.6, 0.62))
		invests := between(0.7, 0.95)
		if p.region == "London" { // all but two
			invests = 1
			if h.doubters[wave]++; h.doubters[wave] <= 2 {
				invests = 0
			}
		}
		say("B3", agree, disagree, invests)
		return list
	}
	aware := between(0.60, 0.68)
	if low {
		aware = between(0.40, 0.62) // the gap closes …
		if p.region == "North West" {
			aware = between(0.40, 0.52) // … but not here
		}
	}
	say("A1", agree, disagree, aware)
	learned := say("A2", "yes", "no", aware)
	better := between(0.55, 0.54)
	switch {
	case p.code == "R04":
		better = 0.01 // hardly anybody
	case who.before != "" && p.region == "South East":
		better = 0.97 // those who kept their receipts are others
	case p.region == "North West":
		better = between(0.40, 0.47)
	case p.region == "London":
		better = between(0.75, 0.55)
	}
	if learned {
		say("A6", agree, disagree, better)
	}
	worth := between(0.55, 0.585)
	if p.region == "South East" {
		worth = between(0.55, 0.595)
	}
	say("A4", agree, disagree, worth)
	say("A5", disagree, agree, worth)
	return list
}
