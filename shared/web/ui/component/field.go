package component

import (
	"html/template"
	"strconv"
	"strings"
)

// Field is what the controls have in common. ErrorPrefix stands before the error for those who hear the page.
type Field struct {
	ID, Name    string // an ID that is empty is the name
	Hint, Error string
	ErrorPrefix string
}

// HintLine is the hint, if there is one.
func (f Field) HintLine() *Hint {
	if f.Hint == "" {
		return nil
	}
	return &Hint{ID: f.ControlID() + "-hint", Text: f.Hint}
}

// ErrorLine is the error message, if there is one.
func (f Field) ErrorLine() *ErrorMessage {
	if f.Error == "" {
		return nil
	}
	return &ErrorMessage{ID: f.ControlID() + "-error", Text: f.Error, Prefix: f.ErrorPrefix}
}

// DescribedBy lists the ids of the hint and the error message, for aria-describedby.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ControlID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ControlID()+"-error")
	}
	return strings.Join(ids, " ")
}

// ControlID is the id of the control, or of the first of several.
func (f Field) ControlID() string {
	if f.ID == "" {
		return f.Name
	}
	return f.ID
}

// Input is one line of text.
type Input struct {
	Field
	Label          Label
	Value          string
	Type           string // text, password and the like
	Width          int    // in characters; 0 is as wide as there is room
	Classes        string
	Code           bool // set in a type in which 0 and O differ
	Unchecked      bool // by a spelling checker
	Disabled       bool
	Wrong          bool // marked so without a message of its own, as a part of a date is
	Autocomplete   string
	Inputmode      string
	Autocapitalize string
	TakesReceipt   bool // from the fragment of the page's address, by the script
}

// Labelled is the label with what it labels.
func (i Input) Labelled() Label { i.Label.For = i.ControlID(); return i.Label }

// CharacterCount is a text of several lines of which only so many characters may be used.
type CharacterCount struct {
	Field
	Label     Label
	Value     string
	Rows      int    // 5 if 0
	MaxLength int    // in characters
	Threshold int    // per cent of them that must be used before they are counted
	CountType string // how they are counted, if not as characters are by default
	Limit     string // says how many there are
	Disabled  bool
}

// Labelled is the label with what it labels.
func (c CharacterCount) Labelled() Label { c.Label.For = c.ControlID(); return c.Label }

// DescribedBy lists the ids of what describes it, for aria-describedby.
func (c CharacterCount) DescribedBy() string {
	return strings.TrimSpace(c.ControlID() + "-info " + c.Field.DescribedBy())
}

// Lines is how many lines it shows.
func (c CharacterCount) Lines() int {
	if c.Rows == 0 {
		return 5
	}
	return c.Rows
}

// Select is a list of which one item is chosen.
type Select struct {
	Field
	Label     Label
	Items     []Option
	Classes   string
	Disabled  bool
	TypeAhead bool // the script lets people type to find an item
}

// Labelled is the label with what it labels.
func (s Select) Labelled() Label { s.Label.For = s.ControlID(); return s.Label }

// Option is an item of a select. Divider makes it a line between others.
type Option struct {
	Value, Text                 string
	Selected, Disabled, Divider bool
}

// Radios is a group of which one item is chosen.
type Radios struct {
	Field
	Legend        Legend
	Items         []Item
	Small, Inline bool
}

// Checkboxes is a group of which any items are chosen.
type Checkboxes struct {
	Field
	Legend Legend
	Items  []Item
	Small  bool
}

// Item is an item of a group. If Divider is set it is a line with that text, and nothing else.
type Item struct {
	Name              string // of checkboxes that do not share one
	Value, Text, Hint string
	Checked, Disabled bool
	Divider           string
	Conditional       template.HTML // shown only while the item is chosen
}

// control is an item with what its group knows of it.
type control struct {
	Item
	ID, Name string
}

// Controls is the items with their ids: the first has the group's own, so that a link to the group leads to it.
func (r Radios) Controls() []control { return controls(r.Field, r.Items) }

// Controls is the items with their ids: the first has the group's own, so that a link to the group leads to it.
func (c Checkboxes) Controls() []control { return controls(c.Field, c.Items) }

func controls(f Field, items []Item) []control {
	var list []control
	for i, item := range items {
		made := control{Item: item, ID: f.ControlID(), Name: f.Name}
		if i > 0 {
			made.ID += "-" + strconv.Itoa(i+1)
		}
		if item.Name != "" {
			made.Name = item.Name
		}
		list = append(list, made)
	}
	return list
}

// DateInput is a day in three parts. Each has a label, which is the caller's.
type DateInput struct {
	Field
	Legend           Legend
	Day, Month, Year DatePart
	Disabled         bool
}

// DatePart is the day, the month or the year of a date.
type DatePart struct {
	ID, Name, Label, Value, Autocomplete string
}

// Parts is the three inputs. What is wrong with a date is wrong with all of it.
func (d DateInput) Parts() []Input {
	part := func(p DatePart, width int) Input {
		return Input{
			Field: Field{ID: p.ID, Name: p.Name}, Label: Label{Text: p.Label, Classes: "nhsuk-date-input__label"}, Value: p.Value,
			Type: "text", Width: width, Classes: "nhsuk-date-input__input", Inputmode: "numeric", Autocomplete: p.Autocomplete,
			Disabled: d.Disabled, Wrong: d.Error != "",
		}
	}
	return []Input{part(d.Day, 2), part(d.Month, 2), part(d.Year, 4)}
}
