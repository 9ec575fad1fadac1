package simulation

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// client sends requests until they are answered.
type client struct {
	http     *http.Client
	site     string        // address, without a slash at the end
	patience time.Duration // how long one request is tried
}

// tryFor is how long one try may take.
const tryFor = 30 * time.Second

func newClient(site string, clients int, patience time.Duration) *client {
	return &client{
		http: &http.Client{
			Timeout:       tryFor,
			Transport:     &http.Transport{MaxIdleConns: clients, MaxIdleConnsPerHost: clients, IdleConnTimeout: time.Minute},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		site:     site,
		patience: patience,
	}
}

// request is what is sent.
type request struct {
	method, path string
	header       map[string]string
	body         []byte
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
	// again says that an earlier try may have been taken in although no answer to it was seen.
	again bool
}

// Between tries the client waits, at first briefly, and then twice as long each time.
const (
	firstWait = 20 * time.Millisecond
	longWait  = time.Second
)

// send returns the reply to the request. While there is none, or one that says
// to try again later (429 or 503 with Retry-After), it sends the very same request again, for as long as its patience lasts.
func (c *client) send(ctx context.Context, r request) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	again := false
	var why error
	for wait := firstWait; ; wait = min(2*wait, longWait) {
		got, err := c.try(ctx, r)
		if err == nil {
			after, later := got.later()
			if !later {
				got.again = again
				return got, nil
			}
			err = fmt.Errorf("the answer was %d, to try again", got.status)
			wait = max(wait, after)
		}
		if why == nil || ctx.Err() == nil { // that patience ran out explains nothing if something went wrong before
			why = err
		}
		again = again || got.status != http.StatusTooManyRequests
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return reply{}, fmt.Errorf("no answer to %s %s: %w", r.method, r.path, why)
		}
	}
}

func (c *client) try(ctx context.Context, r request) (reply, error) {
	sent, err := http.NewRequestWithContext(ctx, r.method, c.site+r.path, bytes.NewReader(r.body))
	if err != nil {
		return reply{}, fmt.Errorf("making the request: %w", err)
	}
	// Without GetBody the transport does not send a body twice by itself: whether
	// a request was sent before decides which answers are right.
	sent.GetBody = nil
	for name, value := range r.header {
		sent.Header.Set(name, value)
	}
	answer, err := c.http.Do(sent)
	if err != nil {
		return reply{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return reply{}, fmt.Errorf("reading the answer: %w", err)
	}
	return reply{status: answer.StatusCode, header: answer.Header, body: body}, nil
}

// later reports whether the reply says to try again later, and after how long.
func (r reply) later() (time.Duration, bool) {
	if r.status != http.StatusTooManyRequests && r.status != http.StatusServiceUnavailable {
		return 0, false
	}
	seconds, err := strconv.Atoi(r.header.Get("Retry-After"))
	return time.Duration(seconds) * time.Second, err == nil
}
