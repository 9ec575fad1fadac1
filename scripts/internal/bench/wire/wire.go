// Package wire is a client of HTTP/1.1 that does next to nothing, so that what is timed through it is the server:
// requests are bytes that were made before, and of an answer it reads the status, the length and the body.
package wire

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Request returns the bytes of a request with a body, which may be empty. The headers are names and values by turns.
func Request(method, path string, body []byte, headers ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: bench\r\n", method, path)
	for i := 0; i+1 < len(headers); i += 2 {
		fmt.Fprintf(&b, "%s: %s\r\n", headers[i], headers[i+1])
	}
	if len(body) > 0 {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// Conn is a connection that is kept alive.
type Conn struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

// Dial opens a connection to a server on this machine.
func Dial(ctx context.Context, address string) (*Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connecting to the server: %w", err)
	}
	return &Conn{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

// Close ends the connection.
func (c *Conn) Close() error { return c.conn.Close() }

var (
	contentLength = []byte("content-length:")
	errAnswer     = errors.New("the answer is none of HTTP/1.1 with a length")
)

// Ask sends a request and returns what is answered. The body is valid until the next call.
func (c *Conn) Ask(request []byte) (status int, body []byte, err error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, nil, fmt.Errorf("sending: %w", err)
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, nil, fmt.Errorf("reading an answer: %w", err)
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, nil, errAnswer
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, errAnswer
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, nil, fmt.Errorf("reading an answer: %w", err)
		}
		if len(line) == len("\r\n") {
			break
		}
		if len(line) > len(contentLength) && bytes.EqualFold(line[:len(contentLength)], contentLength) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(contentLength):]))); err != nil {
				return 0, nil, errAnswer
			}
		}
	}
	if length < 0 {
		return 0, nil, errAnswer
	}
	c.body = append(c.body[:0], make([]byte, length)...)
	if _, err := io.ReadFull(c.in, c.body); err != nil {
		return 0, nil, fmt.Errorf("reading an answer: %w", err)
	}
	return status, c.body, nil
}

// Answer is all of an answer.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Fetch asks once, on a connection of its own.
func Fetch(address string, request *http.Request) (a Answer, err error) {
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	request.URL.Scheme, request.URL.Host = "http", address
	answer, err := client.Do(request) //nolint:gosec // G704: it asks a server of this process
	if err != nil {
		return a, fmt.Errorf("asking: %w", err)
	}
	body, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return a, fmt.Errorf("reading an answer: %w", err)
	}
	return Answer{answer.StatusCode, answer.Header, body}, nil
}

// Play has so many clients, each with a connection of its own, do count things between them: each is handed the number of
// the next that nobody has begun. It returns how long all of it took once they were connected, and
// how long each thing did. The first error ends it.
func Play(ctx context.Context, now func() time.Time, address string, clients, count int, do func(c *Conn, i int) error) (took time.Duration, each []time.Duration, err error) {
	conns := make([]*Conn, clients)
	defer func() {
		for _, c := range conns {
			if c != nil {
				err = errors.Join(err, c.Close())
			}
		}
	}()
	for i := range conns {
		if conns[i], err = Dial(ctx, address); err != nil {
			return 0, nil, err
		}
	}
	each = make([]time.Duration, count)
	failed := make([]error, clients)
	var next atomic.Int64
	var group sync.WaitGroup
	began := now()
	for n, c := range conns {
		group.Go(func() {
			last := began
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				if failed[n] = do(c, i); failed[n] != nil {
					next.Store(int64(count))
					return
				}
				done := now()
				each[i], last = done.Sub(last), done
			}
		})
	}
	group.Wait()
	return now().Sub(began), each, errors.Join(failed...)
}
