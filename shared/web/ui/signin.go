package ui

import "learningforlife/shared/web/ui/component"

// SignIn asks for the admin token.
type SignIn struct {
	Faults []Fault
	Token  component.Input // its value is never shown again
}

func (p SignIn) head() head {
	return head{template: "signin", title: "Sign in", failed: len(p.Faults) > 0, office: true}
}

// Summary is what is wrong with the form.
func (p SignIn) Summary() component.ErrorSummary { return summary(p.Faults) }

// What can be wrong with signing in.
const (
	WrongToken = "This is not the admin token."
	SpentLink  = "This sign-in link was used before, or is too old. Restart the server for a new one, or enter the admin token."
)

// TokenField asks for the admin token.
func TokenField(name, fault string) component.Input {
	return component.Input{Field: field(name, "The server shows it when it starts, unless it was given one.", fault),
		Label: component.Label{Text: "Admin token"}, Type: "password", Width: 20, Autocomplete: "current-password"}
}
