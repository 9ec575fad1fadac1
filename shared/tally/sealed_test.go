package tally_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/day"
	"learningforlife/shared/submission"
	"learningforlife/shared/tally"
)

// read returns the reading of those items that the function picks, dealt out to so many counters in turn.
func read(t require.TestingT, layout *tally.Layout, items []item, counters int, sealed tally.Sealed, pick func(item) bool) *tally.Reading {
	list := make([]*tally.Counter, counters)
	for i := range list {
		list[i] = layout.Counter()
	}
	for i := range items {
		if pick(items[i]) {
			require.NoError(t, list[i%counters].Visit(&items[i].key, items[i].row))
		}
	}
	return layout.Reading(list, sealed)
}

func everything(item) bool { return true }

func snapshot(t require.TestingT, counted *tally.Tally) string {
	content, err := counted.Snapshot()
	require.NoError(t, err)
	return string(content)
}

// sealAll seals every part that has an item, and returns what is stored of each.
func sealAll(t require.TestingT, layout *tally.Layout, items []item, held ...tally.Batch) map[submission.Part]stored {
	reading := read(t, layout, items, 2, tally.Sealed{}, everything)
	_, err := reading.Tally(held)
	require.NoError(t, err)
	return seals(layout, reading, everyPart)
}

func everyPart(submission.Part) bool { return true }

// stored is what is stored of a sealed part.
type stored struct{ sheet, links []byte }

func seals(layout *tally.Layout, reading *tally.Reading, pick func(submission.Part) bool) map[submission.Part]stored {
	parts := slices.DeleteFunc(reading.Parts(), func(p submission.Part) bool { return !pick(p) })
	all := map[submission.Part]stored{}
	for i, seal := range reading.Seal(parts) {
		s := stored{sheet: seal.Sheet.Encode()}
		if seal.Links != nil {
			s.links = seal.Links.Encode(layout)
		}
		all[parts[i]] = s
	}
	return all
}

// TestSealedDaysCountTheSame: whichever days are counted from what they were sealed as, and whatever was withdrawn
// since, the tally is that of reading everything, and what is sealed again is what a first sealing would give.
func TestSealedDaysCountTheSame(t *testing.T) {
	c, layout := fewTrusts(t)
	rapid.Check(t, func(t *rapid.T) {
		d := &draws{c: c, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))}
		items := d.items(t, rapid.IntRange(0, 300).Draw(t, "items"))
		before := sealAll(t, layout, items, d.held()...)

		sealed := tally.Sealed{Through: day.Must("2026-11-19") + day.Day(d.random.IntN(6)), Sum: layout.Sum()}
		reread := map[submission.Part]bool{}
		for part := range before {
			if part.Day <= sealed.Through && d.random.IntN(6) == 0 {
				reread[part] = true
			}
		}
		for range d.random.IntN(10) { // withdrawn since
			if len(items) > 0 {
				i := &items[d.random.IntN(len(items))]
				i.row = submission.Tombstone
				if part := i.key.Part(); part.Day <= sealed.Through {
					reread[part] = true
				}
			}
		}
		for part := range reread {
			sealed.Reread = append(sealed.Reread, part)
		}
		var sheets []*tally.Sheet
		for part, s := range before {
			if part.Day > sealed.Through || reread[part] {
				continue
			}
			sheet, err := layout.DecodeSheet(s.sheet)
			require.NoError(t, err)
			require.Equal(t, part, sheet.Part)
			sheets = append(sheets, sheet)
			sealed.Sum.Add(sheet)
			if part.Kind == submission.KindResponse {
				links, err := layout.DecodeLinks(s.links)
				require.NoError(t, err)
				require.Equal(t, part.Day, links.Day)
				sealed.Links = append(sealed.Links, links)
			}
		}
		held := d.held()
		isRead := func(i item) bool { return i.key.Day() > sealed.Through || reread[i.key.Part()] }

		reading := read(t, layout, items, 1+d.random.IntN(3), sealed, isRead)
		learn(t, reading, items, isRead)
		counted, err := reading.Tally(held, sheets...)
		require.NoError(t, err)
		whole := read(t, layout, items, 2, tally.Sealed{}, everything)
		want, err := whole.Tally(held)
		require.NoError(t, err)
		require.Equal(t, want.Totals, counted.Totals)
		if snapshot(t, want) != snapshot(t, counted) {
			t.Fatal("sealed days give another snapshot")
		}
		require.Equal(t, batches(want), batches(counted))

		fresh := seals(layout, whole, everyPart)
		for part, s := range seals(layout, reading, everyPart) {
			require.Equal(t, fresh[part], s, "sealed now: %v", part)
		}
		for _, links := range sealed.Links {
			part := submission.Part{Kind: submission.KindResponse, Day: links.Day}
			require.Equal(t, fresh[part].links, links.Encode(layout), "sealed before: %v", part)
			require.Equal(t, string(before[part].links) != string(fresh[part].links), links.Changed())
		}
	})
}

// learn tells the reading what it asks for, each of which must be named by an item that was read, in a part that was not.
func learn(t require.TestingT, reading *tally.Reading, items []item, isRead func(item) bool) {
	stands := map[submission.Key]submission.Row{}
	named := map[submission.Key]bool{}
	for _, i := range items {
		stands[i.key] = i.row
		if i.key.Kind() != submission.KindResponse || i.row.Withdrawn() || !isRead(i) {
			continue
		}
		view, err := i.row.View()
		require.NoError(t, err)
		if link := view.Link(); !link.IsZero() && link.Day() <= i.key.Day() && !isRead(item{key: link.Key()}) {
			named[link.Key()] = true
		}
	}
	asked := map[submission.Key]bool{}
	for _, key := range reading.Unknown() {
		require.False(t, asked[key], "asked for twice")
		asked[key] = true
		if row, ok := stands[key]; ok {
			require.NoError(t, reading.Learn(&key, row))
		}
	}
	require.Equal(t, named, asked)
}

// TestLearningWhatCannotBe: what stands under a key that is named must fit the campaign too.
func TestLearningWhatCannotBe(t *testing.T) {
	c, layout := fewTrusts(t)
	d := &draws{c: c, random: rand.New(rand.NewPCG(4, 4))}
	good, _ := d.response(t, c.Baseline())
	reading := layout.Reading(nil, tally.Sealed{})
	require.NoError(t, reading.Learn(&good.key, good.row))
	require.Error(t, reading.Learn(&good.key, good.row[:8]))
	good.row[1]++
	require.Error(t, reading.Learn(&good.key, good.row))
}

// TestSums: sheets are added and subtracted in any order.
func TestSums(t *testing.T) {
	c, layout := fewTrusts(t)
	rapid.Check(t, func(t *rapid.T) {
		d := &draws{c: c, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))}
		var sheets []*tally.Sheet
		for _, s := range sealAll(t, layout, d.items(t, rapid.IntRange(0, 100).Draw(t, "items"))) {
			sheet, err := layout.DecodeSheet(s.sheet)
			require.NoError(t, err)
			require.Positive(t, sheet.Items)
			sheets = append(sheets, sheet)
		}
		half := d.random.IntN(len(sheets) + 1)
		first := layout.Sum()
		for _, sheet := range sheets[:half] {
			first.Add(sheet)
		}
		encoded := first.Encode()
		decoded, err := layout.DecodeSum(encoded)
		require.NoError(t, err)
		require.Equal(t, encoded, decoded.Encode())
		whole := decoded
		for _, sheet := range sheets[half:] {
			whole.Add(sheet)
		}
		other := layout.Sum()
		for _, sheet := range slices.Backward(sheets) {
			other.Add(sheet)
		}
		require.Equal(t, other.Encode(), whole.Encode())
		if len(sheets) > 0 {
			require.NotEqual(t, layout.Sum().Encode(), whole.Encode())
		}
		for _, sheet := range sheets[half:] {
			whole.Subtract(sheet)
		}
		require.Equal(t, encoded, whole.Encode())
		for _, sheet := range sheets[:half] {
			whole.Subtract(sheet)
		}
		require.Equal(t, layout.Sum().Encode(), whole.Encode())
	})
}

// codecs returns by name bytes of every stored form, and for each what it decodes and encodes to again.
func codecs(t testing.TB) (good map[string][][]byte, again map[string]func([]byte) ([]byte, error)) {
	c, layout := fewTrusts(t)
	d := &draws{c: c, random: rand.New(rand.NewPCG(6, 6))}
	good = map[string][][]byte{}
	sum := layout.Sum()
	good["sum"] = append(good["sum"], sum.Encode())
	items := d.items(t, 60)
	for _, s := range sealAll(t, layout, items) {
		good["sheet"] = append(good["sheet"], s.sheet)
		if s.links != nil {
			good["links"] = append(good["links"], s.links)
		}
		sheet, err := layout.DecodeSheet(s.sheet)
		require.NoError(t, err)
		sum.Add(sheet)
	}
	good["sum"] = append(good["sum"], sum.Encode())
	for _, list := range good {
		slices.SortFunc(list, slices.Compare)
	}
	return good, map[string]func([]byte) ([]byte, error){
		"sheet": func(content []byte) ([]byte, error) {
			sheet, err := layout.DecodeSheet(content)
			if err != nil {
				return nil, err
			}
			return sheet.Encode(), nil
		},
		"sum": func(content []byte) ([]byte, error) {
			sum, err := layout.DecodeSum(content)
			if err != nil {
				return nil, err
			}
			return sum.Encode(), nil
		},
		"links": func(content []byte) ([]byte, error) {
			links, err := layout.DecodeLinks(content)
			if err != nil {
				return nil, err
			}
			return links.Encode(layout), nil
		},
	}
}

// TestWhatIsStoredIsReadExactly: what was written is read back, and what is cut, longer, or of another form is refused.
func TestWhatIsStoredIsReadExactly(t *testing.T) {
	good, again := codecs(t)
	for name, list := range good {
		require.NotEmpty(t, list, name)
		for _, content := range list {
			encoded, err := again[name](content)
			require.NoError(t, err, name)
			require.Equal(t, content, encoded, name)
			for cut := range content {
				_, err := again[name](content[:cut])
				require.Error(t, err, "%s, cut to %d of %d bytes", name, cut, len(content))
			}
			_, err = again[name](append(slices.Clone(content), 0))
			require.Error(t, err, "%s, a byte too long", name)
			for at := range content {
				for _, to := range []byte{0, 1, 127, 128, 255} {
					once(t, again[name], content, at, to)
				}
			}
			for other := range again {
				if other != name {
					_, err := again[other](content)
					require.Error(t, err, "a %s, read as %s", name, other)
				}
			}
		}
	}
}

// once changes one byte: the content is then refused, or is another one's only form.
func once(t *testing.T, again func([]byte) ([]byte, error), content []byte, at int, to byte) {
	changed := slices.Clone(content)
	changed[at] = to
	if encoded, err := again(changed); err == nil {
		require.True(t, bytes.Equal(changed, encoded), "byte %d of %x", at, changed)
	}
}

// TestADayThatIsNoneIsRefused: a number that a day has no room for would be read as another day.
func TestADayThatIsNoneIsRefused(t *testing.T) {
	_, again := codecs(t)
	for on, isDay := range map[string]bool{"\xff\xff\xff\xff\x07": true, "\x80\x80\x80\x80\x08": false} { // 2³¹ − 1 and 2³¹
		for name, content := range map[string]string{
			"sheet": "\x01\x01" + on + "\x00\x00\x00\x00",             // without an item
			"sum":   "\x01\x00\x00\x00\x01" + on + "\x01\x00\x01\x00", // of one batch of one day
		} {
			_, err := again[name]([]byte(content))
			require.Equal(t, isDay, err == nil, "%s: %v", name, err)
		}
	}
}

func fuzzCodec(f *testing.F, name string) {
	good, again := codecs(f)
	for _, content := range good[name] {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if encoded, err := again[name](content); err == nil {
			require.Equal(t, content, encoded)
		}
	})
}

func FuzzDecodeSheet(f *testing.F) { fuzzCodec(f, "sheet") }
func FuzzDecodeSum(f *testing.F)   { fuzzCodec(f, "sum") }
func FuzzDecodeLinks(f *testing.F) { fuzzCodec(f, "links") }

// TestABriefCounterIsForATally: what it left out is missed aloud.
func TestABriefCounterIsForATally(t *testing.T) {
	c, layout := fewTrusts(t)
	key := func(n byte) submission.Key {
		receipt, err := submission.Mint(day.Must("2026-11-20"), bytes.NewReader(bytes.Repeat([]byte{n}, 16)))
		require.NoError(t, err)
		return receipt.Key(submission.KindResponse)
	}
	own, named := key(1), key(2)
	after := submission.Response{Wave: c.FollowUp(), Organisation: "RXX", Answers: make([]int, len(c.Questions)), Before: named.Link()}
	for brief, counter := range map[bool]*tally.Counter{true: layout.BriefCounter(), false: layout.Counter()} {
		require.NoError(t, counter.Visit(&own, after.Pack(c)))
		reading := layout.Reading([]*tally.Counter{counter}, tally.Sealed{Through: own.Day()})
		seal := func() { reading.Seal([]submission.Part{own.Part()}) }
		unknown := func() { require.Equal(t, []submission.Key{named}, reading.Unknown()) }
		if brief {
			require.Panics(t, seal)
			require.Panics(t, unknown)
		} else {
			unknown()
			seal()
		}
	}
}
