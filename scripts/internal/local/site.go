// Package local is the whole project in one process: the functions' own handlers
// side by side over one store, and the schedules of aggregations and recounts.
package local

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"learningforlife/scripts/internal/storage"
	"learningforlife/shared/aggregate"
	"learningforlife/shared/aggregation"
	"learningforlife/shared/campaign"
	"learningforlife/shared/identity"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/admin"
	"learningforlife/shared/web/dashboard"
	"learningforlife/shared/web/gallery"
	"learningforlife/shared/web/intake"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/signed"
	"learningforlife/shared/web/ui"
)

const (
	// answerWithin is how long the store may take for one request. What is not
	// answered then is answered 503, and the client sends it again.
	answerWithin = 10 * time.Second
	// tellWithin is how long a request for an aggregation waits for what comes of it.
	tellWithin = 20 * time.Second
	// aggregateWithin is how long an aggregation or a recount may take.
	aggregateWithin = 10 * time.Minute
)

// Config is what a site is made of. All fields but Settings, Limit, Every and RecountEvery are needed.
type Config struct {
	Campaign *campaign.Campaign
	Store    storage.Store
	Address  string        // the site's, without a slash at the end
	Token    string        // makes its bearer an administrator
	Forms    signed.Key    // signs forms: with the one of the last run, forms that are still open go on
	Settings ui.Settings   // what those who run the site say of themselves
	Limit    int           // submissions per organisation and second; 0 is no limit
	Every    time.Duration // between scheduled aggregations; 0 is never
	// RecountEvery is the time between recounts, which prove what aggregations rely on; 0 is never.
	RecountEvery time.Duration
	Now          func() time.Time
	Random       io.Reader // of cryptographic quality
	Log          *slog.Logger
}

// Site is everything that is served.
type Site struct {
	handler    http.Handler
	admin      *admin.Handler
	aggregator *aggregate.Aggregator
	gate       *identity.Gate
	mint       func() string // ids of runs
	config     Config
}

// New returns the site.
func New(c Config) (*Site, error) {
	key := make([]byte, identity.MinKey)
	if _, err := io.ReadFull(c.Random, key); err != nil {
		return nil, fmt.Errorf("making the key that signs sessions: %w", err)
	}
	mint, err := aggregation.IDs(c.Now, c.Random)
	if err != nil {
		return nil, err
	}
	gate, err := identity.New(identity.Options{AdminToken: c.Token, Key: key, Now: c.Now})
	if err != nil {
		return nil, fmt.Errorf("setting up the site: %w", err)
	}
	counted, err := aggregate.New(aggregate.Config{Campaign: c.Campaign, Submissions: c.Store, Workings: c.Store.Workings(),
		Releases: c.Store.Releases(), Settings: c.Store.Settings(), Now: c.Now, Log: c.Log})
	if err != nil {
		return nil, fmt.Errorf("setting up the site: %w", err)
	}
	s := &Site{gate: gate, aggregator: counted, mint: mint, config: c}
	s.admin = admin.New(admin.Config{
		Aggregator: counted,
		Settings:   c.Store.Settings(),
		Gate:       gate,
		NewRun:     mint,
		Wait:       tellWithin,
		Limit:      aggregateWithin,
		Log:        c.Log,
		Now:        c.Now,
	})
	taking := intake.Handler(intake.Config{
		Campaign: c.Campaign,
		Register: submission.NewRegister(c.Store, c.Campaign),
		Now:      c.Now,
		Random:   c.Random,
		Site:     c.Address,
		Forms:    c.Forms,
		Settings: c.Settings,
		Limit:    c.Limit,
		Healthy:  c.Store.Healthy,
		Log:      c.Log,
	})
	reading := dashboard.Handler(dashboard.Config{Campaign: c.Campaign, Releases: c.Store.Releases(), Gate: gate, Now: c.Now, Log: c.Log})
	pages, err := gallery.Handler(c.Log, c.Now)
	if err != nil {
		return nil, fmt.Errorf("setting up the site: %w", err)
	}
	mux := http.NewServeMux()
	mount := func(paths []string, h http.Handler) {
		for _, path := range paths {
			mux.Handle(path, h)
		}
	}
	mount(intake.Paths(), within(answerWithin, taking))
	mount(dashboard.Paths(), within(answerWithin, reading))
	mount(admin.Paths(), s.admin)
	mount([]string{gallery.Path, gallery.Path + "/"}, respond.Secure(pages))
	mux.Handle("/", taking) // which says that there is nothing
	s.handler = mux
	return s, nil
}

// ServeHTTP serves every route of the site.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// SignIn returns the address at which the first who opens it is signed in to the dashboard.
func (s *Site) SignIn() (string, error) {
	code, err := s.gate.NewLink(s.config.Random)
	if err != nil {
		return "", fmt.Errorf("making the way in: %w", err)
	}
	return s.config.Address + "/sign-in?once=" + code, nil
}

// within gives each request of h a deadline.
func within(limit time.Duration, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}
