package submitting

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
)

// line is a response that waits to be written.
type line struct {
	text   []byte
	answer chan error
}

// appending is the least that is durable: it writes what it is sent to the end of a file and waits for the
// disk, many at a time. It looks at nothing, and what is sent twice it keeps twice.
func appending(folder string) (running, error) {
	path := filepath.Join(folder, "lines")
	file, err := os.Create(path)
	if err != nil {
		return running{}, err
	}
	waiting, ended := make(chan line), make(chan struct{})
	go func() {
		defer close(ended)
		appendAll(file, waiting)
	}()
	address, stop, err := serve(func(w http.ResponseWriter, r *http.Request) {
		content, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		l := line{append(append(append([]byte(r.Header.Get(receiptHeader)), ' '), content...), '\n'), make(chan error, 1)}
		waiting <- l
		if err := <-l.answer; err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		acknowledge(w, r, http.StatusCreated)
	})
	if err != nil {
		return running{}, errors.Join(err, file.Close())
	}
	return running{
		address: address,
		stop: func() error {
			err := stop()
			close(waiting)
			<-ended
			return errors.Join(err, file.Close())
		},
		stored: func(_ context.Context, all []sent) (int, error) { return inLines(path, all) },
	}, nil
}

// appendAll writes what waits, and what came meanwhile with it, until no more comes.
func appendAll(file *os.File, waiting <-chan line) {
	var batch []line
	var text []byte
	for first := range waiting {
		batch, text = append(batch[:0], first), append(text[:0], first.text...)
		runtime.Gosched() // as the store does
		for more := true; more; {
			select {
			case l, ok := <-waiting:
				if more = ok; ok {
					batch, text = append(batch, l), append(text, l.text...)
				}
			default:
				more = false
			}
		}
		_, err := file.Write(text)
		err = errors.Join(err, file.Sync())
		for _, l := range batch {
			l.answer <- err
		}
	}
}

// inLines counts which of the responses are in the file once.
func inLines(path string, all []sent) (found int, err error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("reading the lines: %w", err)
	}
	times := map[string]int{}
	for l := range bytes.Lines(content) {
		receipt, _, _ := bytes.Cut(l, []byte(" "))
		times[string(receipt)]++
	}
	for _, s := range all {
		if times[s.receipt.String()] == 1 {
			found++
		}
	}
	return found, nil
}
