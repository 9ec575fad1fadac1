package ui

import (
	"fmt"
	"html/template"
	"strconv"

	"learningforlife/shared/web/ui/component"
)

// Fault is one thing wrong with a form, as its summary lists it.
type Fault struct {
	Field   string // the name of the field, which is the id of its first control; empty if it is about no field
	Message string
}

// Choice is one option of a select or a group.
type Choice struct {
	Value, Text string
	Chosen      bool
}

// Select is a list of which one line is chosen; an empty line comes first.
type Select = component.Select

// The parts of a date are named after it, with these endings.
const (
	DayOf   = "-day"
	MonthOf = "-month"
	YearOf  = "-year"
)

// Ticked is what a box that is ticked sends.
const Ticked = "true"

// OwnPledge is what the field of a pledge sends if it is in one's own words.
const OwnPledge = "own"

// Ask is how a question is put: alone on its page, under a line that says where in the form it stands, or among others.
type Ask struct {
	Alone   bool
	Caption string
}

func (a Ask) size() string {
	if a.Alone {
		return "l"
	}
	return "m"
}

func (a Ask) legend(text string) component.Legend {
	return component.Legend{Text: text, Caption: a.Caption, Size: a.size(), Heading: a.Alone}
}

func (a Ask) label(text string) component.Label {
	return component.Label{Text: text, Caption: a.Caption, Size: a.size(), Heading: a.Alone}
}

func field(name, hint, fault string) component.Field {
	return component.Field{Name: name, Hint: hint, Error: fault, ErrorPrefix: catalogue.Say("frame.error")}
}

func items(choices []Choice) []component.Item {
	var list []component.Item
	for _, c := range choices {
		list = append(list, component.Item{Value: c.Value, Text: c.Text, Checked: c.Chosen})
	}
	return list
}

func options(first string, choices []Choice) []component.Option {
	list := []component.Option{{Text: first}}
	for _, c := range choices {
		list = append(list, component.Option{Value: c.Value, Text: c.Text, Selected: c.Chosen})
	}
	return list
}

// The fields of the forms. The choices and what is wrong come from the caller.

// OrganisationField asks for the organisation.
func OrganisationField(name string, choices []Choice, ask Ask, fault string) component.Select {
	return component.Select{Field: field(name, catalogue.Say("ask.organisationHint"), fault), Label: ask.label(catalogue.Say("ask.organisation")),
		Items: options(catalogue.Say("ask.organisationFirst"), choices), TypeAhead: true}
}

// AudienceField asks who is speaking; leave says that it may be left out.
func AudienceField(name string, choices []Choice, leave bool, ask Ask, fault string) component.Radios {
	hint := catalogue.Say("ask.audienceHint")
	if leave {
		hint = catalogue.Say("ask.audienceLeave")
	}
	return component.Radios{Field: field(name, hint, fault), Legend: ask.legend(catalogue.Say("ask.audience")), Items: items(choices)}
}

// BandGroupField asks for the pay band; leave says that it may be left out.
func BandGroupField(name string, choices []Choice, leave bool, ask Ask, fault string) component.Radios {
	hint := catalogue.Say("ask.bandGroupHint")
	if leave {
		hint = catalogue.Say("ask.bandGroupLeave")
	}
	return component.Radios{Field: field(name, hint, fault), Legend: ask.legend(catalogue.Say("ask.bandGroup")), Items: items(choices)}
}

// OwnWords is what somebody entered in place of a ready-made pledge.
type OwnWords struct {
	Chosen           bool
	Words            string
	Show             bool // others may see them
	Fault            string
	Field, ShowField string // names
	Most             int    // characters
}

// PledgeField asks for a ready-made pledge, or for one's own words, which OwnWordsField then asks for.
func PledgeField(name string, choices []Choice, own bool, ask Ask, fault string) component.Radios {
	list := append(items(choices), component.Item{Divider: catalogue.Say("pledge.or")},
		component.Item{Value: OwnPledge, Text: catalogue.Say("pledge.own"), Checked: own})
	return component.Radios{Field: field(name, catalogue.Say("pledge.chooseHint"), fault), Legend: ask.legend(catalogue.Say("pledge.choose")), Items: list}
}

// OwnWordsField asks for a pledge in one's own words, and whether others may see them. The styles
// show it only while that is what is chosen. (The way in which nhsuk-frontend opens such a part puts
// aria-expanded on a radio button, where it is not allowed.)
func OwnWordsField(own OwnWords) (template.HTML, error) {
	entry, err := component.Render(component.CharacterCount{
		Field: field(own.Field, catalogue.Say("pledge.ownWordsHint"), own.Fault), Label: component.Label{Text: catalogue.Say("pledge.ownWords")}, Value: own.Words,
		Rows: 4, MaxLength: own.Most, Limit: catalogue.Say("pledge.ownWordsLimit", "count", strconv.Itoa(own.Most)),
	})
	if err != nil {
		return "", err
	}
	show, err := component.Render(component.Checkboxes{Field: field(own.ShowField, "", ""),
		Legend: component.Legend{Text: catalogue.Say("pledge.showLegend"), Classes: "nhsuk-u-visually-hidden"}, Small: true,
		Items: []component.Item{{Value: Ticked, Text: catalogue.Say("pledge.show"), Hint: catalogue.Say("pledge.showHint"), Checked: own.Show}}})
	if err != nil {
		return "", err
	}
	return `<div class="app-own">` + entry + show + `</div>`, nil
}

// DueOnField asks for the day by which a pledge is to be kept. The parts are as they were entered.
func DueOnField(name, day, month, year string, ask Ask, example, fault string) component.DateInput {
	f := field(name, catalogue.Say("pledge.byHint", "example", example), fault)
	f.ID = name + "-date" // the first part has the field's own, so that a link to the field leads to it
	return component.DateInput{Field: f, Legend: ask.legend(catalogue.Say("pledge.by")),
		Day:   component.DatePart{ID: name, Name: name + DayOf, Label: catalogue.Say("pledge.day"), Value: day, Autocomplete: "off"},
		Month: component.DatePart{ID: name + MonthOf, Name: name + MonthOf, Label: catalogue.Say("pledge.month"), Value: month, Autocomplete: "off"},
		Year:  component.DatePart{ID: name + YearOf, Name: name + YearOf, Label: catalogue.Say("pledge.year"), Value: year, Autocomplete: "off"},
	}
}

// code asks for a code; the script puts in the one that a page's address brought along.
func code(name, label, hint, value string, ask Ask, fault string) component.Input {
	l := ask.label(label)
	if !ask.Alone {
		l.Size = "s"
	}
	return component.Input{Field: field(name, hint, fault), Label: l, Value: value, Type: "text", Code: true, Classes: "app-code", Unchecked: true,
		Autocomplete: "off", Autocapitalize: "characters", TakesReceipt: true}
}

// PledgeCodeField asks for the code of a pledge.
func PledgeCodeField(name, value, fault string) component.Input {
	return code(name, catalogue.Say("manage.code"), catalogue.Say("manage.codeHint"), value, Ask{}, fault)
}

// ResponseCodeField asks for the code of a response.
func ResponseCodeField(name, value, fault string) component.Input {
	return code(name, catalogue.Say("withdraw.code"), catalogue.Say("withdraw.codeHint"), value, Ask{}, fault)
}

// BeforeField asks for the code of an earlier survey.
func BeforeField(name, value, earlier string, ask Ask, fault string) component.Input {
	label := catalogue.Say("survey.beforeField", "name", earlier)
	if ask.Alone {
		label = catalogue.Say("survey.beforeAsk", "name", earlier)
	}
	return code(name, label, catalogue.Say("survey.beforeHint"), value, ask, fault)
}

// StatusField asks how far a pledge has got.
func StatusField(name string, choices []Choice, fault string) component.Radios {
	return component.Radios{Field: field(name, "", fault), Legend: Ask{}.legend(catalogue.Say("manage.status")), Items: items(choices)}
}

// QuestionField is a question of the survey.
func QuestionField(name, text string, choices []Choice, ask Ask, fault string) component.Radios {
	return component.Radios{Field: field(name, "", fault), Legend: ask.legend(text), Items: items(choices)}
}

// QuestionInList is a question of the survey among the others. The hint says when to answer it; a question with
// one also gets a choice, of the empty value, that takes the answer back.
func QuestionInList(name string, number int, text, hint string, choices []Choice, fault string) component.Radios {
	if hint != "" {
		choices = append([]Choice{{Value: "", Text: catalogue.Say("survey.notMe")}}, choices...)
	}
	text = catalogue.Say("survey.numbered", "number", fmt.Sprint(number), "text", text)
	return component.Radios{Field: field(name, hint, fault), Legend: Ask{}.legend(text), Items: items(choices)}
}
