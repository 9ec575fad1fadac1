package functions_test

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

// failure is an error that a function reports.
type failure struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
}

// invocation is one event on its way through a function.
type invocation struct {
	id    string
	event []byte
	end   time.Time // when Lambda would break it off
	reply chan []byte
	fails chan failure
}

// runtimeAPI is what Lambda offers to the process of a function, one invocation at a time:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	*httptest.Server
	ready  chan struct{} // closed when the function asks for its first event
	first  sync.Once
	queue  chan *invocation
	init   chan failure // why the function does not start
	header chan string  // and the type of that in the header

	mu    sync.Mutex
	under map[string]*invocation // by id
	count int
}

func newRuntimeAPI() *runtimeAPI {
	a := &runtimeAPI{ready: make(chan struct{}), queue: make(chan *invocation), init: make(chan failure, 1), header: make(chan string, 1), under: map[string]*invocation{}}
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
		a.header <- r.Header.Get("Lambda-Runtime-Function-Error-Type")
		a.init <- failed(body)
	})
	a.Server = httptest.NewServer(mux)
	return a
}

// address is the value of AWS_LAMBDA_RUNTIME_API.
func (a *runtimeAPI) address() string { return strings.TrimPrefix(a.URL, "http://") }

// next hands out the next event.
func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	a.first.Do(func() { close(a.ready) })
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
func (a *runtimeAPI) finish(w http.ResponseWriter, r *http.Request) (*invocation, []byte) {
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

func failed(body []byte) failure {
	var f failure
	if err := json.Unmarshal(body, &f); err != nil {
		return failure{Message: "this is no report of an error: " + string(body)}
	}
	return f
}

// errTimeout says that a function took longer than it has.
var errTimeout = errors.New("the invocation timed out")

// invoke hands the event to the function, which has so long to reply. A report
// of the function's own is a failure.
func (a *runtimeAPI) invoke(ctx context.Context, event []byte, within time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	end, _ := ctx.Deadline()
	i := &invocation{event: event, end: end, reply: make(chan []byte, 1), fails: make(chan failure, 1)}
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
func (f failure) Error() string { return f.Type + ": " + f.Message }

// lambdaAPI is the API by which one function calls another: the one function of the name.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func lambdaAPI(name string, target *runtimeAPI) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", func(w http.ResponseWriter, r *http.Request) {
		event, err := io.ReadAll(r.Body)
		if err != nil {
			panic(err)
		}
		if r.PathValue("name") != name {
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
			http.Error(w, `{"Message":"Function not found"}`, http.StatusNotFound)
			return
		}
		reply, err := target.invoke(r.Context(), event, time.Minute)
		if err == nil {
			_, _ = w.Write(reply)
			return
		}
		report := failure{Message: err.Error(), Type: "Sandbox.Timedout"}
		_ = errors.As(err, &report)
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		if err := json.MarshalWrite(w, report); err != nil {
			panic(err)
		}
	})
	return httptest.NewServer(mux)
}
