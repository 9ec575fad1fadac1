package ui

// SignIn asks for the admin token.
type SignIn struct {
	Faults []Fault
	Token  Text // its value is never shown again
}

func (p SignIn) head() head {
	return head{template: "signin", title: "Sign in", failed: len(p.Faults) > 0, office: true}
}

// What can be wrong with signing in.
const (
	WrongToken = "This is not the admin token."
	SpentLink  = "This sign-in link was used before, or is too old. Restart the server for a new one, or enter the admin token."
)

// TokenField asks for the admin token.
func TokenField(name, fault string) Text {
	return Text{Name: name, Label: "Admin token", Hint: "The server shows it when it starts, unless it was given one.", Error: fault}
}
