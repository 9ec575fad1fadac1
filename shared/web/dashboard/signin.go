package dashboard

import (
	"io"
	"net/http"

	"learningforlife/shared/web/respond"
	"learningforlife/shared/web/ui"
)

// tokenField is the field of the form that asks for the admin token; onceParameter is where a one-time link has its code.
const (
	tokenField    = "token"
	onceParameter = "once"
)

// signInPage asks for the admin token, or takes the code of a one-time link in
// its place. HEAD, which programs send to look at a link, uses no code up.
func (h handler) signInPage(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	if !query.Has(onceParameter) || r.Method == http.MethodHead {
		return ask(w, http.StatusOK, "", nil)
	}
	cookie, err := h.Gate.Redeem(query.Get(onceParameter))
	if err != nil {
		return ask(w, http.StatusUnauthorized, "", []ui.Fault{{Message: ui.SpentLink}})
	}
	return letIn(w, cookie)
}

// signIn takes the admin token.
func (h handler) signIn(w http.ResponseWriter, r *http.Request) error {
	form, err := respond.ReadForm(w, r)
	if err != nil {
		return err
	}
	cookie, err := h.Gate.SignIn(form.Get(tokenField))
	if err != nil {
		return ask(w, http.StatusUnauthorized, ui.WrongToken, []ui.Fault{{Field: tokenField, Message: ui.WrongToken}})
	}
	return letIn(w, cookie)
}

// signOut makes the browser forget its session; of one that has none, nothing is asked.
func (h handler) signOut(w http.ResponseWriter, _ *http.Request) error {
	http.SetCookie(w, h.Gate.SignOut())
	return respond.SeeOther(w, signInPath)
}

func letIn(w http.ResponseWriter, session *http.Cookie) error {
	http.SetCookie(w, session)
	return respond.SeeOther(w, dashboardPath)
}

// ask answers with the page that asks for the token.
func ask(w http.ResponseWriter, status int, atToken string, faults []ui.Fault) error {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer") // the one other way in
	}
	page := ui.SignIn{Faults: faults, Token: ui.TokenField(tokenField, atToken)}
	return respond.HTML(w, status, func(w io.Writer) error { return ui.Write(w, page) })
}
