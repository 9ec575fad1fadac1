package respond

import (
	"fmt"
	"net/http"

	"learningforlife/shared/identity"
)

// SameOrigin is h for requests that change something with the authority of whoever is signed in: those
// that a page of another site made are refused. Programs, which no browser speaks for, pass.
func SameOrigin(h Handler) Handler {
	protection := http.NewCrossOriginProtection()
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := protection.Check(r); err != nil {
			return Detail(fmt.Errorf("%w: %w", identity.ErrForbidden, err), "This was sent from another site. Open our own page and send it from there.")
		}
		return h(w, r)
	}
}
