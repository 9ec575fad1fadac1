package submission_test

import (
	"bytes"
	"encoding/base32"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

const (
	pledge   = submission.KindPledge
	response = submission.KindResponse
)

// drawReceipt draws any receipt there can be.
func drawReceipt(t *rapid.T) submission.Receipt {
	on := day.Day(rapid.Int32Range(int32(submission.FirstDay), int32(submission.LastDay)).Draw(t, "day"))
	random := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random")
	r, err := submission.Mint(on, bytes.NewReader(random))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func drawKind(t *rapid.T) submission.Kind {
	return rapid.SampledFrom([]submission.Kind{pledge, response}).Draw(t, "kind")
}

func parse(t testing.TB, kind submission.Kind, s string) submission.Receipt {
	t.Helper()
	r, err := submission.ParseReceipt(kind, s)
	require.NoError(t, err)
	return r
}

func TestBothFormsOfAReceiptReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, kind := drawReceipt(t), drawKind(t)
		for _, written := range []string{r.String(), strings.ToUpper(r.String()), r.Code(kind), "\t" + r.Code(kind) + "\n"} {
			back, err := submission.ParseReceipt(kind, written)
			if err != nil || back != r {
				t.Fatalf("%s wrote %q read %s, %v", r, written, back, err)
			}
		}
	})
}

// The literals were computed apart from this code:
//
//	A = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
//	def code(kind, day, u):
//	    days = (date.fromisoformat(day) - date(2020, 1, 1)).days
//	    n = uuid.UUID(u).int
//	    rand = (n >> 80) << 74 | (n >> 64 & 0xfff) << 62 | n & (1 << 62) - 1
//	    bits = days << 122 | rand
//	    check = int.from_bytes(sha256(kind.encode() + (bits << 7).to_bytes(18, "big")).digest(), "big") >> 233
//	    v = bits << 23 | check
//	    s = "".join(A[v >> 5 * (31 - i) & 31] for i in range(32))
//	    return kind + "".join("-" + s[i:i+4] for i in range(0, 32, 4))
//
//	def key(kind, day, u):
//	    parts = (b"learning-for-life/submission/1", kind, (day + "." + u).encode())
//	    h = sha256(b"".join(pack(">I", len(p)) + p for p in parts)).digest()
//	    days = (date.fromisoformat(day) - date(2020, 1, 1)).days
//	    return ({b"pledge": b"P", b"response": b"S"}[kind] + pack(">HB", days, h[0] % 8) + h).hex()
var vectors = []struct{ wire, pledgeCode, surveyCode, pledgeKey, responseKey string }{
	{"2026-11-22.5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b21",
		"P-2ENB-W61Y-3KD1-V1YD-563C-T7GF-QP89-5F7V", "S-2ENB-W61Y-3KD1-V1YD-563C-T7GF-QP8B-M96W",
		"5009d5061629143e7e10ab04b2da00f2edb212cce53185fad979a35bcb13aa058c6b94c1",
		"5309d503b3c20f2988fb53db0270af4546972c9dc08f70a3689eb288d9fe8485b2ccf139"},
	{"2028-02-29.01234567-89ab-4cde-8f01-23456789abcd",
		"P-2X50-4HMA-SW9N-F6Y7-G28T-5CY4-TQKF-NFDP", "S-2X50-4HMA-SW9N-F6Y7-G28T-5CY4-TQKE-DWX1",
		"500ba5026afa373723a614d8da174bb927e691ab5d90a23e9cd50ee5a49ee04465a8a8f7",
		"530ba5003867a7e06c69f3bc6f0599e2215357e4356fc13cf5ee99ab3d434e7f49d1219d"},
	{"2020-01-01.00000000-0000-4000-8000-000000000000", // the least
		"P-0000-0000-0000-0000-0000-0000-0004-A8K2", "S-0000-0000-0000-0000-0000-0000-0001-BW08",
		"50000005add11417702e2e916710ad51271a6580a4b1d07aa65be7ed8f3886d82865a147",
		"5300000747c277237d64473b6ce58d1a8fd5ff9f6d463fd91e24052ac938f05a7a530338"},
	{"2109-09-18.ffffffff-ffff-4fff-bfff-ffffffffffff", // the greatest
		"P-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZS-A8WB", "S-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZX-H2JK",
		"507fff007038b9e1b3228630540b3fb87fe568fca23c1bdf9341dea8da3b3a2c07a769fc",
		"537fff0525a5b70033d1cd4dd66f250852f54206065983ae44908715cc3afb252c942146"},
}

func TestReceiptsAreWrittenAsTheyAlwaysWere(t *testing.T) {
	for _, v := range vectors {
		r := parse(t, pledge, v.wire)
		require.Equal(t, v.wire, r.String())
		require.Equal(t, v.pledgeCode, r.Code(pledge))
		require.Equal(t, v.surveyCode, r.Code(response))
		require.Equal(t, r, parse(t, pledge, v.pledgeCode))
		require.Equal(t, r, parse(t, response, v.surveyCode))
		require.Equal(t, v.wire[:10], r.Day().String())
	}
}

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	r := parse(t, pledge, "2028-02-29.01234567-89ab-4cde-8f01-23456789abcd")
	code := r.Code(response)
	require.Contains(t, code, "1")
	require.Contains(t, code, "0")
	for _, typed := range []string{
		strings.ToLower(code),
		strings.ReplaceAll(code, "-", ""),
		strings.ReplaceAll(code, "-", " "),
		strings.ReplaceAll(code, "-", "\u2013"), // as a word processor writes it
		strings.ReplaceAll(code, "-", "\u00a0-\u2011"),
		strings.ReplaceAll(code, "1", "I"),
		strings.ReplaceAll(code, "1", "l"),
		strings.NewReplacer("0", "O", "1", "L").Replace(code),
		strings.NewReplacer("0", "o", "1", "i").Replace(code),
		"  " + code + "\r\n",
	} {
		require.Equal(t, r, parse(t, response, typed), "%q", typed)
	}
}

// TestEveryMistypedCharacterIsTold holds, for codes of a fixed seed, that no
// single wrong character makes another code: one in 2^23 would.
func TestEveryMistypedCharacterIsTold(t *testing.T) {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	random := rand.NewChaCha8([32]byte{1})
	for range 5 {
		r, err := submission.Mint(day.Must("2026-11-22"), random)
		require.NoError(t, err)
		code := r.Code(response)
		for i := 2; i < len(code); i++ {
			if code[i] == '-' {
				continue
			}
			for _, c := range alphabet {
				if byte(c) == code[i] {
					continue
				}
				_, err := submission.ParseReceipt(response, code[:i]+string(c)+code[i+1:])
				require.EqualError(t, err, "there is a slip in this code: check it letter by letter")
			}
		}
		_, err = submission.ParseReceipt(pledge, "P"+code[1:])
		require.EqualError(t, err, "there is a slip in this code: check it letter by letter", "the check bits cover the prefix")
	}
}

// TestEveryFlippedBitIsTold does the same for each of the 160 bits.
func TestEveryFlippedBitIsTold(t *testing.T) {
	crockford := base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
	random := rand.NewChaCha8([32]byte{2})
	for range 50 {
		r, err := submission.Mint(day.Must("2026-11-22"), random)
		require.NoError(t, err)
		packed, err := crockford.DecodeString(strings.ReplaceAll(r.Code(pledge)[2:], "-", ""))
		require.NoError(t, err)
		require.Len(t, packed, 20)
		for bit := range 160 {
			packed[bit/8] ^= 0x80 >> (bit % 8)
			_, err := submission.ParseReceipt(pledge, "P"+crockford.EncodeToString(packed))
			require.Error(t, err, "bit %d of %s", bit, r)
			packed[bit/8] ^= 0x80 >> (bit % 8)
		}
	}
}

func TestACodeOfTheOtherKindIsToldApart(t *testing.T) {
	r := parse(t, pledge, vectors[0].wire)
	_, err := submission.ParseReceipt(response, r.Code(pledge))
	require.EqualError(t, err, "this code is for a pledge: enter the survey code, which starts with S")
	_, err = submission.ParseReceipt(pledge, r.Code(response))
	require.EqualError(t, err, "this code is for a survey: enter the pledge code, which starts with P")
	require.Equal(t, parse(t, pledge, r.String()), parse(t, response, r.String()), "the wire form is of no kind")
}

func TestWhatIsNoReceipt(t *testing.T) {
	const form = "this is not a code of ours: check that all of it is there"
	wire := vectors[0].wire
	code := vectors[0].surveyCode
	for name, c := range map[string]struct{ s, want string }{
		"nothing":              {"", "enter the code you were given"},
		"space":                {" \t", "enter the code you were given"},
		"version 1":            {"2026-11-22.5f0c1f0e-6d0e-1c3e-9a53-0d9a3c1f7b21", form},
		"version 7":            {"2026-11-22.5f0c1f0e-6d0e-7c3e-9a53-0d9a3c1f7b21", form},
		"variant NCS":          {"2026-11-22.5f0c1f0e-6d0e-4c3e-7a53-0d9a3c1f7b21", form},
		"variant Microsoft":    {"2026-11-22.5f0c1f0e-6d0e-4c3e-ca53-0d9a3c1f7b21", form},
		"the nil UUID":         {"2026-11-22.00000000-0000-0000-0000-000000000000", form},
		"no UUID":              {"2026-11-22.", form},
		"a letter too many":    {wire + "0", form},
		"a letter too few":     {wire[:len(wire)-1], form},
		"no hexadecimal":       {wire[:len(wire)-1] + "g", form},
		"braces":               {"2026-11-22.{5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b2}", form},
		"a UUID alone":         {wire[11:], form},
		"no day of the year":   {"2026-02-30" + wire[10:], form},
		"a day before the era": {"2019-12-31" + wire[10:], form},
		"a day after the era":  {"2109-09-19" + wire[10:], form},
		"a day in words":       {"22 Nov 202" + wire[10:], form},
		"another separator":    {"2026.11.22-" + wire[11:], form},
		"no prefix":            {code[2:], form},
		"another prefix":       {"Q" + code[1:], form},
		"a letter U":           {code[:4] + "U" + code[5:], form},
		"punctuation":          {code[:4] + "!" + code[5:], form},
		"not ASCII":            {code[:4] + "é" + code[5:], form},
		"half of it":           {code[:21], form},
		"twice":                {code + code, form},
		"invalid UTF-8":        {code + "\xff", form},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := submission.ParseReceipt(response, c.s)
			require.EqualError(t, err, c.want)
			require.True(t, r.IsZero())
		})
	}
}

func TestUpperCaseOnTheWireIsTheSameReceipt(t *testing.T) {
	upper := parse(t, response, strings.ToUpper(vectors[0].wire))
	require.Equal(t, vectors[0].wire, upper.String())
	require.Equal(t, parse(t, response, vectors[0].wire).Key(response), upper.Key(response))
}

func TestAReceiptIsAcceptedFromTwoDaysAfterItToOneBefore(t *testing.T) {
	today := day.Must("2026-03-01")
	for minted, accepted := range map[string]bool{
		"2026-02-26": false,
		"2026-02-27": true,
		"2026-02-28": true,
		"2026-03-01": true,
		"2026-03-02": true,
		"2026-03-03": false,
	} {
		r := parse(t, pledge, minted+vectors[0].wire[10:])
		require.Equal(t, accepted, r.Accepted(today), minted)
	}
	first, last := submission.ReceiptDays(today, today)
	for on := first - 1; on <= last+1; on++ {
		r, err := submission.Mint(on, rand.NewChaCha8([32]byte{}))
		require.NoError(t, err)
		require.Equal(t, first <= on && on <= last, r.Accepted(today), "%s", on)
	}
}

func TestMintTakesItsBytesFromTheSource(t *testing.T) {
	random := bytes.Repeat([]byte{0xff}, 16)
	r, err := submission.Mint(day.Must("2026-11-22"), bytes.NewReader(random))
	require.NoError(t, err)
	require.Equal(t, "2026-11-22.ffffffff-ffff-4fff-bfff-ffffffffffff", r.String())

	broken := errors.New("no more")
	_, err = submission.Mint(day.Must("2026-11-22"), iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	for _, on := range []day.Day{0, submission.FirstDay - 1, submission.LastDay + 1} {
		_, err = submission.Mint(on, bytes.NewReader(random))
		require.ErrorContains(t, err, "outside 2020-01-01 to 2109-09-18")
	}
}

func FuzzParseReceipt(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.wire)
		f.Add(v.pledgeCode)
		f.Add(strings.ToLower(v.surveyCode))
	}
	f.Add("2026-11-22.5f0c1f0e-6d0e-4c3e-9a53-0d9a3c1f7b2\x00")
	f.Add("S-" + strings.Repeat("\u0130", 32))
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range []submission.Kind{pledge, response} {
			r, err := submission.ParseReceipt(kind, s)
			if err != nil {
				continue
			}
			if id, err := uuid.Parse(r.String()[11:]); err != nil || id.Version() != 4 {
				t.Fatalf("%q read as %s", s, r)
			}
			if back, err := submission.ParseReceipt(kind, r.Code(kind)); err != nil || back != r {
				t.Fatalf("%q read as %s, and its code as %s, %v", s, r, back, err)
			}
		}
	})
}
