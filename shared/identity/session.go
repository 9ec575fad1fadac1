package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// SessionLife is how long a session lasts. It is not prolonged by use.
const SessionLife = 12 * time.Hour

// A session is its cookie's value, and kept nowhere else: role, end in Unix
// seconds, and their signature, as in
//
//	spf_admin.1795348800.pZ0…
//
// The signature is compared as it is written, so no other spelling of it passes.

// sessionDomain keeps session signatures apart from whatever else the key may sign.
const sessionDomain = "learning for life session 1\n"

// Session returns the cookie that makes whoever sends it p for SessionLife.
//
// SameSite is Lax, not Strict: a sign-in that begins on another site (a link in
// a web terminal or a mail, or the way back from an identity provider) would
// set a Strict cookie and then be redirected without it. Lax still withholds it from the
// POSTs of other sites, and nothing but a POST changes anything.
func (g *Gate) Session(p Principal) *http.Cookie {
	ends := g.now().Add(SessionLife)
	body := string(p.Role) + "." + strconv.FormatInt(ends.Unix(), 10)
	cookie := g.cookie()
	cookie.Value = body + "." + g.sign(body)
	cookie.Expires = ends
	cookie.MaxAge = int(SessionLife / time.Second)
	return cookie
}

// SignOut returns the cookie that makes a browser forget its session.
func (g *Gate) SignOut() *http.Cookie {
	cookie := g.cookie()
	cookie.MaxAge = -1
	return cookie
}

// open returns whose session the cookie's value is, or ErrUnauthenticated.
func (g *Gate) open(value string) (Principal, error) {
	dot := strings.LastIndexByte(value, '.')
	if dot < 0 {
		return Principal{}, ErrUnauthenticated
	}
	body, signature := value[:dot], value[dot+1:]
	if !hmac.Equal([]byte(signature), []byte(g.sign(body))) {
		return Principal{}, ErrUnauthenticated
	}
	role, end, _ := strings.Cut(body, ".")
	ends, err := strconv.ParseInt(end, 10, 64)
	p := Principal{Role: Role(role)}
	if err != nil || !p.Role.known() || !g.now().Before(time.Unix(ends, 0)) {
		return Principal{}, ErrUnauthenticated
	}
	return p, nil
}

func (g *Gate) sign(body string) string {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(sessionDomain + body)) // a hash never fails to be written to
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// cookieName has the prefix by which browsers refuse the cookie to anything but
// this very host over https; they know it for secure cookies only.
func (g *Gate) cookieName() string {
	if g.secure {
		return "__Host-session"
	}
	return "session"
}

func (g *Gate) cookie() *http.Cookie {
	return &http.Cookie{Name: g.cookieName(), Path: "/", HttpOnly: true, Secure: g.secure, SameSite: http.SameSiteLaxMode}
}
