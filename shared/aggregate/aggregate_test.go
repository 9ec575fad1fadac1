package aggregate_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/release"
	_ "learningforlife/shared/seeded"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// site is a store with an aggregator and a register over it.
type site struct {
	*embedded.Store
	campaign *campaign.Campaign
	register *submission.Register
	now      time.Time
}

func newSite(t testing.TB, c *campaign.Campaign) *site {
	store, err := embedded.Open(filepath.Join(t.TempDir(), "store"), embedded.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return &site{Store: store, campaign: c, register: submission.NewRegister(store, c), now: noon}
}

// aggregator returns one over the site's store, with what the test puts in its place.
func (s *site) aggregator(t testing.TB, change func(*aggregate.Config)) *aggregate.Aggregator {
	config := aggregate.Config{Campaign: s.campaign, Submissions: s.Store, Workings: s.Workings(), Releases: s.Releases(), Settings: s.Settings(),
		Now: func() time.Time { return s.now }, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&config)
	}
	a, err := aggregate.New(config)
	require.NoError(t, err)
	return a
}

// respond sends n responses of one trust and wave, which have the kinds of answers in turn, and returns their receipts.
func (s *site) respond(t testing.TB, n int, wave, organisation string, kinds ...[]submission.AnswerDraft) []submission.Receipt {
	var receipts []submission.Receipt
	for i := range n {
		receipt, err := submission.Mint(day.Of(s.now), rand.Reader)
		require.NoError(t, err)
		_, created, err := s.register.Respond(t.Context(), day.Of(s.now), submission.ResponseDraft{
			Receipt: receipt.String(), Wave: wave, Organisation: organisation, Audience: "staff", BandGroup: "1-4", Answers: kinds[i%len(kinds)]})
		require.NoError(t, err)
		require.True(t, created)
		receipts = append(receipts, receipt)
	}
	return receipts
}

// Answers that are wholly in favour of objectives 1 and 4, and wholly not. Figures of people who are all alike are not shown.
var (
	learned   = []submission.AnswerDraft{{Question: "A1", Answer: "agree"}, {Question: "A2", Answer: "yes"}, {Question: "A6", Answer: "agree"}}
	unlearned = []submission.AnswerDraft{{Question: "A1", Answer: "disagree"}, {Question: "A2", Answer: "no"}}
	mixed     = [][]submission.AnswerDraft{learned, unlearned}
)

func (s *site) nation(t testing.TB, seq int) release.Score {
	r, err := release.Get(t.Context(), s.Releases(), seq)
	require.NoError(t, err)
	require.Equal(t, "nation", r.Scores[0].Level)
	return r.Scores[0]
}

func run(t testing.TB, a *aggregate.Aggregator, request aggregation.Request) aggregate.Run {
	r, err := a.Run(t.Context(), request)
	require.NoError(t, err)
	return r
}

func fresh() aggregation.Request {
	return aggregation.Request{Run: aggregation.ID(noon, uuid.NewString()), Release: true}
}

func TestReleasesAreMadeWhenAFigureChanges(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	a := s.aggregator(t, nil)

	first := run(t, a, fresh())
	require.Nil(t, first.Release, "nobody has answered")
	require.Equal(t, "no figure would change", first.Why)

	s.respond(t, 10, "before", "RXX", mixed...)
	require.Nil(t, run(t, a, fresh()).Release, "ten are too few to show")

	s.respond(t, 1, "before", "RXX", mixed...)
	asked := fresh()
	asked.Release = false
	unreleased := run(t, a, asked)
	require.Nil(t, unreleased.Release)
	require.Equal(t, "no release was asked for", unreleased.Why)

	made := run(t, a, fresh())
	require.Equal(t, 1, *made.Release)
	require.Empty(t, made.Why)
	require.Equal(t, unreleased.Snapshot, made.Snapshot, "the same items")
	require.Equal(t, 55.0, *s.nation(t, 1).Before.Value, "6 of 11")

	again := run(t, a, fresh())
	require.Nil(t, again.Release)
	require.Equal(t, made.Snapshot, again.Snapshot)
	found, err := a.Find(t.Context(), made.ID)
	require.NoError(t, err)
	require.Equal(t, made, found)
}

// TestFiringTwiceIsFiringOnce: a schedule may deliver the same event twice, at once or later.
func TestFiringTwiceIsFiringOnce(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	a := s.aggregator(t, nil)
	s.respond(t, 20, "before", "RXX", mixed...)
	request := aggregation.Request{Run: aggregation.ID(noon, ""), Release: true}
	results := make([]aggregate.Run, 6)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() {
			r, err := a.Run(t.Context(), request)
			if err == nil {
				results[i] = r
			}
		})
	}
	wait.Wait()
	for _, r := range results {
		require.Equal(t, results[0], r, "one record for one id")
	}
	s.respond(t, 20, "before", "RXX", mixed...)
	require.Equal(t, results[0], run(t, a, request), "it was run before, so nothing is done")
	heads, err := release.Heads(t.Context(), s.Releases())
	require.NoError(t, err)
	require.Len(t, heads, 1)
}

// paused stops a reading after it has seen everything, until it is let go.
type paused struct {
	aggregate.Submissions
	reached, proceed chan struct{}
	once             *sync.Once
}

func (p paused) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	err := p.Submissions.Read(ctx, parts, open)
	p.once.Do(func() { close(p.reached); <-p.proceed })
	return err
}

// TestTwoAggregationsAtOnce: the one that counted earlier finds its number taken
// by the one that counted later, and counts again: an older count never follows a newer one.
func TestTwoAggregationsAtOnce(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	s.respond(t, 20, "before", "RXX", mixed...)
	slow := paused{s.Store, make(chan struct{}), make(chan struct{}), &sync.Once{}}
	early, late := s.aggregator(t, func(c *aggregate.Config) { c.Submissions = slow }), s.aggregator(t, nil)

	done := make(chan aggregate.Run)
	go func() {
		r, err := early.Run(context.WithoutCancel(t.Context()), fresh())
		if err != nil {
			r.Why = err.Error()
		}
		done <- r
	}()
	<-slow.reached
	s.respond(t, 20, "before", "RXX", learned)
	require.Equal(t, 1, *run(t, late, fresh()).Release)
	close(slow.proceed)
	overtaken := <-done
	require.Nil(t, overtaken.Release)
	require.Equal(t, "no figure would change", overtaken.Why)
	require.Equal(t, 75.0, *s.nation(t, 1).Before.Value)
	require.Equal(t, 40, *s.nation(t, 1).Before.Respondents)
	s.reproducible(t)
}

// broken fails at the step whose turn it is, before or after the step is done, or does something before it.
type broken struct {
	document.Store
	step    *int
	after   bool
	instead func() // of failing; may be nil
}

var errCrash = errors.New("the machine stopped here")

func (b broken) fail(do func() error) error {
	*b.step--
	if *b.step == 0 && b.instead != nil {
		b.instead()
		return do()
	}
	if *b.step == 0 && !b.after {
		return errCrash
	}
	err := do()
	if *b.step == 0 {
		return errCrash
	}
	return err
}

func (b broken) Put(ctx context.Context, content []byte) (digest string, err error) {
	err = b.fail(func() (err error) { digest, err = b.Store.Put(ctx, content); return err })
	return digest, err
}

func (b broken) Create(ctx context.Context, list, name string, record []byte) error {
	return b.fail(func() error { return b.Store.Create(ctx, list, name, record) })
}

// TestALostRunIsMadeGood stops a run before and after each of its writes. What
// was released stands, and the same run, started again, ends as if nothing had been lost.
func TestALostRunIsMadeGood(t *testing.T) {
	const writes = 7 // snapshot, release document, what it was computed from and its record, manifest, the run's record and its id
	for step := 1; step <= writes; step++ {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, lost after it: %v", step, after), func(t *testing.T) {
				s := newSite(t, campaigntest.FewTrusts(t))
				s.respond(t, 20, "before", "RXX", mixed...)
				require.Equal(t, 1, *run(t, s.aggregator(t, nil), fresh()).Release)
				s.respond(t, 20, "before", "R0A", mixed...)
				turn := step
				lost := s.aggregator(t, func(c *aggregate.Config) {
					c.Workings = broken{c.Workings, &turn, after, nil}
					c.Releases = broken{c.Releases, &turn, after, nil}
				})
				request := fresh()
				_, err := lost.Run(t.Context(), request)
				require.ErrorIs(t, err, errCrash)
				require.Equal(t, 20, *s.nation(t, 1).Before.Respondents, "what was released stands")
				s.reproducible(t)

				again := run(t, s.aggregator(t, nil), request)
				heads, err := release.Heads(t.Context(), s.Releases())
				require.NoError(t, err)
				require.Len(t, heads, 2, "one release more, and no more than one")
				require.Equal(t, 40, *s.nation(t, 2).Before.Respondents)
				content, err := s.Workings().Document(t.Context(), again.Snapshot)
				require.NoError(t, err)
				require.NotEmpty(t, content)
				s.reproducible(t)
			})
		}
	}
}

// unreadable is a store whose reading fails half-way.
type unreadable struct{ aggregate.Submissions }

func (u unreadable) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	var n atomic.Int32 // partitions are read side by side
	return u.Submissions.Read(ctx, parts, func() submission.Visit {
		visit := open()
		return func(key *submission.Key, row submission.Row) error {
			if n.Add(1) > 5 {
				return submission.ErrUnavailable
			}
			return visit(key, row)
		}
	})
}

func TestAnErrorPublishesNothing(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	s.respond(t, 20, "before", "RXX", mixed...)
	request := fresh()
	_, err := s.aggregator(t, func(c *aggregate.Config) { c.Submissions = unreadable{s.Store} }).Run(t.Context(), request)
	require.ErrorIs(t, err, submission.ErrUnavailable)
	_, err = release.Newest(t.Context(), s.Releases())
	require.ErrorIs(t, err, release.ErrNone)
	_, err = s.aggregator(t, nil).Find(t.Context(), request.Run)
	require.ErrorIs(t, err, aggregation.ErrNoRun)

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.aggregator(t, nil).Run(cancelled, request)
	require.ErrorIs(t, err, context.Canceled)
}

func TestCorrections(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	a := s.aggregator(t, nil)
	s.respond(t, 20, "before", "RXX", mixed...)
	run(t, a, fresh())
	request := fresh()
	request.Corrects = 7
	_, err := a.Run(t.Context(), request)
	require.ErrorIs(t, err, aggregation.ErrNoCorrection)
	s.respond(t, 20, "before", "RXX", mixed...)
	request = fresh()
	request.Corrects = 1
	require.Equal(t, 2, *run(t, a, request).Release)
	r, err := release.Newest(t.Context(), s.Releases())
	require.NoError(t, err)
	require.Equal(t, 1, *r.Head.Corrects)
	s.reproducible(t)
}

// TestNoClockDecidesWhatIsCounted: a run whose clock stands ten years off counts the same.
func TestNoClockDecidesWhatIsCounted(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	receipts := s.respond(t, 20, "before", "RXX", mixed...)
	require.NoError(t, s.register.Withdraw(t.Context(), day.Of(s.now), submission.KindResponse, receipts[0]))
	right := run(t, s.aggregator(t, nil), fresh())
	for _, years := range []int{-10, 10} {
		s.now = noon.AddDate(years, 0, 0)
		wrong := run(t, s.aggregator(t, nil), aggregation.Request{Run: aggregation.ID(s.now, "")})
		require.Equal(t, right.Snapshot, wrong.Snapshot)
	}
}

// scattered reads a store's items one by one in a random order, dealt out to a random number of goroutines.
type scattered struct {
	aggregate.Submissions
	random *mathrand.Rand
}

func (s scattered) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	type item struct {
		key submission.Key
		row submission.Row
	}
	var items []item
	var mutex sync.Mutex
	err := s.Submissions.Read(ctx, parts, func() submission.Visit {
		return func(key *submission.Key, row submission.Row) error {
			mutex.Lock()
			defer mutex.Unlock()
			items = append(items, item{*key, slices.Clone(row)})
			return nil
		}
	})
	if err != nil {
		return err
	}
	s.random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	visits := make([]submission.Visit, 1+s.random.IntN(3))
	for i := range visits {
		visits[i] = open()
	}
	for _, i := range items {
		if err := visits[s.random.IntN(len(visits))](&i.key, i.row); err != nil {
			return err
		}
	}
	return nil
}

// TestAnyWayOfReadingGivesTheSameSnapshot holds for aggregating twice, in any
// order of partitions, and after a rebuild of the store from its items.
func TestAnyWayOfReadingGivesTheSameSnapshot(t *testing.T) {
	c := campaigntest.FewTrusts(t)
	directory := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		random := mathrand.New(mathrand.NewPCG(rapid.Uint64().Draw(r, "seed"), 3))
		open := func() *site {
			store, err := embedded.Open(filepath.Join(directory, uuid.NewString()), embedded.Options{})
			require.NoError(r, err)
			return &site{Store: store, campaign: c, register: submission.NewRegister(store, c), now: noon}
		}
		s, rebuilt := open(), open()
		defer func() { require.NoError(r, errors.Join(s.Close(), rebuilt.Close())) }()
		play(r, s, random, rapid.IntRange(0, 40).Draw(r, "people"))

		// Of one of the two organisations, a day may be held back.
		held := quarantine.Batch{Organisation: "RXX", Day: day.Of(noon) - day.Day(random.IntN(3)) + 1, Wave: []string{"before", "after"}[random.IntN(2)]}
		for _, on := range []*site{s, rebuilt} {
			require.NoError(r, quarantine.Decide(r.Context(), on.Settings(), held, quarantine.Hold))
		}
		snapshot := func(on *site, reader aggregate.Submissions) []byte {
			counted, err := on.aggregator(t, func(c *aggregate.Config) { c.Submissions = reader }).Tally(r.Context())
			require.NoError(r, err)
			content, err := counted.Snapshot()
			require.NoError(r, err)
			return content
		}
		first := snapshot(s, s.Store)
		require.NoError(r, s.Scan(r.Context(), func(key *submission.Key, row submission.Row) error {
			_, _, err := rebuilt.Add(r.Context(), *key, slices.Clone(row))
			return err
		}))
		for name, again := range map[string][]byte{
			"twice":   snapshot(s, s.Store),
			"order":   snapshot(s, scattered{s.Store, random}),
			"rebuilt": snapshot(rebuilt, rebuilt.Store),
		} {
			if !bytes.Equal(first, again) {
				r.Fatalf("%s: another snapshot", name)
			}
		}
	})
}

// play has people send both surveys and a pledge, and some withdraw.
func play(t *rapid.T, s *site, random *mathrand.Rand, people int) {
	on := day.Of(s.now)
	codes := []string{"RXX", "R0A"}
	var kept []string
	for range people {
		receipt, err := submission.Mint(on-day.Day(random.IntN(3))+1, rand.Reader)
		require.NoError(t, err)
		draft := submission.ResponseDraft{Receipt: receipt.String(), Wave: "before", Organisation: codes[random.IntN(2)], Audience: "staff", BandGroup: "1-4", Answers: mixed[random.IntN(len(mixed))]}
		if random.IntN(2) == 0 {
			draft.Wave = "after"
			if len(kept) > 0 {
				draft.Before = kept[random.IntN(len(kept))]
			}
		} else {
			kept = append(kept, receipt.String())
		}
		_, _, err = s.register.Respond(t.Context(), on, draft)
		require.NoError(t, err)
		if random.IntN(5) == 0 {
			require.NoError(t, s.register.Withdraw(t.Context(), on, submission.KindResponse, receipt))
		}
		_, _, _, err = s.register.Pledge(t.Context(), on, submission.PledgeDraft{Receipt: receipt.String(), Organisation: draft.Organisation, Audience: "staff", BandGroup: "5-7", Pledge: "PL01"})
		require.NoError(t, err)
	}
}
