// Package ui is how pages look and what they say: a struct for each page goes
// in and HTML comes out. It knows nothing of requests, stores or campaigns.
//
// To add a page: write its struct with a head method, and templates/NAME.html,
// which defines "content". Its words are in the catalogue (package wording), its parts are components
// (package component). Every page works without scripts and has none of its own: assets/boot.js
// and assets/site.js are on each.
package ui

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"learningforlife/shared/web/ui/component"
	"learningforlife/shared/web/ui/wording"
)

// Page is a page: one of the structs of this package.
type Page interface{ head() head }

// head is what the frame around a page needs to know of it.
type head struct {
	template string    // name of the file below templates, without .html
	title    string    // what the page is about; its h1 says the same or more
	failed   bool      // there is something wrong with what was sent
	choosing bool      // the page has a list in which people type to find something
	office   bool      // the page is for those who sign in: it has room for tables, and its site a cookie
	back     *Backward // the step before, if there is one
}

// Backward leads to the step before this one: with what was entered in earlier steps, or to an address.
type Backward struct {
	Address   string
	State, At string
}

// Link leads there; with what was entered it is the button of a form.
func (b Backward) Link() component.BackLink {
	l := component.BackLink{Text: catalogue.Say("frame.back")}
	if b.State == "" {
		l.Href = b.Address
		return l
	}
	l.Type, l.Name, l.Value = "submit", GoField, GoBack
	return l
}

//go:embed templates
var files embed.FS

const frame = "templates/frame.html"

var catalogue = wording.English

// pages are the templates by name. Each is read when it is first written, so that a
// function that answers programs starts without any; that all can be read, a test holds.
var pages = templates()

var common = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("frame.html").Funcs(template.FuncMap{
		"asset": Asset, "date": date, "put": component.Render, "say": catalogue.HTML, "plain": catalogue.Say, "qr": qrCode, "skip": skip, "lower": strings.ToLower, "once": once, "secondary": secondary,
	}).ParseFS(files, frame))
})

func templates() map[string]func() *template.Template {
	byName := map[string]func() *template.Template{}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, name := range names {
		if name != frame {
			byName[strings.TrimSuffix(path.Base(name), ".html")] = sync.OnceValue(func() *template.Template {
				return template.Must(template.Must(common().Clone()).ParseFS(files, name))
			})
		}
	}
	return byName
}

// skip leads past what stands on every page.
func skip() component.SkipLink {
	return component.SkipLink{Href: "#main", Text: catalogue.Say("frame.skip")}
}

// once and secondary are buttons: the one that a page is there for, which does nothing at a second press, and another.
func once(text string) component.Button { return component.Button{Text: text, Once: true} }
func secondary(text string) component.Button {
	return component.Button{Text: text, Variant: "secondary"}
}

// Frame is what stands around every page of a site.
type Frame struct {
	Brand string // whose site it is, at the head of each page; empty for none
}

// Write writes the page's HTML.
func (f Frame) Write(w io.Writer, p Page) error {
	h := p.head()
	title := h.title + " – " + catalogue.Say("frame.brand")
	if h.failed {
		title = catalogue.Say("frame.error") + ": " + title
	}
	err := pages[h.template]().Execute(w, struct {
		Title, Brand     string
		Choosing, Office bool
		Back             *Backward
		Page             Page
	}{title, f.Brand, h.choosing, h.office, h.back, p})
	if err != nil {
		return fmt.Errorf("writing page %s: %w", h.template, err)
	}
	return nil
}

// Write writes the page's HTML in the frame of a site that is nobody's in particular.
func Write(w io.Writer, p Page) error { return Frame{}.Write(w, p) }
