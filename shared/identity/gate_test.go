package identity_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/identity"
	_ "learningforlife/shared/seeded"
)

const token = "correct horse battery staple"

var (
	start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	key   = bytes.Repeat([]byte{7}, identity.MinKey)
)

// watch is a clock that stands until it is moved.
type watch struct{ at time.Time }

func (w *watch) now() time.Time { return w.at }

func gate(t require.TestingT, change ...func(*identity.Options)) (*identity.Gate, *watch) {
	w := &watch{at: start}
	o := identity.Options{AdminToken: token, Key: key, Now: w.now}
	for _, c := range change {
		c(&o)
	}
	g, err := identity.New(o)
	require.NoError(t, err)
	return g, w
}

func request(cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return r
}

func TestNewNamesEverythingMissing(t *testing.T) {
	_, err := identity.New(identity.Options{Key: make([]byte, identity.MinKey-1)})
	require.ErrorContains(t, err, "the admin token is empty")
	require.ErrorContains(t, err, "has 31 bytes, fewer than 32")
	require.ErrorContains(t, err, "there is no clock")
}

func TestBearer(t *testing.T) {
	g, _ := gate(t)
	for header, allowed := range map[string]bool{
		"Bearer " + token:                  true,
		"bearer " + token:                  true,
		"BEARER   " + token:                true,
		token:                              false,
		"Basic " + token:                   false,
		"Bearer":                           false,
		"Bearer ":                          false,
		"":                                 false,
		"Bearer " + token[1:]:              false,
		"Bearer " + token + "x":            false,
		"Bearer " + token + " ":            false,
		"Bearer\t" + token:                 false,
		"Bearer \"" + token + `"`:          false,
		"Bearer " + strings.ToUpper(token): false,
	} {
		r := request()
		r.Header.Set("Authorization", header)
		p, err := g.Principal(r)
		if allowed {
			require.NoError(t, err, header)
			require.Equal(t, identity.Principal{Role: identity.Admin}, p, header)
			continue
		}
		require.ErrorIs(t, err, identity.ErrUnauthenticated, header)
		require.Zero(t, p, header)
	}
}

func TestHeaderDecidesOverCookie(t *testing.T) {
	g, _ := gate(t)
	r := request(g.Session(identity.Principal{Role: identity.Analyst}))
	r.Header.Set("Authorization", "Bearer "+token)
	p, err := g.Principal(r)
	require.NoError(t, err)
	require.Equal(t, identity.Admin, p.Role)

	r.Header.Set("Authorization", "Bearer wrong")
	_, err = g.Principal(r)
	require.ErrorIs(t, err, identity.ErrUnauthenticated)

	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Add("Authorization", "Bearer "+token)
	_, err = g.Principal(r)
	require.ErrorIs(t, err, identity.ErrUnauthenticated, "two headers are no answer to who is asking")
}

func TestSignIn(t *testing.T) {
	g, _ := gate(t)
	cookie, err := g.SignIn(token)
	require.NoError(t, err)
	p, err := g.Principal(request(cookie))
	require.NoError(t, err)
	require.Equal(t, identity.Admin, p.Role)

	for _, wrong := range []string{"", "wrong", token + " "} {
		cookie, err := g.SignIn(wrong)
		require.ErrorIs(t, err, identity.ErrUnauthenticated)
		require.Nil(t, cookie)
	}
}

func TestSessionCookie(t *testing.T) {
	for _, test := range []struct {
		secure bool
		name   string
	}{{false, "session"}, {true, "__Host-session"}} {
		g, _ := gate(t, func(o *identity.Options) { o.Secure = test.secure })
		cookie := g.Session(identity.Principal{Role: identity.Analyst})
		require.NoError(t, cookie.Valid())
		require.Equal(t, test.name, cookie.Name)
		require.True(t, cookie.HttpOnly)
		require.Equal(t, test.secure, cookie.Secure)
		require.Equal(t, http.SameSiteLaxMode, cookie.SameSite)
		require.Equal(t, "/", cookie.Path)
		require.Empty(t, cookie.Domain)
		require.Equal(t, 12*60*60, cookie.MaxAge)
		require.Equal(t, start.Add(12*time.Hour), cookie.Expires)

		p, err := g.Principal(request(cookie))
		require.NoError(t, err)
		require.Equal(t, identity.Analyst, p.Role)

		out := g.SignOut()
		require.Equal(t, cookie.Name, out.Name)
		require.Equal(t, cookie.Path, out.Path)
		require.Equal(t, cookie.Secure, out.Secure)
		require.Negative(t, out.MaxAge)
		require.Empty(t, out.Value)
	}
}

func TestSessionEnds(t *testing.T) {
	g, w := gate(t)
	cookie := g.Session(identity.Principal{Role: identity.Admin})
	w.at = start.Add(identity.SessionLife - time.Second)
	_, err := g.Principal(request(cookie))
	require.NoError(t, err)
	w.at = start.Add(identity.SessionLife)
	_, err = g.Principal(request(cookie))
	require.ErrorIs(t, err, identity.ErrUnauthenticated)
}

func TestForeignSessions(t *testing.T) {
	g, _ := gate(t)
	other, _ := gate(t, func(o *identity.Options) { o.Key = bytes.Repeat([]byte{8}, identity.MinKey) })
	for name, cookie := range map[string]*http.Cookie{
		"another key":   other.Session(identity.Principal{Role: identity.Admin}),
		"no role":       g.Session(identity.Principal{}),
		"unknown role":  g.Session(identity.Principal{Role: "trust_lead"}),
		"empty":         {Name: "session"},
		"no signature":  {Name: "session", Value: "spf_admin"},
		"half a value":  {Name: "session", Value: "spf_admin.1795348800"},
		"signed out":    g.SignOut(),
		"another name":  {Name: "__Host-session", Value: g.Session(identity.Principal{Role: identity.Admin}).Value},
		"just the dots": {Name: "session", Value: ".."},
	} {
		p, err := g.Principal(request(cookie))
		require.ErrorIs(t, err, identity.ErrUnauthenticated, name)
		require.Zero(t, p, name)
	}
}

// No other value than the one that was given opens the session: not one bit may differ.
func TestEveryFlippedBitIsRefused(t *testing.T) {
	g, _ := gate(t)
	value := g.Session(identity.Principal{Role: identity.Admin}).Value
	for i := range len(value) {
		for bit := range 8 {
			flipped := []byte(value)
			flipped[i] ^= 1 << bit
			r := request()
			r.Header.Set("Cookie", "session="+string(flipped))
			_, err := g.Principal(r)
			require.ErrorIs(t, err, identity.ErrUnauthenticated, "byte %d, bit %d: %q", i, bit, flipped)
		}
	}
}

func TestAlteredSessionsAreRefused(t *testing.T) {
	g, _ := gate(t)
	value := g.Session(identity.Principal{Role: identity.Analyst}).Value
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.IntRange(0, len(value)).Draw(t, "from")
		to := rapid.IntRange(from, len(value)).Draw(t, "to")
		altered := value[:from] + rapid.StringMatching(`[a-zA-Z0-9._=-]{0,20}`).Draw(t, "insert") + value[to:]
		_, err := g.Principal(request(&http.Cookie{Name: "session", Value: altered}))
		if altered == value {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, identity.ErrUnauthenticated)
		}
	})
}

func TestLinkWorksOnce(t *testing.T) {
	g, _ := gate(t)
	code, err := g.NewLink(bytes.NewReader([]byte("sixteen bytes ok")))
	require.NoError(t, err)
	require.Equal(t, "c2l4dGVlbiBieXRlcyBvaw", code, "base64url of the bytes drawn")
	cookie, err := g.Redeem(code)
	require.NoError(t, err)
	p, err := g.Principal(request(cookie))
	require.NoError(t, err)
	require.Equal(t, identity.Admin, p.Role)

	_, err = g.Redeem(code)
	require.ErrorIs(t, err, identity.ErrUnauthenticated)
	_, err = g.Redeem("")
	require.ErrorIs(t, err, identity.ErrUnauthenticated)
	_, err = g.Redeem("c2l4dGVlbiBieXRlcyBvax")
	require.ErrorIs(t, err, identity.ErrUnauthenticated)
}

func TestLinkLapses(t *testing.T) {
	for after, works := range map[time.Duration]bool{identity.LinkLife - 1: true, identity.LinkLife: false} {
		g, w := gate(t)
		code, err := g.NewLink(bytes.NewReader(make([]byte, 16)))
		require.NoError(t, err)
		w.at = start.Add(after)
		_, err = g.Redeem(code)
		require.Equal(t, works, err == nil, after)
	}
}

func TestLinkNeedsRandomness(t *testing.T) {
	g, _ := gate(t)
	broken := errors.New("broken")
	_, err := g.NewLink(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	_, err = g.NewLink(bytes.NewReader(make([]byte, 15)))
	require.Error(t, err)
}

func TestLinkIsRedeemedByExactlyOne(t *testing.T) {
	g, _ := gate(t)
	code, err := g.NewLink(bytes.NewReader(make([]byte, 16)))
	require.NoError(t, err)
	var redeemed, refused atomic.Int32
	var all sync.WaitGroup
	begin := make(chan struct{})
	for range 50 {
		all.Go(func() {
			<-begin
			cookie, err := g.Redeem(code)
			switch {
			case err == nil && cookie != nil:
				redeemed.Add(1)
			case errors.Is(err, identity.ErrUnauthenticated) && cookie == nil:
				refused.Add(1)
			}
		})
	}
	close(begin)
	all.Wait()
	require.EqualValues(t, 1, redeemed.Load())
	require.EqualValues(t, 49, refused.Load())
}

func TestRequire(t *testing.T) {
	require.NoError(t, identity.Principal{Role: identity.Admin}.Require(identity.Admin))
	require.ErrorIs(t, identity.Principal{Role: identity.Analyst}.Require(identity.Admin), identity.ErrForbidden)
	require.ErrorIs(t, identity.Principal{}.Require(identity.Admin), identity.ErrForbidden)
}
