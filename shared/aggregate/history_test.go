package aggregate_test

import (
	"encoding/binary"
	"errors"
	"flag"
	"maps"
	mathrand "math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/seal"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

// history is what people, administrators and schedules did over some weeks.
type history struct {
	*site
	t      *rapid.T
	a      *aggregate.Aggregator
	random *mathrand.Rand
	bytes  *mathrand.ChaCha8 // of receipts
	before []submission.Receipt
	named  []submission.Receipt // some of those, by an after-response
	after  []submission.Receipt
	made   []submission.Receipt // pledges
	last   seal.Book            // of the run before
	tally  map[string]int       // what happened, over all histories
}

// events are what histories must come to between them for the property to say anything.
var events = []string{"sealed", "sealed several days at once", "a stale part", "links that changed", "held in a sealed day", "counted again in a sealed day",
	"a sum written anew", "a mark lapsed", "a status in a sealed day", "named in a sealed day and withdrawn", "never sent and withdrawn", "a proof", "a release"}

// TestEverySnapshotIsAFullCount holds over histories of weeks, whatever was sealed and changed.
func TestEverySnapshotIsAFullCount(t *testing.T) {
	fewer(t, 10)
	c := campaigntest.FewTrusts(t)
	directory := t.TempDir()
	tally := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		store, err := embedded.Open(filepath.Join(directory, uuid.NewString()), embedded.Options{})
		require.NoError(r, err)
		defer func() { require.NoError(r, store.Close()) }()
		seed := rapid.Uint64().Draw(r, "seed")
		h := history{site: &site{Store: store, campaign: c, register: submission.NewRegister(store, c), now: noon}, t: r, tally: tally,
			random: mathrand.New(mathrand.NewPCG(seed, 3)), bytes: mathrand.NewChaCha8([32]byte(binary.LittleEndian.AppendUint64(make([]byte, 24), seed)))}
		h.a = h.aggregator(t, nil)
		h.begin()
		for range rapid.IntRange(10, 16).Draw(r, "turns") {
			h.turn(t)
		}
	})
	t.Log(tally)
	for _, event := range events {
		require.NotZero(t, tally[event], "%q never happened: %v", event, tally)
	}
	require.Subset(t, events, slices.Collect(maps.Keys(tally)))
}

// fewer makes properties of the test draw fewer cases than usual: each writes to the disk hundreds of times.
func fewer(t *testing.T, times int) {
	checks := flag.Lookup("rapid.checks").Value.String()
	n, err := strconv.Atoi(checks)
	require.NoError(t, err)
	require.NoError(t, flag.Set("rapid.checks", strconv.Itoa(max(n/times, 1))))
	t.Cleanup(func() { require.NoError(t, flag.Set("rapid.checks", checks)) })
}

// draw draws a number from a range, both ends included.
func (h *history) draw(from, to int) int { return from + h.random.IntN(to-from+1) }

// one picks one of some receipts.
func (h *history) one(of []submission.Receipt) submission.Receipt {
	return of[h.draw(0, len(of)-1)]
}

func (h *history) mint(on day.Day) submission.Receipt {
	receipt, err := submission.Mint(on, h.bytes)
	require.NoError(h.t, err)
	return receipt
}

// turn is some days, what people do on one of them, and a run or two.
func (h *history) turn(t *testing.T) {
	h.days([]int{1, 0, 1, 2, 1, 5}[h.draw(0, 5)])
	for range h.draw(0, 6) {
		h.act()
	}
	if h.draw(0, 9) == 0 {
		h.a = h.aggregator(t, nil)
	}
	if h.draw(0, 5) == 0 {
		h.proven(h.t, h.a)
		h.tally["a proof"]++
		h.last = h.book(h.t)
	}
	h.run()
}

// begin has enough people respond for something to be released.
func (h *history) begin() {
	for range 24 {
		h.before = append(h.before, h.mint(day.Of(h.now)))
	}
	var group errgroup.Group // so that they are committed together
	for i, receipt := range h.before {
		group.Go(func() error {
			_, _, err := h.register.Respond(h.t.Context(), day.Of(h.now), submission.ResponseDraft{Receipt: receipt.String(), Wave: "before",
				Organisation: []string{"RXX", "R0A"}[i%2], Audience: "staff", BandGroup: "1-4", Answers: mixed[i/2%2]})
			return err
		})
	}
	require.NoError(h.t, group.Wait())
}

func (h *history) act() {
	today := day.Of(h.now)
	codes := []string{"RXX", "R0A"}
	switch h.draw(0, 9) {
	case 0, 1:
		receipt := h.mint(today + day.Day(h.draw(-2, 1)))
		h.send(h.t, receipt, "before", codes[h.draw(0, 1)], "", mixed[h.draw(0, 1)])
		h.before = append(h.before, receipt)
	case 2, 3, 4:
		receipt := h.mint(today + day.Day(h.draw(-2, 1)))
		named := ""
		switch h.draw(0, 5) {
		case 0: // nothing
		case 1: // what nobody sent, perhaps of a day to come
			named = h.mint(today + day.Day(h.draw(-9, 1))).String()
		case 2: // what is of the second survey itself
			if len(h.after) > 0 {
				named = h.one(h.after).String()
			}
		default:
			if len(h.before) > 0 {
				before := h.one(h.before)
				h.named, named = append(h.named, before), before.String()
			}
		}
		h.send(h.t, receipt, "after", codes[h.draw(0, 1)], named, mixed[h.draw(0, 1)])
		h.after = append(h.after, receipt)
	case 5:
		receipt := h.mint(today + day.Day(h.draw(-2, 1)))
		h.pledge(h.t, receipt)
		h.made = append(h.made, receipt)
	case 6:
		h.status(today)
	case 7:
		h.withdraw(today)
	case 8:
		h.withdrawUnsent(today)
	case 9:
		h.decide(codes[h.draw(0, 1)])
	}
}

func (h *history) status(today day.Day) {
	if len(h.made) == 0 {
		return
	}
	receipt := h.one(h.made)
	_, err := h.register.SetStatus(h.t.Context(), today, receipt, submission.Statuses[h.draw(0, len(submission.Statuses)-1)])
	if errors.Is(err, submission.ErrWithdrawn) {
		return
	}
	require.NoError(h.t, err)
	if receipt.Day() <= h.last.Through {
		h.tally["a status in a sealed day"]++
	}
}

func (h *history) withdraw(today day.Day) {
	kind, from := submission.KindResponse, [][]submission.Receipt{h.before, h.named, h.after, h.made}[h.draw(0, 3)]
	if len(from) == 0 {
		return
	}
	receipt := h.one(from)
	if slices.Contains(h.made, receipt) {
		kind = submission.KindPledge
	}
	key := receipt.Key(kind)
	if row, err := h.Get(h.t.Context(), key); err == nil && !row.Withdrawn() && h.linked(key) {
		h.tally["named in a sealed day and withdrawn"]++
	}
	require.NoError(h.t, h.register.Withdraw(h.t.Context(), today, kind, receipt))
}

// linked reports whether something in a sealed day names the key, in a sealed day too.
func (h *history) linked(key submission.Key) bool {
	for _, receipt := range h.after {
		if receipt.Day() > h.last.Through {
			continue
		}
		row, err := h.Get(h.t.Context(), receipt.Key(submission.KindResponse))
		require.NoError(h.t, err)
		if row.Withdrawn() {
			continue
		}
		v, err := row.View()
		require.NoError(h.t, err)
		if v.HasLink() && v.Link() == key.Link() && key.Day() <= receipt.Day() {
			return true
		}
	}
	return false
}

// withdrawUnsent withdraws what was never sent, perhaps after another named it.
func (h *history) withdrawUnsent(today day.Day) {
	receipt := h.mint(today + day.Day(h.draw(-4, 0)))
	if h.draw(0, 1) == 1 {
		after := h.mint(today)
		h.send(h.t, after, "after", "RXX", receipt.String(), learned)
		h.after = append(h.after, after)
	}
	require.NoError(h.t, h.register.Withdraw(h.t.Context(), today, submission.KindResponse, receipt))
	if row, err := h.Get(h.t.Context(), receipt.Key(submission.KindResponse)); err == nil && row.Withdrawn() {
		h.tally["never sent and withdrawn"]++
	}
}

// decide decides about a batch that somebody is in, or was.
func (h *history) decide(organisation string) {
	batch := quarantine.Batch{Organisation: organisation, Day: h.one(h.before).Day(), Wave: "before"}
	if len(h.after) > 0 && h.draw(0, 2) == 0 {
		batch.Day, batch.Wave = h.one(h.after).Day(), "after"
	}
	held := h.held()
	require.NoError(h.t, quarantine.Decide(h.t.Context(), h.Settings(), batch, []quarantine.Decision{quarantine.Hold, quarantine.Count}[h.draw(0, 1)]))
	if batch.Day > h.last.Through {
		return
	}
	switch now := h.held(); {
	case now > held:
		h.tally["held in a sealed day"]++
	case now < held:
		h.tally["counted again in a sealed day"]++
	}
}

// held is how many responses are held back.
func (h *history) held() int {
	counted, err := h.a.Tally(h.t.Context())
	require.NoError(h.t, err)
	return counted.Totals.Quarantined
}

func (h *history) run() {
	today := day.Of(h.now)
	marks, err := h.last.ReadMarks(h.t.Context(), h.Store, today)
	require.NoError(h.t, err)
	stale, err := marks.Stale(h.t.Context(), h.Store)
	require.NoError(h.t, err)
	if len(stale) > 0 {
		h.tally["a stale part"]++
	}
	request := manual()
	request.Release = h.draw(0, 2) == 0
	request.Scheduled = h.now
	made := h.right(h.t, h.a, request)
	if made.Release != nil {
		h.tally["a release"]++
	}

	next := h.book(h.t)
	marks, err = next.ReadMarks(h.t.Context(), h.Store, today)
	require.NoError(h.t, err)
	changed, err := marks.Stale(h.t.Context(), h.Store)
	require.NoError(h.t, err)
	require.Empty(h.t, changed, "the next run would read for nothing")
	require.Equal(h.t, max(h.last.Through, seal.Due(today)), next.Through, "what is due is sealed")
	if len(next.Parts) > len(h.last.Parts) {
		h.tally["sealed"]++
		if next.Through-h.last.Through > 1 && h.last.Through > 0 {
			h.tally["sealed several days at once"]++
		}
	}
	if next.Sum.Document != h.last.Sum.Document {
		h.tally["a sum written anew"]++
	}
	for _, p := range next.Parts {
		if slices.ContainsFunc(h.last.Parts, func(o seal.Part) bool {
			return o.Part() == p.Part() && o.Sheet == p.Sheet && o.Links != p.Links && !slices.Contains(seal.Parts(stale), p.Part())
		}) {
			h.tally["links that changed"]++
		}
	}
	if h.last.Through > 0 && len(h.marks(h.t, h.last.Lapsed+1, next.Lapsed)) > 0 {
		h.tally["a mark lapsed"]++
	}
	h.last = next
}
