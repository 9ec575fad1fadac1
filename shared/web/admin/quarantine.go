package admin

import (
	"fmt"
	"net/http"

	"learningforlife/shared/day"
	"learningforlife/shared/quarantine"
	"learningforlife/shared/submission"
	"learningforlife/shared/web/respond"
)

const quarantinePath = "/v1/quarantine"

// batch is how a batch is told.
type batch struct {
	Organisation string               `json:"organisation"`
	Day          day.Day              `json:"day"`
	Wave         string               `json:"wave"`
	Responses    int                  `json:"responses"` // as the last aggregation found them
	Decision     *quarantine.Decision `json:"decision"`
}

// verdict is the body of PUT /v1/quarantine/….
type verdict struct {
	Decision quarantine.Decision `json:"decision"`
}

// queue lists the batches that the last aggregation found to be bursts, or that were decided about.
func (h *Handler) queue(w http.ResponseWriter, r *http.Request) error {
	queue, err := quarantine.Newest(r.Context(), h.config.Settings)
	if err != nil {
		return err
	}
	decisions, err := quarantine.Decisions(r.Context(), h.config.Settings)
	if err != nil {
		return err
	}
	list := make([]batch, 0, len(queue.Rows))
	for _, row := range queue.Rows {
		list = append(list, told(row, decisions[row.Batch]))
	}
	return respond.JSON(w, http.StatusOK, struct {
		Quarantine []batch `json:"quarantine"`
	}{list})
}

func told(row quarantine.Row, d quarantine.Decision) batch {
	b := batch{Organisation: row.Organisation, Day: row.Day, Wave: row.Wave, Responses: row.Responses}
	if d != quarantine.None {
		b.Decision = &d
	}
	return b
}

// decide records a decision about a batch of the queue; the next aggregation heeds it.
func (h *Handler) decide(w http.ResponseWriter, r *http.Request) error {
	var v verdict
	if err := respond.ReadJSON(w, r, &v); err != nil {
		return err
	}
	row, err := h.row(r)
	if err != nil {
		return err
	}
	if v.Decision != quarantine.Count && v.Decision != quarantine.Hold {
		return submission.Invalid{{Field: "decision", Message: fmt.Sprintf("Give %q, to count these responses, or %q, to keep them out.", quarantine.Count, quarantine.Hold)}}
	}
	decisions, err := quarantine.Decisions(r.Context(), h.config.Settings)
	if err != nil {
		return err
	}
	if decisions[row.Batch] != v.Decision { // a request that is sent again leaves nothing behind
		if err := quarantine.Decide(r.Context(), h.config.Settings, row.Batch, v.Decision); err != nil {
			return err
		}
	}
	return respond.JSON(w, http.StatusOK, told(row, v.Decision))
}

// row returns the row of the batch that the path names. What is not in the queue cannot be
// decided about, so a slip of the pen in a code, a day or a wave decides nothing.
func (h *Handler) row(r *http.Request) (quarantine.Row, error) {
	b := quarantine.Batch{Organisation: r.PathValue("organisation"), Wave: r.PathValue("wave")}
	queue, err := quarantine.Newest(r.Context(), h.config.Settings)
	if err != nil {
		return quarantine.Row{}, err
	}
	on, err := day.Parse(r.PathValue("day"))
	if err != nil {
		return quarantine.Row{}, respond.Detail(fmt.Errorf("%w: %w", respond.ErrNotFound, err), noBatch)
	}
	b.Day = on
	row, ok := queue.Find(b)
	if !ok {
		return quarantine.Row{}, respond.Detail(respond.ErrNotFound, noBatch)
	}
	return row, nil
}

const noBatch = "No responses of that organisation, day and wave are in the queue. See " + quarantinePath + " for those that are."
