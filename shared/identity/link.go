package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"time"
)

// LinkLife is how long a one-time link works.
const LinkLife = time.Hour

// codeBytes makes a code too long to be guessed.
const codeBytes = 16

// NewLink returns the code of a new one-time link, drawn from random. Whoever
// redeems it first, within LinkLife, is signed in as an spf_admin.
func (g *Gate) NewLink(random io.Reader) (code string, err error) {
	var raw [codeBytes]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("making a one-time link: %w", err)
	}
	code = base64.RawURLEncoding.EncodeToString(raw[:])
	g.mu.Lock()
	defer g.mu.Unlock()
	g.links[sha256.Sum256([]byte(code))] = g.now().Add(LinkLife)
	return code, nil
}

// Redeem returns the cookie of a new session for a link's code. A code works
// once, whoever else tries at the same time; a used, lapsed or unknown one is ErrUnauthenticated.
func (g *Gate) Redeem(code string) (*http.Cookie, error) {
	if !g.use(sha256.Sum256([]byte(code))) {
		return nil, ErrUnauthenticated
	}
	return g.Session(Principal{Role: Admin}), nil
}

// use forgets the link and reports whether it could still be used.
func (g *Gate) use(link [sha256.Size]byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	lapses, known := g.links[link]
	delete(g.links, link)
	return known && g.now().Before(lapses)
}
