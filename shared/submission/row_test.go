package submission_test

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
	"learningforlife/shared/submission"
)

func drawCode(t *rapid.T, c *campaign.Campaign) string {
	return rapid.SampledFrom(c.Organisations.All()).Draw(t, "organisation").Code
}

func index(t *rapid.T, of int, what string) int { return rapid.IntRange(0, of-1).Draw(t, what) }

func drawResponse(t *rapid.T, c *campaign.Campaign) submission.Response {
	s := submission.Response{
		Wave:         index(t, len(c.Waves), "wave"),
		Organisation: drawCode(t, c),
		Audience:     index(t, len(c.Audiences), "audience"),
		BandGroup:    index(t, len(c.BandGroups), "band group"),
		Answers:      make([]int, len(c.Questions)),
	}
	for q := range s.Answers {
		s.Answers[q] = rapid.IntRange(0, len(c.Answers(q))).Draw(t, "answer")
	}
	if rapid.Bool().Draw(t, "linked") {
		key := drawReceipt(t).Key(response)
		s.Before = key.Link()
	}
	return s
}

func drawPledge(t *rapid.T, c *campaign.Campaign) submission.Pledge {
	p := submission.Pledge{
		Organisation: drawCode(t, c),
		Audience:     index(t, len(c.Audiences), "audience"),
		BandGroup:    index(t, len(c.BandGroups), "band group"),
		Display:      rapid.Bool().Draw(t, "display"),
		Status:       rapid.SampledFrom(submission.Statuses).Draw(t, "status"),
		Version:      rapid.Uint32().Draw(t, "version"),
	}
	if rapid.Bool().Draw(t, "own words") {
		p.OwnWords = rapid.StringN(1, submission.MaxOwnWords, -1).Draw(t, "words")
	} else {
		p.Catalogue = rapid.SampledFrom(c.Pledges).Draw(t, "pledge").ID
	}
	if rapid.Bool().Draw(t, "dated") {
		p.DueOn = drawReceipt(t).Day()
	}
	return p
}

func shipped(t testing.TB) *campaign.Campaign {
	t.Helper()
	c, err := campaign.Shipped()
	require.NoError(t, err)
	return c
}

func TestAResponseReadsBackFromItsRow(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		s := drawResponse(t, c)
		back, err := s.Pack(c).Response(c)
		if err != nil || !reflect.DeepEqual(back, s) {
			t.Fatalf("%+v reads back as %+v, %v", s, back, err)
		}
	})
}

func TestAPledgeReadsBackFromItsRow(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		p := drawPledge(t, c)
		back, err := p.Pack(c).Pledge(c)
		if err != nil || back != p {
			t.Fatalf("%+v reads back as %+v, %v", p, back, err)
		}
	})
}

// TestEqualValuesAndEqualRows draws two values that often differ in one thing
// only: a store compares bodies by their rows.
func TestEqualValuesAndEqualRows(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawResponse(t, c), drawResponse(t, c)
		fields := []func(){
			func() { b.Wave = a.Wave }, func() { b.Organisation = a.Organisation }, func() { b.Audience = a.Audience },
			func() { b.BandGroup = a.BandGroup }, func() { b.Answers = a.Answers }, func() { b.Before = a.Before },
		}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(fields)-1), 0, 12).Draw(t, "alike") {
			fields[i]()
		}
		if a.Pack(c).Equal(b.Pack(c)) != reflect.DeepEqual(a, b) {
			t.Fatalf("%+v and %+v have rows %x and %x", a, b, a.Pack(c), b.Pack(c))
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawPledge(t, c), drawPledge(t, c)
		fields := []func(){
			func() { b.Organisation = a.Organisation }, func() { b.Audience = a.Audience }, func() { b.BandGroup = a.BandGroup },
			func() { b.Catalogue, b.OwnWords = a.Catalogue, a.OwnWords }, func() { b.DueOn = a.DueOn },
			func() { b.Display = a.Display }, func() { b.Status = a.Status }, func() { b.Version = a.Version },
		}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(fields)-1), 0, 16).Draw(t, "alike") {
			fields[i]()
		}
		if a.Pack(c).Equal(b.Pack(c)) != (a == b) {
			t.Fatalf("%+v and %+v have rows %x and %x", a, b, a.Pack(c), b.Pack(c))
		}
	})
}

// TestRowsAreWrittenAsTheyAlwaysWere fixes the stored format byte by byte.
func TestRowsAreWrittenAsTheyAlwaysWere(t *testing.T) {
	c := shipped(t)
	before := parse(t, response, vectors[0].wire).Key(response)
	answers := make([]int, len(c.Questions))
	answers[c.Question("A1")] = 1 + c.Answer(c.Question("A1"), "agree")
	answers[c.Question("A8")] = 1 + c.Answer(c.Question("A8"), "not_kept")
	s := submission.Response{Wave: c.Wave("after"), Organisation: "RXX", Audience: c.Audience("manager"), BandGroup: c.BandGroup("8-9"), Answers: answers}
	require.Equal(t, "01"+"01"+"02"+"02"+"03"+"5258580000"+"08"+"0200000000000004", hex.EncodeToString(s.Pack(c)))
	s.Before = before.Link()
	require.Equal(t, "01"+"01"+"02"+"02"+"03"+"5258580000"+"08"+"0200000000000004"+"09d5"+vectors[0].responseKey[8:], hex.EncodeToString(s.Pack(c)))

	p := submission.Pledge{Organisation: "G6V2S", Audience: c.Audience("board"), BandGroup: c.BandGroup("1-4"), Catalogue: "PL19", Status: submission.Made, Version: 1}
	require.Equal(t, "01"+"01"+"04"+"01"+"4736563253"+"01"+"00000001"+"00"+"0000"+hex.EncodeToString([]byte("PL19")), hex.EncodeToString(p.Pack(c)))
	p = submission.Pledge{Organisation: "RXX", Audience: c.Audience("staff"), BandGroup: c.BandGroup("unknown"), OwnWords: "Læring", Display: true, DueOn: day.Must("2020-01-01"), Status: submission.NotKept, Version: 258}
	require.Equal(t, "01"+"01"+"01"+"05"+"5258580000"+"04"+"00000102"+"03"+"0001"+hex.EncodeToString([]byte("Læring")), hex.EncodeToString(p.Pack(c)))

	require.Equal(t, submission.Row{2}, submission.Tombstone)
}

func TestAFullResponseFitsTheSize(t *testing.T) {
	c := shipped(t)
	s := submission.Response{Organisation: "G6V2S", Answers: make([]int, len(c.Questions))}
	for q := range s.Answers {
		s.Answers[q] = len(c.Answers(q))
	}
	key := parse(t, response, vectors[0].wire).Key(response)
	s.Before = key.Link()
	row := s.Pack(c)
	require.Len(t, row, 11+11+34)
	require.LessOrEqual(t, len(key)+11+campaign.MaxNumber+34, 200, "with as many questions as there can be, and its key")
}

func TestATombstoneHoldsNothing(t *testing.T) {
	c := shipped(t)
	require.True(t, submission.Tombstone.Withdrawn())
	require.Len(t, submission.Tombstone, 1)
	_, err := submission.Tombstone.Response(c)
	require.Error(t, err)
	_, err = submission.Tombstone.Pledge(c)
	require.Error(t, err)
}

// TestRowsOfAnotherCampaignAreAnError holds that nothing is guessed: a row whose
// numbers the campaign does not know is neither dropped nor read as something else.
func TestRowsOfAnotherCampaignAreAnError(t *testing.T) {
	c := shipped(t)
	r := submission.Response{Wave: 1, Organisation: "RXX", Audience: 1, BandGroup: 1, Answers: []int{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}.Pack(c)
	p := submission.Pledge{Organisation: "RXX", Catalogue: "PL01", Status: submission.Made}.Pack(c)
	damaged := func(row submission.Row, at int, value byte) submission.Row {
		copied := append(submission.Row(nil), row...)
		copied[at] = value
		return copied
	}
	for at, want := range map[int]string{0: "damaged or of a later format", 1: "campaign 9", 2: "wave 9", 3: "audience 9", 4: "band group 9", 11: "answer 9"} {
		_, err := damaged(r, at, 9).Response(c)
		require.ErrorContains(t, err, want)
	}
	for at, want := range map[int]string{0: "damaged or of a later format", 1: "campaign 9", 2: "audience 9", 3: "band group 9", 9: "damaged", 14: "damaged", 17: ""} {
		_, err := damaged(p, at, 0xff&9).Pledge(c)
		if want == "" {
			require.NoError(t, err, "the catalogue may have lost a pledge that somebody made")
			continue
		}
		require.ErrorContains(t, err, want)
	}
	_, err := append(damaged(r, 10, 12), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1).Response(c)
	require.ErrorContains(t, err, "question 12")
}

func TestAQuestionAddedByTheFileIsStored(t *testing.T) {
	c := campaigntest.Load(t, campaigntest.NewQuestion)
	q := c.Question("A9")
	s := submission.Response{Wave: c.Wave("after"), Organisation: "RXX", Answers: make([]int, len(c.Questions))}
	s.Answers[q] = 1 + c.Answer(q, "no")
	back, err := s.Pack(c).Response(c)
	require.NoError(t, err)
	require.Equal(t, s, back)

	// What was stored before the question came reads as it did, though positions in the file moved.
	old := shipped(t)
	earlier := submission.Response{Organisation: "RXX", Audience: old.Audience("board"), Answers: make([]int, len(old.Questions))}
	earlier.Answers[old.Question("B1")] = 1
	read, err := earlier.Pack(old).Response(c)
	require.NoError(t, err)
	require.Equal(t, 1, read.Answers[c.Question("B1")])
	require.NotEqual(t, old.Question("B1"), c.Question("B1"))
}

func TestAWaveAddedByTheFileIsStored(t *testing.T) {
	c := campaigntest.Load(t, campaigntest.NewWave...)
	s := submission.Response{Wave: c.Wave("later"), Organisation: "RXX", Answers: make([]int, len(c.Questions))}
	s.Answers[c.Question("A1")] = 3
	back, err := s.Pack(c).Response(c)
	require.NoError(t, err)
	require.Equal(t, s, back)
}

func FuzzRow(f *testing.F) {
	c := shipped(f)
	before := parse(f, response, vectors[0].wire).Key(response)
	full := submission.Response{Wave: 1, Organisation: "G6V2S", Answers: []int{1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, Before: before.Link()}.Pack(c)
	f.Add([]byte(full))
	f.Add([]byte(full[:len(full)-34]))
	f.Add(append([]byte(full[:len(full)-34:len(full)-34]), make([]byte, 34)...)) // a link to nothing
	f.Add([]byte(submission.Response{Organisation: "RXX", Answers: make([]int, 11)}.Pack(c)))
	f.Add([]byte("\x01\x01\x01\x01\x01RXX\x00\x00\x02\x01\x00")) // a last answer that is blank
	f.Add([]byte(submission.Pledge{Organisation: "RXX", Catalogue: "PL01", Status: submission.Made, Version: 1}.Pack(c)))
	f.Add([]byte(submission.Pledge{Organisation: "RXX", OwnWords: "Go on", Display: true, DueOn: submission.LastDay, Status: submission.Kept, Version: 1 << 31}.Pack(c)))
	f.Add([]byte(submission.Tombstone))
	f.Add([]byte{})
	f.Add([]byte(strings.Repeat("\x01", 64)))
	f.Fuzz(func(t *testing.T, content []byte) {
		row := submission.Row(content)
		_, viewErr := row.View()
		if s, err := row.Response(c); err == nil {
			if viewErr != nil || !s.Pack(c).Equal(row) {
				t.Fatalf("%x reads as %+v (%v), which is written %x", row, s, viewErr, s.Pack(c))
			}
		}
		_, viewErr = row.PledgeView()
		if p, err := row.Pledge(c); err == nil {
			if viewErr != nil || !p.Pack(c).Equal(row) {
				t.Fatalf("%x reads as %+v (%v), which is written %x", row, p, viewErr, p.Pack(c))
			}
		}
		if row.Withdrawn() != row.Equal(submission.Tombstone) {
			t.Fatalf("%x is a tombstone, or is not", row)
		}
	})
}
