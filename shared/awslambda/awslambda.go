// Package awslambda is the only one that knows Lambda and the events that it
// hands over: requests of an HTTP API (payload version 2.0), times of the schedules, and what the
// administrator's function asks of the one that aggregates.
//
//	HTTP API → Handler → http.Handler
//	schedules, Remote → Aggregation → Aggregator
//
// HTTP and Aggregate are what a main consists of. An event that cannot be read is an error
// of its invocation, which names the fault and repeats nothing of the event: errors are logged.
package awslambda

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Environment looks a variable up, as os.LookupEnv does.
type Environment func(name string) (value string, found bool)

const (
	// buildWithin is how long building may take: Lambda breaks off after ten
	// seconds, and would not say what it was that took so long.
	buildWithin = 8 * time.Second
	// reportWithin is how long reporting a failure to build may take.
	reportWithin = time.Second
	// margin is how long before Lambda ends an invocation its context is done, so
	// that there is time to say so.
	margin = 500 * time.Millisecond
)

// HTTP is the whole of a function behind an HTTP API. It builds what serves the
// requests and hands them over until the process is ended. If that
// cannot be built, it tells Lambda why and exits with status 1.
func HTTP(look Environment, build func(context.Context, Environment) (http.Handler, error)) {
	start(look, build, Handler)
}

// Aggregate is the whole of a function that aggregates, and otherwise as HTTP.
func Aggregate(look Environment, build func(context.Context, Environment) (Aggregator, error)) {
	start(look, build, Aggregation)
}

func start[T any](look Environment, build func(context.Context, Environment) (T, error), handler func(T) lambda.Handler) {
	served, err := built(look, build)
	if err != nil {
		log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
		log.Error("ALARM: the function does not start", "error", err)
		if err := report(look, err); err != nil {
			log.Error("and Lambda was not told", "error", err)
		}
		os.Exit(1)
	}
	lambda.StartWithOptions(handler(served))
}

func built[T any](look Environment, build func(context.Context, Environment) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), buildWithin)
	defer cancel()
	return build(ctx, look)
}

// failure is how Lambda's runtime API takes an error.
type failure struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
}

// initFailed is the type of errors by which a function does not start.
const initFailed = "Runtime.InitFailed"

// report tells Lambda why the function does not start.
func report(look Environment, why error) error {
	api, found := look("AWS_LAMBDA_RUNTIME_API")
	if !found {
		return errors.New("AWS_LAMBDA_RUNTIME_API does not say where Lambda is")
	}
	body, err := json.Marshal(failure{why.Error(), initFailed})
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), reportWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+api+"/2018-06-01/runtime/init/error", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("reporting: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Lambda-Runtime-Function-Error-Type", initFailed)
	client := http.Client{Transport: &http.Transport{}} // through no proxy: Lambda is on this machine
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("reporting: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		return fmt.Errorf("reporting: the answer is %s", answer.Status)
	}
	return nil
}

// inTime is ctx, but done a margin before Lambda ends the invocation.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, limited := ctx.Deadline(); limited {
		return context.WithDeadline(ctx, end.Add(-margin))
	}
	return context.WithCancel(ctx)
}

// decode reads an event. Its error says where the fault is and repeats nothing of the event.
func decode(event []byte, v any, options ...json.Options) error {
	err := json.Unmarshal(event, v, options...)
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName):
		return fmt.Errorf("the event has a member twice: see byte %d", syntactic.ByteOffset)
	case errors.As(err, &syntactic):
		return fmt.Errorf("the event is not JSON: see byte %d", syntactic.ByteOffset)
	case errors.As(err, &semantic) && errors.Is(err, json.ErrUnknownName):
		return fmt.Errorf("the event has a member that is not known: see byte %d", semantic.ByteOffset)
	case errors.As(err, &semantic):
		return fmt.Errorf("the event has a member of the wrong type: see byte %d", semantic.ByteOffset)
	case err != nil:
		return errors.New("the event cannot be read")
	}
	return nil
}
