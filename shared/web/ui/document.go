package ui

import "learningforlife/shared/web/ui/wording"

// Document is a page of nothing but text.
type Document struct{ wording.Page }

func (p Document) head() head { return head{template: "document", title: p.Title} }

// Settings is what those who run a site say of themselves.
type Settings struct {
	Brand      string // whose site it is, at the head of each page; empty for none
	Controller string // who decides what is done with what people send: a name and an address
	Contact    string // how to reach them
}

// Why is the case for learning at work, on one page.
func Why() Document { return Document{catalogue.Document("why")} }

// Privacy says what is kept, and who sees what.
func Privacy(s Settings) Document {
	controller, contact := catalogue.Say("privacy.noController"), ""
	if s.Controller != "" {
		controller = catalogue.Say("privacy.controller", "controller", s.Controller)
	}
	if s.Contact != "" {
		contact = catalogue.Say("privacy.contact", "contact", s.Contact)
	}
	return Document{catalogue.Document("privacy", "controller", controller, "contact", contact)}
}

// Accessibility says for whom the site works, and what of that is tested.
func Accessibility(s Settings) Document {
	contact := catalogue.Say("accessibility.noContact")
	if s.Contact != "" {
		contact = catalogue.Say("accessibility.contact", "contact", s.Contact)
	}
	return Document{catalogue.Document("accessibility", "brand", catalogue.Say("frame.brand"), "contact", contact)}
}

// Cookies says which cookies there are.
func Cookies() Document { return Document{catalogue.Document("cookies")} }
