// Package component is the parts that pages are made of, in the design of
// nhsuk-frontend: a struct and a template for each that is in use. The templates are written by
// hand and held to the HTML that the package itself makes (component_test.go).
//
// Every text is escaped where it is put; a field of type template.HTML is the
// exception, and only ever holds what Render returned or what a page's own template wrote.
// No component has a text of its own: what it says is the caller's, so that it can be translated.
//
// To add one: its struct, templates/NAME.html, its name in scripts/assets, and its fixtures' adapter in component_test.go.
package component

import (
	"embed"
	"fmt"
	"html/template"
	"strings"
	"sync"
)

//go:embed templates
var files embed.FS

// templates are read when the first component is rendered.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("component").ParseFS(files, "templates/*.html"))
})

// Component is one of the structs of this package.
type Component interface{ template() string }

// Render returns a component's HTML, to be put on a page or inside another component.
func Render(c Component) (template.HTML, error) {
	var b strings.Builder
	if err := templates().ExecuteTemplate(&b, c.template(), c); err != nil {
		return "", fmt.Errorf("rendering a component: %w", err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // G203: it is what the template engine escaped
}

// Label is what a control is called. Heading makes it the page's h1.
type Label struct {
	Text, For string
	Caption   string // stands above the text, smaller
	Size      string // s, m, l or xl; the size of the body if empty
	Classes   string
	Heading   bool
}

// Legend is what a group of controls is called. Heading makes it the page's h1.
type Legend struct {
	Text    string
	Caption string // stands above the text, smaller
	Size    string // s, m, l or xl; the size of the body if empty
	Classes string
	Heading bool
}

// Hint helps with a control.
type Hint struct{ ID, Text, Classes string }

// ErrorMessage says what is wrong with a control. The prefix is for those who hear the page.
type ErrorMessage struct{ ID, Text, Prefix string }

// SkipLink leads past what stands on every page.
type SkipLink struct{ Href, Text string }

// BackLink leads to the page before: a link if it has an address, else the button of a form.
type BackLink struct {
	Href, Text        string
	Type, Name, Value string
}

// Button sends a form, or is a link that looks like one if it has an address.
type Button struct {
	Text        string
	Variant     string // secondary, warning and the like; empty for the first thing to do on a page
	Name, Value string
	Href        string
	Small       bool
	Disabled    bool
	Once        bool // a second press within a second does nothing
}

// Details hides a text behind a line until it is asked for.
type Details struct {
	Summary string
	Content template.HTML
	Open    bool
}

// NotificationBanner tells what has just happened.
type NotificationBanner struct {
	Title, Text string
	Success     bool
}

// Panel confirms that something is done. Its heading is the page's h1.
type Panel struct {
	Heading string
	Size    string // m, l or xl
	Content template.HTML
}

// ErrorSummary lists what is wrong with a form.
type ErrorSummary struct {
	Heading string
	Faults  []SummaryFault
}

// SummaryFault is one line of an error summary. Its address leads to the control; it may have none.
type SummaryFault struct{ Href, Text string }

// SummaryList is a list of names and values.
type SummaryList struct {
	Rows         []SummaryRow
	LastRowPlain bool // without a line below it
	Plain        bool // without lines at all
}

// SummaryRow is a row of a summary list.
type SummaryRow struct {
	Key      string
	KeyWidth string // one-half and the like; as the styles have it if empty
	Value    template.HTML
	Change   *Change
	NoChange bool // in a list of which other rows have one
}

// Change leads to where a value can be changed: a link if it has an address, else the button of a form.
// Hidden says what it changes, for those who hear the page.
type Change struct {
	Href, Text, Hidden    string
	ID, Name, ButtonValue string
}

// The names of the templates.
func (BackLink) template() string           { return "back-link" }
func (Button) template() string             { return "button" }
func (CharacterCount) template() string     { return "character-count" }
func (Checkboxes) template() string         { return "checkboxes" }
func (DateInput) template() string          { return "date-input" }
func (Details) template() string            { return "details" }
func (ErrorMessage) template() string       { return "error-message" }
func (ErrorSummary) template() string       { return "error-summary" }
func (Hint) template() string               { return "hint" }
func (Input) template() string              { return "input" }
func (Label) template() string              { return "label" }
func (NotificationBanner) template() string { return "notification-banner" }
func (Panel) template() string              { return "panel" }
func (Radios) template() string             { return "radios" }
func (Select) template() string             { return "select" }
func (SkipLink) template() string           { return "skip-link" }
func (SummaryList) template() string        { return "summary-list" }
