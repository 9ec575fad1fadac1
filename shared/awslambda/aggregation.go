package awslambda

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-json-experiment/json"

	"learningforlife/shared/aggregation"
)

// order is the event of a function that aggregates. Exactly one of Schedule, Recount, Run
// and Find is given:
//
//	{"schedule":"2026-11-22T22:30:00Z"}                  a run, by the schedule's own time
//	{"recount":"2026-11-22T02:50:00Z"}                   a recount, by its schedule's own time
//	{"run":"20261122T223000.000Z-1f-1","release":true}   somebody asks for a run of this id
//	{"find":"20261122T223000.000Z"}                      what came of the run?
type order struct {
	Schedule *time.Time `json:"schedule,omitempty"`
	Recount  *time.Time `json:"recount,omitempty"`
	Run      string     `json:"run,omitempty"`
	Find     string     `json:"find,omitempty"`
	Release  bool       `json:"release,omitzero"`  // with Run only
	Corrects int        `json:"corrects,omitzero"` // with Run and Release only; 0 for none
}

// check returns an error unless the order asks for exactly one thing, and wholly.
func (o order) check() error {
	asked := 0
	for _, is := range []bool{o.Schedule != nil, o.Recount != nil, o.Run != "", o.Find != ""} {
		if is {
			asked++
		}
	}
	switch {
	case asked != 1:
		return errors.New("the event does not have exactly one of schedule, recount, run and find")
	case o.Run == "" && (o.Release || o.Corrects != 0):
		return errors.New("the event has release or corrects without run")
	case o.Corrects < 0, o.Corrects > 0 && !o.Release:
		return errors.New("the event's corrects is not a release's number, or stands without release")
	}
	return nil
}

// told is what the function replies: an outcome (of a recount, an empty one), or the word for an error that whoever asked is to know. All
// other errors are errors of the invocation: Lambda and the schedule try again and raise the alarm.
type told struct {
	Outcome *outcome `json:"outcome,omitempty"`
	Error   string   `json:"error,omitempty"`
}

// outcome is an aggregation.Outcome on the wire.
type outcome struct {
	Run     string `json:"run"`
	Release int    `json:"release"` // 0 if none was made
	Why     string `json:"why"`
}

// words are the errors that are told, by their names on the wire.
var words = map[string]error{"no_run": aggregation.ErrNoRun, "no_correction": aggregation.ErrNoCorrection}

// Aggregator is what a function that aggregates does.
type Aggregator interface {
	aggregation.Aggregator
	aggregation.Recounter
}

// Aggregation runs aggregations and recounts at their schedules' times, and aggregations for Remote. The
// context of either is done half a second before Lambda ends the invocation.
func Aggregation(a Aggregator) lambda.Handler { return aggregator{a} }

type aggregator struct{ Aggregator }

// Invoke implements lambda.Handler.
func (a aggregator) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	var o order
	err := decode(event, &o, json.RejectUnknownMembers(true))
	if err == nil {
		err = o.check()
	}
	if err != nil {
		return nil, fmt.Errorf("reading an order: %w", err)
	}
	ctx, cancel := inTime(ctx)
	defer cancel()
	found, err := a.obey(ctx, o)
	answer := told{Outcome: (*outcome)(&found)}
	for word, known := range words {
		if errors.Is(err, known) {
			answer, err = told{Error: word}, nil
		}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

func (a aggregator) obey(ctx context.Context, o order) (aggregation.Outcome, error) {
	switch {
	case o.Find != "":
		return a.Outcome(ctx, o.Find)
	case o.Schedule != nil:
		return a.Aggregate(ctx, aggregation.Request{Run: aggregation.ID(*o.Schedule, ""), Scheduled: *o.Schedule, Release: true})
	case o.Recount != nil:
		return aggregation.Outcome{}, a.Recount(ctx, *o.Recount)
	default:
		return a.Aggregate(ctx, aggregation.Request{Run: o.Run, Release: o.Release, Corrects: o.Corrects})
	}
}

// Invoke hands an event to a function, waits, and returns what it replied. An
// error of the function is an error.
type Invoke func(ctx context.Context, event []byte) (reply []byte, err error)

// Remote returns the Aggregator that another function runs with Aggregation.
func Remote(invoke Invoke) aggregation.Aggregator { return remote(invoke) }

type remote Invoke

// Aggregate implements aggregation.Aggregator.
func (r remote) Aggregate(ctx context.Context, request aggregation.Request) (aggregation.Outcome, error) {
	return r.ask(ctx, order{Run: request.Run, Release: request.Release, Corrects: request.Corrects})
}

// Outcome implements aggregation.Aggregator.
func (r remote) Outcome(ctx context.Context, run string) (aggregation.Outcome, error) {
	return r.ask(ctx, order{Find: run})
}

func (r remote) ask(ctx context.Context, o order) (aggregation.Outcome, error) {
	event, err := json.Marshal(o)
	if err != nil {
		return aggregation.Outcome{}, fmt.Errorf("writing an order: %w", err)
	}
	reply, err := r(ctx, event)
	if err != nil {
		return aggregation.Outcome{}, fmt.Errorf("asking the function that aggregates: %w", err)
	}
	var answer told
	if err := json.Unmarshal(reply, &answer, json.RejectUnknownMembers(true)); err != nil {
		return aggregation.Outcome{}, fmt.Errorf("reading what the function that aggregates replied: %w", err)
	}
	switch known := words[answer.Error]; {
	case known != nil:
		return aggregation.Outcome{}, fmt.Errorf("asking the function that aggregates: %w", known)
	case answer.Outcome == nil:
		return aggregation.Outcome{}, errors.New("the function that aggregates replied neither an outcome nor an error that is known")
	}
	return aggregation.Outcome(*answer.Outcome), nil
}
