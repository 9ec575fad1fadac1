package aggregate_test

import (
	"context"
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/release"
	"learningforlife/shared/submission"
)

// store stores n responses with receipts of the site's day, which have the kinds of answers in turn, and returns their keys.
func (s *site) store(t testing.TB, n int, wave, organisation string) []submission.Key {
	keys := make([]submission.Key, n)
	var group errgroup.Group // so that many are committed together
	group.SetLimit(256)
	for i := range n {
		group.Go(func() error {
			receipt, err := submission.Mint(day.Of(s.now), rand.Reader)
			if err != nil {
				return err
			}
			keys[i] = receipt.Key(submission.KindResponse)
			r := submission.Response{Wave: s.campaign.Wave(wave), Organisation: organisation, Answers: make([]int, len(s.campaign.Questions))}
			for _, a := range mixed[i%len(mixed)] {
				q := s.campaign.Question(a.Question)
				r.Answers[q] = 1 + s.campaign.Answer(q, a.Answer)
			}
			_, _, err = s.Add(context.WithoutCancel(t.Context()), keys[i], r.Pack(s.campaign))
			return err
		})
	}
	require.NoError(t, group.Wait())
	return keys
}

// withdraw withdraws what is stored under the keys.
func (s *site) withdraw(t testing.TB, keys ...submission.Key) {
	for _, key := range keys {
		row, err := s.Get(t.Context(), key)
		require.NoError(t, err)
		require.NoError(t, s.Replace(t.Context(), key, row, submission.Tombstone))
	}
}

func (s *site) decide(t testing.TB, b quarantine.Batch, d quarantine.Decision) {
	require.NoError(t, quarantine.Decide(t.Context(), s.Settings(), b, d))
}

func (s *site) queue(t testing.TB) []quarantine.Row {
	q, err := quarantine.Newest(t.Context(), s.Settings())
	require.NoError(t, err)
	return q.Rows
}

// today is the batch of responses with receipts of the site's day.
func (s *site) today(organisation, wave string) quarantine.Batch {
	return quarantine.Batch{Organisation: organisation, Day: day.Of(s.now), Wave: wave}
}

// quarantined runs an aggregation, and returns how many responses it held back and how many it read.
func (s *site) quarantined(t testing.TB) (held, read int) {
	request := fresh()
	request.Release = false
	a := s.aggregator(t, nil)
	run(t, a, request)
	counted, err := a.Tally(t.Context())
	require.NoError(t, err)
	for _, n := range counted.Totals.Responses {
		read += n
	}
	return counted.Totals.Quarantined, read
}

func TestBursts(t *testing.T) {
	c := campaigntest.Trusts(t, "RXX,Surrey,mental_health,South East,,\nR0A,Manchester,acute,North West,2017-10-01,\n"+
		"RW3,Central Manchester,acute,North West,,2017-09-30\nRM2,South Manchester,acute,North West,,2017-09-30\nRAA,Split,acute,London,,2017-09-30\n",
		"RW3,R0A,2017-10-01,yes\nRM2,R0A,2017-10-01,yes\nRAA,RXX,2017-10-01,yes\nRAA,R0A,2017-10-01,yes\n",
		"R0A,9000\nRW3,8000\nRM2,1000\nRAA,90000\n")
	for _, test := range []struct {
		name, organisation, wave string
		most                     int // that are counted
	}{
		{"no staff known", "RXX", "before", 500},
		{"the second survey", "RXX", "after", 500},
		{"18,000, its predecessors' among them", "R0A", "before", 1800},
		{"the code of a predecessor, by the staff of what stands for it", "RW3", "after", 1800},
		{"a code that split, whose staff are nobody's", "RAA", "before", 500},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, c)
			s.store(t, test.most, test.wave, test.organisation)
			held, read := s.quarantined(t)
			require.Zero(t, held)
			require.Equal(t, test.most, read)
			require.Empty(t, s.queue(t))

			one := s.store(t, 1, test.wave, test.organisation)
			held, read = s.quarantined(t)
			require.Equal(t, test.most+1, held, "the whole of it")
			require.Equal(t, test.most+1, read)
			require.Equal(t, []quarantine.Row{{Batch: s.today(test.organisation, test.wave), Responses: test.most + 1}}, s.queue(t))

			s.withdraw(t, one...)
			held, _ = s.quarantined(t)
			require.Zero(t, held)
			require.Empty(t, s.queue(t))
		})
	}
}

// TestBatchesAreApart: another day, wave or organisation has a limit of its own, and is counted.
func TestBatchesAreApart(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	s.store(t, 501, "before", "RXX")
	s.store(t, 500, "after", "RXX")
	s.store(t, 500, "before", "R0A")
	today := s.today("RXX", "before")
	s.now = noon.AddDate(0, 0, 1)
	s.store(t, 500, "before", "RXX")
	s.store(t, 501, "after", "RJ1")
	held, read := s.quarantined(t)
	require.Equal(t, 1002, held)
	require.Equal(t, 2502, read)
	require.Equal(t, []quarantine.Row{{Batch: today, Responses: 501}, {Batch: s.today("RJ1", "after"), Responses: 501}}, s.queue(t))
}

func TestDecisions(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	a := s.aggregator(t, nil)
	s.store(t, 600, "before", "RXX")
	burst := s.today("RXX", "before")
	require.Nil(t, run(t, a, fresh()).Release, "nothing of it is shown")
	require.Equal(t, []quarantine.Row{{Batch: burst, Responses: 600}}, s.queue(t))

	s.decide(t, burst, quarantine.Count)
	require.Equal(t, 1, *run(t, a, fresh()).Release)
	require.Equal(t, 600, *s.nation(t, 1).Before.Respondents)
	require.Equal(t, []quarantine.Row{{Batch: burst, Responses: 600}}, s.queue(t), "it can be decided about again")

	s.store(t, 30, "before", "R0A")
	require.Equal(t, 2, *run(t, a, fresh()).Release)
	require.Equal(t, 630, *s.nation(t, 2).Before.Respondents)

	s.decide(t, burst, quarantine.Hold)
	require.Equal(t, 3, *run(t, a, fresh()).Release)
	require.Equal(t, 30, *s.nation(t, 3).Before.Respondents, "they are losses")

	small := s.today("R0A", "before")
	s.decide(t, small, quarantine.Hold)
	held, read := s.quarantined(t)
	require.Equal(t, 630, held, "a decision holds what is no burst")
	require.Equal(t, 630, read)
	require.Equal(t, []quarantine.Row{{Batch: small, Responses: 30}, {Batch: burst, Responses: 600}}, s.queue(t))
	s.decide(t, small, quarantine.Count)
	s.decide(t, burst, quarantine.Count)
	held, _ = s.quarantined(t)
	require.Zero(t, held, "the newest decision counts")

	names, err := s.Settings().Names(t.Context(), "quarantine-queue")
	require.NoError(t, err)
	require.Len(t, names, 2, "a queue is written when it changes")
	s.reproducible(t)
}

// TestNoneEntersAClosedWave: what is released from quarantine after the close comes too late.
func TestNoneEntersAClosedWave(t *testing.T) {
	c := campaigntest.Trusts(t, "RXX,Surrey,mental_health,South East,,\nR0A,Manchester,acute,North West,,\n", "", "",
		campaigntest.JSON(`"First survey", "opens": "2026-01-01", "closes": "2030-12-31"`, `"First survey", "opens": "2026-01-01", "closes": "2026-11-22"`))
	s := newSite(t, c)
	s.store(t, 600, "before", "RXX")
	burst := s.today("RXX", "before")
	s.store(t, 40, "before", "R0A")
	require.Equal(t, 1, *run(t, s.aggregator(t, nil), fresh()).Release)
	s.now = noon.AddDate(0, 0, 3)
	require.Equal(t, 2, *run(t, s.aggregator(t, nil), fresh()).Release, "it is closed")
	s.decide(t, burst, quarantine.Count)
	require.Equal(t, "no figure would change", run(t, s.aggregator(t, nil), fresh()).Why)
	require.Equal(t, 40, *s.nation(t, 2).Before.Respondents)
}

// meanwhile does something between one reading and the next.
type meanwhile struct {
	aggregate.Submissions
	readings *int
	do       func(reading int) // from 1
}

func (m meanwhile) Read(ctx context.Context, parts []submission.Part, open func() submission.Visit) error {
	*m.readings++
	err := m.Submissions.Read(ctx, parts, open)
	m.do(*m.readings)
	return err
}

// TestWhatIsHeldFitsWhatIsCounted: bursts are held as they were read, in one reading, and what comes or goes later is for the next run.
func TestWhatIsHeldFitsWhatIsCounted(t *testing.T) {
	for name, test := range map[string]struct {
		at         int // responses when the reading begins
		then       func(t *testing.T, s *site, keys []submission.Key)
		held, next int
	}{
		"nothing happens":  {501, func(*testing.T, *site, []submission.Key) {}, 501, 501},
		"one is withdrawn": {501, func(t *testing.T, s *site, keys []submission.Key) { s.withdraw(t, keys[0]) }, 501, 0},
		"another one grows": {501, func(t *testing.T, s *site, _ []submission.Key) {
			s.store(t, 501, "after", "R0A")
		}, 501, 1002},
		"no burst at all": {500, func(*testing.T, *site, []submission.Key) {}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, campaigntest.FewTrusts(t))
			keys := s.store(t, test.at, "before", "RXX")
			readings := 0
			a := s.aggregator(t, func(c *aggregate.Config) {
				c.Submissions = meanwhile{s.Store, &readings, func(reading int) {
					if reading == 1 {
						test.then(t, s, keys)
					}
				}}
			})
			for i, held := range []int{test.held, test.next} {
				run(t, a, fresh())
				require.Equal(t, i+1, readings)
				inQueue := 0
				for _, r := range s.queue(t) {
					inQueue += r.Responses
				}
				require.Equal(t, held, inQueue)
			}
		})
	}
}

// TestDecisionsThatCannotBeFollowed are errors: what they may hold must not be counted.
func TestDecisionsThatCannotBeFollowed(t *testing.T) {
	good := quarantine.Batch{Organisation: "RXX", Day: day.Of(noon), Wave: "before"}
	for name, change := range map[string]func(*quarantine.Batch, *quarantine.Decision){
		"organisation": func(b *quarantine.Batch, _ *quarantine.Decision) { b.Organisation = "ZZZ" },
		"wave":         func(b *quarantine.Batch, _ *quarantine.Decision) { b.Wave = "between" },
		"decision":     func(_ *quarantine.Batch, d *quarantine.Decision) { *d = "perhaps" },
	} {
		s := newSite(t, campaigntest.FewTrusts(t))
		s.respond(t, 20, "before", "RXX", mixed...)
		b, d := good, quarantine.Hold
		change(&b, &d)
		s.decide(t, b, d)
		_, err := s.aggregator(t, nil).Run(t.Context(), fresh())
		require.ErrorContains(t, err, "cannot be followed", name)
		_, err = release.Newest(t.Context(), s.Releases())
		require.ErrorIs(t, err, release.ErrNone, name)
	}
}

// TestALostQueueIsMadeGood stops a run before and after each of its writes to the settings.
func TestALostQueueIsMadeGood(t *testing.T) {
	for step := 1; step <= 2; step++ { // the document, and the record that names it
		for _, after := range []bool{false, true} {
			s := newSite(t, campaigntest.FewTrusts(t))
			s.store(t, 501, "before", "RXX")
			turn := step
			lost := s.aggregator(t, func(c *aggregate.Config) { c.Settings = broken{c.Settings, &turn, after, nil} })
			request := fresh()
			_, err := lost.Run(t.Context(), request)
			require.ErrorIs(t, err, errCrash)
			_, err = lost.Find(t.Context(), request.Run)
			require.ErrorIs(t, err, aggregation.ErrNoRun)
			run(t, s.aggregator(t, nil), request)
			require.Equal(t, []quarantine.Row{{Batch: s.today("RXX", "before"), Responses: 501}}, s.queue(t))
			names, err := s.Settings().Names(t.Context(), "quarantine-queue")
			require.NoError(t, err)
			require.Len(t, names, 1)
		}
	}
}

// TestOfTwoRunsTheQueueOfTheLaterCountStands: the run that counted earlier finds the queue changed, and counts again.
func TestOfTwoRunsTheQueueOfTheLaterCountStands(t *testing.T) {
	s := newSite(t, campaigntest.FewTrusts(t))
	s.store(t, 501, "before", "RXX")
	readings := 0
	early := s.aggregator(t, func(c *aggregate.Config) {
		c.Submissions = meanwhile{s.Store, &readings, func(reading int) {
			if reading == 1 {
				s.store(t, 1, "before", "RXX")
				run(t, s.aggregator(t, nil), fresh())
			}
		}}
	})
	run(t, early, fresh())
	require.Equal(t, []quarantine.Row{{Batch: s.today("RXX", "before"), Responses: 502}}, s.queue(t))
	require.Equal(t, 2, readings)
}
