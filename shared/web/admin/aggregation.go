package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"learningforlife/shared/aggregation"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
)

// order is the body of POST /v1/aggregations.
type order struct {
	Release  *bool `json:"release"` // left out, it means true
	Corrects *int  `json:"corrects"`
}

// request checks the order and returns what it asks for.
func (o order) request(run string) (aggregation.Request, error) {
	request := aggregation.Request{Run: run, Release: o.Release == nil || *o.Release}
	if o.Corrects == nil {
		return request, nil
	}
	request.Corrects = *o.Corrects
	switch {
	case request.Corrects < 1:
		return aggregation.Request{}, submission.Invalid{{Field: "corrects", Message: "Give the number of a release, from 1, or leave it out."}}
	case !request.Release:
		return aggregation.Request{}, submission.Invalid{{Field: "corrects", Message: "A correction is a release: leave this out, or ask for a release."}}
	}
	return request, nil
}

// outcome is how an outcome is told.
type outcome struct {
	Run     string  `json:"run"`
	Release *int    `json:"release"`
	Why     *string `json:"why"`
}

// started tells of a run whose outcome is not known yet.
type started struct {
	Run string `json:"run"`
}

// aggregate runs an aggregation. The run goes on if the client hangs up or has waited for long enough.
func (h *Handler) aggregate(w http.ResponseWriter, r *http.Request) error {
	var o order
	if err := respond.ReadJSON(w, r, &o); err != nil {
		return err
	}
	request, err := o.request(h.config.NewRun())
	if err != nil {
		return err
	}
	run, err := h.runs.start(r.Context(), request)
	if err != nil {
		return err
	}
	enough := time.NewTimer(h.config.Wait)
	defer enough.Stop()
	select {
	case <-run.done:
	case <-enough.C:
	case <-r.Context().Done():
	}
	return tell(w, run)
}

// outcome tells what came of a run.
func (h *Handler) outcome(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("run")
	if run := h.runs.find(id); run != nil {
		return tell(w, run)
	}
	o, err := h.config.Aggregator.Outcome(r.Context(), id)
	if errors.Is(err, aggregation.ErrNoRun) {
		return respond.Detail(fmt.Errorf("%w: %w", respond.ErrNotFound, err), "There is no run of that id.")
	}
	if err != nil {
		return err
	}
	return tellOutcome(w, o)
}

// tell answers with what came of the run, or, while it goes on, with where to ask for that.
func tell(w http.ResponseWriter, run *run) error {
	select {
	case <-run.done:
	default:
		w.Header().Set("Location", aggregationsPath+"/"+url.PathEscape(run.id))
		return respond.JSON(w, http.StatusAccepted, started{run.id})
	}
	switch {
	case errors.Is(run.err, aggregation.ErrNoCorrection):
		return submission.Invalid{{Field: "corrects", Message: "There is no such release to correct."}}
	case run.err != nil:
		return respond.Detail(run.err, "The aggregation failed and nothing was released: the last release stands. Ask for another aggregation later.")
	}
	return tellOutcome(w, run.outcome)
}

func tellOutcome(w http.ResponseWriter, o aggregation.Outcome) error {
	told := outcome{Run: o.Run}
	if o.Release != 0 {
		told.Release = &o.Release
	}
	if o.Why != "" {
		told.Why = &o.Why
	}
	return respond.JSON(w, http.StatusOK, told)
}
