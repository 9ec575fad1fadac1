// Package runtimeapi is what Lambda offers to the process of a function, one
// invocation at a time, for tests and benchmarks that run functions as Lambda does:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// Failure is an error that a function reports.
type Failure struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
}

// invocation is one event on its way through a function.
type invocation struct {
	id    string
	event []byte
	end   time.Time // when Lambda would break it off
	reply chan []byte
	fails chan Failure
}

// API is a server for the process of one function.
type API struct {
	*httptest.Server
	Ready  chan struct{} // closed when the function asks for its first event
	Init   chan Failure  // why the function does not start
	Header chan string   // and the type of that in the header

	first sync.Once
	queue chan *invocation

	mu    sync.Mutex
	under map[string]*invocation // by id
	count int
}

// New starts a server, which is to be closed once the process is gone.
func New() *API {
	a := &API{Ready: make(chan struct{}), queue: make(chan *invocation), Init: make(chan Failure, 1), Header: make(chan string, 1), under: map[string]*invocation{}}
	const path = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+path+"invocation/next", a.next)
	mux.HandleFunc("POST "+path+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		if i, body := a.finish(w, r); i != nil {
			i.reply <- body
		}
	})
	mux.HandleFunc("POST "+path+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		if i, body := a.finish(w, r); i != nil {
			i.fails <- failed(body)
		}
	})
	mux.HandleFunc("POST "+path+"init/error", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		w.WriteHeader(http.StatusAccepted)
		a.Header <- r.Header.Get("Lambda-Runtime-Function-Error-Type")
		a.Init <- failed(body)
	})
	a.Server = httptest.NewServer(mux)
	return a
}

// Address is the value of AWS_LAMBDA_RUNTIME_API.
func (a *API) Address() string { return strings.TrimPrefix(a.URL, "http://") }

// next hands out the next event.
func (a *API) next(w http.ResponseWriter, r *http.Request) {
	a.first.Do(func() { close(a.Ready) })
	select {
	case i := <-a.queue:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.end.UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-2:123456789012:function:test")
		_, _ = w.Write(i.event)
	case <-r.Context().Done(): // the process is gone
	}
}

// finish accepts what a function has to say of an invocation.
func (a *API) finish(w http.ResponseWriter, r *http.Request) (*invocation, []byte) {
	body, err := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	i := a.under[r.PathValue("id")]
	if err != nil || i == nil {
		http.Error(w, "there is no such invocation", http.StatusBadRequest)
		return nil, nil
	}
	delete(a.under, i.id)
	w.WriteHeader(http.StatusAccepted)
	return i, body
}

func failed(body []byte) Failure {
	var f Failure
	if err := json.Unmarshal(body, &f); err != nil {
		return Failure{Message: "this is no report of an error: " + string(body)}
	}
	return f
}

// errTimeout says that a function took longer than it has.
var errTimeout = errors.New("the invocation timed out")

// Invoke hands the event to the function, which has so long to reply. A report
// of the function's own is a Failure, and that it does not reply is none.
func (a *API) Invoke(ctx context.Context, event []byte, within time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	end, _ := ctx.Deadline()
	i := &invocation{event: event, end: end, reply: make(chan []byte, 1), fails: make(chan Failure, 1)}
	a.mu.Lock()
	a.count++
	i.id = fmt.Sprintf("invocation-%d", a.count)
	a.under[i.id] = i
	a.mu.Unlock()
	select {
	case a.queue <- i:
	case <-ctx.Done():
		return nil, fmt.Errorf("the function does not ask for events: %w", errTimeout)
	}
	select {
	case reply := <-i.reply:
		return reply, nil
	case f := <-i.fails:
		return nil, f
	case <-ctx.Done():
		return nil, errTimeout
	}
}

// Error implements error.
func (f Failure) Error() string { return f.Type + ": " + f.Message }
