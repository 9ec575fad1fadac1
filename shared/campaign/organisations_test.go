package campaign_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"learningforlife/shared/campaign"
	"learningforlife/shared/day"
)

func TestTheListOfOrganisations(t *testing.T) {
	o := shipped(t).Organisations
	require.Len(t, o.All(), 254, "252 on the list, and TAE and TAF among the successors only")
	require.Len(t, o.Open(today), 202)
	for i, trust := range o.All() {
		require.Equal(t, i, o.Index(trust.Code))
		found, ok := o.Find(trust.Code)
		require.True(t, ok)
		require.Equal(t, trust, found)
	}
	require.Equal(t, -1, o.Index("RZZ"))
	_, ok := o.Find("RZZ")
	require.False(t, ok)
	_, ok = o.Find("")
	require.False(t, ok)
}

func TestATrustIsOpenFromItsFirstToItsLastDay(t *testing.T) {
	o := shipped(t).Organisations
	for _, c := range []struct {
		code, on string
		open     bool
	}{
		{"K0N6A", "2026-05-31", false},
		{"K0N6A", "2026-06-01", true},
		{"RNK", "2026-03-31", true},
		{"RNK", "2026-04-01", false},
		{"R0A", "2017-09-30", false},
		{"R0A", "2017-10-01", true},
		{"R0A", "9999-12-31", true},
		{"TAE", "2010-01-01", false}, // nothing but its successor is known of it
	} {
		trust, ok := o.Find(c.code)
		require.True(t, ok)
		require.Equal(t, c.open, trust.Open(day.Must(c.on)), "%s on %s", c.code, c.on)
	}
}

// TestGaps names what the lists are known to lack. A correction of the data
// changes this test, and with it what the project says of its data.
func TestGaps(t *testing.T) {
	require.Equal(t, campaign.Gaps{
		OnlySuccessors: []string{"TAE", "TAF"},
		NoSuccessor:    []string{"RYH"},
		Split:          []string{"RJD", "RW6", "RYK", "RYQ"},
		NoWorkforce:    []string{"G6V2S", "K0N6A", "R0B", "R0D"},
		NoFrame:        []string{"K0N6A"},
		National:       []string{"K0N6A"},
		Unverified: []string{"RA3 → RA7", "RA4 → RH5", "RAP → RAL", "RBA → RH5", "RBB → RD1",
			"RJD → RJE", "RJD → RL4", "RRP → G6V2S", "RVY → RBN", "RYK → RNA", "RYK → TAJ",
			"RYQ → RJ2", "RYQ → RJZ", "RYQ → RPG", "TAF → G6V2S"},
	}, shipped(t).Organisations.Gaps(today))
}

func TestSuccessorFollowsMergersByDateAndNeverASplit(t *testing.T) {
	o := shipped(t).Organisations
	for _, c := range []struct{ code, on, want string }{
		{"RNK", "2026-03-31", "RNK"},
		{"RNK", "2026-04-01", "G6V2S"},
		{"RVJ", "2026-06-30", "RVJ"},
		{"RVJ", "2026-07-01", "RA7"},
		{"RA3", "2026-11-22", "RA7"},
		{"TAE", "2016-12-31", "TAE"}, // before it is known to have been followed
		{"TAE", "2017-01-01", "RXV"},
		{"TAF", "2026-11-22", "G6V2S"},
		{"RJD", "2026-11-22", "RJD"}, // the four that split
		{"RW6", "2026-11-22", "RW6"},
		{"RYK", "2026-11-22", "RYK"},
		{"RYQ", "2026-11-22", "RYQ"},
		{"RYH", "2026-11-22", "RYH"}, // nothing followed it
		{"R0A", "2026-11-22", "R0A"},
	} {
		i := o.Successor(o.Index(c.code), day.Must(c.on))
		require.Equal(t, c.want, o.All()[i].Code, "%s on %s", c.code, c.on)
	}
}

// TestEveryTrustHasOneThatStandsForIt walks the whole list on many days: what
// stands for a trust stands for itself, and it is open unless the data end there.
func TestEveryTrustHasOneThatStandsForIt(t *testing.T) {
	o := shipped(t).Organisations
	for on := day.Must("2013-01-01"); on < day.Must("2031-01-01"); on += 30 {
		for i, trust := range o.All() {
			standing := o.Successor(i, on)
			require.Equal(t, standing, o.Successor(standing, on), "%s on %s", trust.Code, on)
			if trust.Open(on) {
				require.Equal(t, i, standing, "%s on %s", trust.Code, on)
			}
		}
	}
}

func TestWorkforceIsGatheredUnderTheTrustThatStands(t *testing.T) {
	o := shipped(t).Organisations
	total := 0
	for _, trust := range o.All() {
		total += trust.FTE
	}
	for _, on := range []string{"2018-06-01", "2026-03-31", "2026-11-22"} {
		sum := 0
		for _, fte := range o.Workforce(day.Must(on)) {
			sum += fte
		}
		require.Equal(t, total, sum, "nothing is lost or counted twice on %s", on)
	}
	of := func(code, on string) int { return o.Workforce(day.Must(on))[o.Index(code)] }
	own := func(code string) int { trust, _ := o.Find(code); return trust.FTE }
	require.Positive(t, own("RNK"))
	require.Equal(t, own("RNK"), of("RNK", "2026-03-31"))
	require.Zero(t, of("RNK", "2026-04-01"))
	require.Equal(t, of("G6V2S", "2026-03-31")+own("RNK"), of("G6V2S", "2026-04-01"))
	require.Equal(t, own("RLN")+own("RE9"), of("R0B", "2026-11-22"), "it has no figure but its predecessors'")
}

func TestRegionsAndTypesLeaveTheNationalTrustOut(t *testing.T) {
	o := shipped(t).Organisations
	require.Equal(t, []string{"East of England", "London", "Midlands", "North East and Yorkshire", "North West", "South East", "South West"}, o.Regions())
	require.NotContains(t, o.Types(), "online")
	require.Equal(t, []string{"acute", "acute_specialist", "ambulance", "community", "mental_health"}, o.Types())
	for _, trust := range o.Open(today) {
		require.NotEmpty(t, trust.Type, trust.Code)
		require.NotEmpty(t, trust.Region, trust.Code)
	}
}
