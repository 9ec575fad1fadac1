// Package identity says who is asking. Staff need no account: this is for the
// people who read the scores and run the campaign.
//
// Whatever the way in, a request comes to one Principal with one role:
//
//	Authorization: Bearer <admin token>            → spf_admin
//	one-time link or sign-in page → session cookie → the role the session was opened for
//
// Handlers ask a Gate for the Principal and look no further, so that another way
// in (an OpenID Connect provider's tokens) changes the Gate alone.
package identity

import "errors"

var (
	// ErrUnauthenticated says that the request does not show who is asking, or not validly.
	ErrUnauthenticated = errors.New("not signed in")
	// ErrForbidden says that whoever is asking may not do what was asked.
	ErrForbidden = errors.New("not permitted")
)

// Role is what somebody may do, as tokens and sessions name it.
type Role string

// The roles. The zero value is none and is never let in.
const (
	Analyst Role = "spf_analyst" // reads every score
	Admin   Role = "spf_admin"   // also runs aggregations
)

func (r Role) known() bool { return r == Analyst || r == Admin }

// Principal is who is asking. The zero value is nobody.
type Principal struct{ Role Role }

// Require returns ErrForbidden unless p has the role.
func (p Principal) Require(role Role) error {
	if p.Role != role {
		return ErrForbidden
	}
	return nil
}
