// Package ui is how pages look and what they say: a struct for each page goes
// in and HTML comes out. It knows nothing of requests, stores or campaigns.
//
// To add a page: write its struct with a head method, and templates/NAME.html,
// which defines "content". Words that stand on a page are in the templates and in
// wording.go, nowhere else. Every page works without scripts and has none of its
// own; the one script (assets/receipt.js) takes receipts out of addresses.
package ui

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
)

// Page is a page: one of the structs of this package.
type Page interface{ head() head }

// head is what the frame around a page needs to know of it.
type head struct {
	template string // name of the file below templates, without .html
	title    string // what the page is about; its h1 says the same or more
	failed   bool   // there is something wrong with what was sent
	receipt  bool   // the page takes a receipt from the fragment of its address
	office   bool   // the page is for those who sign in: it has room for tables, and its site a cookie
}

//go:embed templates
var files embed.FS

// frame and parts go with every page; each other file is a page.
const (
	frame = "templates/frame.html"
	parts = "templates/parts.html"
)

var pages = parse()

func parse() map[string]*template.Template {
	common := template.Must(template.New("frame.html").Funcs(template.FuncMap{"asset": Asset, "date": date, "dayOf": DayOf, "monthOf": MonthOf, "yearOf": YearOf}).ParseFS(files, frame, parts))
	parsed := map[string]*template.Template{}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	for _, name := range names {
		if name != frame && name != parts {
			parsed[strings.TrimSuffix(path.Base(name), ".html")] = template.Must(template.Must(common.Clone()).ParseFS(files, name))
		}
	}
	return parsed
}

// Write writes the page's HTML.
func Write(w io.Writer, p Page) error {
	h := p.head()
	title := h.title + " – " + brand
	if h.failed {
		title = errorPrefix + title
	}
	err := pages[h.template].Execute(w, struct {
		Title, Brand string
		Receipt      bool
		Office       bool
		Page         Page
	}{title, brand, h.receipt, h.office, p})
	if err != nil {
		return fmt.Errorf("writing page %s: %w", h.template, err)
	}
	return nil
}

// id is the id of the i-th control, from 0, of the field with the name: the
// first has the field's own, so that a link to the field leads to it.
func id(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, i+1)
}
