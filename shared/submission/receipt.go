package submission

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"learningforlife/shared/day"
)

// Kind is what a receipt is used for. One receipt may serve one pledge and one response.
type Kind byte

// The kinds. The bytes are stored, and are what codes for people start with.
const (
	KindPledge   Kind = 'P'
	KindResponse Kind = 'S' // survey
)

// String returns what the kind is called.
func (k Kind) String() string {
	switch k {
	case KindPledge:
		return "pledge"
	case KindResponse:
		return "response"
	}
	return fmt.Sprintf("kind %d", byte(k))
}

// Receipt is the secret a person holds for a submission: the UTC day on which
// it was minted and a random (version 4) UUID. The zero value is no receipt.
//
// It is written in two forms. On the wire: 2026-11-22.5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b21.
// For people, by kind: P- (pledge) or S- (survey) and eight groups of four
// characters of Crockford's base 32, which hold the days since 2020-01-01 (15
// bits), the UUID's random bits (122) and check bits (23).
type Receipt struct {
	day day.Day
	id  uuid.UUID
}

// The days that a receipt can carry: 15 bits from FirstDay.
var (
	FirstDay = day.Must("2020-01-01")
	LastDay  = FirstDay + 1<<dayBits - 1
)

const (
	dayBits   = 15
	randBits  = 122
	checkBits = 23
	codeChars = (dayBits + randBits + checkBits) / 5
	wireChars = len("2026-11-22.") + 36
)

// How many days before and after the server's day a receipt may have been
// minted, so that a form may stay open over a weekend night and a client's
// clock may be ahead of the server's.
const (
	daysBack  = 2
	daysAhead = 1
)

// Mint makes a receipt for the day from a source of random bytes.
func Mint(on day.Day, random io.Reader) (Receipt, error) {
	id, err := uuid.NewRandomFromReader(random)
	if err != nil {
		return Receipt{}, fmt.Errorf("minting a receipt: %w", err)
	}
	if on < FirstDay || on > LastDay {
		return Receipt{}, fmt.Errorf("minting a receipt: %s is outside %s to %s", on, FirstDay, LastDay)
	}
	return Receipt{day: on, id: id}, nil
}

// Day is the day on which the receipt was minted.
func (r Receipt) Day() day.Day { return r.day }

// IsZero reports whether r is no receipt.
func (r Receipt) IsZero() bool { return r == Receipt{} }

// String returns the wire form, in lower case.
func (r Receipt) String() string {
	var wire [wireChars]byte
	return string(r.append(wire[:0]))
}

// append appends the wire form.
func (r Receipt) append(to []byte) []byte {
	to = append(r.day.Time().AppendFormat(to, time.DateOnly), '.')
	for i, part := range [...][]byte{r.id[:4], r.id[4:6], r.id[6:8], r.id[8:10], r.id[10:]} {
		if i > 0 {
			to = append(to, '-')
		}
		to = hex.AppendEncode(to, part)
	}
	return to
}

// Accepted reports whether a submission under the receipt may be stored for the
// first time on the given day.
func (r Receipt) Accepted(today day.Day) bool { return !r.tooOld(today) && !r.tooNew(today) }

func (r Receipt) tooOld(today day.Day) bool { return r.day < today-daysBack }
func (r Receipt) tooNew(today day.Day) bool { return r.day > today+daysAhead }

// Why a text is not a receipt; each is a sentence for people.
var (
	errReceiptMissing = errors.New("enter the code you were given")
	errReceiptForm    = errors.New("this is not a code of ours: check that all of it is there")
	errReceiptCheck   = errors.New("there is a slip in this code: check it letter by letter")
	errPledgeCode     = errors.New("this code is for a pledge: enter the survey code, which starts with S")
	errSurveyCode     = errors.New("this code is for a survey: enter the pledge code, which starts with P")
)

// ParseReceipt reads either written form of a receipt that is to be used as the
// given kind. Case, spaces, hyphens and the letters I, L and O are forgiven in
// the form for people; a code of the other kind is refused with an error that says so.
func ParseReceipt(kind Kind, s string) (Receipt, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Receipt{}, errReceiptMissing
	}
	if strings.Contains(s, ".") {
		return parseWire(s)
	}
	return parseCode(kind, s)
}

func parseWire(s string) (Receipt, error) {
	if len(s) != wireChars || s[10] != '.' {
		return Receipt{}, errReceiptForm
	}
	on, err := day.Parse(s[:10])
	if err != nil || on < FirstDay || on > LastDay {
		return Receipt{}, errReceiptForm
	}
	id, err := uuid.Parse(s[11:])
	if err != nil || id.Version() != 4 || id.Variant() != uuid.RFC4122 {
		return Receipt{}, errReceiptForm
	}
	return Receipt{day: on, id: id}, nil
}

// crockford is the alphabet of Crockford's base 32: no I, L, O or U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code returns the form for people, with the prefix of the kind.
func (r Receipt) Code(kind Kind) string {
	b := r.bits()
	b.append(uint64(checksum(kind, b)), checkBits)
	var written [1 + codeChars + codeChars/4]byte
	code := append(written[:0], byte(kind))
	for i := range codeChars {
		if i%4 == 0 {
			code = append(code, '-')
		}
		code = append(code, crockford[b.read(i*5, 5)])
	}
	return string(code)
}

func parseCode(kind Kind, s string) (Receipt, error) {
	var chars []byte
	for _, r := range strings.ToUpper(s) {
		switch r {
		case ' ', '\t', '\u00a0', '-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212': // spaces and what word processors make of hyphens
		case 'I', 'L':
			chars = append(chars, '1')
		case 'O':
			chars = append(chars, '0')
		default:
			if r > 127 {
				return Receipt{}, errReceiptForm
			}
			chars = append(chars, byte(r))
		}
	}
	if len(chars) != 1+codeChars || Kind(chars[0]) != KindPledge && Kind(chars[0]) != KindResponse {
		return Receipt{}, errReceiptForm
	}
	written := Kind(chars[0])
	var b bits
	for _, c := range chars[1:] {
		value := strings.IndexByte(crockford, c)
		if value < 0 {
			return Receipt{}, errReceiptForm
		}
		b.append(uint64(value), 5)
	}
	check := b.read(dayBits+randBits, checkBits)
	b.cut(dayBits + randBits)
	if uint32(check) != checksum(written, b) {
		return Receipt{}, errReceiptCheck
	}
	if written != kind {
		if written == KindPledge {
			return Receipt{}, errPledgeCode
		}
		return Receipt{}, errSurveyCode
	}
	return b.receipt(), nil
}

// checksum is the first 23 bits of SHA-256 over the prefix and the bits before
// them: one slip in eight million goes unseen.
func checksum(kind Kind, b bits) uint32 {
	var hashed [1 + len(b.bytes)]byte
	sum := sha256.Sum256(append(append(hashed[:0], byte(kind)), b.bytes[:(b.n+7)/8]...))
	return binary.BigEndian.Uint32(sum[:4]) >> (32 - checkBits)
}

// bits is up to 160 bits, the first the most significant of the first byte.
type bits struct {
	bytes [20]byte
	n     int
}

func (b *bits) append(value uint64, width int) {
	for i := width - 1; i >= 0; i-- {
		if value>>i&1 == 1 {
			b.bytes[b.n/8] |= 0x80 >> (b.n % 8)
		}
		b.n++
	}
}

func (b *bits) read(from, width int) (value uint64) {
	for i := from; i < from+width; i++ {
		value = value<<1 | uint64(b.bytes[i/8]>>(7-i%8)&1)
	}
	return value
}

// cut keeps the first n bits and clears the rest.
func (b *bits) cut(n int) {
	for i := n; i < b.n; i++ {
		b.bytes[i/8] &^= 0x80 >> (i % 8)
	}
	b.n = n
}

// bits returns the day and the random bits of the receipt. RFC 9562 fixes bits
// 48 to 51 (the version) and 64 and 65 (the variant) of a version 4 UUID; they carry nothing.
func (r Receipt) bits() (b bits) {
	b.append(uint64(r.day-FirstDay), dayBits)
	high, low := binary.BigEndian.Uint64(r.id[:8]), binary.BigEndian.Uint64(r.id[8:])
	b.append(high>>16, 48)
	b.append(high&0xfff, 12)
	b.append(low&(1<<62-1), 62)
	return b
}

// receipt is the inverse of Receipt.bits.
func (b *bits) receipt() Receipt {
	r := Receipt{day: FirstDay + day.Day(b.read(0, dayBits))}
	high := b.read(dayBits, 48)<<16 | 4<<12 | b.read(dayBits+48, 12)
	low := 1<<63 | b.read(dayBits+60, 62)
	binary.BigEndian.PutUint64(r.id[:8], high)
	binary.BigEndian.PutUint64(r.id[8:], low)
	return r
}

// ReceiptDays returns the first and the last day that the receipt of anything
// taken in between the two server days, both included, can carry.
func ReceiptDays(opens, closes day.Day) (first, last day.Day) {
	return opens - daysBack, closes + daysAhead
}
