// Package dashboard is the routes of those who read the scores: the scores and
// the releases as JSON, the dashboard as a page, and the way in and out.
//
//	GET  /v1/scores[?level=…&code=…&objective=…&group=…]
//	GET  /v1/pledge-summary[?level=…&code=…]
//	GET  /v1/releases, /v1/releases/{seq}
//	GET  /dashboard[?level=…&code=…&objective=…&group=…]
//	GET  /sign-in[?once=CODE]    POST /sign-in    POST /sign-out
//
// Everything shown is read from a release as it was published: nothing is
// computed here, and what a release withholds is not to be had.
package dashboard

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/document"
	"learningforlife/shared/identity"
	"learningforlife/shared/release"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// Config is what the routes need. All fields must be given.
type Config struct {
	Campaign *campaign.Campaign
	Releases document.Reader
	Gate     *identity.Gate
	Now      func() time.Time // tells the day on which nothing is released yet
	Log      *slog.Logger
}

// The paths that answers lead to.
const (
	scoresPath    = "/v1/scores"
	dashboardPath = "/dashboard"
	signInPath    = "/sign-in"
)

// route is the methods of one path.
type route struct {
	path    string
	methods respond.Methods
}

func (h handler) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{scoresPath, respond.Methods{get: h.signedIn(h.scores)}},
		{"/v1/pledge-summary", respond.Methods{get: h.signedIn(h.pledges)}},
		{"/v1/releases", respond.Methods{get: h.signedIn(h.releases)}},
		{"/v1/releases/{seq}", respond.Methods{get: h.signedIn(h.release)}},

		{dashboardPath, respond.Methods{get: toSignIn(h.signedIn(h.page))}},
		{signInPath, respond.Methods{get: h.signInPage, post: respond.SameOrigin(h.signIn)}},
		{"/sign-out", respond.Methods{post: respond.SameOrigin(h.signOut)}},
	}
}

// Paths returns the patterns of the paths that Handler serves, without methods.
func Paths() []string {
	var paths []string
	for _, r := range (handler{}).routes() {
		paths = append(paths, r.path)
	}
	return paths
}

// Handler serves the paths, and answers that there is nothing at any other.
func Handler(c Config) http.Handler {
	h := handler{c, new(release.Current)}
	re := &respond.Responder{Log: c.Log, Now: c.Now, Page: ui.WriteProblem}
	mux := http.NewServeMux()
	for _, r := range h.routes() {
		mux.Handle(r.path, re.Handle(r.path, r.methods.Serve))
	}
	mux.Handle("/", re.NotFound())
	return respond.Secure(mux)
}

type handler struct {
	Config
	current *release.Current
}

// signedIn is next for whoever is signed in: every role reads every score.
func (h handler) signedIn(next respond.Handler) respond.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if _, err := h.Gate.Principal(r); err != nil {
			return err
		}
		return next(w, r)
	}
}

// toSignIn is next, but sends whoever is not signed in to where they can.
func toSignIn(next respond.Handler) respond.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := next(w, r)
		if errors.Is(err, identity.ErrUnauthenticated) {
			return respond.SeeOther(w, signInPath)
		}
		return err
	}
}

// newest returns the current release; before the first, the one without figures.
func (h handler) newest(ctx context.Context) (release.Release, error) {
	r, err := h.current.Newest(ctx, h.Releases)
	if errors.Is(err, release.ErrNone) {
		return release.Waiting(h.Campaign, day.Of(h.Now())), nil
	}
	return r, err
}
