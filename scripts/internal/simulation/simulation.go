package simulation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"learningforlife/scripts/internal/progress"
	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

// Config is what a simulation needs.
type Config struct {
	Campaign *campaign.Campaign
	Site     string // address of the server, without a slash at the end
	Token    string // of an administrator, for the aggregation at the end
	Staff    int    // how many people take part
	Seed     uint64
	Clients  int           // how many people act at the same time
	Patience time.Duration // how long one request is tried while the server cannot be reached
	Progress io.Writer     // where a progress bar is drawn if it takes long; io.Discard for none
}

// Clients is how many people act at the same time unless something else is asked for.
const Clients = 16

// Patience is how long one request is tried unless something else is asked for.
const Patience = time.Minute

// Result is what came of a simulation.
type Result struct {
	world  *World
	people []Person  // without the bodies that were sent
	states [][]state // by person and item

	Violations Violations
	Scores     []Score
	Release    *int // the current release after the aggregation
}

// Violations are the answers that were not as the contract says.
type Violations struct {
	Count int
	First []string // the first of them, at most maxViolations
}

const maxViolations = 20

func (v *Violations) add(err error) {
	v.Count++
	if len(v.First) < maxViolations {
		v.First = append(v.First, err.Error())
	}
}

// Run plays a campaign into an empty store, aggregates it and looks at the
// scores. The error is nil as long as the simulation could be carried out, even if the server's answers
// were not as the contract says: see Result.Violations.
func Run(ctx context.Context, c Config) (*Result, error) {
	if c.Staff < 1 || c.Clients < 1 {
		return nil, errors.New("simulating a campaign: it takes at least one person and one client")
	}
	s := &simulation{Config: c, client: newClient(c.Site, 2*c.Clients, c.Patience)} // some people send twice at once
	defer s.client.http.CloseIdleConnections()
	if err := s.run(ctx); err != nil {
		return nil, fmt.Errorf("simulating a campaign: %w", err)
	}
	return &s.result, nil
}

// simulation is one that is running.
type simulation struct {
	Config
	client *client
	mu     sync.Mutex // guards result.Violations
	result Result
}

func (s *simulation) run(ctx context.Context) error {
	today, err := s.today(ctx)
	if err != nil {
		return err
	}
	if s.result.world, err = NewWorld(s.Campaign, today, s.Seed); err != nil {
		return err
	}
	if err := s.organisations(ctx); err != nil {
		s.violated(err)
	}
	if err := s.people(ctx); err != nil {
		return err
	}
	if err := s.aggregate(ctx); err != nil {
		s.violated(fmt.Errorf("aggregating: %w", err))
		return nil
	}
	if err := s.scores(ctx); err != nil {
		s.violated(fmt.Errorf("looking at the scores: %w", err))
	}
	return nil
}

func (s *simulation) violated(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.result.Violations.add(err)
}

// today asks the server for its day, from which receipts are minted.
func (s *simulation) today(ctx context.Context) (day.Day, error) {
	got, err := s.client.send(ctx, request{method: http.MethodGet, path: "/v1/campaign"})
	if err != nil {
		return 0, err
	}
	var shown struct {
		Today day.Day `json:"today"`
	}
	if err := got.content(&shown); err != nil {
		return 0, fmt.Errorf("asking for the server's day: %w", err)
	}
	return shown.Today, nil
}

// organisations checks that the server offers those that the simulated people work for.
func (s *simulation) organisations(ctx context.Context) error {
	got, err := s.client.send(ctx, request{method: http.MethodGet, path: "/v1/organisations"})
	if err != nil {
		return err
	}
	var shown []struct {
		Code string `json:"code"`
	}
	if err := got.content(&shown); err != nil {
		return fmt.Errorf("asking for the organisations: %w", err)
	}
	var codes []string
	for _, o := range shown {
		codes = append(codes, o.Code)
	}
	want := s.result.world.Organisations()
	if slices.Equal(codes, want) {
		return nil
	}
	less := func(list, other []string) string {
		only := slices.DeleteFunc(slices.Clone(list), func(code string) bool { return slices.Contains(other, code) })
		return strings.Join(only, " ")
	}
	return fmt.Errorf("of the organisations, the server offers %s and not %s, or in another order", less(codes, want), less(want, codes))
}

// people plays everybody. It ends early only if ctx does.
func (s *simulation) people(ctx context.Context) error {
	s.result.people = make([]Person, s.Staff)
	s.result.states = make([][]state, s.Staff)
	var next, done atomic.Int64
	stop := progress.Draw(s.Progress, "people who took part", s.Staff, func() int { return int(done.Load()) })
	defer stop()
	var group errgroup.Group
	for range s.Clients {
		group.Go(func() error {
			for {
				number := int(next.Add(1)) - 1
				if number >= s.Staff || ctx.Err() != nil {
					return ctx.Err()
				}
				if err := s.person(ctx, number); err != nil {
					return err
				}
				done.Add(1)
			}
		})
	}
	return group.Wait()
}

// person plays one person. Only what cannot be planned is an error.
func (s *simulation) person(ctx context.Context, number int) error {
	person, err := s.result.world.Person(number)
	if err != nil {
		return err
	}
	p := player{client: s.client, world: s.result.world, person: person, states: make([]state, len(person.Items))}
	if err := p.play(ctx); err != nil && ctx.Err() == nil {
		s.violated(err)
	}
	for i := range p.person.Items { // what was sent is not needed any more, and is much
		item := &p.person.Items[i]
		item.Body, item.Reworded, item.Altered, item.Mistake, p.states[i].body = nil, nil, nil, Mistake{}, nil
	}
	p.person.Steps = nil
	s.result.people[number], s.result.states[number] = p.person, p.states
	return nil
}

// aggregate asks for an aggregation and waits until it is done.
func (s *simulation) aggregate(ctx context.Context) error {
	authorization := map[string]string{"Authorization": "Bearer " + s.Token, "Content-Type": mediaJSON}
	got, err := s.client.send(ctx, request{http.MethodPost, "/v1/aggregations", authorization, []byte("{}")})
	for err == nil && got.status == http.StatusAccepted {
		at := got.header.Get("Location")
		if !strings.HasPrefix(at, "/v1/aggregations/") {
			return fmt.Errorf("the run is to be found at %q", at)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
		got, err = s.client.send(ctx, request{http.MethodGet, at, authorization, nil})
	}
	if err != nil {
		return err
	}
	var outcome struct {
		Run     string  `json:"run"`
		Release *int    `json:"release"`
		Why     *string `json:"why"`
	}
	if err := got.content(&outcome); err != nil {
		return err
	}
	if outcome.Run == "" || (outcome.Release == nil) == (outcome.Why == nil) {
		return fmt.Errorf("it does not say which run it was and whether it made a release or why not: %.300s", got.body)
	}
	return nil
}
