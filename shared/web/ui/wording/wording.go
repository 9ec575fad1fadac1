// Package wording is what the pages say: one catalogue for each language, in a folder of its own.
// words.txt holds the short texts by key, the files *.md whole pages. There is English only so far.
//
// Texts may hold a value, {name}, a link, [words](/address), and words that stand out, **words**.
// Whatever is put in for a value is text: its markup counts for nothing.
package wording

import (
	"embed"
	"fmt"
	"html/template"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed en
var files embed.FS

// English is the catalogue of the pages.
var English = must(read("en"))

// Catalogue is the texts of one language.
type Catalogue struct {
	words     map[string]string
	documents map[string]string // by name, without .md
}

func must(c *Catalogue, err error) *Catalogue {
	if err != nil {
		panic(err) // the program was built with a catalogue that cannot be read
	}
	return c
}

func read(language string) (*Catalogue, error) {
	c := &Catalogue{words: map[string]string{}, documents: map[string]string{}}
	entries, err := files.ReadDir(language)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue: %w", err)
	}
	for _, e := range entries {
		content, err := files.ReadFile(path.Join(language, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("reading the catalogue: %w", err)
		}
		if name, ok := strings.CutSuffix(e.Name(), ".md"); ok {
			c.documents[name] = string(content)
			continue
		}
		if err := c.add(string(content)); err != nil {
			return nil, fmt.Errorf("reading %s of the catalogue: %w", e.Name(), err)
		}
	}
	return c, nil
}

// add reads lines of key and text.
func (c *Catalogue) add(lines string) error {
	for i, line := range strings.Split(lines, "\n") {
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, text, ok := strings.Cut(line, ": ")
		if !ok || key == "" || strings.TrimSpace(text) == "" {
			return fmt.Errorf("line %d is no key and text", i+1)
		}
		if _, twice := c.words[key]; twice {
			return fmt.Errorf("line %d: %s is there twice", i+1, key)
		}
		c.words[key] = strings.TrimSpace(text)
	}
	return nil
}

// Keys lists the keys of the short texts, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.words)) }

// Documents lists the names of the whole pages, sorted.
func (c *Catalogue) Documents() []string { return slices.Sorted(maps.Keys(c.documents)) }

// Has reports whether there is a short text under the key.
func (c *Catalogue) Has(key string) bool { return c.words[key] != "" }

// Say returns the text under the key, with values put in: names and values by turns. A text with
// markup is for HTML. That a key or a value is missing is a fault of the program, and panics.
func (c *Catalogue) Say(key string, values ...string) string {
	return fill(c.text(key), values, func(s string) string { return s })
}

// HTML is Say with markup: links and words that stand out become elements.
func (c *Catalogue) HTML(key string, values ...string) template.HTML {
	return template.HTML(markUp(c.text(key), values)) //nolint:gosec // G203: markUp escapes all but its own elements
}

func (c *Catalogue) text(key string) string {
	text, ok := c.words[key]
	if !ok {
		panic("the catalogue has no " + key)
	}
	return text
}

var value = regexp.MustCompile(`\{[a-zA-Z]+\}`)

// fill puts the values into a text, each as made by f.
func fill(text string, values []string, f func(string) string) string {
	return value.ReplaceAllStringFunc(text, func(name string) string {
		for i := 0; i+1 < len(values); i += 2 {
			if values[i] == name[1:len(name)-1] {
				return f(values[i+1])
			}
		}
		panic("no value for " + name + " in " + text)
	})
}

var (
	link   = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	strong = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// markUp makes HTML of a text. The markup is made before the values are put in, so that none of theirs counts.
func markUp(text string, values []string) string {
	text = template.HTMLEscapeString(text)
	text = link.ReplaceAllString(text, `<a href="$2">$1</a>`)
	text = strong.ReplaceAllString(text, `<strong>$1</strong>`)
	return fill(text, values, template.HTMLEscapeString)
}

// Page is a whole page: its title, which is its h1 as well, and what stands below.
type Page struct {
	Title string
	Body  template.HTML
}

// Document returns the page with the name, with values put in. A paragraph that is
// nothing but an empty value is left out. Its lines are "# title", "## heading", "- item", "1. item" and paragraphs.
func (c *Catalogue) Document(name string, values ...string) Page {
	text, ok := c.documents[name]
	if !ok {
		panic("the catalogue has no document " + name)
	}
	var p Page
	var b strings.Builder
	list := "" // the element of the list that is open
	end := func(next string) {
		if list != next && list != "" {
			b.WriteString("</" + list + ">\n")
		}
		if list != next && next == "ul" {
			b.WriteString(`<ul class="nhsuk-list nhsuk-list--bullet">` + "\n")
		}
		if list != next && next == "ol" {
			b.WriteString(`<ol class="nhsuk-list nhsuk-list--number">` + "\n")
		}
		list = next
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch numbered := number.FindString(line); {
		case line == "":
		case strings.HasPrefix(line, "# "):
			p.Title = fill(line[2:], values, func(s string) string { return s })
		case strings.HasPrefix(line, "## "):
			end("")
			b.WriteString("<h2>" + markUp(line[3:], values) + "</h2>\n")
		case strings.HasPrefix(line, "- "):
			end("ul")
			b.WriteString("<li>" + markUp(line[2:], values) + "</li>\n")
		case numbered != "":
			end("ol")
			b.WriteString("<li>" + markUp(line[len(numbered):], values) + "</li>\n")
		default:
			end("")
			if s := markUp(line, values); s != "" {
				b.WriteString("<p>" + s + "</p>\n")
			}
		}
	}
	end("")
	p.Body = template.HTML(b.String()) //nolint:gosec // G203: markUp escapes all but its own elements
	return p
}

var number = regexp.MustCompile(`^\d+\. `)

// Plain is what the document says, without markup, a line for each of its own; values stand as a word each.
func (c *Catalogue) Plain(name string) []string {
	var lines []string
	for line := range strings.Lines(c.documents[name]) {
		line = number.ReplaceAllString(strings.TrimLeft(strings.TrimSpace(line), "#- "), "")
		if line != "" {
			lines = append(lines, plain(line))
		}
	}
	return lines
}

// PlainWords is the short text under the key, without markup; values stand as a word each.
func (c *Catalogue) PlainWords(key string) string { return plain(c.text(key)) }

func plain(s string) string {
	s = link.ReplaceAllString(s, "$1")
	s = strong.ReplaceAllString(s, "$1")
	return value.ReplaceAllString(s, "one")
}
