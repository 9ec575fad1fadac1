package history

import (
	"context"
	"slices"

	"learningforlife/shared/aggregate"
	"learningforlife/shared/day"
	"learningforlife/shared/release"
)

// Week is what is known of a week: of what was answered, how much is shown, and how old it is.
type Week struct {
	Week    int     `json:"week"` // from 1
	Day     day.Day `json:"day"`
	Release *int    `json:"release"` // that was made, if any figure changed
	Why     string  `json:"why,omitempty"`
	Waves   [2]Wave `json:"waves"` // before, after
}

// Wave is of one wave. Shares are from 0 to 1; 0 where nothing was answered yet.
type Wave struct {
	Received int `json:"received"` // answers in the base of objective 1, those withdrawn not among them
	Answered int `json:"answered"` // organisations that somebody answered for
	// Counted is which share of the answers received the nation, or all regions or organisations together, are printed to rest on.
	Counted map[string]float64 `json:"counted"`
	// Shown is for which share of the organisations that somebody answered for a figure is shown.
	Shown float64 `json:"shown"`
	// Age is how many weeks ago, on average over the rows of a level that show a figure of objective 1, these came about.
	Age map[string]float64 `json:"age"`
}

// received are the answers that can count, by wave and code.
type received [2]map[string]int

func (r *received) count(a acts) {
	for wave := range r {
		if r[wave] == nil {
			r[wave] = map[string]int{}
		}
	}
	for _, one := range a.responses {
		if one.based {
			r[one.wave][one.code]++
		}
	}
	for _, one := range a.withdrawn {
		if one.based {
			r[one.wave][one.code]--
		}
	}
}

// measure compares what the newest release shows of objective 1 with what was answered.
func (h *history) measure(ctx context.Context, week int, on day.Day, run aggregate.Run) error {
	if run.Release != nil {
		h.shown[*run.Release] = on
	}
	w := Week{Week: week + 1, Day: on, Release: run.Release, Why: run.Why}
	if len(h.shown) > 0 {
		newest, err := release.Newest(ctx, h.Store.Releases())
		if err != nil {
			return err
		}
		for wave := range w.Waves {
			w.Waves[wave] = h.wave(newest, wave, on)
		}
	}
	h.weeks = append(h.weeks, w)
	return nil
}

func (h *history) wave(r release.Release, wave int, on day.Day) Wave {
	w := Wave{Counted: map[string]float64{}, Age: map[string]float64{}}
	organisations := h.standing(wave, on)
	for _, n := range organisations {
		w.Received += n
	}
	w.Answered = len(organisations)
	rows, shown := map[string]float64{}, 0
	for _, s := range r.Scores {
		figure := []release.Wave{s.Before, s.After}[wave]
		if s.Objective != 1 || s.Group != "all" || !figure.Published() {
			continue
		}
		w.Counted[s.Level] += float64(*figure.Respondents) / float64(w.Received)
		w.Age[s.Level] += float64(on-h.shown[*s.AsOf]) / 7
		rows[s.Level]++
		if s.Level == "organisation" && organisations[s.Code] > 0 {
			shown++
		}
	}
	for level, n := range rows {
		w.Age[level] /= n
	}
	if w.Answered > 0 {
		w.Shown = float64(shown) / float64(w.Answered)
	}
	return w
}

// standing are the answers of a wave by the organisation that stands on the day.
func (h *history) standing(wave int, on day.Day) map[string]int {
	standing := map[string]int{}
	for code, n := range h.received[wave] {
		if n == 0 {
			continue
		}
		if slices.Contains(merging, code) && on >= monday(merges) {
			code = merged
		}
		standing[code] += n
	}
	return standing
}
