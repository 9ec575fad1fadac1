package serving

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-json-experiment/json"

	"learningforlife/infra/runtimeapi"
	"learningforlife/scripts/internal/bench"
	"learningforlife/shared/awslambda"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/intake"
	"learningforlife/shared/web/signed"
)

// invokeWithin is how long an invocation has.
const invokeWithin = 10 * time.Second

// eventDay is the day of the receipt in the event, and the server's.
const eventDay = "2026-11-22"

// handlerSubmit is an event that holds a response, through Lambda's own loop: read and answered, over a store
// that only remembers, and answered with the same bytes unread. The loop is the same one, which hands each event to whose turn it is.
func handlerSubmit(g Given) bench.Workload {
	return bench.Workload{Name: "handler-submit", Rounds: 25, Open: func(ctx context.Context) ([]bench.Contestant, error) {
		i := &invoking{given: g, random: rand.NewChaCha8([32]byte{4})}
		if err := i.prepare(ctx); err != nil {
			return nil, fmt.Errorf("preparing handler-submit: %w", err)
		}
		contestant := func(name string, h lambda.Handler) bench.Contestant {
			return bench.Contestant{Name: name, Round: func(ctx context.Context) (bench.Round, error) { return i.round(ctx, h) }}
		}
		return []bench.Contestant{contestant("ours", i.ours), contestant("bare", i.bare)}, nil
	}}
}

type invoking struct {
	given  Given
	event  []byte
	random *rand.ChaCha8
	store  *remembering
	ours   lambda.Handler
	bare   same
}

func (i *invoking) prepare(ctx context.Context) (err error) {
	if i.event, err = os.ReadFile(filepath.Join(i.given.Root, "events", "intake-before.json")); err != nil {
		return err
	}
	c, err := campaign.Shipped()
	if err != nil {
		return err
	}
	forms, err := signed.NewKey([]byte(strings.Repeat("k", signed.MinKey)))
	if err != nil {
		return err
	}
	today := day.Must(eventDay).Time()
	shift := today.Sub(i.given.Now())
	i.store = &remembering{rows: map[submission.Key]submission.Row{}}
	i.ours = awslambda.Handler(intake.Handler(intake.Config{
		Campaign: c,
		Register: submission.NewRegister(i.store, c),
		Now:      func() time.Time { return i.given.Now().Add(shift) },
		Random:   i.random,
		Site:     "https://learning.example.org",
		Forms:    forms,
		Healthy:  func(context.Context) error { return nil },
		Log:      slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}))
	i.bare, err = i.ours.Invoke(ctx, i.event)
	i.store.take()
	return err
}

// round invokes the handler with events that differ in their receipts.
func (i *invoking) round(ctx context.Context, h lambda.Handler) (bench.Round, error) {
	loop, err := runtimeLoop()
	if err != nil {
		return bench.Round{}, err
	}
	turn.Store(&h)
	events := make([][]byte, i.given.Invocations)
	for n := range events {
		if events[n], err = i.another(); err != nil {
			return bench.Round{}, err
		}
	}
	replies := make([][]byte, len(events))
	began := i.given.Now()
	for n, event := range events {
		if replies[n], err = loop.Invoke(ctx, event, invokeWithin); err != nil {
			return bench.Round{}, err
		}
	}
	took := i.given.Now().Sub(began)
	created := 0
	for _, reply := range replies {
		var answer struct {
			Status int `json:"statusCode"`
		}
		if err := json.Unmarshal(reply, &answer); err != nil || answer.Status != 201 || len(reply) != len(i.bare) {
			return bench.Round{}, errors.Join(fmt.Errorf("the reply is %s", reply), err)
		}
		created++
	}
	if _, reads := h.(same); !reads && i.store.take() != len(events) {
		return bench.Round{}, errors.New("not every response was stored once")
	}
	allocations, err := i.allocations(ctx, h)
	if err != nil {
		return bench.Round{}, err
	}
	return bench.Round{Took: took, Operations: len(events), Result: fmt.Sprintf("%d created", created),
		Figures: map[string]float64{"allocs": allocations}}, nil
}

// another is the event with a receipt of its own.
func (i *invoking) another() ([]byte, error) {
	receipt, err := submission.Mint(day.Must(eventDay), i.random)
	if err != nil {
		return nil, err
	}
	at := bytes.Index(i.event, []byte(eventDay+"."))
	event := bytes.Clone(i.event)
	copy(event[at:], receipt.String())
	return event, nil
}

// allocations is how many the handler itself makes for an invocation, its first ones aside.
func (i *invoking) allocations(ctx context.Context, h lambda.Handler) (float64, error) {
	const times = 100
	defer i.store.take()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that nobody else allocates
	var before, after runtime.MemStats
	var made uint64
	for range times {
		event, err := i.another()
		if err != nil {
			return 0, err
		}
		runtime.ReadMemStats(&before)
		_, err = h.Invoke(ctx, event)
		runtime.ReadMemStats(&after)
		if err != nil {
			return 0, err
		}
		made += after.Mallocs - before.Mallocs
	}
	return float64(made) / times, nil
}

// same answers everything alike.
type same []byte

// Invoke implements lambda.Handler.
func (s same) Invoke(context.Context, []byte) ([]byte, error) { return s, nil }

// remembering is the least that a register can be tried over: it is no store, and is not timed as one.
type remembering struct {
	mu   sync.Mutex
	rows map[submission.Key]submission.Row
}

// Add implements submission.Store.
func (s *remembering) Add(_ context.Context, key submission.Key, row submission.Row) (submission.Row, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored, ok := s.rows[key]; ok {
		return stored, false, nil
	}
	s.rows[key] = row
	return row, true, nil
}

// Get implements submission.Store.
func (s *remembering) Get(_ context.Context, key submission.Key) (submission.Row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored, ok := s.rows[key]; ok {
		return stored, nil
	}
	return nil, submission.ErrNotFound
}

var errOnlyAdds = errors.New("this store is only added to")

// Replace implements submission.Store.
func (s *remembering) Replace(context.Context, submission.Key, submission.Row, submission.Row) error {
	return errOnlyAdds
}

// Mark implements submission.Store.
func (s *remembering) Mark(context.Context, submission.Mark) error { return errOnlyAdds }

// take forgets everything, and returns how much it was.
func (s *remembering) take() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.rows)
	clear(s.rows)
	return n
}

// turn is whose turn it is in the loop.
var turn atomic.Pointer[lambda.Handler]

// runtimeLoop is Lambda's loop and what it asks for events. It can be started once in a process, and ends the process when its server does:
// so it is never stopped.
var runtimeLoop = sync.OnceValues(func() (*runtimeapi.API, error) {
	api := runtimeapi.New()
	if err := os.Setenv("AWS_LAMBDA_RUNTIME_API", api.Address()); err != nil {
		return nil, fmt.Errorf("telling Lambda's runtime where its server is: %w", err)
	}
	go lambda.StartWithOptions(inTurn{})
	<-api.Ready
	return api, nil
})

type inTurn struct{}

// Invoke implements lambda.Handler.
func (inTurn) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	return (*turn.Load()).Invoke(ctx, event)
}
