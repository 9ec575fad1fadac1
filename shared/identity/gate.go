package identity

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// MinKey is the length of the shortest key that sessions are signed with, in bytes.
const MinKey = 32

// Options is what a Gate is made of. All but Secure must be given.
type Options struct {
	// AdminToken is the secret that makes its bearer an spf_admin. Its strength is its owner's choice.
	AdminToken string
	// Key signs sessions: at least MinKey random bytes. Sessions end when it changes.
	Key []byte
	// Now tells when sessions and links end.
	Now func() time.Time
	// Secure says that the site is served over https, and keeps the session's cookie to that.
	Secure bool
}

// Gate tells who is asking. It is safe for concurrent use.
type Gate struct {
	token  [sha256.Size]byte // hash of the admin token
	key    []byte
	now    func() time.Time
	secure bool

	mu    sync.Mutex
	links map[[sha256.Size]byte]time.Time // hash of a one-time code, and when it lapses
}

// New returns a Gate, or an error that names everything the options lack.
func New(o Options) (*Gate, error) {
	var faults []error
	if o.AdminToken == "" {
		faults = append(faults, errors.New("the admin token is empty"))
	}
	if len(o.Key) < MinKey {
		faults = append(faults, fmt.Errorf("the key that signs sessions has %d bytes, fewer than %d", len(o.Key), MinKey))
	}
	if o.Now == nil {
		faults = append(faults, errors.New("there is no clock"))
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("setting up sign-in: %w", errors.Join(faults...))
	}
	return &Gate{
		token:  sha256.Sum256([]byte(o.AdminToken)),
		key:    append([]byte(nil), o.Key...),
		now:    o.Now,
		secure: o.Secure,
		links:  map[[sha256.Size]byte]time.Time{},
	}, nil
}

// Principal returns who is asking, or ErrUnauthenticated. A request with an
// Authorization header stands or falls by that: its cookie is not looked at.
func (g *Gate) Principal(r *http.Request) (Principal, error) {
	if headers := r.Header.Values("Authorization"); len(headers) > 0 {
		return g.bearer(headers)
	}
	cookie, err := r.Cookie(g.cookieName())
	if err != nil { // the only error is that there is none
		return Principal{}, ErrUnauthenticated
	}
	return g.open(cookie.Value)
}

func (g *Gate) bearer(headers []string) (Principal, error) {
	scheme, token, found := strings.Cut(headers[0], " ")
	if len(headers) != 1 || !found || !strings.EqualFold(scheme, "Bearer") || !g.isAdminToken(strings.TrimLeft(token, " ")) {
		return Principal{}, ErrUnauthenticated
	}
	return Principal{Role: Admin}, nil
}

// isAdminToken compares hashes, so that the time taken tells neither the token nor its length.
func (g *Gate) isAdminToken(token string) bool {
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(sum[:], g.token[:]) == 1
}

// SignIn returns the cookie of a new spf_admin session for the admin token, or ErrUnauthenticated.
func (g *Gate) SignIn(token string) (*http.Cookie, error) {
	if !g.isAdminToken(token) {
		return nil, ErrUnauthenticated
	}
	return g.Session(Principal{Role: Admin}), nil
}
