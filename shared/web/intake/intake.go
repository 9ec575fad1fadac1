// Package intake serves everything that staff use: the JSON API and the pages
// for pledges and responses, what they need to know of the campaign, and the
// health of the store. It has no authority and sets no cookie: whoever holds a
// receipt may open, change or withdraw what is stored under it, and nobody else may.
//
// Each route is a small handler of type respond.Handler in the file named after
// its noun: pledge.go is the API's, pledge_page.go the pages'. Both make a draft of
// what was sent and hand it to the submission.Register, which has the rules.
//
// Nothing here reads a response's answers back out, and nothing of a submission is logged.
package intake

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/signed"
	"learningforlife/shared/web/ui"
)

// Config is what intake works with. All fields are needed; those that are
// called are called from many goroutines at a time.
type Config struct {
	Campaign *campaign.Campaign
	Register *submission.Register
	Now      func() time.Time            // should not step back while the server runs: limits would hold until it has caught up
	Random   io.Reader                   // of cryptographic quality: receipts are made from it
	Site     string                      // the site's absolute base URL without a trailing slash, for links that people keep
	Forms    signed.Key                  // signs what a form has so far, for as long as it is open: all instances need the same
	Settings ui.Settings                 // what those who run the site say of themselves; may be empty
	Limit    int                         // submissions that one organisation may send a second; 0 is no limit
	Healthy  func(context.Context) error // whether the store answers
	Log      *slog.Logger
}

type server struct {
	Config
	limiter *limiter
}

// route is the methods of one path.
type route struct {
	path    string
	methods respond.Methods
}

func (s *server) routes() []route {
	const get, post, patch, del = http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete
	return []route{
		{"/v1/campaign", respond.Methods{get: s.getCampaign}},
		{"/v1/organisations", respond.Methods{get: s.getOrganisations}},
		{"/v1/pledges", respond.Methods{post: s.postPledge}},
		{"/v1/pledges/mine", respond.Methods{get: s.getPledge, patch: s.patchPledge, del: s.deletePledge}},
		{"/v1/pledges/mine/calendar", respond.Methods{post: s.postPledgeCalendar}},
		{"/v1/responses", respond.Methods{post: s.postResponse}},
		{"/v1/responses/mine", respond.Methods{del: s.deleteResponse}},
		{"/v1/responses/mine/calendar", respond.Methods{post: s.postResponseCalendar}},

		{"/{$}", respond.Methods{get: s.homePage}},
		{"/pledge", respond.Methods{get: s.pledgeForm, post: s.sendPledge}},
		{"/pledge/manage", respond.Methods{get: s.pledgeCode, post: s.managePledge}},
		{"/survey/{wave}", respond.Methods{get: s.surveyOrganisation}},
		{"/survey/{wave}/{code}", respond.Methods{get: s.surveyForm, post: s.sendResponse}},
		{"/survey/withdraw", respond.Methods{get: s.responseCode, post: s.withdrawResponse}},
		{"/how-scores-work", respond.Methods{get: s.howScoresWorkPage}},
		{"/why", respond.Methods{get: s.document(func(ui.Settings) ui.Document { return ui.Why() })}},
		{"/privacy", respond.Methods{get: s.document(ui.Privacy)}},
		{"/accessibility", respond.Methods{get: s.document(ui.Accessibility)}},
		{"/cookies", respond.Methods{get: s.document(func(ui.Settings) ui.Document { return ui.Cookies() })}},

		{ui.AssetPath, respond.Methods{get: getAsset}},
		{"/healthz", respond.Methods{get: s.getHealth}},
	}
}

// Paths returns the patterns of the paths that Handler serves, without methods.
func Paths() []string {
	var paths []string
	for _, r := range new(server).routes() {
		paths = append(paths, r.path)
	}
	return paths
}

// Handler serves the paths, and answers that there is nothing at any other.
func Handler(c Config) http.Handler {
	s := &server{Config: c, limiter: newLimiter(c.Limit, len(c.Campaign.Organisations.All()))}
	re := &respond.Responder{Log: c.Log, Now: c.Now, Page: s.frame().WriteProblem}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.path, re.Handle(r.path, r.methods.Serve))
	}
	mux.Handle("/", re.NotFound())
	return respond.Secure(mux)
}

// today is the server's day.
func (s *server) today() day.Day { return day.Of(s.Now()) }

// frame is what stands around every page.
func (s *server) frame() ui.Frame { return ui.Frame{Brand: s.Settings.Brand} }

// page answers with a page.
func (s *server) page(w http.ResponseWriter, status int, p ui.Page) error {
	return respond.HTML(w, status, func(w io.Writer) error { return s.frame().Write(w, p) })
}

// document answers with a page of text that is the same for everybody.
func (s *server) document(of func(ui.Settings) ui.Document) respond.Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Cache-Control", respond.Public)
		return s.page(w, http.StatusOK, of(s.Settings))
	}
}

// stored is the status of a submission that was taken in: 201 the first time, 200 ever after.
func stored(created bool) int {
	if created {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (s *server) getHealth(w http.ResponseWriter, r *http.Request) error {
	if err := s.Healthy(r.Context()); err != nil {
		return fmt.Errorf("asking the store: %w: %w", submission.ErrUnavailable, err)
	}
	return respond.JSON(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{"ok"})
}

func getAsset(w http.ResponseWriter, r *http.Request) error {
	a, ok := ui.OpenAsset(r.URL.Path)
	if !ok {
		return respond.ErrNotFound
	}
	w.Header().Set("Cache-Control", respond.Immutable)
	return respond.Encoded(w, http.StatusOK, a.MediaType, a.Content, a.Gzip)
}
