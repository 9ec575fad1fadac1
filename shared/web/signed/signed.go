// Package signed keeps what a form has so far in a hidden field of its next page, so that nothing is
// kept on the server and nothing on the computer that the form is filled in on. Whoever
// has the page can read the field; nobody can change it, or use it in another form, without the server noticing.
package signed

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
)

// MinKey is the fewest bytes of a key.
const MinKey = 32

// ErrForeign says that a text was not signed here for this form: it was changed, is of another form, or of another key.
var ErrForeign = errors.New("this was not signed here")

// Key signs and checks. Its zero value does neither.
type Key struct{ secret []byte }

// NewKey returns the key made of a secret of MinKey bytes or more.
func NewKey(secret []byte) (Key, error) {
	if len(secret) < MinKey {
		return Key{}, fmt.Errorf("the key of forms has %d bytes and needs %d", len(secret), MinKey)
	}
	return Key{secret}, nil
}

var encoding = base64.RawURLEncoding.Strict()

// Seal returns the values signed for a form. Equal values give equal texts.
func (k Key) Seal(form string, values url.Values) string {
	content := []byte(values.Encode())
	return encoding.EncodeToString(append(k.sign(form, content), content...))
}

// Open returns the values in a text that Seal made for the same form, or ErrForeign.
func (k Key) Open(form, sealed string) (url.Values, error) {
	text, err := encoding.DecodeString(sealed)
	if err != nil || len(text) < sha256.Size || !hmac.Equal(text[:sha256.Size], k.sign(form, text[sha256.Size:])) {
		return nil, ErrForeign
	}
	values, err := url.ParseQuery(string(text[sha256.Size:]))
	if err != nil {
		return nil, fmt.Errorf("reading what was signed: %w", err)
	}
	return values, nil
}

// sign is HMAC-SHA-256 over the length of the form's name, the name, and the content.
func (k Key) sign(form string, content []byte) []byte {
	if len(k.secret) < MinKey {
		panic("signing without a key")
	}
	mac := hmac.New(sha256.New, k.secret)
	mac.Write(binary.BigEndian.AppendUint32([]byte("learning-for-life/form/1"), uint32(len(form))))
	mac.Write([]byte(form))
	mac.Write(content)
	return mac.Sum(nil)
}
