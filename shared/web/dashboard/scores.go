package dashboard

import (
	"net/http"
	"slices"
	"strconv"

	"learningforlife/shared/release"
	"learningforlife/shared/web/respond"
)

// scores answers with the newest release, or with what was asked for of it. What its figures
// were computed with, which is long, is to be had from the release itself.
func (h handler) scores(w http.ResponseWriter, r *http.Request) error {
	f, err := parseFilter(h.Campaign, r.URL.RawQuery, parameters...)
	if err != nil {
		return err
	}
	newest, err := h.newest(r.Context())
	if err != nil {
		return err
	}
	if len(f) > 0 {
		newest.Scores = f.keep(newest.Scores)
	}
	newest.Basis, newest.Pledges = nil, nil
	return tell(w, newest)
}

// pledges answers with what the newest release shows of the pledges, of every node or of those asked for.
func (h handler) pledges(w http.ResponseWriter, r *http.Request) error {
	f, err := parseFilter(h.Campaign, r.URL.RawQuery, byLevel, byCode)
	if err != nil {
		return err
	}
	newest, err := h.newest(r.Context())
	if err != nil {
		return err
	}
	shown := []release.Pledges{}
	for _, row := range newest.Pledges {
		if f.places(row.Level, row.Code) {
			shown = append(shown, row)
		}
	}
	return respond.JSON(w, http.StatusOK, struct {
		Release *release.Head     `json:"release"`
		Pledges []release.Pledges `json:"pledges"`
	}{newest.Head, shown})
}

// tell answers with the release in the form in which it is stored: the same bytes, where nothing was left out.
func tell(w http.ResponseWriter, r release.Release) error {
	content, err := release.Encode(r)
	if err != nil {
		return err
	}
	return respond.Bytes(w, http.StatusOK, respond.MediaJSON, content)
}

// releases lists the heads of all releases, newest first.
func (h handler) releases(w http.ResponseWriter, r *http.Request) error {
	heads, err := release.Heads(r.Context(), h.Releases)
	if err != nil {
		return err
	}
	slices.Reverse(heads)
	return respond.JSON(w, http.StatusOK, struct {
		Releases []release.Head `json:"releases"`
	}{heads})
}

// release answers with one release, in the form of scores and with its basis.
func (h handler) release(w http.ResponseWriter, r *http.Request) error {
	seq, err := strconv.Atoi(r.PathValue("seq"))
	if err != nil || seq < 1 || strconv.Itoa(seq) != r.PathValue("seq") {
		return release.ErrNone
	}
	found, err := release.Get(r.Context(), h.Releases, seq)
	if err != nil {
		return err
	}
	return tell(w, found)
}
