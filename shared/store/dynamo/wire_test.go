package dynamo_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"learningforlife/infra/infratest"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/store/dynamo"
	"learningforlife/shared/submission"
)

var today = day.Must("2026-11-22")

// wire is the way to the server. While faults are left, each request meets one.
type wire struct {
	fault    func(send func() (*http.Response, error), r *http.Request) (*http.Response, error)
	left     atomic.Int32
	requests atomic.Int32
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.requests.Add(1)
	send := func() (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) }
	if w.left.Add(-1) < 0 {
		return send()
	}
	return w.fault(send, r)
}

// answer is an answer that the server never gave.
func answer(r *http.Request, status int, code string) (*http.Response, error) {
	body := fmt.Sprintf(`{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"a fault of the test"}`, code)
	return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// timeout is how a connection fails that nothing comes back on.
type timeout struct{}

func (timeout) Error() string   { return "a time-out of the test" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

// lose lets the server do what was asked and then loses its answer to the given error.
func lose(err error) func(func() (*http.Response, error), *http.Request) (*http.Response, error) {
	return func(send func() (*http.Response, error), _ *http.Request) (*http.Response, error) {
		response, sendErr := send()
		if sendErr != nil {
			return nil, sendErr
		}
		return nil, errors.Join(err, response.Body.Close())
	}
}

var faults = map[string]func(send func() (*http.Response, error), r *http.Request) (*http.Response, error){
	"throttled": func(_ func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusBadRequest, "ProvisionedThroughputExceededException")
	},
	"throttled as a whole": func(_ func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusBadRequest, "ThrottlingException")
	},
	"internal error": func(_ func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusInternalServerError, "InternalServerError")
	},
	"unavailable": func(_ func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusServiceUnavailable, "ServiceUnavailable")
	},
	"time-out before": func(func() (*http.Response, error), *http.Request) (*http.Response, error) { return nil, timeout{} },
	"time-out after":  lose(timeout{}),
	"reply lost":      lose(io.ErrUnexpectedEOF),
	"reply cut": func(send func() (*http.Response, error), _ *http.Request) (*http.Response, error) {
		response, err := send()
		if err != nil {
			return nil, err
		}
		whole, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(whole[:len(whole)/2]), cut{}))
		return response, nil
	},
}

// cut is a connection that breaks off.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// bench is a store whose wire can be made faulty, and the same one over a sound wire.
type bench struct {
	*wire
	c             *campaign.Campaign
	faulty, sound *dynamo.Store
}

func newBench(t *testing.T) *bench {
	c, err := campaign.Shipped()
	require.NoError(t, err)
	api := infratest.Client(t)
	tables := infratest.Tables(t, api)
	w := &wire{}
	config := infratest.Config()
	config.HTTPClient = &http.Client{Transport: w}
	return &bench{wire: w, c: c, faulty: dynamo.New(dynamo.Client(config, infratest.Endpoint(t)), tables, rand.Reader), sound: dynamo.New(api, tables, rand.Reader)}
}

// item makes a response of its own.
func (b *bench) item(t *testing.T, answer int) (submission.Key, submission.Row) {
	receipt, err := submission.Mint(today, rand.Reader)
	require.NoError(t, err)
	s := submission.Response{Organisation: "RXX", Answers: make([]int, len(b.c.Questions))}
	s.Answers[0] = answer
	return receipt.Key(submission.KindResponse), s.Pack(b.c)
}

// operation is something asked of the store: what must be there before, the
// operation itself, which may be repeated, and what must hold once it succeeded.
type operation struct {
	do   func(ctx context.Context, s *dynamo.Store) error
	held func(t *testing.T)
}

func (b *bench) operations(t *testing.T) map[string]operation {
	ctx := t.Context()
	stored := func(t *testing.T, key submission.Key, want submission.Row) {
		got, err := b.sound.Get(ctx, key)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	fresh, row := b.item(t, 1)
	there, first := b.item(t, 2)
	missing, other := b.item(t, 3)
	replaced, old := b.item(t, 4)
	for key, row := range map[submission.Key]submission.Row{there: first, replaced: old} {
		_, _, err := b.sound.Add(ctx, key, row)
		require.NoError(t, err)
	}
	mark := submission.Mark{On: today, Key: there, Change: submission.Withdrawal}
	content := make([]byte, 3*document.MaxPart)
	_, _ = rand.Read(content) // never fails
	documents := b.sound.Workings()
	return map[string]operation{
		"Add": {func(ctx context.Context, s *dynamo.Store) error {
			got, _, err := s.Add(ctx, fresh, row)
			if err == nil && !got.Equal(row) {
				return fmt.Errorf("added %x and got %x", row, got)
			}
			return err
		}, func(t *testing.T) { stored(t, fresh, row) }},
		"Add to what is there": {func(ctx context.Context, s *dynamo.Store) error {
			got, created, err := s.Add(ctx, there, other)
			if err == nil && (created || !got.Equal(first)) {
				return fmt.Errorf("created %v, got %x", created, got)
			}
			return err
		}, func(t *testing.T) { stored(t, there, first) }},
		"Get": {func(ctx context.Context, s *dynamo.Store) error {
			got, err := s.Get(ctx, there)
			if err == nil && !got.Equal(first) {
				return fmt.Errorf("got %x", got)
			}
			return err
		}, func(t *testing.T) {}},
		"Replace": {func(ctx context.Context, s *dynamo.Store) error {
			err := s.Replace(ctx, replaced, old, submission.Tombstone)
			if !errors.Is(err, submission.ErrChanged) {
				return err
			}
			// An earlier call may have done it and not known. That is for its caller to see, who looks again.
			if got, err := s.Get(ctx, replaced); err != nil || !got.Withdrawn() {
				return fmt.Errorf("it was changed to %x, %w", got, err)
			}
			return nil
		}, func(t *testing.T) { stored(t, replaced, submission.Tombstone) }},
		"Mark": {func(ctx context.Context, s *dynamo.Store) error { return s.Mark(ctx, mark) }, func(t *testing.T) {
			var marks []submission.Mark
			require.NoError(t, b.sound.Marks(ctx, today, func(m submission.Mark) error { marks = append(marks, m); return nil }))
			require.Equal(t, []submission.Mark{mark}, marks)
		}},
		"Put": {func(ctx context.Context, s *dynamo.Store) error {
			_, err := s.Workings().Put(ctx, content)
			return err
		}, func(t *testing.T) {
			got, err := documents.Document(ctx, document.Digest(content))
			require.NoError(t, err)
			require.Equal(t, content, got)
		}},
		"Find": {func(ctx context.Context, s *dynamo.Store) error {
			found := map[submission.Key]string{}
			err := s.Find(ctx, []submission.Key{missing, there}, func(key *submission.Key, row submission.Row) error {
				found[*key] = string(row)
				return nil
			})
			if err == nil && !maps.Equal(found, map[submission.Key]string{there: string(first)}) {
				return fmt.Errorf("found %x", found)
			}
			return err
		}, func(t *testing.T) {}},
		"Read": {func(ctx context.Context, s *dynamo.Store) error {
			return s.Read(ctx, submission.Parts(today, today), func() submission.Visit {
				return func(*submission.Key, submission.Row) error { return nil }
			})
		}, func(t *testing.T) {}},
	}
}

// TestAPassingFaultIsSurvived: one fault on the wire, whichever, and the operation succeeds all the same.
func TestAPassingFaultIsSurvived(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.fault = fault
			for what, op := range b.operations(t) {
				b.left.Store(1)
				require.NoError(t, op.do(t.Context(), b.faulty), what)
				b.left.Store(0)
				op.held(t)
			}
		})
	}
}

// TestALastingFaultIsToldAndLosesNothing: the operation fails as one that may be
// tried again, after at most three attempts, and when it is tried again it succeeds and holds.
func TestALastingFaultIsToldAndLosesNothing(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.fault = fault
			for what, op := range b.operations(t) {
				if what == "Read" {
					continue // asks many partitions at once
				}
				b.left.Store(1000)
				b.requests.Store(0)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				err := op.do(ctx, b.faulty)
				cancel()
				require.ErrorIs(t, err, submission.ErrUnavailable, what)
				require.LessOrEqual(t, b.requests.Load(), int32(3), "%s: a store that is short of breath must not get more than three times its load", what)
				b.left.Store(0)
				require.NoError(t, op.do(t.Context(), b.faulty), what)
				op.held(t)
			}
		})
	}
}

// TestTheDeadlineHolds: a server that never answers costs no more than the caller's own deadline.
func TestTheDeadlineHolds(t *testing.T) {
	b := newBench(t)
	b.fault = func(_ func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	for what, op := range b.operations(t) {
		b.left.Store(1000)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		started := time.Now()
		require.ErrorIs(t, op.do(ctx, b.faulty), submission.ErrUnavailable, what)
		require.Less(t, time.Since(started), 3*time.Second, what)
		cancel()
		b.left.Store(0)
		require.NoError(t, op.do(t.Context(), b.faulty), what)
		op.held(t)
	}
}

// TestOfSeveralWhoCreateExactlyOneWins even where the answer of the one who won is lost.
func TestOfSeveralWhoCreateExactlyOneWins(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.fault = fault
			b.left.Store(1)
			require.NoError(t, b.faulty.Workings().Create(t.Context(), "run", "1", []byte("first")))
			require.ErrorIs(t, b.faulty.Workings().Create(t.Context(), "run", "1", []byte("first")), document.ErrTaken)
		})
	}
}

// TestUnprocessedItemsAreSentAgain: the server takes only the first part of each batch, and twice nothing at all.
func TestUnprocessedItemsAreSentAgain(t *testing.T) {
	b := newBench(t)
	batches := 0
	b.fault = func(send func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".BatchWriteItem") {
			return send()
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		batches++
		taken, left := split(t, body, batches)
		if taken == nil {
			return unprocessed(r, left), nil
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(taken)), int64(len(taken))
		response, err := send()
		if err != nil || response.StatusCode != http.StatusOK {
			return response, err
		}
		return unprocessed(r, left), response.Body.Close()
	}
	content := make([]byte, 5*document.MaxPart)
	_, _ = rand.Read(content) // never fails
	b.left.Store(1000)
	digest, err := b.faulty.Workings().Put(t.Context(), content)
	require.NoError(t, err)
	require.Greater(t, batches, 5)
	got, err := b.sound.Workings().Document(t.Context(), digest)
	require.NoError(t, err)
	require.Equal(t, content, got)
}

// TestUnprocessedKeysAreAskedForAgain: the server gives only half of what is asked for, twice nothing at all.
func TestUnprocessedKeysAreAskedForAgain(t *testing.T) {
	b := newBench(t)
	var keys []submission.Key
	want := map[submission.Key]string{}
	for i := range 150 {
		key, row := b.item(t, 1)
		keys = append(keys, key)
		if i%2 == 0 {
			_, _, err := b.sound.Add(t.Context(), key, row)
			require.NoError(t, err)
			want[key] = string(row)
		}
	}
	var batches atomic.Int32
	b.fault = func(send func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		if batches.Add(1) <= 2 {
			return give(send, r, func(int) int { return 0 })
		}
		return give(send, r, func(asked int) int { return (asked + 1) / 2 })
	}
	b.left.Store(1000)
	got := map[submission.Key]string{}
	require.NoError(t, b.faulty.Find(t.Context(), keys, func(key *submission.Key, row submission.Row) error {
		require.NotContains(t, got, *key)
		got[*key] = string(row)
		return nil
	}))
	require.Equal(t, want, got)
	require.Greater(t, batches.Load(), int32(10))
}

// TestKeysThatStayUnprocessedAreToldOf: a server that gives nothing is not asked for ever.
func TestKeysThatStayUnprocessedAreToldOf(t *testing.T) {
	b := newBench(t)
	b.fault = func(send func() (*http.Response, error), r *http.Request) (*http.Response, error) {
		return give(send, r, func(int) int { return 0 })
	}
	key, _ := b.item(t, 1)
	b.left.Store(1000)
	err := b.faulty.Find(t.Context(), []submission.Key{key}, func(*submission.Key, submission.Row) error { return nil })
	require.ErrorIs(t, err, submission.ErrUnavailable)
	require.Equal(t, int32(8), b.requests.Load())
}
