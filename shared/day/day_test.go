package day_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"learningforlife/shared/day"
	_ "learningforlife/shared/seeded"
)

func TestOf(t *testing.T) {
	london := time.FixedZone("BST", 60*60)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), "2026-11-22"},
		{time.Date(2026, 11, 22, 23, 59, 59, 999999999, time.UTC), "2026-11-22"},
		{time.Date(2026, 7, 1, 0, 30, 0, 0, london), "2026-06-30"}, // half past midnight in London is still yesterday in UTC
		{time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), "1970-01-01"},
		{time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), "1969-12-31"},
		{time.Date(1948, 7, 5, 12, 0, 0, 0, time.UTC), "1948-07-05"},
		{time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC), "2028-02-29"},
	} {
		require.Equal(t, c.want, day.Of(c.at).String())
	}
	require.Equal(t, day.Day(1), day.Of(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "2026-2-01", "2026-02-30", "2027-02-29", "22/11/2026", "2026-11-22T00:00:00Z", " 2026-11-22", "0000-01-01", "+2026-01-01", "no day"} {
		_, err := day.Parse(s)
		require.Error(t, err, "%q", s)
	}
}

func TestStringIsTheInverseOfParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := day.Day(rapid.Int32Range(1, 3652059).Draw(t, "day")) // to 9999-12-31
		back, err := day.Parse(d.String())
		if err != nil || back != d {
			t.Fatalf("%d wrote %s read %d, %v", d, d, back, err)
		}
	})
}

func TestZeroIsNoDay(t *testing.T) {
	var d day.Day
	require.Equal(t, "no day", d.String())
	_, err := d.MarshalText()
	require.Error(t, err)
}

func FuzzParse(f *testing.F) {
	f.Add("2026-11-22")
	f.Add("2024-02-29")
	f.Add("9999-12-31")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := day.Parse(s)
		if err == nil && d.String() != s {
			t.Fatalf("%q read as %s", s, d)
		}
	})
}
