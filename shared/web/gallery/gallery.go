// Package gallery shows one of each page and state, for people to look at while they change them.
// It is served on a machine of one's own and nowhere else: no function brings it along.
package gallery

import (
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"time"

	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
	"learningforlife/shared/web/ui/sample"
	"learningforlife/shared/web/ui/wording"
)

// Path is where the list of pages is. Each page is below it, once as it is and once with something wrong everywhere.
const Path = "/_pages"

// Handler serves the list and the pages.
func Handler(log *slog.Logger, now func() time.Time) (http.Handler, error) {
	re := &respond.Responder{Log: log, Now: now, Page: ui.WriteProblem}
	mux := http.NewServeMux()
	var list template.HTML
	for _, state := range []struct{ name, text string }{{"plain", ""}, {"wrong", "Choose one of these"}} {
		pages, err := sample.Pages(state.text)
		if err != nil {
			return nil, fmt.Errorf("making the sample pages: %w", err)
		}
		for _, p := range pages {
			path := Path + "/" + state.name + "/" + p.Name
			mux.Handle("GET "+path, re.Handle(path, show(p.Page)))
			list += template.HTML(fmt.Sprintf("<li><a href=%q>%s</a></li>\n", path, state.name+": "+p.Name)) //nolint:gosec // G203: names of the program's own
		}
	}
	index := ui.Document{Page: wording.Page{Title: "Pages", Body: `<ul class="nhsuk-list">` + list + "</ul>"}}
	mux.Handle("GET "+Path, re.Handle(Path, show(index)))
	mux.Handle("/", re.NotFound())
	return mux, nil
}

func show(p ui.Page) respond.Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		return respond.HTML(w, http.StatusOK, func(w io.Writer) error { return ui.Write(w, p) })
	}
}
