// Package htmltest reads pages in tests as a browser without scripts does: it
// checks what every page must be, and finds and fills in forms.
package htmltest

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// Page is a page that was read.
type Page struct {
	t    testing.TB
	root *html.Node
}

// Parse reads a page and checks what holds for every one: a language, a title,
// one h1, no heading left out, no id there twice, a label for each control, a
// target for each link within the page, a choice made at most once in a group of radio buttons, and neither script nor style of its own.
func Parse(t testing.TB, body string) *Page {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	require.NoError(t, err)
	p := &Page{t, root}
	require.True(t, strings.HasPrefix(body, "<!DOCTYPE html>"), "it begins with the doctype")
	require.Equal(t, "en", attr(p.One("html"), "lang"))
	require.NotEmpty(t, strings.TrimSpace(text(p.One("title"))))
	p.One("h1")
	p.One("main")
	p.checkHeadings()
	p.checkIDs()
	p.checkControls()
	p.checkScripts()
	p.checkTables()
	return p
}

// All returns the elements with the name, in their order.
func (p *Page) All(name string) []*html.Node {
	return below(p.root, name)
}

// One returns the only element with the name.
func (p *Page) One(name string) *html.Node {
	p.t.Helper()
	found := p.All(name)
	require.Len(p.t, found, 1, "how many %s there are", name)
	return found[0]
}

// Text returns the text of the page's only element with the name.
func (p *Page) Text(name string) string {
	p.t.Helper()
	return strings.Join(strings.Fields(text(p.One(name))), " ")
}

// ByID returns the element with the id.
func (p *Page) ByID(id string) *html.Node {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	require.Fail(p.t, "there is no such element", "id %q", id)
	return nil
}

// Faults returns the messages of the summary "There is a problem".
func (p *Page) Faults() []string {
	var list []string
	for _, n := range p.All("div") {
		if attr(n, "class") == "nhsuk-error-summary" {
			for _, item := range below(n, "li") {
				list = append(list, strings.TrimSpace(text(item)))
			}
		}
	}
	return list
}

// Links returns where the page's links lead.
func (p *Page) Links() []string {
	var list []string
	for _, n := range p.All("a") {
		list = append(list, attr(n, "href"))
	}
	return list
}

// Form is a form as it would be sent.
type Form struct {
	Method, Action string
	Values         url.Values
	node           *html.Node
}

// Has reports whether there is a button of the text.
func (p *Page) Has(button string) bool {
	for _, n := range p.All("button") {
		if text(n) == button {
			return true
		}
	}
	return false
}

// Form returns the form as the button of the text sends it, filled in as the page has it.
func (p *Page) Form(button string) Form {
	p.t.Helper()
	for _, form := range p.All("form") {
		for n := range form.Descendants() {
			if n.Type == html.ElementNode && n.Data == "button" && text(n) == button {
				f := p.read(form)
				if name := attr(n, "name"); name != "" {
					f.Values.Set(name, attr(n, "value")) // a browser sends the button that was pressed
				}
				return f
			}
		}
	}
	require.Fail(p.t, "there is no such button", "%q", button)
	return Form{}
}

// read collects the form's values as a browser would.
func (p *Page) read(form *html.Node) Form {
	p.t.Helper()
	f := Form{Method: strings.ToUpper(attr(form, "method")), Action: attr(form, "action"), Values: url.Values{}, node: form}
	for n := range form.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		name := attr(n, "name")
		switch n.Data {
		case "input":
			kind := attr(n, "type")
			if kind != "radio" && kind != "checkbox" || has(n, "checked") {
				f.Values.Add(name, attr(n, "value"))
			}
		case "textarea":
			f.Values.Add(name, text(n)) // the parser drops the first line end, as browsers do
		case "select":
			chosen := ""
			for o := range n.Descendants() {
				if o.Data == "option" && has(o, "selected") {
					chosen = attr(o, "value")
				}
			}
			f.Values.Add(name, chosen)
		}
	}
	return f
}

// Fill enters a value, which the form must offer, in the field with the name.
func (f Form) Fill(t testing.TB, name, value string) Form {
	t.Helper()
	offered := false
	for n := range f.node.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "select" && attr(n, "name") == name:
			for o := range n.Descendants() {
				offered = offered || o.Data == "option" && attr(o, "value") == value
			}
		case attr(n, "name") == name:
			free := n.Data == "textarea" || attr(n, "type") == "text"
			offered = offered || free || attr(n, "value") == value
		}
	}
	require.True(t, offered, "the form offers %q for %s", value, name)
	f.Values.Set(name, value)
	return f
}

func (p *Page) checkHeadings() {
	p.t.Helper()
	last := 0
	summary := false
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
			continue
		}
		level := int(n.Data[1] - '0')
		switch class := attr(n, "class"); class { // these stand before the h1, so that they are met first
		case "nhsuk-error-summary__heading":
			summary = true
			continue
		case "nhsuk-notification-banner__title":
			continue
		}
		require.LessOrEqual(p.t, level, last+1, "heading %q leaves a level out", text(n))
		last = level
	}
	title := text(p.One("title"))
	require.Equal(p.t, summary, strings.HasPrefix(title, "Error: "), "title %q says whether there is a summary of errors", title)
}

func (p *Page) checkIDs() {
	p.t.Helper()
	ids := map[string]bool{}
	for n := range p.root.Descendants() {
		if id := attr(n, "id"); id != "" {
			require.False(p.t, ids[id], "id %q is there twice", id)
			ids[id] = true
		}
	}
	for n := range p.root.Descendants() {
		if href := attr(n, "href"); n.Data == "a" && strings.HasPrefix(href, "#") {
			require.True(p.t, ids[href[1:]], "the link %q leads somewhere", href)
		}
		for _, name := range []string{"aria-describedby", "aria-labelledby", "for"} {
			for _, id := range strings.Fields(attr(n, name)) {
				require.True(p.t, ids[id], "%s of %s names %q, which is there", name, n.Data, id)
			}
		}
	}
}

func (p *Page) checkControls() {
	p.t.Helper()
	labelled := map[string]bool{}
	for _, n := range p.All("label") {
		labelled[attr(n, "for")] = strings.TrimSpace(text(n)) != ""
	}
	chosen := map[*html.Node]map[string]bool{}
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "input" && n.Data != "select" && n.Data != "textarea" || attr(n, "type") == "hidden" {
			continue
		}
		require.True(p.t, labelled[attr(n, "id")], "%s %q has a label", n.Data, attr(n, "name"))
		if attr(n, "type") != "radio" {
			continue
		}
		group := within(n, "fieldset")
		require.NotNil(p.t, group, "radio button %q is in a fieldset", attr(n, "name"))
		if chosen[group] == nil {
			chosen[group] = map[string]bool{}
		}
		require.False(p.t, has(n, "checked") && chosen[group][attr(n, "name")], "two of %q are chosen", attr(n, "name"))
		chosen[group][attr(n, "name")] = chosen[group][attr(n, "name")] || has(n, "checked")
	}
	for _, n := range p.All("fieldset") {
		first := n.FirstChild
		for first != nil && first.Type != html.ElementNode {
			first = first.NextSibling
		}
		require.True(p.t, first != nil && first.Data == "legend" && text(first) != "", "a fieldset has a legend")
	}
	for _, n := range p.All("form") {
		require.NotEmpty(p.t, attr(n, "action"), "a form says where it goes")
	}
}

func (p *Page) checkScripts() {
	p.t.Helper()
	require.Empty(p.t, p.All("style"), "no style within the page")
	for _, n := range p.All("script") {
		require.NotEmpty(p.t, attr(n, "src"), "no script within the page")
		require.Empty(p.t, text(n), "no script within the page")
	}
	for n := range p.root.Descendants() {
		for _, a := range n.Attr {
			require.NotEqual(p.t, "style", a.Key, "no style within the page")
			require.False(p.t, strings.HasPrefix(a.Key, "on"), "no script within the page: %s", a.Key)
			require.False(p.t, strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"), "no script within the page: %s", a.Val)
		}
	}
}

func within(n *html.Node, name string) *html.Node {
	for up := range n.Ancestors() {
		if up.Data == name {
			return up
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var s strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			s.WriteString(d.Data)
		}
	}
	return s.String()
}
