// Package admin is the routes of those who run the campaign: running an aggregation and
// hearing what came of it, and deciding about bursts of responses, which are held back until then.
//
//	POST /v1/aggregations        → 200 with the outcome, or 202 and where to ask for it
//	GET  /v1/aggregations/{run}  → 200 with the outcome, or 202 while the run goes on
//	GET  /v1/quarantine                             → 200 with what is held back or was decided about
//	PUT  /v1/quarantine/{organisation}/{day}/{wave} → 200 with the row, or 404 if it is not in the queue
//
// It reads no submissions: it asks an Aggregator, which alone does, and reads the queue that it left.
package admin

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/document"
	"learningforlife/shared/identity"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// Config is what the routes need. All fields must be given.
type Config struct {
	Aggregator aggregation.Aggregator
	Settings   document.Store
	Gate       *identity.Gate
	NewRun     func() string // mints the id of a run
	Wait       time.Duration // for how long POST waits for the outcome
	Limit      time.Duration // for how long a run may go on
	Log        *slog.Logger
	Now        func() time.Time // measures how long an answer took
}

const aggregationsPath = "/v1/aggregations"

// route is the methods of one path.
type route struct {
	path    string
	methods respond.Methods
}

func (h *Handler) routes() []route {
	return []route{
		{aggregationsPath, respond.Methods{http.MethodPost: respond.SameOrigin(h.admin(h.aggregate))}},
		{aggregationsPath + "/{run}", respond.Methods{http.MethodGet: h.admin(h.outcome)}},
		{quarantinePath, respond.Methods{http.MethodGet: h.admin(h.queue)}},
		{quarantinePath + "/{organisation}/{day}/{wave}", respond.Methods{http.MethodPut: respond.SameOrigin(h.admin(h.decide))}},
	}
}

// Paths returns the patterns of the paths that Handler serves, without methods.
func Paths() []string {
	var paths []string
	for _, r := range new(Handler).routes() {
		paths = append(paths, r.path)
	}
	return paths
}

// Handler serves the paths, and answers that there is nothing at any other. It
// must be closed before what the Aggregator works on is.
type Handler struct {
	config Config
	runs   *runs
	serve  http.Handler
}

// New returns the handler.
func New(c Config) *Handler {
	h := &Handler{config: c, runs: newRuns(c.Aggregator, c.Limit, c.Log)}
	re := &respond.Responder{Log: c.Log, Now: c.Now, Page: ui.WriteProblem}
	mux := http.NewServeMux()
	for _, r := range h.routes() {
		mux.Handle(r.path, re.Handle(r.path, r.methods.Serve))
	}
	mux.Handle("/", re.NotFound())
	h.serve = respond.Secure(mux)
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.serve.ServeHTTP(w, r) }

// Close takes no further aggregations and waits for those that are running. When ctx is done first it
// cancels them, waits until they have stopped, and returns ctx's error. After Close nothing runs.
func (h *Handler) Close(ctx context.Context) error {
	if err := h.runs.close(ctx); err != nil {
		return fmt.Errorf("waiting for aggregations: %w", err)
	}
	return nil
}

// admin is next for spf_admins only.
func (h *Handler) admin(next respond.Handler) respond.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := h.config.Gate.Principal(r)
		if err != nil {
			return err
		}
		if err := p.Require(identity.Admin); err != nil {
			return err
		}
		return next(w, r)
	}
}
