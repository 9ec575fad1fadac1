// Package submitting times taking responses in: over HTTP into a file, and into tables.
package submitting

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"learningforlife/scripts/internal/bench"
	"learningforlife/scripts/internal/bench/wire"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/store/embedded"
	"learningforlife/shared/submission"
)

// Given is what the workloads are made with.
type Given struct {
	Root      string           // the project's directory, where its tools are
	Folder    string           // for the stores, on the disk that is to be written to
	Now       func() time.Time // measures
	Responses int              // of one round; 20,000 unless a test is in a hurry
	Puts      int              // of one round of puts/dynalite
}

// Workloads returns what is timed: bursts of one trust with 16 and with 64 clients, responses spread over
// the trusts as Zipf has it, and conditional puts.
func Workloads(g Given) []bench.Workload {
	one := func(int) func() int { return func() int { return 0 } }
	spread := func(trusts int) func() int {
		zipf := rand.NewZipf(rand.New(rand.NewPCG(seed, 0)), zipfS, 1, uint64(trusts-1))
		return func() int { return int(zipf.Uint64()) }
	}
	return []bench.Workload{
		(&burst{given: g, clients: 16, trust: one}).workload("submit-burst-c16", 3),
		(&burst{given: g, clients: 64, trust: one}).workload("submit-burst-c64", 5),
		(&burst{given: g, clients: 64, trust: spread}).workload("submit-spread", 3),
		puts(g),
	}
}

const (
	seed   = 20261122
	zipfS  = 1.1
	trusts = 202 // as many as the responses are spread over
	again  = 200 // every so many of a round are sent a second time
)

// sent is a response on its way in.
type sent struct {
	receipt      submission.Receipt
	organisation string
	request      []byte
}

// burst is responses that many clients send at a time.
type burst struct {
	given   Given
	clients int
	trust   func(trusts int) func() int // makes who draws the position of each response's trust

	campaign *campaign.Campaign
	now      func() time.Time // of a day on which the survey is open
	sent     []sent
}

func (b *burst) workload(name string, rounds int) bench.Workload {
	return bench.Workload{Name: name, Rounds: rounds, Open: func(context.Context) ([]bench.Contestant, error) {
		if err := b.prepare(); err != nil {
			return nil, fmt.Errorf("preparing %s: %w", name, err)
		}
		var list []bench.Contestant
		for _, c := range []contestant{{"ours", b.ours, true}, {"bare", bare, true}, {"append", appending, false}} {
			list = append(list, bench.Contestant{Name: c.name, Round: func(ctx context.Context) (bench.Round, error) { return b.round(ctx, c) }})
		}
		return list, nil
	}}
}

// contestant is a server that takes responses in.
type contestant struct {
	name       string
	start      func(folder string) (running, error)
	idempotent bool // takes the same response twice for one
}

// running is a contestant's server.
type running struct {
	address string
	stop    func() error
	// stored counts, once the server is stopped, what it stored by its receipt's wire form; 1 for each that is wanted.
	stored func(ctx context.Context, sent []sent) (found int, err error)
}

// prepare makes the requests of a round. Every round of every contestant sends the same ones to an empty store.
func (b *burst) prepare() (err error) {
	if b.campaign, err = campaign.Shipped(); err != nil {
		return err
	}
	c := b.campaign
	wave := c.Waves[c.Baseline()]
	today := wave.Opens + 1
	shift := today.Time().Add(12 * time.Hour).Sub(b.given.Now())
	b.now = func() time.Time { return b.given.Now().Add(shift) }
	var codes []string
	for _, o := range c.Organisations.All() {
		if o.Open(today) && len(codes) < trusts {
			codes = append(codes, o.Code)
		}
	}
	draw := b.trust(len(codes))
	random := rand.NewChaCha8([32]byte{1})
	b.sent = make([]sent, b.given.Responses)
	for i := range b.sent {
		if b.sent[i], err = write(c, i, codes[draw()], today, random); err != nil {
			return err
		}
	}
	return nil
}

// write makes the nth response: of any member of staff, with an answer to each question that is always asked.
func write(c *campaign.Campaign, n int, code string, today day.Day, random *rand.ChaCha8) (sent, error) {
	receipt, err := submission.Mint(today, random)
	if err != nil {
		return sent{}, err
	}
	wave, audience := c.Baseline(), 0
	answers := map[string]string{}
	for q, question := range c.Questions {
		if c.Asked(q, wave, audience) && question.AskedIf == nil {
			options := c.Answers(q)
			answers[question.ID] = options[(n+q)%len(options)].ID
		}
	}
	content, err := json.Marshal(body{Wave: c.Waves[wave].ID, Organisation: code, Audience: c.Audiences[audience].ID,
		BandGroup: c.BandGroups[n%len(c.BandGroups)].ID, Answers: answers}, json.Deterministic(true))
	if err != nil {
		return sent{}, fmt.Errorf("writing a response: %w", err)
	}
	return sent{receipt, code, wire.Request("POST", "/v1/responses", content,
		"Content-Type", "application/json", "Accept", "application/json", "Idempotency-Key", receipt.String())}, nil
}

// round has the clients send all responses to a server over an empty store, and looks at what came of it.
func (b *burst) round(ctx context.Context, c contestant) (r bench.Round, err error) {
	folder, err := os.MkdirTemp(b.given.Folder, "submitting-")
	if err != nil {
		return r, fmt.Errorf("making room for a store: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	server, err := c.start(folder)
	if err != nil {
		return r, fmt.Errorf("starting %s: %w", c.name, err)
	}
	answers := make([][]byte, len(b.sent)/again+1)
	took, each, err := wire.Play(ctx, b.given.Now, server.address, b.clients, len(b.sent), func(conn *wire.Conn, i int) error {
		status, answer, err := conn.Ask(b.sent[i].request)
		if err == nil && status != 201 {
			err = fmt.Errorf("response %d was answered %d: %s", i, status, answer)
		}
		if i%again == 0 {
			answers[i/again] = slices.Clone(answer)
		}
		return err
	})
	repeated := 0
	if err == nil && c.idempotent {
		repeated = (len(b.sent) + again - 1) / again
		_, _, err = wire.Play(ctx, b.given.Now, server.address, 1, repeated, func(conn *wire.Conn, i int) error {
			status, answer, err := conn.Ask(b.sent[i*again].request)
			if err == nil && (status != 200 || string(answer) != string(answers[i])) {
				err = fmt.Errorf("response %d, sent again, was answered %d: %s", i*again, status, answer)
			}
			return err
		})
	}
	if err := errors.Join(err, server.stop()); err != nil {
		return r, err
	}
	found, err := server.stored(ctx, b.sent)
	if err != nil {
		return r, err
	}
	if found != len(b.sent) {
		return r, fmt.Errorf("%d responses were acknowledged and %d are stored", len(b.sent), found)
	}
	slices.Sort(each)
	r = bench.Round{Took: took, Operations: len(b.sent), Figures: map[string]float64{
		"p50-ms": milliseconds(each[len(each)/2]), "p99-ms": milliseconds(each[len(each)*99/100])}}
	if c.idempotent {
		r.Result = fmt.Sprintf("%d acknowledged and stored once, %d sent again and answered alike", found, repeated)
	}
	return r, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// inStore counts what of the responses is in the store in the file. What is there beside them is an error. The key of a response and
// the organisation of a row are as the contestant has them.
func inStore(path string, key func(submission.Receipt) submission.Key, organisation func(submission.Row) (string, error)) func(context.Context, []sent) (int, error) {
	return func(ctx context.Context, all []sent) (found int, err error) {
		wanted := make(map[submission.Key]string, len(all))
		for _, s := range all {
			wanted[key(s.receipt)] = s.organisation
		}
		store, err := embedded.Open(path, embedded.Options{ReadOnly: true})
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		err = store.Scan(ctx, func(key *submission.Key, row submission.Row) error {
			code, err := organisation(row)
			if want, ok := wanted[*key]; err != nil || !ok || want != code {
				return errors.Join(errors.New("something is stored that was not sent"), err)
			}
			found++
			return nil
		})
		return found, err
	}
}

func storeIn(folder string) string { return filepath.Join(folder, "store") }
