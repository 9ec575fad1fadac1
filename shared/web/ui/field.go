package ui

// Fault is one thing wrong with a form, as its summary lists it.
type Fault struct {
	Field   string // the name of the field, which is the id of its first control
	Message string
}

// Choice is one option of a select or a group of radio buttons.
type Choice struct {
	Value, Text string
	Chosen      bool
}

// Options is choices under a heading. The heading is empty if there is one list only.
type Options struct {
	Heading string
	Choices []Choice
}

// Radios is a group of radio buttons of which one may be chosen.
type Radios struct {
	Name, Legend, Hint, Error string
	Groups                    []Options
}

// Select is a list of which one line is chosen; an empty line comes first.
type Select struct {
	Name, Label, Hint, Error string
	Choices                  []Choice
}

// Text is a line, or some lines, of text.
type Text struct {
	Name, Label, Hint, Error, Value string
}

// Date is a day in three fields, named after Name with -day, -month and -year.
type Date struct {
	Name, Legend, Hint, Error string
	Day, Month, Year          string // as they were entered
}

// DayOf is the name of the field for the day of the date with the name.
func DayOf(name string) string { return name + "-day" }

// MonthOf is the name of the field for the month.
func MonthOf(name string) string { return name + "-month" }

// YearOf is the name of the field for the year.
func YearOf(name string) string { return name + "-year" }

// Ticked is what a box that is ticked sends.
const Ticked = "true"

// Check is a box to tick.
type Check struct {
	Name, Label, Hint string
	Ticked            bool
}

// describedBy lists the ids of the hint and the error of a field, for aria-describedby.
func describedBy(name, hint, fault string) string {
	switch {
	case hint != "" && fault != "":
		return name + "-hint " + name + "-error"
	case hint != "":
		return name + "-hint"
	case fault != "":
		return name + "-error"
	}
	return ""
}

// DescribedBy is the value of aria-describedby.
func (f Radios) DescribedBy() string { return describedBy(f.Name, f.Hint, f.Error) }

// DescribedBy is the value of aria-describedby.
func (f Select) DescribedBy() string { return describedBy(f.Name, f.Hint, f.Error) }

// DescribedBy is the value of aria-describedby.
func (f Text) DescribedBy() string { return describedBy(f.Name, f.Hint, f.Error) }

// DescribedBy is the value of aria-describedby.
func (f Date) DescribedBy() string { return describedBy(f.Name, f.Hint, f.Error) }

// DescribedBy is the value of aria-describedby.
func (f Check) DescribedBy() string { return describedBy(f.Name, f.Hint, "") }

// Indexed is the choices of all groups with their positions, so that ids can be told apart.
func (f Radios) Indexed() []indexedOptions {
	var list []indexedOptions
	n := 0
	for _, g := range f.Groups {
		of := indexedOptions{Heading: g.Heading}
		for _, c := range g.Choices {
			of.Choices = append(of.Choices, indexedChoice{c, id(f.Name, n)})
			n++
		}
		list = append(list, of)
	}
	return list
}

type indexedOptions struct {
	Heading string
	Choices []indexedChoice
}

type indexedChoice struct {
	Choice
	ID string
}
