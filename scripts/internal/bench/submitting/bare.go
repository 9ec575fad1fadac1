package submitting

import (
	"context"
	"crypto/sha256"
	"errors"
	"net"
	"net/http"

	"github.com/go-json-experiment/json"

	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

// body is a response as it is sent.
type body struct {
	Wave         string            `json:"wave"`
	Organisation string            `json:"organisation"`
	Audience     string            `json:"audience"`
	BandGroup    string            `json:"bandGroup"`
	Answers      map[string]string `json:"answers"`
	Before       *string           `json:"before"`
}

// acknowledgement is what a bare server answers.
type acknowledgement struct {
	Receipt string `json:"receipt"`
}

const receiptHeader = "Idempotency-Key"

// bare is the least that is durable and idempotent: it decodes the body, judges nothing, and puts what it says
// into the same store under the hash of the receipt.
func bare(folder string) (running, error) {
	store, err := embedded.Open(storeIn(folder), embedded.Options{})
	if err != nil {
		return running{}, err
	}
	address, stop, err := serve(func(w http.ResponseWriter, r *http.Request) {
		var b body
		if err := json.UnmarshalRead(r.Body, &b); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		row := bareRow(b)
		stored, created, err := store.Add(r.Context(), bareKey(r.Header.Get(receiptHeader)), row)
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		case created:
			acknowledge(w, r, http.StatusCreated)
		case !stored.Equal(row):
			http.Error(w, "this receipt was used for something else", http.StatusConflict)
		default:
			acknowledge(w, r, http.StatusOK)
		}
	})
	if err != nil {
		return running{}, errors.Join(err, store.Close())
	}
	return running{
		address: address,
		stop:    func() error { return errors.Join(stop(), store.Close()) },
		stored: inStore(storeIn(folder),
			func(r submission.Receipt) submission.Key { return bareKey(r.String()) },
			func(row submission.Row) (string, error) { return string(row[1 : 1+row[0]]), nil }),
	}, nil
}

func bareKey(receipt string) (k submission.Key) {
	k[0] = byte(submission.KindResponse)
	hash := sha256.Sum256([]byte(receipt))
	copy(k[submission.PartitionSize:], hash[:])
	k[3] = hash[0] % submission.Shards
	return k
}

// bareRow makes a row as short as this project's: the organisation, and a byte for each of the rest.
func bareRow(b body) submission.Row {
	row := append(submission.Row{byte(len(b.Organisation))}, b.Organisation...)
	row = append(row, b.Wave[0], b.Audience[0], b.BandGroup[0])
	var answers [10]byte
	for question, answer := range b.Answers {
		answers[question[len(question)-1]-'0'] = answer[0]
	}
	return append(row, answers[:]...)
}

func acknowledge(w http.ResponseWriter, r *http.Request, status int) {
	answer, err := json.Marshal(acknowledgement{r.Header.Get(receiptHeader)})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(answer) // a client that hangs up counts the answer as missing
}

// serve serves the handler with the server of net/http as it comes.
func serve(h http.HandlerFunc) (address string, stop func() error, err error) {
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h} //nolint:gosec // G112: it is asked by this process alone
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(on) }()
	return on.Addr().String(), func() error {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			return err
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, nil
}
