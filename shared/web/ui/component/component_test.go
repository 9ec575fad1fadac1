package component_test

import (
	"fmt"
	"html/template"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"learningforlife/shared/web/ui/component"
)

// fixture is a case of the package: options, and the HTML that it makes of them.
type fixture struct {
	Name    string  `json:"name"`
	Context options `json:"context"`
	HTML    string  `json:"html"`
	Call    any     `json:"callBlock"`
}

// options are a component's options as the package takes them. Each is taken
// once; whatever is left is one that the component here has not.
type options map[string]any

// left lists what was not taken.
func (o options) left() []string { return slices.Sorted(maps.Keys(o)) }

func take[T any](o options, name string) (value T) {
	if v, ok := o[name].(T); ok {
		delete(o, name)
		return v
	}
	return value
}

func (o options) text(name string) string { return take[string](o, name) }

func (o options) truth(name string) bool { return take[bool](o, name) }

func (o options) number(name string) int { return int(take[float64](o, name)) }

// inner takes a text that is given alone or as the text of an object.
func (o options) inner(name string) string {
	if s := o.text(name); s != "" {
		return s
	}
	within, ok := o[name].(map[string]any)
	if !ok {
		return ""
	}
	s := options(within).text("text")
	if len(within) == 0 {
		delete(o, name)
	}
	return s
}

// content takes what is given as text or as HTML.
func (o options) content() template.HTML {
	if s := o.text("html"); s != "" {
		return template.HTML(s)
	}
	return template.HTML(html.EscapeString(o.text("text")))
}

// within takes an object with f, and leaves it if f leaves anything of it.
func (o options) within(name string, f func(options)) {
	if inner, ok := o[name].(map[string]any); ok {
		f(inner)
		if len(inner) == 0 {
			delete(o, name)
		}
	}
}

// each takes a list of objects.
func (o options) each(name string, f func(options)) {
	list, ok := o[name].([]any)
	if !ok {
		return
	}
	rest := 0
	for _, item := range list {
		inner, ok := item.(map[string]any)
		if !ok {
			rest++
			continue
		}
		f(inner)
		rest += len(inner)
	}
	if rest == 0 {
		delete(o, name)
	}
}

func (o options) legend() (l component.Legend) {
	l.Heading = o["heading"] != nil
	l.Text, l.Caption, l.Size, l.Classes = o.inner("heading")+o.text("text"), o.inner("caption"), o.text("size"), o.text("classes")
	if strings.Contains(l.Classes, "__legend--") {
		l.Size = "" // a class that says the size wins
	}
	l.Heading = o.truth("isPageHeading") || l.Heading
	return l
}

func (o options) label() (l component.Label) {
	if l.Text = o.text("label"); l.Text == "" {
		o.within("label", func(o options) { l = withFor(o) })
	}
	return l
}

func withFor(o options) component.Label {
	l := o.legend()
	size := l.Size
	if strings.Contains(l.Classes, "nhsuk-label--") {
		size = ""
	}
	return component.Label{Text: l.Text, For: o.text("for"), Caption: l.Caption, Size: size, Classes: l.Classes, Heading: l.Heading}
}

func (o options) field(id string) component.Field {
	return component.Field{ID: o.text(id), Name: o.text("name"), Hint: o.inner("hint"), Error: o.inner("errorMessage"), ErrorPrefix: "Error"}
}

func (o options) fieldset() (l component.Legend) {
	o.within("fieldset", func(o options) { o.within("legend", func(o options) { l = o.legend() }) })
	return l
}

func (o options) items() (list []component.Item) {
	value := o.text("value")
	values := take[[]any](o, "values")
	disabled := o.truth("disabled")
	o.each("items", func(o options) {
		i := component.Item{Name: o.text("name"), Value: o.text("value"), Text: o.text("text"), Hint: o.inner("hint"), Divider: o.text("divider")}
		i.Checked = i.Value != "" && (i.Value == value || slices.Contains(values, any(i.Value)))
		set, given := o["disabled"].(bool)
		i.Disabled = set || disabled && !given
		delete(o, "disabled")
		o.within("conditional", func(o options) { i.Conditional = template.HTML(o.text("html")) })
		list = append(list, i)
	})
	return list
}

// adapters make a component of the package's options.
var adapters = map[string]func(options) component.Component{
	"back-link": func(o options) component.Component {
		b := component.BackLink{Href: o.text("href"), Text: o.text("text"), Type: o.text("type")}
		if b.Text == "" {
			b.Text = "Back"
		}
		if b.Type == "" {
			b.Type = "submit"
		}
		return b
	},
	"button": func(o options) component.Component {
		if once, ok := o["preventDoubleClick"].(bool); ok && !once {
			o["preventDoubleClick"] = "said to be off"
		}
		return component.Button{Text: o.text("text"), Variant: o.text("variant"), Href: o.text("href"), Name: o.text("name"), Value: o.text("value"),
			Small: o.truth("small"), Disabled: o.truth("disabled"), Once: o.truth("preventDoubleClick")}
	},
	"character-count": func(o options) component.Component {
		c := component.CharacterCount{Field: o.field("id"), Label: o.label(), Value: o.text("value"), Rows: o.number("rows"), MaxLength: o.number("maxlength"),
			Threshold: o.number("threshold"), CountType: o.text("countType"), Disabled: o.truth("disabled")}
		unit := "characters"
		if c.CountType == "words" {
			unit = "words"
		}
		c.Limit = fmt.Sprintf("You can enter up to %d %s", c.MaxLength, unit)
		if c.MaxLength == 0 {
			o["no limit"] = true
		}
		return c
	},
	"checkboxes": func(o options) component.Component {
		return component.Checkboxes{Field: o.field("idPrefix"), Legend: o.fieldset(), Small: o.truth("small"), Items: o.items()}
	},
	"radios": func(o options) component.Component {
		return component.Radios{Field: o.field("idPrefix"), Legend: o.fieldset(), Small: o.truth("small"), Inline: o.truth("inline"), Items: o.items()}
	},
	"date-input": func(o options) component.Component {
		d := component.DateInput{Field: o.field("id"), Legend: o.fieldset(), Disabled: o.truth("disabled")}
		var values map[string]any
		o.within("values", func(o options) {
			values = map[string]any{"day": o.text("day"), "month": o.text("month"), "year": o.text("year")}
		})
		part := func(name string) (p component.DatePart) {
			p = component.DatePart{ID: d.ID + "-" + name, Name: name, Label: strings.ToUpper(name[:1]) + name[1:]}
			o.within(name, func(o options) {
				p.Value, p.Autocomplete = o.text("value"), o.text("autocomplete")
			})
			if s, ok := values[name].(string); ok {
				p.Value += s
			}
			return p
		}
		d.Day, d.Month, d.Year = part("day"), part("month"), part("year")
		return d
	},
	"details": func(o options) component.Component {
		d := component.Details{Summary: o.inner("summary"), Content: o.content(), Open: o.truth("open")}
		if open, ok := o["open"].(bool); ok && !open {
			delete(o, "open")
		}
		return d
	},
	"error-message": func(o options) component.Component {
		if s, ok := o["visuallyHiddenText"].(string); ok && s == "" {
			o["visuallyHiddenText"] = false
		}
		m := component.ErrorMessage{ID: o.text("id"), Text: o.text("text"), Prefix: "Error"}
		if s := o.text("visuallyHiddenText"); s != "" {
			m.Prefix = s
		}
		return m
	},
	"error-summary": func(o options) component.Component {
		s := component.ErrorSummary{Heading: o.inner("heading")}
		o.each("errorList", func(o options) {
			s.Faults = append(s.Faults, component.SummaryFault{Href: o.text("href"), Text: o.text("text")})
		})
		return s
	},
	"hint": func(o options) component.Component {
		return component.Hint{ID: o.text("id"), Text: o.text("text"), Classes: o.text("classes")}
	},
	"input": func(o options) component.Component {
		i := component.Input{Field: o.field("id"), Label: o.label(), Value: o.text("value"), Type: o.text("type"), Width: o.number("width"), Classes: o.text("classes"),
			Code: o.truth("code"), Disabled: o.truth("disabled"), Autocomplete: o.text("autocomplete"), Inputmode: o.text("inputmode")}
		if checked, ok := o["spellcheck"].(bool); ok && !checked {
			i.Unchecked = true
			delete(o, "spellcheck")
		}
		if i.Type == "" {
			i.Type = "text"
		}
		if i.Width != 0 && strings.Contains(i.Classes, "--width-") {
			i.Width = 0 // a class that says the width wins
		}
		return i
	},
	"label": func(o options) component.Component { return withFor(o) },
	"notification-banner": func(o options) component.Component {
		b := component.NotificationBanner{Title: "Important", Text: o.text("text"), Success: o.text("variant") == "success"}
		if b.Success {
			b.Title = "Success"
		}
		if s := o.inner("title"); s != "" {
			b.Title = s
		}
		return b
	},
	"panel": func(o options) component.Component {
		p := component.Panel{}
		o.within("heading", func(o options) {
			p.Heading, p.Size = o.text("text"), o.text("size")
			if o.number("level") > 1 {
				o["level"] = "another"
			}
		})
		p.Heading += o.text("heading")
		p.Content = o.content()
		return p
	},
	"select": func(o options) component.Component {
		s := component.Select{Field: o.field("id"), Label: o.label(), Disabled: o.truth("disabled")}
		value := o.text("value")
		o.each("items", func(o options) {
			i := component.Option{Value: o.text("value"), Text: o.text("text"), Disabled: o.truth("disabled"), Divider: o.truth("divider")}
			i.Selected = value != "" && i.Value == value
			s.Items = append(s.Items, i)
		})
		return s
	},
	"skip-link": func(o options) component.Component {
		return component.SkipLink{Href: o.text("href"), Text: o.text("text")}
	},
	"summary-list": func(o options) component.Component {
		s := component.SummaryList{}
		changes := false
		if last, ok := o["lastRowBorder"].(bool); ok {
			s.LastRowPlain = !last
			delete(o, "lastRowBorder")
		}
		if border, ok := o["border"].(bool); ok {
			s.Plain = !border
			delete(o, "border")
		}
		o.each("rows", func(o options) {
			row := component.SummaryRow{Key: o.text("key")}
			o.within("key", func(o options) { row.Key, row.KeyWidth = o.text("text"), o.text("width") })
			row.Value = template.HTML(html.EscapeString(o.text("value")))
			o.within("value", func(o options) { row.Value = o.content() })
			o.within("actions", func(o options) {
				o.each("items", func(o options) {
					if row.Change != nil {
						o["another"] = true
					}
					kind := o.text("type")
					row.Change = &component.Change{Href: o.text("href"), Text: o.text("text"), Hidden: o.text("visuallyHiddenText")}
					if kind != "" && kind != "submit" {
						o["type"] = kind
					}
					changes = true
				})
			})
			s.Rows = append(s.Rows, row)
		})
		for i := range s.Rows {
			s.Rows[i].NoChange = changes && s.Rows[i].Change == nil
		}
		return s
	},
}

// proved is how many of the package's cases each component is held to; the others use options that it has not.
var proved = map[string]int{
	"back-link": 3, "button": 41, "character-count": 25, "checkboxes": 34, "date-input": 11, "details": 5, "error-message": 3, "error-summary": 5,
	"hint": 1, "input": 28, "label": 13, "notification-banner": 5, "panel": 7, "radios": 37, "select": 16,
	"skip-link": 3, "summary-list": 10,
}

func TestComponentsAreThoseOfThePackage(t *testing.T) {
	files, err := filepath.Glob("testdata/fixtures/*.json")
	require.NoError(t, err)
	require.Len(t, files, len(adapters), "each component has fixtures, and each set of fixtures a component")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			var all struct {
				Fixtures []fixture `json:"fixtures"`
			}
			require.NoError(t, json.Unmarshal(content, &all))
			held := 0
			var others []string
			for _, f := range all.Fixtures {
				made := adapters[name](f.Context)
				if left := f.Context.left(); len(left) > 0 || f.Call != nil {
					others = append(others, fmt.Sprintf("%s: %v", f.Name, left))
					continue
				}
				got, err := component.Render(made)
				require.NoError(t, err)
				require.Equal(t, normal(t, f.HTML), normal(t, string(got)), f.Name)
				held++
			}
			require.Equal(t, proved[name], held, "cases held to; those with other options are\n%s", strings.Join(others, "\n"))
		})
	}
}

// normal writes HTML one way: attributes sorted, white space folded.
func normal(t *testing.T, s string) string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"})
	require.NoError(t, err)
	var b strings.Builder
	for _, n := range nodes {
		write(&b, n)
	}
	return b.String()
}

func write(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		if s := strings.Join(strings.Fields(n.Data), " "); s != "" {
			b.WriteString(s + "\n")
		}
		return
	}
	var attributes []string
	for _, a := range n.Attr {
		attributes = append(attributes, fmt.Sprintf(" %s=%q", a.Key, strings.Join(strings.Fields(a.Val), " ")))
	}
	slices.Sort(attributes)
	b.WriteString("<" + n.Data + strings.Join(attributes, "") + ">\n")
	for c := range n.ChildNodes() {
		write(b, c)
	}
	b.WriteString("</" + n.Data + ">\n")
}
