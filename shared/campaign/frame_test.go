package campaign_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/campaign"
	"learningforlife/shared/campaign/campaigntest"
	"learningforlife/shared/day"
)

// TestSizesOfTheFrame: the numbers are those of workforce_fte_2018.csv, two fifths of which are taken for bands 1 to 4.
func TestSizesOfTheFrame(t *testing.T) {
	c := shipped(t)
	for _, s := range []struct {
		code, on string
		want     []int
	}{
		{"R0A", "2026-11-22", []int{7190, 10786}},  // 17,976: 7,190.4
		{"R1A", "2026-11-22", []int{1169, 1753}},   // 2,922: 1,168.8
		{"R0B", "2026-11-22", []int{3004, 4507}},   // RLN's 4,504 and RE9's 3,007: 3,004.4 of 7,511
		{"R0D", "2026-11-22", []int{2903, 4355}},   // RD3's 3,347 and RDZ's 3,911: 2,903.2 of 7,258
		{"RNK", "2026-03-31", []int{224, 337}},     // 561: 224.4
		{"G6V2S", "2026-03-31", []int{1116, 1674}}, // RRP's 2,790; TAF has no figure
		{"G6V2S", "2026-11-22", []int{1340, 2011}}, // and RNK's 561: 1,340.4 of 3,351
		{"RNK", "2026-11-22", []int{0, 0}},         // it stands no longer
		{"TAF", "2026-11-22", []int{0, 0}},
		{"RA7", "2026-06-30", []int{3687, 5530}}, // 7,793 and RA3's 1,424: 3,686.8 of 9,217
		{"RA7", "2026-07-01", []int{6473, 9710}}, // and RVJ's 6,966: 6,473.2 of 16,183
		{"RVJ", "2026-06-30", []int{2786, 4180}}, // 2,786.4
		{"RVJ", "2026-07-01", []int{0, 0}},
		{"RYK", "2026-11-22", []int{0, 0}}, // split: its 997 are nobody else's
		{"RW6", "2026-11-22", []int{0, 0}}, // nor are its 9,005
		{"RJD", "2026-11-22", []int{0, 0}},
		{"RYQ", "2026-11-22", []int{0, 0}},
		{"RYH", "2026-11-22", []int{0, 0}},   // closed, and nothing followed
		{"K0N6A", "2026-11-22", []int{0, 0}}, // newer than the figures
	} {
		require.Equal(t, s.want, c.Frame(day.Must(s.on)).Sizes[c.Organisations.Index(s.code)], "%s on %s", s.code, s.on)
	}
}

// TestStaff: an organisation's staff are those of what stands in its place.
func TestStaff(t *testing.T) {
	c := shipped(t)
	for _, s := range []struct {
		code, on string
		want     int
	}{
		{"R0A", "2026-11-22", 17976},
		{"RVJ", "2026-06-30", 6966},
		{"RVJ", "2026-07-01", 16183}, // RA7's, it and RA3 among them
		{"RYK", "2026-11-22", 0},     // split
		{"K0N6A", "2026-11-22", 0},   // newer than the figures
	} {
		require.Equal(t, s.want, c.Frame(day.Must(s.on)).Staff(c.Organisations.Index(s.code)), "%s on %s", s.code, s.on)
	}
}

func TestWhoStandsWhereInTheFrame(t *testing.T) {
	c := shipped(t)
	f := c.Frame(today)
	at := c.Organisations.Index
	require.False(t, f.Empty)
	require.Equal(t, []string{"East of England", "London", "Midlands", "National", "North East and Yorkshire", "North West", "South East", "South West"}, f.Regions)
	region := func(code string) string { return f.Regions[f.Region[at(code)]] }
	require.Equal(t, at("G6V2S"), f.Standing[at("RNK")])
	require.Equal(t, at("G6V2S"), f.Standing[at("TAF")])
	require.Equal(t, "London", region("TAF"), "of an old code nothing is known but what stands in its place")
	require.Equal(t, "South West", region("RVJ"))
	require.Equal(t, at("RYK"), f.Standing[at("RYK")])
	require.Equal(t, campaign.NationalRegion, region("K0N6A"))

	require.Equal(t, 561, f.Own[at("RNK")], "when the campaign opened it stood alone")
	require.Equal(t, 2790, f.Own[at("G6V2S")])
	require.Equal(t, 9217, f.Own[at("RA7")], "it had taken RA3's 1,424 over in 2020")
	require.Zero(t, f.Own[at("RRP")])

	early := c.Frame(day.Must("2010-01-01"))
	require.Equal(t, -1, early.Region[at("TAE")], "nothing followed it yet")
}

func TestNoFrameAtAll(t *testing.T) {
	f := campaigntest.FewTrusts(t).Frame(today)
	require.True(t, f.Empty)
	for _, sizes := range f.Sizes {
		require.Equal(t, []int{0, 0}, sizes)
	}
}

// TestTheFrameHoldsEverybodyOnce: on any day the sizes are the staff of the open trusts with those they took the place of.
func TestTheFrameHoldsEverybodyOnce(t *testing.T) {
	c := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		on := day.Must("2018-07-01") + day.Day(rapid.IntRange(0, 4500).Draw(t, "days"))
		f := c.Frame(on)
		staff := c.Organisations.Workforce(on)
		for i, trust := range c.Organisations.All() {
			low, others := f.Sizes[i][0], f.Sizes[i][1]
			if !trust.Open(on) {
				require.Zero(t, low+others, trust.Code)
				continue
			}
			require.Equal(t, staff[i], low+others, trust.Code)
			require.InDelta(t, 0.4*float64(staff[i]), float64(low), 0.5, trust.Code)
		}
	})
}
